"""What names mean at one place of a pack: bound items, facts, findings, readings, definitions, parameters, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from aidrules.errors import PackError
from aidrules.facts.schema import Field, ListField, Path, Subject, subject_at
from aidrules.language import core
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, DATE, OPTIONAL_DATE, TEXT, Expr, Type
from aidrules.language.expressions import End, Items, Keys, Meaning
from aidrules.language.fields import near
from aidrules.language.hints import nearest
from aidrules.language.units import BASE, PLAIN, Unit, is_currency

MOST_LOOPS = 3
"""How deep lists may be run through inside one expression: thirty members thrice are 27,000 steps."""


class Catalogue(Protocol):
    """All that a pack names, by full name."""

    schema: Subject
    units: tuple[str, ...]
    declared_units: tuple[str, ...]

    def names(self) -> set[str]:
        """Every full name, for hints."""

    def has(self, name: str) -> bool:
        """Whether something has this full name."""

    def is_result(self, name: str) -> bool:
        """Whether this is a result that every programme has."""

    def at_work(self, name: str) -> bool:
        """Whether this very name is being lowered, innermost."""

    def meaning(self, name: str, scope: Names) -> Meaning:
        """What a full name gives in a scope."""

    def owner(self, name: str) -> Path:
        """For which list's items a name is computed."""

    def parameter(
        self, name: str, scope: Names, keys: Keys | None = None, on: Expr | None = None, end: End | None = None
    ) -> Expr:
        """A parameter's value: for named keys, on another date, or an end of its range."""

    def is_parameter(self, name: str) -> bool:
        """Whether a full name is a parameter."""

    def tiers(self, name: str) -> Expr | None:
        """How many tiers a parameter has; None where the name is not a parameter."""

    def chosen(self, reading: str) -> core.Const:
        """The option that a pack-level reading stands at."""

    def finding_about(self, name: str) -> str | None:
        """What a finding is about, or None if there is no such finding."""

    def settled(self, fact: core.Fact, path: Path) -> Expr:
        """A fact as rules see it, where it may not apply to everybody."""

    def absent(self, finding: str) -> core.Value | None:
        """What a finding counts as where nobody recorded it."""

    def programme_owner(self, name: str) -> Path | None:
        """() or ("members",) for a programme, None if there is none of that name."""

    def members_of(self, programme: str | None) -> Meaning | None:
        """The list that a programme counts as its members, if it names one."""


@dataclass(frozen=True)
class Names:
    """The names at one place.

    Attributes:
        catalogue: what the pack names.
        programme: the programme in which the place stands, whose local names come first.
        bound: names of items, with their variable and list.
        extra: names that only this place has (`remaining`).
        depth: how many loops enclose the place.
    """

    catalogue: Catalogue
    programme: str | None
    bound: Mapping[str, tuple[str, Path]]
    extra: Mapping[str, Expr]
    depth: int = 0

    @property
    def units(self) -> tuple[str, ...]:
        """The units that an expression can name: what lists hold stands for the item."""
        return self.catalogue.declared_units

    def bind(self, name: str, items: Items) -> tuple[str, Names]:
        """See `expressions.Scope`."""
        if self.depth >= MOST_LOOPS:
            raise ExpressionError(
                f"more than {MOST_LOOPS} lists run through inside each other", hint="Name the inner value with each:."
            )
        var = f"{name}#{self.depth + 1}"
        path = (*items.source.owner, items.source.name)
        return var, replace(self, bound={**self.bound, name: (var, path)}, depth=self.depth + 1)

    def variable(self, path: Path) -> str | None:
        """The variable that stands for an item of a list here, the innermost if there are several."""
        if not path:
            return core.HOUSEHOLD
        found = [var for var, bound_path in self.bound.values() if bound_path == path]
        return found[-1] if found else None

    def resolve(self, parts: tuple[str, ...]) -> Meaning:
        """See `expressions.Scope`."""
        head, *rest = parts
        if head in self.bound:
            var, path = self.bound[head]
            if not rest:
                measured = f" What is measured by it is a parameter: `unit: CNY/{head}`." if head == "household" else ""
                raise ExpressionError(
                    f"{head} is an item, not a value", hint=f"Name one of its facts: {head}.x.{measured}"
                )
            return self._of_item(var, path, tuple(rest))
        if len(parts) == 1 and head in self.extra:
            return self.extra[head]
        if parts == ("on",) or parts == ("this_month",):
            return core.Today("on" if head == "on" else "this_month")
        if head == "case":
            return self._of_item(core.HOUSEHOLD, (), parts)
        if parts == ("members",):
            own = self.catalogue.members_of(self.programme)
            return own if own is not None else self._list(core.HOUSEHOLD, (), "members")
        if head == "finding" and len(rest) == 1:
            return self._finding(rest[0])
        if head == "reading" and len(rest) == 1:
            return self.catalogue.chosen(rest[0])
        name = self._full(".".join(parts))
        if name is not None:
            return self.catalogue.meaning(name, self)
        if rest and rest[-1] in ("low", "high"):
            ranged = self._full(".".join(parts[:-1]))
            if ranged is not None and self.catalogue.is_parameter(ranged):
                return self.catalogue.parameter(ranged, self, end="low" if rest[-1] == "low" else "high")
        raise self._unknown(".".join(parts))

    def _full(self, dotted: str) -> str | None:
        local = f"{self.programme}.{dotted}" if self.programme else dotted
        # What the pack declares goes before a programme's results (`phase_out_months`), and a rule that is named like
        # the definition it tests means the definition.
        candidates = [local, dotted] if not self.catalogue.at_work(local) else [dotted, local]
        if self.catalogue.is_result(local):
            candidates.reverse()
        return next((name for name in candidates if self.catalogue.has(name)), None)

    def _unknown(self, dotted: str) -> ExpressionError:
        known = self.catalogue.names() | set(self.bound) | set(self.extra) | {"on", "this_month"}
        known |= {"members"} & self.catalogue.schema.lists.keys()
        known |= {*BASE, *self.units}
        if self.programme:
            known |= {n.removeprefix(f"{self.programme}.") for n in known if n.startswith(f"{self.programme}.")}
        schema = self.catalogue.schema
        for subject in self._asked_about():
            known |= {f"{subject.name}.{field}" for field in subject.fields}
        head, _, rest = dotted.partition(".")
        if head in ("household", "member", "case") and "members" not in schema.lists:
            hint = f"This pack is about each {schema.name}, whose facts are written {schema.name}.x"
            return ExpressionError(f"nothing is called {dotted}", hint=hint)
        if rest and head == "member" and head not in self.bound and f"{head}.{rest}" in known:
            hint = f"Say each: {head}, or any({head[0]}.{rest} for {head[0]} in {head}s)."
            return ExpressionError(f"{dotted} is said of each {head}, and none is meant here", hint=hint)
        if len(dotted) > 3:
            known -= {"on"}
        if "value" in self.extra and len(self.extra) == 1 and not self.bound:
            hint = near(dotted, known) or "The figure itself is called value."
        else:
            hint = self._near(dotted, known) or "Declare it in the pack, or say extends: and the pack that has it."
            if dotted == "person":
                hint = "It is a unit: write member for each person, and amounts as 100 * CNY / month."
        return ExpressionError(f"nothing is called {dotted}", hint=hint)

    def _asked_about(self) -> tuple[Subject, ...]:
        """What the pack is about, and its members."""
        schema = self.catalogue.schema
        return (schema, *(listed.subject for name, listed in schema.lists.items() if name == "members"))

    def _near(self, dotted: str, known: set[str]) -> str | None:
        """The names most like one; of those said of items that are not meant here, how they are written."""
        owners = {name: self._not_meant(name) for name in nearest(dotted, known)}
        fitting = [name for name, owner in owners.items() if not owner]
        if fitting or not owners:
            return near(dotted, fitting)
        name, owner = next(iter(owners.items()))
        item = subject_at(self.catalogue.schema, owner).name
        each = f"{item[0]}.{name} for {item[0]} in {owner[-1] if len(owner) == 1 else '...'}"
        return f"Did you mean {name}? It is said of each {item}: write sum({each}) or any({each})."

    def _not_meant(self, name: str) -> Path:
        """For which items a name is said, where none of them is meant here and nothing stands for all of them."""
        full = self._full(name)
        if full is None or self.catalogue.is_parameter(full):
            return ()
        names = [full, *(wider for end in ("total", "any") if self.catalogue.has(wider := f"{full}.{end}"))]
        try:
            owners = [self.catalogue.owner(each) for each in names]
        except (ExpressionError, PackError, KeyError):
            return ()  # what is wrong there is told there
        return () if any(self.variable(owner) for owner in owners) else owners[0]

    def _of_item(self, var: str, path: Path, rest: tuple[str, ...]) -> Meaning:
        subject = subject_at(self.catalogue.schema, path)
        dotted = ".".join(rest)
        if rest[0] == "finding" and len(rest) == 2:
            dotted = ".".join(("findings", *rest[1:]))
        if dotted in subject.fields:
            return self.fact(var, path, subject.fields[dotted])
        if dotted in subject.lists:
            if subject.lists[dotted].refers_to is not None:
                return self._referred(var, path, dotted)
            return self._list(var, path, dotted)
        if len(rest) == 1 and rest[0] == "position":
            listed = subject_at(self.catalogue.schema, path[:-1]).lists[path[-1]]
            return core.Position(var, listed.max_items - 1)
        name = self._full(dotted)
        if name is not None:
            along = {key: place for key, place in self.bound.items() if place[1] == path[: len(place[1])]}
            found = self.catalogue.meaning(name, replace(self, bound={**along, dotted: (var, path)}))
            if isinstance(found, core.Ref) and found.name == name and found.var != var:
                raise ExpressionError(f"{name} is not said of each {subject.name}", hint=f"Write {name} alone.")
            return found
        known = [*subject.fields, *subject.lists, *(n for n in self.catalogue.names() if n.count(".") == 0)]
        raise ExpressionError(
            f"{subject.name} has no {dotted}",
            hint=near(dotted, known) or "Facts are written with their subject; a pack declares more under inputs:.",
        )

    def fact(self, var: str, path: Path, field: Field) -> Expr:
        """A field of a bound item, as rules see it."""
        return self.catalogue.settled(self.recorded(var, path, field), path)

    def recorded(self, var: str, path: Path, field: Field) -> core.Fact:
        """A field of a bound item, as it is recorded."""
        low, high = Fraction(field.low or 0), Fraction(field.high or 0)
        absent = self.catalogue.absent(field.finding) if field.finding else None
        kind = field_type(subject_at(self.catalogue.schema, path), field, self.catalogue.units)
        return core.Fact(var, field.name, kind, low, high, field.scale, field.required, absent)

    def _list(self, var: str, path: Path, name: str) -> Items:
        subject = subject_at(self.catalogue.schema, path)
        if name not in subject.lists:
            hint = f"This pack is about each {subject.name}: declare a list under inputs:, and name its items"
            raise ExpressionError(f"{subject.name} has no {name}", hint=hint)
        listed: ListField = subject.lists[name]
        use = core.ListUse(var, name, path, listed.min_items, listed.max_items, listed.required)
        return Items(use, "item", None, item_unit(subject, listed, self.catalogue.units))

    def _referred(self, var: str, path: Path, name: str) -> Items:
        """The members to whom an item refers by id."""
        members = self._list(core.HOUSEHOLD, (), "members")
        link = self._list(var, path, name)
        schema = self.catalogue.schema
        own_id = self.recorded(members.var, ("members",), subject_at(schema, ("members",)).fields["id"])
        linked = f"{name}#link"
        linked_id = self.recorded(linked, (*path, name), subject_at(schema, (*path, name)).fields["id"])
        same = core.Compare("==", linked_id, own_id)
        where = core.Agg("any", linked, link.source, None, same, None, BOOL)
        return Items(members.source, members.var, where, link.unit)

    def list_of(self, var: str, path: Path, name: str) -> Items:
        """A list that hangs on a bound item."""
        return self._list(var, path, name)

    def _finding(self, name: str) -> Expr:
        about = self.catalogue.finding_about(name)
        if about is None:
            fields = (field for subject in self._asked_about() for field in subject.fields)
            known = [field.removeprefix("findings.") for field in fields if field.startswith("findings.")]
            close = " or ".join(f"finding.{each}" for each in nearest(name, known))
            hint = f"Did you mean {close}?" if close else "Declare it under findings:."
            raise ExpressionError(f"there is no finding {name}", hint=hint)
        path: Path = ("members",) if about == "member" else ()
        var = self.variable(path)
        if var is None:
            raise ExpressionError(f"finding.{name} is about a member", hint=f"Write m.finding.{name} for a member m.")
        found = self._of_item(var, path, ("findings", name))
        assert isinstance(found, core.Expr)
        return found

    def parameter(
        self, parts: tuple[str, ...], keys: Keys | None = None, on: Expr | None = None, end: End | None = None
    ) -> Expr:
        """See `expressions.Scope`."""
        name = self._full(".".join(parts))
        if name is None:
            self.resolve(parts)
            raise ExpressionError(f"{'.'.join(parts)} is not a parameter with keys")
        return self.catalogue.parameter(name, self, keys, on, end)

    def tiers(self, parts: tuple[str, ...]) -> Expr | None:
        """See `expressions.Scope`."""
        name = self._full(".".join(parts))
        return None if name is None else self.catalogue.tiers(name)

    def paid(self, rule: tuple[str, ...]) -> Items:
        """See `expressions.Scope`."""
        name = self._full(".".join(rule)) or ".".join(rule)
        owner = self.catalogue.programme_owner(name.partition(".")[0])
        if owner is None or not self.catalogue.has(name):
            raise ExpressionError(f"there is no rule {'.'.join(rule)}", expected="a rule such as startup.rent")
        var = self.variable(owner)
        if var is None:
            raise ExpressionError(f"paid({name}) is about a member", hint="Use it where a member is meant.")
        items = self._list(var, owner, "payments")
        of_rule = core.Compare("==", core.Fact(items.var, "rule", TEXT), core.Const(name, TEXT, name))
        return replace(items, where=of_rule)

    def order_key(self, items: Items) -> str:
        """See `expressions.Scope`."""
        listed = subject_at(self.catalogue.schema, items.source.owner).lists[items.source.name]
        if listed.ordered_by is None:
            raise ExpressionError(f"{listed.name} is not ordered", hint="Say ordered_by: for the list.")
        return listed.ordered_by


def field_type(subject: Subject, field: Field, units: tuple[str, ...]) -> Type:
    """The type of a fact: amounts and counts are per item of their own subject."""
    match field.type:
        case "bool":
            return BOOL
        case "date":
            return OPTIONAL_DATE if field.optional else DATE
        case "enum":
            return Type("enum", options=field.options)
        case "text":
            return TEXT
    known = (*units, subject.unit)
    unit = Unit.parse(field.unit, known) if field.unit else PLAIN
    counted = any(is_currency(name) or name in ("person", "household") for name, power in unit.powers if power > 0)
    return Type("number", unit / Unit.parse(subject.unit, known) if counted else unit)


def item_unit(subject: Subject, listed: ListField, units: tuple[str, ...]) -> Unit:
    """Items per owner of the list: persons per household, claims per person."""
    known = (*units, subject.unit, listed.unit)
    return Unit.parse(listed.unit, known) / Unit.parse(subject.unit, known)
