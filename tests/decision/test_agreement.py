"""What the trace reads back agrees with what was computed: in every value of worked cases and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from aidrules import load
from aidrules.decision import Decision, decide
from aidrules.decision.shown import Interval
from aidrules.testing import Case, find_cases, read_cases

RULES = Path(__file__).parents[2] / "rules"
EVERY = 25
CASES = [(pack, case) for pack, file in find_cases(RULES) for case in read_cases(file) if "refused" not in case.expect]


WORD = re.compile("[A-Za-z][A-Za-z-]{2,}")


def texts_of(facts: Any) -> Iterator[str]:
    """The texts that somebody wrote into a household, such as ids and the reasons of findings."""
    match facts:
        case str():
            yield facts
        case list():
            for each in facts:
                yield from texts_of(each)
        case dict():
            yield from texts_of(list(facts.values()))


def decided(pack_name: str, case: Case) -> Decision:
    rules = load(pack_name, path=RULES, overlays=case.overlays, parameters=case.parameters, readings=case.readings)
    return decide(rules.Subject.from_text(case.given), rules, on=case.on, chain="exact")


@pytest.mark.parametrize(("pack", "case"), [pytest.param(*found, id=found[1].name) for found in CASES[::EVERY]])
def test_every_formula_gives_the_value_that_was_computed(pack: str, case: Case) -> None:
    decision = decided(pack, case)
    view, wrong = decision._view, []
    for name, definition in decision.run.compiled.definitions.items():
        for item in view.items(definition.owner) or ():
            computed = view.definition(name, item)
            read = view.value(definition.expr, view.names.bindings(item))
            if read is not None and not isinstance(read, Interval) and read != computed:
                wrong.append((name, item, computed, read))
    assert wrong == []


@pytest.mark.parametrize(("pack", "case"), [pytest.param(*found, id=found[1].name) for found in CASES[::EVERY]])
def test_every_form_of_a_decision_can_be_made(pack: str, case: Case) -> None:
    decision = decided(pack, case)
    for lang in ("zh", "en"):
        assert decision.explain(lang) and decision.to_html(lang)  # type: ignore[arg-type]
        for programme in decision.outcomes:
            assert decision.why(programme, lang) and decision.why_not(programme, lang)  # type: ignore[arg-type]
    assert decision.to_json()


@pytest.mark.parametrize(("pack", "case"), [pytest.param(*found, id=found[1].name) for found in CASES[::EVERY]])
def test_no_id_of_the_rules_reaches_a_reader(pack: str, case: Case) -> None:
    decision = decided(pack, case)
    given = {word for text in texts_of(case.given) for word in WORD.findall(text)}
    for lang in ("zh", "en"):
        page = re.sub(
            "<style>.*?</style>|摘要：[0-9a-f]+|Digest of the rules: [0-9a-f]+", "", decision.to_html(lang), flags=re.S
        )  # type: ignore[arg-type]
        told = [unescape(text) for text in re.findall(r">([^<>]+)<", page)]
        for text in [*told, decision.explain(lang).partition("规则内容摘要")[0].partition("Digest of")[0]]:  # type: ignore[arg-type]
            for name in (decision.subject.id or "-", decision.pack.id, *(one.name for one in decision.pack.overlays)):
                text = text.replace(name, "")
            assert not re.search(r"[A-Za-z]+_[a-z0-9_]+|\w\[\d", text), text
            if lang == "zh":
                words = {word for word in WORD.findall(text) if not word.isupper()}
                assert words <= given, text  # names in capitals, such as SCPI, are Chinese usage; no id is one
