"""What all kinds of rules share: their common fields, and the tools by which a rule becomes core definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar, Literal, TypeVar

from aidrules.errors import PackError, Problem
from aidrules.facts.schema import Path, may_be_unlisted, subject_at
from aidrules.kinds.caps import capped
from aidrules.kinds.workshop import Workshop
from aidrules.language import build, core, expressions, tree
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, DATE, Expr, Ref, Type
from aidrules.language.expressions import Items, Meaning
from aidrules.language.fields import Cite, Expression, Expressions, Force, Identifier, Label, Labelled
from aidrules.language.models import CapField, Conditions, FloorField, Payment
from aidrules.language.models import Rounding as RoundingModel
from aidrules.language.names import Names
from aidrules.language.units import Unit

T = TypeVar("T")


class RuleModel(Labelled):
    """The fields that every rule may have."""

    taken_out: ClassVar = ("reading", "in_force", "versions", "chosen_by")

    kind: Identifier
    force: Force = "must"
    each: Expression | None = None
    when: Expressions = ()


class ConditionModel(RuleModel):
    """A rule that is a condition: one expression, or named alternatives or parts.

    Attributes:
        also: alternatives to the whole of it, which a narrower pack adds.
    """

    any_of: Conditions | None = None
    all_of: Conditions | None = None
    also: Conditions | None = None


class ShapedModel(RuleModel):
    """A rule that comes to an amount."""

    floor: FloorField | None = None
    cap: CapField | None = None
    round: RoundingModel | None = None


class PayingModel(ShapedModel):
    """A rule that pays."""

    payment: Payment | None = None
    payee: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a rule: an item of a list, a grade, a case, an alternative.

    Attributes:
        definition: the definition that says whether it holds.
        value: a definition with what it gives, where it gives something.
    """

    id: str
    label: Label
    cite: tuple[Cite, ...]
    definition: str
    value: str | None = None


@dataclass(slots=True)
class Lowered:
    """What became of a rule.

    Attributes:
        owner: the list for whose items it holds.
        roles: the definitions by what they are for: condition, value, amount, total, start, end, due ...
        parts: its named parts.
        pays: how often what it pays is paid, if it pays.
        details: fixed facts about the rule that sentences use.
    """

    owner: Path
    roles: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    pays: str | None = None
    details: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VersionModel:
    """One dated version of a rule."""

    start: date | None
    until: date | None
    node: tree.Mapping
    model: RuleModel


class Lowering:
    """Turns one rule into core definitions; every error says where in the file it lies."""

    def __init__(
        self,
        shop: Workshop,
        rule: str,
        programme: str,
        programme_owner: Path,
        node: tree.Mapping,
        label: Label,
        each: str | None = None,
        extra: Mapping[str, Expr] | None = None,
        versions: tuple[VersionModel, ...] = (),
        chosen_by: str | None = None,
    ) -> None:
        self.shop, self.id, self.programme, self.programme_owner = shop, rule, programme, programme_owner
        self.node, self.label, self.extra = node, label, dict(extra or {})
        self.versions, self.chosen_by = versions, chosen_by
        self.names = self._scope(programme_owner)
        self.counts: Expr = core.TRUE
        owner = programme_owner
        if each is not None:
            owner, self.counts = self.at(("each",), lambda: shop.each(each, self.names))
            self.names = self._scope(owner)
        self.made = Lowered(owner)

    def _scope(self, owner: Path) -> Names:
        scope = self.shop.item_scope(owner, self.programme)
        return replace(scope, extra={**scope.extra, **self.extra})

    def within(self, each: str, path: tuple[str | int, ...]) -> Lowering:
        """The same rule, for the items of another list (an exclusion item with its own `each:`)."""
        inner = Lowering(self.shop, self.id, self.programme, self.programme_owner, self.node, self.label)
        owner, inner.counts = self.at((*path, "each"), lambda: self.shop.each(each, self.names))
        inner.names = inner._scope(owner)
        inner.made = replace(self.made, owner=owner)
        return inner

    def by_version(self, lower: Callable[[Any], Expr], model: Any) -> Expr:
        """The condition of the version that a date of the case chooses; of the model itself without versions."""
        if not self.versions:
            return lower(model)
        if model.also is not None:
            hint = "Restate the versions in the override"
            raise self.error(("also",), "also: beside versions that a date of the case chooses", hint=hint)
        assert self.chosen_by is not None
        chosen = self.date(self.chosen_by, ("chosen_by",))
        if chosen.type.optional:
            # Where the case has no such date, the law of the day holds.
            chosen = build.choose(core.IsNone(chosen), core.Today("on"), chosen)
            chosen = build.retype(chosen, DATE)
        result: Expr = core.FALSE
        for version in self.versions:
            node, self.node = self.node, version.node
            condition = lower(version.model)
            self.node = node
            bounds = []
            if version.start is not None:
                bounds.append(build.compare(">=", chosen, core.Const(version.start.toordinal(), DATE)))
            if version.until is not None:
                bounds.append(build.compare("<=", chosen, core.Const(version.until.toordinal(), DATE)))
            result = build.choose(core.conjunction(*bounds), condition, result)
        return result

    @property
    def owner(self) -> Path:
        """The list for whose items the rule holds."""
        return self.made.owner

    def at(self, path: tuple[str | int, ...], make: Callable[[], T]) -> T:
        """Do something for a field; what goes wrong is reported at its place."""
        try:
            return make()
        except ExpressionError as error:
            raise self.error(path, error.found, error.expected, error.hint, error.column) from None

    def error(
        self,
        path: tuple[str | int, ...],
        found: str,
        expected: str | None = None,
        hint: str | None = None,
        column: int | None = None,
    ) -> PackError:
        """A problem at a field of the rule."""
        return PackError(Problem(found, self.node.at(path, column), self.id, expected, hint))

    def expr(self, text: str, path: tuple[str | int, ...], expected: Type | None = None) -> Expr:
        """A value written in a field."""
        return self.at(path, lambda: expressions.read_value(text, self.names, expected))

    def share(self, text: str, path: tuple[str | int, ...]) -> Expr:
        """A share written in a field: what is more than the whole needs the sign %."""
        share = self.expr(text, path)
        self.at(path, lambda: self.shop.check_share(share))
        return share

    def meaning(self, text: str, path: tuple[str | int, ...]) -> Meaning:
        """A value, list or period written in a field."""
        return self.at(path, lambda: expressions.read(text, self.names))

    def condition(self, texts: Iterable[str], path: tuple[str | int, ...]) -> Expr:
        """The conditions written in a field; all must hold, none is always true."""
        parts = [self.at(path, lambda t=text: _condition(t, self.names)) for text in texts]  # type: ignore[misc]
        return core.conjunction(*parts)

    def date(self, text: str, path: tuple[str | int, ...]) -> Expr:
        """A date written in a field."""
        return self.at(path, lambda: build.expect(self.expr(text, path, DATE), "date", "this"))

    def define(
        self,
        suffix: str,
        expr: Expr,
        *,
        role: str | None = None,
        label: Label | None = None,
        hidden: bool = False,
        owner: Path | None = None,
    ) -> Ref:
        """Enter a definition of the rule; `suffix` "" is the rule's own name."""
        name = f"{self.id}.{suffix}" if suffix else self.id
        where = self.owner if owner is None else owner
        self.shop.define(core.Definition(name, where, expr, label or self.label, hidden=hidden))
        if role is not None:
            self.made.roles[role] = name
        return Ref(name, self.item_var(where), expr.type)

    def item_var(self, owner: Path) -> str:
        """The variable of the items of an owner list, in rules of that owner."""
        return self.shop.item_scope(owner, self.programme).variable(owner) or core.HOUSEHOLD

    def part(
        self,
        part_id: str,
        label: Label,
        cite: tuple[Cite, ...],
        condition: Expr,
        value: Expr | None = None,
        *,
        opened: bool = False,
    ) -> Ref:
        """Enter a named part with its condition and, if it has one, its value; `opened` shows what it is made of."""
        ref = self.define(part_id, condition, label=label, hidden=opened)
        worth = None if value is None else self.define(f"{part_id}.value", value, label=label, hidden=True).name
        self.made.parts.append(Part(part_id, label, cite, ref.name, worth))
        return ref

    def programme_ref(self, result: str) -> Ref:
        """A result of the rule's own programme (`eligible`), seen from the rule's items."""
        return self.shop.reference(
            f"{self.programme}.{result}", self.names.variable(self.programme_owner) or core.HOUSEHOLD
        )

    def subject_unit(self, owner: Path | None = None) -> Unit:
        """The counting unit of the rule's items: person, household, claim."""
        return subject_unit(self.names, self.owner if owner is None else owner)

    def named_conditions(self, conditions: Mapping[str, object], key: str, joined: str) -> Expr:
        """The parts of `any_of` or `all_of`, each entered with its clause; joined by or, or by and."""
        refs: list[Expr] = []
        for name, model in conditions.items():
            texts = tuple(getattr(model, "when", ()))
            condition = self.condition(texts, (key, name, "when"))
            refs.append(self.part(name, model.label(name), model.cite, condition))  # type: ignore[attr-defined]
        return core.disjunction(*refs) if joined == "or" else core.conjunction(*refs)

    def whole_condition(self, model: ConditionModel) -> Expr:
        """What a condition rule asks: `when`, and `any_of` and `all_of` where given; or one of `also`."""
        parts = [self.condition(model.when, ("when",))]
        if model.any_of is not None:
            parts.append(self.named_conditions(model.any_of, "any_of", "or"))
        if model.all_of is not None:
            parts.append(self.named_conditions(model.all_of, "all_of", "and"))
        whole = core.conjunction(*parts)
        if model.also is None:
            return whole
        if whole == core.TRUE:
            hint = "An item of a list is added as items.name, a case as cases.name"
            expected = "a rule with when:, any_of: or all_of:"
            raise self.error(("also",), "also: has no condition to widen", expected, hint)
        return core.disjunction(whole, self.named_conditions(model.also, "also", "or"))

    def shaped(self, amount: Expr, model: ShapedModel, unit: Unit, *, paid: bool = False) -> Expr:
        """Apply `floor:`, `cap:` and `round:`, in that order, each entered by name for the trace."""
        if model.floor is not None or model.cap is not None or model.round is not None:
            amount = self.define("before_limits", amount, hidden=True)
        if model.floor is not None:
            at = self.amount(model.floor.at, ("floor",), unit)
            lifted = build.extreme("max", (amount, at))
            if model.floor.when is not None:
                lifted = build.choose(self.condition((model.floor.when,), ("floor", "when")), lifted, amount)
            amount = lifted
        if model.cap is not None:
            # Items that share a cap leave to later ones what they are not paid themselves, so each is rounded first.
            amount = capped(self, _rounded(amount, model.round) if model.cap.per else amount, model.cap, unit, paid)
        amount = _rounded(amount, model.round)
        return build.retype(amount, Type("number", unit))

    def amount(self, text: str, path: tuple[str | int, ...], unit: Unit) -> Expr:
        """A number written in a field, measured in a unit."""
        value = self.expr(text, path)
        return self.at(path, lambda: build.as_amount(value, unit, f"`{text}`"))

    def span(self, text: str, path: tuple[str | int, ...]) -> Expr:
        """A length of time written in a field, as a quantity (`30 working_day`) or an expression."""
        return self.at(path, lambda: expressions.read_span(text, self.names))

    def summed(self, ref: Ref, owner: Path, target: Path) -> Expr:
        """An amount of the items of one list, added up for the items of a wider one."""
        if owner == target:
            return ref
        outer = self.item_var(owner[:-1])
        items = self.names.list_of(outer, owner[:-1], owner[-1])
        var = f"{owner[-1]}#sum"
        inner = expressions.aggregate(
            "sum", Items(items.source, var, None, items.unit), core.rename(ref, {ref.var: var})
        )
        if owner[:-1] == target:
            return inner
        between = self.define(f"{ref.name.rpartition('.')[2]}_per_{outer}", inner, hidden=True, owner=owner[:-1])
        return self.summed(between, owner[:-1], target)

    def holds_for_any(self, ref: Ref, owner: Path, target: Path, function: Literal["any", "all"] = "any") -> Expr:
        """Whether something holds for any (or all) of the items of a list, seen from a wider one."""
        if owner == target:
            return ref
        outer = self.item_var(owner[:-1])
        items = self.names.list_of(outer, owner[:-1], owner[-1])
        var = f"{owner[-1]}#{function}"
        inner = expressions.aggregate(
            function, Items(items.source, var, None, items.unit), core.rename(ref, {ref.var: var})
        )
        if owner[:-1] == target:
            return inner
        between = self.define(f"{function}_{outer}", inner, hidden=True, owner=owner[:-1])
        return self.holds_for_any(between, owner[:-1], target, function)

    def pay(self, value: Expr, model: PayingModel) -> None:
        """Enter what a rule pays: its value, the amount due where the programme pays, and the sum over its items."""
        times = [name for name in ("month", "year", "term") if value.type.unit.power(name) == -1]
        unit = Unit.of({self.shop.currency: 1}) / self.subject_unit()
        for name in times:
            unit = unit / Unit(((name, 1),))
        if build.is_zero(value):
            unit = unit / Unit((("month", 1),))
            times = ["month"]
        value = self.at(("amount",), lambda: build.as_amount(value, unit, "what the rule pays"))
        shaped = self.shaped(value, model, unit, paid=True)
        ref = self.define("value", shaped, role="value", hidden=True)
        due = build.gate(core.conjunction(self.programme_ref("eligible"), self.counts), ref)
        amount = self.define("", self.kept(build.retype(due, shaped.type)), role="amount")
        if self.owner != self.programme_owner:
            total = self.summed(amount, self.owner, self.programme_owner)
            # Items that nobody has listed do not say by themselves that nothing is due to anybody.
            if may_be_unlisted(self.names.catalogue.schema, self.owner, self.programme_owner):
                total = build.gate(self.programme_ref("eligible"), total)
            self.define("total", total, role="total", owner=self.programme_owner)
            self.define(
                "total_value",
                self.summed(ref, self.owner, self.programme_owner),
                hidden=True,
                owner=self.programme_owner,
            )
        self.made.pays = times[0] if times else "once"

    def kept(self, due: Expr) -> Expr:
        """What is due, unless the programme gives way to another with which it may not be had."""
        if not any(self.programme in among for among in self.shop.combinations().values()):
            return due
        ref = self.define("due", due, role="before_combination", hidden=True)
        if self.owner != self.programme_owner:
            total = self.summed(ref, self.owner, self.programme_owner)
            self.define("due_total", total, role="before_combination", hidden=True, owner=self.programme_owner)
        return build.retype(build.gate(core.negation(self.programme_ref("gives_way")), ref), due.type)


def _rounded(amount: Expr, to: RoundingModel | None) -> Expr:
    return amount if to is None else core.Round(amount, Fraction(to.to), to.mode)


def _condition(text: str, names: Names) -> Expr:
    return build.expect(expressions.read_value(text, names, BOOL), "bool", f"`{text}`")


def subject_unit(names: Names, owner: Path) -> Unit:
    """The counting unit of the items of an owner list."""
    subject = subject_at(names.catalogue.schema, owner)
    return Unit.parse(subject.unit, (*names.catalogue.units, subject.unit))
