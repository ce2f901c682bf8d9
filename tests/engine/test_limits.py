"""Hostile packs: what would take for ever, nest too deeply or grow without end is refused or costs little."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import aidrules
from aidrules import DecisionError, PackError, load
from aidrules.engine import Bounds, Compiled

ON = date(2025, 6, 1)


def compiled(folder: Path, definitions: str, more: str = "") -> Compiled:
    """A pack of the given definitions."""
    (folder / "p").mkdir()
    text = f"pack: p\nzh: 试\nen: trial\ncurrency: CNY\nextends: none\n{more}\ndefinitions:\n{definitions}"
    (folder / "p" / "pack.yaml").write_text(text, encoding="utf-8")
    return load("p", path=folder).on(ON)


def definition(name: str, value: str) -> str:
    return f"  {name}:\n    value: >-\n      {value}\n"


def test_nested_choices_do_not_take_exponential_time(tmp_path: Path) -> None:
    value = "count(members)"
    for _ in range(25):
        value = f"(1 if {value} > 1 else 2)"
    assert compiled(tmp_path, definition("deep", value)).definitions["deep"]


def test_a_long_chain_in_the_wrong_order_compiles(tmp_path: Path) -> None:
    lines = [definition(f"d{number}", f"d{number + 1} + 1") for number in range(300)]
    pack = compiled(
        tmp_path, "".join([*lines, definition("d300", "count(members) * 1")]).replace("count(members) * 1", "7")
    )
    household = pack.pack.Household.model_validate({"members": [{"id": "a"}]})
    assert pack.run(household, ON).value("d0") == 307


def test_lists_run_through_each_other_only_so_deep(tmp_path: Path) -> None:
    value = "true"
    for number in range(5):
        value = f"any({value} for m{number} in household.members)"
    with pytest.raises(PackError, match="more than 3 lists run through inside each other"):
        compiled(tmp_path, definition("nested", value))


def test_a_number_that_grows_without_end_is_refused(tmp_path: Path) -> None:
    lines = [definition("s0", "sum(m.disability.grade + 999999 for m in household.members)")]
    lines += [definition(f"s{number + 1}", f"s{number} * s{number}") for number in range(9)]
    with pytest.raises(PackError, match=r"may grow beyond 10\^36"):
        compiled(tmp_path, "".join(lines))


def test_working_days_without_end_stop_at_the_calendars_end(tmp_path: Path) -> None:
    pack = compiled(tmp_path, definition("far", "on + 999999999 * working_day"))
    household = pack.pack.Household.model_validate({"members": [{"id": "a"}]})
    assert pack.run(household, ON).value("far") == date.max


def test_negative_working_days_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="working days that may be negative"):
        compiled(tmp_path, definition("back", "on + (age(date(2000, 1, 1), on) - 90 * year) / year * working_day"))


def test_a_table_of_many_rows_is_looked_up(tmp_path: Path) -> None:
    places = [f"p{number}" for number in range(400)]
    rows = "".join(f"          {place}: {number}\n" for number, place in enumerate(places))
    more = (
        f"inputs:\n  household:\n    county: {{type: [{', '.join(places)}], zh: 县, en: county}}\n"
        "parameters:\n  line:\n    unit: CNY/person/month\n    by: household.county\n    values:\n"
        f"      - from: 2020-01-01\n        is:\n{rows}"
    )
    pack = compiled(tmp_path, definition("mine", "line * 1"), more)
    for place in ("p0", "p199", "p200", "p399"):
        household = pack.pack.Household.model_validate({"members": [{"id": "a"}], "county": place})
        assert pack.run(household, ON).value("mine") == int(place[1:])
    unknown = pack.run(pack.pack.Household.model_validate({"members": [{"id": "a"}]}), ON).value("mine")
    assert (unknown.low, unknown.high) == (0, 399)  # type: ignore[union-attr]


def test_the_end_of_the_calendar_is_no_end_of_a_law(tmp_path: Path) -> None:
    more = "in_force: {from: 2020-01-01, until: 9999-12-31}"
    with pytest.raises(PackError, match="9999-12-31 is outside what rules can be about"):
        compiled(tmp_path, definition("one", "1"), more)


def test_a_negative_parameter_says_that_it_can_be_negative(tmp_path: Path) -> None:
    parameter = "parameters:\n  grant:\n    unit: CNY/household\n    values: [{from: 2020-01-01, is: -5}]\n"
    with pytest.raises(PackError, match="-5 is negative; expected 0 or more"):
        compiled(tmp_path, definition("paid", "grant"), parameter)


def test_a_negative_parameter_needs_a_lower_end(tmp_path: Path) -> None:
    parameter = "parameters:\n  rise:\n    must: value <= 5%\n    values: [{from: 2020-01-01, is: -1%}]\n"
    with pytest.raises(PackError, match=r"-1% is negative; expected 0 or more. .*must: value >= -100%"):
        compiled(tmp_path, definition("risen", "rise"), parameter)


@pytest.mark.parametrize(
    ("must", "low"), [("value >= -100%", -1), ("-2% < value <= 5%", Fraction(-1, 50)), ("value <= 5%", 0)]
)
def test_a_value_that_nobody_gave_may_be_as_low_as_one_that_is_given(tmp_path: Path, must: str, low: Fraction) -> None:
    pack = compiled(tmp_path, definition("risen", "rise"), f"parameters:\n  rise: {{required: true, must: {must}}}\n")
    unknown = pack.run(pack.pack.Household.model_validate({"members": [{"id": "a"}]}), ON).value("risen")
    assert isinstance(unknown, Bounds) and unknown.low == low


def test_a_sign_in_a_text_is_no_percentage(tmp_path: Path) -> None:
    more = "inputs:\n  household:\n    note: {type: text, zh: 备注, en: note}\n"
    pack = compiled(tmp_path, definition("same", "household.note == '5%'"), more)
    household = pack.pack.Household.model_validate({"members": [{"id": "a"}], "note": "5%"})
    assert pack.run(household, ON).value("same") is True


def test_the_least_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"min\(\) of nothing"):
        compiled(tmp_path, definition("least", "min()"))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_the_ends_of_the_calendar_are_not_decided(day: date) -> None:
    pack = load("cn/national")
    household = pack.Household.model_validate({"members": [{"id": "a"}]})
    with pytest.raises(DecisionError, match="outside what can be decided"):
        aidrules.decide(household, pack, on=day)
