"""What rule files may hold as YAML, and what is said where they hold something else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from aidrules.errors import PackError, Place
from aidrules.language import yaml as reader
from aidrules.language.tree import Mapping, Sequence, Text
from aidrules.language.yaml import MAX_DEPTH, read_yaml


@pytest.fixture(autouse=True, params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of PyYAML: not every installation has the one in C."""
    monkeypatch.setattr(reader, "_LOADER", getattr(yaml, request.param))


def test_scalars_stay_text() -> None:
    text = "cite: 3.10\non: no\nat: 1:30\nto: 0.01\nday: 2025-04-01\nyes: on\noctal: 0777\n"
    assert read_yaml(text).plain() == {
        "cite": "3.10",
        "on": "no",
        "at": "1:30",
        "to": "0.01",
        "day": "2025-04-01",
        "yes": "on",
        "octal": "0777",
    }


def test_block_and_folded_text() -> None:
    assert read_yaml("a: >-\n  x +\n  y\nb: 'null'\nc: {}\nd: [1, '~']\n").plain() == {
        "a": "x + y",
        "b": "null",
        "c": {},
        "d": ["1", "~"],
    }


def test_nodes_know_their_places() -> None:
    node = read_yaml("规则:\n  when: [a, b]\n", "rules.yaml")
    inner = node.items["规则"]
    assert isinstance(inner, Mapping)
    assert inner.key_place("when") == Place("rules.yaml", 2, 3)
    assert node.at(("规则", "when", 1)) == Place("rules.yaml", 2, 13)
    assert node.at(("规则", "nothing", "there")) == Place("rules.yaml", 2, 3)


def test_nodes_compare_by_what_they_say() -> None:
    place = Place("elsewhere", 9, 9)
    assert read_yaml("a: [x]") == Mapping({"a": Sequence((Text("x", place),), place)}, {}, place)


FILLERS_AND_TAGS = "\u034f\u115f\u1160\u180e\u206a\u206f\u3164\uffa0\ufff9\ufffb\U000e0000\U000e0041\U000e007f"


@pytest.mark.parametrize(
    ("text", "line", "column", "found"),
    [
        ("", 1, 1, "an empty file"),
        ("# only a comment\n", 1, 1, "an empty file"),
        ("- a\n", 1, 1, "this is not a mapping"),
        ("a: 1\na: 2\n", 2, 1, "the key 'a' is given twice"),
        ("a: &x 1\nb: 2\n", 1, 4, "the anchor &x"),
        ("a: *x\n", 1, 4, "the alias *x"),
        ("a: !!python/object:os.system {}\n", 1, 4, "the tag tag:yaml.org,2002:python/object:os.system"),
        ("a: !!str 1\n", 1, 4, "the tag tag:yaml.org,2002:str"),
        ("a: !own 1\n", 1, 4, "the tag !own"),
        ("a:\n  <<: {b: 1}\n", 2, 3, "the merge key <<"),
        ("a:\nb: 1\n", 1, 1, "the key 'a' has no value"),
        ("a: null\n", 1, 4, "the value null"),
        ("a: ~\n", 1, 4, "the value ~"),
        ("a: [x, null]\n", 1, 8, "the value null"),
        ("a:\n  - x\n  -\n", 3, 4, "an item without a value"),
        ("? [a]\n: b\n", 1, 3, "a key that is not text"),
        ("'': 1\n", 1, 1, "a key that is empty or very long"),
        ("a: 1\n---\nb: 2\n", 2, 1, "a second document"),
        ("a: x\x00y\n", 1, 5, "the invisible character U+0000"),
        ("a: 1\nb: x\u202ey\n", 2, 5, "the invisible character U+202E"),
        *((f"a: x{hidden}y\n", 1, 5, f"the invisible character U+{ord(hidden):04X}") for hidden in FILLERS_AND_TAGS),
    ],
)
def test_refuses(text: str, line: int, column: int, found: str) -> None:
    with pytest.raises(PackError) as caught:
        read_yaml(text, "f.yaml")
    problem = caught.value.problems[0]
    assert problem.where == Place("f.yaml", line, column)
    assert problem.found == found


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: {when: age(x, on) < 18}\n", "Inside {…} and […] a comma ends the value"),
        ("a: [age(x, on) < 18]\n", "Inside {…} and […] a comma ends the value"),
        ("a: {when: x in [1, 2]}\n", "Inside {…} and […] a comma ends the value"),
        ("a: {b}\n", "Inside {…} and […] a comma ends the value"),
        ("a: b: c\n", "Put a text that holds a colon and a space in quotes"),
        ("a:\n\tb: 1\n", "Indent with spaces, not with tabs"),
        ("a: 'x\n", "A quotation mark is not closed"),
        ("a: %x\n", "Put a text that begins with %, @ or ` in quotes"),
        ("a: * 2\n", "Put a text that begins with * or & in quotes"),
        ("a: 1\n  b: 2\n", "Check the indentation"),
    ],
)
def test_hints_at_the_usual_cause(text: str, hint: str) -> None:
    with pytest.raises(PackError) as caught:
        read_yaml(text, "f.yaml")
    assert hint in str(caught.value)
    assert str(caught.value).startswith("f.yaml:")


def test_a_cut_expression_is_one_problem() -> None:
    with pytest.raises(PackError) as caught:
        read_yaml("a: {when: age(x, on) < 18}\n", "f.yaml")
    assert [problem.found for problem in caught.value.problems] == ["'age(x' is cut off after a comma"]


def test_several_problems_in_one_go() -> None:
    with pytest.raises(PackError) as caught:
        read_yaml("a: &x 1\nb: !t 2\nb: 3\nc:\n", "f.yaml")
    assert [problem.where.line for problem in caught.value.problems if isinstance(problem.where, Place)] == [
        1,
        2,
        3,
        4,
    ]


def test_problems_are_bounded() -> None:
    with pytest.raises(PackError) as caught:
        read_yaml("\n".join(f"k{number}: &a{number} x" for number in range(500)))
    assert len(caught.value.problems) == 20


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_deep_nesting_ends_early(opening: str) -> None:
    with pytest.raises(PackError, match=f"nested too deeply; expected at most {MAX_DEPTH} levels"):
        read_yaml("a: " + opening * 10_000)


def test_an_anchor_bomb_stays_small() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(PackError, match="the anchor &a0"):
        read_yaml("\n".join(lines))


def test_too_many_values() -> None:
    with pytest.raises(PackError, match="more than 1,000 values"):
        read_yaml("a: [" + "1, " * 2000 + "1]", max_nodes=1000)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(PackError, match=r"the file has 100,000,000 bytes; expected at most 1,000,000"):
        read_yaml(path)


def test_a_text_over_the_limit() -> None:
    with pytest.raises(PackError, match="the file has 11 bytes; expected at most 10"):
        read_yaml("a: 12345678", max_bytes=10)


@pytest.mark.parametrize(
    ("content", "line", "column", "hint"),
    [
        ("名: 低保\nx: 1\n".encode("gb18030"), 1, 1, "it looks like GB18030"),
        ("a: b\n".encode("utf-16"), 1, 1, "it looks like UTF-16"),
        (b"a: 1\nb: \xe4\xbd\xa0\xff\xff\n", 2, 5, "Save the file as UTF-8"),
    ],
)
def test_other_encodings(tmp_path: Path, content: bytes, line: int, column: int, hint: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    with pytest.raises(PackError) as caught:
        read_yaml(path, "f.yaml")
    problem = caught.value.problems[0]
    assert problem.where == Place("f.yaml", line, column)
    assert "is not UTF-8" in problem.found
    assert hint in str(problem.hint)


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes("a: 1\n".encode("utf-8-sig"))
    assert read_yaml(path).plain() == {"a": "1"}


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="this is not a file that can be read"):
        read_yaml(tmp_path)


@pytest.mark.parametrize("written", [r"\e[8m", r"\u202e", r"\u009b", r"\u200b", r"\u00ad", r"\ufeff", r"\0"])
@pytest.mark.parametrize("text", ['a: "x{}y"', '"x{}y": a'])
def test_quotes_do_not_smuggle_in_what_nobody_sees(written: str, text: str) -> None:
    with pytest.raises(PackError, match="the invisible character U\\+"):
        read_yaml(text.format(written))


@pytest.mark.parametrize("written", ["en: {}", "en: '{}'", 'zh: "{}"', "zh: >-\n  {}"])
def test_a_label_is_of_a_length_that_can_be_read(written: str) -> None:
    assert read_yaml(written.format("x" * 500))
    with pytest.raises(PackError, match="a label of 501 characters, over 500"):
        read_yaml(written.format("x" * 501))


@pytest.mark.parametrize("written", ["''", "' '", '"\\u3000"', '"\\t"'])
def test_a_label_says_something(written: str) -> None:
    for text in (f"p: {{en: {written}}}", f"r:\n  options:\n    a:\n      zh: {written}"):
        with pytest.raises(PackError, match="a label without a word; expected what it is called"):
            read_yaml(text)
    assert read_yaml(f"p: {{note: {written}}}").mapping("p") is not None


def test_a_label_stands_on_one_line() -> None:
    with pytest.raises(PackError, match="a line end in a label"):
        read_yaml(r'p: {en: "fine\n\nThe claim is granted."}')
    with pytest.raises(PackError, match="a line end in a label"):
        read_yaml(r'p: {options_en: [b, "fine\n\nThe claim is granted."]}')
    with pytest.raises(PackError, match="a label of 501 characters, over 500"):
        read_yaml(f"p:\n  options_zh:\n    - {'x' * 501}\n    - b")
    assert read_yaml(r'p: {options_en: [a, b], rest: [a, "b\nc"]}').mapping("p") is not None
    assert read_yaml(r'p: {note: "fine\n\nand so on"}').mapping("p") is not None
