"""Conventions: each told where a decision relied on it, and not where it did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aidrules import decide
from aidrules.conventions import CONVENTIONS, of_kind
from aidrules.kinds import KINDS
from borough import pack_of

ON = date(2025, 6, 15)


@dataclass(frozen=True)
class Example:
    """A convention, a pack that may rely on it, facts with which it does, and facts with which it does not.

    Attributes:
        where: the rule or value in whose trace it stands.
        pack: sections of the pack.
        used: facts beside two members.
        unused: likewise.
        on: the date of the facts; where two are given, the second goes with `unused`.
    """

    convention: str
    where: str
    pack: str
    used: Mapping[str, Any] = field(default_factory=dict)
    unused: Mapping[str, Any] = field(default_factory=dict)
    on: tuple[date, ...] = (ON,)


def rules(text: str, before: str = "", programme: str = "") -> str:
    """A pack with one programme, aid."""
    indented = "\n".join(f"      {line}" for line in text.strip().splitlines())
    return f"{before}\nprogrammes:\n  aid:\n{programme}    rules:\n{indented}\n"


def wages(*amounts: int) -> dict[str, Any]:
    return {
        "members": [
            {"id": f"m{place}", "incomes": [{"kind": "wages", "amount": amount}]}
            for place, amount in enumerate(amounts)
        ]
    }


def case(**facts: Any) -> dict[str, Any]:
    return {"case": facts}


INPUTS = """
parameters:
  line: {unit: CNY/person/month, values: [{is: 600}]}
inputs:
  household: {boats: {unit: "1", max: 9}, claimed: {unit: CNY/month, max: 900}, debt: {unit: CNY/month, max: 900}}
  member: {lame: {type: bool}, deaf: {type: bool}}
definitions:
  earned: {each: member, value: sum(i.amount / i.months for i in member.incomes)}
  income: {value: sum(m.earned for m in members) / count(members)}
"""
GAP = rules(
    """
gap: {kind: top_up, up_to: line, income: income, round: {to: 0.01, mode: half_up}}
""",
    INPUTS,
    "    payment: {starts: next_month}\n",
)
GRADES = """
extra:
  kind: supplement
  each: member
  stacking: highest_per_person
  grades:
    lame: {when: member.lame, amount: 50 * CNY / month}
    deaf: {when: member.deaf, amount: 50 * CNY / month}
"""
BILLS = """
bills:
  kind: amount
  each: member.episodes
  amount: episode.total - episode.reimbursed
  floor: 0
  cap: {at: 1000 * CNY, per: member}
  round: {to: 0.01, mode: half_up}
"""
ENDS = """
low: {kind: eligibility, when: income < line}
gap: {kind: top_up, up_to: line, income: income, round: {to: 0.01, mode: half_up}}
tail:
  kind: phase_out
  apart_from: [low]
  when: not aid.low
  starts: this_month
  months: 3 * month
  pays: PAYS
"""
TAIL = rules(ENDS.replace("PAYS", "frozen"), INPUTS)
SHARES = rules(
    ENDS.replace("PAYS", '["100%", "50%"]').replace("pays:", "round: {to: 0.01, mode: half_up}\n  pays:"), INPUTS
)
DUE = rules("decide: {kind: deadline, from: case.accepted_on, within: 10 day, until: case.decided_on}")
VISITS = rules("visit: {kind: cadence, last: case.last_visit_on, every: 1 month}")
HANDS_OVER = rules("bills: {kind: referral, to: office, FROM when: household.boats > 0, within: 10 day}", INPUTS)


def award(**more: Any) -> dict[str, Any]:
    return {"benefits": [{"programme": "aid", "since": "2024-01-01", "last_amount": "300.00", **more}]}


def granted(since: str) -> dict[str, Any]:
    return {**wages(900, 900), **award(phase_out_since=since, phase_out_months=3)}


def marked(**marks: tuple[bool, bool]) -> dict[str, Any]:
    none = {"lame": (False, False), "deaf": (False, False), **marks}
    return {"members": [{"id": f"m{n}", **{name: both[n] for name, both in none.items()}} for n in (0, 1)]}


def episodes(*totals: int) -> dict[str, Any]:
    listed = [
        {"settled_on": f"2025-03-0{place}", "total": total, "reimbursed": 0} for place, total in enumerate(totals, 1)
    ]
    return {"members": [{"id": "m0", "episodes": listed, "payments": []}, {"id": "m1", "episodes": [], "payments": []}]}


def born(day: str) -> dict[str, Any]:
    return {"members": [{"id": "m0", "birth_date": day}]}


PER_HOUSEHOLD = rules(
    GRADES.replace("amount: 50 * CNY / month}\n    deaf", "amount: 50 * CNY / month, once_per: household}\n    deaf"),
    INPUTS,
)
INSTEAD = rules(
    """
extra:
  kind: supplement
  each: member
  stacking: highest_per_person
  instead_of: 600 * CNY / month - member.earned
  grades: {lame: {when: member.lame, instead: 200 * CNY / month}}
  round: {to: 0.01, mode: half_up}
""",
    INPUTS,
)
DEDUCTED = INPUTS.replace("definitions:", "definitions:\n  counted: {start: income, KEY: [aid.less]}")
LESS = "less: {kind: KIND, amount: household.claimed - household.debt}"
SURE = "\nin_town: {kind: eligibility, when: household.boats < 5}"

EXAMPLES = (
    Example("top_up.not_negative", "aid.gap", GAP, wages(700, 700), wages(600, 600)),
    Example("top_up.per_person", "aid.gap", GAP, wages(500, 500), wages(600, 600)),
    Example("payment.decided_on_the_day_of_the_facts", "aid.gap", GAP, wages(500, 500), wages(600, 600)),
    Example(
        "payment.loans_apart",
        "aid.loan",
        rules("loan: {kind: amount, when: household.boats > 0, amount: 100 * CNY, payment: {as: loan}}", INPUTS),
        {"boats": 1},
        {"boats": 0},
    ),
    Example(
        "supplement.equal_grades",
        "aid.extra",
        rules(GRADES, INPUTS),
        marked(lame=(True, False), deaf=(True, False)),
        marked(lame=(True, False), deaf=(False, True)),
    ),
    Example(
        "supplement.first_listed_member",
        "aid.extra",
        PER_HOUSEHOLD,
        marked(lame=(True, True)),
        marked(lame=(False, True)),
    ),
    Example(
        "supplement.not_negative",
        "aid.extra",
        INSTEAD,
        {"members": [{"id": "m0", "lame": True, "incomes": []}]},
        {"members": [{"id": "m0", "lame": True, "incomes": [{"kind": "wages", "amount": 500}]}]},
    ),
    Example("cap.shared_in_order", "aid.bills", rules(BILLS, INPUTS), episodes(400, 700), episodes(400)),
    Example(
        "cap.counts_payments_on_record",
        "aid.sum",
        rules(
            "sum: {kind: amount, amount: 300 * CNY, cap: {at: 500 * CNY, per: [household, calendar_year(on)]}}", INPUTS
        ),
        {"payments": [{"rule": "aid.sum", "paid_on": "2025-02-01", "amount": 300}]},
        {"payments": [{"rule": "aid.sum", "paid_on": "2024-02-01", "amount": 300}]},
    ),
    *(
        Example(
            f"{kind}.not_negative",
            "aid.less",
            rules(LESS.replace("KIND", kind), DEDUCTED.replace("income, KEY", f"income * count(members), {key}")),
            {"claimed": 10, "debt": 11},
            {"claimed": 11, "debt": 11},
        )
        for kind, key in (("deduction", "less"), ("imputation", "plus"))
    ),
    Example(
        "stage.first_day_in_last_day_out",
        "aid.less",
        rules(
            LESS.replace("KIND", "deduction").replace("}", ", lasts: {from: case.accepted_on, for: 6 month}}"),
            DEDUCTED.replace("income, KEY", "income * count(members), less"),
        ),
        {"claimed": 11, "debt": 0, **case(accepted_on="2025-06-01")},
        {"claimed": 11, "debt": 0},
    ),
    Example("phase_out.whole_months", "aid.tail", TAIL, {**wages(900, 900), **award()}, {**wages(1, 1), **award()}),
    Example("phase_out.pays_alone", "aid.tail", TAIL, {**wages(900, 900), **award()}, {**wages(1, 1), **award()}),
    Example("phase_out.as_granted", "aid.tail", TAIL, granted("2025-05-01"), {**wages(900, 900), **award()}),
    Example("phase_out.once_for_an_award", "aid.tail", TAIL, granted("2025-01-01"), granted("2025-05-01")),
    Example("phase_out.last_share_goes_on", "aid.tail", SHARES, granted("2025-04-01"), granted("2025-05-01")),
    Example(
        "due.starting_day_not_counted",
        "aid.decide",
        DUE,
        case(accepted_on="2025-06-01", decided_on="none"),
        case(accepted_on="none", decided_on="none"),
    ),
    Example(
        "due.in_time_on_the_last_day",
        "aid.decide",
        DUE,
        case(accepted_on="2025-06-05", decided_on="none"),
        case(accepted_on="2025-06-04", decided_on="none"),
    ),
    Example(
        "due.in_time_on_the_last_day",
        "aid.decide",
        DUE,
        case(accepted_on="2025-05-01", decided_on="2025-05-11"),
        case(accepted_on="2025-05-01", decided_on="2025-05-10"),
    ),
    Example(
        "due.from_the_day_of_the_facts",
        "aid.bills",
        HANDS_OVER.replace("FROM", ""),
        {"boats": 1},
        {"boats": 0},
    ),
    Example(
        "classification.none",
        "aid.size",
        rules("size: {kind: classification, cases: {one: {when: count(members) == 1}}}"),
        {},
        born("1990-01-01"),
    ),
    Example(
        "classification.ambiguous",
        "aid.size",
        rules(
            "size: {kind: classification, cases: "
            "{small: {when: count(members) <= 2}, single: {when: count(members) == 1}}}"
        ),
        born("1990-01-01"),
        {},
    ),
    Example(
        "eligibility.each_of_none",
        "aid.cheap",
        rules("cheap: {kind: eligibility, each: household.expenses, when: expense.kind == living}"),
        {"expenses": []},
        {"expenses": [{"kind": "living"}]},
    ),
    Example(
        "force.in_principle",
        "aid.low",
        rules("low: {kind: eligibility, force: in_principle, when: income < line}" + SURE, INPUTS),
        {"boats": 0, **wages(700, 700)},
        {"boats": 9, **wages(700, 700)},
    ),
    Example(
        "force.in_principle",
        "aid.rich",
        rules("rich: {kind: exclusion, force: in_principle, when: income > line}" + SURE, INPUTS),
        {"boats": 0, **wages(700, 700)},
        {"boats": 0, **wages(1, 1)},
    ),
    Example(
        "force.may",
        "aid.rich",
        rules("rich: {kind: exclusion, force: may, when: income > line}" + SURE, INPUTS),
        {"boats": 0, **wages(700, 700)},
        {"boats": 9, **wages(700, 700)},
    ),
    Example(
        "force.may",
        "aid.low",
        rules("low: {kind: eligibility, force: may, when: income < line}" + SURE, INPUTS),
        {"boats": 0, **wages(1, 1)},
        {"boats": 9, **wages(1, 1)},
    ),
    Example(
        "check.shortfall_not_negative",
        "aid.boats",
        rules("boats: {kind: check, must: household.boats >= 2, shortfall: 2 - household.boats}", INPUTS),
        {"boats": 3},
        {"boats": 2},
    ),
    Example(
        "finding.counts_on_its_last_day",
        "aid.poor",
        rules(
            "poor: {kind: eligibility, when: finding.poor}",
            "findings: {poor: {about: household, type: bool, valid: 1 month, if_absent: 'false'}}",
        ),
        {"findings": {"poor": {"value": True, "on": "2025-05-15"}}},
    ),
    Example(
        "date.shorter_month",
        "aid.visit",
        VISITS,
        case(last_visit_on="2025-05-31"),
        case(last_visit_on="2025-05-30"),
    ),
    Example(
        "age.leap_day",
        "grown",
        "definitions: {grown: {each: member, value: 'age(member.birth_date, on) >= 18'}}",
        born("2008-02-29"),
        born("2008-02-29"),
        on=(date(2026, 2, 28), date(2026, 3, 1)),
    ),
    Example(
        "months.end_of_month",
        "spent",
        "definitions: {spent: {each: member, value: 'months_between(member.birth_date, on) >= 1 * month'}}",
        born("2025-05-31"),
        born("2025-05-30"),
        on=(date(2025, 6, 30),),
    ),
    Example(
        "working_days.of_china",
        "late",
        "definitions: {late: {value: 'case.accepted_on + 5 * working_day < on'}}",
        case(accepted_on="2025-06-02"),
        case(accepted_on="none"),
    ),
    Example(
        "working_days.estimated",
        "late",
        "definitions: {late: {value: 'case.accepted_on + 5 * working_day < on'}}",
        case(accepted_on="1990-06-04"),
        case(accepted_on="2025-06-04"),
    ),
    Example(
        "rounding.below_zero",
        "left",
        "definitions: {left: {value: 'round(household.assets.vehicles - 2.5, 1, half_up)'}}",
        {"assets": {"vehicles": 0}},
        {"assets": {"vehicles": 4}},
    ),
)


def told(folder: Path, example: Example, facts: Mapping[str, Any], on: date) -> set[str]:
    """The ids in the trace of the rule or value."""
    pack = pack_of(folder, example.pack)
    household = pack.Household.model_validate({"members": [{"id": "m0"}, {"id": "m1"}], **facts})
    trace = decide(household, pack, on=on).trace
    everything = {**{rule.rule: rule for rule in trace.rules}, **{value.name: value for value in trace.values}}
    return {one.id for one in everything[example.where].conventions}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.convention}-{example.where}")
def test_a_convention_is_told_where_it_was_used_and_nowhere_else(tmp_path: Path, example: Example) -> None:
    assert example.convention in told(tmp_path, example, example.used, example.on[0])
    assert example.convention not in told(tmp_path, example, example.unused, example.on[-1])


def test_every_convention_has_an_example() -> None:
    assert {example.convention for example in EXAMPLES} == set(CONVENTIONS)


def test_conventions_belong_to_kinds_and_are_told_in_both_languages() -> None:
    for one in CONVENTIONS.values():
        assert set(one.kinds) <= set(KINDS)
        assert one.label.zh and one.label.en and not one.label.en.endswith(".") and not one.label.zh.endswith("。")
    assert [one.id for one in of_kind("top_up")][:2] == ["top_up.not_negative", "top_up.per_person"]
