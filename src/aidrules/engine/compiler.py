"""The compiler: what every name of a pack means, lowered when it is first asked for.

So definitions, parameters and rules may stand in any order.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from aidrules.engine import results
from aidrules.engine.applies import Applies
from aidrules.engine.bounds import Interval, bounds
from aidrules.engine.circles import Circles
from aidrules.engine.definitions import Definitions
from aidrules.engine.findings import Findings
from aidrules.engine.income import Income
from aidrules.engine.notices import Notices
from aidrules.engine.readings import Readings
from aidrules.engine.rules import Rules
from aidrules.engine.tables import Tables
from aidrules.errors import PackError, Place, Problem
from aidrules.facts.schema import Path, Subject, subject_at
from aidrules.language import core, expressions
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, Definition, Expr, Ref, Type
from aidrules.language.expressions import End, Items, Keys, Meaning
from aidrules.language.fields import Label, near
from aidrules.language.models import FindingModel
from aidrules.language.names import Names
from aidrules.language.pack import Pack

_YES_NO = {
    "eligibility",
    "exclusion",
    "entitlement",
    "referral",
    "gate",
    "procedure",
    "deadline",
    "cadence",
    "check",
    "combination",
    "phase_out",
}
"""Kinds whose own name is a condition, known without lowering them."""


class Compiler:
    """Lowers what a pack has in force on a date; see `names.Catalogue` and `kinds.workshop.Workshop`.

    Attributes:
        made: the core definitions so far, by name.
        places: where in the files lies what made them.
    """

    def __init__(self, pack: Pack, day: date) -> None:
        self.pack, self.day = pack, day
        self.schema: Subject = pack.schema
        self.units, self.declared_units = pack.units, pack.content.units
        self.currency = pack.currency or "CNY"
        self.made: dict[str, Definition] = {}
        self.places: dict[str, Place] = {}
        self.intervals = _Intervals(self)
        self.circles = Circles(self)
        self.readings = Readings(self)
        self.definitions = Definitions(self)
        self.rules = Rules(self)
        self.income = Income(self)
        self.tables = Tables(self)
        self.applies = Applies(self)
        self.findings = Findings(self)
        self.notices = Notices(self)

    def lowering(self, name: str) -> AbstractContextManager[None]:
        """See `Circles.lowering`."""
        return self.circles.lowering(name)

    def names(self) -> set[str]:
        """See `names.Catalogue`."""
        found = {*self.definitions.entries, *self.rules.entries, *self.pack.parameters, *self.made}
        found |= {f"{name}.{result}" for name in self.pack.programmes for result in results.RESULTS}
        return {name for name in found if not (name in self.made and self.made[name].hidden)}

    def has(self, name: str) -> bool:
        """See `names.Catalogue`."""
        if any(
            name in known for known in (self.definitions.entries, self.rules.entries, self.pack.parameters, self.made)
        ):
            return True
        if results.is_result(self.pack.programmes, name) or self._rule_of(name) is not None:
            return True
        return name in self.made  # a definition that was lowered to see what it makes

    def is_result(self, name: str) -> bool:
        """See `names.Catalogue`."""
        return results.is_result(self.pack.programmes, name)

    def at_work(self, name: str) -> bool:
        """See `names.Catalogue`."""
        return self.circles.is_innermost(name)

    def _rule_of(self, name: str) -> str | None:
        """The rule that a longer name (`dibao.top_up.value`) belongs to, if it makes that name."""
        head = name
        while head:
            if head in self.rules.entries:
                if head != name:
                    self.rules.lower(head)
                return head if name in self.made or head == name else None
            if head in self.definitions.entries and head != name:
                self.definitions.lower(head)
                return None
            head = head.rpartition(".")[0]
        return None

    def meaning(self, name: str, scope: Names) -> Meaning:
        """See `names.Catalogue`."""
        if name in self.pack.parameters:
            return self.tables.value(name, scope)
        if name in self.definitions.entries:
            self.definitions.lower(name)
            if name in self.definitions.lists:
                return self.definitions.lists[name]
            if name in self.definitions.periods:
                return self.definitions.periods[name]
        owner = self.owner(name)
        var = scope.variable(owner)
        if var is not None:
            return self.reference(name, var)
        for wider in (f"{name}.total", f"{name}.any"):
            if self.has(wider) and scope.variable(self.owner(wider)) is not None:
                return self.reference(wider, scope.variable(self.owner(wider)) or core.HOUSEHOLD)
        item = subject_at(self.schema, owner).name
        raise ExpressionError(
            f"{name} is said of each {item}", hint=f"Write any({item[0]}.{name} for {item[0]} in ...) or sum(...)."
        )

    def owner(self, name: str) -> Path:
        """See `names.Catalogue`."""
        if name in self.made:
            return self.made[name].owner
        if results.is_result(self.pack.programmes, name):
            return results.owner_of(self, name)
        if name in self.rules.entries:
            kind = self.rules.entries[name].kind
            if kind in ("eligibility", "exclusion", "phase_out"):
                return self.programme_owner(self.rules.entries[name].programme or "") or ()
            if kind in _YES_NO:
                return self.rules.owner(name)
        self.ensure(name)
        return self.made[name].owner

    def _type(self, name: str) -> Type:
        if name in self.made:
            return self.made[name].type
        if results.is_result(self.pack.programmes, name):
            fixed = results.type_of(self, name)
            if fixed is not None:
                return fixed
        if name in self.rules.entries and self.rules.entries[name].kind in _YES_NO:
            return BOOL
        self.ensure(name)
        return self.made[name].type

    def ensure(self, name: str) -> None:
        """Lower whatever makes a name."""
        if name in self.definitions.entries:
            self.definitions.lower(name)
        elif name in self.rules.entries:
            self.rules.lower(name)
        elif results.is_result(self.pack.programmes, name):
            self.result(name)
        elif name.endswith(".value") and self._is_looked_up(name.removesuffix(".value")):
            self.tables.lower(name.removesuffix(".value"))
        elif self._rule_of(name) is None and name.rpartition(".")[2] in self.pack.notices:
            self.notices.everything()
        if name not in self.made:
            raise ExpressionError(f"{name} gives no single value", hint=near(name, self.names()))

    def _is_looked_up(self, name: str) -> bool:
        return name in self.pack.parameters and bool(self.pack.parameters[name].model.by)

    def reference(self, name: str, var: str = core.HOUSEHOLD) -> Ref:
        """See `kinds.workshop.Workshop`."""
        return Ref(name, var, self._type(name))

    def define(self, definition: Definition) -> None:
        """See `kinds.workshop.Workshop`."""
        if definition.name in self.made:
            place = self.places.get(definition.name)
            raise PackError(Problem(f"{definition.name} is made twice", place, definition.name, hint="Rename one."))
        self.made[definition.name] = definition

    def forget(self, rule: str) -> None:
        """Take back what a rule has made that turned out wrong, so that its next reader hears of the same mistake."""
        for name in [name for name in self.made if name == rule or name.startswith(f"{rule}.")]:
            del self.made[name]

    def parameter(
        self, name: str, scope: Names, keys: Keys | None = None, on: Expr | None = None, end: End | None = None
    ) -> Expr:
        """See `names.Catalogue`."""
        if name not in self.pack.parameters:
            raise ExpressionError(f"{name} is not a parameter", hint=near(name, self.pack.parameters))
        return self.tables.value(name, scope, keys, on, end)

    def check_share(self, share: Expr) -> None:
        """See `kinds.workshop.Workshop`."""
        self.tables.check_share(share)

    def is_parameter(self, name: str) -> bool:
        """See `names.Catalogue`."""
        return name in self.pack.parameters

    def tiers(self, name: str) -> Expr | None:
        """See `names.Catalogue`."""
        return self.tables.tiers(name) if name in self.pack.parameters else None

    def chosen(self, reading: str) -> core.Const:
        """See `names.Catalogue`."""
        return self.readings.chosen(reading)

    def finding_about(self, name: str) -> str | None:
        """See `names.Catalogue`."""
        return self.pack.findings[name].model.about if name in self.pack.findings else None

    def settled(self, fact: core.Fact, path: Path) -> Expr:
        """See `names.Catalogue`."""
        if fact.path.startswith("findings."):
            return self.findings.settled(fact)
        return self.applies.settled(fact, path)

    def absent(self, finding: str) -> core.Value | None:
        """See `names.Catalogue`."""
        model: FindingModel = self.pack.findings[finding].model
        return results.absent(model, self._finding_field(finding))

    def _finding_field(self, name: str) -> Any:
        about = self.pack.findings[name].model.about
        return subject_at(self.schema, ("members",) if about == "member" else ()).fields[f"findings.{name}"]

    def programme_owner(self, name: str) -> Path | None:
        """See `names.Catalogue`."""
        programme = self.pack.programmes.get(name)
        if programme is None:
            return None
        subject, own = programme.model.subject or self.schema.name, self.schema.name
        known = (own, "member") if "members" in self.schema.lists else (own,)
        if subject not in known:
            place = programme.entry.node.at(("subject",))
            raise PackError(Problem(f"the subject {subject}", place, name, " or ".join(known)))
        return ("members",) if subject == "member" else ()

    def members_of(self, programme: str | None) -> Meaning | None:
        """See `names.Catalogue`."""
        entry = self.pack.programmes.get(programme or "")
        if entry is None or entry.model.members is None:
            return None
        scope = self.item_scope((), None)
        try:
            found = expressions.read(entry.model.members, scope)
            if not isinstance(found, Items):
                raise ExpressionError(f"members: {entry.model.members} is not a list")
        except ExpressionError as error:
            place = entry.entry.node.at(("members",))
            raise PackError(Problem(error.found, place, programme, error.expected, error.hint)) from None
        return found

    def item_scope(self, owner: Path, programme: str | None) -> Names:
        """See `kinds.workshop.Workshop`."""
        bound: dict[str, tuple[str, Path]] = {self.schema.name: (core.HOUSEHOLD, ())}
        for depth in range(len(owner)):
            item = subject_at(self.schema, owner[:depth]).lists[owner[depth]].item
            bound[item] = (item, owner[: depth + 1])
        return Names(self, programme or None, bound, {})

    def each(self, text: str, names: Names) -> tuple[Path, Expr]:
        """See `kinds.workshop.Workshop`."""
        parts = tuple(text.replace(" ", "").split("."))
        if parts == ("member",):
            items = names.resolve(("members",))
        else:
            first = parts[0]
            if first == "member" and "member" not in names.bound and "members" in self.schema.lists:
                names = self.item_scope(("members",), names.programme)
            items = names.resolve(parts)
        if not isinstance(items, Items):
            lists = ("member, member.episodes, household.expenses",) if "members" in self.schema.lists else ()
            expected = ", ".join(lists or (f"{self.schema.name}.{name}" for name in self.schema.lists))
            raise ExpressionError(f"each: {text} is not a list", expected=expected)
        owner = (*items.source.owner, items.source.name)
        if parts[-1] not in ("member", "members", owner[-1]) and "." in text:
            raise ExpressionError(
                f"each: {text} is who is referred to", hint="Say each: member, and name them inside: any(... for ...)."
            )
        own = subject_at(self.schema, owner).name
        counts = core.TRUE if items.where is None else core.rename(items.where, {items.var: own})
        if len(owner) == 2:
            outer = names.resolve(("members",))
            if isinstance(outer, Items) and outer.where is not None:
                counts = core.conjunction(core.rename(outer.where, {outer.var: "member"}), counts)
        return owner, counts

    def term(self, name: str) -> Label:
        """See `kinds.workshop.Workshop`."""
        return self.pack.terms.get(name) or Label(name, name)

    @property
    def programmes(self) -> dict[str, Label]:
        """See `kinds.workshop.Workshop`."""
        return {name: programme.entry.label for name, programme in self.pack.programmes.items()}

    def combinations(self) -> dict[str, tuple[str, ...]]:
        """See `kinds.workshop.Workshop`."""
        rules = (entry for entry in self.rules.entries.values() if entry.kind == "combination")
        return {entry.id: entry.model.among for entry in rules if entry.model.keep != "all"}

    def eligibility_of(self, programme: str) -> tuple[str, ...]:
        """See `kinds.workshop.Workshop`."""
        return tuple(e.id for e in self.pack.programmes[programme].rules.values() if e.kind == "eligibility")

    def rule_names(self, programme: str, *kinds: str) -> tuple[str, ...]:
        """The rules of a programme of some kinds, by full name."""
        return tuple(e.id for e in self.pack.programmes[programme].rules.values() if e.kind in kinds)

    def result(self, name: str) -> None:
        """Lower what every programme results in, unless that is done."""
        if name in self.made:
            return
        programme = name.rpartition(".")[0]
        self.places.setdefault(name, self.pack.programmes[programme].entry.node.place)
        with self.lowering(name):
            expr = results.lower(self, programme, name.rpartition(".")[2])
            owner = results.owner_of(self, name)
            label = results.label(self.pack.programmes[programme].entry.label, name.rpartition(".")[2])
            self.define(Definition(name, owner, expr, label))


class _Intervals(dict[str, Interval]):
    """The intervals of definitions, worked out when they are asked for."""

    def __init__(self, compiler: Compiler) -> None:
        super().__init__()
        self._compiler = compiler

    def __missing__(self, name: str) -> Interval:
        self._compiler.ensure(name)
        self[name] = bounds(self._compiler.made[name].expr, self)
        return self[name]
