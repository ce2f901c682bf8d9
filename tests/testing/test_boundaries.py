"""Boundaries of a pack whose edges are worked out by hand: 700 a person for three is 2100; birthdays; brackets."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from edges import CASES, ON, PACK, edges
from rich.cells import cell_len

from aidrules import load
from aidrules.cli import main
from aidrules.decision import decide
from aidrules.errors import PackError
from aidrules.testing.boundaries import Boundaries, Boundary, boundaries
from aidrules.testing.boundaries.plain import as_json
from aidrules.testing.boundaries.starts import run_of
from aidrules.testing.boundaries.tables import Tables
from aidrules.testing.boundaries.told import counts, lines, summary


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found: Path = tmp_path_factory.mktemp("edges")
    edges(found)
    return found


@pytest.fixture(scope="module")
def found(folder: Path) -> Boundaries:
    return boundaries(load("vale/edges", path=folder), ON, path=folder)


def one(found: Boundaries, name: str) -> Boundary:
    return next(boundary for boundary in found if boundary.name == name)


def sides(boundary: Boundary, rule: str | None = None) -> list[tuple[object, ...]]:
    """Position, what was given, whether the comparison holds, and what a rule comes to."""
    return [(side.position, side.given, side.holds, *([side.rules[rule]] if rule else [])) for side in boundary.sides]


def test_a_strict_line_per_person_is_reached_through_the_income_of_the_household(found: Boundaries) -> None:
    boundary = one(found, "relief.poor#1")
    assert sides(boundary, "relief.poor") == [
        ("below", Fraction("2099.99"), True, True),
        ("on", 2100, False, False),
        ("above", Fraction("2100.01"), False, False),
    ]
    assert {side.input for side in boundary.sides} == {"income"}
    assert [side.left for side in boundary.sides] == [Fraction(209999, 300), 700, Fraction(210001, 300)]
    # (700 - 2099.99 / 3) x 3 is one fen.
    assert [side.programmes["relief"].amounts["monthly"] for side in boundary.sides] == [Fraction(1, 100), 0, 0]
    assert [side.programmes["relief"].status for side in boundary.sides] == ["eligible", "ineligible", "ineligible"]


def test_an_inclusive_line_holds_on_the_line(found: Boundaries) -> None:
    assert sides(one(found, "near.within#1"), "near.within") == [
        ("below", Fraction("2099.99"), True, True),
        ("on", 2100, True, True),
        ("above", Fraction("2100.01"), False, False),
    ]


def test_a_birthday_is_tried_on_the_day_before_on_it_and_after(found: Boundaries) -> None:
    assert sides(one(found, "aged#1"), "help.care[a]") == [
        ("below", date(1965, 3, 1), False, False),
        ("on", date(1965, 2, 28), True, True),
        ("on", date(1965, 2, 27), True, True),
    ]


def test_who_is_born_on_a_leap_day_comes_of_age_on_the_first_of_march(tmp_path: Path) -> None:
    cases = CASES.replace("2025-02-28", "2024-02-29")
    aged = one(boundaries(edges(tmp_path, cases=cases), date(2024, 2, 29), path=tmp_path), "aged#1")
    assert sides(aged) == [
        ("below", date(1964, 3, 1), False),
        ("on", date(1964, 2, 29), True),
        ("on", date(1964, 2, 28), True),
    ]
    later = CASES.replace("2025-02-28", "2025-03-01").replace("1970-05-05", "1965-02-28")
    leap = PACK.replace(">= 60", ">= 61")
    aged = one(boundaries(edges(tmp_path / "b", leap, later), date(2025, 3, 1), path=tmp_path / "b"), "aged#1")
    # 61 on 1 March 2025: born on 29 February 1964, as on 1 March.
    assert sides(aged) == [
        ("below", date(1964, 3, 2), False),
        ("on", date(1964, 3, 1), True),
        ("on", date(1964, 2, 29), True),
    ]


def test_both_ends_of_a_bracket_are_tried(found: Boundaries) -> None:
    assert [(side.given, side.value) for side in one(found, "rent.value#1").sides] == [(2, 100), (3, 180), (4, 180)]
    assert [(side.given, side.value) for side in one(found, "rent.value#3").sides] == [(4, 180), (5, 180), (6, 240)]


def test_months_are_counted_to_the_day(found: Boundaries) -> None:
    # Six full months lie between 31 August and 28 February, the last day of its month.
    assert sides(one(found, "help.settled.condition2#1"), "help.settled") == [
        ("below", date(2024, 9, 1), False, False),
        ("on", date(2024, 8, 31), True, True),
        ("on", date(2024, 8, 30), True, True),
    ]


def test_a_date_that_may_be_none_is_tried_with_none(found: Boundaries) -> None:
    none = one(found, "help.settled.condition1#1")
    assert sides(none, "help.settled") == [("other", date(2024, 6, 15), False, True), ("other", "none", True, False)]


def test_a_list_is_tried_empty_with_one_and_with_one_more(found: Boundaries) -> None:
    children = one(found, "help.family.condition1#2")
    assert [(side.left, side.rules["help.family"]) for side in children.sides] == [(0, False), (1, False), (2, True)]
    number = one(found, "help.family.condition1#1")
    assert [(side.left, side.holds) for side in number.sides] == [(1, False), (2, True), (3, True)]


def test_every_option_of_a_choice_is_tried(found: Boundaries) -> None:
    assert sides(one(found, "help.town.condition1#1"), "help.town") == [
        ("other", "urban", True, True),
        ("other", "rural", False, False),
    ]
    ill = one(found, "help.clinic.condition1#2")
    assert [(side.given, side.rules["help.clinic"]) for side in ill.sides] == [(False, False), (True, True)]


def test_a_line_between_two_steps_has_the_step_on_each_side(found: Boundaries) -> None:
    # A rent allowance of 100 or 180 is never 150.
    rent = one(found, "help.grown.condition1#1")
    assert sides(rent, "help.grown") == [("below", 2, False, False), ("above", 3, True, True)]
    assert not rent.exact


def test_what_is_not_reached_or_masked_says_so(found: Boundaries) -> None:
    never = one(found, "help.never.condition1#1")
    assert never.unreached == "out_of_reach" and not never.sides
    masked = one(found, "help.both.condition1#1")
    assert masked.masked and [side.holds for side in masked.sides] == [False, False, True]
    assert {side.rules["help.both"] for side in masked.sides} == {False}
    number = counts(found)
    assert number.all == number.shown + number.masked + sum(number.unreached.values()) == len(found)
    assert number.masked >= 1 and number.unreached["out_of_reach"] >= 1
    for said in (str(number.all), str(number.masked), "not reached"):
        assert said in summary(found, "en")


def test_an_input_that_no_case_gives_is_found_all_the_same(found: Boundaries) -> None:
    assert sides(one(found, "help.open.condition1#1")) == [("below", 2, False), ("on", 3, False), ("above", 4, True)]


def test_each_household_decides_as_its_side_says(found: Boundaries) -> None:
    tried = 0
    for boundary in found:
        for side in boundary.sides:
            decision = decide(side.household, found.pack, on=side.on, law=found.on, chain="exact")
            for programme in ("relief", "near"):
                outcome = decision.outcomes[programme]
                assert (outcome.status, outcome.monthly) == (
                    side.programmes[programme].status,
                    side.programmes[programme].amounts["monthly"],
                )
                tried += 1
    assert tried > 50


def test_values_of_required_parameters_come_from_the_cases(found: Boundaries) -> None:
    assert found.values == {"wait": "6 month"} and found.open == ()


def test_a_parameter_that_no_case_gives_is_named(tmp_path: Path) -> None:
    pack = edges(tmp_path, cases=CASES.replace("parameters: {wait: 6 month}\n", ""))
    found = boundaries(pack, ON, "help.settled", path=tmp_path)
    assert found.open == ("wait",)
    assert one(found, "help.settled.condition2#1").unreached == "unknown"
    assert "Given by no case: wait" in lines(found)


def test_a_law_without_dates_is_kept_without_the_day_on_which_it_was_written(found: Boundaries, tmp_path: Path) -> None:
    assert found.pack.boundaries == ()
    assert lines(found).startswith("# vale/edges, law without dates\n")
    dated = edges(tmp_path, PACK.replace("source: act\n", "source: act\nin_force: {from: 2025-01-01}\n", 1))
    assert lines(boundaries(dated, rule="help.care", path=tmp_path)).startswith("# vale/edges, law of 2025-01-01\n")


def test_a_pack_without_cases_reaches_nothing_and_says_why(tmp_path: Path) -> None:
    pack = edges(tmp_path)
    (tmp_path / "vale" / "edges" / "cases" / "family.yaml").unlink()
    assert {boundary.unreached for boundary in boundaries(pack, ON, path=tmp_path)} == {"no_case"}


def test_one_rule_programme_or_definition_can_be_asked_for(found: Boundaries, folder: Path) -> None:
    def names(rule: str) -> list[str]:
        return [boundary.name for boundary in boundaries(found.pack, ON, rule, path=folder)]

    assert names("help.care") == ["aged#1", "help.care.any#1"]
    assert names("near") == ["per_person.divisor1#1", "near.within#1"]
    assert names("rent.value") == [f"rent.value#{number}" for number in range(1, 4)]
    with pytest.raises(PackError, match=r"nothing is called help\.cara.*Did you mean help\.care or"):
        boundaries(found.pack, ON, "help.cara", path=folder)


def test_no_line_takes_more_than_its_share_of_runs(
    found: Boundaries, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[date] = []

    def counted(compiled: Any, facts: Any, on: date) -> Any:
        made.append(on)
        return run_of(compiled, facts, on)

    monkeypatch.setattr("aidrules.testing.boundaries.search.run_of", counted)
    monkeypatch.setattr("aidrules.testing.boundaries.generate._RUNS", 5)
    short = boundaries(found.pack, ON, path=folder)
    assert len(short) == len(found) and 0 < len(made) <= 5 * len(found)
    assert counts(short).unreached["out_of_reach"] > counts(found).unreached["out_of_reach"]


def test_boundaries_are_frozen_and_give_typed_households(found: Boundaries) -> None:
    boundary = one(found, "relief.poor#1")
    with pytest.raises(FrozenInstanceError):
        boundary.case = "other"  # type: ignore[misc]
    assert [type(household) for household in boundary.households] == [found.pack.Household] * 3


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [("relief.poor", "per_person < line", "per_person <= line"), ("help.care", ">= 60", "> 60")],
)
def test_a_comparison_that_is_turned_changes_the_kept_lines(tmp_path: Path, rule: str, old: str, new: str) -> None:
    before = lines(boundaries(edges(tmp_path / "a"), ON, rule, path=tmp_path / "a"))
    after = lines(boundaries(edges(tmp_path / "b", PACK.replace(old, new)), ON, rule, path=tmp_path / "b"))
    changed = set(before.splitlines()) ^ set(after.splitlines())
    assert any("yes" in line for line in changed) and any(rule in line for line in changed)


def test_the_kept_lines_are_ids_and_exact_values(found: Boundaries) -> None:
    assert (
        """
relief.poor#1 | income per person < line | act art 1
  read by relief.poor
  from family/family
  below income = 2099.99 | 209999/300 : 700 | yes | relief.poor true; relief eligible 0.01 a month
  on income = 2100 | 700 : 700 | no | relief.poor false; relief ineligible
  above income = 2100.01 | 210001/300 : 700 | no | relief.poor false; relief ineligible; near ineligible
""".replace("0.01 a month", "0.01 a month; near eligible").replace(
            "relief ineligible\n", "relief ineligible; near eligible\n", 1
        )
        in lines(found)
    )


def test_tables_have_the_sides_beside_each_other_in_both_languages(found: Boundaries) -> None:
    in_chinese = next(rows for rows in Tables(found, "zh") if rows.title.startswith("relief.poor#1"))
    assert in_chinese.title == "relief.poor#1 人均收入 < 标准 (art 1) [family/family]"
    assert in_chinese.heads == ("", "低于", "等于", "高于")
    assert in_chinese.rows[0] == ("收入 (income)", "2099.99元/月", "2100元/月", "2100.01元/月")
    assert in_chinese.rows[2] == ("右侧", "700元/人/月", "700元/人/月", "700元/人/月")
    assert in_chinese.rows[3] == ("成立", "是", "否", "否")
    in_english = next(rows for rows in Tables(found, "en") if rows.title.startswith("relief.poor#1"))
    assert in_english.heads == ("", "below", "on the line", "above")
    assert [row[0] for row in in_english.rows] == [
        "income (income)",
        "Left side",
        "Right side",
        "Holds",
        "relief.poor",
        "relief",
        "near",
    ]
    assert in_english.rows[1][2] == "700 yuan per person per month"
    assert in_english.rows[5] == ("relief", "eligible 0.01 yuan per month", "not eligible", "not eligible")
    assert in_english.rows[6] == ("near", "eligible", "eligible", "not eligible")


@pytest.mark.parametrize(
    ("lang", "heads"),
    [("zh", ("低于", "等于（1）", "等于（2）")), ("en", ("below", "on the line (1)", "on the line (2)"))],
)
def test_two_days_that_make_the_same_age_have_heads_of_their_own(found: Boundaries, lang: Any, heads: Any) -> None:
    aged = next(rows for rows in Tables(found, lang) if rows.title.startswith("aged#1"))
    assert aged.heads == ("", *heads)


LATER = """pack: vale/edges/later
source: act
in_force: {from: 2025-02-01, until: 2025-03-31}
programmes:
  more:
    zh: 又
    en: more
    rules:
      soon: {kind: entitlement, when: "on >= date(2025, 3, 1)", zh: 三月, en: in March}
"""


def test_no_household_is_of_a_case_on_a_day_on_which_the_pack_is_not_in_force(tmp_path: Path) -> None:
    early = CASES.replace("cases:", "cases:\n  - {name: early, on: 2024-02-28, given: {}, expect: {}}", 1)
    edges(
        tmp_path,
        cases=early.replace("given: {}, expect: {}", "given: {members: [{id: a}]}, expect: {amounts: {relief: 1}}"),
    )
    later = tmp_path / "vale" / "edges" / "later"
    later.mkdir()
    (later / "later.yaml").write_text(LATER, encoding="utf-8")
    found = boundaries(load("vale/edges/later", path=tmp_path), ON, path=tmp_path)
    assert {boundary.case for boundary in found if boundary.sides} == {"family/family"}
    assert {side.on for boundary in found for side in boundary.sides if side.input != "on"} == {ON}


def test_options_that_come_to_the_same_share_a_column_and_more_than_four_columns_a_further_table(
    found: Boundaries,
) -> None:
    tables = list(Tables(found, "en"))
    town = next(rows for rows in tables if rows.title.startswith("help.town.condition1#1"))
    assert town.heads == ("", "urban", "rural") and town.rows[0][1:] == ("urban", "rural")
    assert all(len(rows.heads) <= 5 for rows in tables)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_tables_fit_a_terminal_of_a_hundred_columns(folder: Path, lang: str) -> None:
    asked = ["boundaries", "vale/edges", "--path", str(folder), "--on", "2025-02-28", "--lang", lang]
    told = CliRunner().invoke(main, asked).output.splitlines()
    rows = [line for line in told if line.startswith(("┏", "┃", "│", "└"))]
    assert rows and max(map(cell_len, rows)) <= 100


def test_the_command_prints_tables_and_json_with_households(folder: Path) -> None:
    run = CliRunner()
    asked = ["boundaries", "vale/edges", "relief.poor", "--path", str(folder), "--on", "2025-02-28"]
    text = run.invoke(main, [*asked, "--lang", "en"])
    assert text.exit_code == 0 and "on the line" in text.output and "2 boundaries:" in text.output
    told = json.loads(run.invoke(main, [*asked, "--format", "json"]).output)
    sides = next(each for each in told["boundaries"] if each["name"] == "relief.poor#1")["sides"]
    assert [side["household"]["income"] for side in sides] == ["2099.99", "2100.00", "2100.01"]
    assert sides[0]["programmes"]["relief"] == {"status": "eligible", "monthly": "0.01", "one_off": "0"}
    kept = run.invoke(main, [*asked, "--format", "lines"])
    assert kept.output.startswith("# vale/edges, law without dates\n")


def test_boundaries_come_by_rule_as_the_pack_lists_them(found: Boundaries) -> None:
    rules = [rule for programme in found.pack.on(ON).programmes.values() for rule in programme.rules]
    read = [boundary.place.rules for boundary in found if boundary.place.rules]
    assert len(set(read)) > 5
    firsts = [rules.index(names[0]) for names in read]
    assert firsts == sorted(firsts)
    assert all([rules.index(name) for name in names] == sorted(rules.index(name) for name in names) for names in read)


READING = """poor:
        kind: eligibility
        when: per_person < line
        zh: 低于标准
        en: below the line
        cite: art 1
        reading:
          at_the_line:
            default: out
            zh: 恰等于标准的，未写
            en: the text does not say what holds on the line
            options:
              out: {zh: 不算, en: it is not below}
              within: {zh: 视同, en: it counts as below, replace: [<, <=]}
              aloud: {zh: 另说, en: it is said in other words}
"""


def test_an_option_that_draws_the_line_elsewhere_is_told_with_what_each_side_comes_to(tmp_path: Path) -> None:
    plain = "poor: {kind: eligibility, when: per_person < line, zh: 低于标准, en: below the line, cite: art 1}\n"
    assert plain in PACK
    found = boundaries(edges(tmp_path, PACK.replace(plain, READING)), ON, "relief", path=tmp_path)
    poor = one(found, "relief.poor#1")
    # The option aloud changes nothing of what is computed, and is not told.
    (within,) = poor.otherwise
    assert (within.reading, within.option) == ("relief.poor.at_the_line", "within")
    assert within.rules == {"relief.poor": (True, True, False)}
    assert [paid.status for paid in within.programmes["relief"]] == ["eligible", "eligible", "ineligible"]
    assert [side.rules["relief.poor"] for side in poor.sides] == [True, False, False], "as the pack takes it"
    assert not any(boundary.otherwise for boundary in found if boundary.place.definition != "relief.poor")
    assert (
        "  under relief.poor.at_the_line = within | relief.poor true, true, false; "
        "relief eligible 0.01 a month, eligible, ineligible\n"
    ) in lines(found)
    table = next(rows for rows in Tables(found, "en") if rows.title.startswith("relief.poor#1"))
    assert ("relief.poor (relief.poor.at_the_line = within)", "yes", "yes", "no") in table.rows
    told = next(each for each in as_json(found)["boundaries"] if each["name"] == "relief.poor#1")["otherwise"]
    assert [each["option"] for each in told] == ["within"] and told[0]["rules"] == {"relief.poor": [True, True, False]}
