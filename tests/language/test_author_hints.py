"""What authors stumble over, and what the error then tells them to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from arcadia import Write

from aidrules import load
from aidrules.errors import FactsError, PackError
from aidrules.language.fields import near
from borough import compiled, problems_of


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("finding.hardshp", "there is no finding hardshp. Did you mean finding.hardship?"),
        ("finding.zzz", "there is no finding zzz. Declare it under findings:."),
        ("100 * CNY / person > 0 * CNY", "nothing is called person. It is a unit: write member for each person"),
    ],
)
def test_a_name_that_nothing_has(tmp_path: Path, when: str, said: str) -> None:
    findings = "findings: {hardship: {about: member, type: bool}}"
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"{findings}\nprogrammes: {{aid: {{rules: {{x: {{kind: eligibility, when: '{when}'}}}}}}}}")
    assert said in problems_of(error)


def test_a_cap_for_each_person(tmp_path: Path) -> None:
    rule = "{kind: amount, each: member, amount: 10 * CNY, cap: {at: 5 * CNY, per: person}}"
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"programmes: {{aid: {{rules: {{x: {rule}}}}}}}")
    assert "nothing is called person. It is a unit: write member for each person" in problems_of(error)


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
            "13:37: aid.extra: rates has no rate for the grade ill; expected one of old. Add ill",
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


DEADLINE = "kind: deadline, from: on, within: "
UNIT = (
    "known are benefit, day, episode, event, expense, household, income, month, payment, person, step, term, "
    "working_day, year and currency codes"
)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            f"{DEADLINE}20",
            "6:66: aid.x: 20 without a unit; expected a length of time such as 30 working_day. "
            "Write 20 day, working_day, month or year, as the text says",
        ),
        (
            f"{DEADLINE}-3 day",
            "6:66: aid.x: -3 day, and time is counted forward only; expected a length of time such as",
        ),
        (
            f"{DEADLINE}20 working_days",
            "6:66: aid.x: unknown unit 'working_days'; known are day, household, month, person, working_day, year and "
            "currency codes; expected a length of time such as 30 working_day. Did you mean working_day?",
        ),
        (
            f"{DEADLINE}20个工作日",
            "6:66: aid.x: '20个工作日' is not an expression: two values stand side by side. Write 20 *",
        ),
        (
            f"{DEADLINE}20 工作日",
            "6:66: aid.x: '20 工作日' is not an expression: two values stand side by side. Write 20 *",
        ),
        (f"{DEADLINE}20working_day", "6:66: aid.x: '20working_day' is not an expression: two values stand side by"),
        (f"{DEADLINE}20 * 工作日", "6:71: aid.x: the name 工作日. Write working_day"),
        (f"{DEADLINE}20 * working_days", "6:71: aid.x: nothing is called working_days. Did you mean working_day?"),
        (
            f"{DEADLINE}２０ working_day",
            "then the unit; expected a length of time such as 30 working_day. Write 20 work",
        ),
        ("kind: eligibility, when: count(members) >= ２０", "6:75: aid.x: the characters ２０. Write the plain 20"),
        (
            "kind: eligibility, when: 'agee(member.born, on) > 3'",
            "6:58: aid.x: there is no function agee(). Did you mean age? The functions are age, all, any,",
        ),
        (
            "kind: eligibility, when: 'age(on) > 3'",
            "6:58: aid.x: age() with 1 argument; expected 2, as in age(member.birth_date, on)",
        ),
        (
            "kind: eligibility, when: 'date(1) < on'",
            "6:58: aid.x: date() with 1 argument; expected date(year, month, day)",
        ),
        (
            "kind: phase_out, starts: next_month, months: 2 * month, pays: frozn",
            "6:94: aid.x: pays: the text 'frozn'; expected one of frozen, or a mapping of names, or a list. "
            "Did you mean frozen?",
        ),
    ],
)
def test_what_fits_nothing_is_told_once_with_what_would(tmp_path: Path, rule: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, AID.format(rule=rule))
    assert message in problems_of(error) and len(error.value.problems) == 1


def test_a_rule_that_may_fail_in_a_phase_out_is_one_of_the_programme(tmp_path: Path) -> None:
    text = """
        programmes:
          aid:
            rules:
              means_test: {kind: eligibility, when: 1 < 2}
              paid: {kind: amount, amount: 100 * CNY / month}
              left: {kind: phase_out, starts: next_month, months: 2 * month, pays: frozen, apart_from: mean_test}
        """
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    (problem,) = error.value.problems
    assert str(problem).endswith(
        "11:96: aid.left: mean_test is not an eligibility rule of aid; expected one of means_test. "
        "Did you mean means_test?"
    )


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (
            "{unit: CNY/mnth}",
            f"5:35: household.rent: unit: unknown unit 'mnth'; {UNIT}; expected a unit such as CNY/person",
        ),
        ("{unit: CNY/mnth}", "Did you mean month?"),
        ("{unit: 元/month}", "Did you mean CNY?"),
        ("{list: job, fields: {pay: {unit: CNY/mnth}}}", "5:61: household.rent: fields.pay.unit: unknown unit 'mnth'"),
        ("{unit: CNY, decimals: 9}", "5:50: household.rent: decimals: the text '9'; expected a number of at most 6"),
        ("{unit: CNY, decimals: ３}", "expected a whole number in digits. Write the plain 3 in the place of ３"),
        ("{unit: CNY, min: x}", "5:45: household.rent: min: the text 'x'; expected a number in digits"),
        ("{unit: CNY, max: 1e999999999}", "max: the text '1e999999999'; expected a number of at most 1000000000000000"),
        ("{unit: CNY, max: 1e-999999}", "max: the text '1e-999999'; expected fewer decimals"),
        (
            "{list: job, max_items: 61, fields: {a: {type: bool}}}",
            "max_items: the text '61'; expected a number of at m",
        ),
    ],
)
def test_an_input_that_cannot_be_measured_so(tmp_path: Path, declared: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"inputs: {{household: {{rent: {declared}}}}}")
    assert message in problems_of(error) and len(error.value.problems) == 1


def test_units_that_only_a_pack_or_a_list_has(tmp_path: Path) -> None:
    text = "inputs: {household: {fee: {unit: CNY/term}, jobs: {list: job, fields: {pay: {unit: CNY/job}}}}}"
    assert compiled(tmp_path, text).pack.inputs["household"]["fee"].unit == "CNY/term"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("832元", "then the unit; expected a number measured in CNY. Write 832 CNY"),
        ("８３２", "then the unit; expected a number measured in CNY. Write 832"),
        ("1万", "then the unit; expected a number measured in CNY. Write 10000"),
        ("1.5 万元", f"unknown unit '万元'; {UNIT}"),
        ("1.5 万元", "expected a number measured in CNY. Write 15000 CNY"),
        ("1_000", "expected a number measured in CNY. Write 1000"),
        ("'1,000'", "expected a number measured in CNY. Write 1000"),
        (
            "≥1000",
            "expected a number measured in CNY. A limit is no value: write required: true, and the limit",
        ),
        ("{urban: 1}", "values by 1 key; expected a single value. Say under by: what the value depends on, or under"),
        (
            "832 CNy",
            f"unknown unit 'CNy'; {UNIT}",
        ),
    ],
)
def test_a_figure_that_is_not_written_as_one(tmp_path: Path, written: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"parameters: {{p: {{unit: CNY, values: [{{is: {written}}}]}}}}")
    assert "5:43: p: " in problems_of(error) and message in problems_of(error)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            "[A, b]",
            "5:25: p: keys: the text 'A'; expected a list of names such as [urban, rural], or a list of such",
        ),
        ("[A, b]", "Write a"),
        ("[a-b]", "Write a_b"),
        ("[urban rural]", "Write urban, rural"),
        ("urban", "5:24: p: keys: 'urban'; expected a list of names such as [urban, rural], or a list of such lists."),
        ("urban", "Write [urban]"),
        ("household.area", "What the value depends on stands under by: household.area"),
        ("[household.area]", "What the value depends on stands under by: household.area"),
        ("{urban: 1, rural: 2}", "keys: a mapping; expected a list of names such as [urban, rural], or a list of such"),
        ("{urban: 1, rural: 2}", "Write [urban, rural]; the values of each stand under is:"),
        ("[1, 2]", "Rows 1, 2, 3 need no keys:, but by: and what is counted, such as by: count(members)"),
        ("[城市]", "Names are small letters, digits and _, beginning with a letter"),
        ("[a，b]", "Write the plain , in the place of ，"),
    ],
)
def test_keys_that_are_none(tmp_path: Path, keys: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"parameters: {{p: {{keys: {keys}, values: [{{is: {{urban: 1, rural: 2}}}}]}}}}")
    assert message in problems_of(error) and "unknown key" not in problems_of(error)


def test_a_parameter_in_its_own_limit_is_called_value(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, "parameters: {p: {must: p >= 3, values: [{is: 4}]}}")
    assert "5:24: p: p in its own must:; expected a condition on value. The figure itself is called value." in (
        problems_of(error)
    )


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("household.kindof == por", "nothing is called por; expected one of poor, rich. Did you mean poor?"),
        ("household.kindof == 'por'", "'por' is not one of the values; expected one of poor, rich. Did you mean poor?"),
        ("household.kindof in [por, rich]", "nothing is called por; expected one of poor, rich. Did you mean poor?"),
        (
            "needy == household.kindof",
            "nothing is called needy; expected one of poor, rich. Write one of these, or",
        ),
        ("household.kindof == 穷", "the name 穷. Names and options are in plain letters: a to z, digits and _."),
    ],
)
def test_a_word_that_is_no_option(tmp_path: Path, when: str, message: str) -> None:
    rule = f'programmes: {{aid: {{rules: {{x: {{kind: eligibility, when: "{when}"}}}}}}}}'
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"inputs: {{household: {{kindof: {{type: [poor, rich]}}}}}}\n{rule}")
    assert message in problems_of(error) and "extends:" not in problems_of(error)


def test_a_text_in_the_place_of_keys_is_told_which_keys_there_are(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, "definitions: {half: {value: 7 / 2, round: 0.01}}")
    assert "half: round: the text '0.01'; expected a mapping. Its keys are to, mode" in problems_of(error)


def test_a_finding_without_its_keys_is_not_told_of_its_options(tmp_path: Path) -> None:
    pack = compiled(tmp_path, "findings: {tier: {about: household, type: [a, b]}}").pack
    with pytest.raises(FactsError) as error:
        pack.Household.model_validate({"members": [{"id": "m"}], "findings": {"tier": "a"}})
    assert "expected an object with value, by, on, reason. What was found stands under value" in str(error.value)
    assert "Did you mean" not in str(error.value)
