"""Core expressions of one run in words: values, names and formulas as readers see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from aidrules.decision.figures import Lang, date_text
from aidrules.decision.formulas import Formula
from aidrules.decision.names import Bindings, Item
from aidrules.decision.shown import Shown
from aidrules.decision.view import View
from aidrules.decision.wording import Wording, filled, wording_of
from aidrules.decision.words import Words
from aidrules.language import core
from aidrules.language.core import Expr, Type


@dataclass(frozen=True)
class Phrases:
    """Puts expressions of one run into one language."""

    view: View
    lang: Lang

    @cached_property
    def wording(self) -> Wording:
        """What is the same for every run."""
        return wording_of(self.view.compiled, self.lang)

    @property
    def words(self) -> Words:
        """The language's phrases."""
        return self.wording.words

    # Values and names

    def quantity(self, value: Shown, kind: Type, fewest: int = 0, cut: int = 2) -> str:
        """A value with its unit, with so many decimals at least; where they never end, cut at so many."""
        return self.wording.quantity(value, kind, fewest, cut)

    def option(self, value: str, kind: Type) -> str:
        """An enum value for readers."""
        return self.wording.option(value, kind)

    def number(self, value: Shown, kind: Type) -> str:
        """A value inside a formula: the bare number."""
        return self.wording.number(value, kind)

    def name(self, expr: Expr, bound: Bindings) -> str:
        """What a fact, parameter or definition is called."""
        return self.wording.name(expr, bound)

    def definition(self, name: str) -> str:
        """What a definition is called; a programme's result by what it says of the programme."""
        return self.wording.definition(name)

    def opened(self, expr: Expr, bound: Bindings) -> tuple[Expr, Bindings]:
        """The expression behind a name that readers need not see, with what its own variables stand for."""
        return self.wording.opened(expr, bound)

    def formula(self, expr: Expr, bound: Bindings, *, values: bool = False, settled: bool = False) -> str:
        """The expression as a formula of names, or with the values put in; `settled` tells what bears on the case."""
        if settled:
            return filled(Formula(self.wording, values, self.view).of(expr, bound), self.view, bound)
        return filled(self.wording.formula(expr, bound, values=values), self.view, bound)

    def keys(self, expr: Expr, bound: Bindings) -> list[Expr]:
        """By what a value was chosen among several, such as a keyed parameter: each value of an enum that was asked."""
        found: list[Expr] = []
        while isinstance(expr, core.If):
            test = expr.condition
            condition = self.view.value(test, bound)
            if (
                not isinstance(condition, bool)
                or not isinstance(test, core.Compare)
                or self.view.names.is_private(test)
            ):
                return found
            if test.left.type.name == "enum" and test.left not in found:
                found.append(test.left)
            expr = expr.then if condition else expr.other
        return found

    def branches(self, expr: Expr, bound: Bindings) -> list[str]:
        """The options by which a value was chosen among several, such as the keys of a parameter."""
        chosen = [(self.view.value(key, bound), key.type) for key in self.keys(expr, bound)]
        return [self.option(value, kind) for value, kind in chosen if isinstance(value, str)]

    def share(self, expr: Expr, bound: Bindings) -> str | None:
        """A parameter that the rules write as a percentage, as they write it; None for any other."""
        share = self.wording.share(expr)
        return None if share is None else share(self.view, bound) or None

    def case(self, name: str, bound: Bindings) -> str | None:
        """Why a definition that tells cases apart comes to its case; what it counts is told one by one."""
        from aidrules.decision.cases import Cases

        return Cases(self).case(self.view.compiled.definitions[name].expr, bound)

    def formula_of(self, name: str) -> str:
        """The formula of a definition by names, which is the same for every household."""
        return self.wording.formula_of(name)

    def statement(self, expr: Expr, bound: Bindings) -> str:
        """One true sentence (without its full stop) that says why the condition holds, does not, or is open."""
        return filled(self.wording.statement(expr, bound), self.view, bound)

    def comparisons(self, name: str, item: Item, truth: bool = True) -> Iterator[tuple[str, Expr, Bindings]]:
        """The comparisons of amounts and dates on which a condition that holds rests, or one that does not."""
        from aidrules.decision.cases import Cases

        return Cases(self).comparisons(name, item, truth)

    def list_name(self, owner: tuple[str, ...]) -> str:
        """A list for readers."""
        return self.wording.list_name(owner)

    def item_name(self, item: Item) -> str:
        """An item for readers: member m1, the second of the medical episodes of member m1."""
        return self.wording.item_name(item, self.view)

    def dated_name(self, item: Item) -> str:
        """An item with the day by which its list is in order, if it has one that may be told."""
        listed = self.view.names.list_field(item.owner)
        field = listed.subject.fields.get(listed.ordered_by or "")
        day = None if field is None or field.confidential else getattr(self.view.object_of(item), field.name, None)
        name = self.item_name(item)
        return self.words.dated(name, date_text(day, self.lang)) if isinstance(day, date) else name
