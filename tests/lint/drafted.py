"""The packs of an invented town: a good one, how a test makes a bad one of it, and what lint finds there."""

from __future__ import annotations

from pathlib import Path

from aidrules.lint import Finding, lint

SOURCES = "act: {zh: 镇法, en: Town Act, issuer: council, date: 2020-01-01}\n"
GOOD = """pack: town
source: act
zh: 河镇
en: Rivertown
in_force: {from: 2020-01-01}
currency: CNY
inputs:
  member:
    trade: {type: [smith, baker], options_zh: [铁匠, 面包师], options_en: [smith, baker], zh: 手艺, en: trade}
findings:
  grave: {about: household, type: bool, who: council, zh: 情况严重, en: the case is grave, cite: art 4}
terms:
  council: {zh: 议事会, en: the council}
parameters:
  line:
    unit: CNY/person/month
    zh: 救助标准
    en: relief line
    cite: art 1
    values:
      - {from: 2020-01-01, is: 500}
definitions:
  own:
    each: member
    unit: CNY/person/month
    value: sum(i.amount / i.months for i in member.incomes)
    zh: 本人月收入
    en: the person's income a month
    cite: art 2
  earned:
    unit: CNY/person/month
    value: sum(m.own for m in members) / count(members)
    zh: 月人均收入
    en: income per person
    cite: art 2
programmes:
  relief:
    zh: 救济
    en: relief
    payment: {every: month, starts: next_month, payee: household}
    cite: art 1
    rules:
      means:
        kind: eligibility
        when: earned < line
        zh: 月人均收入低于救助标准
        en: income per person is below the relief line
        cite: art 2
      gravity: {kind: eligibility, when: finding.grave, zh: 情况严重, en: the case is grave, cite: art 4}
      smith: {kind: exclusion, when: any(m.trade == smith for m in members), zh: 有铁匠, en: has a smith, cite: art 5}
      gap: {kind: top_up, up_to: line, income: earned, round: {to: 1, mode: up}, zh: 差额, en: top-up, cite: art 3}
"""


def changed(*changes: tuple[str, str]) -> str:
    """The good pack with texts in the place of others."""
    text = GOOD
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def with_rules(rules: str) -> str:
    """The good pack with more rules in its programme."""
    return GOOD + "".join(f"      {line}\n" for line in rules.strip("\n").splitlines())


def write(folder: Path, said: str | dict[str, str]) -> Path:
    """Write the pack `town`, or several files, below a folder of packs."""
    files = {"town/pack.yaml": said} if isinstance(said, str) else said
    for name, text in {"sources.yaml": SOURCES, **files}.items():
        file = folder / "packs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder / "packs"


def found(folder: Path, said: str | dict[str, str], name: str = "town") -> list[Finding]:
    """What lint finds in a pack, once the files are written."""
    return lint([name], write(folder, said))


def told(findings: list[Finding], *, information: bool = False) -> list[tuple[str, str, str]]:
    """Code, place below the folder of packs, and sentence of each finding."""
    return [
        (one.code, str(one.place).partition("/packs/")[2], one.sentence.en)
        for one in findings
        if information or one.severity != "information"
    ]


def place_of(fragment: str, text: str, file: str = "town/pack.yaml") -> str:
    """Where a fragment begins that stands in a text once, as errors name the place."""
    assert text.count(fragment) == 1, fragment
    before = text[: text.index(fragment)]
    return f"{file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
