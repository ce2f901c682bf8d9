"""The first and the latest item of an ordered list: what a field of it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, OPTIONAL_DATE, Expr, Type
from aidrules.language.units import Unit


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a list.

    Attributes:
        which: the item with the first or the latest date; of several on one day, the first or the last listed.
        source: the list.
        var: the variable of its items in the other fields.
        where: which of them count.
        day: an item's date.
        unit: items per owner of the list.
    """

    which: Literal["first", "latest"]
    source: core.ListUse
    var: str
    where: Expr
    day: Expr
    unit: Unit

    def date(self) -> Expr:
        """The date itself; `none` where the list is empty."""
        return self._agg(self.which, self.where, self.day, OPTIONAL_DATE)

    def field(self, value: Expr, default: Expr | None) -> Expr:
        """Another field of the item.

        Args:
            value: the field, of an item.
            default: what it is where the list is empty.

        Raises:
            ExpressionError: no default where one is needed, or a text.
        """
        here = core.conjunction(self.where, self._is_edge())
        kind = value.type
        if kind.name == "date" and default is None:
            return self._agg("latest", here, value, OPTIONAL_DATE)
        if default is None:
            raise ExpressionError(
                f"{self.which}() of a list that may be empty",
                hint=f"Say what it then is: {self.which}(..., default=0).amount.",
            )
        match kind.name:
            case "number":
                return self._number(here, value, default)
            case "bool":
                build.expect(default, "bool", "the default")
                some = self._agg("any", here, value, BOOL)
                return (
                    some
                    if default == core.FALSE
                    else build.choose(self._agg("any", here, core.TRUE, BOOL), some, default)
                )
            case "enum":
                result: Expr = default
                for option in kind.options:
                    same = core.Compare("==", value, core.Const(option, kind, option))
                    result = build.choose(self._agg("any", here, same, BOOL), core.Const(option, kind, option), result)
                return result
        raise ExpressionError(
            f"a field that is {kind}", expected="a number, a date, yes or no, or one of several words"
        )

    def _number(self, here: Expr, value: Expr, default: Expr) -> Expr:
        """One item of the owner's: its amount is an amount of the owner."""
        per_item = any(self.unit.power(name) == 1 and power < 0 for name, power in value.type.unit.powers)
        unit = value.type.unit * self.unit if per_item else value.type.unit
        kind = Type("number", unit)
        return core.Agg("max", self.var, self.source, here, value, build.as_amount(default, unit, "the default"), kind)

    def _agg(self, function: core.Aggregate, where: Expr, body: Expr, kind: Type) -> Expr:
        return core.Agg(function, self.var, self.source, None if where == core.TRUE else where, body, None, kind)

    def _is_edge(self) -> Expr:
        """Whether no other item that counts comes before (or after) it."""
        other = f"{self.var}#other"
        names, top = {self.var: other}, self.source.max_items - 1
        theirs, sign = core.rename(self.day, names), "<" if self.which == "first" else ">"
        tied = core.conjunction(
            core.Compare("==", theirs, self.day),
            build.compare(sign, core.Position(other, top), core.Position(self.var, top)),
        )
        nearer = core.disjunction(build.compare(sign, theirs, self.day), tied)
        rival = core.conjunction(core.rename(self.where, names), nearer)
        alone = core.negation(core.Agg("any", other, self.source, None, rival, None, BOOL))
        dated = core.negation(core.IsNone(self.day)) if self.day.type.optional else core.TRUE
        return core.conjunction(dated, alone)
