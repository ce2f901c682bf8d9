"""Entries: what each id of a pack says after layers, versions and readings, parsed and with its labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from aidrules.errors import PackError, Problem
from aidrules.language import tree
from aidrules.language.alike import followed
from aidrules.language.arguments import Argument, with_arguments
from aidrules.language.counting import shipped
from aidrules.language.declared import read_parameter
from aidrules.language.fields import Cite, Label, is_identifier, near, one_of
from aidrules.language.layers import Item, Overridden, Resolved, Version, settle
from aidrules.language.models import (
    DefinitionModel,
    FindingModel,
    InForce,
    ProgrammeModel,
    ReadingModel,
    TermModel,
)
from aidrules.language.notices import NoticeModel
from aidrules.language.parse import parse
from aidrules.language.readings import Alternative, Choices, Reading, cites_of, label_of, shared_reading
from aidrules.language.sources import Citation, Source
from aidrules.language.statements import Key, Origin
from aidrules.language.subject import SubjectModel

if TYPE_CHECKING:
    from aidrules.facts.inputs import Input


@dataclass(frozen=True, eq=False)
class Entry:
    """One parameter, definition, finding, reading, programme or rule as it stands after all layers.

    Attributes:
        id: its full name, such as `dibao.means_test`.
        node: its fields; readings, versions and dates are taken out and stand here.
        origin: the file that declares it.
        overrode: what wider layers said before, from the widest.
        model: the parsed model.
        kind: the kind of a rule.
        programme: the programme of a rule or of a local definition.
        versions: the dated versions where a date of the case chooses between them (`chosen_by`).
        alternatives: what it would say under the options of its readings that are not taken.
        like: the rule of another programme that it is like.
    """

    id: str
    node: tree.Mapping
    origin: Origin
    in_force: InForce
    label: Label
    cite: tuple[Citation, ...]
    model: Any = None
    kind: str | None = None
    programme: str | None = None
    overrode: tuple[Overridden, ...] = ()
    readings: tuple[Reading, ...] = ()
    versions: tuple[Version, ...] = ()
    chosen_by: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    like: str | None = None

    @property
    def name(self) -> str:
        """The last part of the id."""
        return self.id.rpartition(".")[2]


@dataclass(frozen=True, eq=False)
class ProgrammeEntry:
    """A programme with its own definitions and rules, by their local names."""

    entry: Entry
    definitions: dict[str, Entry] = field(default_factory=dict)
    rules: dict[str, Entry] = field(default_factory=dict)

    @property
    def model(self) -> ProgrammeModel:
        """The programme's own fields."""
        model: ProgrammeModel = self.entry.model
        return model


@dataclass(frozen=True, eq=False)
class Entries:
    """Everything in a pack at one time."""

    inputs: dict[str, dict[str, Input]]
    parameters: dict[str, Entry]
    findings: dict[str, Entry]
    readings: dict[str, Entry]
    definitions: dict[str, Entry]
    programmes: dict[str, ProgrammeEntry]
    chosen: dict[str, str]
    switches: dict[str, tuple[str, tuple[str, ...]]]
    terms: dict[str, Entry]
    notices: dict[str, Entry]
    units: tuple[str, ...]


def citations(cites: Iterable[Cite], sources: Mapping[str, Source]) -> tuple[Citation, ...]:
    """Cites with the titles of their documents."""
    found = ((cite, sources[cite.source]) for cite in cites)
    return tuple(Citation(cite.source, cite.clause, source.title, source.number) for cite, source in found)


def assemble(
    items: Mapping[Key, Item],
    chosen: Mapping[str, tree.Text],
    given: Mapping[str, str],
    sources: Mapping[str, Source],
    units: tuple[str, ...],
    day: date | None,
    subject: SubjectModel,
) -> Entries:
    """All entries of a pack.

    Args:
        items: what the layers say, by key.
        chosen: options that packs and overlays choose.
        given: options chosen by argument, which go first.
        sources: documents that may be cited.
        units: counting units that the pack declares; what its lists hold is counted, too.
        day: only what is in force on this day; None for everything.
        subject: what the pack is about.

    Raises:
        PackError: everything that is wrong in them, with places.
    """
    return _Assembly(items, chosen, given, sources, units, day, subject).entries()


def with_given(made: Entries, arguments: Iterable[Argument]) -> Entries:
    """The entries with values of parameters given by argument."""
    by_name: dict[str, list[Argument]] = {}
    for argument in arguments:
        by_name.setdefault(argument.parameter, []).append(argument)
    changed = {
        name: replace(made.parameters[name], model=with_arguments(made.parameters[name].model, given))
        for name, given in by_name.items()
        if name in made.parameters
    }
    return replace(made, parameters={**made.parameters, **changed})


def revised(made: Entries, changed: Entries, keys: Iterable[Key]) -> Entries:
    """The entries with those of some keys taken from others; what these do not have falls away.

    Args:
        made: all entries as they were.
        changed: the entries of the keys as they are now, as far as there are some.
        keys: of parameters, definitions, and programmes with their parts.
    """
    sections: dict[str, Any] = {}
    programmes = dict(made.programmes)
    for key in keys:
        section, name, *inner = key
        now = changed.programmes.get(name)
        if inner and name in programmes and now is not None:
            holder, part = programmes[name], inner[0]
            parts = _put(getattr(holder, part), inner[1], getattr(now, part).get(inner[1]))
            programmes[name] = replace(holder, rules=parts) if part == "rules" else replace(holder, definitions=parts)
        elif section == "programmes" and not inner and now is not None and name in programmes:
            programmes[name] = replace(programmes[name], entry=now.entry)
        elif section != "programmes":
            before = sections.get(section, getattr(made, section))
            sections[section] = _put(before, name, getattr(changed, section).get(name))
    chosen, switches = {**made.chosen, **changed.chosen}, {**made.switches, **changed.switches}
    return replace(made, **sections, programmes=programmes, chosen=chosen, switches=switches)


def _put(entries: Mapping[str, Entry], name: str, entry: Entry | None) -> dict[str, Entry]:
    found = {key: each for key, each in entries.items() if key != name or entry is not None}
    return {**found, name: entry} if entry is not None else found


class _Assembly:
    """Settles and parses every item; collects all problems."""

    def __init__(
        self,
        items: Mapping[Key, Item],
        chosen: Mapping[str, tree.Text],
        given: Mapping[str, str],
        sources: Mapping[str, Source],
        units: tuple[str, ...],
        day: date | None,
        subject: SubjectModel,
    ) -> None:
        self.items, self.sources, self.day, self.subject = items, sources, day, subject
        self.units = tuple(dict.fromkeys([*units, *self.listed()]))
        self.chosen = chosen
        self.asked = {**{name: node.value for name, node in chosen.items()}, **given}
        self.taken = followed(self.asked, {item.id: item.like for item in items.values() if item.like})
        self.choices = Choices(self.taken, {})
        self.problems: list[Problem] = []

    def entries(self) -> Entries:
        shared: dict[str, Reading] = {}
        readings = self.section("readings", lambda settled: self.reading(settled, shared))
        self.choices.shared = shared
        made = Entries(
            self.inputs(),
            self.section("parameters", self.parameter),
            self.section("findings", self.finding),
            readings,
            self.section("definitions", self.definition),
            self.programmes(),
            {name: self.taken.get(name, default) for name, (default, _) in self.choices.met.items()},
            dict(self.choices.met),
            self.section("terms", lambda settled: parse(TermModel, settled.node, settled.item.id)),
            self.section("notices", lambda settled: parse(NoticeModel, settled.node, settled.item.id)),
            self.units,
        )
        if self.day is None:
            self.check_choices()
            self.check_notices(made)
            self.check_shares(made)
        if self.problems:
            raise PackError(tree.in_reading_order(self.problems))
        return made

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keep the problems of what is done inside, and go on."""
        try:
            yield
        except PackError as error:
            self.problems.extend(error.problems)

    def settled(self, section: str, size: int) -> Iterator[Resolved]:
        """The items of a section that are in force."""
        for key, item in self.items.items():
            if key[0] == section and len(key) == size:
                settled = None
                with self.collected():
                    settled = settle(item, self.choices, self.day)
                if settled is not None:
                    yield settled

    def section(self, section: str, read: Callable[[Resolved], object]) -> dict[str, Entry]:
        """The entries of a section by name."""
        made: dict[str, Entry] = {}
        for settled in self.settled(section, 2):
            with self.collected():
                made[settled.item.id] = self.entry(settled, read)
        return made

    def entry(self, settled: Resolved, read: Callable[[Resolved], object]) -> Entry:
        """The entry of an item; on loading, what it says under other options and in other versions is read as well."""
        key, node = settled.item.key, settled.node
        model = read(settled)
        if self.day is None:
            others: list[Alternative | Version] = [*settled.alternatives, *settled.versions]
            for other in others:
                with self.collected():
                    read(replace(settled, node=other.node))
        return Entry(
            settled.item.id,
            node,
            settled.origin,
            settled.in_force,
            label_of(node, settled.item.id),
            citations(cites_of(node), self.sources),
            model,
            node.text("kind") if settled.item.statements[0].section == "rules" else None,
            key[1] if key[0] == "programmes" else None,
            settled.overrode,
            settled.readings,
            settled.versions,
            settled.chosen_by,
            settled.alternatives,
            settled.item.like,
        )

    def listed(self) -> Iterator[str]:
        """What the lists hold, which is counted."""
        if self.subject.is_household:
            yield from shipped()
        for key, item in self.items.items():
            names = (statement.fields.text("list") for statement in item.statements if key[0] == "inputs")
            yield from (name for name in names if name is not None and is_identifier(name))

    def inputs(self) -> dict[str, dict[str, Input]]:
        from aidrules.facts.inputs import Input, name_problems

        made: dict[str, dict[str, Input]] = {subject: {} for subject in self.subject.asked_about}
        for settled in self.settled("inputs", 3):
            _, subject, name = settled.item.key
            with self.collected():
                made[subject][name] = parse(Input, settled.node, settled.item.id, self.units)
                place = settled.item.declared.place
                self.problems.extend(
                    replace(problem, where=place) for problem in name_problems(subject, name, made[subject][name])
                )
        return made

    def finding(self, settled: Resolved) -> object:
        from aidrules.facts.inputs import cannot_be_called

        name = settled.item.id
        if cannot_be_called(name):
            expected = "a word that the language does not use itself"
            place = settled.item.declared.place
            raise PackError(Problem(f"{name!r} cannot be the name of a finding", place, name, expected))
        model = parse(FindingModel, settled.node, name, self.units)
        if model.about not in self.subject.asked_about:
            place, known = settled.node.at(("about",)), self.subject.asked_about
            raise PackError(Problem(f"about: {model.about}", place, name, one_of(known), near(model.about, known)))
        return model

    def parameter(self, settled: Resolved) -> object:
        name = settled.item.id
        return read_parameter(name, settled.node, self.units, _values_source(settled))

    def definition(self, settled: Resolved) -> object:
        return parse(DefinitionModel, settled.node, settled.item.id, self.units)

    def programme(self, settled: Resolved) -> object:
        return parse(ProgrammeModel, settled.node, f"programme {settled.item.id}")

    def rule(self, settled: Resolved) -> object:
        from aidrules.kinds import read_rule

        return read_rule(settled.node, settled.item.id, self.units)

    def reading(self, settled: Resolved, shared: dict[str, Reading]) -> object:
        name = settled.item.id
        model = parse(ReadingModel, settled.node, name)
        shared[name] = shared_reading(settled.node, name, self.choices)
        return model

    def programmes(self) -> dict[str, ProgrammeEntry]:
        made: dict[str, ProgrammeEntry] = {}
        for settled in self.settled("programmes", 2):
            with self.collected():
                made[settled.item.id] = ProgrammeEntry(self.entry(settled, self.programme))
        for settled in self.settled("programmes", 4):
            _, programme, part, name = settled.item.key
            holder = made.get(programme)
            if holder is None:
                continue
            with self.collected():
                if part == "definitions":
                    holder.definitions[name] = self.entry(settled, self.definition)
                else:
                    holder.rules[name] = self.entry(settled, self.rule)
        return made

    def check_notices(self, made: Entries) -> None:
        """Every programme that a notice is said of must be one that the pack has."""
        for name, entry in made.notices.items():
            for programme in entry.model.programmes:
                if programme not in made.programmes:
                    place, known = entry.node.at(("programmes",)), made.programmes
                    found = f"there is no programme {programme!r}"
                    self.problems.append(Problem(found, place, name, one_of(known), near(programme, known)))

    def check_shares(self, made: Entries) -> None:
        """What is shared out must be what a rule pays a household."""
        for name, programme in made.programmes.items():
            subject = programme.model.subject or self.subject.name
            if programme.model.share is not None and subject != "household":
                place, found = programme.entry.node.at(("share",)), f"share: of a programme about each {subject}"
                self.problems.append(Problem(found, place, name, "subject: household"))
            for rule in programme.model.share or ():
                if rule not in programme.rules:
                    place, known = programme.entry.node.at(("share", rule)), programme.rules
                    found = f"{name} has no rule {rule!r}"
                    self.problems.append(Problem(found, place, name, one_of(known), near(rule, known)))

    def check_choices(self) -> None:
        """Every option chosen must be one of a reading that the pack has."""
        met = self.choices.met
        for name, option in self.asked.items():
            place = self.chosen[name].place if name in self.chosen else None
            if name not in met:
                hint = near(name, met)
                self.problems.append(Problem(f"there is no reading {name!r}", place, None, one_of(met), hint))
            elif option not in met[name][1]:
                options = met[name][1]
                self.problems.append(
                    Problem(f"unknown option {option!r}", place, name, one_of(options), near(option, options))
                )


def _values_source(settled: Resolved) -> str | None:
    """The document that a parameter's values are from, unless they or the change that gives them cite something."""
    for change in reversed(settled.overrode):
        if "values" in change.changed:
            return None if "cite" in change.changed else change.by.source
    return None
