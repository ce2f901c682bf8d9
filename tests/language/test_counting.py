"""Counting units of a pack's own: what they are called, and the items of lists, which are counted without more."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from arcadia import Write

from aidrules import decide, load
from aidrules.decision.figures import quantity_text, unit_text
from aidrules.errors import PackError
from aidrules.language.units import Unit
from aidrules.lint import lint

UNITS = "visit: {zh: 次, en: visit}, entry: {zh: 笔, en: entry, plural: entries}"
WIDE = """
    pack: realm
    source: act
    zh: 王国
    en: Realm
    currency: CNY
    in_force: undated
    units: UNITS
    inputs:
      household:
        visits: {unit: visit, max: 100, zh: 入户, en: visits so far}
    parameters:
      least: {unit: visit, zh: 最少次数, en: least visits, values: [{is: 3}]}
    programmes:
      calls:
        zh: 走访
        en: calls
        rules:
          enough:
            kind: eligibility
            when: household.visits >= least
            zh: 走访足够
            en: visited often enough
""".replace("UNITS", "{" + UNITS + "}")


def test_a_definition_with_options_is_measured_in_them(write: Write) -> None:
    options = "options: {once: {zh: 一次, en: once}, twice: {zh: 两次, en: twice, value: 2 * household.visits}}"
    counted = f"""
    definitions:
      counted:
        unit: visit
        value: household.visits
        zh: 计次
        en: visits counted
        reading: {{default: once, zh: 未写, en: it does not say, {options}}}
"""
    path = write({"realm/pack.yaml": WIDE.replace("    programmes:", f"{counted.strip(chr(10))}\n    programmes:")})
    for option, number in {"once": 3, "twice": 6}.items():
        pack = load("realm", path=path).with_readings({"counted": option})
        household = pack.Household.model_validate({"members": [{"id": "a"}], "visits": 3})
        assert decide(household, pack, on=date(2025, 6, 1)).value("counted") == number


def test_letters_say_what_a_pack_calls_its_units(write: Write) -> None:
    pack = load("realm", path=write({"realm/pack.yaml": WIDE}))
    household = pack.Household.model_validate({"members": [{"id": "a"}], "visits": 1})
    decision = decide(household, pack, on=date(2025, 6, 1))
    assert "1次" in decision.explain("zh", ["calls"]) and "3次" in decision.explain("zh", ["calls"])
    assert "1 visit)" in decision.explain("en", ["calls"]) and "3 visits" in decision.explain("en", ["calls"])


@pytest.mark.parametrize(
    ("number", "unit", "zh", "en"),
    [
        (2, "visit", "2次", "2 visits"),
        (2, "entry", "2笔", "2 entries"),
        (1, "entry", "1笔", "1 entry"),
        (5, "CNY/visit/month", "5元/次/月", "5 yuan per visit per month"),
        (5, "CNY/visit/term", "5元/次/学期", "5 yuan per visit per term"),
        (2, "case_file", "2case_file", "2 case file"),
    ],
)
def test_a_unit_is_said_in_both_languages(write: Write, number: int, unit: str, zh: str, en: str) -> None:
    own = load("realm", path=write({"realm/pack.yaml": WIDE})).content.measures
    measured = Unit.parse(unit, ("visit", "entry", "term", "case_file"))
    assert quantity_text(Fraction(number), measured, "zh", own=own) == zh
    assert quantity_text(Fraction(number), measured, "en", own=own) == en


def test_a_narrower_pack_has_the_labels_of_a_wider_one(write: Write) -> None:
    narrow = "pack: realm/town\nsource: act\nunits: [visit]\n"
    pack = load("realm/town", path=write({"realm/pack.yaml": WIDE, "realm/town/pack.yaml": narrow}))
    assert unit_text(Unit.parse("visit", pack.units), "zh", own=pack.content.measures) == "次"


def test_a_unit_is_called_one_thing_in_all_layers(write: Write) -> None:
    narrow = "pack: realm/town\nsource: act\nunits: {visit: {zh: 趟, en: trip}}\n"
    with pytest.raises(PackError, match=r"town.pack\.yaml:3:16: units: visit is called something else than at .*:8:"):
        load("realm/town", path=write({"realm/pack.yaml": WIDE, "realm/town/pack.yaml": narrow}))


@pytest.mark.parametrize(
    ("units", "found"),
    [
        ("{visit: {zh: 次}}", r"pack\.yaml:8:.* en"),
        ("{visit: {zh: 次, en: visit, many: x}}", r"pack\.yaml:8:.*unknown key 'many'"),
        ("[Visit]", r"pack\.yaml:8:.*'Visit' cannot be a name"),
        ("[{visit: x}]", r"pack\.yaml:8:.*this is not a list of names"),
        ("{visit: 次}", r"pack\.yaml:8:"),
    ],
)
def test_units_that_cannot_be_read_are_refused_in_their_place(write: Write, units: str, found: str) -> None:
    with pytest.raises(PackError, match=found):
        load("realm", path=write({"realm/pack.yaml": WIDE.replace("{" + UNITS + "}", units)}))


def test_a_unit_without_a_label_is_found(write: Write) -> None:
    root = write({"realm/pack.yaml": WIDE.replace("{" + UNITS + "}", "[visit, term]")})
    found = [finding for finding in lint(["realm"], root) if finding.code == "L101"]
    assert [finding.name for finding in found] == ["visit"]


ROADS = """
    pack: works
    source: act
    zh: 修路
    en: roads
    currency: CNY
    subject: {name: village, zh: 村, en: village}
    inputs:
      village:
        price: {unit: CNY/road, zh: 单价, en: price of a road}
        roads:
          list: road
          zh: 道路
          en: roads
          fields:
            length: {unit: "1", zh: 长度, en: length}
    parameters:
      grant: {unit: CNY/road, zh: 每条补助, en: grant for a road, values: [{is: 500 CNY/road}]}
    definitions:
      total: {value: sum(grant for r in village.roads), unit: CNY/village, zh: 合计, en: total}
"""


def test_what_lists_hold_is_a_unit(write: Write) -> None:
    pack = load("works", path=write({"works/pack.yaml": ROADS}))
    village = pack.Subject.model_validate({"roads": [{"length": 1}, {"length": 2}]})
    run = pack.on(date(2025, 6, 1)).run(village, date(2025, 6, 1))
    assert run.value("total") == 1000
    with pytest.raises(PackError, match=r"unknown unit 'street'; known are .*road"):
        load("works", path=write({"works/pack.yaml": ROADS.replace("CNY/road, zh: 每", "CNY/street, zh: 每")}))


def test_what_the_shipped_lists_hold_is_a_unit_of_packs_about_households(write: Write) -> None:
    text = WIDE.replace("unit: visit, zh: 最", "unit: CNY/income, zh: 最").replace("household.visits >= least", "true")
    assert load("realm", path=write({"realm/pack.yaml": text})).parameters["least"].model.unit == Unit.parse(
        "CNY/income", ("income",)
    )
