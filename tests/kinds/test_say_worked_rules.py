"""Hard clauses said whole, each with figures computed by hand: what real policies ask of the kinds together."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import Bounds
from borough import compiled, run, values

MEDICAL = """
inputs:
  member:
    claims:
      list: claim
      ordered_by: settled_on
      fields:
        kind: {type: [inpatient, chronic, other]}
        at_home: {type: bool}
        referred: {type: bool}
        compliant: {unit: CNY}
        insured: {unit: CNY}
        settled_on: {type: date}
parameters:
  yearly: {unit: CNY/person, values: [{is: 10000}]}
definitions:
  rate: {each: member.claims, value: "(50% if claim.at_home else 40%) - (0 if claim.referred else 10%)"}
programmes:
  medical:
    subject: member
    rules:
      aid:
        kind: amount
        each: member.claims
        when: "claim.kind in [inpatient, chronic]"
        amount: max(0, claim.compliant - claim.insured) * claim.rate
        cap: {at: yearly, per: [member, claim.settled_on.year]}
        round: {to: 0.01, mode: half_up}
"""


def claim(on: str, kind: str, base: int, at_home: bool, referred: bool) -> dict[str, object]:
    return {
        "settled_on": on,
        "kind": kind,
        "compliant": base + 500,
        "insured": 500,
        "at_home": at_home,
        "referred": referred,
    }


def test_rates_with_a_malus_and_one_cap_a_year(tmp_path: Path) -> None:
    """50 % of 12,000; 40 % less 10 % of 8,000; of 40 % of 5,000 only what the cap of 10,000 leaves; then nothing."""
    claims = [
        claim("2025-02-01", "inpatient", 12000, True, True),
        claim("2025-03-01", "inpatient", 8000, False, False),
        claim("2025-04-01", "chronic", 5000, True, False),
        claim("2025-05-01", "inpatient", 900, True, True),
        claim("2025-05-02", "other", 900, True, True),
        claim("2026-01-01", "inpatient", 900, True, True),
    ]
    found = run(compiled(tmp_path, MEDICAL), members=[{"claims": claims}])
    assert [found.value("medical.aid", 0, place) for place in range(6)] == [6000, 2400, 1600, 0, 0, 450]
    assert found.value("medical.one_off", 0) == 10450


EMERGENCY = """
inputs: {case: {severity: {type: [mild, grave]}, need: {unit: CNY}}}
parameters:
  standard: {unit: CNY/person/month, by: household.residence, values: [{is: {urban: 700, rural: 500}}]}
  months: {type: range, unit: month, by: case.severity, values: [{is: {mild: [1, 2], grave: [2, 4]}}]}
findings: {months: {about: case, unit: month, within: months}}
programmes:
  emergency:
    rules:
      aid:
        kind: amount
        amount: "standard[urban] * count(members) * finding.months"
        cap: case.need
        round: {to: 1, mode: up}
"""


@pytest.mark.parametrize(
    ("months", "need", "paid"),
    [(2, 9000, 4200), (2, "4199.20", 4200), (None, 9000, Bounds(Fraction(2100), Fraction(4200))), (1, None, None)],
)
def test_a_multiple_of_the_standard_by_a_finding_up_to_the_need(
    tmp_path: Path, months: int | None, need: Any, paid: object
) -> None:
    """The urban standard holds for a rural household too: 700 × 3 × 2 = 4,200."""
    given: dict[str, Any] = {"findings": {"months": {"value": months}}} if months else {}
    found = run(
        compiled(tmp_path, EMERGENCY), members=3, residence="rural", case={"severity": "mild", "need": need}, **given
    )
    value = found.value("emergency.aid")
    assert value == (Bounds(Fraction(0), Fraction(2100)) if paid is None else paid)


WINDOW = """
inputs:
  household:
    receipts: {list: receipt, fields: {amount: {unit: CNY}, on: {type: date}}}
    bills: {list: bill, fields: {own: {unit: CNY}, compliant: {type: bool}, on: {type: date}}}
definitions:
  window: {value: "period(date(on.year - 1, 5, 1), date(on.year, 4, 30))"}
  per_person:
    unit: CNY/person/year
    value: >-
      (sum(r.amount for r in household.receipts if r.on in window)
      - sum(b.own for b in household.bills if b.compliant and b.on in window))
      / count(members) / max(1 * year, length(window, year))
programmes:
  watch: {rules: {basis: {kind: eligibility, when: per_person < 7260 * CNY / year}}}
"""


@pytest.mark.parametrize(
    ("receipts", "own", "per_person", "holds"),
    [
        ([35000], 6500, 7125, True),
        ([35540], 6500, 7260, False),
        ([35539], 6500, Fraction("7259.75"), True),
        ([1000], 7000, -1500, True),
    ],
)
def test_income_over_a_window_of_dated_items(
    tmp_path: Path, receipts: list[int], own: int, per_person: object, holds: bool
) -> None:
    dated = [{"amount": amount, "on": "2024-05-01"} for amount in receipts]
    outside = [{"amount": 9999, "on": "2024-04-30"}, {"amount": 9999, "on": "2025-05-01"}]
    bills = [{"own": own, "compliant": True, "on": "2025-04-30"}, {"own": 400, "compliant": False, "on": "2025-01-01"}]
    found = run(compiled(tmp_path, WINDOW), members=4, receipts=[*dated, *outside], bills=bills)
    assert values(found, "per_person", "watch.basis") == [per_person, holds]


WORKSHOP = """
inputs:
  household:
    workers:
      list: worker
      fields: {lifted: {type: bool}, employed: {unit: month, max: 600}, wage: {unit: CNY/month}}
parameters:
  award:
    by: stable_workers
    unit: CNY/household
    values:
      - is:
          - {below: 5, value: 0}
          - {at_least: 5, below: 10, value: 10000}
          - {at_least: 10, below: 20, value: 20000}
          - {at_least: 20, value: 30000}
definitions:
  stable:
    each: household.workers
    value: worker.lifted and worker.employed >= 6 * month and worker.wage >= 1000 * CNY / month
  stable_workers: {value: count(w for w in household.workers if w.stable)}
programmes:
  workshop:
    rules:
      award: {kind: amount, amount: award, payment: {every: year}}
      retention:
        kind: amount
        each: household.workers
        when: worker.stable and worker.employed >= 12 * month
        amount: 1000 * CNY
        payment: {every: year}
"""


def workers(count: int, months: int, wage: int = 1000, lifted: bool = True) -> list[dict[str, object]]:
    return [{"lifted": lifted, "employed": months, "wage": wage}] * count


@pytest.mark.parametrize(
    ("staff", "award", "retention"),
    [
        (workers(9, 12) + workers(10, 6) + workers(1, 6, 999) + workers(4, 24, lifted=False), 20000, 9000),
        (workers(9, 12) + workers(11, 6), 30000, 9000),
        (workers(4, 6), 0, 0),
        (workers(5, 6), 10000, 0),
        (workers(9, 11) + workers(1, 5), 10000, 0),
        (workers(10, 6), 20000, 0),
    ],
)
def test_brackets_in_the_words_of_the_law(tmp_path: Path, staff: object, award: int, retention: int) -> None:
    found = run(compiled(tmp_path, WORKSHOP), workers=staff)
    assert values(found, "workshop.award", "workshop.retention.total") == [award, retention]


@pytest.mark.parametrize(
    ("number", "rate"),
    [(0, "0.1"), (4, "0.1"), (5, "0.2"), (10, "0.2"), (11, "0.3"), (19, "0.3"), (20, "0.4"), (21, "0.5")],
)
def test_brackets_are_open_or_closed_at_either_end(tmp_path: Path, number: int, rate: str) -> None:
    rules = compiled(
        tmp_path,
        """
        inputs: {household: {n: {unit: "1", max: 99}}}
        parameters:
          rate:
            by: household.n
            values:
              - is:
                  - {below: 5, value: 10%}
                  - {at_least: 5, up_to: 10, value: 20%}
                  - {over: 10, below: 20, value: 30%}
                  - {at_least: 20, up_to: 20, value: 40%}
                  - {over: 20, value: 50%}
        definitions: {x: {value: rate}}
        """,
    )
    assert run(rules, n=number).value("x") == Fraction(rate)


FLOOR = """
inputs: {household: {income: {unit: CNY/month}}}
parameters: {standard: {unit: CNY/person/month, values: [{is: 700}]}}
definitions: {per_person: {unit: CNY/person/month, value: household.income / count(members)}}
programmes:
  relief:
    rules:
      means: {kind: eligibility, when: per_person <= standard}
      top_up:
        kind: top_up
        up_to: standard
        income: per_person
        floor: {at: 20% * standard * count(members), when: per_person < standard}
        round: {to: 0.01, mode: half_up}
"""


@pytest.mark.parametrize(("income", "paid"), [(0, 1400), (1000, 400), (1120, 280), (1121, 280), (1399, 280), (1400, 0)])
def test_a_fifth_of_the_standard_a_head_only_where_there_is_a_gap(tmp_path: Path, income: int, paid: int) -> None:
    found = run(compiled(tmp_path, FLOOR), members=2, income=income)
    assert values(found, "relief.means", "relief.top_up") == [True, paid]


DERIVED = """
inputs: {household: {income: {unit: CNY/month}}, member: {stage: {type: [primary, junior]}, boards: {type: bool}}}
parameters:
  day_aid: {unit: CNY/person/term, by: member.stage, values: [{is: {primary: 250, junior: 312.50}}]}
  board_aid: {unit: CNY/person/term, values: [{formula: day_aid / 50%}]}
  urban: {unit: CNY/person/month, values: [{is: 735}]}
  fives: {unit: CNY/person/month, values: [{formula: 1.3 * urban, round: {to: 5, mode: up}}]}
  tens: {unit: CNY/person/month, values: [{formula: 65% * urban, round: {to: 10, mode: down}}]}
  rural: {unit: CNY/person/year, values: [{formula: 80% * per_year(urban), round: {to: 12, mode: up}}]}
programmes:
  pupil:
    subject: member
    rules: {aid: {kind: amount, amount: board_aid if member.boards else day_aid}}
  care:
    subject: member
    rules:
      basic: {kind: amount, amount: fives}
      tens: {kind: amount, amount: tens}
      monthly: {kind: amount, amount: per_month(rural)}
"""


def test_standards_that_follow_from_others(tmp_path: Path) -> None:
    """1.3 × 735 = 955.5 → 960; 65 % of 735 = 477.75 → 470; 80 % of 8,820 = 7,056 = 588 × 12; 312.50 is the half."""
    pupils = [{"stage": "primary", "boards": False}, {"stage": "junior", "boards": True}]
    found = run(compiled(tmp_path, DERIVED), members=pupils)
    assert [found.value("pupil.aid", place) for place in (0, 1)] == [250, 625]
    assert values(found, "care.basic", "care.tens", "care.monthly", item=(0,)) == [960, 470, 588]


SUBSIDY = """
parameters:
  standard: {unit: CNY/person/month, values: [{is: 700}]}
  cpi: {series: month, values: [{is: {2025-05: 3.4%, 2025-06: 3.5%, 2025-07: 1%, 2025-08: 1%}}]}
  food: {series: month, values: [{is: {2025-05: 5%, 2025-06: 5%, 2025-07: 6%, 2025-08: 5.9%}}]}
  scpi: {series: month, values: [{is: {2025-05: 2%, 2025-06: 1.4%, 2025-07: 4.25%, 2025-08: 3%}}]}
programmes:
  prices:
    rules:
      triggered: {kind: eligibility, any_of: {cpi: "cpi[this_month] >= 3.5%", food: "food[this_month] >= 6%"}}
      sum:
        kind: amount
        each: member
        amount: standard * scpi[this_month]
        floor: 10 * CNY / month
        round: {to: 1, mode: half_up}
      steps: {kind: amount, each: member, amount: "5 * CNY / month * ceil(scpi[this_month] / 1%)"}
"""


@pytest.mark.parametrize(
    ("month", "summed", "stepped"), [(5, 0, 0), (6, 10, 10), (7, 30, 25), (8, 0, 0)]
)  # 700 × 1.4 % = 9.80 → 10; 700 × 4.25 % = 29.75 → 30; 4.25 → 5 steps
def test_a_subsidy_that_a_months_index_triggers(tmp_path: Path, month: int, summed: int, stepped: int) -> None:
    found = run(compiled(tmp_path, SUBSIDY), date(2025, month, 20), members=2)
    assert [found.value("prices.sum", 0), found.value("prices.steps", 1)] == [summed, stepped]
    assert found.value("prices.amount") == 2 * (summed + stepped)


OBLIGORS = """
parameters: {standard: {unit: CNY/person/month, values: [{is: 500}]}}
definitions:
  due:
    each: household.obligors
    unit: CNY/person/month
    value: (obligor.household_income - standard * obligor.household_persons) * 50% / obligor.supported_persons
    floor: 0
  counted: {start: sum(i.amount for m in members for i in m.incomes), plus: [support]}
programmes:
  relief:
    rules:
      support: {kind: imputation, amount: sum(o.due for o in household.obligors), round: {to: 0.01, mode: half_up}}
""".replace("sum(i.amount for m in members for i in m.incomes)", "0 * CNY / month")


def test_support_by_formula_shared_among_those_supported(tmp_path: Path) -> None:
    """(3,000 - 1,500) / 2 / 3 = 250; (2,001 - 500) / 2 / 7 = 107.214…; (400 - 500) is nothing. The sum is rounded."""
    obligors = [
        {"household_income": 3000, "household_persons": 3, "supported_persons": 3},
        {"household_income": 2001, "household_persons": 1, "supported_persons": 7},
        {"household_income": 400, "household_persons": 1, "supported_persons": 1},
    ]
    rules = compiled(tmp_path, OBLIGORS)
    found = run(rules, obligors=obligors)
    assert found.value("due", 1) == Fraction(1501, 14)
    assert values(found, "relief.support", "counted") == [Fraction("357.21")] * 2
    found = run(rules, obligors=[{**obligors[0], "supported_persons": None}])
    assert found.value("relief.support") == Bounds(Fraction(25), Fraction(750))


FOOD = """
inputs:
  household:
    earned: {unit: CNY/month}
    unearned: {unit: CNY/month}
    child_care: {unit: CNY/month}
    shelter: {unit: CNY/month}
    frail: {type: bool}
parameters:
  by_size: {unit: CNY/household/month, by: count(members), values: [{is: {1: 170, 2: 170, 3: 185}, each_more: 15}]}
  allotment: {unit: CNY/household/month, by: count(members), values: [{is: {1: 290, 2: 530, 3: 760}, each_more: 200}]}
definitions:
  net: {start: household.earned + household.unearned, less: [a_fifth, standard, child_care, shelter], floor: 0}
  share_of_income: {value: 30% * net, round: {to: 1, mode: up}}
programmes:
  food:
    rules:
      a_fifth: {kind: deduction, amount: 20% * household.earned, round: {to: 1, mode: down}}
      standard: {kind: deduction, amount: by_size}
      child_care: {kind: deduction, amount: household.child_care}
      shelter:
        kind: deduction
        amount: household.shelter - 50% * remaining
        cap: {at: 600 * CNY / month, unless: household.frail}
      benefit:
        kind: amount
        amount: max(0, allotment - share_of_income)
        floor: {at: 23 * CNY / month, when: count(members) <= 2}
        round: {to: 0.01, mode: half_up}
"""


@pytest.mark.parametrize(
    ("members", "facts", "net", "benefit"),
    [
        # 1,503 + 100 - 300 - 185 = 1,118; less 200 = 918; rent 1,000 - 459 = 541 → 377; 30 % = 113.1 → 114
        (3, {"earned": 1503, "unearned": 100, "child_care": 200, "shelter": 1000}, 377, 646),
        # 0 earned: 900 - 170 = 730; rent 1,200 - 365 = 835 → 600 → 130; 30 % = 39; 530 - 39
        (2, {"earned": 0, "unearned": 900, "child_care": 0, "shelter": 1200}, 130, 491),
        # the same where the cap does not hold: nothing is left
        (2, {"earned": 0, "unearned": 900, "child_care": 0, "shelter": 1200, "frail": True}, 0, 530),
        # 3,000 - 170 = 2,830 → 849 of income: the least is paid to one or two, and nothing to three
        (1, {"earned": 0, "unearned": 3000, "child_care": 0, "shelter": 0}, 2830, 23),
        (3, {"earned": 0, "unearned": 3000, "child_care": 0, "shelter": 0}, 2815, 0),
        (5, {"earned": 0, "unearned": 215, "child_care": 0, "shelter": 0}, 0, 1160),
    ],
)
def test_ordered_deductions_of_what_remains(
    tmp_path: Path, members: int, facts: dict[str, Any], net: int, benefit: int
) -> None:
    found = run(compiled(tmp_path, FOOD), members=members, **{"frail": False, **facts})
    assert values(found, "net", "food.benefit") == [net, benefit]


LIVELIHOOD = """
inputs: {household: {income: {unit: CNY/month}, grade: {type: [one, two]}}}
definitions:
  band:
    each: member
    cases:
      child: {when: "age(member.birth_date, on) < 18"}
      adult: {otherwise: "true"}
parameters:
  first:
    by: [member.band, household.grade]
    unit: CNY/person/month
    values: [{is: {child: {one: 400, two: 380}, adult: {one: 500, two: 470}}}]
  second: {by: count(members), unit: CNY/household/month, values: [{is: {1: 300, 2: 370}, each_more: 40}]}
  factor: {by: count(members), values: [{is: [{below: 3, value: 1}, {at_least: 3, value: 0.985}]}]}
programmes:
  livelihood:
    rules:
      need:
        kind: amount
        amount: max(0, sum(m.first for m in members) * factor + second - household.income)
        round: {to: 10, mode: up}
"""


@pytest.mark.parametrize(
    ("born", "grade", "paid"),
    [
        (["1980-01-01"], "one", 700),  # 500 + 300 - 100
        (["1980-01-01", "2015-01-01"], "one", 1170),  # 900 + 370 - 100
        (["1980-01-01", "2015-01-01", "2016-01-01"], "two", 1530),  # 1,230 × 0.985 = 1,211.55 + 410 - 100 → 1,530
    ],
)
def test_needs_by_age_and_area_and_size(tmp_path: Path, born: list[str], grade: str, paid: int) -> None:
    found = run(compiled(tmp_path, LIVELIHOOD), members=[{"birth_date": day} for day in born], grade=grade, income=100)
    assert found.value("livelihood.need") == paid
