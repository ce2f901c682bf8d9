"""A pack whose edges are known by hand, in a country that there is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from aidrules import Pack, load

ON = date(2025, 2, 28)
PACK = """pack: vale/edges
extends: none
source: act
currency: CNY
inputs:
  household:
    income: {unit: CNY/month, max: 100000, zh: 收入, en: income}
    rooms: {type: number, max: 9, zh: 房间数, en: rooms}
    secret: {type: number, max: 9, zh: 隐数, en: number that no case gives}
    moved_on: {type: date, optional: "true", zh: 迁入日期, en: day of moving in}
  member: {ill: {type: bool, zh: 患病, en: ill}}
parameters:
  line: {unit: CNY/person/month, zh: 标准, en: line, values: [{is: 700}]}
  rent:
    unit: CNY/household/month
    by: household.rooms
    zh: 房租补贴
    en: rent allowance
    values: [{is: [{below: 3, value: 100}, {at_least: 3, up_to: 5, value: 180}, {over: 5, value: 240}]}]
  wait: {unit: month, zh: 等待期, en: waiting time, required: true}
definitions:
  per_person:
    unit: CNY/person/month
    zh: 人均收入
    en: income per person
    value: household.income / max(1, count(members))
  aged: {each: member, zh: 老人, en: aged, value: "age(member.birth_date, on) >= 60"}
programmes:
  relief:
    zh: 救济
    en: relief
    rules:
      poor: {kind: eligibility, when: per_person < line, zh: 低于标准, en: below the line, cite: art 1}
      top_up:
        kind: top_up
        up_to: line
        income: per_person
        persons: count(members)
        round: {to: 0.01, mode: half_up}
        zh: 补差
        en: top-up
        cite: art 2
  near:
    zh: 边缘
    en: near the line
    rules:
      within: {kind: eligibility, when: per_person <= line, zh: 不超过标准, en: not above the line, cite: art 3}
  help:
    zh: 帮助
    en: help
    rules:
      care: {kind: entitlement, each: member, when: member.aged, zh: 照料, en: care, cite: art 4}
      family:
        kind: entitlement
        when: count(m for m in members if age(m.birth_date, on) < 18) >= 2
        zh: 两个以上子女
        en: two children or more
        cite: art 5
      clinic: {kind: entitlement, when: any(m.ill for m in members), zh: 就诊, en: clinic, cite: art 6}
      grown: {kind: entitlement, when: rent > 150 * CNY / month, zh: 大户, en: larger flat, cite: art 7}
      settled:
        kind: entitlement
        when: household.moved_on is not none and months_between(household.moved_on, on) >= wait
        zh: 居住期满
        en: settled
        cite: art 8
      town: {kind: entitlement, when: household.residence == urban, zh: 城镇, en: in town, cite: art 9}
      never: {kind: entitlement, when: "household.rooms >= 0", zh: 恒真, en: always so, cite: art 10}
      open: {kind: entitlement, when: "household.secret > 3", zh: 未知, en: open, cite: art 11}
      both:
        kind: entitlement
        when: household.rooms > 1 and household.income > 50000 * CNY / month
        zh: 并列
        en: both
"""
CASES = """on: 2025-02-28
parameters: {wait: 6 month}
default:
  residence: urban
  income: 1500
  rooms: 4
  moved_on: 2024-06-15
cases:
  - name: family
    given:
      members:
        - {id: a, birth_date: 1970-05-05, ill: "true"}
        - {id: b, birth_date: 2012-01-01, ill: "false"}
        - {id: c, birth_date: 2014-01-01, ill: "false"}
    expect: {outcomes: {relief: eligible}}
"""
SOURCES = "act: {zh: 法, en: Act, issuer: Assembly, date: 2020-01-01}\n"


def edges(folder: Path, pack: str = PACK, cases: str = CASES) -> Pack:
    """Write the pack with its cases below a folder, and load it."""
    home = folder / "vale" / "edges"
    (home / "cases").mkdir(parents=True)
    (home / "edges.yaml").write_text(pack, encoding="utf-8")
    (home / "cases" / "family.yaml").write_text(cases, encoding="utf-8")
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    return load("vale/edges", path=folder)
