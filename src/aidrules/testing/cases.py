"""Cases beside the packs: a household, what it was given, and what the clause says must come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from aidrules.engine import Bounds, Result, Run
from aidrules.errors import AidrulesError, PackError, Place, Problem
from aidrules.language import search, tree
from aidrules.language.fields import read_date
from aidrules.language.pack import Pack, load
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
    """

    name: str
    on: date
    parameters: dict[str, Any]
    readings: dict[str, str]
    overlays: tuple[str, ...]
    given: dict[str, Any]
    expect: dict[str, Any]
    place: Place


def find_cases(root: Path) -> Iterator[tuple[str, Path]]:
    """Every case file below a folder of packs, with the name of its pack."""
    for file in sorted(root.glob("**/cases/*.yaml")):
        yield file.parent.parent.relative_to(root).as_posix(), file


def read_cases(file: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        PackError: a key or value that a case does not have.
    """
    node = read_yaml(file, search.shown(file), max_bytes=CASE_BYTES)
    _known(node, _FILE_KEYS)
    shared = node.without(["cases"]).plain()
    listed = node.get("cases")
    if not isinstance(listed, tree.Sequence):
        raise PackError(Problem("a case file without cases:", node.place, expected="a list under cases:"))
    return [_case(item, shared) for item in listed.items]


def _known(node: tree.Mapping, keys: frozenset[str]) -> None:
    for key in node.items.keys() - keys:
        raise PackError(Problem(f"unknown key {key!r}", node.key_place(key), expected=", ".join(sorted(keys))))


def _case(node: tree.Node, shared: dict[str, Any]) -> Case:
    if not isinstance(node, tree.Mapping):
        raise PackError(Problem(tree.describe(node), node.place, expected="a case with name:, given: and expect:"))
    _known(node, _CASE_KEYS)
    own = node.plain()
    for key in ("name", "expect"):
        if key not in own:
            raise PackError(Problem(f"a case without {key}:", node.place))
    expect = node.mapping("expect")
    if expect is None:
        raise PackError(Problem("expect: is not a mapping", node.at(("expect",))))
    _known(expect, _EXPECT_KEYS)
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
    """What a case expects and does not get; nothing where it passes.

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
        return [f"refused: {error}"]
    if refused is not None:
        return [f"{refused} was expected to be refused, and was not"]
    run = compiled.run(household, case.on)
    return list(_compared(case, pack, run))


def _compared(case: Case, pack: Pack, run: Run) -> Iterator[str]:
    for section in ("values", "dates", "amounts"):
        for name, expected in _as_mapping(case.expect.get(section, {})).items():
            yield from _value_difference(run, name, expected)
    for name, expected in _as_mapping(case.expect.get("outcomes", {})).items():
        head, item = _split(name)
        found = _lookup(run, f"{head}.outcome", item)
        shown = "undetermined" if found is None else str(found)
        if shown != expected and not (expected == "pending" and shown == "undetermined"):
            yield f"{name}: expected {expected}, found {shown}"
    for section in ("entitlements", "referrals", "gates"):
        for name in case.expect.get(section, ()):
            head, item = _split(name)
            if _lookup(run, head, item) is not True:
                yield f"{name}: expected among the {section}, found {_shown(_lookup(run, head, item))}"
    for name in case.expect.get("not", ()):
        head, item = _split(name)
        if _lookup(run, head, item) is not False:
            yield f"{name}: expected not to hold, found {_shown(_lookup(run, head, item))}"
    del pack


def _value_difference(run: Run, name: str, expected: str) -> Iterator[str]:
    head, item = _split(name)
    number = expected not in ("true", "false", UNKNOWN)
    for candidate in (head, f"{head}.amount", f"{head}.total"):
        if candidate in run.compiled.definitions:
            if number and f"{head}.amount" in run.compiled.definitions and candidate == head:
                continue
            try:
                found = _lookup(run, candidate, item)
            except _WrongItemError as error:
                yield f"{name}: {error}"
                return
            if not _same(found, expected):
                yield f"{name}: expected {expected}, found {_shown(found)}"
            return
    yield f"{name}: nothing of that name comes out"


class _WrongItemError(ValueError):
    """A case names an item that the definition does not have."""


def _split(name: str) -> tuple[str, tuple[str, ...]]:
    match = _NAME.match(name)
    if match is None:
        return name, ()
    return match.group(1) + match.group(3), tuple(re.findall(r"\[([^\]]+)\]", match.group(2)))


def _lookup(run: Run, name: str, item: tuple[str, ...]) -> Result:
    if name not in run.compiled.definitions:
        raise _WrongItemError(f"nothing is called {name}")
    owner = run.compiled.definitions[name].owner
    if len(owner) != len(item):
        for wider in (f"{name}.total", f"{name}.any"):
            if wider in run.compiled.definitions and len(run.compiled.definitions[wider].owner) == len(item):
                return _lookup(run, wider, item)
        raise _WrongItemError(f"{name} is said of {'/'.join(owner) or 'the household'}; name the item in brackets")
    for position in run.items(owner):
        if _is_item(run, owner, position, item):
            return run.value(name, *position)
    raise _WrongItemError(f"there is no item {'/'.join(item)}")


def _is_item(run: Run, owner: tuple[str, ...], position: tuple[int, ...], item: tuple[str, ...]) -> bool:
    return all(
        run.item_id(owner[: depth + 1], position[: depth + 1]).split("/")[-1] == name
        for depth, name in enumerate(item)
    )


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
