"""The packs whose households go into frames: a shipped one, and an invented one that declares inputs of every kind."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import aidrules
from borough import pack_of

BOZHOU = aidrules.load("cn/guizhou/zunyi/bozhou")

_EVERY_KIND = """
inputs:
  household:
    balance: {unit: CNY, min: -500, max: 900000, decimals: 3, zh: 余额, en: balance}
    share: {unit: "1", max: 100, decimals: 1, zh: 份额, en: share}
    lodgers: {unit: person, max: 9, zh: 房客, en: lodgers}
    moved_in: {type: date, past: true, zh: 入住日期, en: moved in}
    left_on: {type: date, optional: true, zh: 离开日期, en: left on}
    tier: {type: [low, high], zh: 档, en: tier}
    remark: {type: text, confidential: true, zh: 备注, en: remark}
    head: {refers_to: member, zh: 户主, en: head}
    carers: {refers_to: member, many: true, zh: 照料人, en: carers}
    debts:
      list: debt
      zh: 债务
      en: debts
      max_items: 4
      fields:
        owed: {unit: CNY, zh: 欠款, en: owed}
        owed_by: {refers_to: member, zh: 债务人, en: owed by}
  member:
    guardian: {refers_to: member, zh: 监护人, en: guardian}
    trainings:
      list: training
      zh: 培训
      en: trainings
      fields:
        ended_on: {type: date, optional: true, past: true, zh: 结束日期, en: ended on}
        with_member: {refers_to: member, zh: 同伴, en: with member}
  case:
    contact: {refers_to: member, zh: 联系人, en: contact}
findings:
  fair: {about: household, type: bool, needs: [reason], zh: 公平, en: fair, cite: "1"}
  held: {type: bool, about: member, needs: [quorum, "on"], zh: 已开会, en: held, cite: "1"}
definitions:
  persons: {zh: 人数, en: persons, unit: person/household, value: count(members)}
"""

MADE_UP = pack_of(Path(tempfile.mkdtemp()), _EVERY_KIND)


def ordinal(day: date | str) -> int:
    """A day as the kernel has it, counted from 1970; "none" is the day 0 of the exact engine."""
    return (0 if day == "none" else (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()) - 719_163
