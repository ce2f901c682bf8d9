"""A rule pack, loaded and ready to be compiled for a date; immutable, and known by the digest of its content."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from aidrules.errors import DecisionError, PackError, Place, Problem
from aidrules.language import entries, search, tree
from aidrules.language.arguments import Argument, read_argument
from aidrules.language.content import EXCUSES, Content, cited, digest_of, overlay_layer, overlay_sources, read_content
from aidrules.language.entries import Entries, Entry, ProgrammeEntry
from aidrules.language.fields import Cite, Label
from aidrules.language.layers import Item, boundaries, gather
from aidrules.language.models import InForce
from aidrules.language.recent import Recent
from aidrules.language.sources import Citation, Source, merge_sources
from aidrules.language.statements import Key, Layer

if TYPE_CHECKING:
    import pyarrow as pa

    from aidrules.engine import Compiled
    from aidrules.facts.household import Household
    from aidrules.facts.inputs import Input
    from aidrules.facts.schema import Subject

_ONE_DAY = timedelta(days=1)

_packs: Recent[Pack] = Recent(64)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What an agency lays over a pack: values, chosen readings, changes.

    Attributes:
        id: by which it was found, if it is a shipped one or one of the folders searched; None for a file or content.
    """

    name: str
    file: str
    node: tree.Mapping
    layer: Layer
    id: str | None = None


@dataclass(frozen=True, eq=False)
class Pack:
    """A rule pack with its layers, overlays, readings and arguments.

    Get one with `load`; `with_…` methods give a changed pack and leave this one as it is.

    Attributes:
        overlays: laid over, in order.
        readings_given: options chosen by argument, by the name of the reading.
        arguments: values given by argument.
        day: the day of the law for which entries are chosen; None shows all of them.
        known: values of parameters that were announced after this day are left out; None leaves none out.
    """

    content: Content
    overlays: tuple[Overlay, ...] = ()
    readings_given: tuple[tuple[str, str], ...] = ()
    arguments: tuple[Argument, ...] = ()
    day: date | None = None
    known: date | None = None

    def __repr__(self) -> str:
        return f"Pack({self.id!r}, digest={self.digest[:12]!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pack) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, date | None, date | None]:
        return self.digest, self.day, self.known

    def __reduce__(self) -> tuple[type[Pack], tuple[object, ...]]:
        return Pack, (self.content, self.overlays, self.readings_given, self.arguments, self.day, self.known)

    @property
    def id(self) -> str:
        """The pack's name, such as `cn/national`."""
        return self.content.id

    @property
    def title(self) -> Label:
        """What the pack is called."""
        return self.content.title

    @property
    def layers(self) -> tuple[str, ...]:
        """The packs that this one is made of, from the widest to itself."""
        return tuple(layer.name for layer in self.content.layers)

    @property
    def in_force(self) -> InForce:
        """Between which days the pack and all that it extends are in force."""
        return self.content.in_force

    @property
    def currency(self) -> str | None:
        """The currency that amounts are counted in."""
        return self.content.currency

    @property
    def units(self) -> tuple[str, ...]:
        """Counting units that the pack declares."""
        return self.content.units

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every document that the pack and its overlays may cite, by key."""
        parts = [(overlay.file, overlay_sources(overlay.node)) for overlay in self.overlays]
        return merge_sources([("sources", self.content.sources), *parts])

    @cached_property
    def digest(self) -> str:
        """SHA-256 over what decides: files, overlays, readings chosen, arguments, cited sources."""
        if not self.overlays and not self.readings_given and not self.arguments:
            return self.content.digest
        return digest_of(
            [
                self.content.digest,
                [overlay.node.without([EXCUSES]).plain() for overlay in self.overlays],
                cited((overlay.layer for overlay in self.overlays), self.sources),
                sorted(self.readings_given),
                sorted(argument.canonical for argument in self.arguments),
            ]
        )

    @cached_property
    def _items(self) -> tuple[dict[Key, Item], dict[str, tree.Text]]:
        return gather([*self.content.layers, *(overlay.layer for overlay in self.overlays)])

    @property
    def _entries(self) -> Entries:
        # Not a cached_property: on Python 3.11 one lock would serve all packs, and making a pack waits for others.
        kept: Entries | None = self.__dict__.get("_made")
        if kept is None:
            kept = self.__dict__["_made"] = self._assembled()
        return kept

    def _assembled(self) -> Entries:
        if self.arguments:
            base = _checked(replace(self, arguments=()))
            return entries.with_given(base._entries, self.arguments)
        items, chosen = self._items
        made = entries.assemble(items, chosen, dict(self.readings_given), self.sources, self.units, self.day)
        if self.known is None:
            return made
        told = made.parameters.items()
        known = {name: replace(entry, model=entry.model.as_known(self.known)) for name, entry in told}
        return replace(made, parameters=known)

    @property
    def inputs(self) -> dict[str, dict[str, Input]]:
        """Facts that the pack asks beyond the shipped ones, by subject and name."""
        return self._entries.inputs

    def input_place(self, names: Sequence[str], key: str) -> tuple[Place | None, str]:
        """Where a key of an input stands, and the input's full name.

        Args:
            names: subject and input, and for a field of a list the field.
            key: the key.
        """
        subject, name, *field = names
        item = self._items[0].get(("inputs", subject, name))
        path = ("fields", *field, key) if field else (key,)
        place = item.statements[-1].fields.at(path) if item is not None else None
        return place, ".".join(("inputs", *names))

    @property
    def parameters(self) -> dict[str, Entry]:
        """Parameters by name; `entry.model` is a `Parameter`."""
        return self._entries.parameters

    @property
    def findings(self) -> dict[str, Entry]:
        """Findings by name; `entry.model` is a `FindingModel`."""
        return self._entries.findings

    @property
    def readings(self) -> dict[str, Entry]:
        """Readings that several rules share; `entry.model` is a `ReadingModel`."""
        return self._entries.readings

    @property
    def definitions(self) -> dict[str, Entry]:
        """Definitions of the pack by name; `entry.model` is a `DefinitionModel`."""
        return self._entries.definitions

    @property
    def terms(self) -> dict[str, Label]:
        """What readers call the offices, roles and services that rules name by an id."""
        return {name: entry.label for name, entry in self._entries.terms.items()}

    @property
    def notices(self) -> dict[str, Entry]:
        """What families are told beside some outcomes, by name; `entry.model` is a `NoticeModel`."""
        return self._entries.notices

    @property
    def programmes(self) -> dict[str, ProgrammeEntry]:
        """Programmes by name."""
        return self._entries.programmes

    @property
    def chosen(self) -> dict[str, str]:
        """The option taken of every reading that has options, by the reading's name."""
        return self._entries.chosen

    @property
    def parameters_given(self) -> dict[str, tree.Plain]:
        """Values given by argument, by name and key; `with_parameters` takes them again."""
        return {argument.name: argument.written for argument in self.arguments}

    @property
    def switches(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Default and options of every reading that can be switched."""
        return self._entries.switches

    @cached_property
    def Household(self) -> type[Household]:  # noqa: N802 - a class, named as one
        """The typed household: the shipped facts with the pack's inputs and findings."""
        from aidrules.language.household import household_of

        findings = {name: entry.model for name, entry in self.findings.items()}
        return household_of(self.inputs, findings, self.currency)

    def household_schema(self) -> dict[str, Any]:
        """The JSON Schema of the households that the pack takes, with the pack's name and digest."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"aidrules-household/{self.id}",
            **self.Household.model_json_schema(),
            "title": f"Household for {self.id}",
            "x-pack": self.id,
            "x-pack-digest": self.digest,
        }

    @cached_property
    def schema(self) -> Subject:
        """What the household's fields are, as rules see them."""
        from aidrules.facts.schema import schema_of

        return schema_of(self.Household)

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow type of a table of the pack's households, one row each; see `aidrules.frames`."""
        from aidrules.frames.arrow import arrow_schema

        return arrow_schema(self.Household)

    def citations(self, cites: Sequence[Cite]) -> tuple[Citation, ...]:
        """Cites with the titles of their documents."""
        return entries.citations(cites, self.sources)

    def with_overlay(self, *overlays: str | Path | Mapping[str, object]) -> Pack:
        """The pack with overlays laid over it, the last one on top.

        Args:
            overlays: a file, the id of a shipped overlay (`cn/guizhou/zunyi/overlays/2025`), or its content.

        Raises:
            PackError: an overlay that cannot be read, or that names what the pack does not have.
        """
        made = list(self.overlays)
        for overlay in overlays:
            made.append(_read_overlay(overlay, self.content, self.sources))
        return _checked(replace(self, overlays=tuple(made), day=None, known=None))

    def with_overlays(self, overlays: Sequence[str | Path | Mapping[str, object]]) -> Pack:
        """The pack with a list of overlays laid over it; see `with_overlay`.

        Raises:
            PackError: no list, or an overlay that does not fit.
        """
        if not isinstance(overlays, Sequence) or isinstance(overlays, str):
            what = "text" if isinstance(overlays, str) else type(overlays).__name__
            hint = "Write overlays=[...], also for one."
            raise PackError(Problem(f"found a {what}", "overlays", expected="a list", hint=hint))
        return self.with_overlay(*overlays) if overlays else self

    def with_readings(self, chosen: Mapping[str, str]) -> Pack:
        """The pack with other options of readings taken.

        Raises:
            PackError: a reading or option that the pack does not have.
        """
        _check_texts(chosen, "readings")
        given = tuple(sorted({**dict(self.readings_given), **chosen}.items()))
        return _checked(replace(self, readings_given=given, day=None, known=None))

    def with_parameters(self, values: Mapping[str, object]) -> Pack:
        """The pack with values given for parameters, in force on every day.

        Args:
            values: by name, or by name and keys (`dibao_standard[urban]`): text with or without unit, a whole
                number, a Decimal, a date, or a mapping of such by key.

        Raises:
            PackError: an unknown parameter or key, a float, a value that does not fit.
        """
        _check_mapping(values, "parameters")
        known = {name: entry.model for name, entry in self.parameters.items()}
        made = {argument.name: argument for argument in self.arguments}
        problems: list[Problem] = []
        for name, value in values.items():
            try:
                for argument in read_argument(name, value, known, self.units):
                    made[argument.name] = argument
            except PackError as error:
                problems.extend(error.problems)
        if problems:
            raise PackError(problems)
        arguments = tuple(made[name] for name in sorted(made))
        return _checked(replace(self, arguments=arguments, day=None, known=None))

    @cached_property
    def boundaries(self) -> tuple[date, ...]:
        """The days on which the law of the pack may change."""
        if self.day is not None or self.known is not None:
            return self._whole.boundaries
        days = {day for item in self._items[0].values() for day in boundaries(item)}
        days.update(day for entry in self.parameters.values() for day in entry.model.boundaries)
        return tuple(sorted(days))

    @cached_property
    def announcements(self) -> tuple[date, ...]:
        """The days on which values of parameters became known."""
        if self.day is not None or self.known is not None:
            return self._whole.announcements
        days = {value.announced for entry in self.parameters.values() for value in entry.model.values}
        return tuple(sorted(day for day in days if day is not None))

    @property
    def _whole(self) -> Pack:
        return _checked(replace(self, day=None, known=None))

    def segment(self, day: date) -> tuple[date | None, date | None]:
        """First and last day of the stretch of time around a day in which the law does not change."""
        edges = self.boundaries
        index = bisect_right(edges, _day(day))
        start = edges[index - 1] if index else None
        return start, edges[index] - _ONE_DAY if index < len(edges) else None

    def stretch(self, day: date, known: date | None = None) -> tuple[date, date | None]:
        """A day and a day of knowledge that stand for all those for which the pack says the same; see `at`."""
        start, _ = self.segment(day)
        told = 0 if known is None else bisect_right(self.announcements, _day(known, "known"))
        if known is None or told == len(self.announcements):
            return start or date.min, None
        return start or date.min, self.announcements[told - 1] if told else date.min

    def at(self, day: date, known: date | None = None) -> Pack:
        """The same pack with only what is in force on a day; the digest stays.

        Args:
            day: the day of the law.
            known: leave out values of parameters that were announced after this day.
        """
        start, told = self.stretch(day, known)
        return _checked(replace(self, day=start, known=told))

    def revised(self, content: Content) -> Pack:
        """The pack as it is on its day after a change of its files, of which only what differs is read anew.

        Nothing of it is kept for other packs of the same content.

        Args:
            content: of the same layers.

        Raises:
            PackError: what is wrong in what differs.
        """
        made = replace(self, content=content)
        (before, chosen), (after, now_chosen) = self._items, made._items
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        if chosen != now_chosen or any(key[0] not in ("parameters", "definitions", "programmes") for key in keys):
            return made
        wanted = {*keys, *(key[:2] for key in keys if key[0] == "programmes")}
        items = {key: item for key, item in after.items() if key in wanted or key[0] == "readings"}
        given = dict(self.readings_given)
        changed = entries.assemble(items, chosen, given, self.sources, self.units, self.day or date.max)
        known = entries.with_given(changed, self.arguments)
        made.__dict__.update(_made=entries.revised(self._entries, known, keys), Household=self.Household)
        made.__dict__["schema"] = self.schema
        return made

    def on(self, when: date, known: date | None = None) -> Compiled:
        """The compiled rules in force on a day, as they were known on another: the door to the engine.

        Raises:
            DecisionError: not a date.
            PackError: rules that do not compile.
        """
        # Loaded here, since the engine builds on packs, and who only reads a pack needs no engine.
        from aidrules.engine.compile import rules_on

        return rules_on(self, when, known)


def _check_mapping(given: object, name: str) -> None:
    if not isinstance(given, Mapping):
        raise PackError(Problem(f"found a {type(given).__name__}", name, expected="values by name"))


def _check_texts(given: Mapping[Any, object], name: str) -> None:
    """Refuse what is not texts by text, or holds what nobody sees."""
    _check_mapping(given, name)
    for key, value in given.items():
        for text in (key, value):
            if not isinstance(text, str):
                raise PackError(
                    Problem(f"found a {type(text).__name__}", name, expected="a name and an option as text")
                )
            if wrong := tree.wrong_character(text):
                raise PackError(Problem(wrong, name, expected="plain text"))


def _day(day: object, name: str = "on") -> date:
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    raise DecisionError(
        Problem(f"{day!r} is a {type(day).__name__}", name, expected="a datetime.date", hint="Give a day")
    )


def load(
    name: str,
    *,
    path: str | Path | None = None,
    overlays: Sequence[str | Path | Mapping[str, object]] = (),
    parameters: Mapping[str, object] | None = None,
    readings: Mapping[str, str] | None = None,
) -> Pack:
    """Load a rule pack by name.

    Args:
        name: its name, such as `cn/guizhou/zunyi/bozhou`.
        path: a folder of packs that is searched first, before AIDRULES_PATH and the shipped ones.
        overlays: laid over in order; see `Pack.with_overlay`.
        parameters: see `Pack.with_parameters`.
        readings: see `Pack.with_readings`.

    Raises:
        PackNotFoundError: no pack has that name.
        PackError: what is wrong in its files, each problem with file, line and column.
    """
    pack = _checked(Pack(read_content(name, path)))
    pack = pack.with_overlays(overlays)
    if readings:
        pack = pack.with_readings(readings)
    return pack.with_parameters(parameters) if parameters else pack


def packs(path: str | Path | None = None) -> list[tuple[str, Label]]:
    """Name and title of every pack that can be found."""
    found = []
    for folder in search.all_folders(search.roots(path)):
        found.append((folder.name, _title(folder)))
    return sorted(found, key=lambda item: item[0])


def _title(folder: search.Folder) -> Label:
    from aidrules.language.yaml import read_yaml

    zh, en = folder.name, folder.name
    for file in folder.files:
        try:
            node = read_yaml(file, search.shown(file))
        except PackError:
            continue
        zh = (node.text("zh") or zh) if zh == folder.name else zh
        en = (node.text("en") or en) if en == folder.name else en
    return Label(zh, en)


def _checked(pack: Pack) -> Pack:
    """The pack with its entries made, so that everything wrong shows when it is loaded."""

    def make() -> Pack:
        _ = pack._entries
        return pack

    # Not by the digest alone: errors name the files, and an overlay's id is looked up in the folders searched.
    overlays = tuple((overlay.id, overlay.file) for overlay in pack.overlays)
    key = (pack.digest, pack.content.files, pack.content.roots, overlays, pack.day, pack.known)
    return _packs.get(key, make)


def _read_overlay(overlay: str | Path | Mapping[str, object], content: Content, sources: dict[str, Source]) -> Overlay:
    node, file = _overlay_node(overlay, content)
    layer = overlay_layer(node, file, content, sources)
    return Overlay(node.text("overlay") or file, file, node, layer, overlay if _is_id(overlay) else None)


def read_overlay(name: str, path: str | Path | None = None) -> tree.Mapping:
    """The content of a shipped overlay as it is now.

    Raises:
        PackError: there is none of that id, or it cannot be read.
    """
    from aidrules.language.yaml import read_yaml

    file = search.overlay(name, search.roots(path))
    return read_yaml(file, search.shown(file))


def _is_id(overlay: object) -> TypeGuard[str]:
    return isinstance(overlay, str) and not overlay.endswith(search.SUFFIXES)


def _overlay_node(overlay: str | Path | Mapping[str, object], content: Content) -> tuple[tree.Mapping, str]:
    if isinstance(overlay, Mapping):
        name = overlay.get("overlay")
        file = f"overlay {name}" if isinstance(name, str) else "overlay"
        node = tree.from_plain(overlay, Place(file, 1, 1))
        assert isinstance(node, tree.Mapping)
        return node, file
    from aidrules.language.yaml import read_yaml

    if not isinstance(overlay, str | Path):
        expected = "a file, the id of a shipped overlay, or its content as a mapping"
        raise PackError(Problem(f"found a {type(overlay).__name__}", "overlays", expected=expected))
    path = search.overlay(overlay, content.roots) if _is_id(overlay) else Path(overlay)
    file = search.shown(path)
    return read_yaml(path, file), file
