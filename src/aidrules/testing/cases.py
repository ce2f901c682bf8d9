"""Cases beside the packs: a household, what it was given, and what the clause says must come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from aidrules.errors import PackError, Place, Problem
from aidrules.language import search, tree
from aidrules.language.fields import RefusedError, near, one_of, read_date
from aidrules.language.loading import load
from aidrules.language.pack import Pack
from aidrules.language.yaml import CASE_BYTES, read_yaml
from aidrules.testing.assumed import Assumed, assumed
from aidrules.testing.counted import MOST_VALUES, values_of

UNKNOWN, NONE = "unknown", "none"
_LONGEST = 1000
_FILE_KEYS = frozenset(
    {
        "zh",
        "en",
        "source",
        "on",
        "parameters",
        "readings",
        "overlays",
        "default",
        "items",
        "unreached",
        "unnoticed",
        "cases",
    }
)
_CASE_KEYS = frozenset(
    {"name", "zh", "en", "cite", "on", "parameters", "readings", "overlays", "default", "given", "expect"}
)
BY_NAME = ("outcomes", "amounts", "values", "dates")
"""The sections that say what something comes to."""
LISTED = ("entitlements", "referrals", "gates", "not", "reasons", "missing")
"""The sections that list names."""
PAYMENTS = "payments"
TERMS = ("amount", "payee", "every", "as", "from", "until")
"""What a case can say of a payment, in the order in which it is told."""
_EXPECT_KEYS = frozenset({*BY_NAME, *LISTED, PAYMENTS, "refused"})


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that a case expects.

    Attributes:
        section: the key of `expect:` under which it stands.
        name: what it is said of, as written.
        value: what that comes to; empty in a section that only lists names.
        term: which term of a payment; empty for whether there is one, and in other sections.
    """

    section: str
    name: str
    value: str
    place: Place
    term: str = ""

    @property
    def said(self) -> str:
        """What it is said of, as errors name it."""
        return f"{self.name} {self.term}" if self.term else self.name


@dataclass(frozen=True)
class Case:
    """One worked case.

    Attributes:
        given: the facts, as text, completed from the file's defaults.
        assumed: what of these the case does not give itself.
        expect: what must come out, by section.
        place: where it stands.
        written: what `expect:` says, with its places.
        facts: where the facts are written: in the case, its default and that of its file, the nearest first.
        items: what the file says of all items of some lists.
        choices: where parameters, readings and overlays are chosen: in the case, and for the whole file.
    """

    name: str
    on: date
    parameters: dict[str, Any]
    readings: dict[str, str]
    overlays: tuple[str, ...]
    given: dict[str, Any]
    assumed: tuple[Assumed, ...]
    expect: dict[str, Any]
    place: Place
    written: tree.Mapping
    facts: tuple[tree.Mapping, ...] = ()
    items: tree.Mapping | None = None
    choices: tuple[tree.Mapping, ...] = ()

    @cached_property
    def expectations(self) -> tuple[Expectation, ...]:
        """Everything that it expects, one by one; a refusal apart."""
        found = []
        for section in BY_NAME:
            written = self.written.mapping(section)
            for name, node in written.items.items() if written else ():
                assert written and isinstance(node, tree.Text)
                found.append(Expectation(section, name, node.value, written.key_place(name)))
        for section in LISTED:
            for node in _texts(self.written.get(section)):
                assert isinstance(node, tree.Text)
                found.append(Expectation(section, node.value, "", node.place))
        paid = self.written.mapping(PAYMENTS)
        for name, node in paid.items.items() if paid else ():
            assert paid
            terms = node.items if isinstance(node, tree.Mapping) else {"": node}
            for term, item in terms.items():
                assert isinstance(item, tree.Text)
                place = node.key_place(term) if isinstance(node, tree.Mapping) else paid.key_place(name)
                found.append(Expectation(PAYMENTS, name, item.value, place, term))
        return tuple(found)

    @property
    def refused(self) -> str | None:
        """What the refusal that it expects must say."""
        return self.written.text("refused")

    def pack(self, name: str, path: Path | None = None) -> Pack:
        """The pack of that name with what the case chooses in it.

        Args:
            name: the pack that the case stands beside.
            path: the folder of packs, where it is not one that is searched anyway.
        """
        return self.laid_over(load(name, path=path))

    def laid_over(self, pack: Pack) -> Pack:
        """A pack with the overlays, readings and values that the case chooses."""
        if self.overlays:
            pack = pack.with_overlay(*self.overlays)
        if self.readings:
            pack = pack.with_readings(self.readings)
        return pack.with_parameters(self.parameters) if self.parameters else pack


def find_cases(root: Path) -> Iterator[tuple[str, Path]]:
    """Every case file below a folder of packs, with the name of its pack."""
    for file in sorted(root.glob("**/cases/*.yaml")):
        yield file.parent.parent.relative_to(root).as_posix(), file


def read_cases(file: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        PackError: a key or value that a case does not have, or two cases of one name.
    """
    node = _read(file)
    listed = node.get("cases")
    if listed is None and node.items.keys() & {"unreached", "unnoticed"}:
        return []
    if not isinstance(listed, tree.Sequence):
        raise PackError(Problem("a case file without cases:", node.place, expected="a list under cases:"))
    made: dict[str, Case] = {}
    problems: list[Problem] = []
    room = MOST_VALUES
    common = node.without(["cases"]).plain()
    for item in listed.items:
        room -= values_of(item, common, room)
        if room < 0:
            found = f"its facts, with default: and items:, come to more than {MOST_VALUES:,} values so far"
            problems.append(
                Problem(found, item.place, expected="fewer cases in a file, or fewer facts for all of them")
            )
            break
        try:
            case = _case(item, node, common)
        except PackError as error:
            problems.extend(error.problems)
            continue
        first = made.setdefault(case.name, case)
        if first is not case:
            hint = f"The first stands in line {first.place.line}"
            problems.append(Problem("two cases of this name", case.place, case.name, "a name of its own", hint))
    if problems:
        raise PackError(list(dict.fromkeys(problems)))
    return list(made.values())


def read_excuses(file: Path) -> dict[str, tuple[str, Place]]:
    """What the file says that no case needs to reach, each with the reason and its place."""
    written = _read(file).get("unreached")
    found = {}
    for name, node in written.items.items() if isinstance(written, tree.Mapping) else ():
        assert isinstance(written, tree.Mapping)
        if not isinstance(node, tree.Text) or not node.value.strip():
            raise PackError(Problem(f"unreached: {name}: no reason", node.place, expected="a sentence that says why"))
        found[name] = node.value.strip(), written.key_place(name)
    return found


def read_unnoticed(file: Path) -> dict[str, tuple[str, Place]]:
    """The mutants that the file says no case needs to notice, by name, each with the reason and its place."""
    listed = _read(file).get("unnoticed")
    found: dict[str, tuple[str, Place]] = {}
    for node in listed.items if isinstance(listed, tree.Sequence) else ():
        because = node.text("because") if isinstance(node, tree.Mapping) else None
        mutants = node.get("mutants") if isinstance(node, tree.Mapping) else None
        if not because or mutants is None or not isinstance(node, tree.Mapping) or len(node.items) > 2:
            raise PackError(Problem("unnoticed: not as it should be", node.place, expected="because: and mutants:"))
        for item in _texts(mutants):
            if not isinstance(item, tree.Text):
                found_here = f"unnoticed: {tree.describe(item)}"
                raise PackError(Problem(found_here, item.place, expected="a name", hint="Put it in quotes"))
            if item.value in found:
                raise PackError(Problem(f"unnoticed: {item.value} is given twice", item.place))
            found[item.value] = because, item.place
    return found


def _read(file: Path) -> tree.Mapping:
    node = read_yaml(file, search.shown(file), max_bytes=CASE_BYTES)
    _known(node, _FILE_KEYS)
    return node


def _texts(node: tree.Node | None) -> tuple[tree.Node, ...]:
    """What a mapping or list holds; a text is the only one."""
    if isinstance(node, tree.Mapping):
        return tuple(node.items.values())
    return node.items if isinstance(node, tree.Sequence) else (node,) if node is not None else ()


_SHAPES = {
    **dict.fromkeys(("on", "name", "zh", "en", "source", "refused"), ((tree.Text,), "a text")),
    **dict.fromkeys(("parameters", "default", "items", "given", "expect", "unreached"), ((tree.Mapping,), "a mapping")),
    **dict.fromkeys((*BY_NAME, "readings"), ((tree.Mapping,), "texts by name")),
    PAYMENTS: ((tree.Mapping,), "the terms of payments by rule"),
    **dict.fromkeys(TERMS, ((tree.Text,), "a text")),
    **dict.fromkeys((*LISTED, "overlays"), ((tree.Sequence, tree.Text), "a list of names")),
    "unnoticed": ((tree.Sequence,), "a list of because: and mutants:"),
}
_OF_TEXTS = frozenset({*BY_NAME, *LISTED, "readings", "overlays"})


def _known(node: tree.Mapping, keys: frozenset[str], case: str | None = None) -> None:
    """Fail if there is another key, or one that holds something else than it can."""
    problems = []
    for key, value in node.items.items():
        kinds, shape = _SHAPES.get(key, ((tree.Text, tree.Mapping, tree.Sequence), ""))
        if key not in keys:
            hint = near(key, keys)
            problems.append(Problem(f"unknown key {key!r}", node.key_place(key), case, one_of(sorted(keys)), hint))
        elif not isinstance(value, kinds) or (
            key in _OF_TEXTS and not all(isinstance(item, tree.Text) for item in _texts(value))
        ):
            problems.append(Problem(f"{key}: {tree.describe(value)}", value.place, case, shape))
    if problems:
        raise PackError(problems)


def _case(node: tree.Node, shared: tree.Mapping, common: dict[str, Any]) -> Case:
    if not isinstance(node, tree.Mapping):
        raise PackError(Problem(tree.describe(node), node.place, expected="a case with name:, given: and expect:"))
    name = node.text("name")
    _known(node, _CASE_KEYS, name)
    if not name or len(name) > _LONGEST:
        found = f"a name of {len(name):,} characters" if name else "a case without name:"
        raise PackError(Problem(found, node.place, expected=f"1 to {_LONGEST:,} characters"))
    own = node.plain()
    written = node.mapping("given")
    default = _merged(common.get("default", {}), own.get("default", {}))
    given = {**_merged(default, written.plain() if written else {})}
    for path, item in _as_mapping(common.get("items")).items():
        _complete(given, path.split("."), item)
    facts = _without_unknown(given)
    overlays = _texts(node.get("overlays") or shared.get("overlays"))
    return Case(
        name,
        _on(node, shared, name),
        _without_unknown({**_as_mapping(common.get("parameters")), **_as_mapping(own.get("parameters"))}),
        {**_as_mapping(common.get("readings")), **_as_mapping(own.get("readings"))},
        tuple(item.value for item in overlays if isinstance(item, tree.Text)),
        {"id": name, **facts},
        assumed(written.plain() if written else {}, facts),
        _as_mapping(own.get("expect")),
        node.place,
        _expect(node, name),
        tuple(each for each in (written, node.mapping("default"), shared.mapping("default")) if each),
        shared.mapping("items"),
        (node, shared),
    )


def _on(node: tree.Mapping, shared: tree.Mapping, name: str) -> date:
    written, own = node.get("on") or shared.get("on"), "on" in node.items
    if not isinstance(written, tree.Text):
        raise PackError(Problem("a case without on:", node.place, name, "the date of the facts"))
    try:
        return read_date(written.value)
    except RefusedError as error:
        raise PackError(
            Problem(f"on: {error.found}", written.place, name if own else None, error.expected, error.hint)
        ) from None


def _expect(case: tree.Mapping, name: str) -> tree.Mapping:
    """What a case expects: something, or that it is refused."""
    expect = case.mapping("expect")
    if expect is None:
        raise PackError(Problem("a case without expect:", case.place, name))
    check_expected(expect, name)
    if "refused" in expect.items and len(expect.items) > 1:
        found = "refused: beside results, and what is refused has none"
        raise PackError(Problem(found, expect.key_place("refused"), name, hint="Make it two cases"))
    return expect


def check_expected(expect: tree.Mapping, name: str) -> None:
    """Fail if what is expected is nothing, too long, or not written as its section is.

    Raises:
        PackError: with the place.
    """
    _known(expect, _EXPECT_KEYS, name)
    _check_payments(expect, name)
    for _, node in tree.walk(expect):
        if isinstance(node, tree.Text) and len(node.value) > _LONGEST:
            raise PackError(Problem(f"{len(node.value):,} characters", node.place, name, f"at most {_LONGEST:,}"))
    if not any(_texts(node) for node in expect.items.values()):
        raise PackError(Problem("expect: says nothing that must come out", expect.place, name, "at least one result"))


def _check_payments(expect: tree.Mapping, name: str) -> None:
    """Fail if what is expected of a payment is neither none nor its terms."""
    paid = expect.mapping(PAYMENTS)
    for rule, terms in paid.items.items() if paid else ():
        if isinstance(terms, tree.Mapping) and terms.items:
            _known(terms, frozenset(TERMS), name)
        elif not isinstance(terms, tree.Text) or terms.value != NONE:
            expected = f"none, or a mapping with {', '.join(TERMS)}"
            raise PackError(Problem(f"payments: {rule}: {tree.describe(terms)}", terms.place, name, expected))


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
    listed = given[head] = list(listed)  # what all cases share stays as it is
    for index, each in enumerate(listed):
        if rest:
            listed[index] = each = dict(each) if isinstance(each, dict) else each
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
