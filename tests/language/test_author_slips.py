"""What a slip of the pen or a Chinese keyboard leaves in YAML and in expressions, and what the error then says."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules.errors import PackError
from aidrules.language.build import ExpressionError
from aidrules.language.expressions import parse
from aidrules.language.yaml import read_text
from borough import compiled


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


def test_an_item_with_a_wide_colon(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, "parameters: {p: {values: [is：6]}}")
    assert "p: values: the text 'is：6'; expected a mapping. Write the plain : and a space in the place of ：" in str(
        error.value
    )


def test_a_quantity_is_wrong_where_it_stands() -> None:
    with pytest.raises(ExpressionError) as error:
        parse("30% * a + 6 month")
    assert error.value.column == 10


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: {ill: 20%，aged: 10%}", "1:13", "Write the plain , and a space in the place of ，"),
        ("a:\n  - name：x\n    b: 1", "2:9", "Write the plain : and a space in the place of ："),
        ("a:\n  kind:exclusion\n  when: x", "2:7", "Write a space after the colon of a key"),
        (
            "a:\n  b:\n    one: 1\n  two: 2\n    three: {to: 1, by: 2}",
            "4:3",
            "This line begins further left than the keys above and below it: indent it by 2 more spaces",
        ),
        ("a: {when: “b and max(c, 1) >= 70”}", "1:11", 'Write the plain " in the place of “'),
        ("a: [{from: 2024-02-01, is：6}]", "1:24", "Write the plain : and a space in the place of ："),
        ("a: zh: note: text", "1:6", "Put a text that holds a colon and a space in quotes"),
        ("a: 1\n  b: 2", "2:4", "Check the indentation: this key is further in"),
        ("a:\n  when: >= 1,000", "2:10", "Write what is compared before the sign >, or a figure alone"),
        ("a: {when: >= 1000}", "1:11", "Write what is compared before the sign >, or a figure alone"),
        ("a:\n  when: | 3", "2:11", "Write or, with a condition on each side of it, in the place of |"),
        ("a:\n  when: & b", "2:10", "Write and, with a condition on each side of it, in the place of &"),
        (
            "a:\n  when: !(1<2)",
            "2:12",
            "Write not in the place of !; an expression that begins with ! is put in quotes",
        ),
        ("a:\n  when: !(b)", "2:9", "Remove the tag; where something must not hold, write not"),
    ],
)
def test_what_a_chinese_keyboard_or_a_slip_leaves_is_found_where_it_stands(text: str, place: str, said: str) -> None:
    with pytest.raises(PackError) as error:
        read_text(text, "f.yaml")
    first = error.value.problems[0]
    assert (str(first.where), first.hint is not None and first.hint.startswith(said)) == (f"f.yaml:{place}", True)


@pytest.mark.parametrize(
    ("text", "said", "column"),
    [
        ("a 且 b", "Write and in the place of 且", 2),
        ("(a) 或者 (b)", "Write or in the place of 或者", 4),
        ("a in 【1；2】", "Write the plain [", 5),
        ("a in [1；2]", "Write the plain ,", 7),
    ],
)
def test_words_and_brackets_of_a_chinese_sentence(text: str, said: str, column: int) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert (error.value.hint, error.value.column) == (said, column)


COMPARED, JOINED = "one of <, <=, >, >=, ==, !=", "conditions joined with and, or, not"
PLAIN = "a number in plain digits"


@pytest.mark.parametrize(
    ("text", "found", "expected", "hint", "column"),
    [
        ("a => 5", "the sign =>", COMPARED, "Write >=", 2),
        ("a =< 5", "the sign =<", COMPARED, "Write <=", 2),
        ("a <> 5", "the sign <>", COMPARED, "Write !=", 2),
        ("a === 5", "the sign ===", COMPARED, "Write ==", 2),
        ("a !== 5", "the sign !==", COMPARED, "Write !=", 2),
        ("a > 1 && b", "the sign &&", JOINED, "Write and", 6),
        ("(a) & (b)", "the sign &", JOINED, "Write and", 4),
        ("a || b", "the sign ||", JOINED, "Write or", 2),
        ("(a) | (b)", "the sign |", JOINED, "Write or", 4),
        ("!a", "the sign !", JOINED, "Write not", 0),
        ("a >= 1万", "the number 1万", PLAIN, "Write 10000", 5),
        ("a >= 1.5 万元", "the number 1.5 万元", PLAIN, "Write 15000 * CNY, and a rate in time as / month", 5),
        ("a >= 3千万", "the number 3千万", PLAIN, "Write 30000000", 5),
        ("a >= ¥800", "the amount ¥800", "a number and its unit", "Write 800 * CNY, and a rate in time as / month", 5),
        ("max(a, 1,500)", "the number 1,500", PLAIN, "Write 1500; two values have a space after the comma", 7),
        ("a >= 1,234,567.50", "the number 1,234,567.50", PLAIN, "Write 1234567.50; two", 5),
        ("on < 2025-01-31", "the day 2025-01-31", "a day as date(", "Write date(2025, 1, 31).", 5),
        ("on < 2025/01/31", "the day 2025/01/31", "a day as date(", "Write date(2025, 1, 31).", 5),
        ("on < 2025年1月31日", "the day 2025年1月31日", "a day as date(", "Write date(2025, 1, 31).", 5),
        (
            ">= 1000",
            "'>= 1000' is not an expression: nothing stands before the sign",
            None,
            "Write what is compared",
            0,
        ),
        ("a = 5", "'a = 5' is not an expression: = compares nothing", None, "Write ==", 2),
        ("round(a, to=1) b == 5", "'round(a, to=1) b == 5' is not an expression: two", None, "", 0),
        ("a between 1 and 2", "'a between 1 and 2' is not an expression: two", None, "Write 1 <= a <= 2", 0),
        (
            "if a then b",
            "'if a then b' is not an expression: two",
            None,
            "Write `one value if condition else another`",
            0,
        ),
    ],
)
def test_signs_numbers_and_days_of_other_notations(
    text: str, found: str, expected: str | None, hint: str, column: int
) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    told = error.value
    assert told.found.startswith(found) and (told.hint or "").startswith(hint) and told.column == column
    assert (told.expected or "").startswith(expected or "") and (expected is None) == (told.expected is None)


@pytest.mark.parametrize(
    "text",
    [
        "a != 5",
        "a >= 1000",
        "date(2025, 100, 200)",
        "[100, 200]",
        "a == '=> 1,000 & 1万'",
        "max(a, 12,50)",
        "f(a, to=1)",
    ],
)
def test_what_only_looks_like_a_slip_is_read(text: str) -> None:
    assert parse(text) is not None
