"""The door to durable-rules: flat facts of booleans, one session at a time, never past its limits."""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

# A set of atoms, bit by bit: atom k is in the set when bit k is one.
Atoms: TypeAlias = int


class Conjunction(NamedTuple):
    """Atoms that must all hold and atoms none of which may."""

    wanted: Atoms
    unwanted: Atoms


class Step(NamedTuple):
    """One conclusion: its own bit, and the conjunctions any of which reaches it."""

    target: Atoms
    alternatives: tuple[Conjunction, ...]


# A fact that meets 64 branches at once is refused, one with 255 attributes too, its two ids among
# them. Every rule here is at most one branch, and so is the rule that always fires.
MOST_RULES = 60
MOST_ATTRIBUTES = 200

_SESSION = "s"
_ALWAYS = "always"
_HEAD = f'{{"id":"f","sid":"{_SESSION}","{_ALWAYS}":true'

# Names with a meaning of their own to durable-rules, which tells names apart by their hash alone.
_RESERVED = (
    *("id", "sid", "s", "m", "all", "any", "not", "pri", "count", "cap", "dist", "name", "run"),
    *("alias", "matches", "_type", "$s", "$m", "$i", "$l", "$r", "$and", "$or", "$not", "$all", "$any"),
    *("$eq", "$neq", "$lt", "$lte", "$gt", "$gte", "$ex", "$nex", "$mt", "$imt", "$iall", "$iany"),
    *("$add", "$sub", "$mul", "$div", "$forward", "$time", "$timerName", "$baseTime"),
)


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
        self._rulesets = self._build()
        self._open = False

    def run(self, certain: Atoms, possible: Atoms) -> tuple[Atoms, Atoms, list[Atoms]] | None:
        """Conclude from the conditions that certainly hold and those that possibly do.

        Returns:
            What certainly and what possibly holds then, and the certain conclusions in the order in
            which they were reached. `None`, and nothing was run, when this thread is inside already:
            a signal handler that decides.
        """
        door = _DOOR
        with door.lock:
            if door.inside:
                return None
            try:
                door.inside = True
                if self._open:
                    # Interrupted within a run, or forked while another thread was: a session of
                    # these rulesets may still be open.
                    self._rulesets = self._build()
                self._open = True
                fired: dict[Atoms, None] = {}
                for stage in self._rulesets:
                    known, may = certain, possible
                    for ruleset in stage:
                        fact = ruleset.fact(known, may)
                        for target in ruleset.run(fact):
                            fired[target] = None
                            certain |= target
                            possible |= target
                        if known != may and (other := ruleset.fact(may, known)) != fact:
                            for target in ruleset.run(other):
                                possible |= target
                self._open = False
                return certain, possible, list(fired)
            finally:
                door.inside = False

    def _build(self) -> list[list[_Ruleset]]:
        return [
            [_Ruleset(self._engine, f"{self._name}.{level}.{part}", rules) for part, rules in enumerate(_parts(stage))]
            for level, stage in enumerate(self._stages)
        ]


class _Door:
    """One lock for all rulesets of the process, and a fresh one in a forked child."""

    def __init__(self) -> None:
        self.close()

    def close(self) -> None:
        self.lock = threading.RLock()
        self.inside = False


_DOOR = _Door()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_DOOR.close)


class _Ruleset:
    """Up to `MOST_RULES` rules that do not build on each other."""

    def __init__(self, engine: Any, name: str, rules: Sequence[tuple[Atoms, Conjunction]]) -> None:
        wanted = sorted({bit for _, conjunction in rules for bit in _bits(conjunction.wanted)})
        unwanted = sorted({bit for _, conjunction in rules for bit in _bits(conjunction.unwanted)})
        attributes = attribute_names(len(wanted) + len(unwanted))
        holds = dict(zip(wanted, attributes, strict=False))
        fails = dict(zip(unwanted, attributes[len(wanted) :], strict=True))
        definition: dict[str, object] = {}
        self._targets: dict[str, Atoms] = {}
        for index, (target, conjunction) in enumerate(rules):
            asked = [
                *(holds[bit] for bit in _bits(conjunction.wanted)),
                *(fails[bit] for bit in _bits(conjunction.unwanted)),
            ]
            definition[f"r{index}"] = _rule(asked or [_ALWAYS])
            self._targets[f"r{index}"] = target
        definition[_ALWAYS] = _rule([_ALWAYS])
        self._wanted = [(bit, *_texts(attribute)) for bit, attribute in holds.items()]
        self._unwanted = [(bit, *_texts(attribute)) for bit, attribute in fails.items()]
        self._engine = engine
        try:
            self._handle: int = engine.create_ruleset(name, json.dumps(definition))
        except Exception as error:
            raise DurableFault(f"a ruleset was refused ({error})") from error
        weakref.finalize(self, engine.delete_ruleset, self._handle).atexit = False

    def fact(self, holding: Atoms, not_failing: Atoms) -> str:
        """The flat fact that says of every premise whether it holds.

        An atom asked for is looked up in `holding`, the absence of one in `not_failing`.
        """
        return "".join(
            [
                _HEAD,
                *[yes if holding & bit else no for bit, yes, no in self._wanted],
                *[no if not_failing & bit else yes for bit, yes, no in self._unwanted],
                "}",
            ]
        )

    def run(self, fact: str) -> list[Atoms]:
        """Fire what follows from one fact; returns the targets in the order of firing."""
        engine, handle = self._engine, self._handle
        try:
            outcome, state = engine.assert_fact(handle, fact)
            if outcome:
                raise DurableFault(f"a fact was not taken (code {outcome})")
            started = engine.start_action_for_state(handle, state)
            if started is None:
                raise DurableFault("the rule that always fires did not")
            names: list[str] = []
            message = started[1]
            while message is not None:
                names.append(message[2 : message.index('"', 2)])
                if len(names) > len(self._targets) + 1:
                    break
                message = engine.complete_and_start_action(handle, state)
            # It fires last, since rules fire in the order in which they were given. A session in
            # which nothing has fired must not be deleted.
            if names.pop() != _ALWAYS or len(set(names)) != len(names):
                raise DurableFault("a rule fired twice, or the rule that always fires did not")
            engine.delete_state(handle, _SESSION)
            return [self._targets[name] for name in names]
        except DurableFault:
            raise
        except Exception as error:
            raise DurableFault(f"it failed ({type(error).__name__}: {error})") from error


def _rule(attributes: Sequence[str]) -> dict[str, object]:
    asked: list[dict[str, object]] = [{name: True} for name in attributes]
    return {"all": [{"m": asked[0] if len(asked) == 1 else {"$and": asked}}]}


def _texts(attribute: str) -> tuple[str, str]:
    return f',"{attribute}":true', f',"{attribute}":false'


def _bits(atoms: Atoms) -> Iterator[Atoms]:
    while atoms:
        lowest = atoms & -atoms
        yield lowest
        atoms ^= lowest


def _parts(stage: Sequence[Step]) -> Iterator[list[tuple[Atoms, Conjunction]]]:
    """Split the rules of a stage so that each part stays within the limits; order is kept."""
    part: list[tuple[Atoms, Conjunction]] = []
    wanted = unwanted = 0
    for target, alternatives in stage:
        for conjunction in alternatives:
            size = conjunction.wanted.bit_count() + conjunction.unwanted.bit_count()
            if size > MOST_ATTRIBUTES:
                raise DurableFault(f"a conjunction has {size} conditions, expected {MOST_ATTRIBUTES} at most")
            more = (wanted | conjunction.wanted), (unwanted | conjunction.unwanted)
            if len(part) == MOST_RULES or sum(map(int.bit_count, more)) > MOST_ATTRIBUTES:
                yield part
                part, more = [], conjunction
            part.append((target, conjunction))
            wanted, unwanted = more
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
