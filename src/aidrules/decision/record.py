"""Records: a decision with all that it rests on, as canonical JSON with its own digest; and their verification."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aidrules.errors import AidrulesError, Problem, RecordError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from aidrules.decision.decision import Decision
    from aidrules.decision.dependence import Dependence
    from aidrules.facts.household import Household
    from aidrules.facts.schema import Subject

FORMAT = "aidrules record 1"
GREATEST_TEXT = 50_000_000
MOST_WORDS_TOLD = 20

_DEEPEST = 60

_FORM: Mapping[str, type] = {
    "chain": str,
    "confidential": list,
    "decision": dict,
    "digest": str,
    "format": str,
    "household": dict,
    "law": str,
    "library": dict,
    "on": str,
    "overlays": list,
    "pack": dict,
    "parameters": dict,
    "readings": dict,
    "withheld": list,
}
_KINDS: Mapping[type, str] = {str: "a text", list: "a list", dict: "an object"}


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
    added = _added(confidential)
    for place, value in added.items():
        if place not in content["withheld"]:
            raise RecordError(
                Problem(f"{place} was not withheld", "confidential", expected=_listed(content["withheld"]))
            )
        content["household"] = _with(content["household"], place, value)
    open_inputs = sorted(set(content["withheld"]) - set(added))
    notes: list[str] = []
    intact = content["digest"] == digest_of(_as_recorded(record))
    if not intact:
        notes.append("The record was changed after it was written: its digest is not that of its content.")
    decision = _decide_again(content, path)
    pack_changed, library_changed = _changed(content, decision, path, notes)
    recorded, computed = content["decision"], decision.to_dict()
    dependence = _dependence(content, decision, open_inputs)
    differences: list[Difference] = []
    rewordings: list[Difference] = []
    found = _differences(_comparable(recorded, dependence), _comparable(computed, dependence), "")
    for difference in [*_identity_differences(content, decision, pack_changed), *found]:
        # Neither words nor grounds can be others while the rules and the library are the same.
        reworded = (pack_changed or library_changed) and difference.is_wording
        (rewordings if reworded else differences).append(difference)
    unchecked = dependence.unchecked()
    if open_inputs:
        notes.append(f"Withheld: {', '.join(open_inputs)}.")
    return Verification(
        _state(intact, bool(differences), bool(unchecked), bool(rewordings)),
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
        if path in open_inputs and _is_there(content["household"], path):
            raise RecordError(Problem(f"{path} is both withheld and written out", "withheld"))
    return Dependence(decision.run.compiled, (places[path] for path in open_inputs))


def _comparable(document: Mapping[str, Any], dependence: Dependence) -> dict[str, Any]:
    """What of a decision is compared: without what cannot be computed, in an order that says nothing."""
    found = dependence.rest(document)
    found.pop("pack", None)
    chain = found.get("chain")
    if isinstance(chain, dict):
        order = chain.get("order")
        engine = str(chain.get("engine")).partition(" ")[0]
        # Another version of durable-rules, or none, reaches the same conclusions in another order.
        found["chain"] = {
            **chain,
            "engine": engine if engine not in ("durable", "exact") else "either",
            "order": sorted(order, key=str) if isinstance(order, list) else order,
        }
    return _by_name(found)


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
    yield from _differences(told, expected, "pack")
    yield from _differences(named["layers"], told.get("layers"), "pack.layers")
    yield from _differences([overlay["name"] for overlay in content["overlays"]], names, "overlays")
    _, secret = _household(decision.household, decision.pack.schema)
    yield from _differences(content["confidential"], sorted(secret | set(content["withheld"])), "confidential")
    engine = content["decision"].get("chain")
    if isinstance(engine, dict) and str(engine.get("engine")).partition(" ")[0] != content["chain"]:
        yield Difference("chain.engine", engine.get("engine"), content["chain"])


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
    missing = sorted(key for key in _FORM if key not in content)
    if content.get("format") != FORMAT or missing:
        found = f"format {_written(content.get('format'))}" + (f", without {', '.join(missing)}" if missing else "")
        hint = "Give a file that `aidrules decide --record` or Decision.record() wrote."
        raise RecordError(Problem(found, "record", expected=f"format {FORMAT!r}", hint=hint))
    if problems := list(_form_problems(content)):
        raise RecordError(problems)
    return content


def _form_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Parts that have another form than they should."""
    for key, value in content.items():
        kind = _FORM.get(key)
        if kind is None:
            yield Problem(f"unknown key {_written(key)}", "record", expected=f"one of {', '.join(sorted(_FORM))}")
        elif not isinstance(value, kind):
            yield Problem("this has another form than it should", key, expected=_KINDS[kind])
    for key in ("withheld", "confidential"):
        paths = content[key]
        if isinstance(paths, list) and not (all(isinstance(path, str) for path in paths) and _are_distinct(paths)):
            yield Problem("this has another form than it should", key, expected="a list of paths, each once")
    if isinstance(library := content["library"], dict) and not (
        library.keys() == {"name", "version"} and library["name"] == "aidrules" and isinstance(library["version"], str)
    ):
        yield Problem("this has another form than it should", "library", expected="aidrules and its version")
    if isinstance(pack := content["pack"], dict) and not (
        pack.keys() == {"id", "digest", "layers"}
        and isinstance(pack["id"], str)
        and isinstance(pack["digest"], str)
        and isinstance(pack["layers"], list)
    ):
        yield Problem("this has another form than it should", "pack", expected="its id, digest and layers")
    if content["chain"] not in ("durable", "exact"):
        yield Problem("this has another form than it should", "chain", expected="durable or exact")
    if isinstance(content["overlays"], list):
        for number, overlay in enumerate(content["overlays"]):
            if not _is_overlay(overlay):
                expected = "a name, an id or null, and content: the JSON text of an object"
                yield Problem("this has another form than it should", f"overlays[{number}]", expected=expected)


def _are_distinct(paths: list[str]) -> bool:
    return len(set(paths)) == len(paths)


def _is_overlay(overlay: object) -> bool:
    """Whether this is an overlay by its content: a text alone would be taken for the name of a file."""
    if not isinstance(overlay, dict) or overlay.keys() != {"name", "id", "content"}:
        return False
    if not isinstance(overlay["content"], str) or not isinstance(overlay["id"], str | None):
        return False
    try:
        return isinstance(json.loads(overlay["content"], object_pairs_hook=_distinct), dict)
    except (ValueError, RecursionError):
        return False


def _as_recorded(text: str | bytes) -> dict[str, Any]:
    if not isinstance(text, str | bytes):
        raise RecordError(Problem(f"found a {type(text).__name__}", "record", expected="the text of a record"))
    if len(text) > GREATEST_TEXT:
        raise RecordError(Problem(f"the text has {len(text)} bytes", "record", expected=f"at most {GREATEST_TEXT}"))
    try:
        content = json.loads(text, object_pairs_hook=_distinct, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise RecordError(Problem(f"this is not JSON as a record has it: {error}", "record")) from None
    if not isinstance(content, dict):
        raise RecordError(Problem("this is not a JSON object", "record", expected="an object with the record's fields"))
    if _is_deeper(content, _DEEPEST):
        raise RecordError(Problem("this is nested too deeply", "record", expected=f"at most {_DEEPEST} levels"))
    return content


def _is_deeper(content: object, most: int) -> bool:
    level: list[object] = [content]
    for _ in range(most):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


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


_ABSENT = "(absent)"


class _Items(dict[str, Any]):
    """A list of which each item has a name."""


def _differences(recorded: object, computed: object, path: str) -> Iterator[Difference]:
    if isinstance(recorded, dict) and isinstance(computed, dict):
        for key in [*recorded, *(key for key in computed if key not in recorded)]:
            step = f"[{key}]" if isinstance(recorded, _Items) else f".{key}" if path else key
            one, other = recorded.get(key, _ABSENT), computed.get(key, _ABSENT)
            yield from _differences(one, other, f"{path}{step}")
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
            if subject.lists[dotted].confidential:
                secret.add(path)
                kept[name] = plain
                continue
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


def _with(household: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The household with a fact put in."""
    copy = deepcopy(household)
    try:
        holder, last = _holder(copy, path)
        if not isinstance(holder, dict):
            raise TypeError
        holder[last] = value
    except (LookupError, TypeError, AttributeError, ValueError):
        found = f"there is no place {path} in the household"
        raise RecordError(Problem(found, "withheld", expected="the path of a fact")) from None
    return copy


def _is_there(household: dict[str, Any], path: str) -> bool:
    holder: Any = household
    for step in _steps(path):
        try:
            holder = holder[step]
        except (LookupError, TypeError):
            return False
    return True


def _written(value: object) -> str:
    text = canonical(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _listed(paths: list[str]) -> str:
    return ", ".join(paths) if paths else "nothing: no input was withheld"
