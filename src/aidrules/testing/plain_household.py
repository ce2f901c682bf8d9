"""Households in which nothing is special but what is said: short to write, short to read where a test fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from aidrules.facts.fact import item_model
from aidrules.facts.schema import Field, Path, Subject, group_model, subject_at
from aidrules.testing.candidates import candidates
from aidrules.testing.within import put_within_bounds

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.facts.decided import Decided
    from aidrules.language.pack import Pack

Facts = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What households of a pack say of one subject, as far as it matters.

    Attributes:
        fields: the facts that are given; ids are not among them, and the day of a finding comes after its value.
        lists: the lists that are given.
        plain: what each fact is where nothing is special.
        unwritten: what a fact counts as where it is left out, if that is not unknown.
        beside: what is recorded beside the value of each finding.
        settled: the findings that count as something where nobody recorded them.
    """

    subject: Subject
    fields: tuple[Field, ...]
    lists: Mapping[str, Plan]
    plain: Mapping[str, Any]
    unwritten: Mapping[str, Any]
    beside: Mapping[str, Facts]
    settled: frozenset[str]

    def write(self, into: Facts, field: Field, value: Any) -> None:
        """Enter a fact where a household has it; a finding with what must be recorded beside it."""
        *groups, last = field.name.split(".")
        if field.finding is not None and value is not None:
            value = {"value": value, **self.beside[field.finding]}
        if is_day_of_a_finding(field) and not (into.get("findings") or {}).get(groups[1]):
            return
        for group in groups:
            into = into.setdefault(group, {})
        into[last] = value

    def read(self, field: Field, facts: Mapping[str, Any]) -> Any:
        """A fact of an item that is written as a household has it; None where it says nothing."""
        found: Any = facts
        for part in (*field.name.split("."), *(("value",) if field.finding is not None else ())):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found


@lru_cache(maxsize=32)
def plan_of(compiled: Compiled, on: date, everything: bool = False) -> Plan:
    """What households of a compiled pack say: what its rules read, or everything."""
    findings = {name: entry.model for name, entry in compiled.pack.findings.items()}
    says = {"by": "role", "on": on.isoformat(), "reason": "r"}
    beside = {
        name: {
            need: says.get(need, True)
            for need in (*model.needs, *(model.beyond.needs if model.beyond else ()), *(["on"] if model.valid else []))
        }
        for name, model in findings.items()
    }
    settled = frozenset(name for name, model in findings.items() if model.if_absent != "unknown")
    known = candidates(compiled, on)

    def made(path: Path, model: type[BaseModel]) -> Plan:
        subject, row = subject_at(compiled.schema, path), compiled.rows.get(path)
        names = [*subject.fields, *subject.lists] if everything else [*row.fields, *row.lists] if row else []
        names += [name for name, listed in subject.lists.items() if listed.required and name not in names]
        fields = [subject.fields[name] for name in names if name in subject.fields]
        fields = [field for field in fields if field.name != "id" or field.refers_to is not None]
        fields.sort(key=is_day_of_a_finding)
        unwritten = dict(_unwritten(model))
        lists = {
            name: made((*path, name), item_model(model.model_fields[name].annotation))
            for name in names
            if name in subject.lists
        }
        usual = {field.name: unwritten.get(field.name, known.plain(field)) for field in fields}
        return Plan(subject, tuple(fields), lists, usual, unwritten, beside, settled)

    return made((), compiled.pack.Subject)


def is_day_of_a_finding(field: Field) -> bool:
    """Whether a fact is the day on which a finding was made, which goes with its value."""
    return field.name.startswith("findings.") and field.finding is None


def _unwritten(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The facts that count as something where they are left out, by dotted path."""
    for name, info in model.model_fields.items():
        inner = group_model(info.annotation)
        if inner is not None:
            yield from _unwritten(inner, f"{prefix}{name}.")
        elif not info.is_required() and info.default is not None:
            yield f"{prefix}{name}", info.default


class Plain:
    """The plain household of a pack on a day: one grown-up, every list empty, every fact that rules read known."""

    def __init__(self, pack: Pack, on: date, everything: bool = False) -> None:
        self.pack, self.on, self.everything = pack, on, everything
        self.compiled = pack.on(on)
        self.plan = plan_of(self.compiled, on, everything)

    def __repr__(self) -> str:
        more = ", everything=True" if self.everything else ""
        return f"plain(pack, on=date({self.on.year}, {self.on.month}, {self.on.day}){more})"

    def having(self, facts: Mapping[str, Any]) -> Decided:
        """The plain household, but with these facts.

        Args:
            facts: as `pack.Household` takes them; items of lists are completed too, and members need no id.

        Raises:
            FactsError: facts that cannot be right.
        """
        made = {"id": "h", **_completed(self.plan, facts)}
        household = self.pack.Subject.model_validate(made)
        if put_within_bounds(self.compiled, household, self.on, made, but=facts):
            household = self.pack.Subject.model_validate(made)
        return household


@lru_cache(maxsize=32)
def _plain(pack: Pack, on: date, everything: bool) -> Plain:
    return Plain(pack, on, everything)


def plain(pack: Pack, *, on: date, everything: bool = False) -> Plain:
    """The plain household of a pack, to which a test adds what matters: `plain(pack, on=day).having({...})`.

    Args:
        pack: the rules.
        on: the date of the facts, and of the law.
        everything: whether facts that no rule reads are known as well.
    """
    return _plain(pack, on, everything)


def _completed(plan: Plan, facts: Mapping[str, Any], first: str = "m1") -> Facts:
    """Facts of an item with all that goes without saying; `first` is the id of the first member."""
    given = {name: facts.get(name, [{}] * plan.subject.lists[name].min_items) for name in plan.lists}
    if isinstance(given.get("members"), Sequence):
        given["members"] = [{"id": f"m{place}", **member} for place, member in enumerate(given["members"], 1)]
        first = str(given["members"][0]["id"]) if given["members"] else first
    made: Facts = {}
    for field in plan.fields:
        if field.finding not in plan.settled and not is_day_of_a_finding(field):
            plan.write(made, field, first if field.refers_to else plan.plain[field.name])
    made = _laid_over(made, facts)
    for name, items in given.items():
        if items is not None:
            inner = plan.lists[name]
            made[name] = [_completed(inner, item, first) if isinstance(item, Mapping) else item for item in items]
    return made


def _laid_over(under: Facts, over: Mapping[str, Any]) -> Facts:
    made = dict(under)
    for name, value in over.items():
        below = made.get(name)
        made[name] = _laid_over(below, value) if isinstance(value, Mapping) and isinstance(below, dict) else value
    return made
