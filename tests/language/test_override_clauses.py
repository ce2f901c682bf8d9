"""Overrides: what changes a wider law says by which clause; words and readings need none."""

from __future__ import annotations

import pytest
from arcadia import Write

from aidrules import load
from aidrules.errors import PackError

WIDE = """
pack: wide
source: act
parameters: {line: {values: [{is: 5}], cite: art 1}}
definitions: {d: {any_of: {a: {when: "true", cite: art 2}}, cite: art 2}}
programmes:
  aid:
    payment: {every: month}
    rules:
      open: {kind: eligibility, when: "true", cite: art 3}
"""
NARROW = "pack: wide/narrow\nsource: act\noverrides:\n"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ('programmes: {aid: {rules: {open: {when: "false"}}}}', "aid.open: it changes when without cite:"),
        ("programmes: {aid: {rules: {open: {force: may, zh: 开}}}}", "aid.open: it changes force without cite:"),
        ('definitions: {d: {any_of.b: {when: "true"}}}', "d: it changes any_of.b without cite:"),
        ('definitions: {d: {any_of.en: {when: "true"}}}', "d: it changes any_of.en without cite:"),
        ("programmes: {aid: {payment: {every: year}}}", "aid: it changes payment without cite:"),
        ("parameters: {line: {unit: person, values: [{is: 6}]}}", "line: it changes unit, values without cite:"),
        ("parameters: {line: {values: [{is: 6}]}}", "line: it changes values without cite:"),
        ("parameters: {line: {values: [{is: 6, cite: art 9}, {from: 2030-01-01, is: 7}]}}", "line: it changes values"),
        ("definitions: {d: {without: [zh]}}", "d: it changes without without cite:"),
        ('definitions: {d: {any_of.a.when: "false"}}', "d: it changes any_of.a.when without cite:"),
        (
            'definitions: {d: {any_of.a.when: "false", any_of.b.cite: art 9}}',
            "d: it changes any_of.a.when without cite:",
        ),
    ],
)
def test_a_change_without_a_clause(write: Write, change: str, found: str) -> None:
    root = write({"wide/pack.yaml": WIDE, "wide/narrow/pack.yaml": f"{NARROW}  {change}\n"})
    with pytest.raises(PackError) as error:
        load("wide/narrow", path=root)
    assert [found in str(problem) for problem in error.value.problems] == [True]
    assert "narrow/pack.yaml:4:" in str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        'programmes: {aid: {rules: {open: {when: "false", cite: art 9}}}}',
        "programmes: {aid: {rules: {open: {zh: 开, en: open, reading: {zh: 另, en: another}}}}}",
        'definitions: {d: {any_of.b: {when: "true", cite: art 9}}}',
        'definitions: {d: {any_of: {a: {when: "true", cite: art 9}, b: {when: "true", cite: art 9}}}}',
        'definitions: {d: {any_of.a.when: "false", any_of.a.cite: art 9}}',
        "definitions: {d: {any_of.a.zh: 甲, any_of.a.en: a}}",
        "programmes: {aid: {payment: {every: year, cite: art 9}}}",
        "parameters: {line: {values: [{is: 6, cite: art 9}]}}",
        "parameters: {line: {values: [{is: 6}], cite: art 9}}",
    ],
)
def test_a_change_with_its_clause_and_words_alone(write: Write, change: str) -> None:
    root = write({"wide/pack.yaml": WIDE, "wide/narrow/pack.yaml": f"{NARROW}  {change}\n"})
    load("wide/narrow", path=root)


def test_an_overlay_cites_too(write: Write) -> None:
    root = write({"wide/pack.yaml": WIDE})
    rules = {"programmes": {"aid": {"rules": {"open": {"when": "false"}}}}}
    overlay = {"overlay": "trial", "pack": "wide", "source": "act", "overrides": rules}
    with pytest.raises(PackError, match=r"aid\.open: it changes when without cite:"):
        load("wide", path=root, overlays=[overlay])


def test_the_figures_of_an_overlay_name_their_document(write: Write) -> None:
    root = write({"wide/pack.yaml": WIDE})
    overlay = {"overlay": "office", "pack": "wide", "parameters": {"line": {"values": [{"is": 6}]}}}
    with pytest.raises(PackError, match="line: it changes values without cite:"):
        load("wide", path=root, overlays=[overlay])
    load("wide", path=root, overlays=[{**overlay, "source": "act"}])
    load("wide", path=root, parameters={"line": 6})


@pytest.mark.parametrize(
    "change",
    [
        "{values: [{is: 6, cite: art 9}]}",
        "{cite: art 9, values: [{is: 6}]}",
        "{cite: art 8, values: [{is: 6, cite: art 9}]}",
    ],
)
def test_the_values_of_an_override_have_the_clause_that_it_gives(write: Write, change: str) -> None:
    root = write({"wide/pack.yaml": WIDE, "wide/narrow/pack.yaml": f"{NARROW}  parameters: {{line: {change}}}\n"})
    (value,) = load("wide/narrow", path=root).parameters["line"].model.values
    assert [(cite.source, cite.clause) for cite in value.cite] == [("act", "art 9")]
