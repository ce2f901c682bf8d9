"""What stands behind a name, a rule's result, a gate, a case or a count is asked anew whether it is confidential."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from test_confidential import everything_printed

from aidrules.decision import Decision, decide
from borough import pack_of

BEHIND = (
    *("care.sum", "care.sort", "care.sorts", "care.count", "care.day", "care.unset", "care.both", "care.keeps"),
    *("care.near", "care.sees", "care.right", "care.sends", "care.opens", "care.barred", "care.marked", "care.span"),
)
"""Results that rest on something confidential, each in another way."""

RULES = """
inputs:
  household:
    hush: {unit: CNY/month, confidential: true, max: 900000, zh: 秘额, en: hushed sum}
    sort: {type: [alphaword, bravoword, charlieword], confidential: true, zh: 秘类, en: hushed sort}
    day: {type: date, optional: true, confidential: true, zh: 秘日, en: hushed day}
    span: {unit: month, confidential: true, zh: 秘时, en: hushed span}
    heads: {unit: person, confidential: true, zh: 秘数, en: hushed heads}
    marked: {type: bool, confidential: true, zh: 秘记, en: hushed mark}
    stays:
      {list: stay, confidential: true, fields: {cost: {unit: CNY, zh: 费, en: stay cost}}, zh: 秘住, en: hushed stays}
    rent: {unit: CNY/month, zh: 租, en: rent}
parameters:
  rate:
    unit: CNY/household
    by: household.sort
    zh: 率
    en: rate
    values: [{from: 2020-01-01, is: {alphaword: 111111, bravoword: 222222, charlieword: 333333}, cite: 一}]
  rate_of_tier:
    unit: CNY/household
    by: tier
    zh: 级率
    en: rate of the tier
    values: [{from: 2020-01-01, is: {low: 3, middle: 4, high: 6}, cite: 一}]
definitions:
%(names)s
  grade:
    unit: CNY/household
    cases:
      first: {when: care.sum, value: 5 * CNY, zh: 首, en: first}
      second: {when: care.sort and care.count, value: 7 * CNY, zh: 次, en: second}
      last: {otherwise: true, value: rate_of_tier, zh: 末, en: last}
    zh: 档
    en: grade
    cite: 一
  tier:
    cases:
      low: {when: "count([care.sum, care.sorts, care.count]) >= 2", zh: 低, en: low}
      middle: {when: via0 or care.near, zh: 中, en: middle}
      high: {otherwise: true, zh: 高, en: high}
    zh: 级
    en: tier
    cite: 一
programmes:
  care:
    zh: 护
    en: care
    payment: {every: occasion, payee: household}
    cite: 一
    rules:
      sum: {kind: eligibility, when: household.hush > %(line)s * CNY / month, zh: 甲, en: a sum, cite: 一}
      sort: {kind: eligibility, when: household.sort == %(sort)s, zh: 乙, en: a sort, cite: 一}
      sorts: {kind: eligibility, when: "household.sort in [%(sort)s]", zh: 丙, en: sorts, cite: 一}
      count: {kind: eligibility, when: "household.heads >= %(line)s", zh: 丁, en: count, cite: 一}
      day: {kind: eligibility, when: "household.day > date(%(year)s, 1, 1)", zh: 戊, en: day, cite: 一}
      unset: {kind: eligibility, when: household.day is %(none)s, zh: 己, en: none of it, cite: 一}
      both: {kind: eligibility, when: household.rent > 1 * CNY / month and household.hush > %(line)s * CNY / month,
        zh: 庚, en: both, cite: 一}
      keeps: {kind: check, must: household.hush > %(line)s * CNY / month, zh: 辛, en: keeps, cite: 一}
      near: {kind: eligibility, when: "any(s.cost > %(line)s * CNY for s in household.stays)", zh: 壬, en: near,
        cite: 一}
      sees: {kind: eligibility, when: "sum(s.cost for s in household.stays) > %(line)s * CNY", zh: 癸, en: sees,
        cite: 一}
      right: {kind: entitlement, when: household.hush > %(line)s * CNY / month, zh: 子, en: right, cite: 一}
      sends: {kind: referral, when: household.hush > %(line)s * CNY / month, to: council, zh: 丑, en: sends, cite: 一}
      opens: {kind: gate, needed_when: household.hush > %(line)s * CNY / month, zh: 寅, en: opens, cite: 一}
      barred: {kind: exclusion, when: household.hush <= %(line)s * CNY / month, zh: 卯, en: barred, cite: 一}
      marked: {kind: eligibility, when: %(not)s household.marked, zh: 辰, en: set apart, cite: 一}
      span: {kind: eligibility, when: household.span > %(line)s * month, zh: 巳, en: span, cite: 一}
      part: {kind: amount, amount: 5 * CNY if household.hush > %(line)s * CNY / month else 6 * CNY,
        round: {to: 0.01, mode: half_up}, zh: 份, en: part, cite: 一}
      keyed: {kind: amount, amount: "min(rate, 8 * CNY)", round: {to: 0.01, mode: half_up}, zh: 键, en: keyed, cite: 一}
  aid:
    zh: 助
    en: aid
    payment: {every: occasion, payee: household}
    cite: 一
    rules:
%(rules)s
  more:
    zh: 另
    en: more
    payment: {every: occasion, payee: household}
    cite: 一
    rules:
      tiered: {kind: amount, amount: rate_of_tier, round: {to: 0.01, mode: half_up}, zh: 级额, en: tiered, cite: 一}
      graded: {kind: amount, amount: grade, round: {to: 0.01, mode: half_up}, zh: 额, en: graded, cite: 一}
      summed: {kind: amount, amount: care.part + care.keyed, round: {to: 0.01, mode: half_up}, zh: 和, en: summed,
        cite: 一}
"""

FACTS: dict[str, Any] = {
    "members": [{"id": "m1"}],
    "hush": "424242.37",
    "sort": "bravoword",
    "day": "2024-07-17",
    "span": 677,
    "heads": 788,
    "marked": True,
    "stays": [{"cost": "98765.43"}, {"cost": "1234.56"}],
    "rent": "300",
}
HOLDS = {"line": "31", "sort": "bravoword", "year": "2019", "none": "not none", "not": ""}
FAILS = {"line": "499313", "sort": "alphaword", "year": "2026", "none": "none", "not": "not"}
SECRETS = (
    *("424242", "424,242", "424211", "424,211", "75070", "75,070", "98765", "98,765", "99999", "99,999", "100000"),
    *(
        "1234",
        "399313",
        "98734",
        "word",
        "222222",
        "2024-07-17",
        "17 July",
        "7月17日",
        "677",
        "788",
        "646",
        "757",
        "hushed",
        "秘",
    ),
    *("stay cost", "499313", "499,313", "household.hush"),
)
"""What was given, what it differs from a line by, the names of its options and of the facts themselves."""


def rules_over_secrets(line: dict[str, str]) -> str:
    """Every result read as it is, by a name, by a name of that name, joined, in a choice and in a count."""
    names, rules = [], []

    def rule(kind: str, condition: str) -> None:
        key = "needed_when" if kind == "gate" else "must" if kind == "check" else "when"
        to = ", to: council" if kind == "referral" else ""
        label = f"zh: 条{len(rules)}, en: point {len(rules)}"
        rules.append(f'      r{len(rules)}: {{kind: {kind}, {key}: "{condition}"{to}, {label}, cite: 一}}')

    for place, result in enumerate(BEHIND):
        names.append(f"  via{place}: {{value: {result}, zh: 经{place}, en: by way {place}, cite: 一}}")
        names.append(f"  twice{place}: {{value: via{place}, zh: 再经{place}, en: by two ways {place}, cite: 一}}")
        names.append(f"  nor{place}: {{value: not {result}, zh: 非{place}, en: otherwise {place}, cite: 一}}")
        for condition in (result, f"not {result}", f"via{place}", f"twice{place}", f"nor{place}"):
            rule("eligibility", condition)
        rule("eligibility", f"{result} if household.rent > 1 * CNY / month else false")
        for kind in ("exclusion", "check", "gate", "referral", "entitlement"):
            rule(kind, f"twice{place}")
    for group in (BEHIND[:4], BEHIND[4:8], BEHIND[8:12], BEHIND[12:]):
        listed = ", ".join(group)
        ways = [f"via{BEHIND.index(one)}" for one in group]
        for condition in (
            *(" or ".join(group), " and ".join(group), " or ".join(ways), " and ".join(ways)),
            *(f"any([{listed}])", f"count([{listed}]) >= 2", f"count([{listed}]) < 2", f"count([{listed}]) >= 5"),
        ):
            rule("eligibility", condition)
    return RULES % {**line, "names": "\n".join(names), "rules": "\n".join(rules)}


def surfaces(decision: Decision) -> str:
    """Everything that a decision can say, whole and by programme; a record without the names of what it withholds."""
    record = json.loads(decision.record())
    del record["withheld"], record["confidential"]
    names, langs = ("aid", "care", "more"), ("zh", "en")
    asked = [ask(name, lang) for ask in (decision.why, decision.why_not) for name in names for lang in langs]
    recorded = json.dumps(record["decision"], ensure_ascii=False)
    return "\n".join([everything_printed(decision), recorded, repr(decision.to_dict()), *asked])


@pytest.mark.parametrize("lines", [HOLDS, FAILS], ids=["holds", "fails"])
@pytest.mark.parametrize("unknown", [(), ("hush", "stays"), tuple(FACTS)[1:]], ids=["known", "partly", "unknown"])
def test_nothing_confidential_is_told_whatever_it_stands_behind(
    tmp_path: Path, lines: dict[str, str], unknown: tuple[str, ...]
) -> None:
    pack = pack_of(tmp_path, rules_over_secrets(lines))
    facts = {name: value for name, value in FACTS.items() if name not in unknown}
    decision = decide(pack.Household.model_validate(facts), pack, on=date(2025, 6, 15), chain="exact")
    text = surfaces(decision)
    assert [secret for secret in SECRETS if secret in text] == []
