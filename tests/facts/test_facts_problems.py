"""Bad input: each message says where, what was found, what was expected and what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aidrules.errors import FactsError, Problem
from aidrules.facts import Household, in_chinese, schema
from aidrules.facts.inputs import FindingInput, Input, extend


def refusal(build: Any) -> str:
    with pytest.raises(FactsError) as caught:
        build()
    return str(caught.value)


def of_member(**facts: Any) -> str:
    return refusal(lambda: Household(members=[{"id": "a", **facts}]))


def of_json(text: str | bytes) -> str:
    return refusal(lambda: Household.model_validate_json(text))


def test_a_float_that_is_not_a_whole_number_of_fen() -> None:
    assert of_member(incomes=[{"amount": 0.1 + 0.2}]) == (
        "members[0].incomes[0].amount: the float 0.30000000000000004 has more than 2 decimals; "
        "expected income received: an amount in CNY from 0 to 100000000 with at most 2 decimals, "
        'such as 832 or "832.50", or null if unknown. '
        "A float is not exact: give the amount as text or Decimal, rounded as your records have it."
    )


@pytest.mark.parametrize(
    ("amount", "found"),
    [
        ("12.345", '"12.345" has more than 2 decimals'),
        (True, "found true"),
        (-5, "-5 is below 0"),
        ("1e999999999", 'found "1e999999999"'),
        ("NaN", 'found "NaN"'),
        (10**400, "a number of more than 30 digits is above 100000000"),
        ({}, "found an object"),
        (["1"], "found a list"),
        (object(), "found a object"),
    ],
)
def test_what_was_found_instead_of_an_amount(amount: Any, found: str) -> None:
    assert of_member(incomes=[{"amount": amount}]).startswith(f"members[0].incomes[0].amount: {found}; expected")


def test_separators_and_currency_signs_get_a_hint() -> None:
    assert of_member(incomes=[{"amount": "1,200元"}]).endswith(
        "Write digits and a decimal point only, without separators or a currency."
    )


def test_an_unknown_field_gets_the_near_name() -> None:
    assert of_member(birthdate="1980-01-01") == "members[0].birthdate: unknown field. Did you mean birth_date?"
    assert of_member(disability={"grad": 1}) == "members[0].disability.grad: unknown field. Did you mean grade?"


def test_an_unknown_field_far_from_any_gets_the_list() -> None:
    assert of_member(disability={"zzz": 1}) == (
        "members[0].disability.zzz: unknown field; expected one of kind, grade. "
        "What only one policy asks is declared by its pack. `aidrules schema PACK` prints all that there is."
    )


@pytest.mark.parametrize("name", ["name", "address", "id_number", "姓名", "身份证号"])
def test_personal_identifiers_have_no_field(name: str) -> None:
    expected = f"members[0].{name}: unknown field. Facts hold no personal identifiers; an opaque id is enough."
    assert of_member(**{name: "x"}) == expected


def test_an_unknown_value_of_an_enum_gets_the_values() -> None:
    assert of_member(sex="F") == (
        'members[0].sex: "F" is not one of its values; expected sex: one of female, male, or null if unknown'
    )
    assert of_member(relation="spouze").endswith("Did you mean spouse?")


def test_a_day_that_the_calendar_does_not_have() -> None:
    assert of_member(birth_date="1981-02-29").startswith(
        'members[0].birth_date: "1981-02-29" is not a day of the calendar; expected date of birth: a date'
    )


def test_an_object_in_the_wrong_place() -> None:
    assert of_member(disability=3) == "members[0].disability: found 3; expected an object with kind, grade"
    assert of_member(incomes="none") == (
        'members[0].incomes: found "none"; expected a list of incomes, or null if unknown'
    )


def test_an_id_that_is_not_opaque_is_not_repeated() -> None:
    assert refusal(lambda: Household(members=[{"id": "张三"}])) == (
        "members[0].id: found a text of 2 characters; "
        "expected opaque id of the member: 1 to 64 of a-z, A-Z, 0-9 and _ . : -"
    )


def test_several_problems_are_all_told_in_order() -> None:
    lines = of_member(sex="F", incomes=[{"months": 13}], birthdate="x").splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "members[0].sex",
        "members[0].incomes[0].months",
        "members[0].birthdate",
    ]


def test_many_problems_are_told_in_part() -> None:
    lines = of_member(**{f"k{number}": 1 for number in range(80)}).splitlines()
    assert len(lines) == 51
    assert lines[-1] == "30 more problems of this kind and others"


def test_very_many_problems_are_counted_only() -> None:
    text = json.dumps({"members": [{"id": "a"}], **{f"k{number}": 1 for number in range(3000)}})
    assert of_json(text) == "3000 problems, too many to list; expected the facts of one household"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the text is not JSON: EOF while parsing a value"),
        ('{"members": [', "line 1 column 13: the text is not JSON: EOF while parsing a list"),
        (
            "PAR1\x15",
            "this is a Parquet file; expected one JSON object in UTF-8. Tables of households are for aidrules sim",
        ),
        pytest.param("[" * 100_000, "the text is not JSON: it is nested too deeply", id="deep"),
        ('{"members": 1e999999999}', "members: found inf; expected a list of members"),
        ("null", "found null; expected an object with id, residence"),
        ("[]", "found a list; expected an object with id, residence"),
        ('{"id": "\ud800"}', "the text is not JSON: half a surrogate pair"),
        ('{"members": [{"id": "a"}], "single_parent": NaN}', "single_parent: found nan; expected single-parent family"),
    ],
)
def test_text_that_is_no_household(text: str, said: str) -> None:
    assert said in of_json(text)


def test_text_that_is_not_utf_8() -> None:
    assert of_json('{"id": "户"}'.encode("gb18030")).endswith(
        "the text is not JSON: invalid unicode code point; expected one JSON object in UTF-8. "
        "The text is not UTF-8; if it comes from an older system it may be GB 18030: decode it first."
    )


def test_a_byte_order_mark_does_no_harm() -> None:
    for text in ('\ufeff{"members": [{"id": "a"}]}', b'\xef\xbb\xbf{"members": [{"id": "a"}]}'):
        assert Household.model_validate_json(text).members[0].id == "a"


def test_a_text_longer_than_any_household_is_not_parsed() -> None:
    assert of_json(" " * 21_000_000) == (
        "the text is 21.0 MB long; expected at most 20 MB, the facts of one household. "
        "Read a file of many households one by one."
    )


@pytest.mark.parametrize("item", ["{}", "0", "[]"])
def test_more_values_than_any_household_has_are_not_looked_at_one_by_one(item: str) -> None:
    text = '{"members": [' + ",".join([item] * 600_000) + "]}"
    expected = (
        "the text has more than 500,000 values; expected the facts of one household. "
        "Read a file of many households one by one."
    )
    assert of_json(text) == expected
    assert of_json(text.encode()) == expected


def test_a_file_or_a_mapping_is_not_json_text() -> None:
    assert of_json({"members": []}) == (  # type: ignore[arg-type]
        "found an object; expected JSON text. Read the file first, or build from Python values with model_validate."
    )


def test_what_nobody_sees_is_shown_escaped_and_what_others_wrote_is_short() -> None:
    shown = r"members[0].x\u001b[2J" + "y" * 35 + "…: unknown field"
    assert of_member(**{"x\x1b[2J" + "y" * 100: 1}).startswith(shown)
    assert of_member(sex="\ud800\x1b").startswith("members[0].sex: a text of 2 characters is not one of its values")
    assert of_member(sex='female\u202e\x1b"').startswith(r'members[0].sex: "female\u202e\u001b\"" is not one of its')
    assert of_member(**{"张三" * 60: 1}).startswith("members[0]." + "张三" * 20 + "…: unknown field")
    assert of_member(**{"a\u202eb\n\u3164": 1}).startswith(r"members[0].a\u202eb\n\u3164: unknown field")


def test_whatever_an_error_repeats_nothing_in_it_turns_a_line_around() -> None:
    problem = Problem("found a\u202eb", "x\x1b[2J", "rule\x07", "c\u2066", "d\r")
    assert str(problem) == r"x\u001b[2J: rule\u0007: found a\u202eb; expected c\u2066. d\u000d"
    assert str(FactsError(problem)) == str(problem)


def test_deep_nesting_in_python_is_refused_at_its_first_level() -> None:
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    assert of_member(disability=deep).startswith("members[0].disability: found a list")


def test_problems_of_a_finding() -> None:
    household = extend({}, {"hardship": FindingInput(type="bool", needs=("reason",), zh="困难", en="hardship")})
    members = [{"id": "a"}]
    assert refusal(lambda: household(members=members, findings={"hardship": {"value": "yes", "reason": "x"}})) == (
        'findings.hardship.value: found "yes"; expected hardship: true or false, or null if unknown'
    )
    assert refusal(lambda: household(members=members, findings={"hardship": {"value": True}})) == (
        "findings.hardship.reason: missing; expected reason of the finding: "
        "text on one line, not blank, of at most 200 characters"
    )
    assert refusal(lambda: household(members=members, findings={"hardship": True})) == (
        "findings.hardship: found true; expected an object with value, by, on, reason. "
        'What was found stands under value, such as {"value": true}.'
    )


@pytest.mark.parametrize("text", ["", " ", "\u3000", "x" * 201, "first line\nsecond line", "bell\x07", 5])
def test_who_found_and_why_are_one_line_that_says_something(text: Any) -> None:
    household = extend({}, {"hardship": FindingInput(type="bool")})
    finding = {"value": True, "by": text, "reason": text}
    some = "1 character" if len(str(text)) == 1 else f"{len(str(text))} characters"
    found = f"found a text of {some}" if isinstance(text, str) else f"found {text}"
    wanted = "text on one line, not blank, of at most 200 characters"
    wanted += ". It holds the invisible character U+0007." if text == "bell\x07" else ""
    assert refusal(lambda: household(members=[{"id": "a"}], findings={"hardship": finding})) == (
        f"findings.hardship.by: {found}; expected role of the person who found it: {wanted}\n"
        f"findings.hardship.reason: {found}; expected reason of the finding: {wanted}"
    )
    right = {"value": True, "by": "办", "reason": "x" * 200}
    assert household(members=[{"id": "a"}], findings={"hardship": right}).findings.hardship.by == "办"


@pytest.mark.parametrize(
    ("confidential", "found"),
    [(False, '"2025-13-01" is not a day of the calendar'), (True, "a value that is not shown is not a day of the")],
)
def test_the_day_of_a_finding_is_asked_for_like_any_day(confidential: bool, found: str) -> None:
    household = extend({}, {"hardship": FindingInput(type="bool", confidential=confidential)})
    finding = {"value": True, "on": "2025-13-01"}
    said = refusal(lambda: household(members=[{"id": "a"}], findings={"hardship": finding}))
    assert said.startswith(f"findings.hardship.on: {found}") and "expected day of the finding: a date from" in said


def test_a_confidential_value_is_not_repeated() -> None:
    household = extend({"member": {"clinic": Input(type=("a", "b"), confidential=True)}})
    said = refusal(lambda: household(members=[{"id": "a", "clinic": "ward seven"}]))
    assert "ward" not in said
    assert said.startswith("members[0].clinic: a value that is not shown is not one of its values")


def test_the_declarations_are_read_once_for_many_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    household, read, made = extend({"member": {"clinic": Input(type=("a", "b"))}}), [], schema._subject
    monkeypatch.setattr(schema, "_subject", lambda model, *rest: read.append(model) or made(model, *rest))
    said = {refusal(lambda: household(members=[{"id": "a", "clinic": "c"}])) for _ in range(50)}
    assert len(said) == 1 and read.count(household) == 1


def test_a_key_that_stands_twice_is_refused_with_its_place() -> None:
    text = """{"members": [{"id": "a", "incomes": [{"amount": 1, "amount": 2}]}], "residence": null,
               "housing": {"tenure": null}, "residence": null}"""
    for given in (text, text.encode(), bytearray(b"\xef\xbb\xbf" + text.encode())):
        with pytest.raises(FactsError) as caught:
            Household.model_validate_json(given)
        assert [problem.where for problem in caught.value.problems] == ["members[0].incomes[0].amount", "residence"]
    assert "this key stands twice in one object; expected each key once" in str(caught.value)


def test_one_key_may_stand_in_many_objects() -> None:
    text = '{"id": "h", "members": [{"id": "a"}, {"id": "b"}]}'
    assert [member.id for member in Household.model_validate_json(text).members] == ["a", "b"]


@pytest.mark.parametrize("step", ["入户", "Visit", "home visit", "entry.visit", "_x", ""])
def test_a_step_is_named_as_rules_name_it(step: str) -> None:
    with pytest.raises(FactsError) as error:
        Household.model_validate({"members": [{"id": "a"}], "steps": [{"step": step}]})
    (problem,) = error.value.problems
    assert problem.where == "steps[0].step"
    assert "an id as rules have it: small letters, digits and _" in str(problem.expected)
    assert "规则中的编号（小写字母、数字和下划线）" in in_chinese(problem, schema.schema_of(Household))
