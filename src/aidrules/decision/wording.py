"""How a compiled pack is put in one language: values, names, what stands behind a name, and texts with slots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from aidrules.decision.figures import Lang, date_text, is_wide, number_text, quantity_text
from aidrules.decision.names import HOUSEHOLD, MOST_KEPT, Bindings, Item, names_of
from aidrules.decision.shown import Interval, Shown
from aidrules.decision.values import values_of
from aidrules.decision.words import letter_words, words
from aidrules.engine.results import OUTCOME, RESULTS
from aidrules.language import core
from aidrules.language.core import Expr, Type

if TYPE_CHECKING:
    from aidrules.decision.view import View
    from aidrules.engine import Compiled
    from aidrules.facts.schema import Field

Fill = Callable[["View", Bindings], str]
Text = str | Fill
"""A text that is the same for every household, or a function that writes it for one."""
Rebind = Callable[[Bindings], Bindings]
"""What the variables of a formula stand for, by what those where it is read do."""
Reached = tuple[Expr, Bindings, Rebind | None]
Made = TypeVar("Made", str, tuple[str, int])

_known: WeakKeyDictionary[Compiled, dict[Lang, Wording]] = WeakKeyDictionary()


def wording_of(compiled: Compiled, lang: Lang) -> Wording:
    """The wording of a compiled pack in a language, worked out once."""
    known = _known.setdefault(compiled, {})
    if lang not in known:
        known[lang] = Wording(compiled, lang)
    return known[lang]


def put(form: Callable[..., Made], *parts: Text) -> Made | Callable[[View, Bindings], Made]:
    """What is put together from texts; at once where none of them has a slot."""
    slots = [(place, part) for place, part in enumerate(parts) if not isinstance(part, str)]
    if not slots:
        return form(*parts)

    def fill(view: View, bound: Bindings) -> Made:
        made: list[object] = list(parts)
        for place, part in slots:
            made[place] = part(view, bound)
        return form(*made)

    return fill


def merged(*parts: Text) -> list[Text]:
    """Texts one after another, in as few pieces as there can be."""
    pieces: list[Text] = []
    for part in parts:
        last = pieces[-1] if pieces else None
        if isinstance(part, str) and isinstance(last, str):
            pieces[-1] = last + part
        else:
            pieces.append(part)
    return pieces


def concat(*parts: Text) -> Text:
    """Texts one after another as one."""
    return put(lambda *pieces: "".join(pieces), *merged(*parts))


def filled(text: Made | Callable[[View, Bindings], Made], view: View, bound: Bindings) -> Made:
    """What is written for one household."""
    return text(view, bound) if callable(text) else text


def at(text: Made | Callable[[View, Bindings], Made], rebind: Rebind | None) -> Made | Callable[[View, Bindings], Made]:
    """What is written of a formula, filled with what its variables stand for where the formula is read."""
    if rebind is None or not callable(text):
        return text
    return lambda view, bound: text(view, rebind(bound))


class Wording:
    """Labels, units and options of one compiled pack in one language.

    Attributes:
        words: the language's phrases.
        names: what is called how in both languages, and what is confidential.
        reads: the functions that read values.
    """

    def __init__(self, compiled: Compiled, lang: Lang) -> None:
        self.lang, self.words = lang, words(lang)
        self.names, self.reads = names_of(compiled), values_of(compiled)
        self.definitions, self.programmes, self.findings = compiled.definitions, compiled.programmes, compiled.findings
        self._kept: dict[tuple[object, ...], tuple[object, Text]] = {}

    def kept(self, key: tuple[object, ...], alive: object, make: Callable[[], Text]) -> Text:
        """A text that was made before, or is made now; `alive` is whatever the key tells by its identity."""
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = alive, make()
        return found[1]

    # Values

    def quantity(self, value: Shown, kind: Type, fewest: int = 0, cut: int = 2) -> str:
        """A value with its unit, with so many decimals at least; where they never end, cut at so many."""
        if value is None or (isinstance(value, Interval) and is_wide(value.high - value.low)):
            return self.words.unknown
        if isinstance(value, bool):
            return self.words.yes if value else self.words.no
        if isinstance(value, Interval):
            low, high = (self.quantity(end, kind, fewest) for end in (value.low, value.high))
            return self.words.between(low, high)
        if kind.name == "date" and isinstance(value, int):
            return self.words.no_date if value == core.NO_DATE else date_text(date.fromordinal(value), self.lang)
        if isinstance(value, Fraction):
            return quantity_text(value, self.names.shown_unit(kind), self.lang, fewest, cut, self.names.measures)
        return self.option(str(value), kind)

    def option(self, value: str, kind: Type) -> str:
        """An enum value for readers."""
        if kind == OUTCOME:
            return {str(name): said for name, said in letter_words(self.lang).outcomes.items()}[value]
        label = self.names.option(kind.options, value) or self.names.named(value)
        return value.replace("_", " ") if label is None else label.text(self.lang)

    def number(self, value: Shown, kind: Type) -> str:
        """A value inside a formula: the bare number."""
        if isinstance(value, Fraction):
            return number_text(value, self.lang)
        return self.quantity(value, kind)

    # Names

    def name(self, expr: Expr, bound: Bindings) -> str:
        """What a fact, parameter or definition is called."""
        if isinstance(expr, core.Fact):
            field = self.field(expr, bound)
            if field.confidential:
                return self.words.confidential
            return field.label_zh if self.lang == "zh" else field.label_en
        if isinstance(expr, core.Param):
            return self.parameter(expr.name, expr.keys)
        if isinstance(expr, core.Unknown):
            return self.parameter(expr.name)
        if isinstance(expr, core.Ref):
            return self.definition(expr.name)
        if isinstance(expr, core.Today):
            return self.words.today if expr.name == "on" else self.words.this_month
        raise TypeError(f"{type(expr).__name__} has no name")

    def definition(self, name: str) -> str:
        """What a definition is called; a programme's result by what it says of the programme."""
        definition = self.definitions[name]
        if definition.parameter:
            return self.parameter(definition.parameter)
        programme, _, result = name.rpartition(".")
        if programme in self.programmes and result in RESULTS:
            label = self.programmes[programme].label.text(self.lang)
            return self.words.result(label, result) or definition.label.text(self.lang)
        return self.names.definition(name).text(self.lang)

    def parameter(self, name: str, keys: Sequence[str] = ()) -> str:
        """What a parameter is called, with the keys under which it is named."""
        return self.names.parameter(name, keys).text(self.lang)

    def list_name(self, owner: tuple[str, ...]) -> str:
        """A list for readers."""
        field = self.names.list_field(owner)
        return field.label_zh if self.lang == "zh" else field.label_en

    def field(self, fact: core.Fact, bound: Bindings) -> Field:
        """The schema of a fact."""
        return self.names.subject(bound[fact.var].owner).fields[fact.path]

    def item_name(self, item: Item, view: View) -> str:
        """An item for readers: member m1, the second of the medical episodes of member m1."""
        member = view.member_id(item)
        if item.owner == ("members",):
            return self.words.member(member or "")
        named = self.list_name(item.owner)
        whose = None if member is None else self.words.member(member)
        return self.words.item(named, item.index[-1] + 1, whose, self._kind(item, view))

    def _kind(self, item: Item, view: View) -> str | None:
        """What kind an item is of, where that is recorded and may be told: a fire among the events."""
        field = self.names.subject(item.owner).fields.get("kind")
        value = getattr(view.object_of(item), "kind", None)
        if field is None or field.type != "enum" or field.confidential or not isinstance(value, str):
            return None
        return self.option(value, Type("enum", options=field.options))

    # What stands behind a name

    def within(self, expr: core.Ref, bound: Bindings) -> Bindings:
        """What the variables of a definition stand for where an expression reads it."""
        owner = self.definitions[expr.name].owner
        return self.names.bindings(Item(owner, bound[expr.var].index[: len(owner)]))

    def is_opened(self, expr: Expr) -> bool:
        """Whether an expression is a name that readers need not see, so that what stands behind it is told."""
        if not isinstance(expr, core.Ref):
            return False
        definition = self.definitions[expr.name]
        return not definition.parameter and (definition.hidden or expr.name in self.names.steps)

    def opened(self, expr: Expr, bound: Bindings) -> tuple[Expr, Bindings]:
        """The expression behind a name that readers need not see, with what its own variables stand for."""
        expr, bound, _ = self.reached(expr, bound)
        return expr, bound

    def reached(self, expr: Expr, bound: Bindings) -> Reached:
        """Likewise, and how the variables of one household are brought there; None where they are the same."""
        return self._followed(expr, bound, self.is_opened)

    def inside(self, expr: Expr, bound: Bindings) -> Reached:
        """Likewise, behind all names."""
        return self._followed(expr, bound, lambda _: True)

    def _followed(
        self, expr: Expr, bound: Bindings, through: Callable[[Expr], bool], rebind: Rebind | None = None
    ) -> Reached:
        while isinstance(expr, core.Ref) and through(expr):
            rebind, bound = self.rebinding(expr, rebind), self.within(expr, bound)
            expr = self.definitions[expr.name].expr
        return expr, bound, rebind

    def leaves(self, expr: Expr, bound: Bindings, before: Rebind | None = None) -> Iterator[Reached]:
        """The facts, parameters and named values that an expression reads, each with what its variables stand for."""
        expr, bound, rebind = self._followed(expr, bound, self.is_opened, before)
        if isinstance(expr, core.Fact | core.Ref | core.Param | core.Unknown | core.Agg | core.Today):
            yield expr, bound, rebind
            return
        for child in core.children(expr):
            yield from self.leaves(child, bound, rebind)

    def rebinding(self, expr: core.Ref, before: Rebind | None = None) -> Rebind:
        """How the variables where a definition is read become those of its own formula."""
        owner, var, bindings = self.definitions[expr.name].owner, expr.var, self.names.bindings
        length = len(owner)
        if not owner:
            household = bindings(HOUSEHOLD)
            return lambda _: household
        if before is None:
            return lambda bound: bindings(Item(owner, bound[var].index[:length]))
        return lambda bound: bindings(Item(owner, before(bound)[var].index[:length]))

    def share(self, expr: Expr) -> Fill | None:
        """A parameter that rules write as a percentage, as they write it, else empty; None where it never is one."""
        rebind: Rebind | None = None
        if isinstance(expr, core.Param):
            expr = expr.inner
        elif isinstance(expr, core.Ref) and self.definitions[expr.name].parameter:
            rebind, expr = self.rebinding(expr), self.definitions[expr.name].expr
        if not any(isinstance(part, core.Const) and part.text.endswith("%") for part in core.walk(expr)):
            return None

        def written(view: View, bound: Bindings) -> str:
            chosen, here = expr, bound if rebind is None else rebind(bound)
            while isinstance(chosen, core.If):
                condition = self.reads.of(chosen.condition)(view, here)
                if not isinstance(condition, bool):
                    return ""
                chosen = chosen.then if condition else chosen.other
            return chosen.text if isinstance(chosen, core.Const) and chosen.text.endswith("%") else ""

        return written

    # Sentences and formulas

    def statement(self, expr: Expr, bound: Bindings) -> Text:
        """One sentence (without its full stop) that says why a condition holds, does not, or is open."""
        from aidrules.decision.conditions import Conditions

        return self.kept((id(expr), _shape(bound)), expr, lambda: Conditions(self).statement(expr, bound))

    def formula(self, expr: Expr, bound: Bindings, *, values: bool = False) -> Text:
        """The expression as a formula of names, or with slots for the values."""
        from aidrules.decision.formulas import Formula

        return self.kept((id(expr), _shape(bound), values), expr, lambda: Formula(self, values).of(expr, bound))

    def formula_of(self, name: str) -> str:
        """The formula of a definition by names."""
        definition = self.definitions[name]
        text = self.formula(definition.expr, self.names.bindings(Item(definition.owner)))
        assert isinstance(text, str)
        return text


def _shape(bound: Bindings) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """On which lists variables stand."""
    return tuple([(var, item.owner) for var, item in bound.items()])
