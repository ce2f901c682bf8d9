"""The door to durable-rules: flat facts of booleans, one session at a time, never past its limits."""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

Premise: TypeAlias = tuple[int, bool]
Conjunction: TypeAlias = tuple[Premise, ...]

# A fact that meets 64 branches at once is refused, one with 255 attributes too, its two ids among
# them. Every rule here is at most one branch, and so is the rule that always fires.
MOST_RULES = 60
MOST_ATTRIBUTES = 200

_SESSION = "s"
_ALWAYS = "always"

# Names with a meaning of their own to durable-rules, which tells names apart by their hash alone.
_RESERVED = (
    *("id", "sid", "s", "m", "all", "any", "not", "pri", "count", "cap", "dist", "name", "run"),
    *("alias", "matches", "_type", "$s", "$m", "$i", "$l", "$r", "$and", "$or", "$not", "$all", "$any"),
    *("$eq", "$neq", "$lt", "$lte", "$gt", "$gte", "$ex", "$nex", "$mt", "$imt", "$iall", "$iany"),
    *("$add", "$sub", "$mul", "$div", "$forward", "$time", "$timerName", "$baseTime"),
)


class Step(NamedTuple):
    """One conclusion, atoms as numbers: the target, and the conjunctions any of which reaches it."""

    target: int
    alternatives: tuple[Conjunction, ...]


class DurableUnavailable(Exception):  # noqa: N818
    """durable-rules cannot be loaded here; the text says why."""


class DurableFault(Exception):  # noqa: N818
    """durable-rules did, or was about to do, what it must not; the text says what."""


class DurableRules:
    """The rules of one chain as durable-rules' rulesets, a few per stage.

    Each ruleset sees one flat fact per run: for every premise of its rules (an atom, or an atom
    negated) whether it holds. So rules only ever ask whether attributes are true; three values need
    a second run with the other facts and nothing else. The conclusions fired go into the facts of
    the next stage.

    The rulesets' memory is released with this object.
    """

    def __init__(self, stages: Sequence[Sequence[Step]], name: str) -> None:
        self._engine = _load()
        self._stages = stages
        self._name = name
        self._build()

    def run(self, certain: list[bool], possible: list[bool]) -> list[int] | None:
        """Conclude, given for every atom whether it certainly and whether it possibly holds.

        Both lists hold the settled conditions and `False` for every conclusion; they are completed.

        Returns:
            The certain conclusions in the order in which they were reached, or `None` when this
            thread is already inside (a signal handler that decides): then nothing was run.
        """
        door = _DOOR
        with door.lock:
            if door.inside:
                return None
            try:
                door.inside = True
                if self._broken or self._generation != door.generation:
                    # Interrupted or forked in the middle of a run: a session may still be open.
                    self._build()
                self._broken = True
                fired: dict[int, None] = {}
                for stage in self._rulesets:
                    for ruleset in stage:
                        sure = [
                            certain[atom] if holds else not possible[atom] for atom, holds in ruleset.premises
                        ]
                        may = [
                            possible[atom] if holds else not certain[atom] for atom, holds in ruleset.premises
                        ]
                        reached = ruleset.run(sure)
                        for target in reached:
                            fired[target] = None
                            certain[target] = possible[target] = True
                        if may != sure:
                            for target in ruleset.run(may):
                                possible[target] = True
                self._broken = False
                return list(fired)
            finally:
                door.inside = False

    def _build(self) -> None:
        self._generation = _DOOR.generation
        self._rulesets = [
            [
                _Ruleset(self._engine, f"{self._name}.{level}.{part}", rules)
                for part, rules in enumerate(parts)
            ]
            for level, parts in enumerate(_parts(stage) for stage in self._stages)
        ]
        self._broken = False


class _Door:
    """One lock for all rulesets of the process, and a new one in a forked child."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.inside = False
        self.generation = 0

    def forked(self) -> None:
        self.lock = threading.RLock()
        self.inside = False
        self.generation += 1


_DOOR = _Door()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_DOOR.forked)


class _Ruleset:
    """Up to `MOST_RULES` rules that do not build on each other."""

    def __init__(self, engine: Any, name: str, rules: Sequence[tuple[int, Conjunction]]) -> None:
        premises = sorted({premise for _, conjunction in rules for premise in conjunction})
        attributes = attribute_names(len(premises))
        self.premises: tuple[Premise, ...] = tuple(premises)
        attribute = dict(zip(premises, attributes, strict=True))
        self._targets = {f"r{index}": target for index, (target, _) in enumerate(rules)}
        definition: dict[str, object] = {
            f"r{index}": {"all": [{"m": _condition([attribute[premise] for premise in conjunction])}]}
            for index, (_, conjunction) in enumerate(rules)
        }
        definition[_ALWAYS] = {"all": [{"m": {_ALWAYS: True}}]}
        self._head = f'{{"id":"f","sid":"{_SESSION}","{_ALWAYS}":true'
        self._texts = tuple((f',"{name}":false', f',"{name}":true') for name in attributes)
        self._engine = engine
        try:
            self._handle: int = engine.create_ruleset(name, json.dumps(definition))
        except Exception as error:
            raise DurableFault(f"a ruleset was refused ({error})") from error
        weakref.finalize(self, _release, engine, self._handle).atexit = False

    def run(self, truths: list[bool]) -> list[int]:
        """Fire what follows; returns the targets in the order of firing, each as often as it fired."""
        engine, handle = self._engine, self._handle
        fact = (
            self._head + "".join([text[holds] for text, holds in zip(self._texts, truths, strict=True)]) + "}"
        )
        try:
            outcome, state = engine.assert_fact(handle, fact)
            if outcome:
                raise DurableFault(f"a fact was not taken (code {outcome})")
            started = engine.start_action_for_state(handle, state)
            if started is None:
                raise DurableFault("the rule that always fires did not")
            names = []
            message = started[1]
            while message is not None:
                names.append(message[2 : message.index('"', 2)])
                message = engine.complete_and_start_action(handle, state)
            engine.delete_state(handle, _SESSION)
        except DurableFault:
            raise
        except Exception as error:
            raise DurableFault(f"it failed ({type(error).__name__}: {error})") from error
        if names.count(_ALWAYS) != 1 or len(set(names)) != len(names):
            raise DurableFault(f"a rule fired more than once, or the one that always fires did not: {names}")
        names.remove(_ALWAYS)
        return [self._targets[name] for name in names]


def _condition(attributes: Sequence[str]) -> dict[str, object]:
    asked: list[dict[str, object]] = [{name: True} for name in attributes] or [{_ALWAYS: True}]
    return asked[0] if len(asked) == 1 else {"$and": asked}


def _parts(stage: Sequence[Step]) -> Iterator[list[tuple[int, Conjunction]]]:
    """Split the rules of a stage so that each part stays within the limits; order is kept."""
    part: list[tuple[int, Conjunction]] = []
    premises: set[Premise] = set()
    for target, alternatives in stage:
        for conjunction in alternatives:
            if len(conjunction) > MOST_ATTRIBUTES:
                raise DurableFault(
                    f"a conjunction has {len(conjunction)} conditions, expected {MOST_ATTRIBUTES} at most"
                )
            if len(part) == MOST_RULES or len(premises.union(conjunction)) > MOST_ATTRIBUTES:
                yield part
                part, premises = [], set()
            part.append((target, conjunction))
            premises.update(conjunction)
    if part:
        yield part


def attribute_names(count: int) -> list[str]:
    """Short names that durable-rules cannot mistake for each other or for a word of its own."""
    taken = {fnv1a(word) for word in (*_RESERVED, _ALWAYS)}
    names: list[str] = []
    number = 0
    while len(names) < count:
        name = f"p{number}"
        number += 1
        if fnv1a(name) not in taken:
            taken.add(fnv1a(name))
            names.append(name)
    return names


def fnv1a(name: str) -> int:
    """The 32-bit hash that durable-rules knows a name by.

    Examples:
        >>> fnv1a("id")
        926444256
        >>> fnv1a("item_1565786") == fnv1a("item_2024240")
        True
    """
    value = 0x811C9DC5
    for byte in name.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def _load() -> Any:
    try:
        import durable_rules_engine
    except ImportError as error:
        raise DurableUnavailable(str(error)) from error
    return durable_rules_engine


def _release(engine: Any, handle: int) -> None:
    engine.delete_ruleset(handle)
