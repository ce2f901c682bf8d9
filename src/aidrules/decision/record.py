"""Records: a decision with all that it rests on, as canonical JSON with its own digest; and their verification."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aidrules.errors import AidrulesError, Problem, RecordError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from aidrules.decision.decision import Decision
    from aidrules.facts.household import Household
    from aidrules.facts.schema import Subject

FORMAT = "aidrules record 1"
GREATEST_TEXT = 50_000_000

_REQUIRED = ("chain", "decision", "digest", "format", "household", "law", "library", "on", "pack", "withheld")


def record_text(decision: Decision, *, confidential: bool = False) -> str:
    """The record of a decision as canonical JSON: sorted keys, no spaces, exact amounts as text.

    Args:
        decision: what to record.
        confidential: whether confidential inputs are written out. Otherwise they are left out and listed under
            `withheld`, and whoever verifies the record must add them.
    """
    from aidrules import __version__

    pack = decision.pack
    household, secret = _household(decision.household, pack.schema)
    withheld = [] if confidential else sorted(secret)
    for path in withheld:
        _take_out(household, path)
    content: dict[str, Any] = {
        "format": FORMAT,
        "library": {"name": "aidrules", "version": __version__},
        "pack": {"id": pack.id, "digest": decision.pack_digest, "layers": list(pack.layers)},
        "on": decision.on.isoformat(),
        "law": decision.law.isoformat(),
        "chain": decision.chain.engine.partition(" ")[0],
        # As text, since the order of keys counts in an overlay (the first case that holds), and here it does not.
        "overlays": [
            {"file": overlay.file, "content": json.dumps(overlay.node.plain(), ensure_ascii=False)}
            for overlay in pack.overlays
        ],
        "readings": dict(pack.readings_given),
        "parameters": pack.parameters_given,
        "household": household,
        "confidential": sorted(secret),
        "withheld": withheld,
        "decision": decision.to_dict(),
    }
    content["digest"] = digest_of(content)
    return canonical(content) + "\n"


def canonical(content: object) -> str:
    """JSON of which equal content has one form only."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(content: Mapping[str, Any]) -> str:
    """The digest of a record's content, its own digest left out."""
    rest = {key: value for key, value in content.items() if key != "digest"}
    return "sha256:" + sha256(canonical(rest).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that does not follow: where in the decision, what is recorded, what follows now."""

    path: str
    recorded: object
    computed: object

    def __str__(self) -> str:
        return f"{self.path}: recorded {_written(self.recorded)}, computed {_written(self.computed)}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of computing a record again.

    Attributes:
        state: `verified`: every figure follows; `differs`: some do not, or the record was changed; `incomplete`:
            confidential inputs were withheld, and what depends on them could not be computed again.
        differences: figures that do not follow.
        unchecked: figures that could not be computed again.
        notes: what else a reader should know: the pack has changed, another library version.
    """

    state: Literal["verified", "differs", "incomplete"]
    differences: tuple[Difference, ...] = ()
    unchecked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.state == "verified"

    def __str__(self) -> str:
        head = {
            "verified": "Every figure of this record follows from its inputs.",
            "differs": "This record does not verify.",
            "incomplete": "Confidential inputs were withheld; what depends on them could not be checked.",
        }[self.state]
        lines = [head, *self.notes, *(str(difference) for difference in self.differences)]
        lines.extend(f"{path}: not checked" for path in self.unchecked)
        return "\n".join(lines)


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
    for place, value in (confidential or {}).items():
        if place not in content["withheld"]:
            raise RecordError(
                Problem(f"{place} was not withheld", "confidential", expected=_listed(content["withheld"]))
            )
        _put_in(content["household"], place, value)
    open_inputs = sorted(set(content["withheld"]) - set(confidential or {}))
    notes: list[str] = []
    intact = content["digest"] == digest_of(_as_recorded(record))
    if not intact:
        notes.append("The record was changed after it was written: its digest is not that of its content.")
    decision = _decide_again(content, path, notes)
    recorded, computed = dict(content["decision"]), decision.to_dict()
    for document in (recorded, computed):
        document.pop("chain", None)
        document.pop("pack", None)
        if open_inputs:
            document.pop("missing", None)
            document.pop("trace", None)
    differences: list[Difference] = []
    unchecked: list[str] = []
    for difference in _differences(recorded, computed, ""):
        if open_inputs and difference.computed in (None, "undetermined", "pending"):
            unchecked.append(difference.path)
        else:
            differences.append(difference)
    if differences or not intact:
        return Verification("differs", tuple(differences), tuple(unchecked), tuple(notes))
    if open_inputs:
        notes.append(f"Withheld: {', '.join(open_inputs)}.")
        return Verification("incomplete" if unchecked else "verified", (), tuple(unchecked), tuple(notes))
    return Verification("verified", notes=tuple(notes))


def read_record(text: str | bytes) -> dict[str, Any]:
    """The content of a record.

    Raises:
        RecordError: it is not one.
    """
    content = _as_recorded(text)
    missing = [key for key in _REQUIRED if key not in content]
    if content.get("format") != FORMAT or missing:
        found = f"format {content.get('format')!r}" + (f", without {', '.join(missing)}" if missing else "")
        hint = "Give a file that `aidrules decide --record` or Decision.record() wrote."
        raise RecordError(Problem(found, "record", expected=f"format {FORMAT!r}", hint=hint))
    return content


def _as_recorded(text: str | bytes) -> dict[str, Any]:
    if len(text) > GREATEST_TEXT:
        raise RecordError(Problem(f"the text has {len(text)} bytes", "record", expected=f"at most {GREATEST_TEXT}"))
    try:
        content = json.loads(text, object_pairs_hook=_distinct, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise RecordError(Problem(f"this is not JSON as a record has it: {error}", "record")) from None
    if not isinstance(content, dict):
        raise RecordError(Problem("this is not a JSON object", "record", expected="an object with the record's fields"))
    return content


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text} is not exact; records hold decimals as text")


def _decide_again(content: Mapping[str, Any], path: str | Path | None, notes: list[str]) -> Decision:
    from aidrules import __version__
    from aidrules.decision.decide import decide
    from aidrules.language.pack import load

    named = content["pack"]
    try:
        pack = load(named["id"], path=path)
        pack = pack.with_overlay(*(json.loads(overlay["content"]) for overlay in content["overlays"]))
        pack = pack.with_readings(content["readings"]).with_parameters(content["parameters"])
        household = pack.Household.model_validate_json(canonical(content["household"]))
        on, law = date.fromisoformat(content["on"]), date.fromisoformat(content["law"])
        decision = decide(household, pack, on=on, law=law, chain=content["chain"])
    except AidrulesError as error:
        problems = [Problem("what the record names cannot be computed any more", "record"), *error.problems]
        raise RecordError(problems) from error
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise RecordError(
            Problem(f"a part of the record has another form than it should: {error}", "record")
        ) from error
    if pack.digest != named["digest"]:
        notes.append(f"The pack {pack.id} has changed since: it was {named['digest']}, it is {pack.digest}.")
    if content["library"]["version"] != __version__:
        notes.append(f"Recorded by aidrules {content['library']['version']}, computed again by {__version__}.")
    return decision


def _differences(recorded: object, computed: object, path: str) -> Iterator[Difference]:
    if isinstance(recorded, dict) and isinstance(computed, dict):
        for key in [*recorded, *(key for key in computed if key not in recorded)]:
            yield from _differences(recorded.get(key), computed.get(key), f"{path}.{key}" if path else key)
    elif isinstance(recorded, list) and isinstance(computed, list) and len(recorded) == len(computed):
        for place, (one, other) in enumerate(zip(recorded, computed, strict=True)):
            yield from _differences(one, other, f"{path}[{place}]")
    elif recorded != computed or type(recorded) is not type(computed):
        yield Difference(path, recorded, computed)


def _household(household: Household, schema: Subject) -> tuple[dict[str, Any], set[str]]:
    """The facts as JSON without what nobody gave, and the paths of the confidential ones among them."""
    secret: set[str] = set()
    return _facts(household, household.model_dump(mode="json"), schema, "", "", secret), secret


def _facts(
    model: BaseModel, dumped: Mapping[str, Any], subject: Subject, group: str, place: str, secret: set[str]
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value, plain = getattr(model, name), dumped[name]
        dotted, path = f"{group}{name}", f"{place}{name}"
        if value is None:
            if field.default is not None:
                kept[name] = None  # unknown, where leaving it out would mean something else
            continue
        if isinstance(value, tuple):
            below = subject.lists[dotted].subject
            kept[name] = [_facts(item, plain[n], below, "", f"{path}[{n}].", secret) for n, item in enumerate(value)]
        elif hasattr(value, "model_dump"):
            if dotted in (f"findings.{name}", name) and f"{dotted}" in subject.fields:
                kept[name] = plain
                if subject.fields[dotted].confidential:
                    secret.add(path)
            else:
                kept[name] = _facts(value, plain, subject, f"{dotted}.", f"{path}.", secret)
        else:
            kept[name] = plain
            if dotted in subject.fields and subject.fields[dotted].confidential:
                secret.add(path)
    return kept


def _steps(path: str) -> list[str | int]:
    return [
        int(part) if part.isdigit() else part for part in path.replace("]", "").replace("[", ".").split(".") if part
    ]


def _holder(household: Any, path: str) -> tuple[Any, str | int]:
    *way, last = _steps(path)
    for step in way:
        household = household.setdefault(step, {}) if isinstance(step, str) else household[step]
    return household, last


def _take_out(household: dict[str, Any], path: str) -> None:
    holder, last = _holder(household, path)
    del holder[last]


def _put_in(household: dict[str, Any], path: str, value: Any) -> None:
    holder, last = _holder(household, path)
    holder[last] = value


def _written(value: object) -> str:
    text = canonical(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _listed(paths: list[str]) -> str:
    return ", ".join(paths) if paths else "nothing: no input was withheld"
