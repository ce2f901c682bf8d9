"""A town's rules, cases and register, as its office would write them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

SOURCES = """
by-law: {zh: 河镇办法, en: Town By-law, issuer: Town, date: 2024-01-15}
standards: {zh: 河镇标准, en: Town Standards, issuer: Town, date: 2024-02-01}
"""
PACK = """
pack: town
source: by-law
zh: 河镇
en: Rivertown
in_force: {from: 2024-02-01}
currency: CNY
parameters:
  line: {unit: CNY/person/month, zh: 标准, en: relief line, required: true, cite: "2"}
definitions:
  income:
    unit: CNY/person/month
    value: sum(m.own for m in members) / count(members)
    zh: 月人均收入
    en: monthly income per person
    cite: "3"
  own: {each: member, value: "sum(i.amount / i.months for i in member.incomes)", zh: 个人, en: own income, cite: "3"}
programmes:
  relief:
    zh: 救济
    en: relief
    cite: {source: by-law}
    payment: {starts: next_month, cite: "7"}
    rules:
      need:
        kind: eligibility
        when: income < line
        zh: 收入低于标准
        en: income is below the line
        cite: 4.1-a
        reading:
          at_the_line:
            default: refused
            zh: 恰等于标准的，办法未写
            en: the by-law does not say what holds exactly on the line
            options:
              refused: {zh: 不算低于, en: it is not below}
              granted: {zh: 视同低于, en: it counts as below, replace: [<, <=]}
      gap:
        kind: top_up
        up_to: line
        income: income
        round: {to: 0.01, mode: half_up}
        zh: 差额
        en: the gap
        cite: [4.1-b, "3"]
"""
OVERLAY = """
overlay: town/overlays/2024
source: standards
parameters:
  line: {values: [{from: 2024-02-01, is: 500, cite: table 1}]}
"""
CASES = """
on: 2024-03-15
overlays: [town/overlays/2024]
cases:
  - name: below
    zh: 低于标准
    en: below the line
    given: {members: [{id: a, incomes: []}]}
    expect: {outcomes: {relief: eligible}, amounts: {relief.gap: 500}}
  - name: above
    zh: 高于标准
    en: above the line
    cite: 4.1-a
    given: {members: [{id: a, incomes: [{kind: wages, amount: 600}]}]}
    expect: {outcomes: {relief: ineligible}}
"""
BY_LAW = """
source: by-law
clauses:
  "2": {programme: {zh: 标准, en: line}, kind: amount}
  "3": {programme: {zh: 收入, en: income}, kind: deduction, words: 月人均收入}
  4.1-a: {programme: {zh: 救济, en: relief}, kind: eligibility}
  4.1-b: {programme: {zh: 救济, en: relief}, kind: top_up}
  "5": {programme: {zh: 复核, en: review}, kind: cadence}
  "6":
    programme: {zh: 监督, en: supervision}
    kind: check
    not_computed: {zh: 由人监督, en: people supervise it}
  "7": {programme: {zh: 发放, en: payment}, kind: amount}
"""
STANDARDS = """
source: standards
clauses:
  table 1: {programme: {zh: 标准, en: line}, kind: amount}
"""
FILES: Mapping[str, str] = {
    "sources.yaml": SOURCES,
    "town/pack.yaml": PACK,
    "town/overlays/2024.yaml": OVERLAY,
    "town/cases/relief.yaml": CASES,
    "clauses/by-law.yaml": BY_LAW,
    "clauses/standards.yaml": STANDARDS,
}


def write(folder: Path, **changed: str) -> Path:
    """The town's folder of rules; a keyword replaces `by_law`, `pack`, `cases` and so on."""
    names = {"sources": "sources.yaml", "pack": "town/pack.yaml", "cases": "town/cases/relief.yaml"}
    names["by_law"] = "clauses/by-law.yaml"
    files = {**FILES, **{names.get(name, name): text for name, text in changed.items()}}
    for name, text in files.items():
        path = folder / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder / "rules"
