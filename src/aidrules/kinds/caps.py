"""Caps: the most that is paid for an item, or for several together, with what was paid before in the same period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aidrules.facts.schema import Path
from aidrules.language import build, core, expressions
from aidrules.language.build import ExpressionError
from aidrules.language.core import Expr
from aidrules.language.expressions import Items, Period
from aidrules.language.models import Cap
from aidrules.language.names import Names
from aidrules.language.units import Unit

if TYPE_CHECKING:
    from aidrules.kinds.base import Lowering


def capped(rule: Lowering, amount: Expr, cap: Cap, unit: Unit, paid: bool) -> Expr:
    """An amount that does not exceed its cap.

    With `per:`, a cap holds for all items of a member, of the household or with the same key together: each takes
    what the earlier ones leave, by the list's date and then its order. What the rule has paid before counts where a
    payment on record can be told to belong there.

    Args:
        rule: the rule that has the cap.
        amount: before the cap.
        cap: its fields.
        unit: what the amount is measured in.
        paid: whether the rule pays, so that there may be payments on record.
    """
    if cap.per:
        whole = rule.define("before_cap", amount, hidden=True)
        limited = rule.at(("cap", "per"), lambda: _Shared(rule, cap.per).share(whole, cap.at, unit, paid))
    else:
        limited = build.extreme("min", (amount, rule.amount(cap.at, ("cap",), unit)))
    if cap.unless is None:
        return limited
    lifted = rule.define("cap_lifted", rule.condition((cap.unless,), ("cap", "unless")), role="lifted", hidden=True)
    return build.choose(lifted, amount, limited)


class _Shared:
    """What `per:` says: whose items share the cap, by which keys, in which period.

    Attributes:
        level: the list for each item of which the cap holds once; () is the household.
    """

    def __init__(self, rule: Lowering, per: tuple[str, ...]) -> None:
        self.rule, self.keys, self.periods = rule, list[str](), list[Period]()
        own = rule.item_var(rule.owner)
        places: dict[str, Path] = {rule.names.catalogue.schema.name: (), "member": ("members",), own: rule.owner}
        named = [places[text] for text in per if text in places]
        for text in per:
            if text not in places:
                self._read(text)
        if named:
            self.level: Path = max(named, key=len)
        else:
            self.level = rule.owner[:-1] if self.keys else rule.programme_owner
        if rule.owner[: len(self.level)] != self.level:
            raise ExpressionError(f"per: {', '.join(per)} says more than what the rule is about")

    def _read(self, text: str) -> None:
        found = expressions.read(text, self.rule.names)
        if isinstance(found, Period):
            self.periods.append(found)
        elif isinstance(found, Items):
            raise ExpressionError(f"{text} is a list", expected="member, household, a fact of the item or a period")
        else:
            self.keys.append(text)

    def share(self, amount: core.Ref, at: str, unit: Unit, paid: bool) -> Expr:
        """The amount, or what earlier items and payments leave of the cap."""
        rule = self.rule
        limit_unit = unit * rule.subject_unit() / rule.subject_unit(self.level)
        limit = rule.amount(at, ("cap",), limit_unit)
        used: list[Expr] = []
        if self.level != rule.owner:
            used.append(rule.define("earlier_items", self._earlier(amount), role="earlier_items"))
        if paid and self._on_record(unit):
            # What was paid in a period is told by its formula, which says in which.
            paid_before = rule.define(
                "paid_before", self._paid(limit_unit), role="paid_before", hidden=bool(self.periods)
            )
            used.append(paid_before)
        left = build.subtract(limit, build.add(*used)) if used else limit
        return build.extreme("min", (amount, build.retype(build.floor_at_zero(left), amount.type)))

    # Items that come before.

    def _earlier(self, amount: core.Ref) -> Expr:
        """The sum of the amounts of the items that share the cap and come before this one."""
        rule = self.rule
        renamed: dict[str, str] = {}
        names, loops, ahead = rule.names, list[tuple[str, Items]](), list[tuple[Expr, Expr]]()
        for depth in range(len(self.level), len(rule.owner)):
            own = rule.item_var(rule.owner[: depth + 1])
            outer = rule.item_var(rule.owner[:depth])
            items = names.list_of(renamed.get(outer, outer), rule.owner[:depth], rule.owner[depth])
            renamed[own], names = names.bind(own, items)
            loops.append((renamed[own], items))
            top = items.source.max_items - 1
            ahead.append((core.Position(renamed[own], top), core.Position(own, top)))
        same = [
            build.compare("==", expressions.read_value(key, names), expressions.read_value(key, rule.names))
            for key in self.keys
        ]
        before = core.conjunction(self._comes_before(names, loops[-1][1], ahead), *same)
        counted = core.conjunction(core.rename(rule.counts, renamed), before)
        total: Expr = core.rename(amount, renamed)
        for position, (var, items) in reversed(list(enumerate(loops))):
            where = counted if position == len(loops) - 1 else None
            total = expressions.aggregate("sum", Items(items.source, var, where, items.unit), total)
        return total

    def _comes_before(self, names: Names, items: Items, ahead: list[tuple[Expr, Expr]]) -> Expr:
        """Whether the other item is settled first: by date, those without one before all; then as they are listed."""
        result: Expr = core.FALSE
        for other, own in reversed(ahead):
            same = build.compare("==", other, own)
            result = core.disjunction(build.compare("<", other, own), core.conjunction(same, result))
        try:
            order = names.order_key(items)
        except ExpressionError:
            return result
        item = self.rule.item_var(self.rule.owner)
        theirs, mine = (expressions.read_value(f"{item}.{order}", scope) for scope in (names, self.rule.names))
        return core.disjunction(
            core.Compare("<", theirs, mine), core.conjunction(core.Compare("==", theirs, mine), result)
        )

    # Payments on record.

    def _on_record(self, unit: Unit) -> bool:
        """Whether payments count: sums paid once, by whoever the programme is for, not told apart by a key."""
        attributable = self.level == self.rule.programme_owner and not self.keys
        once = not any(unit.power(name) for name in ("month", "year", "term"))
        if self.periods and not attributable:
            raise ExpressionError(
                "a payment on record does not say to which of these it belongs",
                hint="Give the cap per what the programme is about, and the period.",
            )
        if self.periods and not once:
            raise ExpressionError(
                f"a cap in a period on what is paid as {unit}",
                expected="a sum paid once",
                hint="Cap what is paid each month without a period.",
            )
        return attributable and once

    def _paid(self, unit: Unit) -> Expr:
        """What the rule has paid so far, in the period if there is one."""
        rule = self.rule
        items = rule.names.paid(tuple(rule.id.split(".")))
        var, inner = rule.names.bind("payment", items)
        where = core.TRUE if items.where is None else core.rename(items.where, {items.var: var})
        paid_on = expressions.read_value("payment.paid_on", inner)
        for period in self.periods:
            inside = build.compare(">=", paid_on, period.start), build.compare("<=", paid_on, period.end)
            where = core.conjunction(where, *inside)
        amount = expressions.read_value("payment.amount", inner)
        total = expressions.aggregate("sum", Items(items.source, var, where, items.unit), amount)
        return build.as_amount(total, unit, "what was paid")
