"""Compiling: names in any order, circles, divisors, fractions of a fen, parameters; every error has its place."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from aidrules.engine import Bounds
from aidrules.errors import PackError
from borough import compiled, pack_of, problems_of, run

INPUTS = """
inputs:
  household: {rent: {unit: CNY/month}, rooms: {unit: "1"}, shift: {unit: "1", min: -3, max: 3}, coastal: {type: bool}}
  member: {wage: {unit: CNY/month}, share: {unit: "1", min: 1, max: 12}}
"""


def refused(folder: Path, text: str) -> str:
    with pytest.raises(PackError) as error:
        compiled(folder, INPUTS + text)
    return problems_of(error)


# Names.


def test_definitions_rules_and_parameters_stand_in_any_order(tmp_path: Path) -> None:
    text = """
definitions:
  c: {value: b + 1}
  b: {value: a * 2}
  a: {value: household.rooms + p}
programmes:
  second: {rules: {means: {kind: eligibility, when: first.eligible and c > 5}}}
  first: {rules: {means: {kind: eligibility, when: b > 3}}}
parameters: {p: {values: [{is: 1}]}}
"""
    found = run(compiled(tmp_path, INPUTS + text), rooms=1)
    assert [found.value(name) for name in ("a", "b", "c")] == [2, 4, 5]
    assert (found.value("first.eligible"), found.value("second.eligible")) == (True, False)


def test_a_rule_called_like_a_condition_of_its_programme_stands_for_itself_alone(tmp_path: Path) -> None:
    text = """
programmes:
  aid:
    rules:
      conditions: {kind: eligibility, when: household.rooms < 3}
      excluded: {kind: exclusion, when: household.coastal}
      early: {kind: eligibility, when: household.shift < 2}
      barred: {kind: exclusion, when: household.rooms == 1}
"""
    pack = compiled(tmp_path, INPUTS + text)
    for rooms, shift, eligible in ((2, 1, True), (2, 2, False), (3, 1, False), (1, 1, False)):
        assert run(pack, rooms=rooms, shift=shift, coastal=False).value("aid.eligible") is eligible
    assert run(pack, rooms=2, shift=1, coastal=True).value("aid.eligible") is False


@pytest.mark.parametrize("name", ["eligible", "active", "amount", "one_off", "outcome", "in_payment", "ended"])
def test_a_name_that_decisions_are_told_by_is_refused(tmp_path: Path, name: str) -> None:
    rule = f"programmes: {{aid: {{rules: {{{name}: {{kind: eligibility, when: household.rooms < 3}}}}}}}}"
    said = f"aid.{name}: the name {name} is that of a result of aid; expected another name for what stands here"
    assert said in refused(tmp_path, rule)
    own = f"programmes: {{aid: {{definitions: {{{name}: {{value: household.rooms}}}}, rules: {{means: {{kind: "
    assert said in refused(tmp_path, own + "eligibility, when: household.rooms < 3}}}}")


def test_what_a_programme_names_itself_comes_first(tmp_path: Path) -> None:
    text = """
definitions: {limit: {value: 1}, other: {value: 5}}
programmes:
  aid:
    definitions: {limit: {value: 2}}
    rules: {means: {kind: eligibility, when: household.rooms < limit and other == 5}}
  alms: {rules: {means: {kind: eligibility, when: household.rooms < limit and aid.limit == 2}}}
"""
    found = run(compiled(tmp_path, INPUTS + text), rooms=1)
    assert (found.value("aid.eligible"), found.value("alms.eligible")) == (True, False)


def test_a_rule_may_be_called_as_the_definition_that_it_tests(tmp_path: Path) -> None:
    text = """
definitions: {poor: {value: household.rooms < 2}}
programmes: {aid: {rules: {poor: {kind: eligibility, when: poor}}}}
"""
    assert run(compiled(tmp_path, INPUTS + text), rooms=1).value("aid.poor")


def test_all_that_is_wrong_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    text = """
definitions:
  a: {value: household.rums}
  b: {value: household.rent < 5}
programmes:
  aid:
    rules:
      c: {kind: eligibility, when: household.coastel}
      d: {kind: amount, amount: 5 * nothing}
"""
    message = refused(tmp_path, text).replace(str(tmp_path), "")
    assert [line.partition(": ")[2].partition(":")[0] for line in message.splitlines()] == ["a", "b", "aid.c", "aid.d"]
    assert re.findall(r"pack\.yaml:(\d+):(\d+): (\S+):", message) == [
        ("11", "14", "a"),
        ("12", "14", "b"),
        ("16", "36", "aid.c"),
        ("17", "37", "aid.d"),
    ]


def test_what_needs_something_wrong_is_not_blamed_too(tmp_path: Path) -> None:
    text = "definitions: {a: {value: household.rums}, b: {value: a + 1}, c: {value: b + a}}\n"
    assert refused(tmp_path, text).count("household has no rums") == 1


# Circles.


@pytest.mark.parametrize(
    ("text", "circle"),
    [
        ("definitions: {a: {value: a + 1}}", "a → a"),
        ("definitions: {a: {value: b}, b: {value: c}, c: {value: a + household.rooms}}", "a → b → c → a"),
        (
            "definitions: {poor: {value: not aid.eligible}}\n"
            "programmes: {aid: {rules: {means: {kind: eligibility, when: poor}}}}",
            "aid",
        ),
        (
            "programmes:\n  aid: {rules: {means: {kind: eligibility, when: not alms.active}}}\n"
            "  alms: {rules: {means: {kind: eligibility, when: not aid.active}}}",
            "alms",
        ),
        (
            "programmes: {aid: {rules: {means: {kind: eligibility, when: aid.amount == 0}, "
            "grant: {kind: amount, amount: 5 * CNY / month}}}}",
            "aid",
        ),
    ],
)
def test_a_circle_is_shown_with_the_way_out(tmp_path: Path, text: str, circle: str) -> None:
    message = refused(tmp_path, text)
    assert "is a circle" in message
    assert circle in message
    way_out = "what does not depend on the other" if "programmes" not in text else "What is paid already is a fact"
    assert way_out in message


def test_what_is_in_payment_closes_no_circle(tmp_path: Path) -> None:
    text = "programmes: {aid: {rules: {means: {kind: eligibility, when: not aid.in_payment}}}}"
    rules = compiled(tmp_path, INPUTS + text)
    assert run(rules, benefits=[]).value("aid.eligible")
    assert run(rules, benefits=[{"programme": "aid"}]).value("aid.eligible") is False


# Divisors.


@pytest.mark.parametrize(
    "value",
    [
        "household.rent / household.rooms",
        "household.rent / (household.rooms - 1)",
        "household.rent / household.shift",
        "household.rent / sum(m.wage for m in members)",
        "household.rent / count(m for m in members if m.wage > 0)",
        "household.rent / household.rooms if household.rooms >= 0 else 0",
        "household.rent / household.rooms if household.coastal else 0",
        "household.rent / household.shift if household.shift != 0 else 0",
        "household.rent / 0",
    ],
)
def test_a_divisor_that_may_be_zero_or_negative_is_refused(tmp_path: Path, value: str) -> None:
    message = refused(tmp_path, f"definitions: {{a: {{value: {value}}}}}\n")
    assert "zero" in message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("household.rent / count(members)", 50),
        ("household.rent / max(1, household.rooms)", 100),
        ("household.rent / household.rooms if household.rooms > 0 else 7 * CNY / month", 7),
        ("household.rent / household.shift if household.shift > 0 else 0", 50),
        ("household.rent / household.rooms if not household.rooms < 1 else 7 * CNY / month", 7),
        ("household.rooms > 0 and household.rent / household.rooms < 5 * CNY / month", False),
        ("household.rooms == 0 or household.rent / household.rooms < 5 * CNY / month", True),
        ("sum(m.wage / m.share for m in members)", 50),
        ("household.rent / 7 * 7", 100),
        ("household.rent / count(members) * count(members)", 100),
    ],
)
def test_a_guarded_divisor_is_fine(tmp_path: Path, value: str, expected: object) -> None:
    rules = compiled(tmp_path, f"{INPUTS}\ndefinitions: {{a: {{value: '{value}'}}}}\n")
    members = [{"wage": 100, "share": 4}, {"wage": 100, "share": 4}]
    assert run(rules, rent=100, rooms=0, shift=2, members=members).value("a") == expected


def test_quotients_whose_divisors_differ_add_up_exactly(tmp_path: Path) -> None:
    text = "definitions: {a: {value: sum(m.wage / m.share for m in members)}}\n"
    members = [{"wage": 1, "share": share} for share in range(1, 13)]
    expected = sum(Fraction(1, share) for share in range(1, 13))
    assert run(compiled(tmp_path, INPUTS + text), members=members).value("a") == expected


def test_quotients_by_large_divisors_are_rounded_first(tmp_path: Path) -> None:
    inputs = INPUTS.replace("max: 12", "max: 500")
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"{inputs}\ndefinitions: {{a: {{value: sum(m.wage / m.share for m in members)}}}}\n")
    assert "a sum of quotients whose divisors differ from item to item; round each quotient first" in problems_of(error)
    rounded = "sum(round(m.wage / m.share, 0.01, down) for m in members)"
    rules = compiled(tmp_path / "b", f"{inputs}\ndefinitions: {{a: {{value: '{rounded}'}}}}\n")
    assert run(rules, members=[{"wage": 100, "share": 300}] * 3).value("a") == Fraction("0.99")


def test_months_must_be_whole(tmp_path: Path) -> None:
    text = "definitions: {a: {value: on + household.rooms / 2 * month}}\n"
    assert "may have a fraction; round it first" in refused(tmp_path, text)
    rules = compiled(
        tmp_path / "b", f"{INPUTS}\ndefinitions: {{a: {{value: on + floor(household.rooms / 2) * month}}}}\n"
    )
    assert run(rules, rooms=3).value("a") == date(2025, 7, 15)


# Fractions of a fen.


@pytest.mark.parametrize(
    ("amount", "fine"),
    [
        ("household.rent", True),
        ("household.rent * household.rooms", True),
        ("33.33 * CNY / month", True),
        ("33.333 * CNY / month", False),
        ("50% * household.rent", False),
        ("household.rent / 3", False),
        ("household.rent / n * n", True),
        ("round(household.rent / 3, 0.01, up)", True),
        ("round(household.rent / 3, 0.1, up)", True),
        ("round(household.rent / 3, 0.001, up)", False),
        ("min(household.rent, 100 * CNY / month)", True),
    ],
)
def test_an_amount_that_may_have_a_fraction_of_a_fen_needs_rounding(tmp_path: Path, amount: str, fine: bool) -> None:
    rule = f"grant: {{kind: amount, amount: '{amount}'}}"
    text = f"{INPUTS}\ndefinitions: {{n: {{value: count(members)}}}}\nprogrammes: {{aid: {{rules: {{{rule}}}}}}}\n"
    if fine:
        assert compiled(tmp_path, text).rules["aid.grant"].pays == "month"
        return
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert "aid.grant: what it pays may have a fraction of a fen. Add round: {to: 0.01, mode: half_up}" in problems_of(
        error
    )
    rounded = text.replace("kind: amount,", "kind: amount, round: {to: 0.01, mode: down},")
    assert compiled(tmp_path / "b", rounded).rules["aid.grant"].pays == "month"


# Parameters.


def table(rows: str, more: str = "") -> str:
    return f"""{INPUTS}
parameters:
  p: {{unit: CNY/household/month, by: household.rooms, {more} values: [{{is: [{rows}]}}]}}
definitions: {{a: {{value: p}}}}
"""


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("{below: 2, value: 10}, {at_least: 2, value: 20}", [10, 10, 20, 20]),
        ("{up_to: 2, value: 10}, {over: 2, value: 20}", [10, 10, 10, 20]),
        (
            "{at_least: 1, up_to: 2, value: 10}, {over: 2, below: 3, value: 20}, {at_least: 3, value: 30}",
            [None, 10, 10, 30],
        ),
        ("{over: 1, value: 10}", [None, None, 10, 10]),
        ("{below: 2, value: none}, {at_least: 2, value: 20}", [0, 0, 20, 20]),
    ],
)
def test_brackets_end_as_the_text_says(tmp_path: Path, rows: str, expected: list[int | None]) -> None:
    rules = compiled(tmp_path, table(rows))
    for rooms, value in enumerate(expected):
        found = run(rules, rooms=rooms).value("a")
        assert found == (Bounds(Fraction(0), Fraction(10**9)) if value is None else value)


def test_an_unknown_key_leaves_the_rows_that_it_may_pick(tmp_path: Path) -> None:
    rows = "{below: 2, value: 10}, {at_least: 2, below: 4, value: 40}, {at_least: 4, value: 20}"
    assert run(compiled(tmp_path, table(rows))).value("a") == Bounds(Fraction(10), Fraction(40))


def test_a_yearly_amount_can_be_one_without_end_by_the_month(tmp_path: Path) -> None:
    text = """
parameters:
  p: {by: household.coastal, unit: CNY/person/month, values: [{is: {"true": 6038 CNY/person/year}}]}
definitions: {a: {value: p}}
"""
    rules = compiled(tmp_path, INPUTS + text)
    assert run(rules, coastal=True).value("a") == Fraction(6038, 12)
    assert run(rules, coastal=False).value("a") == Bounds(Fraction(0), Fraction(10**9))


@pytest.mark.parametrize(
    ("must", "value", "fine"),
    [
        ("10% <= value <= 30%", "30%", True),
        ("10% <= value <= 30%", "30.01%", False),
        ("10% <= value <= 30%", "9.99%", False),
        ("value > 0", "0", False),
    ],
)
def test_a_value_is_held_against_what_the_text_allows(tmp_path: Path, must: str, value: str, fine: bool) -> None:
    text = f"parameters: {{p: {{must: {must}, values: [{{is: {value}}}]}}}}\ndefinitions: {{a: {{value: p}}}}\n"
    if fine:
        compiled(tmp_path, text)
        return
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert f"p: {value} is outside what the text allows; expected {must}" in problems_of(error)
    assert "pack.yaml:5:" in problems_of(error)


def test_a_value_that_nothing_reads_is_held_against_the_text_too(tmp_path: Path) -> None:
    assert "is outside what the text allows" in refused(
        tmp_path, "parameters: {p: {must: value < 5, values: [{is: 7}]}}\n"
    )


def test_a_value_given_by_argument_is_held_against_the_text(tmp_path: Path) -> None:
    text = "parameters: {p: {must: value < 5, required: true}}\ndefinitions: {a: {value: p}}\n"
    pack = pack_of(tmp_path, text)
    assert run(pack.with_parameters({"p": 4}).on(date(2025, 6, 15))).value("a") == 4
    with pytest.raises(PackError, match="is outside what the text allows"):
        pack.with_parameters({"p": 5}).on(date(2025, 6, 15))


def test_a_missing_parameter_lies_within_what_the_text_allows(tmp_path: Path) -> None:
    text = """
parameters: {p: {must: 10% <= value <= 30%, required: true}}
definitions: {low: {value: p < 10%}, some: {value: p > 20%}, part: {value: p * household.rent}}
"""
    rules = compiled(tmp_path, INPUTS + text)
    found = run(rules, rent=100)
    assert [found.value(name) for name in ("low", "some")] == [False, None]
    assert found.value("part") == Bounds(Fraction(10), Fraction(30))
    assert [use.name for use in rules.parameters.values() if use.missing] == ["p"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "parameters: {p: {by: household.rent, values: [{is: {a: 1}}]}}\ndefinitions: {a: {value: p}}",
            "its key is a number",
        ),
        (
            "parameters: {p: {by: household.coastal, values: [{is: {maybe: 1}}]}}\ndefinitions: {a: {value: p}}",
            "its key is yes or no; expected true or false",
        ),
        ("parameters: {p: {by: household.rums, values: [{is: {a: 1}}]}}\ndefinitions: {a: {value: p}}", "no rums"),
        (
            "parameters: {p: {by: household.coastal, values: [{is: 3}]}}\ndefinitions: {a: {value: 'p[true, 1]'}}",
            "keys",
        ),
        ("parameters: {p: {must: value, values: [{is: 3}]}}\ndefinitions: {a: {value: p}}", "yes or no"),
        ("definitions: {a: {value: 5 * CNY, unit: CNY/year}}", "is measured in CNY"),
        ("definitions: {a: {each: household, value: 1}}", "household"),
        ("definitions: {a: {value: 1, any_of: {b: household.coastal}}}", "exactly one of"),
        ("definitions: {a: {cases: {b: {when: household.coastal, value: 1}}}}", "no case says what holds otherwise"),
        (
            "definitions: {a: {cases: {b: {when: household.coastal, value: 1}, c: {otherwise: 'true', value: on}}}}",
            "date",
        ),
        ("programmes: {aid: {subject: village, rules: {}}}", "household or member"),
        ("programmes: {aid: {members: nobody, rules: {a: {kind: eligibility}}}}", "nothing is called nobody"),
        (
            "programmes: {aid: {members: household.rooms, rules: {g: {kind: amount, each: member, amount: 5 * CNY}}}}",
            "list",
        ),
    ],
)
def test_what_does_not_hold_together_is_refused(tmp_path: Path, text: str, message: str) -> None:
    assert message in refused(tmp_path, text + "\n")


def test_the_same_pack_is_compiled_once_and_again_where_the_law_changes(tmp_path: Path) -> None:
    text = """
parameters: {p: {values: [{from: 2020-01-01, is: 1}, {from: 2024-01-01, is: 2}]}}
definitions: {a: {value: p}}
"""
    pack = pack_of(tmp_path, text)
    early, late = pack.on(date(2023, 12, 31)), pack.on(date(2024, 1, 1))
    assert pack.on(date(2020, 1, 1)) is early
    assert pack.on(date(2030, 1, 1)) is late
    assert [run(rules).value("a") for rules in (early, late)] == [1, 2]


def test_facts_that_nothing_reads_make_no_run_uncertain(tmp_path: Path) -> None:
    rules = compiled(tmp_path, f"{INPUTS}\ndefinitions: {{a: {{value: household.rooms}}}}\n")
    assert run(rules, rooms=1).three_valued is False
    assert run(rules, coastal=True).three_valued is True
