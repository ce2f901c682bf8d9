"""Coverage: of the clauses of each document, how many are implemented, tested by a case, and open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aidrules.language.fields import Label
from aidrules.register.citing import Citing, CitingCase, tested_names
from aidrules.register.clauses import Clause, Document
from aidrules.testing.targets import part_name

State = Literal["implemented", "not_computed", "open"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a clause.

    Attributes:
        by: the names of all that cites it, in the order of the packs.
        cases: the cases that test it: they cite it, or expect a result of what cites it; where a part cites it,
            they reach the part.
    """

    clause: Clause
    by: tuple[str, ...]
    cases: tuple[str, ...]

    @property
    def state(self) -> State:
        """Implemented if anything cites it; else not computed, where the register gives a reason, or open."""
        if self.by:
            return "implemented"
        return "open" if self.clause.not_computed is None else "not_computed"

    @property
    def tested(self) -> bool:
        """Whether it is implemented and a case tests it."""
        return bool(self.by and self.cases)

    def as_json(self) -> dict[str, Any]:
        """The answer as `aidrules coverage --format json` prints it."""
        return {
            "clause": self.clause.clause,
            "programme": {"zh": self.clause.programme.zh, "en": self.clause.programme.en},
            "kind": self.clause.kind,
            "state": self.state,
            "by": list(self.by),
            "cases": list(self.cases),
            "not_computed": _said(self.clause.not_computed),
            "open_point": _said(self.clause.open_point),
            "stated": self.clause.stated,
            "named": self.clause.named,
        }


def _said(label: Label | None) -> dict[str, str] | None:
    return None if label is None else {"zh": label.zh, "en": label.en}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many clauses there are, and how they stand; what is tested is among what is implemented."""

    clauses: int
    implemented: int
    tested: int
    not_computed: int
    open: int

    def as_json(self) -> dict[str, int]:
        """The counts by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def covered(
    register: Mapping[str, Document],
    stated: Iterable[Citing],
    cases: Iterable[CitingCase],
    reached: Callable[[CitingCase], frozenset[str]] = lambda _: frozenset(),
) -> dict[str, list[Answer]]:
    """The answers to every registered clause, by document.

    Args:
        register: the documents.
        stated: what cites clauses.
        cases: the cases beside the packs.
        reached: tells the parts that a case reaches, see `reaching`; without it, only a case that cites the clause of
            a part tests it.
    """
    stated = list(stated)
    by: dict[tuple[str, str], dict[str, None]] = {}
    cited_by: dict[tuple[str, str], dict[tuple[str, str], set[str]]] = {}
    for one in stated:
        for (source, clause, _), part in zip(one.cites, one.parts, strict=True):
            by.setdefault((source, clause), {})[one.name] = None
            cited_by.setdefault((one.pack, one.name), {}).setdefault((source, clause), set()).add(part)
    tested: dict[tuple[str, str], dict[str, None]] = {}
    for case in cases:
        own = [one for one in stated if one.pack in case.layers]
        clauses = {(source, clause) for source, clause, _ in case.cites}
        for name in tested_names(case, own):
            for layer in case.layers:
                for pair, parts in cited_by.get((layer, name), {}).items():
                    if pair not in clauses and ("" in parts or _targets(name, parts) & reached(case)):
                        clauses.add(pair)
        for pair in clauses:
            tested.setdefault(pair, {})[f"{case.file}: {case.name}"] = None
    return {
        key: [
            Answer(clause, tuple(by.get((key, number), ())), tuple(tested.get((key, number), ())))
            for number, clause in document.clauses.items()
        ]
        for key, document in register.items()
    }


def _targets(name: str, parts: Iterable[str]) -> set[str]:
    """How some parts are named as what cases can reach."""
    return {part_name(name, part, fails) for part in parts for fails in (False, True)}


def in_total(answers: Iterable[Answer]) -> Coverage:
    """The counts of some answers."""
    answers = list(answers)
    states = [answer.state for answer in answers]
    return Coverage(
        len(answers),
        states.count("implemented"),
        sum(answer.tested for answer in answers),
        states.count("not_computed"),
        states.count("open"),
    )
