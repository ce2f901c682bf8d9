"""The reference of a pack: every rule in words with clause, readings and cases; the shipped pages are up to date."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from town import CASES, PACK, write

from aidrules import load
from aidrules.cli import main
from aidrules.register import citing, citing_cases
from aidrules.register.reference import Reference, last_change, page_name
from aidrules.show.clauses import entries_of
from shipped_packs import LARGE, with_rules

PAGES = Path(__file__).parents[2] / "docs" / "reference"
SHIPPED = with_rules()


def page(path: Path, lang: str = "en") -> str:
    done = CliRunner().invoke(main, ["reference", "town", "--path", str(path), "--lang", lang])
    assert done.exit_code == 0, done.output
    return done.output


def section(page: str, heading: str) -> str:
    return page.partition(f"\n{heading}\n")[2].partition("\n#")[0]


def test_a_rule_has_its_label_formula_clause_reading_and_cases(tmp_path: Path) -> None:
    assert section(page(write(tmp_path)), "### Income is below the line · 收入低于标准") == (
        "\n`relief.need` · condition (eligibility) · must\n"
        "\n"
        "- **Clause**: Town By-law 4.1-a\n"
        "- **Formula**: monthly income per person < relief line\n"
        "- **Reading**: relief.need.at\\_the\\_line: the by-law does not say what holds exactly on the line\n"
        "- **Taken**: refused: it is not below\n"
        "- **Other options**: granted: it counts as below\n"
        "- **Cases**\n"
        "  - town/relief: above (above the line)\n"
    )


def test_the_same_in_chinese(tmp_path: Path) -> None:
    told = section(page(write(tmp_path), "zh"), "### 差额 · the gap")
    assert "- **依据**: 河镇办法 4.1-b；3\n- **金额**: " in told
    assert "  - town/relief: below（低于标准）\n" in told


def test_a_programme_lists_its_rules_in_a_table(tmp_path: Path) -> None:
    told = section(page(write(tmp_path)), "## Relief · 救济")
    assert "| Rule | Kind | Label | Clause |\n|---|---|---|---|\n" in told
    assert "| relief.need | condition (eligibility) | income is below the line | 4.1-a |\n" in told


def test_values_of_formulas_are_told_after_the_programmes(tmp_path: Path) -> None:
    told = section(page(write(tmp_path)), "### Monthly income per person · 月人均收入")
    assert "- **Clause**: Town By-law 3\n- **Formula**: " in told
    assert "  - town/relief: below" not in told, "the case expects the gap, which cites the same clause"
    assert "| line | relief line | not given (required) |  | 2 |" in page(write(tmp_path))


def test_cases_about_a_clause_stand_where_no_case_expects_a_result(tmp_path: Path) -> None:
    cases = CASES.replace("cite: 4.1-a", 'cite: ["3", 4.1-a]')
    told = page(write(tmp_path, cases=cases))
    assert "  - town/relief: above (above the line)\n" in section(told, "### Monthly income per person · 月人均收入")
    assert "above the line" not in section(told, "### The gap · 差额")


def test_labels_are_no_markup(tmp_path: Path) -> None:
    label = "a *b* `c` | <img src=x> &amp; [d](e)"
    told = page(write(tmp_path, pack=PACK.replace("en: income is below the line", f'en: "{label}"')))
    parsed = [block.children or [] for block in MarkdownIt("commonmark").enable("table").parse(told)]
    plain = ["".join(token.content for token in inner) for inner in parsed]
    assert plain.count(f"A{label[1:]} · 收入低于标准") == 1 and plain.count(label) == 1
    assert {token.type for inner in parsed for token in inner} == {"text", "code_inline", "strong_open", "strong_close"}


def test_the_page_shows_the_law_after_its_last_change(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert last_change(load("town", path=path)) == date(2024, 2, 1)
    assert "the rules in force on 2024-02-01" in page(path)


def test_both_languages_are_written_to_a_folder(tmp_path: Path) -> None:
    path = write(tmp_path)
    done = CliRunner().invoke(main, ["reference", "town", "--path", str(path), "--to", str(tmp_path / "pages")])
    assert (done.exit_code, done.output) == (0, "")
    for lang in ("zh", "en"):
        assert (tmp_path / "pages" / f"town.{lang}.md").read_text(encoding="utf-8") == page(path, lang)


cited = cache(citing), cache(citing_cases)
"""Of all packs, so that this is not gathered for each page anew."""


@cache
def made(pack: str, lang: str) -> str:
    loaded = load(pack)
    return Reference(loaded, last_change(loaded), lang, *(each() for each in cited)).markdown()  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("pack", SHIPPED)
def test_the_shipped_pages_are_up_to_date(pack: str, lang: str) -> None:
    shipped = (PAGES / page_name(pack, lang)).read_text(encoding="utf-8")  # type: ignore[arg-type]
    up_to_date = shipped == made(pack, lang)  # a name, so that a failure does not print two pages
    assert up_to_date, f"run: aidrules reference {pack} --to docs/reference"


@pytest.mark.parametrize("pack", SHIPPED)
def test_every_rule_stands_on_its_page(pack: str) -> None:
    loaded = load(pack)
    rules = [rule for programme in loaded.on(last_change(loaded)).programmes.values() for rule in programme.rules]
    told = made(pack, "en").splitlines()
    assert rules and [rule for rule in rules if not any(line.startswith(f"`{rule}` · ") for line in told)] == []


@pytest.mark.parametrize("pack", SHIPPED)
def test_every_parameter_and_list_stands_on_its_page_in_full(pack: str) -> None:
    told, now = made(pack, "en").splitlines(), load(pack).at(last_change(load(pack)))
    names = [*now.parameters, *now.definitions]
    assert names or pack not in LARGE
    assert [name for name in names if f"`{name}`" not in told] == []


@pytest.mark.parametrize("pack", SHIPPED)
def test_every_option_of_a_reading_stands_where_the_reading_is_taken(pack: str) -> None:
    now, told = load(pack).at(last_change(load(pack))), made(pack, "en").replace("\\", "")
    readings = [reading for _, entry in entries_of(now) for reading in entry.readings if not reading.note]
    assert readings or pack not in LARGE
    for reading in readings:
        assert reading.option_label is not None
        options = [("Taken", reading.option, reading.option_label)]
        options += [("Other options", *alternative) for alternative in reading.alternatives]
        lines = [f"- **{head}**: {option}: {label.en}\n" for head, option, label in options]
        assert f"- **Reading**: {reading.name}: " in told and "".join(lines) in told, reading.name


def test_a_parameter_has_its_unit_its_limits_and_its_earlier_values(tmp_path: Path) -> None:
    values = "[{from: 2023-01-01, is: 500}, {from: 2024-02-01, is: 600, cite: 4.1-a}]"
    given = PACK.replace('required: true, cite: "2"}', f'must: value > 0, cite: "2", values: {values}}}')
    assert section(page(write(tmp_path, pack=given)), "### Relief line · 标准") == (
        "\n`line`\n"
        "\n"
        "- **Clause**: Town By-law 2\n"
        "- **Unit**: yuan per person per month (CNY/person/month)\n"
        "- **What must hold**: value > 0\n"
        "- **Value 2023-01-01 – 2024-01-31**: 500\n"
        "- **Clause**: Town By-law 2\n"
        "- **Value 2024-02-01 – (now)**: 600\n"
        "- **Clause**: Town By-law 4.1-a\n"
        "- **Cases**\n"
        "  - town/relief: above (above the line)\n"
    )


def test_a_parameter_does_not_show_the_finding_of_the_same_name() -> None:
    assert "`dibao_tier`\n" in made("cn/national", "en") and "- **Finding**" not in made("cn/national", "en")


def test_every_shipped_pack_with_rules_has_a_page() -> None:
    assert {"cn/national", "cn/guizhou/zunyi/bozhou", "cn/local/nanjing"} <= set(SHIPPED)
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    for pack in SHIPPED:
        assert all(f"({page_name(pack, lang)})" in index for lang in ("zh", "en"))  # type: ignore[arg-type]
