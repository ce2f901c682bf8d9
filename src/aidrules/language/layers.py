"""Layers of a pack: statements of all its files and overlays, put together into one entry for each id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from aidrules.errors import PackError, Place, Problem
from aidrules.language import edits, tree
from aidrules.language.fields import Cite, is_identifier, near, one_of, read_date
from aidrules.language.models import ALWAYS, FileHeader, InForce, OverlayHeader
from aidrules.language.parse import parse
from aidrules.language.readings import Choices, Reading, cites_of, resolve

SECTIONS = ("inputs", "findings", "parameters", "readings", "definitions", "programmes")
SUBJECTS = ("household", "member", "case")
_PARTS = ("definitions", "rules")
_ONE_DAY = timedelta(days=1)

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement comes from.

    Attributes:
        pack: the pack, or the overlay's name.
        file: the file.
        source: the document that the file is about.
    """

    pack: str
    file: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Overridden:
    """What a wider layer said before a narrower one changed it.

    Attributes:
        by: the layer that changed it.
        node: the fields that were changed, as they were.
    """

    origin: Origin
    by: Origin
    cite: tuple[Cite, ...]
    node: tree.Mapping

    @property
    def pack(self) -> str:
        """The wider pack."""
        return self.origin.pack

    @property
    def source(self) -> str | None:
        """The wider pack's document."""
        return self.origin.source


@dataclass(frozen=True, slots=True)
class Version:
    """The fields of a rule between two days; which holds is chosen by a date of the case."""

    start: date | None
    until: date | None
    node: tree.Mapping

    def covers(self, day: date) -> bool:
        """Whether it is the version of a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)


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
    """One file of a pack or one overlay, with all cites written out."""

    header: FileHeader | OverlayHeader
    origin: Origin
    body: tree.Mapping


@dataclass(frozen=True, slots=True)
class Layer:
    """All files of one pack, or one overlay."""

    name: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One id with everything that is said about it, from the widest layer."""

    key: Key
    statements: tuple[Statement, ...]

    @property
    def id(self) -> str:
        """How expressions and errors name it."""
        return name_of(self.key)


@dataclass(frozen=True, slots=True)
class Resolved:
    """An item as it stands after overrides, versions and readings."""

    item: Item
    node: tree.Mapping
    origin: Origin
    in_force: InForce
    overrode: tuple[Overridden, ...] = ()
    readings: tuple[Reading, ...] = ()
    versions: tuple[Version, ...] = ()
    chosen_by: str | None = None


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
        raise PackError(problems)
    yield from found


State = Callable[[Key, tree.Mapping, Place], None]


def _overlay(body: tree.Mapping, state: State, problems: list[Problem]) -> None:
    """The parameters and readings that an overlay fills in."""
    allowed = ("parameters", "readings")
    for key in body.items.keys() - set(allowed):
        hint = f"Change {key} under overrides:"
        problems.append(Problem(f"{key}: in an overlay", body.key_place(key), None, one_of(allowed), hint))
    for name, node, place in _entries(body, "parameters", problems):
        for key in node.items.keys() - {"values"}:
            hint = "Change anything else of a parameter under overrides:"
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
                if subject not in SUBJECTS:
                    place = inputs.key_place(subject)
                    problems.append(
                        Problem(
                            f"unknown subject {subject!r}",
                            place,
                            "inputs",
                            one_of(SUBJECTS),
                            near(subject, SUBJECTS),
                        )
                    )
                    continue
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
        if group and "kind" not in item.items:
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
            problems.append(Problem(tree.describe(item), item.place, name, "a mapping"))


def gather(layers: Iterable[Layer]) -> tuple[dict[Key, Item], dict[str, tree.Text]]:
    """All items of the layers from the widest, and the options that packs and overlays choose.

    Raises:
        PackError: every id that is declared twice or clashes with a wider layer, and every change of something
            that does not exist.
    """
    said: dict[Key, list[Statement]] = {}
    chosen: dict[str, tree.Text] = {}
    problems: list[Problem] = []
    for layer in layers:
        declared: list[Statement] = []
        changes: list[Statement] = []
        for file in layer.files:
            try:
                for statement in statements(file):
                    (changes if statement.override else declared).append(statement)
            except PackError as error:
                problems.extend(error.problems)
        for statement in declared:
            _declare(said, statement, problems)
        for statement in sorted(changes, key=lambda change: change.in_force.start or date.min):
            choice = statement.fields.get("chosen")
            if statement.key[0] == "readings" and isinstance(choice, tree.Text):
                chosen[statement.key[1]] = choice
            else:
                _change(said, statement, problems)
    problems.extend(_shared_names(said))
    if problems:
        raise PackError(problems)
    return {key: Item(key, tuple(made)) for key, made in said.items()}, chosen


def _declare(said: dict[Key, list[Statement]], statement: Statement, problems: list[Problem]) -> None:
    before = said.get(statement.key)
    if before is None:
        said[statement.key] = [statement]
        return
    first = before[0]
    if statement.key[0] == "programmes" and len(statement.key) == 2:
        if not statement.fields.items:
            return
        if not first.fields.items and first.origin.pack == statement.origin.pack:
            before[0] = statement
            return
    name = name_of(statement.key)
    if first.origin.pack == statement.origin.pack:
        found = f"{name} is declared twice in this pack"
        hint = f"It stands at {first.place} already; an id can be declared once"
    else:
        found = f"{name} clashes with {first.origin.pack}, which declares it at {first.place}"
        hint = "To change what a wider pack says, write the changed fields under overrides:"
    problems.append(Problem(found, statement.place, name, hint=hint))


def _change(said: dict[Key, list[Statement]], statement: Statement, problems: list[Problem]) -> None:
    name = name_of(statement.key)
    before = said.get(statement.key)
    if before is None:
        if statement.key[0] == "programmes" and len(statement.key) == 2 and not statement.fields.items:
            return
        known = [name_of(key) for key in said if key[0] == statement.key[0] and len(key) == len(statement.key)]
        hint = near(name, known) or "Declare it outside overrides:, or correct the name"
        problems.append(Problem(f"there is no {name} to change", statement.place, name, "an id of a wider pack", hint))
        return
    if not statement.fields.items:
        return
    if before[0].origin.pack == statement.origin.pack:
        hint = f"Change it where it is declared, at {before[0].place}"
        problems.append(Problem(f"{name} is overridden in its own pack", statement.place, name, hint=hint))
        return
    last = before[-1]
    same_layer = last.override and last.origin.pack == statement.origin.pack
    if same_layer and last.in_force.start == statement.in_force.start:
        hint = f"It is overridden at {last.place} already"
        problems.append(Problem(f"{name} is overridden twice in this pack", statement.place, name, hint=hint))
        return
    before.append(statement)


def _shared_names(said: dict[Key, list[Statement]]) -> Iterator[Problem]:
    """Parameters, definitions and programmes share one space of names, as do the parts of a programme."""
    seen: dict[str, Key] = {}
    for key, made in said.items():
        if key[0] in ("parameters", "definitions", "programmes"):
            name = name_of(key)
            other = seen.setdefault(name, key)
            if other != key:
                what = f"{name} is both one of {other[-2]} and one of {key[-2]}"
                yield Problem(what, made[0].place, name, hint="Give one of them another name")


def settle(item: Item, choices: Choices, day: date | None = None) -> Resolved | None:
    """An item with its overrides, its version and its readings; None if it is not in force on the day.

    Args:
        item: what the layers say about one id.
        choices: the options chosen.
        day: the day of the law; None takes everything, and of several versions the last.

    Raises:
        PackError: an override, version or option that does not fit.
    """
    first = item.statements[0]
    node, overrode, origin = first.fields, [], first.origin
    for change in item.statements[1:]:
        if day is not None and not change.in_force.covers(day):
            continue
        touched = [key.split(".")[0] for key in change.fields.items]
        before = node.only([*touched, "cite"] if edits.WITHOUT not in touched else node.items)
        overrode.append(Overridden(origin, change.origin, cites_of(node), before))
        node = edits.apply(node, change.fields, change.section, item.id)
        origin = change.origin
    in_force = first.in_force
    own = node.get("in_force")
    if own is not None:
        in_force = _own_dates(own, item.id)
    if day is not None and not in_force.covers(day):
        return None
    chosen_by, versions = node.text("chosen_by"), _versions(node, item)
    node = node.without(["in_force", "versions", "chosen_by"])
    resolved = Resolved(item, node, first.origin, in_force, tuple(overrode), chosen_by=chosen_by)
    if chosen_by is not None:
        return _by_case(resolved, node, versions, choices)
    if versions:
        fitting = [version for version in versions if day is None or version.covers(day)]
        if not fitting:
            return None
        node = edits.apply(node, fitting[-1].node, first.section, item.id)
    node, readings = resolve(node, item.id, first.section, choices)
    return replace(resolved, node=node, readings=readings)


def _by_case(resolved: Resolved, node: tree.Mapping, versions: tuple[Version, ...], choices: Choices) -> Resolved:
    """All versions of a rule, since only the case says which holds."""
    item, section = resolved.item, resolved.item.statements[0].section
    made, readings = [], {}
    for version in versions:
        full = edits.apply(node, version.node, section, item.id)
        full, found = resolve(full, item.id, section, choices)
        readings.update({reading.name: reading for reading in found})
        made.append(replace(version, node=full))
    if not made:
        raise PackError(Problem("chosen_by: without versions:", node.place, item.id, "versions: with dates"))
    return replace(resolved, node=made[-1].node, readings=tuple(readings.values()), versions=tuple(made))


def _own_dates(node: tree.Node, rule: str) -> InForce:
    if isinstance(node, tree.Text) and node.value == "undated":
        return ALWAYS
    return parse(InForce, node, rule)


def _versions(node: tree.Mapping, item: Item) -> tuple[Version, ...]:
    """The dated versions of an item from the earliest."""
    written = node.get("versions")
    if written is None:
        return ()
    if not isinstance(written, tree.Sequence) or not written.items:
        raise PackError(Problem(f"versions: {tree.describe(written)}", written.place, item.id, "a list"))
    made = []
    for part in written.items:
        if not isinstance(part, tree.Mapping):
            raise PackError(Problem(tree.describe(part), part.place, item.id, "a version with from: or until:"))
        dates = parse(InForce, part.only(["from", "until"]), item.id)
        made.append(Version(dates.start, dates.until, part.without(["from", "until"])))
    made.sort(key=lambda version: version.start or date.min)
    for left, right in pairwise(made):
        if right.start is None or left.until is None or left.until >= right.start:
            hint = "Give from: and until: so that at most one version holds on each day"
            raise PackError(Problem("two versions hold on one day", right.node.place, item.id, hint=hint))
    return tuple(made)


def boundaries(item: Item) -> set[date]:
    """The days on which what holds of an item may change, apart from a parameter's values."""
    days: set[date] = set()

    def enter(dates: InForce) -> None:
        days.update([dates.start] if dates.start else [])
        days.update([dates.until + _ONE_DAY] if dates.until else [])

    for statement in item.statements:
        enter(statement.in_force)
        own, versions = statement.fields.get("in_force"), statement.fields.get("versions")
        parts = [own, *(versions.items if isinstance(versions, tree.Sequence) else ())]
        for part in parts:
            if isinstance(part, tree.Mapping):
                start, until = part.text("from"), part.text("until")
                days.update([read_date(start)] if start else [])
                days.update([read_date(until) + _ONE_DAY] if until else [])
    return days
