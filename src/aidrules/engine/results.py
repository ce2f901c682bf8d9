"""What every programme results in: whether it is open, its conditions, eligibility, amounts and outcome.

Also what it reads from the facts: whether it is in payment, since when, and what was paid last.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.engine import shares
from aidrules.facts.schema import Field, Path
from aidrules.language import build, core, expressions
from aidrules.language.core import BOOL, OPTIONAL_DATE, Expr, Type
from aidrules.language.expressions import Items
from aidrules.language.fields import Label
from aidrules.language.models import FindingModel
from aidrules.language.units import Unit

if TYPE_CHECKING:
    from aidrules.decision.forms import Way
    from aidrules.engine import Compiled
    from aidrules.engine.compiler import Compiler

OUTCOMES = ("eligible", "at_discretion", "exception_possible", "ineligible", "not_opened", "phasing_out")
OUTCOME = Type("enum", options=OUTCOMES)

RESULTS: Mapping[str, Label] = {
    "in_payment": Label("正在享受", "in payment"),
    "since": Label("享受起始日期", "in payment since"),
    "last_amount": Label("最近月发放金额", "last monthly amount"),
    "last_top_up": Label("最近月基本部分", "last top-up"),
    "last_supplement": Label("最近月增发部分", "last supplement"),
    "phase_out_since": Label("渐退期起始日期", "phase-out since"),
    "phase_out_months": Label("核定的渐退月数", "months of phase-out granted"),
    "opened": Label("途径开放", "route open"),
    "conditions": Label("各项条件均符合", "all conditions hold"),
    "conditions_in_principle": Label("原则性条件均符合", "conditions in principle hold"),
    "excluded": Label("属于不予认定情形", "excluded"),
    "excluded_in_principle": Label("原则上不予认定", "excluded in principle"),
    "excluded_at_discretion": Label("可以不予认定", "may be excluded"),
    "eligible": Label("符合条件", "eligible"),
    "phasing_out": Label("处于渐退期", "in phase-out"),
    "active": Label("享受中（含渐退期）", "active, phase-out included"),
    "ended": Label("原有待遇终止", "benefit in payment ends"),
    "reduced": Label("月发放金额减少", "monthly amount reduced"),
    "gives_way": Label("因不得重复享受而不发放", "gives way to another benefit"),
    "amount_alone": Label("不计重复享受时的月应发金额", "monthly amount before other benefits are looked at"),
    "amount": Label("月发放金额", "monthly amount"),
    "termly": Label("每学期发放金额", "amount each term"),
    "yearly": Label("每年发放金额", "yearly amount"),
    "one_off": Label("一次性发放金额", "one-off amount"),
    "share": Label("本人的月份额", "monthly share of the person"),
    "outcome": Label("结果", "outcome"),
}
"""Every result by its name, with the label that follows the programme's own."""

RECKONED = frozenset({"amount_alone"})
"""Results that neither decide nor pay, and may show what is confidential."""

PAID: Mapping[str, str] = {"amount": "month", "termly": "term", "yearly": "year", "one_off": "once"}
"""Results that sum up what is paid, with how often the payments in each are made."""

SHOWN = ("eligible", "active", "amount", "one_off", "outcome")
"""Results that every decision shows; the others are computed where something reads them or, of `PAID`, is paid so."""

_BENEFITS: Mapping[str, str] = {
    "last_amount": "last_amount",
    "last_top_up": "top_up",
    "last_supplement": "supplement",
}

KEPT = frozenset(
    {*SHOWN, *PAID, *_BENEFITS, "phasing_out", "gives_way", "in_payment", "phase_out_since", "ended", "reduced"}
)
"""Results that decisions are told by: no rule or definition of a programme may take their names."""


def paid_by(compiled: Compiled, programme: str) -> dict[Way, str]:
    """What sums up each way in which a programme pays: of every one by the month and once, and where a rule pays so."""
    ways: dict[Way, str] = {"monthly": "amount", "termly": "termly", "yearly": "yearly", "one_off": "one_off"}
    return {way: result for way, result in ways.items() if f"{programme}.{result}" in compiled.definitions}


def is_result(programmes: Container[str], name: str) -> bool:
    """Whether a full name is a result of a programme."""
    programme, _, result = name.rpartition(".")
    return result in RESULTS and programme in programmes


def label(programme: Label, result: str) -> Label:
    """The label of a programme's result."""
    own = RESULTS[result]
    return Label(f"{programme.zh}：{own.zh}", f"{programme.en}: {own.en}")


def owner_of(compiler: Compiler, name: str) -> Path:
    """For which list's items a result is."""
    programme, _, result = name.rpartition(".")
    return shares.OWNER if result == "share" else compiler.programme_owner(programme) or ()


def type_of(compiler: Compiler, name: str) -> Type | None:
    """The type of a result; all are known without lowering anything."""
    result = name.rpartition(".")[2]
    if result in ("since", "phase_out_since"):
        return OPTIONAL_DATE
    if result == "phase_out_months":
        return Type("number", Unit.parse("month"))
    if result == "outcome":
        return OUTCOME
    if result in PAID or result in ("amount_alone", "share") or result in _BENEFITS:
        subject = "person" if owner_of(compiler, name) else compiler.schema.unit
        unit, every = Unit.of({compiler.currency: 1, subject: -1}), PAID.get(result, "month")
        return Type("number", unit if every == "once" else unit / Unit(((every, 1),)))
    return BOOL


def lower(compiler: Compiler, programme: str, result: str) -> Expr:
    """The core expression of a result."""
    return _LOWERED[result](_Composition(compiler, programme), result)


class _Composition:
    """How one programme is put together from its rules."""

    def __init__(self, compiler: Compiler, programme: str) -> None:
        self.compiler, self.programme = compiler, programme
        self.owner = compiler.programme_owner(programme) or ()
        self.var = "member" if self.owner else core.HOUSEHOLD
        self.names = compiler.item_scope(self.owner, programme)

    def ref(self, name: str) -> Expr:
        """A result of the programme; one that is fixed, or only another name, is not entered for itself.

        Nor is one whose name a rule of the programme has: by the name, that one rule would be meant.
        """
        found, full = _LOWERED[name](self, name), f"{self.programme}.{name}"
        if isinstance(found, core.Const | core.Ref) or full in self.compiler.rules.entries:
            return found
        return self.compiler.reference(full, self.var)

    def rules(self, *kinds: str) -> tuple[str, ...]:
        return self.compiler.rule_names(self.programme, *kinds)

    def conditions(self, wanted: Callable[[str, str | None], bool]) -> list[Expr]:
        """The eligibility rules that `wanted(force, otherwise)` picks."""
        found: list[Expr] = []
        for name in self.rules("eligibility"):
            model = self.compiler.rules.model(name)
            if wanted(model.force, getattr(model, "otherwise", None)):
                found.append(self.compiler.reference(name, self.var))
        return found

    def exclusions(self, *forces: str) -> list[Expr]:
        return [
            self.compiler.reference(name, self.var)
            for name in self.rules("exclusion")
            if self.compiler.rules.model(name).force in forces
        ]

    def benefits(self, field: str | None) -> tuple[Items, Expr]:
        """This programme's benefits in payment, and a field of them."""
        items = self.names.list_of(self.var, self.owner, "benefits")
        var, inner = self.names.bind("benefit", items)
        of_programme = core.Compare(
            "==",
            _value(inner.resolve(("benefit", "programme"))),
            core.Const(self.programme, core.TEXT, self.programme),
        )
        body = of_programme if field is None else _value(inner.resolve(("benefit", field)))
        where = None if field is None else of_programme
        return Items(items.source, var, where, items.unit), body


def _value(meaning: object) -> Expr:
    assert isinstance(meaning, Expr)
    return meaning


def _in_payment(c: _Composition, _: str) -> Expr:
    items, body = c.benefits(None)
    return expressions.aggregate("any", items, body)


def _date_of_benefit(c: _Composition, result: str) -> Expr:
    items, body = c.benefits(result)
    return expressions.aggregate("latest", items, body)


def _sum_of_benefits(c: _Composition, result: str) -> Expr:
    items, body = c.benefits(_BENEFITS[result])
    return expressions.aggregate("sum", items, body)


def _months_granted(c: _Composition, _: str) -> Expr:
    items, body = c.benefits("phase_out_months")
    since = c.benefits("phase_out_since")[1]
    assert items.where is not None
    granted = Items(
        items.source, items.var, core.conjunction(items.where, core.negation(core.IsNone(since))), items.unit
    )
    return expressions.aggregate("max", granted, body, build.number(0, body.type.unit))


def _opened(c: _Composition, _: str) -> Expr:
    parts = c.conditions(lambda _, otherwise: otherwise == "not_opened")
    members = c.compiler.members_of(c.programme) if c.owner else None
    if isinstance(members, Items) and members.where is not None:
        parts.append(core.rename(members.where, {members.var: c.var}))
    return core.conjunction(*parts)


def _conditions(c: _Composition, _: str) -> Expr:
    return core.conjunction(*c.conditions(lambda force, otherwise: otherwise is None and force != "in_principle"))


def _in_principle(c: _Composition, _: str) -> Expr:
    return core.conjunction(*c.conditions(lambda force, otherwise: otherwise is None and force == "in_principle"))


def _excluded(c: _Composition, result: str) -> Expr:
    forces = {
        "excluded": ("must",),
        "excluded_in_principle": ("in_principle",),
        "excluded_at_discretion": ("may", "encouraged"),
    }
    return core.disjunction(*c.exclusions(*forces[result]))


def _eligible(c: _Composition, _: str) -> Expr:
    held: list[Expr] = [c.ref(name) for name in ("opened", "conditions", "conditions_in_principle")]
    against = [c.ref(name) for name in ("excluded", "excluded_in_principle", "excluded_at_discretion")]
    return core.conjunction(*held, *(core.negation(item) for item in against))


def _phasing_out(c: _Composition, _: str) -> Expr:
    running = [c.compiler.reference(name, c.var) for name in c.rules("phase_out")]
    return core.conjunction(core.disjunction(*running), core.negation(c.ref("eligible")))


def _active(c: _Composition, _: str) -> Expr:
    return core.disjunction(c.ref("eligible"), c.ref("phasing_out"))


def _ended(c: _Composition, _: str) -> Expr:
    return core.conjunction(c.ref("in_payment"), core.negation(c.ref("active")))


def _reduced(c: _Composition, _: str) -> Expr:
    less = core.Compare("<", c.ref("amount"), c.ref("last_amount"))
    return core.conjunction(c.ref("in_payment"), c.ref("active"), less)


def _paid(c: _Composition, result: str) -> Expr:
    kind = type_of(c.compiler, f"{c.programme}.{result}")
    assert kind is not None
    terms: list[Expr] = []
    for name in c.rules("top_up", "amount", "supplement", "phase_out"):
        c.compiler.rules.lower(name)
        rule = c.compiler.rules.made[name]
        if rule.pays != PAID.get(result, "month") or (rule.payment is not None and rule.payment.form == "loan"):
            continue
        made = rule.roles.get("total", rule.roles["amount"])
        if result == "amount_alone":
            made = rule.roles.get("before_combination", made)
        # Beside what is per term stand sums that are only said to be paid so.
        terms.append(build.retype(c.compiler.reference(made, c.var), kind))
    return build.add(*terms) if terms else core.Const(Fraction(0), kind, "0")


def _gives_way(c: _Composition, _: str) -> Expr:
    given: list[Expr] = []
    for name, among in c.compiler.combinations().items():
        if c.programme in among:
            var = c.var if c.compiler.owner(name) == c.owner else core.HOUSEHOLD
            given.append(c.compiler.reference(f"{name}.{c.programme}", var))
    return core.disjunction(*given)


def _outcome(c: _Composition, _: str) -> Expr:
    def says(name: str) -> core.Const:
        return core.Const(name, OUTCOME, name)

    may = c.compiler.pack.programmes[c.programme].model.force in ("may", "encouraged") or any(
        c.compiler.rules.model(name).force in ("may", "encouraged") for name in c.rules("eligibility")
    )
    sound = core.conjunction(c.ref("conditions"), core.negation(c.ref("excluded")))
    value: Expr = says("ineligible")
    if _excluded(c, "excluded_in_principle") != core.FALSE or _in_principle(c, "") != core.TRUE:
        value = build.choose(sound, says("exception_possible"), value)
    if _excluded(c, "excluded_at_discretion") != core.FALSE:
        firm = core.conjunction(sound, c.ref("conditions_in_principle"), core.negation(c.ref("excluded_in_principle")))
        value = build.choose(firm, says("at_discretion"), value)
    if c.rules("phase_out"):
        value = build.choose(c.ref("phasing_out"), says("phasing_out"), value)
    value = build.choose(c.ref("eligible"), says("at_discretion" if may else "eligible"), value)
    return build.retype(build.choose(c.ref("opened"), value, says("not_opened")), OUTCOME)


_LOWERED: Mapping[str, Callable[[_Composition, str], Expr]] = {
    "in_payment": _in_payment,
    "since": _date_of_benefit,
    "last_amount": _sum_of_benefits,
    "last_top_up": _sum_of_benefits,
    "last_supplement": _sum_of_benefits,
    "phase_out_since": _date_of_benefit,
    "phase_out_months": _months_granted,
    "opened": _opened,
    "conditions": _conditions,
    "conditions_in_principle": _in_principle,
    "excluded": _excluded,
    "excluded_in_principle": _excluded,
    "excluded_at_discretion": _excluded,
    "eligible": _eligible,
    "phasing_out": _phasing_out,
    "active": _active,
    "ended": _ended,
    "reduced": _reduced,
    "gives_way": _gives_way,
    "amount_alone": _paid,
    **dict.fromkeys(PAID, _paid),
    "share": lambda c, _: shares.lower(c.compiler, c.programme),
    "outcome": _outcome,
}


def absent(model: FindingModel, field: Field) -> core.Value | None:
    """What a finding counts as where nobody recorded it; None leaves it unknown."""
    said = model.if_absent
    if said == "unknown":
        return None
    if field.type == "bool" and said in ("true", "false"):
        return said == "true"
    if field.type in ("money", "number"):
        return Fraction(field.low or 0) if said == "lower" else Fraction(said)
    if field.type == "date":
        return core.NO_DATE if said == "none" else date.fromisoformat(said).toordinal()
    return said
