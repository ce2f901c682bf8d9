"""Verification: a recorded decision computed again, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aidrules.decision.asking_order import can_stand_so, weight
from aidrules.decision.canonical import canonical, digest_of
from aidrules.decision.differences import Difference, comparable, compared
from aidrules.decision.names import CLASSES
from aidrules.decision.paths import is_there, with_fact
from aidrules.decision.record import household_facts
from aidrules.decision.recorded import as_recorded, read_record
from aidrules.errors import AidrulesError, Problem, RecordError
from aidrules.language.overlays import is_called
from aidrules.visible import visible

if TYPE_CHECKING:
    from aidrules.decision.decision import Decision
    from aidrules.decision.dependence import Dependence

MOST_WORDS_TOLD = 20
_LATER_FIELDS = frozenset({"doubts"})
"""Fields of a decision that records of this format may not have yet."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of computing a record again; true if it verifies.

    Attributes:
        state: `verified`: everything follows, by the pack that the record names; `reworded`: every figure, status and
            date follows, and words differ, or the pack here is another than the record names;
            `differs`: a figure, status or date does not follow; `altered`: the record was changed after it was
            written, or not completely kept; `incomplete`: confidential inputs were withheld, and what depends on them
            could not be computed again.
        differences: figures, statuses and dates that do not follow.
        rewordings: labels, formulas and clauses that are others now.
        unchecked: figures that could not be computed again.
        notes: what else a reader should know: the pack has changed, another library version.
        digest_ok: whether the record's digest is that of its content.
        pack_changed: whether the pack is another than that which decided.
        library_changed: whether another version of the library decided.
    """

    state: Literal["verified", "reworded", "differs", "altered", "incomplete"]
    differences: tuple[Difference, ...] = ()
    unchecked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rewordings: tuple[Difference, ...] = ()
    digest_ok: bool = True
    pack_changed: bool = False
    library_changed: bool = False

    @property
    def figures_differ(self) -> bool:
        """Whether a figure, status or date does not follow."""
        return bool(self.differences)

    @property
    def wording_differs(self) -> bool:
        """Whether a label, formula or clause is another now."""
        return bool(self.rewordings)

    def __bool__(self) -> bool:
        return self.state in ("verified", "reworded")

    def __str__(self) -> str:
        head = {
            "verified": "Every figure of this record follows from its inputs.",
            "reworded": "Every figure of this record follows from its inputs; some words are others now.",
            "differs": "This record does not verify.",
            "altered": "This record does not verify.",
            "incomplete": "Confidential inputs were withheld; what depends on them could not be checked.",
        }[self.state]
        if self.state == "reworded" and not self.rewordings:
            head = "Every figure of this record follows from its inputs, but by another pack than the record names."
        lines = [head, *self.notes, *(str(difference) for difference in self.differences)]
        lines.extend(f"{path}: not checked" for path in self.unchecked)
        if not self.differences:  # where figures differ, so do the words that tell them
            lines.extend(f"Words: {difference}" for difference in self.rewordings[:MOST_WORDS_TOLD])
            if (more := len(self.rewordings) - MOST_WORDS_TOLD) > 0:
                lines.append(f"Words: {more} more are others now.")
        return visible("\n".join(lines))


def verify(
    record: str | bytes,
    path: str | Path | None = None,
    *,
    confidential: Mapping[str, Any] | None = None,
) -> Verification:
    """Compute a record again with the pack that it names, and tell whether every figure still follows.

    Args:
        record: the text of the record.
        path: a folder of packs that is searched first.
        confidential: the inputs that were withheld, by path: `{"members[0].condition": True}`.

    Raises:
        RecordError: the text is not a record, or what it names cannot be loaded any more.
    """
    content = read_record(record)
    added = _added(confidential)
    for place, value in added.items():
        if place not in content["withheld"]:
            raise RecordError(
                Problem(f"{place} was not withheld", "confidential", expected=_listed(content["withheld"]))
            )
        content["household"] = with_fact(content["household"], place, value)
    open_inputs = sorted(set(content["withheld"]) - set(added))
    notes: list[str] = []
    intact = content["digest"] == digest_of(as_recorded(record))
    if not intact:
        notes.append("The record was changed after it was written: its digest is not that of its content.")
    decision = _decide_again(content, path)
    pack_changed, library_changed = _changed(content, decision, path, notes)
    recorded = content["decision"]
    computed = {key: value for key, value in decision.to_dict().items() if key in recorded or key not in _LATER_FIELDS}
    dependence = _dependence(content, decision, open_inputs)
    differences: list[Difference] = []
    rewordings: list[Difference] = []
    found = compared(comparable(recorded, dependence), comparable(computed, dependence), "")
    order = _order_differences(recorded.get("missing"), decision) if open_inputs else ()
    for difference in [*_identity_differences(content, decision, pack_changed), *found, *order]:
        # Neither words nor grounds can be others while the rules and the library are the same.
        reworded = (pack_changed or library_changed) and difference.is_wording
        (rewordings if reworded else differences).append(difference)
    unchecked = dependence.unchecked()
    if open_inputs:
        notes.append(f"Withheld: {', '.join(open_inputs)}.")
    return Verification(
        _state(intact, bool(differences), bool(unchecked), bool(rewordings) or pack_changed),
        tuple(differences),
        unchecked,
        tuple(notes),
        tuple(rewordings),
        intact,
        pack_changed,
        library_changed,
    )


def _added(confidential: object) -> dict[str, Any]:
    """The inputs that are added to a record, by path."""
    if confidential is None:
        return {}
    if not isinstance(confidential, Mapping) or not all(isinstance(place, str) for place in confidential):
        raise RecordError(
            Problem("this is not an object", "confidential", expected="the inputs that were withheld, by path")
        )
    return dict(confidential)


def _dependence(content: Mapping[str, Any], decision: Decision, open_inputs: list[str]) -> Dependence:
    """What depends on the inputs that are still withheld; each is a confidential field of this household."""
    from aidrules.decision.dependence import Dependence, confidential_place

    places = {}
    for path in content["withheld"]:
        place = confidential_place(decision.pack.schema, content["household"], path)
        if place is None:
            expected = f"the path of a confidential fact of {decision.pack.id}"
            raise RecordError(Problem(f"nothing confidential is at {path}", "withheld", expected=expected))
        places[path] = place
        if path in open_inputs and is_there(content["household"], path):
            raise RecordError(Problem(f"{path} is both withheld and written out", "withheld"))
    return Dependence(decision.run.compiled, (places[path] for path in open_inputs))


def _identity_differences(content: Mapping[str, Any], decision: Decision, pack_changed: bool) -> Iterator[Difference]:
    """What the record says of the rules, where it contradicts itself or them."""
    named, told = content["pack"], content["decision"].get("pack")
    names = [json.loads(overlay["content"]).get("overlay") for overlay in content["overlays"]]
    computed = decision.to_dict(trace=False)["pack"]
    if not isinstance(told, dict):
        yield Difference("pack", told, computed)
        return
    expected = {**computed, "digest": named["digest"], "overlays": names}
    if pack_changed:
        expected |= {key: told.get(key) for key in ("title", "layers")}
    yield from compared(told, expected, "pack")
    yield from compared(named["layers"], told.get("layers"), "pack.layers")
    yield from compared([overlay["name"] for overlay in content["overlays"]], names, "overlays")
    for number, (overlay, name) in enumerate(zip(content["overlays"], names, strict=True)):
        if not is_called(overlay["id"], name):
            yield Difference(f"overlays[{number}].id", overlay["id"], name)
    _, secret = household_facts(decision.subject, decision.pack.schema)
    yield from compared(content["confidential"], sorted(secret | set(content["withheld"])), "confidential")
    engine = content["decision"].get("chain")
    if isinstance(engine, dict) and str(engine.get("engine")).partition(" ")[0] != content["chain"]:
        yield Difference("chain.engine", engine.get("engine"), content["chain"])


def _order_differences(missing: object, decision: Decision) -> Iterator[Difference]:
    """What is missing in an order that cannot be, by what the record itself says of it.

    Where something is withheld, which order it was cannot be computed again.
    """
    rules = decision.run.compiled.rules
    steps = {name for name, rule in rules.items() if rule.kind in CLASSES | {"gate", "deadline", "cadence"}}
    listed = missing if isinstance(missing, list) else []
    try:
        weights = [
            weight(item["settles"], item["bears_on"], lambda name: name.partition("[")[0] not in steps)
            for item in listed
        ]
    except (AttributeError, KeyError, TypeError):
        yield Difference("missing", missing, "inputs with what they settle and bear on")
        return
    if not can_stand_so(weights):
        sooner = sorted(zip(weights, listed, strict=True), key=lambda each: each[0])
        yield Difference("missing", [one["input"] for one in listed], [one["input"] for _, one in sooner])


def _state(
    intact: bool, differs: bool, incomplete: bool, reworded: bool
) -> Literal["verified", "reworded", "differs", "altered", "incomplete"]:
    if not intact:
        return "altered"
    if differs:
        return "differs"
    if incomplete:
        return "incomplete"
    return "reworded" if reworded else "verified"


def _decide_again(content: Mapping[str, Any], path: str | Path | None) -> Decision:
    from aidrules.decision.decide import decide
    from aidrules.language.loading import load

    try:
        named, _, _ = content["pack"], content["pack"]["digest"], content["library"]["version"]
        pack = load(named["id"], path=path)
        pack = pack.with_overlay(*(json.loads(overlay["content"]) for overlay in content["overlays"]))
        pack = pack.with_readings(content["readings"]).with_parameters(content["parameters"])
        household = pack.Subject.model_validate_json(canonical(content["household"]))
        on, law = date.fromisoformat(content["on"]), date.fromisoformat(content["law"])
        known = None if content["known"] is None else date.fromisoformat(content["known"])
        decision = decide(household, pack, on=on, law=law, known=known, chain=content["chain"])
    except AidrulesError as error:
        problems = [Problem("what the record names cannot be computed any more", "record"), *error.problems]
        raise RecordError(problems) from None
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise RecordError(
            Problem(f"a part of the record has another form than it should ({type(error).__name__})", "record")
        ) from None
    return decision


def _changed(
    content: Mapping[str, Any], decision: Decision, path: str | Path | None, notes: list[str]
) -> tuple[bool, bool]:
    """Whether the pack and the library are others than those that decided; and the notes that say so."""
    from aidrules import __version__

    named, pack, version = content["pack"], decision.pack, content["library"]["version"]
    if pack.digest != named["digest"]:
        notes.append(
            f"The record names another pack than the {pack.id} here: its digest is {named['digest']}, that of the pack "
            f"here is {pack.digest}. The pack has changed since, or the record is not what it decided."
        )
    if version != __version__:
        notes.append(f"Recorded by aidrules {version}, computed again by {__version__}.")
    notes.extend(_overlay_notes(content["overlays"], path))
    return pack.digest != named["digest"], version != __version__


def _overlay_notes(overlays: list[dict[str, Any]], path: str | Path | None) -> Iterator[str]:
    """Which overlays that can be found by their id say something else than the copies in the record."""
    from aidrules.language.overlays import read_overlay

    for overlay in overlays:
        name = overlay.get("id")
        if not isinstance(name, str):
            continue
        try:
            now = json.dumps(read_overlay(name, path).plain(), ensure_ascii=False)
        except AidrulesError:
            yield f"The overlay {name} cannot be read any more; the record's copy was used."
        else:
            if now != overlay["content"]:
                yield f"The overlay {name} says something else now; the record's copy was used."


def _listed(paths: list[str]) -> str:
    return ", ".join(paths) if paths else "nothing: no input was withheld"
