"""An agency's folder with a pack of its own and cases beside it."""

from __future__ import annotations

from pathlib import Path

PACK = """
inputs: {household: {income: {unit: CNY/month, max: 5000, zh: 收入, en: income}}, member: {ill: {type: bool}}}
parameters:
  line: {unit: CNY/household/month, by: household.residence, values: [{is: {urban: 100, rural: 80}}]}
programmes:
  aid:
    zh: 救济
    en: aid
    rules:
      means:
        kind: eligibility
        when: household.income < line
        zh: 收入低于标准
        en: income is below the line
        reading:
          at_the_line:
            default: out
            zh: 恰等于标准
            en: exactly on the line
            options: {out: {}, within: {replace: [<, <=]}}
      care: {kind: entitlement, each: member, when: member.ill}
"""
CASES = """on: 2025-06-15
default: {residence: urban, members: [{id: a, ill: "true"}]}
cases:
  - {name: below, given: {income: 99}, expect: {outcomes: {aid: eligible}, entitlements: ["aid.care[a]"]}}
  - {name: at_the_line, given: {income: 100}, expect: {outcomes: {aid: ineligible}}}
"""
REST = """  - {name: rural, given: {residence: rural, income: 79}, expect: {outcomes: {aid: eligible}}}
  - name: otherwise
    readings: {aid.means.at_the_line: within}
    given: {income: 100}
    expect: {outcomes: {aid: eligible}}
"""
WRONG = """  - {name: wrong, given: {income: 120}, expect: {outcomes: {aid: eligible}, not: ["aid.care[a]"]}}
"""


def agency(folder: Path, cases: str = CASES) -> Path:
    """Write the folder; gives the file of cases."""
    pack = folder / "rules" / "town" / "aid"
    (pack / "cases").mkdir(parents=True)
    head = "pack: town/aid\nextends: none\nsource: byelaw\ncurrency: CNY\n"
    (pack / "aid.yaml").write_text(head + PACK, encoding="utf-8")
    sources = "byelaw: {zh: 办法, en: Byelaw, issuer: Town, date: 2020-01-01}\n"
    (folder / "rules" / "sources.yaml").write_text(sources, encoding="utf-8")
    file = pack / "cases" / "aid.yaml"
    file.write_text(cases, encoding="utf-8")
    return file
