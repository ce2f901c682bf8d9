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
