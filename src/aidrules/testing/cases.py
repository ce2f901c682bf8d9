"""Cases beside the packs: a household, what it was given, and what the clause says must come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from aidrules.engine import Bounds, Result, Run
from aidrules.errors import AidrulesError, PackError, Place, Problem
from aidrules.language import search, tree
from aidrules.language.fields import near, one_of, read_date
from aidrules.language.pack import load
from aidrules.language.units import Quantity, decimal_text
from aidrules.language.yaml import CASE_BYTES, read_yaml

UNKNOWN = "unknown"
_NAME = re.compile(r"([\w.]+)((?:\[[^\]]+\])*)((?:\.\w+)*)\Z")
_FILE_KEYS = frozenset({"zh", "en", "source", "on", "parameters", "readings", "overlays", "default", "items", "cases"})
_CASE_KEYS = frozenset(
    {"name", "zh", "en", "cite", "on", "parameters", "readings", "overlays", "default", "given", "expect"}
)
_EXPECT_KEYS = frozenset(
    {"outcomes", "amounts", "values", "dates", "entitlements", "referrals", "gates", "missing", "not", "refused"}
)


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case.

    Attributes:
        given: the facts, as text, completed from the file's defaults.
        expect: what must come out, by section.
        place: where it stands.
        written: what `expect:` says, with its places.
    """

    name: str
    on: date
    parameters: dict[str, Any]
    readings: dict[str, str]
    overlays: tuple[str, ...]
    given: dict[str, Any]
    expect: dict[str, Any]
    place: Place
    written: tree.Mapping = field(repr=False, compare=False)


def find_cases(root: Path) -> Iterator[tuple[str, Path]]:
    """Every case file below a folder of packs, with the name of its pack."""
    for file in sorted(root.glob("**/cases/*.yaml")):
        yield file.parent.parent.relative_to(root).as_posix(), file


def read_cases(file: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        PackError: a key, outcome or value that a case does not have, or two cases of one name.
    """
    node = read_yaml(file, search.shown(file), max_bytes=CASE_BYTES)
    _known(node, _FILE_KEYS)
    shared = node.without(["cases"]).plain()
    listed = node.get("cases")
    if not isinstance(listed, tree.Sequence):
        raise PackError(Problem("a case file without cases:", node.place, expected="a list under cases:"))
    made: dict[str, Case] = {}
    for item in listed.items:
        case = _case(item, shared)
        if case.name in made:
            hint = f"The first stands in line {made[case.name].place.line}"
            raise PackError(Problem("two cases of this name", case.place, case.name, "a name of its own", hint))
        made[case.name] = case
    return list(made.values())


def _known(node: tree.Mapping, keys: frozenset[str], case: str | None = None) -> None:
    for key in [key for key in node.items if key not in keys]:
        found, place = f"unknown key {key!r}", node.key_place(key)
        raise PackError(Problem(found, place, case, one_of(sorted(keys)), near(key, keys)))


def _known_outcomes(expect: tree.Mapping, case: str) -> None:
    from aidrules.decision.forms import Status

    outcomes = expect.mapping("outcomes")
    for programme, node in outcomes.items.items() if outcomes is not None else ():
        text = node.value if isinstance(node, tree.Text) else tree.describe(node)
        if text not in get_args(Status):
            found = f"{programme}: there is no outcome {text!r}"
            raise PackError(Problem(found, node.place, case, one_of(get_args(Status)), near(text, get_args(Status))))


def _case(node: tree.Node, shared: dict[str, Any]) -> Case:
    if not isinstance(node, tree.Mapping):
        raise PackError(Problem(tree.describe(node), node.place, expected="a case with name:, given: and expect:"))
    _known(node, _CASE_KEYS, node.text("name"))
    own = node.plain()
    for key in ("name", "expect"):
        if key not in own:
            raise PackError(Problem(f"a case without {key}:", node.place))
    expect = node.mapping("expect")
    if expect is None:
        raise PackError(Problem("expect: is not a mapping", node.at(("expect",))))
    _known(expect, _EXPECT_KEYS, str(own["name"]))
    _known_outcomes(expect, str(own["name"]))
    on = own.get("on", shared.get("on"))
    if on is None:
        raise PackError(Problem("a case without on:", node.place, expected="the date of the facts"))
    given = _merged(_merged(shared.get("default", {}), own.get("default", {})), own.get("given", {}))
    for path, item in _as_mapping(shared.get("items", {})).items():
        _complete(given, path.split("."), item)
    given.setdefault("id", str(own["name"]))
    return Case(
        str(own["name"]),
        read_date(on),
        _without_unknown({**_as_mapping(shared.get("parameters", {})), **_as_mapping(own.get("parameters", {}))}),
        {**_as_mapping(shared.get("readings", {})), **_as_mapping(own.get("readings", {}))},
        tuple(own.get("overlays", shared.get("overlays", ()))),
        _without_unknown(given),
        _as_mapping(own["expect"]),
        node.place,
        expect,
    )


def _as_mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _merged(under: Any, over: Any) -> Any:
    """Mappings merged deeply, everything else replaced."""
    if not isinstance(under, Mapping) or not isinstance(over, Mapping):
        return over
    return {**under, **{key: _merged(under[key], item) if key in under else item for key, item in over.items()}}


def _complete(given: Any, path: list[str], item: Any) -> None:
    """Complete every item of the lists at a path."""
    head, *rest = path
    listed = given.get(head) if isinstance(given, dict) else None
    if not isinstance(listed, list):
        return
    for index, each in enumerate(listed):
        if rest:
            _complete(each, rest, item)
        else:
            listed[index] = _merged(item, each)


def _without_unknown(value: Any) -> Any:
    """Facts written `unknown` left out."""
    if isinstance(value, Mapping):
        return {key: _without_unknown(item) for key, item in value.items() if item != UNKNOWN}
    if isinstance(value, list):
        return [_without_unknown(item) for item in value]
    return value


def differences(case: Case, pack_name: str, *, path: Path | None = None) -> list[str]:
    """What a case expects and does not get, each with its file, line and case; nothing where it passes.

    Args:
        case: the case.
        pack_name: the pack that it stands beside.
        path: the folder of packs, where it is not the shipped one.
    """
    refused = case.expect.get("refused")
    try:
        pack = load(pack_name, path=path, overlays=case.overlays, parameters=case.parameters, readings=case.readings)
        compiled = pack.on(case.on)
        household = pack.Household.from_text(case.given)
    except AidrulesError as error:
        if refused is not None and str(refused) in str(error):
            return []
        return [f"{case.place}: {case.name}: refused: {error}"]
    if refused is not None:
        place = case.written.at(("refused",))
        return [f"{place}: {case.name}: {refused} was expected to be refused, and was not"]
    run = compiled.run(household, case.on)
    return [f"{place}: {case.name}: {name}: {found}" for place, name, found in _compared(case, run)]


_LISTED = {"entitlements": True, "referrals": True, "gates": True, "not": False}
"""The sections that list what must hold, and what must not."""


def _compared(case: Case, run: Run) -> Iterator[tuple[Place, str, str]]:
    """Where, of what, and how the result differs."""
    for place, section, name, expected in _expectations(case):
        try:
            if section == "outcomes":
                found = _outcome_difference(run, name, expected)
            elif section in _LISTED:
                found = _listed_difference(run, name, section)
            else:
                found = _value_difference(run, name, expected)
        except _WrongItemError as error:
            found = str(error)
        if found is not None:
            yield place, name, found


def _expectations(case: Case) -> Iterator[tuple[Place, str, str, str]]:
    """Place, section, name and expected text of everything that a case expects."""
    for section in ("values", "dates", "amounts", "outcomes"):
        written = case.written.mapping(section)
        for name, expected in _as_mapping(case.expect.get(section, {})).items():
            place = case.written.place if written is None else written.key_place(name)
            yield place, section, name, str(expected)
    for section in _LISTED:
        names = case.expect.get(section, ())
        for index, name in enumerate([names] if isinstance(names, str) else names):
            yield case.written.at((section, index)), section, name, ""


def _outcome_difference(run: Run, name: str, expected: str) -> str | None:
    head, item = _split(name)
    if head not in run.compiled.programmes:
        known = run.compiled.programmes
        raise _WrongItemError(f"there is no programme {head}; expected {one_of(known)}", near(head, known))
    outcome = f"{head}.outcome"
    found = _lookup(run, outcome, item)
    shown = "undetermined" if found is None else str(found)
    if shown == expected or (expected == "pending" and shown == "undetermined"):
        return None
    return f"expected {expected}, found {shown}{_missing(run, outcome, item)}"


def _listed_difference(run: Run, name: str, section: str) -> str | None:
    head, item = _split(name)
    found = _lookup(run, head, item)
    if found is _LISTED[section]:
        return None
    wanted = f"expected among the {section}" if _LISTED[section] else "expected not to hold"
    return f"{wanted}, found {_shown(found)}{_missing(run, head, item)}"


def _value_difference(run: Run, name: str, expected: str) -> str | None:
    head, item = _split(name)
    number = expected not in ("true", "false", UNKNOWN)
    for candidate in (head, f"{head}.amount", f"{head}.total"):
        if candidate in run.compiled.definitions:
            if number and f"{head}.amount" in run.compiled.definitions and candidate == head:
                continue
            found = _lookup(run, candidate, item)
            if _same(found, expected):
                return None
            return f"expected {expected}, found {_shown(found)}{_missing(run, candidate, item)}"
    raise _WrongItemError("nothing of that name comes out", near(head, _names(run)))


def _missing(run: Run, name: str, item: tuple[str, ...]) -> str:
    """The facts and values whose absence leaves a definition open, for the end of a sentence."""
    from aidrules.decision.names import Item
    from aidrules.decision.view import View

    found = _find(run, name, item)
    if found is None:
        return ""
    gaps = View(run.compiled, run).gaps_of(found[0], Item(run.compiled.definitions[found[0]].owner, found[1]))
    return f"; nobody gives {', '.join(gaps)}" if gaps else ""


def _names(run: Run) -> list[str]:
    return [name for name, definition in run.compiled.definitions.items() if not definition.hidden]


class _WrongItemError(ValueError):
    """A case names what the pack or the household does not have."""

    def __init__(self, found: str, hint: str | None = None) -> None:
        super().__init__(f"{found}. {hint}" if hint else found)


def _split(name: str) -> tuple[str, tuple[str, ...]]:
    match = _NAME.match(name)
    if match is None:
        return name, ()
    return match.group(1) + match.group(3), tuple(re.findall(r"\[([^\]]+)\]", match.group(2)))


def _lookup(run: Run, name: str, item: tuple[str, ...]) -> Result:
    found = _find(run, name, item)
    if found is not None:
        return run.value(found[0], *found[1])
    definition = run.compiled.definitions.get(name)
    if definition is None:
        raise _WrongItemError(f"nothing is called {name}", near(name, _names(run)))
    owner = definition.owner
    if len(owner) != len(item):
        raise _WrongItemError(f"{name} is said of {'/'.join(owner) or 'the household'}; name the item in brackets")
    ids = ["/".join(_ids(run, owner, position)) for position in run.items(owner)]
    raise _WrongItemError(f"there is no item {'/'.join(item)}; expected {one_of(ids) or 'none: the list is empty'}")


def _find(run: Run, name: str, item: tuple[str, ...]) -> tuple[str, tuple[int, ...]] | None:
    """The definition that a case means, and the place of the item; without an item, what is said of any or in total."""
    for wider in (name, f"{name}.total", f"{name}.any"):
        definition = run.compiled.definitions.get(wider)
        if definition is not None and len(definition.owner) == len(item):
            places = (place for place in run.items(definition.owner) if _ids(run, definition.owner, place) == item)
            place = next(places, None)
            return None if place is None else (wider, place)
    return None


def _ids(run: Run, owner: tuple[str, ...], place: tuple[int, ...]) -> tuple[str, ...]:
    depths = range(1, len(owner) + 1)
    return tuple(run.item_id(owner[:depth], place[:depth]).split("/")[-1] for depth in depths)


def _same(found: Result, expected: str) -> bool:
    if expected in ("true", "false"):
        return found is (expected == "true")
    if expected == UNKNOWN:
        return found is None or isinstance(found, Bounds)
    if isinstance(found, date):
        return found.isoformat() == expected
    if isinstance(found, Fraction):
        try:
            written = expected.partition(" ")[0]
            return found == (Fraction(written) if "/" in written else Quantity.parse(written).number)
        except ValueError:
            return False
    if isinstance(found, Bounds):
        low, _, high = expected.partition("..")
        return _same(found.low, low.strip()) and _same(found.high, high.strip())
    return found == expected


def _shown(found: Result) -> str:
    if isinstance(found, Fraction):
        return decimal_text(found)
    if isinstance(found, Bounds):
        return f"{decimal_text(found.low)}..{decimal_text(found.high)}"
    return UNKNOWN if found is None else str(found).lower() if isinstance(found, bool) else str(found)
