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
MOST_WORDS_TOLD = 20

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
            # Not its file: where it lay on a machine is no part of what was decided.
            {"name": overlay.name, "id": overlay.id, "content": json.dumps(overlay.node.plain(), ensure_ascii=False)}
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
    """Something that does not follow: where in the decision, what is recorded, what follows now."""

    path: str
    recorded: object
    computed: object

    def __str__(self) -> str:
        return f"{self.path}: recorded {_written(self.recorded)}, computed {_written(self.computed)}"

    @property
    def is_wording(self) -> bool:
        """Whether only words or grounds differ: a label, a formula, a clause, not a figure, a status or a date."""
        section, last = self.path.partition(".")[0], self.path.rpartition(".")[2].partition("[")[0]
        if last in _WORDS:
            return True
        return section == "readings" or (section == "trace" and last not in _FIGURES_OF_TRACE)


_WORDS = frozenset({"zh", "en", "label", "option_label", "title", "formula", "with_values", "statement"})
_FIGURES_OF_TRACE = frozenset({"state", "result", "value", "formula_gives"})


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of computing a record again; true if it verifies.

    Attributes:
        state: `verified`: everything follows; `reworded`: every figure, status and date follows, and words differ;
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
        lines = [head, *self.notes, *(str(difference) for difference in self.differences)]
        lines.extend(f"{path}: not checked" for path in self.unchecked)
        if not self.differences:  # where figures differ, so do the words that tell them
            lines.extend(f"Words: {difference}" for difference in self.rewordings[:MOST_WORDS_TOLD])
            if (more := len(self.rewordings) - MOST_WORDS_TOLD) > 0:
                lines.append(f"Words: {more} more are others now.")
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
    decision = _decide_again(content, path)
    pack_changed, library_changed = _changed(content, decision, path, notes)
    recorded, computed = dict(content["decision"]), decision.to_dict()
    for document in (recorded, computed):
        document.pop("chain", None)
        document.pop("pack", None)
        if open_inputs:
            document.pop("missing", None)
            document.pop("trace", None)
    differences: list[Difference] = []
    rewordings: list[Difference] = []
    unchecked: list[str] = []
    for difference in _differences(_by_name(recorded), _by_name(computed), ""):
        if difference.is_wording:
            rewordings.append(difference)
        elif open_inputs and difference.computed in (None, "undetermined", "pending"):
            unchecked.append(difference.path)
        else:
            differences.append(difference)
    if open_inputs:
        notes.append(f"Withheld: {', '.join(open_inputs)}.")
    return Verification(
        _state(intact, bool(differences), bool(unchecked), bool(rewordings)),
        tuple(differences),
        tuple(unchecked),
        tuple(notes),
        tuple(rewordings),
        intact,
        pack_changed,
        library_changed,
    )


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


def _decide_again(content: Mapping[str, Any], path: str | Path | None) -> Decision:
    from aidrules.decision.decide import decide
    from aidrules.language.pack import load

    try:
        named, _, _ = content["pack"], content["pack"]["digest"], content["library"]["version"]
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
    return decision


def _changed(
    content: Mapping[str, Any], decision: Decision, path: str | Path | None, notes: list[str]
) -> tuple[bool, bool]:
    """Whether the pack and the library are others than those that decided; and the notes that say so."""
    from aidrules import __version__

    named, pack, version = content["pack"], decision.pack, content["library"]["version"]
    if pack.digest != named["digest"]:
        notes.append(f"The pack {pack.id} has changed since: it was {named['digest']}, it is {pack.digest}.")
    if version != __version__:
        notes.append(f"Recorded by aidrules {version}, computed again by {__version__}.")
    notes.extend(_overlay_notes(content["overlays"], path))
    return pack.digest != named["digest"], version != __version__


def _overlay_notes(overlays: list[dict[str, Any]], path: str | Path | None) -> Iterator[str]:
    """Which overlays that can be found by their id say something else than the copies in the record."""
    from aidrules.language.pack import read_overlay

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


def _by_name(document: dict[str, Any]) -> dict[str, Any]:
    """The document with its trace by the names of rules, values and parts: one that is added moves no other."""
    trace = document.get("trace")
    return {**document, "trace": _named_items(trace)} if isinstance(trace, dict) else document


def _named_items(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _named_items(inner) for key, inner in value.items()}
    if not isinstance(value, list):
        return value
    items = [_named_items(item) for item in value]
    for key in ("rule", "name", "id", "about"):
        names = [item[key] for item in items if isinstance(item, dict) and key in item]
        if items and len(names) == len(items) and len({str(name) for name in names}) == len(items):
            return _Items({str(name): item for name, item in zip(names, items, strict=True)})
    return items


class _Items(dict[str, Any]):
    """A list of which each item has a name."""


def _differences(recorded: object, computed: object, path: str) -> Iterator[Difference]:
    if isinstance(recorded, dict) and isinstance(computed, dict):
        for key in [*recorded, *(key for key in computed if key not in recorded)]:
            step = f"[{key}]" if isinstance(recorded, _Items) else f".{key}" if path else key
            yield from _differences(recorded.get(key), computed.get(key), f"{path}{step}")
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
