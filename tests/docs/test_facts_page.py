"""docs/facts.md: every shipped fact, as the models declare them now."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from click.testing import CliRunner
from pages import ROOT

from aidrules.authoring.facts import _NOTES_ZH, facts_page
from aidrules.cli import main
from aidrules.facts.base import Facts
from aidrules.facts.fact import Fact, Items, Money
from aidrules.facts.household import Household
from aidrules.facts.schema import Subject, schema_of

PAGE = ROOT / "docs" / "facts.md"


def test_the_page_is_current() -> None:
    current = PAGE.read_text(encoding="utf-8")
    assert current == facts_page(Household), "the facts have changed: run `aidrules facts > docs/facts.md`"


def names(subject: Subject) -> list[str]:
    own = [f"{subject.name}.{name}" for name in subject.fields]
    return own + [name for listed in subject.lists.values() for name in names(listed.subject)]


def test_every_fact_has_one_row_with_labels_in_both_languages() -> None:
    rows = [line.strip("|").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"]
    assert sorted(row[0].strip(" `") for row in rows) == sorted(names(schema_of(Household)))
    for _, recorded, zh, en in rows:
        assert recorded and any("一" <= character <= "鿿" for character in zh) and en.strip().isascii()


def test_every_note_is_said_in_chinese_too() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"（{zh}）" in page and f"({en})" in page for en, zh in _NOTES_ZH.items())


def test_the_chinese_column_has_no_english_note() -> None:
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"]
    assert not [row[2] for row in rows if re.search("[a-z]+ [a-z]+", row[2])]


def test_the_page_of_a_pack_about_something_else_tells_of_no_household(tmp_path: Path) -> None:
    pack = tmp_path / "shop" / "pack.yaml"
    pack.parent.mkdir()
    pack.write_text(
        "pack: shop\nsubject: {name: workshop, zh: 车间, en: workshop}\n"
        "inputs: {workshop: {recognised: {type: bool, zh: 已认定, en: recognised}}}\n",
        encoding="utf-8",
    )
    page = CliRunner().invoke(main, ["facts", "shop", "--path", str(tmp_path)]).output
    assert "A fact is written with its subject: `workshop.recognised`. A fact that nobody recorded is unknown." in page
    assert "household" not in page and "`member." not in page


def test_units_ranges_and_notes_stand_in_the_row() -> None:
    class Town(Facts):
        rent: Annotated[Money, Fact("房租", "rent", "CNY/month", high=900, note="1 unless stated")] = None
        boats: Annotated[tuple[Boat, ...] | None, Items("boat", "船", "boats", at_most=3)] = None

    Town.model_rebuild()
    page = facts_page(Town, "Town")
    assert (
        "| `household.rent` | `CNY/month`, 0 to 900, 2 decimals | 房租（未写明的为1） | rent (1 unless stated) |"
        in page
    )
    assert "## household.boats\n\n船 · boats: a list, at most 3. One is `boat`." in page


class Boat(Facts):
    length: Annotated[Money, Fact("长", "length", "metre")] = None


def test_a_pack_adds_its_own_inputs_and_findings(tmp_path: Path) -> None:
    pack = tmp_path / "town" / "pack.yaml"
    pack.parent.mkdir()
    pack.write_text(
        "pack: town\n"
        "inputs: {member: {trade: {type: [smith, baker], zh: 行业, en: trade,\n"
        "  options_zh: [铁匠, 面包师], options_en: [smith, bread baker]}}}\n"
        "findings: {hardship: {about: household, type: bool, zh: 困难, en: hardship}}\n",
        encoding="utf-8",
    )
    said = CliRunner().invoke(main, ["facts", "town", "--path", str(tmp_path)]).output
    assert said.startswith("# Facts of town\n")
    assert "| `member.trade` | `smith` 铁匠, `baker` 面包师 · bread baker | 行业 | trade |" in said
    assert "| `household.findings.hardship` | yes or no | 困难 | hardship |" in said


def test_labels_make_no_markup() -> None:
    class Marked(Facts):
        sent: Annotated[Money, Fact("<b>寄</b>|去", "[sent](http://x) `x` <img>")] = None

    page = facts_page(Marked)
    assert r"| \<b>寄\</b>\|去 | \[sent\](http://x) \`x\` \<img> |" in page
