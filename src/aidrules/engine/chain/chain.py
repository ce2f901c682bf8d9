"""Chains of conclusions: which follow from settled conditions, in what order, by which engine."""

from __future__ import annotations

import functools
import graphlib
import itertools
import operator
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from aidrules.engine.chain.durable import (
    Atoms,
    Conjunction,
    DurableFault,
    DurableRules,
    DurableUnavailable,
    Step,
)
from aidrules.errors import PackError, Problem

Engine: TypeAlias = Literal["durable", "exact"]

_SETTLED = frozenset({bool, type(None)})
_INTERRUPTED = "exact (durable unavailable: interrupted within a run)"


@dataclass(frozen=True, slots=True)
class Condition:
    """One atom that a conclusion asks for, as it is or negated.

    Attributes:
        atom: a condition settled beforehand, or another conclusion.
        holds: `True` asks that the atom holds, `False` that it does not.
    """

    atom: str
    holds: bool = True


@dataclass(frozen=True, slots=True)
class ChainRule:
    """A conclusion and the ways to reach it.

    Attributes:
        conclusion: the name of what is concluded.
        alternatives: any of these conjunctions is enough; an empty one always holds, and without
            any the conclusion is never reached.
    """

    conclusion: str
    alternatives: tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True)
class ChainResult:
    """What the conditions lead to.

    Attributes:
        certain: conclusions that hold whatever the unknown conditions turn out to be.
        possible: conclusions that hold or may yet hold; equal to `certain` when nothing is unknown.
        fired: the certain conclusions in the order in which they were reached.
        difference: conclusions on which durable-rules differed; `certain` and `possible` are then
            those of the exact engine. `None` when nothing differed.
        engine: "durable", "exact", or "exact (...)" with the reason why durable-rules did not serve.
    """

    certain: frozenset[str]
    possible: frozenset[str]
    fired: tuple[str, ...]
    difference: frozenset[str] | None
    engine: str


class Chain:
    """A pure function from conditions (true, false or unknown) to the conclusions that follow.

    Conclusions may build on conclusions, but not in a circle. They are put into stages, so that
    each reads only conditions and the conclusions of earlier stages: whatever it negates is settled.

    Unknown follows Kleene's three-valued logic, conjunction by conjunction. Results are remembered
    by the pattern of conditions. Safe to share between threads.

    With `engine="durable"` durable-rules reaches the conclusions, and a fault of its own never
    changes a result: the exact engine's stands, and the result and a warning say why.

    Args:
        rules: one per conclusion.
        digest: identifies the pack and date that the rules come from.
        engine: "durable" chains by durable-rules where it can be loaded, "exact" leaves it out.
        remember: how many patterns of conditions to remember; 0 for none.

    Raises:
        PackError: two rules have one conclusion, or conclusions follow from each other in a circle.

    Examples:
        >>> insured = ChainRule("insured", ((Condition("dibao"),), (Condition("tekun"),)))
        >>> waived = ChainRule("fees_waived", ((Condition("insured"), Condition("at_school")),))
        >>> chain = Chain([insured, waived], digest="example", engine="exact")
        >>> chain.conditions
        ('dibao', 'tekun', 'at_school')
        >>> result = chain.run((True, False, None))
        >>> sorted(result.certain), sorted(result.possible)
        (['insured'], ['fees_waived', 'insured'])
    """

    def __init__(
        self,
        rules: Sequence[ChainRule],
        digest: str,
        engine: Engine = "durable",
        *,
        remember: int = 4096,
    ) -> None:
        if engine not in ("durable", "exact"):
            raise ValueError(f'engine is {engine!r}; expected "durable" or "exact"')
        stages = _stages(rules)
        concluded = [rule.conclusion for stage in stages for rule in stage]
        known = set(concluded)
        self.digest = digest
        self.conditions: tuple[str, ...] = tuple(
            dict.fromkeys(atom for rule in rules for atom in _atoms(rule) if atom not in known)
        )
        self._conclusions = tuple(concluded)
        self._bits = tuple(1 << index for index in range(len(self.conditions) + len(concluded)))
        bit = dict(zip((*self.conditions, *concluded), self._bits, strict=True))
        self._steps: tuple[tuple[Step, ...], ...] = tuple(
            tuple(Step(bit[rule.conclusion], _conjunctions(rule, bit)) for rule in stage) for stage in stages
        )
        self._name = {bit[name]: name for name in concluded}
        self.remember = remember
        self._remembered: dict[tuple[bool | None, ...], ChainResult] = {}
        self._engine = "exact"
        self._durable: DurableRules | None = None
        if engine == "durable":
            try:
                self._durable = DurableRules(self._steps, digest)
                self._engine = "durable"
            except DurableUnavailable as reason:
                self._engine = f"exact (durable unavailable: {reason})"
            except DurableFault as reason:
                self._retire(str(reason))

    @property
    def conclusions(self) -> tuple[str, ...]:
        """All conclusions, stage by stage: the order in which the exact engine reaches them."""
        return self._conclusions

    def run(self, conditions: tuple[bool | None, ...]) -> ChainResult:
        """Conclude from the conditions, given in the order of `conditions`; `None` is unknown.

        Raises:
            ValueError: the number of conditions is not that of `conditions`.
            TypeError: a condition is something else than True, False or None.
        """
        if not _SETTLED.issuperset(map(type, conditions)):
            self._refuse(conditions)
        result = self._remembered.get(conditions)
        if result is None:
            if len(conditions) != len(self.conditions):
                raise ValueError(
                    f"{len(conditions)} conditions found; expected {len(self.conditions)}: "
                    + ", ".join(self.conditions)
                )
            result = self._conclude(conditions)
            if self.remember and result.engine != _INTERRUPTED:
                if len(self._remembered) >= self.remember:
                    self._remembered.clear()
                self._remembered[conditions] = result
        return result

    def remembers(self, conditions: tuple[bool | None, ...]) -> bool:
        """Whether the result for these conditions is remembered."""
        return conditions in self._remembered

    def _conclude(self, conditions: tuple[bool | None, ...]) -> ChainResult:
        certain: Atoms = sum(itertools.compress(self._bits, conditions))
        possible: Atoms = certain
        if None in conditions:
            possible |= sum(itertools.compress(self._bits, [it is None for it in conditions]))
        exactly = self._exactly(certain, possible)
        durable = self._durable
        if durable is None:
            return self._result(*exactly, None, self._engine)
        try:
            second = durable.run(certain, possible)
        except DurableFault as fault:
            self._retire(str(fault))
            return self._result(*exactly, None, self._engine)
        if second is None:
            return self._result(*exactly, None, _INTERRUPTED)
        differ = (second[0] ^ exactly[0]) | (second[1] ^ exactly[1])
        if not differ:
            return self._result(*second, None, "durable")
        difference = frozenset(name for bit, name in self._name.items() if bit & differ)
        self._warn(f"it differed on {', '.join(sorted(difference))}")
        return self._result(*exactly, difference, "exact (durable differed)")

    def _exactly(self, certain: Atoms, possible: Atoms) -> tuple[Atoms, Atoms, list[Atoms]]:
        fired: list[Atoms] = []
        for stage in self._steps:
            for target, alternatives in stage:
                for wanted, unwanted in alternatives:
                    if not (wanted & ~possible or unwanted & certain):
                        possible |= target
                        if not (wanted & ~certain or unwanted & possible):
                            certain |= target
                            fired.append(target)
                            break
        return certain, possible, fired

    def _result(
        self,
        certain: Atoms,
        possible: Atoms,
        fired: list[Atoms],
        difference: frozenset[str] | None,
        engine: str,
    ) -> ChainResult:
        order = tuple([self._name[bit] for bit in fired])
        sure = may = frozenset(order)
        if certain != possible:
            may = frozenset([name for bit, name in self._name.items() if bit & possible])
        return ChainResult(sure, may, order, difference, engine)

    def _refuse(self, conditions: tuple[object, ...]) -> None:
        for name, found in zip(self.conditions, conditions, strict=False):
            if type(found) not in _SETTLED:
                raise TypeError(f"condition {name} is {found!r}; expected True, False or None for unknown")
        raise TypeError(f"{conditions!r} has an item that is not True, False or None for unknown")

    def _retire(self, reason: str) -> None:
        self._durable = None
        self._engine = f"exact (durable unavailable: {reason})"
        self._warn(reason)

    def _warn(self, reason: str) -> None:
        warnings.warn(
            f"durable-rules was left out of the chain of {self.digest}: {reason}. "
            "The exact engine's conclusions stand.",
            RuntimeWarning,
            stacklevel=2,
        )


def _conjunctions(rule: ChainRule, bit: dict[str, Atoms]) -> tuple[Conjunction, ...]:
    """The alternatives as bit sets, without those that ask for all that another asks for, and more."""
    asked = dict.fromkeys(
        Conjunction(
            functools.reduce(operator.or_, [bit[it.atom] for it in conjunction if it.holds], 0),
            functools.reduce(operator.or_, [bit[it.atom] for it in conjunction if not it.holds], 0),
        )
        for conjunction in rule.alternatives
    )
    return tuple(
        one
        for one in asked
        if not any(
            other is not one and not (other.wanted & ~one.wanted or other.unwanted & ~one.unwanted) for other in asked
        )
    )


def _atoms(rule: ChainRule) -> Iterator[str]:
    return (it.atom for conjunction in rule.alternatives for it in conjunction)


def _stages(rules: Sequence[ChainRule]) -> list[list[ChainRule]]:
    """Put the rules into stages such that each reads only conclusions of earlier stages."""
    by_name: dict[str, ChainRule] = {}
    for rule in rules:
        if rule.conclusion in by_name:
            raise PackError(
                Problem(
                    "has two chain rules",
                    rule=rule.conclusion,
                    expected="one, with all its alternatives",
                )
            )
        by_name[rule.conclusion] = rule
    reads = {name: [atom for atom in _atoms(rule) if atom in by_name] for name, rule in by_name.items()}
    try:
        ordered = list(graphlib.TopologicalSorter(reads).static_order())
    except graphlib.CycleError as error:
        circle = list(reversed(error.args[1]))
        raise PackError(
            Problem(
                f"follows from itself: {' -> '.join(circle)}",
                rule=circle[0],
                expected="conclusions that do not follow from each other in a circle",
            )
        ) from None
    level: dict[str, int] = {}
    for name in ordered:
        level[name] = 1 + max((level[atom] for atom in reads[name]), default=-1)
    stages: list[list[ChainRule]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for rule in rules:
        stages[level[rule.conclusion]].append(rule)
    return stages
