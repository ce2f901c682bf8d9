"""A pack: its digest, overlays, readings and arguments, and that it never changes."""

from __future__ import annotations

import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from arcadia import PACKS, Write

from aidrules import Pack, load
from aidrules.decision import decide
from aidrules.errors import DecisionError, PackError
from aidrules.language.parameters import Parameter
from aidrules.language.units import Quantity, Unit

HARBOUR = "arcadia/coast/harbour"
OVERLAY = "arcadia/coast/harbour/overlays/2024"
LINE = Unit.parse("CNY/person/month")


@pytest.fixture
def pack() -> Pack:
    return load(HARBOUR, path=PACKS)


def cells(pack: Pack, name: str, day: date) -> dict[tuple[str, ...], object]:
    parameter: Parameter = pack.parameters[name].model
    value = parameter.on(day)
    if value is None:
        return {}
    return {keys: cell.value.number if isinstance(cell.value, Quantity) else cell.value for keys, cell in value.cells()}


def test_the_same_content_is_the_same_pack(pack: Pack) -> None:
    assert load(HARBOUR, path=PACKS) is pack


def test_the_digest_is_of_what_the_files_say(write: Write) -> None:
    text = "pack: a\nsource: act\ndefinitions: {x: {value: b, cite: '1'}}\n"
    root = write({"a/pack.yaml": text})
    first = load("a", path=root)
    write({"a/pack.yaml": f"# another comment\n{text}\n\n"})
    assert load("a", path=root).digest == first.digest
    write({"a/pack.yaml": text.replace("b,", "c,")})
    changed = load("a", path=root)
    assert changed.digest != first.digest
    assert (first.definitions["x"].model.value, changed.definitions["x"].model.value) == ("b", "c")


def test_the_digest_holds_the_documents_cited(write: Write) -> None:
    text = "pack: a\nsource: act\ndefinitions: {x: {value: b, cite: '1'}}\n"
    root = write({"a/pack.yaml": text})
    first = load("a", path=root)
    write({"a/pack.yaml": text, "sources.yaml": "act: {zh: 新法, en: Act, issuer: Assembly, date: 2020-01-01}\n"})
    again = load("a", path=root)
    assert again.digest != first.digest
    assert again.definitions["x"].cite[0].title.zh == "新法"


def test_the_digest_is_of_the_whole_chain(tmp_path: Path) -> None:
    root = tmp_path / "packs"
    shutil.copytree(PACKS, root)
    digest = load(HARBOUR, path=root).digest
    assert digest == load(HARBOUR, path=PACKS).digest
    realm = root / "arcadia" / "realm" / "relief.yaml"
    realm.write_text(realm.read_text(encoding="utf-8").replace("urban: 600", "urban: 601"), encoding="utf-8")
    assert load(HARBOUR, path=root).digest != digest


def test_an_overlay_fills_in_dated_values(pack: Pack) -> None:
    laid = pack.with_overlay(OVERLAY)
    assert cells(laid, "bread_line", date(2023, 12, 31)) == {}
    assert cells(laid, "bread_line", date(2024, 1, 1)) == {("urban",): 800, ("rural",): 605}
    assert cells(laid, "boat_allowance", date(2024, 1, 1)) == {(): 50}
    assert cells(pack, "bread_line", date(2024, 1, 1)) == {("urban",): 660, ("rural",): 450}
    value = laid.parameters["bread_line"].model.on(date(2024, 1, 1))
    assert [(cite.source, cite.clause) for cite in value.cite] == [("harbour-notice", "")]
    assert [change.by.pack for change in laid.parameters["bread_line"].overrode] == ["overlay harbour 2024"]
    assert laid.digest != pack.digest


def test_an_overlay_may_be_a_file_or_its_content(pack: Pack) -> None:
    content = {
        "overlay": "harbour 2024",
        "source": "harbour-notice",
        "parameters": {
            "bread_line": {
                "values": [{"from": date(2024, 1, 1), "is": {"urban": 800, "rural": "7260 CNY/person/year"}}]
            },
            "boat_allowance": {"values": [{"from": "2024-01-01", "is": Decimal(50), "cite": "四"}]},
        },
    }
    file = PACKS / f"{OVERLAY}.yaml"
    assert (
        pack.with_overlay(content).digest
        == pack.with_overlay(file).digest
        == pack.with_overlay(str(file)).digest
        == load(HARBOUR, path=PACKS, overlays=[OVERLAY]).digest
    )


def test_an_overlay_may_bring_its_own_document(pack: Pack) -> None:
    content = {
        "overlay": "office",
        "source": "office-note",
        "sources": {"office-note": {"zh": "办法", "en": "Note", "issuer": "Office", "date": "2024-05-01"}},
        "parameters": {"boat_allowance": {"values": [{"is": 60}]}},
    }
    laid = pack.with_overlay(content)
    assert laid.sources["office-note"].date == date(2024, 5, 1)
    assert "office-note" not in pack.sources


def test_overlays_choose_readings_and_override(pack: Pack) -> None:
    laid = pack.with_overlay(
        {
            "overlay": "reform",
            "readings": {"relief.means_test.at_the_line": "out", "storms": "one"},
            "overrides": {
                "programmes": {
                    "relief": {
                        "rules": {
                            "top_up": {"up_to": "2 * bread_line", "cite": {"source": "arcadia-act", "clause": "5"}}
                        }
                    }
                }
            },
        }
    )
    assert laid.chosen["storms"] == "one"
    assert laid.programmes["relief"].rules["top_up"].node.text("up_to") == "2 * bread_line"


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ({"source": "act"}, "the key 'overlay' is missing"),
        (
            {"overlay": "x", "parameters": {"bread_lin": {"values": [{"is": 1}]}}},
            "overlay x:1:1: bread_lin: there is no bread_lin to change; expected an id of a wider pack. "
            "Did you mean bread_line?",
        ),
        (
            {"overlay": "x", "parameters": {"bread_line": {"unit": "CNY"}}},
            "bread_line: the key 'unit'; expected values. Change anything else of a parameter under overrides:",
        ),
        (
            {"overlay": "x", "parameters": {"bread_line": "5200"}},
            "bread_line: the text '5200'; expected a mapping. Write what holds from when under values: {values: ",
        ),
        ({"overlay": "x", "parameters": {"bread_line": {"is": "5200"}}}, "Write what holds from when under values:"),
        (
            {"overlay": "x", "definitions": {"income": {"value": "a"}}},
            "definitions: in an overlay; expected one of parameters, readings. Change definitions under overrides:",
        ),
        (
            {"overlay": "x", "readings": {"storms": "eech"}},
            "storms: unknown option 'eech'; expected one of one, each. Did you mean each?",
        ),
        ({"overlay": "x", "readings": {"storm": "each"}}, "there is no reading 'storm'; expected one of storms"),
        ({"overlay": "x", "pack": "cn/national"}, "this overlay is for cn/national, not for arcadia/coast/harbour"),
        ({"overlay": "x", "source": "act"}, "the unknown source 'act'"),
        ({"overlay": "x", "parameters": {"boat_allowance": {"values": [{"is": 1.5}]}}}, "1.5 is a float"),
        ({"overlay": "x", "params": {}}, "unknown key 'params'; expected one of overlay, pack,"),
        (
            {
                "overlay": "x",
                "source": "harbour-notice",
                "parameters": {"bread_line": {"values": [{"is": {"city": 1}}]}},
            },
            "bread_line: unknown key 'city'; expected one of urban, rural",
        ),
    ],
)
def test_overlays_that_do_not_fit(pack: Pack, overlay: dict[str, object], expected: str) -> None:
    with pytest.raises(PackError) as caught:
        pack.with_overlay(overlay)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("overlays", "found"), [("office.yaml", "text"), (Path("office.yaml"), "PosixPath"), ({"overlay": "x"}, "dict")]
)
def test_overlays_are_a_list_also_where_there_is_one(pack: Pack, overlays: Any, found: str) -> None:
    household = pack.Household.model_validate({"members": [{"id": "a"}]})
    for lay in (partial(load, HARBOUR, path=PACKS), partial(decide, household, pack, on=date(2025, 6, 1))):
        with pytest.raises(PackError) as caught:
            lay(overlays=overlays)
        assert str(caught.value) == f"overlays: found a {found}; expected a list. Write overlays=[...], also for one."


def test_an_argument_sets_one_cell_on_every_day(pack: Pack) -> None:
    given = pack.with_parameters({"bread_line[urban]": "700 CNY/person/month"})
    assert cells(given, "bread_line", date(1990, 1, 1)) == {("urban",): 700}
    assert cells(given, "bread_line", date(2021, 1, 1)) == {("urban",): 700, ("rural",): 400}
    assert cells(given, "bread_line", date(2030, 1, 1)) == {("urban",): 700, ("rural",): 450}
    assert cells(pack, "bread_line", date(2021, 1, 1)) == {("urban",): 600, ("rural",): 400}
    value = given.parameters["bread_line"].model.on(date(2021, 1, 1))
    assert {keys: cell.argument for keys, cell in value.cells()} == {("urban",): True, ("rural",): False}
    assert value.argument


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("bread_line[urban]", 700, 700),
        ("bread_line[urban]", "8400 CNY/person/year", 700),
        ("bread_line[urban]", Decimal("700.50"), Fraction(1401, 2)),
        ("bread_line", {"urban": 700}, 700),
    ],
)
def test_forms_of_an_argument(pack: Pack, name: str, value: object, number: Fraction) -> None:
    given = pack.with_parameters({name: value})
    assert cells(given, "bread_line", date(2021, 1, 1))[("urban",)] == number


def test_arguments_of_other_shapes(pack: Pack) -> None:
    day = date(2024, 1, 1)
    given = pack.with_parameters(
        {
            "boat_allowance": 40,
            "care_rate[able, home]": "5%",
            "boat_rate": [{"below": 3, "value": "0%"}, {"at_least": 3, "value": "50%"}],
        }
    )
    assert cells(given, "boat_allowance", day) == {(): 40}
    assert cells(given, "care_rate", day) == {
        ("full_loss",): 1,
        ("able", "institution"): Fraction(1, 5),
        ("able", "home"): Fraction(1, 20),
    }
    assert cells(given, "boat_rate", day) == {("*",): 0, (">= 3",): Fraction(1, 2)}


def test_the_same_value_gives_the_same_digest(pack: Pack) -> None:
    digests = {
        pack.with_parameters({"bread_line[urban]": value}).digest
        for value in (700, "700", "700.00", Decimal("7E2"), "700 CNY/person/month", "8400 CNY/person/year")
    }
    assert len(digests) == 1
    assert digests != {pack.digest, pack.with_parameters({"bread_line[urban]": 701}).digest}


def test_what_was_given_can_be_given_again(pack: Pack) -> None:
    values = {
        "bread_line": {"urban": "100 CNY/person/year", "rural": 3},
        "boat_rate": [{"below": 3, "value": "0%"}],
        "boat_allowance": "none",
    }
    given = pack.with_overlay(OVERLAY).with_readings({"storms": "one"}).with_parameters(values)
    assert given.parameters_given == {
        "bread_line[urban]": "100 CNY/person/year",
        "bread_line[rural]": "3",
        "boat_rate": [{"below": "3", "value": "0%"}],
        "boat_allowance": "none",
    }
    again = pack.with_overlay(*(overlay.node.plain() for overlay in given.overlays))
    again = again.with_readings(dict(given.readings_given)).with_parameters(given.parameters_given)
    assert again.digest == given.digest


def test_a_later_argument_replaces_an_earlier(pack: Pack) -> None:
    twice = pack.with_parameters({"boat_allowance": 1}).with_parameters({"boat_allowance": 2})
    assert twice.digest == pack.with_parameters({"boat_allowance": 2}).digest


def test_arguments_stand_above_overlays(pack: Pack) -> None:
    values = {"boat_allowance": 40}
    first = pack.with_parameters(values).with_overlay(OVERLAY)
    assert first.digest == pack.with_overlay(OVERLAY).with_parameters(values).digest
    assert cells(first, "boat_allowance", date(2024, 6, 1)) == {(): 40}
    at = first.at(date(2024, 6, 1))
    assert cells(at, "boat_allowance", date(2024, 6, 1)) == {(): 40}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"bread_lin[urban]": 1}, "there is no parameter 'bread_lin'; expected one of bread_line, care_rate,"),
        ({"bread_line[urbn]": 1}, "unknown key 'urbn'; expected one of urban, rural. Did you mean urban?"),
        ({"bread_line": {"urbn": 1}}, "unknown key 'urbn'; expected one of urban, rural. Did you mean urban?"),
        (
            {"bread_line": 1},
            "bread_line: it has values by key; expected a name with its key, such as bread_line[urban]",
        ),
        ({"boat_allowance[urban]": 1}, "1 keys for boat_allowance; expected no key"),
        ({"boat_allowance": 40.5}, "boat_allowance: 40.5 is a float; expected text, a whole number, a Decimal,"),
        ({"boat_allowance": float("nan")}, "nan is a float"),
        ({"boat_allowance": Decimal("NaN")}, "boat_allowance: the Decimal NaN is no number; expected a finite number"),
        ({"boat_allowance": Decimal("-Infinity")}, "the Decimal -Infinity is no number; expected a finite number"),
        ({"boat_allowance": None}, "None is a NoneType"),
        ({"boat_allowance": True}, "'true' is not a number"),
        ({"boat_allowance": "40 CNY"}, "40 CNY is not measured in CNY/household/month"),
        ({"boat_allowance": "1e5"}, "'1e5' is not a number"),
        ({"boat_allowance": "１２"}, "'１２' is not a number"),
        ({"care_rate[full_loss, home]": "5%"}, "there is one value for all keys at this place"),
        ({"boat_rate[3]": "5%"}, "there is brackets at this place"),
        ({3: 1}, "there is no parameter '3'"),
        ({"bread_line[": 1}, "there is no parameter 'bread_line['"),
    ],
)
def test_arguments_that_do_not_fit(pack: Pack, values: dict[str, object], expected: str) -> None:
    with pytest.raises(PackError) as caught:
        pack.with_parameters(values)
    assert expected in str(caught.value), str(caught.value)


def test_all_wrong_arguments_come_together(pack: Pack) -> None:
    with pytest.raises(PackError) as caught:
        pack.with_parameters({"boat_allowance": 1.5, "nothing": 1, "bread_line": 2})
    assert len(caught.value.problems) == 3


def test_readings_given_go_before_those_of_packs(pack: Pack) -> None:
    assert pack.chosen["storms"] == "each"
    switched = pack.with_readings({"storms": "one"})
    assert switched.chosen["storms"] == "one"
    assert pack.chosen["storms"] == "each"
    assert switched.digest != pack.digest


def test_a_reading_changes_its_rule() -> None:
    realm = load("arcadia/realm", path=PACKS, readings={"relief.means_test.at_the_line": "on_it"})
    rule = realm.programmes["relief"].rules["means_test"]
    assert rule.node.text("when") == "relief.income_per_person <= bread_line"
    assert [(reading.option, reading.default) for reading in rule.readings] == [("on_it", False)]


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ({"storm": "one"}, "there is no reading 'storm'; expected one of storms, relief.means_test.at_the_line"),
        ({"storms": "on"}, "storms: unknown option 'on'; expected one of one, each. Did you mean one?"),
    ],
)
def test_readings_that_do_not_exist(readings: dict[str, str], expected: str) -> None:
    with pytest.raises(PackError) as caught:
        load("arcadia/realm", path=PACKS, readings=readings)
    assert expected in str(caught.value)


def test_segments_cover_all_days(pack: Pack) -> None:
    assert pack.segment(date(2019, 5, 5)) == (None, date(2019, 12, 31))
    assert pack.segment(date(2020, 1, 1)) == (date(2020, 1, 1), date(2021, 5, 31))
    assert pack.segment(date(2022, 12, 31)) == (date(2022, 1, 1), date(2022, 12, 31))
    assert pack.segment(date(2030, 1, 1)) == (date(2023, 1, 1), None)
    assert pack.at(date(2022, 6, 1)) is pack.at(date(2022, 7, 1))
    assert pack.at(date(2022, 6, 1)).digest == pack.digest


@pytest.mark.parametrize("day", [datetime(2024, 1, 1), "2024-01-01", 20240101, None])
def test_a_day_is_a_date(pack: Pack, day: object) -> None:
    with pytest.raises(DecisionError, match=r"expected a datetime\.date"):
        pack.at(day)  # type: ignore[arg-type]


def test_a_pack_cannot_be_changed(pack: Pack) -> None:
    with pytest.raises(AttributeError):
        pack.day = date(2024, 1, 1)  # type: ignore[misc]


def test_a_pack_travels_to_another_process(pack: Pack) -> None:
    given = pack.with_overlay(OVERLAY).with_parameters({"boat_allowance": 40})
    assert given.Household is not None
    again = pickle.loads(pickle.dumps(given))
    assert again == given
    assert cells(again, "boat_allowance", date(2024, 6, 1)) == {(): 40}


def test_packs_are_made_once_in_many_threads(tmp_path: Path) -> None:
    root = tmp_path / "packs"
    shutil.copytree(PACKS, root)

    def made(number: int) -> Pack:
        return load(HARBOUR, path=root, parameters={"boat_allowance": 3} if number % 2 else None)

    with ThreadPoolExecutor(8) as pool:
        assert len({id(pack) for pack in pool.map(made, range(40))}) == 2


def test_compiled_rules_are_kept_by_content_and_stretch_of_time(pack: Pack) -> None:
    compiled = pack.on(date(2024, 3, 1))
    assert pack.on(date(2024, 9, 1)) is compiled
    assert pack.with_overlay(OVERLAY).on(date(2024, 3, 1)) is not compiled
    assert {"relief.boats", "winter.grant"} <= compiled.rules.keys()
    assert not {"relief.boats", "winter.grant"} & pack.on(date(2020, 3, 1)).rules.keys()


def test_rules_that_do_not_compile_say_where(write: Write) -> None:
    text = "pack: a\ndefinitions:\n  x:\n    value: nothing + 1\n"
    with pytest.raises(PackError, match=r"a/pack\.yaml:4:\d+: x: nothing is called nothing"):
        load("a", path=write({"a/pack.yaml": text})).on(date(2024, 1, 1))


def test_the_household_has_the_inputs_and_findings_of_all_layers(pack: Pack) -> None:
    member = pack.schema.lists["members"].subject
    assert member.fields["fishes"].type == "bool"
    assert "findings.storm_loss" in pack.schema.fields


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (Decimal("1E+100000000"), "a number of more than 30 digits"),
        (Decimal("1E-100000000"), "a number of more than 30 digits"),
        pytest.param(10**5000, "a number of more than 30 digits", id="huge"),
        pytest.param("9" * 1_000_000 + "x", "99...' is not a number", id="long"),
    ],
)
def test_numbers_beyond_sense_are_refused_in_a_short_sentence(pack: Pack, number: object, says: str) -> None:
    with pytest.raises(PackError) as caught:
        pack.with_parameters({"boat_allowance": number})
    assert says in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "overlay",
    [
        {"overlay": "x\u202ey"},
        {"overlay": "x\ny", "source": "law"},
        {"overlay": "x\r", "source": "law"},
        {"overlay": "x", "zh": "a\nb"},
        {"overlay": "x", "inputs": {"household": {"job": {"type": ["a", "b"], "options_en": ["a", "b\nc"]}}}},
        {"overlay": "x", "zh": "\ud800"},
        {"overlay": "x", "en": " "},
        {"overlay": "x", "a\x1b[8m": "b"},
    ],
)
def test_overlays_hold_only_what_is_seen(pack: Pack, overlay: dict[str, object]) -> None:
    with pytest.raises(PackError, match=r"invisible character|a line end in |a label without a word") as error:
        pack.with_overlay(overlay)
    assert str(error.value).isprintable()
