"""What does not fit between the register and the packs, as problems that a linter can list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from aidrules.errors import Place, Problem
from aidrules.language.fields import near
from aidrules.register.citing import Cited, Citing, CitingCase
from aidrules.register.clauses import FOLDER, Document
from aidrules.register.coverage import Answer


def all_findings(
    register: Mapping[str, Document],
    stated: Iterable[Citing],
    cases: Iterable[CitingCase],
    answers: Mapping[str, Iterable[Answer]],
) -> list[Problem]:
    """Everything that does not fit, packs first, then cases, then the register."""
    listed = [answer for document in answers.values() for answer in document]
    return [
        *unregistered(register, stated, cases),
        *answered_though_not_computed(listed),
        *unanswered(listed),
    ]


def unregistered(
    register: Mapping[str, Document], stated: Iterable[Citing], cases: Iterable[CitingCase] = ()
) -> Iterator[Problem]:
    """Clauses cited that the register does not list, documents cited without a register, and rules that cite nothing.

    A document without a register is named once, where it is first cited.
    """
    missing: set[str] = set()
    for one in stated:
        if one.section == "rules" and one.declares and not one.cites:
            hint = "Write the clause that it implements under cite:"
            yield Problem("it cites no clause", one.place, one.name, hint=hint)
        for cited in one.cites:
            yield from _unlisted(register, one.name, cited, missing)
    for case in cases:
        for cited in case.cites:
            yield from _unlisted(register, case.name, cited, missing)


def _unlisted(register: Mapping[str, Document], name: str, cited: Cited, missing: set[str]) -> Iterator[Problem]:
    source, clause, place = cited
    if source not in register:
        if source not in missing:
            missing.add(source)
            hint = f"List its decidable clauses in {FOLDER}/{source}.yaml"
            yield Problem(f"it cites {source}, of which there is no register", place, name, hint=hint)
    elif clause and not register[source].lists(clause):
        hint = near(clause, register[source].clauses) or f"List it in {FOLDER}/{source}.yaml, or correct the clause"
        yield Problem(f"it cites {clause} of {source}", place, name, "a clause that the register lists", hint)


def unanswered(answers: Iterable[Answer]) -> Iterator[Problem]:
    """Clauses that nothing cites and that have no reason why."""
    for answer in answers:
        if answer.state == "open":
            hint = "Cite it where it is implemented, or write why nothing decides it under not_computed:"
            yield Problem("no rule cites it", *_where(answer), hint=hint)


def answered_though_not_computed(answers: Iterable[Answer]) -> Iterator[Problem]:
    """Clauses that are cited although the register says that nothing decides them."""
    for answer in answers:
        if answer.by and answer.clause.not_computed is not None:
            hint = "Take not_computed: out, or the citation"
            yield Problem(f"nothing computes it, but {', '.join(answer.by)} cites it", *_where(answer), hint=hint)


def _where(answer: Answer) -> tuple[Place, str]:
    return answer.clause.place, f"{answer.clause.source} {answer.clause.clause}"
