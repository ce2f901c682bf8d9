"""Readings: switches between ways to read a text, applied as changes to the rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from arcadia import Write

from aidrules import load
from aidrules.errors import PackError
from aidrules.language.fields import Label
from aidrules.language.readings import Choices, Reading, resolve, shared_reading
from aidrules.language.tree import Mapping, Plain
from aidrules.language.yaml import read_yaml
from borough import ON, pack_of, problems_of

GRADES = """
base: bread_line
grades:
  aged: {when: member.aged}
  lone: {when: household.lone and member.minor}
reading:
  who_carries_it:
    zh: 谁
    en: who
    default: minors
    options:
      minors: {zh: 未成年人, en: minors}
      everyone: {grades.lone.when: household.lone}
      once: {grades.lone: {when: household.lone, once_per: household}}
  from_when: {default: birthday, options: {birthday: {}, month: {without: base}}}
  noted: {zh: 按人, en: per person}
"""


def chosen(text: str, **choices: str) -> tuple[dict[str, Plain], tuple[Reading, ...], Choices]:
    taken = Choices({name.replace("__", "."): option for name, option in choices.items()}, {})
    node, readings = resolve(read_yaml(text, "f.yaml"), "relief.r", "rules", taken)
    return node.plain(), readings, taken


def refused(text: str, **choices: str) -> str:
    with pytest.raises(PackError) as caught:
        chosen(text, **choices)
    return str(caught.value)


def test_the_default_leaves_the_text() -> None:
    node, readings, met = chosen(GRADES)
    assert node == read_yaml(GRADES).without(["reading"]).plain()
    assert [(reading.name, reading.option, reading.default) for reading in readings] == [
        ("relief.r.who_carries_it", "minors", True),
        ("relief.r.from_when", "birthday", True),
        ("relief.r.noted", None, True),
    ]
    assert met.met == {
        "relief.r.who_carries_it": ("minors", ("minors", "everyone", "once")),
        "relief.r.from_when": ("birthday", ("birthday", "month")),
    }


def test_a_reading_names_its_alternatives() -> None:
    reading = chosen(GRADES, relief__r__who_carries_it="once")[1][0]
    assert reading.label == Label("谁", "who")
    assert (reading.option, reading.default, reading.note) == ("once", False, False)
    assert reading.alternatives == (
        ("minors", Label("未成年人", "minors")),
        ("everyone", Label("everyone", "everyone")),
    )


def test_options_change_fields_below() -> None:
    node, _, _ = chosen(GRADES, relief__r__who_carries_it="everyone", relief__r__from_when="month")
    assert node == {"grades": {"aged": {"when": "member.aged"}, "lone": {"when": "household.lone"}}}
    node, _, _ = chosen(GRADES, relief__r__who_carries_it="once")
    grades = node["grades"]
    assert isinstance(grades, dict)
    assert grades["lone"] == {"when": "household.lone", "once_per": "household"}


def test_a_note_is_named_by_the_rule() -> None:
    node, readings, _ = chosen("when: a\nreading: {zh: 等于, en: equal}\n")
    assert node == {"when": "a"}
    assert readings == (Reading("relief.r", Label("等于", "equal")),)
    assert readings[0].note


def test_an_unnamed_switch_is_named_by_the_rule() -> None:
    text = "when: a\nreading: {default: x, options: {x: {}, y: {any_of: {b: {when: c}}}}}\n"
    assert chosen(text)[2].met == {"relief.r": ("x", ("x", "y"))}
    node, _, _ = chosen(text, relief__r="y")
    assert node == {"any_of": {"b": {"when": "c"}}}


@pytest.mark.parametrize(
    "when", ["a.income < line and b", ">-\n  a.income\n    < line and b"], ids=["one line", "folded"]
)
def test_replace_changes_an_operator(when: str) -> None:
    text = f"when: {when}\nreading: {{default: x, options: {{x: {{}}, y: {{replace: [< line, <= line]}}}}}}\n"
    assert chosen(text, relief__r="y")[0] == {"when": "a.income <= line and b"}


def test_a_switch_below_a_rule() -> None:
    text = "cap: {at: a, reading: {default: x, options: {x: {}, y: {at: b}}}}\n"
    node, readings, _ = chosen(text, **{"relief__r__cap": "y"})
    assert node == {"cap": {"at": "b"}}
    assert readings[0].name == "relief.r.cap"


def test_a_rule_follows_a_reading_of_the_pack() -> None:
    choices = Choices({"line": "on"}, {})
    shared = shared_reading(read_yaml("default: off_it\noptions: [off_it, on]\nzh: 线上\n"), "line", choices)
    rule = read_yaml("when: a < b\nreading: {of: line, options: {on: {replace: [<, <=]}}}\n")
    node, readings = resolve(rule, "relief.r", "rules", Choices(choices.chosen, {"line": shared}))
    assert node.plain() == {"when": "a <= b"}
    assert [(reading.name, reading.option) for reading in readings] == [("line", "on")]


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("reading: free text", "f.yaml:2:10: relief.r: reading: the text 'free text'; expected {zh, en}, "),
        (
            "reading: {default: z, options: {x: {}}}",
            "f.yaml:2:20: relief.r: the default 'z' is not an option; expected one of x",
        ),
        ("reading: {options: {x: {}}}", "f.yaml:2:10: relief.r: a reading without default:; expected one of x"),
        ("reading: {default: x}", "f.yaml:2:10: relief.r: a reading without options; expected options: with names"),
        (
            "reading: {default: x, options: {x: {}}, note: y}",
            "f.yaml:2:41: relief.r: unknown key 'note'; expected one of cite, default, en, of, options, zh",
        ),
        ("reading: {default: x, options: {x: yes}}", "f.yaml:2:36: relief.r: option x: the text 'yes'"),
        ("reading: {default: in, options: {in: {}}}", "f.yaml:2:34: relief.r: option 'in' cannot be a name"),
        (
            "reading: {default: x, options: {x: {grade.when: a}}}",
            "f.yaml:2:37: relief.r: there is nothing under 'grade' to change; expected one of when, grades. "
            "Did you mean grades?",
        ),
        (
            "reading: {default: x, options: {x: {without: [whem]}}}",
            "f.yaml:2:47: relief.r: without: there is no 'whem'; expected one of when, grades",
        ),
        (
            "reading: {default: x, options: {x: {replace: [c, d]}}}",
            "f.yaml:2:46: relief.r: replace: 'c' stands in no expression; expected exactly one expression. "
            "Change the field itself instead, as in {when: …}",
        ),
        (
            "reading: {default: x, options: {x: {replace: [a, d]}}}",
            "f.yaml:2:46: relief.r: replace: 'a' stands in when and grades.g.when",
        ),
        (
            "reading: {default: x, options: {x: {replace: a}}}",
            "f.yaml:2:46: relief.r: replace: needs two texts; expected [the text, its place]. "
            "Quote the parts if they hold a comma or a bracket",
        ),
        (
            "reading: {of: lin, options: {x: {}}}",
            "f.yaml:2:15: relief.r: there is no reading 'lin'",
        ),
    ],
)
def test_says_what_is_wrong(reading: str, expected: str) -> None:
    text = f"when: a < b\n{reading}\ngrades: {{g: {{when: a}}}}\n"
    assert refused(text).startswith(expected), refused(text)


def test_an_option_that_a_shared_reading_does_not_have() -> None:
    choices = Choices({}, {})
    shared = shared_reading(read_yaml("default: one\noptions: [one, each]\n"), "line", choices)
    rule = read_yaml("when: a\nreading: {of: line, options: {eech: {}}}\n", "f.yaml")
    with pytest.raises(PackError, match=r"f.yaml:2:37: .*'eech' is not an option of line; .* Did you mean each?"):
        resolve(rule, "relief.r", "rules", Choices({}, {"line": shared}))


def test_nodes_without_readings_are_left_alone() -> None:
    node = read_yaml("when: a\ncap: {at: b}\n")
    settled, readings = resolve(node, "relief.r", "rules", Choices({}, {}))
    assert settled is node and isinstance(node, Mapping) and readings == ()


DOUBT = """\
inputs: {{household: {{fit: {{type: bool}}}}}}
programmes:
  aid:
    rules:
      fit:
        kind: eligibility
        when: household.fit
        reading:
          doubt:
            default: no_change
            options:
              no_change: {{}}
              other: {option}
"""


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("{when: household.fit and}", "17:46: aid.fit: 'household.fit and' is not an expression"),
        ("{when: '(household.fit'}", "17:30: aid.fit: '(household.fit' is not an expression"),
        ("{whem: household.fit}", "17:23: aid.fit: unknown key 'whem'"),
        ("{replace: [household.fir, true]}", "replace: 'household.fir' stands in no expression"),
        ("{replace: [household, 1 1]}", "17:44: aid.fit: '1 1.fit' is not an expression"),
        ("{cap.at: 5}", "17:23: aid.fit.doubt: there is nothing under 'cap' to change"),
        ("{kind: eligibilty}", "17:29: aid.fit: there is no kind 'eligibilty'"),
    ],
)
def test_options_that_are_not_taken_are_read_when_a_pack_is_loaded(tmp_path: Path, option: str, message: str) -> None:
    with pytest.raises(PackError) as caught:
        pack_of(tmp_path, DOUBT.format(option=option))
    assert message in problems_of(caught)


def test_an_operator_is_replaced_whole() -> None:
    rule = "when: line <= deadline and line > 3\nreading: {default: b, options: {a: {}, b: {replace: [line, top]}}}\n"
    assert chosen(rule)[0] == {"when": "top <= deadline and top > 3"}
    rule = "when: a <= b and c < d\nreading: {default: b, options: {a: {}, b: {replace: [<, '>']}}}\n"
    assert chosen(rule)[0] == {"when": "a <= b and c > d"}


def test_an_option_that_an_override_leaves_behind(write: Write) -> None:
    wide = (
        "pack: wide\nsource: act\ndefinitions:\n"
        "  d: {value: 1 < 2, reading: {default: a, options: {a: {}, b: {replace: [<, <=]}}}}\n"
    )
    narrow = "pack: wide/narrow\nsource: act\noverrides: {definitions: {d: {value: 1 <= 2, cite: 1}}}\n"
    with pytest.raises(PackError) as caught:
        load("wide/narrow", path=write({"wide/pack.yaml": wide, "wide/narrow/pack.yaml": narrow}))
    assert "'<' stands in no expression; expected exactly one expression. d is changed at " in problems_of(caught)
    assert "narrow/pack.yaml:3:27: change its reading: there as well" in problems_of(caught)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("{when: household.fitt}", "17:29: aid.fit: household has no fitt. Did you mean fit?"),
        ("{when: 5 * CNY}", "17:29: aid.fit: `5 * CNY` is CNY; expected yes or no"),
        (
            "{when: count(members) < 5 * CNY / month}",
            "the comparison with < puts person/household and CNY/month",
        ),
    ],
)
def test_options_that_are_not_taken_are_compiled(tmp_path: Path, option: str, message: str) -> None:
    pack = pack_of(tmp_path, DOUBT.format(option=option))
    with pytest.raises(PackError) as caught:
        pack.on(ON)
    assert message in problems_of(caught)


def test_an_option_that_takes_away_what_another_rule_reads(tmp_path: Path) -> None:
    text = """
definitions:
  base:
    any_of: {low: 1 < 2, high: 3 < 2}
    reading: {default: both, options: {both: {}, plain: {value: "true"}}}
  uses: {value: base.high}
"""
    pack = pack_of(tmp_path, text)
    with pytest.raises(PackError) as caught:
        pack.on(ON)
    assert "uses: " in problems_of(caught) and "base" in problems_of(caught)


def test_an_option_of_a_deduction_is_compiled_with_its_income(tmp_path: Path) -> None:
    text = """
definitions:
  income: {unit: CNY/household/month, start: 500 * CNY / month, less: [aid.costs]}
programmes:
  aid:
    rules:
      costs:
        kind: deduction
        amount: 50 * CNY / month
        reading: {default: a, options: {a: {}, b: {amount: "remaining / 2"}, c: {amount: remainin / 2}}}
"""
    with pytest.raises(PackError) as caught:
        pack_of(tmp_path, text).on(ON)
    assert [problem.rule for problem in caught.value.problems] == ["aid.costs"]
    assert "nothing is called remainin. Did you mean remaining?" in problems_of(caught)


READ = "programmes: {{aid: {{rules: {{x: {{kind: eligibility, when: 1 < 2, reading: {{{reading}}}}}}}}}}}"


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        ("zh: [a, b], en: x", "5:78: aid.x: zh: a list of 2; expected a text"),
        ("zh: a, en: {b: c}", "5:85: aid.x: en: a mapping with b; expected a text"),
        ("r: {zh: [a], en: x}", "5:82: aid.x.r: zh: a list of 1; expected a text"),
        ("default: a, zh: [a], options: [a, b]", "5:90: aid.x: zh: a list of 1; expected a text"),
        ("default: a, options: {a: {}, b: {en: [b], when: 2 < 1}}", "5:111: aid.x: en: a list of 1; expected a text"),
        ("default: a, options: [a, [b]]", "5:99: aid.x: options: a list of 1; expected a list of names"),
    ],
)
def test_labels_are_texts_and_options_names(tmp_path: Path, reading: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        pack_of(tmp_path, READ.format(reading=reading))
    assert [str(problem).partition("pack.yaml:")[2] for problem in error.value.problems] == [message]
