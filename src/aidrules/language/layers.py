"""Layers of a pack: what all files and overlays say, put together into one item for each id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from aidrules.errors import PackError, Place, Problem
from aidrules.language import edits, tree
from aidrules.language.alike import LIKE, carried_over, changed
from aidrules.language.fields import Cite, near, read_date
from aidrules.language.models import ALWAYS, InForce
from aidrules.language.parse import parse
from aidrules.language.readings import Alternative, Choices, Reading, alternatives, cites_of, resolve
from aidrules.language.statements import Key, Layer, Origin, Statement, name_of, statements

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Overridden:
    """What a wider layer said before a narrower one changed it.

    Attributes:
        by: the layer that changed it.
        changed: the names of the fields that were changed.
        node: those fields as they were, where there were any.
    """

    origin: Origin
    by: Origin
    changed: tuple[str, ...]
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
class Item:
    """One id with everything that is said about it, from the widest layer."""

    key: Key
    statements: tuple[Statement, ...]

    @property
    def id(self) -> str:
        """How expressions and errors name it."""
        return name_of(self.key)

    @property
    def declared(self) -> Statement:
        """The declaration of the id itself; where it is like another rule, what is said of that one comes before."""
        return [statement for statement in self.statements if not statement.override][-1]

    @property
    def like(self) -> str | None:
        """The rule of another programme that it is like."""
        return self.declared.fields.text(LIKE) if len(self.statements) > 1 else None


@dataclass(frozen=True, slots=True)
class Resolved:
    """An item as it stands after overrides, versions and readings.

    Attributes:
        alternatives: as it would stand under the options that are not taken.
    """

    item: Item
    node: tree.Mapping
    origin: Origin
    in_force: InForce
    overrode: tuple[Overridden, ...] = ()
    readings: tuple[Reading, ...] = ()
    versions: tuple[Version, ...] = ()
    chosen_by: str | None = None
    alternatives: tuple[Alternative, ...] = ()


def gather(layers: Iterable[Layer]) -> tuple[dict[Key, Item], dict[str, tree.Text]]:
    """All items of the layers from the widest, and the options that packs and overlays choose.

    Raises:
        PackError: every id that is declared twice or clashes with a wider layer, and every change of something
            that does not exist.
    """
    layers = tuple(layers)
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
                _change(said, statement, problems, alone=len(layers) == 1)
    problems.extend(_shared_names(said))
    if problems:
        raise PackError(tree.in_reading_order(problems))
    return {key: Item(key, tuple(made)) for key, made in carried_over(said).items()}, chosen


def _declare(said: dict[Key, list[Statement]], statement: Statement, problems: list[Problem]) -> None:
    before = said.get(statement.key)
    fields = statement.fields
    if statement.section == "rules" and edits.ALSO in fields.items and LIKE not in fields.items:
        place, expected = fields.key_place(edits.ALSO), "a change under overrides:, or a rule with like:"
        hint = "Alternatives of a rule that stands here are written under any_of:"
        problems.append(Problem("also: in a rule of this pack", place, name_of(statement.key), expected, hint))
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


def _change(said: dict[Key, list[Statement]], statement: Statement, problems: list[Problem], *, alone: bool) -> None:
    name = name_of(statement.key)
    before = said.get(statement.key)
    if before is None:
        if statement.key[0] == "programmes" and len(statement.key) == 2 and not statement.fields.items:
            return
        known = [name_of(key) for key in said if key[0] == statement.key[0] and len(key) == len(statement.key)]
        hint = near(name, known) or "Declare it outside overrides:, or correct the name"
        if alone:
            hint = "This pack extends no other; say which with extends:"
        problems.append(Problem(f"there is no {name} to change", statement.place, name, "an id of a wider pack", hint))
        return
    if not statement.fields.items:
        return
    if before[0].origin.pack == statement.origin.pack:
        hint = f"Change it where it is declared, at {before[0].place}"
        problems.append(Problem(f"{name} is overridden in its own pack", statement.place, name, hint=hint))
        return
    if statement.section == "rules" and LIKE in statement.fields.items:
        hint = "End this rule with in_force:, and declare another under a name of its own"
        problems.append(Problem("like: in an override", statement.fields.key_place(LIKE), name, "changes", hint))
        return
    kind = before[0].fields.text("kind") if LIKE not in before[0].fields.items else None
    if kind is not None and statement.fields.text("kind") not in (None, kind):
        found = f"{name} is made another kind of rule"
        hint = "End this rule with in_force:, and declare another under a name of its own"
        problems.append(Problem(found, statement.fields.key_place("kind"), name, "changes of its fields", hint))
        return
    last = before[-1]
    same_layer = last.override and last.origin.pack == statement.origin.pack
    if same_layer and last.in_force.start == statement.in_force.start:
        hint = f"It is overridden at {last.place} already"
        problems.append(Problem(f"{name} is overridden twice in this pack", statement.place, name, hint=hint))
        return
    problem = _uncited(statement, name, before[0])
    if problem is not None:
        problems.append(problem)
    before.append(statement)


_UNCITED = frozenset({"zh", "en", "cite", "reading"})
"""What an override may change without a clause of its own: words, and how a text is read."""


def _uncited(statement: Statement, name: str, wider: Statement) -> Problem | None:
    """An override that changes what a wider law says has to say by which clause."""
    fields = statement.fields
    if "cite" in fields.items:
        return None
    said = [(key, node) for key, node in fields.items.items() if not _is_words(key, node)]
    changed = [key for key, node in said if not _cites(node) and not _is_cited(key, fields)]
    if "values" in changed and _values_cited(statement, wider):
        changed.remove("values")
    if not changed:
        return None
    if changed == [edits.ALSO]:
        hint = "The clause of the rule stays with what it says"
        return Problem("also: adds without cite:", statement.place, name, "cite: in each alternative", hint)
    found = f"it changes {', '.join(changed)} without cite:"
    hint = "Else the clause of the wider pack would be cited for it"
    return Problem(found, statement.place, name, "cite: the clause that changes it", hint)


def _values_cited(statement: Statement, wider: Statement) -> bool:
    """Whether values are cited one by one; those of an overlay need not, unless a wider clause would stand for them."""
    values = statement.fields.get("values")
    if isinstance(values, tree.Sequence) and values.items and all(map(_cites, values.items)):
        return True
    origin = statement.origin
    return origin.overlay and (origin.source is not None or not any(cite.clause for cite in cites_of(wider.fields)))


def _is_words(key: str, node: tree.Node) -> bool:
    """Whether a field, also one that a dotted key names, says nothing new; a part may be called like a field."""
    return key in _UNCITED or (key.rpartition(".")[2] in _UNCITED and not isinstance(node, tree.Mapping))


def _is_cited(key: str, fields: tree.Mapping) -> bool:
    """Whether a part changed by a dotted key is cited by another: `any_of.rural.when` by `any_of.rural.cite`."""
    names = key.split(".")
    return any(".".join((*names[:length], "cite")) in fields.items for length in range(1, len(names)))


def _cites(node: tree.Node) -> bool:
    """Whether a field has clauses of its own, or all that is in it has."""
    if not isinstance(node, tree.Mapping) or not node.items:
        return False
    return "cite" in node.items or all(_cites(item) for item in node.items.values())


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
    node, overrode, origin, declared = first.fields, [], first.origin, item.declared
    for change in item.statements[1:]:
        if change is not declared:
            if day is not None and not change.in_force.covers(day):
                continue
            touched = [key.split(".")[0] for key in change.fields.items]
            before = node.only([*touched, "cite"] if edits.WITHOUT not in touched else node.items)
            overrode.append(Overridden(origin, change.origin, tuple(touched), cites_of(node), before))
        node = changed(node, change, item.id)
        origin = change.origin
    in_force = first.in_force
    own = node.get("in_force")
    if own is not None:
        in_force = _own_dates(own, item.id)
    if day is not None and not in_force.covers(day):
        return None
    chosen_by, versions = node.text("chosen_by"), _versions(node, item)
    node = node.without(["in_force", "versions", "chosen_by"])
    resolved = Resolved(item, node, declared.origin, in_force, tuple(overrode), chosen_by=chosen_by)
    if chosen_by is not None:
        return _by_case(resolved, node, versions, choices)
    if versions:
        fitting = [version for version in versions if day is None or version.covers(day)]
        if not fitting:
            return None
        node = edits.apply(node, fitting[-1].node, first.section, item.id)
    taken, readings = resolve(node, item.id, first.section, choices)
    try:
        others = alternatives(node, item.id, first.section, choices, readings)
    except PackError as error:
        raise PackError(_after_changes(problem, item) for problem in error.problems) from error
    return replace(resolved, node=taken, readings=readings, alternatives=others)


def _after_changes(problem: Problem, item: Item) -> Problem:
    """A problem of an option, with where the rule was changed that the option was made for."""
    last = item.statements[-1]
    if not last.override or (isinstance(problem.where, Place) and problem.where.file == last.place.file):
        return problem
    hint = f"{item.id} is changed at {last.place}: change its reading: there as well"
    return replace(problem, hint=hint)


def _by_case(resolved: Resolved, node: tree.Mapping, versions: tuple[Version, ...], choices: Choices) -> Resolved:
    """All versions of a rule, since only the case says which holds."""
    item, section = resolved.item, resolved.item.statements[0].section
    made, readings, others = [], {}, list[Alternative]()
    for version in versions:
        full = edits.apply(node, version.node, section, item.id)
        taken, found = resolve(full, item.id, section, choices)
        readings.update({reading.name: reading for reading in found})
        others += alternatives(full, item.id, section, choices, found)
        made.append(replace(version, node=taken))
    if not made:
        raise PackError(Problem("chosen_by: without versions:", node.place, item.id, "versions: with dates"))
    return replace(
        resolved,
        node=made[-1].node,
        readings=tuple(readings.values()),
        versions=tuple(made),
        alternatives=tuple(others),
    )


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
