"""Statements: what each file of a pack says about each id, declarations and changes apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aidrules.errors import PackError, Place, Problem
from aidrules.language import tree
from aidrules.language.fields import is_identifier, near, one_of
from aidrules.language.models import ALWAYS, FileHeader, InForce, OverlayHeader

SECTIONS = ("inputs", "findings", "parameters", "readings", "definitions", "programmes", "terms", "notices")
_PARTS = ("definitions", "rules")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement comes from.

    Attributes:
        pack: the pack, or the overlay's name.
        file: the file.
        source: the document that the file is about.
        overlay: whether it is an overlay.
    """

    pack: str
    file: str
    source: str | None = None
    overlay: bool = False

    @property
    def name(self) -> str:
        """The name of the pack or overlay alone."""
        return self.pack.removeprefix("overlay ") if self.overlay else self.pack


@dataclass(frozen=True, slots=True)
class Statement:
    """What one file says about one id: its declaration, or a change to it."""

    key: Key
    fields: tree.Mapping
    origin: Origin
    in_force: InForce
    override: bool
    place: Place

    @property
    def section(self) -> str:
        """The section that says what kind of thing it is."""
        return self.key[2] if len(self.key) == 4 else self.key[0]


@dataclass(frozen=True, slots=True)
class File:
    """One file of a pack or one overlay, with all cites written out.

    Attributes:
        excuses: why what lint finds in it is meant, by code and name.
    """

    header: FileHeader | OverlayHeader
    origin: Origin
    body: tree.Mapping
    excuses: tree.Mapping | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """All files of one pack, or one overlay."""

    name: str
    files: tuple[File, ...]


def name_of(key: Key) -> str:
    """The id that stands for a key: `dibao.means_test`, `member.rent`, `dibao_standard`."""
    return f"{key[1]}.{key[3]}" if len(key) == 4 else ".".join(key[1:])


def statements(file: File) -> Iterator[Statement]:
    """Everything that a file says, declarations first.

    Raises:
        PackError: a section, id or item that has not the form it should have.
    """
    in_force = file.header.in_force if isinstance(file.header, FileHeader) else ALWAYS
    found: list[Statement] = []
    problems: list[Problem] = []

    def state(override: bool) -> State:
        def made(key: Key, node: tree.Mapping, place: Place) -> None:
            found.append(Statement(key, node, file.origin, in_force, override, place))

        return made

    overlay = isinstance(file.header, OverlayHeader)
    sections = file.body.only(SECTIONS)
    if not overlay:
        _sections(sections, state(False), problems, group=True)
    overrides = file.body.get("overrides")
    if overlay:
        _overlay(sections, state(True), problems)
    if isinstance(overrides, tree.Mapping):
        for key in overrides.items.keys() - set(SECTIONS):
            place = overrides.key_place(key)
            problems.append(
                Problem(f"unknown section {key!r}", place, "overrides", one_of(SECTIONS), near(key, SECTIONS))
            )
        _sections(overrides.only(SECTIONS), state(True), problems, group=False, text=True)
    elif overrides is not None:
        problems.append(Problem(f"overrides: {tree.describe(overrides)}", overrides.place, None, "a mapping"))
    if problems:
        raise PackError(tree.in_reading_order(problems))
    yield from found


_VALUES = "Write what holds from when under values: {values: [{from: 2025-01-01, is: 500}]}"

State = Callable[[Key, tree.Mapping, Place], None]


def _overlay(body: tree.Mapping, state: State, problems: list[Problem]) -> None:
    """The parameters and readings that an overlay fills in."""
    allowed = ("parameters", "readings")
    for key in body.items.keys() - set(allowed):
        hint = f"Change {key} under overrides:"
        problems.append(Problem(f"{key}: in an overlay", body.key_place(key), None, one_of(allowed), hint))
    for name, node, place in _entries(body, "parameters", problems):
        for key in node.items.keys() - {"values"}:
            hint = _VALUES if key in ("is", "from") else "Change anything else of a parameter under overrides:"
            problems.append(Problem(f"the key {key!r}", node.key_place(key), name, "values", hint))
        state(("parameters", name), node, place)
    for name, node, place in _entries(body, "readings", problems, text=True, dotted=True):
        state(("readings", name), node, place)


def _sections(body: tree.Mapping, state: State, problems: list[Problem], *, group: bool, text: bool = False) -> None:
    for section in body.items:
        if section == "inputs":
            inputs = body.items[section]
            if not isinstance(inputs, tree.Mapping):
                problems.append(_not_names(section, inputs))
                continue
            for subject in inputs.items:
                for name, node, place in _entries(inputs, subject, problems):
                    state(("inputs", subject, name), node, place)
        elif section == "programmes":
            for name, node, place in _entries(body, section, problems):
                _programme(name, node, place, state, problems, group)
        else:
            choice = text and section == "readings"
            for name, node, place in _entries(body, section, problems, text=choice, dotted=choice):
                state((section, name), node, place)


def _programme(name: str, node: tree.Mapping, place: Place, state: State, problems: list[Problem], group: bool) -> None:
    fields = node.without(_PARTS)
    state(("programmes", name), fields, place)
    for local, item, where in _entries(node, "definitions", problems):
        state(("programmes", name, "definitions", local), item, where)
    for local, item, where in _entries(node, "rules", problems):
        if group and "kind" not in item.items and _is_group(item):
            for inner, rule, inner_place in _entries(tree.Mapping({local: item}, {}, item.place), local, problems):
                kind = tree.Text(local, where)
                state(("programmes", name, "rules", inner), rule.with_items({"kind": kind}), inner_place)
            continue
        if group and not {"kind", "like"} & item.items.keys():
            hint = "Write kind:, or put the rule in a group named by its kind"
            problems.append(Problem("the key 'kind' is missing", where, f"{name}.{local}", hint=hint))
        state(("programmes", name, "rules", local), item, where)


def _is_group(node: tree.Mapping) -> bool:
    """Whether a mapping under `rules:` holds rules of one kind rather than the fields of a rule."""
    return bool(node.items) and all(isinstance(item, tree.Mapping) for item in node.items.values())


def _not_names(section: str, node: tree.Node) -> Problem:
    return Problem(f"{section}: {tree.describe(node)}", node.place, expected="a mapping of names")


def _entries(
    body: tree.Mapping, section: str, problems: list[Problem], *, text: bool = False, dotted: bool = False
) -> Iterator[tuple[str, tree.Mapping, Place]]:
    """The named items of a section; with `text`, a text stands for the choice of an option."""
    node = body.get(section)
    if node is None:
        return
    if not isinstance(node, tree.Mapping):
        problems.append(_not_names(section, node))
        return
    for name, item in node.items.items():
        place = node.key_place(name)
        if not all(is_identifier(part) for part in (name.split(".") if dotted else [name])):
            expected = "small letters, digits and _, beginning with a letter, and no word of the language"
            problems.append(Problem(f"{name!r} cannot be a name", place, section, expected))
        elif isinstance(item, tree.Mapping):
            yield name, item, place
        elif text and isinstance(item, tree.Text):
            yield name, tree.Mapping({"chosen": item}, {"chosen": item.place}, item.place), place
        else:
            hint = _VALUES if section == "parameters" else None
            problems.append(Problem(tree.describe(item), item.place, name, "a mapping", hint))
