"""Checks of programmes as a whole: means test beside phase-out, rounding, terms of payment, endless deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aidrules.engine.layout import resting_on
from aidrules.engine.paying import left_to_programme
from aidrules.language import core, tree
from aidrules.language.core import Expr
from aidrules.language.fields import Label
from aidrules.lint.check import Hit, check
from aidrules.lint.linted import Linted
from aidrules.lint.logic import Logic

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.engine.compiled import Rule


@check(
    "L601",
    "warning",
    (
        "恰好在线上的家庭既不符合 {test}，也不进入 {name}",
        "a household exactly on the line neither meets {test} nor opens {name}",
    ),
    (
        "用 < 和 >=（或者 <= 和 >）划清，或者在 reading: 中写明选择",
        "Write < and >= (or <= and >), or say under reading: which side it falls on",
    ),
)
def on_no_side(linted: Linted) -> Iterator[Hit]:
    """Find phase-outs whose trigger and the condition that may fail leave out the line itself."""
    for compiled in linted.compiled():
        logic = Logic(compiled)
        for rule in compiled.rules.values():
            entry = linted.entries.get(rule.id)
            if rule.kind != "phase_out" or entry is None:
                continue
            trigger = compiled.definitions[rule.roles["trigger"]].expr
            for test in _apart(compiled, rule):
                fields = linted.pack.programmes[rule.programme].rules[test.id.rpartition(".")[2]]
                chosen = any(other.node.get("when") != fields.node.get("when") for other in fields.alternatives)
                if not chosen and _leaves_out_the_line(logic, _condition(compiled, test), trigger):
                    yield Hit(linted.place(entry), rule.id, {"test": test.id})


def _apart(compiled: Compiled, rule: Rule) -> Iterator[Rule]:
    """The eligibility rules that may fail for a phase-out."""
    for name in getattr(rule.model, "apart_from", ()):
        yield compiled.rules[f"{rule.programme}.{name}"]


def _condition(compiled: Compiled, rule: Rule) -> Expr:
    return compiled.definitions[rule.roles.get("each", rule.roles["condition"])].expr


def _leaves_out_the_line(logic: Logic, test: Expr, trigger: Expr) -> bool:
    """Whether on a line that both compare with, the one cannot hold and the other cannot open."""
    lines = {(one.form, one.number): one for one in logic.boundaries(test) if one.form}
    for other in logic.boundaries(trigger):
        line = lines.get((other.form, other.number))
        if line is not None:
            on_it = logic.on(line)
            if not logic.possible(test, on_it) and not logic.possible(trigger, on_it):
                return True
    return False


@check(
    "L602",
    "warning",
    ("{name} 对已经取整的 {other} 再次取整", "{name} rounds {other}, which is rounded already"),
    ("只在最后取整一次", "Round once, at the end"),
)
def rounded_twice(linted: Linted) -> Iterator[Hit]:
    """Find what rounds a number that has been rounded, and nothing else done to it."""
    for compiled in linted.compiled():
        for made in compiled.definitions.values():
            entry = next((linted.entries[name] for name in _heads(made.name) if name in linted.entries), None)
            if entry is None:
                continue
            for part in core.walk(made.expr):
                if isinstance(part, core.Round) and (other := _rounded(compiled, part.inner, entry.id)) is not None:
                    yield Hit(linted.place(entry), entry.id, {"other": other})


def _heads(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _rounded(compiled: Compiled, expr: Expr, own: str) -> str | None:
    """What an expression is, if that is a number rounded already."""
    if isinstance(expr, core.Round):
        return own
    if isinstance(expr, core.If) and core.ZERO.value in (_value(expr.then), _value(expr.other)):
        return _rounded(compiled, expr.then if _value(expr.other) == 0 else expr.other, own)
    if isinstance(expr, core.Ref) and expr.name in compiled.definitions:
        found = _rounded(compiled, compiled.definitions[expr.name].expr, own)
        return None if found is None else expr.name if own not in _heads(expr.name) else found
    return None


def _value(expr: Expr) -> core.Value | None:
    return expr.value if isinstance(expr, core.Const) else None


@check(
    "L603",
    "warning",
    ("期限 {name} 没有写明何时办结", "the deadline {name} does not say when it was met"),
    (
        "写明 until: 办结的日期；否则过期后一直显示逾期",
        "Write until: the day on which it was done; else it stays overdue",
    ),
)
def endless_deadline(linted: Linted) -> Iterator[Hit]:
    """Find deadlines that nothing can meet."""
    for entry in linted.entries.values():
        if entry.kind == "deadline" and "until" not in entry.node.items:
            yield Hit(linted.place(entry), entry.id)


@check(
    "L604",
    "warning",
    ("{name} 没有写明成立与不成立时的说法", "{name} has no sentence for its holding and not holding"),
    ("写明 says:，使文书中的“为何”成为句子", "Write says:, from which letters take why and why not"),
)
def without_says(linted: Linted) -> Iterator[Hit]:
    """Find lists of conditions that have a name, and no sentences for their holding and not holding."""
    for entry in linted.entries.values():
        listed = any(isinstance(entry.node.get(key), tree.Mapping) for key in ("any_of", "all_of"))
        if listed and entry.kind is None and "says" not in entry.node.items:
            yield Hit(linted.place(entry), entry.id)


@check(
    "L605",
    "warning",
    (
        "{name} 从替代金额中扣除的不是 {other} 实际发放的数额，其下限、上限和取整都未计入",
        "{name} takes another sum off than {other} pays: its floor, cap and rounding are left out",
    ),
    (
        "在 instead_of: 写明所发放数额中本人的部分，例如 dibao.gap / count(members)",
        "Write under instead_of: the person's part of what is paid, such as dibao.gap / count(members)",
    ),
)
def instead_of_another_sum(linted: Linted) -> Iterator[Hit]:
    """Find supplements paid instead of a gap that is not the one which the programme pays."""
    for compiled in linted.compiled():
        for rule in compiled.rules.values():
            entry = linted.entries.get(rule.id)
            if entry is None or getattr(rule.model, "instead_of", None) is None:
                continue
            read = {
                name for part in rule.parts if part.value for name in resting_on(compiled.definitions, [part.value])
            }
            gaps = [other for other in compiled.rules.values() if _limited_gap(other, rule.programme)]
            if gaps and not any(gap.id in _heads(name) for gap in gaps for name in read):
                yield Hit(linted.place(entry), rule.id, {"other": gaps[0].id})


def _limited_gap(rule: Rule, programme: str) -> bool:
    """Whether a rule tops up, to a sum that is not the bare difference."""
    limits = (getattr(rule.model, field, None) for field in ("floor", "cap", "round"))
    return rule.kind == "top_up" and rule.programme == programme and any(limit is not None for limit in limits)


_AMOUNTS = {
    "once": Label("一笔款项", "a sum"),
    "month": Label("按月计算", "per month"),
    "term": Label("按学期计算", "per term"),
    "year": Label("按年计算", "per year"),
}
_EVERY = {
    "month": Label("每月", "every month"),
    "term": Label("每学期", "every term"),
    "year": Label("每年", "every year"),
    "occasion": Label("每次", "each time"),
    "life": Label("终身一次", "once in a life"),
}


@check(
    "L606",
    "warning",
    (
        "{programme} 写明{every}发放，而 {name} 的金额是{amount}，不按此发放",
        "{programme} is paid {every}, and {name} is not: its amount is {amount}",
    ),
    (
        "改正金额的单位，或在该规则的 payment: 中写明 every:",
        "Correct the unit of the amount, or say under payment: of the rule how often",
    ),
)
def paid_otherwise(linted: Linted) -> Iterator[Hit]:
    """Find rules that are not paid as often as their programme says, and do not say so."""
    for compiled in linted.compiled():
        for rule in compiled.rules.values():
            entry, terms = linted.entries.get(rule.id), compiled.programmes[rule.programme].payment
            if entry is None or rule.payment is None or terms is None or terms.every in (None, rule.payment.every):
                continue
            if left_to_programme(rule, compiled.definitions):
                every, amount = _EVERY[terms.every or "occasion"], _AMOUNTS[rule.pays or "once"]
                said: dict[str, str | Label] = {"programme": rule.programme, "every": every, "amount": amount}
                yield Hit(linted.place(entry), rule.id, said)


CHECKS = (on_no_side, rounded_twice, endless_deadline, without_says, instead_of_another_sum, paid_otherwise)
