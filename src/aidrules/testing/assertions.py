"""Assertions about decisions that explain themselves: where one fails, letter and household are told with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aidrules.decision.paths import take_out
from aidrules.decision.record import household_facts
from aidrules.errors import DecisionError, PackError, Place, Problem
from aidrules.language import tree
from aidrules.language.fields import near, one_of
from aidrules.testing.cases import BY_NAME, LISTED, PAYMENTS, Case, check_expected
from aidrules.testing.comparison import Comparison

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.decision.figures import Lang

_SECTIONS = (*BY_NAME, *LISTED, PAYMENTS)


class ExplainedError(AssertionError):
    """A decision is not as it should be; its text ends with the letter and the household, written when it is read."""

    def __init__(self, found: Iterable[str], decision: Decision, programmes: Iterable[str], lang: Lang) -> None:
        self.found, self.decision, self.programmes, self.lang = tuple(found), decision, tuple(programmes), lang
        super().__init__(*self.found)

    def __str__(self) -> str:
        return "\n".join((*self.found, "", explanation(self.decision, self.programmes, self.lang)))


def explanation(decision: Decision, programmes: Iterable[str] = (), lang: Lang = "zh") -> str:
    """The letter about some programmes, or all, and the household as JSON; confidential facts are left out.

    Args:
        decision: what to explain.
        programmes: those to tell of.
        lang: the language of the letter.
    """
    facts, secret = household_facts(decision.subject, decision.pack.schema)
    for path in sorted(secret):
        take_out(facts, path)
    letter = decision.explain(lang, list(programmes) or None)
    return f"{letter.rstrip()}\n\n{json.dumps(facts, ensure_ascii=False)}"


def assert_decision(decision: Decision, expected: Mapping[str, Any], *, lang: Lang = "zh") -> None:
    """Fail, with the letter and the household, if a decision is not as expected.

    Args:
        decision: what came out.
        expected: by section, as under `expect:` of a case: `{"outcomes": {"dibao": "eligible"}, "amounts": {...}}`.
        lang: the language of the letter.

    Raises:
        ExplainedError: something else came out; an `AssertionError`.
        DecisionError: nothing is expected, not as a case has it, or what the pack can never produce.
    """
    comparison = Comparison(_case(decision, expected), decision)
    differences = list(comparison.differences())
    if comparison.problems:
        raise DecisionError(replace(problem, where=None) for problem in comparison.problems)
    if differences:
        lines = [line for each in differences for line in (str(each), *(f"  {why.text(lang)}" for why in each.why))]
        known = decision.run.compiled.programmes
        heads = dict.fromkeys(each.name.partition(".")[0].partition("[")[0] for each in differences)
        raise ExplainedError(lines, decision, [head for head in heads if head in known], lang)


@contextmanager
def explained(decision: Decision, *programmes: str, lang: Lang = "zh") -> Iterator[Decision]:
    """Add the letter and the household to an assertion that fails within.

    Args:
        decision: what the assertions are about.
        programmes: those to tell of; all unless given.
        lang: the language of the letter.
    """
    try:
        yield decision
    except AssertionError as error:
        error.add_note(explanation(decision, programmes, lang))
        raise


def _case(decision: Decision, expected: Mapping[str, Any]) -> Case:
    """What is expected, as a case has it."""
    place = Place("assert_decision", 1, 1)
    if not isinstance(expected, Mapping):
        found = f"found {type(expected).__name__}"
        raise DecisionError(Problem(found, "expected", expected="sections by name, as under expect: of a case"))
    for section in map(str, expected):
        if section not in _SECTIONS:
            found = f"nothing is expected under {section!r}"
            raise DecisionError(Problem(found, "expected", None, one_of(_SECTIONS), near(section, _SECTIONS)))
    try:
        written = tree.from_plain(dict(expected), place)
        assert isinstance(written, tree.Mapping)
        check_expected(written, "expected")
    except PackError as error:
        raise DecisionError(replace(problem, where=None) for problem in error.problems) from None
    return Case("assert_decision", decision.on, {}, {}, (), {}, (), dict(expected), place, written)
