"""What authors stumble over, and what the error then tells them to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from arcadia import Write

from aidrules.errors import PackError
from aidrules.language.build import ExpressionError
from aidrules.language.expressions import parse
from aidrules.language.fields import near
from aidrules.language.pack import load
from aidrules.language.yaml import read_text
from borough import compiled, problems_of


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("d + 30 working_days", "Write 30 * working_day"),
        ("d + 6 month", "Write 6 * month"),
        ("20 percent * line", "Write 20%"),
        ("x < 800 CNY/person/month", "Write 800 * CNY, and a rate in time as / month"),
        ("a AND b", "Write and in small letters"),
        ("age(a， on)", "Write the plain ,"),
        ("x ≤ 5", "Write the plain <="),
        ("x * 30％", "Write the plain %"),
    ],
)
def test_what_python_would_say_in_its_own_words(text: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert error.value.hint == hint and "comma" not in error.value.found


def test_a_wide_character_inside_quotes_is_text() -> None:
    assert parse("x == '，'") is not None


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a: 1\ncite：5\n", "t:2:5", "Write the plain : and a space"),
        ("a: 1\n  b: 2\n", "t:2:4", "Check the indentation"),
        ("a:\n    b: 1\n   c: 2\n", "t:3:4", "this line begins further left or right than the keys"),
        ("a:\nb: 1\n", "t:1:1", "what stands below it is indented further"),
        ("a: the law: art 5\n", "t:1:11", "Put a text that holds a colon and a space in quotes"),
    ],
)
def test_yaml_that_cannot_be_read(text: str, place: str, hint: str) -> None:
    with pytest.raises(PackError) as error:
        read_text(text, "t")
    assert str(error.value).startswith(place) and hint in str(error.value)


def test_keys_with_a_wide_comma(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, "parameters: {p: {keys: [urban，rural], values: [{is: {urban: 1}}]}}")
    assert "Write the plain , in the place of ，" in problems_of(error)


AID = "inputs: {{member: {{ill: {{type: bool}}}}}}\nprogrammes: {{aid: {{rules: {{x: {{{rule}}}}}}}}}\n"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("kind: eligibility, when: member.ill", "member.ill is said of each member, and none is meant here. Say each:"),
        ("kind: eligibility, when: town", "nothing is called town. Declare it in the pack, or say extends:"),
        ("kind: amount, amount: 100 * CNY / month, floor: 100 * CNY", "for each month: write 100 * CNY / month."),
        ("kind: eligibility, whem: 'true'", "waived_when, reading, in_force, versions, chosen_by. Did you mean when?"),
    ],
)
def test_rules(tmp_path: Path, rule: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, AID.format(rule=rule))
    assert message in problems_of(error)


def test_a_programme_is_called_one_and_its_keys_are_all_listed(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, "programmes: {warning: {rule: {}}}")
    assert "programme warning: unknown key 'rule'" in problems_of(error)
    assert "definitions, rules, reading, in_force. Did you mean rules?" in problems_of(error)


def test_a_circle_of_incomes_is_not_told_of_payments(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, "definitions: {a: {unit: CNY/month, value: b}, b: {unit: CNY/month, value: a}}")
    assert "is a circle" in problems_of(error) and "in_payment" not in problems_of(error)


def test_what_must_hold_calls_the_figure_value(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, "parameters: {p: {must: rate <= 30%, values: [{is: 10%}]}}")
    assert "The figure itself is called value." in problems_of(error)


def test_overrides_of_a_pack_that_extends_nothing(write: Write) -> None:
    root = write({"a/pack.yaml": "pack: a\nsource: act\noverrides: {definitions: {d: {floor: 0, cite: 1}}}\n"})
    with pytest.raises(PackError, match="This pack extends no other; say which with extends:"):
        load("a", path=root)


def test_a_source_that_the_file_names_wrongly_is_told_once(write: Write) -> None:
    root = write(
        {"a/pack.yaml": "pack: a\nsource: atc\ndefinitions: {d: {value: 1, cite: 1}, e: {value: 2, cite: 2}}\n"}
    )
    with pytest.raises(PackError) as error:
        load("a", path=root)
    assert [str(problem.where)[-3:] for problem in error.value.problems] == ["2:9"]


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("1 + nix", 1, 16),
        ("'1 + nix'", 1, 17),
        ('"1 + nix"', 1, 17),
        ("'''a'' == nix'", 1, 22),
        ('"\\"a\\" == nix"', 1, 22),
        ('"1 +\n      nix"', 2, 7),
        ("1 +\n      nix", 2, 7),
        (">-\n      1 +\n      2 + nix", 3, 11),
        ("|  # a comment\n      1 +\n        nix", 3, 9),
        ("30% + 20% +\n      nix", 2, 7),
    ],
)
def test_the_place_of_what_is_wrong(tmp_path: Path, written: str, line: int, column: int) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"definitions:\n  d:\n    value: {written}\n")
    assert f"pack.yaml:{6 + line}:{column}: d: nothing is called nix" in problems_of(error)


def test_a_replaced_part_is_wrong_where_the_change_stands(tmp_path: Path) -> None:
    text = (
        "inputs: {household: {low: {type: bool}}}\n"
        "definitions:\n  d:\n    value: household.low\n    reading:\n      default: b\n"
        "      options: {a: {}, b: {replace: [low, lower]}}\n"
    )
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert "pack.yaml:11:43: d: household has no lower" in problems_of(error)


def test_a_quantity_is_wrong_where_it_stands() -> None:
    with pytest.raises(ExpressionError) as error:
        parse("30% * a + 6 month")
    assert error.value.column == 10


SUPPLEMENT = """
inputs: {{member: {{ill: {{type: bool}}}}}}
parameters: {{rates: {{keys: [old], values: [{{is: {{old: 30%}}}}]}}}}
programmes:
  aid:
    rules:
      paid: {{kind: amount, amount: 100 * CNY / month}}
      extra: {{kind: supplement, each: member, stacking: sum, base: 100 * CNY / month,
        {table}grades: {{ill: {{when: member.ill{rate}}}}}}}
      left: {{kind: phase_out, starts: next_month, months: 2 * month, round: {{to: 0.01, mode: half_up}},
        pays: [{pays}]}}
"""


@pytest.mark.parametrize(
    ("table", "rate", "pays", "message"),
    [
        (
            "",
            ", rate: 30",
            "100%",
            "13:48: aid.extra: 30 is a share of 3000%; expected a share of at most 1. Write",
        ),
        (
            "rates: rates, ",
            "",
            "100%",
            "13:37: aid.extra: rates has no rate for the grade ill; expected old. Add ill",
        ),
        (
            "",
            ", rate: 30%",
            "100",
            "15:16: aid.left: 100 is a share of 10000%; expected a share of at most 1.",
        ),
        (
            "",
            ", rate: 30%",
            "100%, 90%, 80%",
            "15:15: aid.left: 3 shares for 2 months; expected at most 2, one for",
        ),
    ],
)
def test_shares(tmp_path: Path, table: str, rate: str, pays: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, SUPPLEMENT.format(table=table, rate=rate, pays=pays))
    assert message in problems_of(error)


def test_an_extension_shorter_than_the_time(tmp_path: Path) -> None:
    rule = "kind: deadline, from: on, within: 30 day, extend_to: 20 day, extended_when: 'true'"
    with pytest.raises(PackError, match="20 day is no longer than within: 30 day; expected more than 30 day"):
        compiled(tmp_path, AID.format(rule=rule))


@pytest.mark.parametrize(
    ("narrow", "message"),
    [
        ("currency: USD\n", "narrow/pack.yaml:3:11: the currency USD, but "),
        (
            "overrides: {programmes: {aid: {rules: {x: {kind: check, cite: 1}}}}}\n",
            "narrow/pack.yaml:3:44: aid.x: aid.x is made another kind of rule",
        ),
        (
            "overrides: {programmes: {aid: {rules: {x: {when: 2 < 1}}}}}\n",
            "narrow/pack.yaml:3:40: aid.x: it changes when without cite:",
        ),
    ],
)
def test_what_a_narrower_pack_cannot_change(write: Write, narrow: str, message: str) -> None:
    wide = "pack: a\nsource: act\ncurrency: CNY\nprogrammes: {aid: {rules: {x: {kind: eligibility, when: 1 < 2}}}}\n"
    root = write({"a/pack.yaml": wide, "a/narrow/pack.yaml": f"pack: a/narrow\nsource: act\n{narrow}"})
    with pytest.raises(PackError) as error:
        load("a/narrow", path=root)
    assert message in problems_of(error)


def test_a_circle_of_outcomes_names_its_own_programme(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, "programmes: {aid: {rules: {x: {kind: eligibility, when: aid.eligible}}}}")
    assert "write aid.in_payment rather than" in problems_of(error)


def test_nothing_that_was_written_is_offered() -> None:
    assert near("rent", ["rent"]) is None and near("rent", ["rent", "rents"]) == "Did you mean rents?"
