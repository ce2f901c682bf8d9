"""A rule pack, loaded and ready to be compiled for a date; immutable, and known by the digest of its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidrules.callers import check_list
from aidrules.errors import PackError, Place
from aidrules.extras import needs_columns
from aidrules.language import decided, entries, stretches, tree
from aidrules.language.arguments import Argument, read_arguments
from aidrules.language.content import EXCUSES, Content, cited, digest_of, overlay_sources
from aidrules.language.entries import Entries, Entry, ProgrammeEntry
from aidrules.language.fields import Cite, Label
from aidrules.language.layers import Item, boundaries, gather
from aidrules.language.models import InForce
from aidrules.language.overlays import Overlay, laid_over
from aidrules.language.readings import check_options
from aidrules.language.recent import Recent
from aidrules.language.sources import Citation, Source, merge_sources
from aidrules.language.statements import Key
from aidrules.language.subject import SubjectModel

if TYPE_CHECKING:
    import pyarrow as pa

    from aidrules.engine import Compiled
    from aidrules.facts.decided import Decided
    from aidrules.facts.household import Household
    from aidrules.facts.inputs import Input
    from aidrules.facts.schema import Subject as Schema

_packs: Recent[Pack] = Recent(64)


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
        """Counting units: those that the pack declares, what it is about, and what its lists hold."""
        return self._entries.units

    @property
    def subject(self) -> SubjectModel:
        """What the pack is about: its name in rules, and what readers call one of it."""
        return self.content.subject

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
            base = replace(self, arguments=()).checked()
            return entries.with_given(base._entries, self.arguments)
        items, chosen = self._items
        made = entries.assemble(
            items, chosen, dict(self.readings_given), self.sources, self.content.units, self.day, self.subject
        )
        if self.known is None:
            return made
        told = made.parameters.items()
        known = {name: replace(entry, model=entry.model.as_known(self.known)) for name, entry in told}
        return replace(made, parameters=known)

    def checked(self) -> Pack:
        """The pack with its entries made, so that everything wrong shows when it is loaded.

        Raises:
            PackError: what is wrong in it.
        """

        def make() -> Pack:
            _ = self._entries
            return self

        # Not by the digest alone: errors name the files, and an overlay's id is looked up in the folders searched.
        overlays = tuple((overlay.id, overlay.file) for overlay in self.overlays)
        key = (self.digest, self.content.files, self.content.roots, overlays, self.day, self.known)
        return _packs.get(key, make)

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
    def Subject(self) -> type[Decided]:  # noqa: N802 - a class, named as one
        """The typed model of what the pack decides: the pack's inputs and findings, beside the shipped facts."""
        return decided.model_of(self)

    @property
    def Household(self) -> type[Household]:  # noqa: N802 - a class, named as one
        """The typed household: `Subject` of a pack about households; a `PackError` where it is about something else."""
        return decided.household_model(self)

    def household_schema(self) -> dict[str, Any]:
        """The JSON Schema of what the pack decides, with the pack's name and digest."""
        return decided.json_schema(self)

    @cached_property
    def schema(self) -> Schema:
        """What the fields are of what the pack decides, as rules see them."""
        from aidrules.facts.schema import schema_of

        return schema_of(self.Subject)

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow type of a table of what the pack decides, one row each; see `aidrules.frames`."""
        from aidrules.frames.arrow import arrow_schema

        with needs_columns():
            return arrow_schema(self.Subject)

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
        made = (laid_over(overlay, self.content, self.sources) for overlay in overlays)
        return replace(self, overlays=(*self.overlays, *made), day=None, known=None).checked()

    def with_overlays(self, overlays: Sequence[str | Path | Mapping[str, object]]) -> Pack:
        """The pack with a list of overlays laid over it; see `with_overlay`.

        Raises:
            PackError: no list, or an overlay that does not fit.
        """
        check_list(overlays, "overlays", PackError, ordered=True)
        return self.with_overlay(*overlays) if overlays else self

    def with_readings(self, chosen: Mapping[str, str]) -> Pack:
        """The pack with other options of readings taken.

        Raises:
            PackError: a reading or option that the pack does not have.
        """
        check_options(chosen)
        given = tuple(sorted({**dict(self.readings_given), **chosen}.items()))
        return replace(self, readings_given=given, day=None, known=None).checked()

    def with_parameters(self, values: Mapping[str, object]) -> Pack:
        """The pack with values given for parameters, in force on every day.

        Args:
            values: by name, or by name and keys (`dibao_standard[urban]`): text with or without unit, a whole
                number, a Decimal, a date, or a mapping of such by key.

        Raises:
            PackError: an unknown parameter or key, a float, a value that does not fit.
        """
        known = {name: entry.model for name, entry in self.parameters.items()}
        given = read_arguments(values, known, self.units)
        made = {argument.name: argument for argument in (*self.arguments, *given)}
        arguments = tuple(made[name] for name in sorted(made))
        return replace(self, arguments=arguments, day=None, known=None).checked()

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
        return replace(self, day=None, known=None).checked()

    def segment(self, day: date) -> tuple[date | None, date | None]:
        """First and last day of the stretch of time around a day in which the law does not change."""
        return stretches.segment(self.boundaries, day)

    def stretch(self, day: date, known: date | None = None) -> tuple[date, date | None]:
        """A day and a day of knowledge that stand for all those for which the pack says the same; see `at`."""
        start, _ = self.segment(day)
        return start or date.min, None if known is None else stretches.told(self.announcements, known)

    def at(self, day: date, known: date | None = None) -> Pack:
        """The same pack with only what is in force on a day; the digest stays.

        Args:
            day: the day of the law.
            known: leave out values of parameters that were announced after this day.
        """
        start, told = self.stretch(day, known)
        return replace(self, day=start, known=told).checked()

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
        changed = entries.assemble(items, chosen, given, self.sources, self.units, self.day or date.max, self.subject)
        known = entries.with_given(changed, self.arguments)
        made.__dict__.update(_made=entries.revised(self._entries, known, keys), Subject=self.Subject)
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
