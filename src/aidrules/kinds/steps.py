"""One step of a procedure: what a rule says of it, and the definitions that say whether and how it was taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from pydantic import Field, model_validator

from aidrules.facts.schema import subject_at
from aidrules.kinds.base import Lowering
from aidrules.language import build, core, expressions
from aidrules.language.core import BOOL, Expr, Ref, Type
from aidrules.language.expressions import Items
from aidrules.language.fields import (
    Expression,
    Expressions,
    Identifier,
    Identifiers,
    Label,
    Labelled,
    RefusedError,
    WholeNumber,
)

SENTENCES = {
    "skipped": (("“{}”可以不办理", "“{}” may be left out"), ("“{}”须办理", "“{}” is to be taken")),
    "missing": (("“{}”尚未办结", "“{}” is not done yet"), ("“{}”已办结", "“{}” is done")),
    "out_of_order": (
        ("“{}”早于应当在先的环节", "“{}” was taken before a step that precedes it"),
        ("“{}”在应当在先的环节之后", "“{}” was taken after the steps that precede it"),
    ),
    "too_short": (
        ("“{}”公示时间不足", "“{}” was not posted for long enough"),
        ("“{}”公示时间已满", "“{}” was posted for long enough"),
    ),
    "objected": (
        ("“{}”有异议待核实", "an objection to “{}” is to be looked into"),
        ("“{}”没有待核实的异议", "no objection to “{}” is to be looked into"),
    ),
    "not_passed": (("“{}”未通过", "“{}” was not passed"), ("“{}”没有不通过", "“{}” was not refused")),
    "without_all": (
        ("“{}”参加人员不足", "too few took part in “{}”"),
        ("“{}”参加人员齐备", "those who must take part in “{}” did"),
    ),
}
"""What makes a step other than done, the first that holds: as a sentence where it holds and where it does not."""

STATES = {
    "done": Label("已办结", "done"),
    "skipped": Label("可以不办理", "may be left out"),
    "missing": Label("尚未办结", "not done yet"),
    "out_of_order": Label("早于在先环节", "taken too early"),
    "too_short": Label("公示时间不足", "not posted for long enough"),
    "objected": Label("有异议待核实", "an objection to be looked into"),
    "not_passed": Label("未通过", "not passed"),
    "without_all": Label("参加人员不足", "too few took part"),
}
"""How a step may stand."""


class Role(Labelled):
    """Somebody who takes part in a step, and when."""

    when: Expressions = ()


class StepModel(Labelled):
    """One step.

    Attributes:
        skipped_when: where it is not taken.
        after: the steps that come before it; all that stand above it unless given.
        posted: of a public notice, for how long at least; the day of posting is not counted.
        who: the roles that take part; with conditions, only where they hold.
        at_least: how many persons of these roles are enough, in the place of one of each.
    """

    skipped_when: Expressions = ()
    after: Identifiers | None = None
    posted: Expression | None = None
    who: dict[Identifier, Role] | Identifiers = ()
    at_least: WholeNumber | None = Field(default=None, ge=1, le=60)

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if self.at_least is not None and not self.who:
            raise RefusedError("at_least: without who:", "who: with the roles that count")
        return self


@dataclass(frozen=True, slots=True)
class Taken:
    """The definitions of one step by what they say.

    Attributes:
        full_on: the first day on which it has been posted long enough, where it has to be.
        without: for each role that must take part, its label, and whether nobody of it does.
    """

    id: str
    label: Label
    state: str
    begun_on: str
    done_on: str
    full_on: str | None
    without: tuple[tuple[str, Label, str], ...]


@dataclass(frozen=True, slots=True)
class Before:
    """A step as those after it see it."""

    skipped: Expr
    done_on: Ref
    earlier: frozenset[str]


class Step:
    """One step of a rule, as it is entered."""

    def __init__(self, rule: Lowering, name: str, model: StepModel) -> None:
        self.rule, self.name, self.model, self.path = rule, name, model, ("steps", name)
        self.label = model.label(name)
        self.begun_on = self._date("begun_on", "“{}”的开始日期", "day “{}” was begun")
        self.done_on = self._date("done_on", "“{}”的完成日期", "day “{}” was done")
        self.full_on = self._full_on()
        self.without: list[tuple[str, Label, str]] = []

    def taken(self) -> Taken:
        """What was entered, by name."""
        full_on = None if self.full_on is None else self.full_on.name
        state = f"{self.rule.id}.{self.name}.state"
        return Taken(self.name, self.label, state, self.begun_on.name, self.done_on.name, full_on, tuple(self.without))

    def enter(self, before: dict[str, Before]) -> Ref:
        """Enter the step after those above it: whether it was taken as it must be, or left out as it may be."""
        earlier = self._earlier(before)
        skipped: Expr = core.FALSE
        if self.model.skipped_when:
            path = (*self.path, "skipped_when")
            skipped = self._said("skipped", self.rule.condition(self.model.skipped_when, path))
        wrong = {
            "missing": core.IsNone(self.done_on),
            "out_of_order": core.disjunction(*(self._too_early(before[name]) for name in before if name in earlier)),
            "too_short": self._too_short(),
            "objected": self._came_to("objected"),
            "not_passed": self._came_to("not_passed"),
            "without_all": self._too_few() if self.model.at_least else self._lacking(),
        }
        wrong = {reason: self._said(reason, condition) for reason, condition in wrong.items()}
        before[self.name] = Before(skipped, self.done_on, earlier)
        kind = Type("enum", options=tuple(STATES))
        state: Expr = core.Const("done", kind, "done")
        for reason, condition in reversed(wrong.items()):
            state = build.choose(condition, core.Const(reason, kind, reason), state)
        state = build.choose(skipped, core.Const("skipped", kind, "skipped"), state)
        self._define("state", build.retype(state, kind), "“{}”的办理情况", "state of “{}”")
        right = core.conjunction(*(core.negation(condition) for condition in wrong.values()))
        return self.rule.part(self.name, self.label, self.model.cite, core.disjunction(skipped, right))

    def _said(self, state: str, condition: Expr) -> Expr:
        """A condition under the name of the state to which it brings the step; what cannot be needs none."""
        if condition == core.FALSE:
            return condition
        true, false = (Label(zh.format(self.label.zh), en.format(self.label.en)) for zh, en in SENTENCES[state])
        name = f"{self.rule.id}.{self.name}.{state}"
        self.rule.shop.define(core.Definition(name, self.rule.owner, condition, true, says=(true, false)))
        return Ref(name, self.done_on.var, BOOL)

    def _define(self, suffix: str, expr: Expr, zh: str, en: str) -> Ref:
        label = Label(zh.format(self.label.zh), en.format(self.label.en))
        return self.rule.define(f"{self.name}.{suffix}", expr, label=label)

    def _of(self, listed: str) -> tuple[Items, Expr]:
        """The records in a list, and which of them are the step's."""
        found = self.rule.names.list_of(core.HOUSEHOLD, (), listed)
        items = replace(found, var=f"{listed}#{self.name}")
        return items, _is(self._fact(items, "step"), self.name)

    def _fact(self, items: Items, field: str) -> core.Fact:
        path = (items.source.name,)
        subject = subject_at(self.rule.names.catalogue.schema, path)
        return self.rule.names.recorded(items.var, path, subject.fields[field])

    def _date(self, field: str, zh: str, en: str) -> Ref:
        items, own = self._of("steps")
        day = self._fact(items, field)
        dated = replace(items, where=core.conjunction(own, core.negation(core.IsNone(day))))
        return self._define(field, expressions.aggregate("latest", dated, day), zh, en)

    def _came_to(self, result: str) -> Expr:
        items, own = self._of("steps")
        return expressions.aggregate("any", items, core.conjunction(own, _is(self._fact(items, "result"), result)))

    def _full_on(self) -> Ref | None:
        if self.model.posted is None:
            return None
        path = (*self.path, "posted")
        span = self.rule.span(self.model.posted, path)
        full = self.rule.at(path, lambda: expressions.shift_date(self.begun_on, span))
        return self._define("full_on", full, "“{}”期满日期", "day on which “{}” has been posted for long enough")

    def _too_short(self) -> Expr:
        if self.full_on is None:
            return core.FALSE
        return core.disjunction(core.IsNone(self.begun_on), build.compare("<", self.done_on, self.full_on))

    def _earlier(self, before: dict[str, Before]) -> frozenset[str]:
        """The steps that come before it, with those that come before these."""
        if self.model.after is None:
            return frozenset(before)
        for name in self.model.after:
            if name not in before:
                found = f"after: {name} is no step above {self.name}"
                expected = ", ".join(before) or f"no after:, as {self.name} is the first step"
                hint = "Steps stand in an order in which they can be taken"
                raise self.rule.error((*self.path, "after"), found, expected, hint)
        return frozenset(self.model.after).union(*(before[name].earlier for name in self.model.after))

    def _too_early(self, other: Before) -> Expr:
        """Whether it was posted, or done where it is no notice, before another was done."""
        own = self.done_on if self.full_on is None else self.begun_on
        undone = core.disjunction(core.IsNone(other.done_on), build.compare("<", own, other.done_on))
        return core.conjunction(core.negation(other.skipped), undone)

    def _roles(self) -> dict[str, tuple[Label, Expr]]:
        """Who takes part: for each role its label and where it does."""
        if not isinstance(self.model.who, dict):
            return {role: (self.rule.shop.term(role), core.TRUE) for role in self.model.who}
        return {
            role: (
                given.label(role) if given.zh or given.en else self.rule.shop.term(role),
                self.rule.condition(given.when, (*self.path, "who", role, "when")),
            )
            for role, given in self.model.who.items()
        }

    def _too_few(self) -> Expr:
        items, own = self._of("participants")
        role = self._fact(items, "role")
        fits = core.disjunction(
            *(core.conjunction(_is(role, name), where) for name, (_, where) in self._roles().items())
        )
        persons = expressions.aggregate("count", replace(items, where=core.conjunction(own, fits)), None)
        return build.compare("<", persons, build.number(self.model.at_least or 0))

    def _lacking(self) -> Expr:
        """Whether nobody of a role takes part."""
        items, own = self._of("participants")
        for name, (label, where) in self._roles().items():
            there = expressions.aggregate("any", items, core.conjunction(own, _is(self._fact(items, "role"), name)))
            lack = self._define(
                f"without_{name}",
                core.conjunction(where, core.negation(there)),
                f"“{{}}”没有{label.zh}参加",
                f"“{{}}” was without {label.en}",
            )
            self.without.append((name, label, lack.name))
        return core.disjunction(*(Ref(name, self.done_on.var, BOOL) for _, _, name in self.without))


def _is(fact: core.Fact, value: str) -> Expr:
    return build.compare("==", fact, core.Const(value, fact.type, value))
