"""Random rule packs: well-typed expressions of every form, definitions over every list, rules of every kind.

Everything is written as a rule author writes it, in the words of the language, and goes through the whole library:
loader, expressions, kinds, bounds, code. The country is invented; its facts are those of `INPUTS` and some shipped
ones.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from aidrules import load
from aidrules.engine import Compiled
from aidrules.errors import PackError, Problem

Node = dict[str, Any]

INPUTS: Node = {
    "household": {
        "rent": {"unit": "CNY/month", "max": "20000"},
        "rooms": {"unit": "1", "max": "9"},
        "lag": {"unit": "month", "max": "24"},
        "moved": {"type": "date"},
        "left": {"type": "date", "optional": "true"},
        "coastal": {"type": "bool"},
        "boats": {
            "list": "boat",
            "ordered_by": "bought",
            "max_items": "4",
            "fields": {
                "worth": {"unit": "CNY", "max": "90000"},
                "catch": {"unit": "CNY/month", "max": "5000"},
                "crew": {"unit": "1", "max": "6", "applies_when": "boat.sound", "counts_as": "1"},
                "bought": {"type": "date"},
                "sound": {"type": "bool"},
                "size": {"type": ["small", "large"]},
            },
        },
    },
    "member": {
        "wage": {"unit": "CNY/month", "max": "30000"},
        "purse": {"unit": "CNY", "max": "100000"},
        "points": {"unit": "1", "min": "-3", "max": "9"},
        "tenure": {"unit": "month", "max": "60", "applies_when": "member.able", "counts_as": "0"},
        "able": {"type": "bool"},
        "level": {"type": ["low", "middle", "high"]},
        "hired": {"type": "date"},
        "retired": {"type": "date", "optional": "true"},
        "jobs": {
            "list": "job",
            "ordered_by": "begun",
            "max_items": "3",
            "fields": {
                "pay": {"unit": "CNY/month", "max": "9000"},
                "bonus": {"unit": "CNY", "max": "9000", "applies_when": "job.trade == sea", "counts_as": "0"},
                "spread": {"unit": "1", "min": "1", "max": "12"},
                "begun": {"type": "date"},
                "ended": {"type": "date", "optional": "true"},
                "steady": {"type": "bool"},
                "trade": {"type": ["sea", "land"]},
            },
        },
    },
}
FINDINGS: Node = {
    "hardship": {"about": "household", "type": "bool", "if_absent": "false", "valid": "6 month"},
    "storm": {"about": "household", "unit": "CNY/month", "min": "0", "max": "5000", "if_absent": "lower"},
    "frail": {"about": "member", "type": "bool", "valid": "1 year"},
}
PARAMETERS: Node = {
    "line": {
        "unit": "CNY/person/month",
        "by": "household.residence",
        "values": [
            {"from": "2000-01-01", "until": "2019-12-31", "is": {"urban": "650.50", "rural": "400"}},
            {"from": "2020-01-01", "is": {"urban": "700", "rural": "5400 CNY/person/year"}},
        ],
    },
    "care": {
        "unit": "CNY/person/month",
        "by": "member.level",
        "values": [{"is": {"low": "0", "middle": "120.50", "high": "none"}}],
    },
    "scale": {
        "by": "household.rooms",
        "values": [
            {
                "is": [
                    {"below": "1", "value": "0"},
                    {"at_least": "1", "up_to": "3", "value": "12.5%"},
                    {"over": "3", "below": "7", "value": "50%"},
                    {"at_least": "7", "value": "110%"},
                ]
            }
        ],
    },
    "levy": {
        "unit": "CNY/household/month",
        "by": "household.rooms",
        "values": [{"is": {"0": "0", "1": "20", "2": "30.50"}, "each_more": "7.25"}],
    },
    "bands": {
        "by": "household.rent",
        "apply": "marginal",
        "values": [
            {
                "is": [
                    {"below": "100", "value": "none"},
                    {"at_least": "100", "up_to": "1000", "value": "50%"},
                    {"over": "1000", "value": "12.5%"},
                ]
            }
        ],
    },
    "span": {
        "type": "range",
        "unit": "CNY/household/month",
        "by": "household.residence",
        "values": [{"is": {"urban": ["100", "250.50"], "rural": ["0", "90"]}}],
    },
    "steps": {"unit": "CNY/person/month", "ordered": "true", "values": [{"is": {"1": "300", "2": "420", "3": "500"}}]},
    "index": {"series": "month", "values": [{"is": {"2024-05": "3%", "2024-06": "4.5%", "2025-06": "1"}}]},
    "rate": {"keys": ["low", "middle", "high"], "values": [{"is": {"low": "10%", "middle": "20%", "high": "30%"}}]},
    "flat": {"unit": "CNY/household/month", "values": [{"is": "45.50"}]},
    "stay": {"unit": "month", "values": [{"is": "6"}]},
    "open": {"type": "bool", "values": [{"is": "true"}]},
    "opening": {"type": "date", "values": [{"is": "2024-02-29"}]},
    "share": {"required": "true", "must": "10% <= value <= 30%"},
    "extra": {"unit": "CNY/household/month", "required": "true", "must": "0 <= value <= 1000 * CNY / month"},
}
MISSING = ("share", "extra")
"""Parameters that nobody has given: what reads them is unknown."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the facts of an item are, by what they measure, and which lists hang on it."""

    unit: str
    money: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    enums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lists: tuple[tuple[str, str], ...] = ()
    ordered_by: str = ""


SUBJECTS = {
    "household": Subject(
        "household",
        money=("rent", "finding.storm"),
        sums=("assets.savings",),
        counts=("rooms",),
        months=("lag",),
        flags=("coastal", "finding.hardship", "single_parent"),
        dates=("moved",),
        maybe=("left", "case.applied_on"),
        enums=(("residence", ("urban", "rural")),),
        lists=(("members", "member"), ("boats", "boat"), ("expenses", "expense")),
    ),
    "member": Subject(
        "person",
        money=("wage",),
        sums=("purse",),
        counts=("points", "disability.grade"),
        months=("tenure",),
        flags=("able", "finding.frail", "illness.serious"),
        dates=("birth_date", "hired"),
        maybe=("retired",),
        enums=(("level", ("low", "middle", "high")), ("sex", ("female", "male"))),
        lists=(("jobs", "job"), ("incomes", "income")),
    ),
    "job": Subject(
        "job",
        money=("pay",),
        sums=("bonus",),
        counts=("spread",),
        flags=("steady",),
        dates=("begun",),
        maybe=("ended",),
        enums=(("trade", ("sea", "land")),),
        ordered_by="begun",
    ),
    "income": Subject(
        "income",
        sums=("amount",),
        months=("months",),
        maybe=("received_on",),
        enums=(("kind", ("wages", "business", "property", "transfer", "other")),),
        ordered_by="received_on",
    ),
    "boat": Subject(
        "boat",
        money=("catch",),
        sums=("worth",),
        counts=("crew",),
        flags=("sound",),
        dates=("bought",),
        enums=(("size", ("small", "large")),),
        ordered_by="bought",
    ),
    "expense": Subject(
        "expense",
        money=("claimed", "verified"),
        flags=("necessary",),
        enums=(("kind", ("disability", "housing", "other")),),
    ),
}
OWNERS = {
    "household": (None, ("household",)),
    "member": ("member", ("household", "member")),
    "job": ("member.jobs", ("household", "member", "job")),
    "income": ("member.incomes", ("household", "member", "income")),
    "boat": ("household.boats", ("household", "boat")),
    "expense": ("household.expenses", ("household", "expense")),
}
"""What `each:` says for each subject, and which items are bound then."""


@dataclass(frozen=True, slots=True)
class Made:
    """A definition that later ones may name: bool, date, or the unit of its number."""

    name: str
    subject: str
    kind: str


@dataclass(frozen=True)
class Author:
    """Writes random expressions.

    Attributes:
        bound: variable and subject of every item in reach, innermost last.
        made: definitions that may be named.
        missing: whether parameters without a value may be named.
    """

    rng: random.Random
    bound: tuple[tuple[str, str], ...]
    made: Sequence[Made]
    missing: bool

    def inside(self, var: str, subject: str) -> Author:
        return replace(self, bound=(*self.bound, (var, subject)))

    def pick(self, *options: Callable[[], str | None]) -> str:
        """The first of the options, in random order, that can be written here."""
        for option in self.rng.sample(options, len(options)):
            written = option()
            if written is not None:
                return written
        raise AssertionError("nothing can be written here")

    def fact(self, of: str, subject: str | None = None) -> str | None:
        """A fact that measures something, of a bound item (of one subject)."""
        found = [
            f"case.{name.removeprefix('case.')}" if name.startswith("case.") else f"{var}.{name}"
            for var, kind in self.bound
            if subject in (None, kind)
            for name in getattr(SUBJECTS[kind], of)
        ]
        return self.rng.choice(found) if found else None

    def named(self, kind: str) -> str | None:
        """A definition of a kind (bool, date, a unit) for a bound item."""
        found = []
        for made in self.made:
            if made.kind == kind:
                found += [
                    made.name if subject == "household" else f"{var}.{made.name}"
                    for var, subject in self.bound
                    if subject == made.subject
                ]
        return self.rng.choice(found) if found else None

    def loop(self) -> tuple[str, Author, str] | None:
        """A list in reach: what runs through it, the author inside, the subject of its items."""
        found = [(var, name, item) for var, kind in self.bound for name, item in SUBJECTS[kind].lists]
        if not found or len(self.bound) > 5:
            return None
        outer, name, item = self.rng.choice(found)
        var = f"{item[0]}{len(self.bound)}"
        inner = self.inside(var, item)
        where = f" if {inner.condition(1)}" if self.rng.random() < 0.5 else ""
        listed = "members" if name == "members" and self.rng.random() < 0.7 else f"{outer}.{name}"
        return f"for {var} in {listed}{where}", inner, item

    # Numbers.

    def number(self, unit: str, depth: int) -> str:
        """A number measured in a unit: `1`, `month`, `year`, `day`, or money such as `CNY/person/month`."""
        leaves = [lambda: self._fact_of(unit), lambda: self.named(unit), lambda: self._literal(unit)]
        if depth <= 0:
            return self.pick(*leaves, lambda: self._parameter(unit))
        deep = self.rng.choice(
            [lambda: self._combined(unit, depth - 1), lambda: self._combined(unit, depth - 1), *self._own(unit, depth)]
        )
        return deep() or self.pick(*leaves)

    def _fact_of(self, unit: str) -> str | None:
        if unit in ("1", "month"):
            return self.fact("counts" if unit == "1" else "months")
        parts = unit.split("/")
        if parts[0] != "CNY":
            return None
        (subject,) = [name for name, kind in SUBJECTS.items() if kind.unit == parts[1]]
        return self.fact("money" if parts[-1] == "month" else "sums", subject)

    def _literal(self, unit: str) -> str:
        rng = self.rng
        if unit == "1":
            return rng.choice(("0", "1", "2", "0.5", "150%", "12.5%", "3", f"{rng.randrange(200)}%"))
        if unit in ("month", "day", "year"):
            return f"{rng.randrange(25)} * {unit}"
        amount = rng.choice(("0.01", "100", "333.33", "700", "1000", str(rng.randrange(3000))))
        return f"{amount} * CNY / month" if unit.endswith("/month") else f"{amount} * CNY"

    def _parameter(self, unit: str) -> str | None:
        bound = {subject for _, subject in self.bound}
        found = {
            "CNY/person/month": [
                *("line", "line[urban]", "care[middle]", "at(line, date(2010, 5, 1))", "steps[count(steps)]"),
                *(["care"] if "member" in bound else []),
                *(["at(line[rural], case.applied_on)", "steps[household.rooms]"] if self.missing else []),
            ],
            "CNY/household/month": [
                *("flat", "bands", "span.low", "span[urban].high"),
                *(["extra", "levy"] if self.missing else []),
            ],
            "1": ["scale", "rate[low]", "rate[high]", *(["share", "index[this_month]"] if self.missing else [])],
            "month": ["stay"],
        }.get(unit)
        return self.rng.choice(found) if found else None

    def _combined(self, unit: str, depth: int) -> str | None:
        rng = self.rng

        def more() -> str:
            return self.number(unit, depth)

        whole = self.number("1", depth)
        choice = rng.randrange(12)
        match choice:
            case 0:
                return f"({more()} + {more()})"
            case 1:
                return f"({more()} - {more()})"
            case 2:
                return f"min({more()}, {more()}, {more()})"
            case 3:
                return f"max({more()}, {more()})"
            case 4:
                return f"({more()} if {self.condition(depth)} else {more()})"
            case 5:
                return f"{whole} * {more()}" if rng.random() < 0.5 else f"({more()}) * ({whole})"
            case 6:
                return f"({more()}) / {rng.choice(('2', '3', '7', '12', '0.5'))}"
            case 7:
                count = self.fact("counts")
                return count and f"({more()}) / max(1, {count})"
            case 8:
                count = self.fact("counts")
                return count and f"({more()} / {count} if {count} > 0 else {more()})"
            case 9:
                return self._rounded(unit, more())
            case 10:
                return f"-({more()})"
        loop = self.loop()
        if loop is None:
            return None
        header, inner, _ = loop
        function = rng.choice(("min", "max"))
        return f"{function}(({inner.number(unit, depth - 1)} {header}), default={self.number(unit, 0)})"

    def _rounded(self, unit: str, value: str) -> str:
        step = self.rng.choice(("0.01", "1", "5", "10", "12", "0.5"))
        if unit in ("month", "day", "year"):
            step = "1"
        mode = self.rng.choice(("up", "down", "half_up"))
        return self.rng.choice(
            (f"round({value}, {step}, {mode})", f"round({value}, to={step}, mode={mode})", f"floor({value})")
            if self.rng.random() < 0.9
            else (f"ceil({value})",)
        )

    def _own(self, unit: str, depth: int) -> list[Callable[[], str | None]]:
        """The forms that only some units have."""
        match unit:
            case "1":
                return [lambda: self._plain(depth - 1)] * 3
            case "month":
                return [lambda: self._months(depth - 1)] * 2
            case "year":
                return [lambda: self._age(depth - 1)] * 3
            case "day":
                return [lambda: f"days_between({self.date(depth - 1)}, {self.date(depth - 1)})"] * 2
        return [lambda: self._money(unit, depth - 1)] * 2

    def _money(self, unit: str, depth: int) -> str | None:
        rng, parts = self.rng, unit.split("/")
        if rng.random() < 0.2:
            year = unit.replace("month", "year")
            return f"per_month(per_year({self.number(unit, depth)}))" if year != unit else None
        if unit == "CNY/household/month" and rng.random() < 0.3:
            return f"({self.number('CNY/person/month', depth)}) * count(members)"
        if unit == "CNY/person/month" and rng.random() < 0.3:
            return f"({self.number('CNY/household/month', depth)}) / max(1, count(members))"
        loop = self.loop()
        if loop is None:
            return None
        header, inner, item = loop
        outer = {"member": "household", "job": "person", "income": "person"}.get(item, "household")
        own = SUBJECTS[item].unit
        if outer != parts[1]:
            return None
        fields = SUBJECTS[item].money if unit.endswith("/month") else SUBJECTS[item].sums
        if fields and SUBJECTS[item].ordered_by and rng.random() < 0.25:
            return self._edge(header, self.number(unit, 0), rng.choice(fields))
        body = inner.number(unit.replace(f"/{outer}", f"/{own}"), depth)
        if item == "job" and rng.random() < 0.2 and unit.endswith("/month"):
            var = header.split()[1]
            body = f"{var}.pay / {var}.spread"
        return f"sum({body} {header})"

    def _edge(self, header: str, default: str, fact: str) -> str:
        """A fact of the first or the last item of an ordered list."""
        return f"{self.rng.choice(('first', 'latest'))}(({header.split()[1]} {header}), default={default}).{fact}"

    def _plain(self, depth: int) -> str | None:
        rng, loop = self.rng, self.loop()
        match rng.randrange(6):
            case 0:
                return f"{self._day()}.{rng.choice(('year', 'month', 'day'))}"
            case 1:
                return f"count([{self.condition(depth)}, {self.condition(depth)}, {self.condition(0)}])"
            case 2:
                return f"(({self.number('CNY/household/month', 0)}) / max(100 * CNY / month, household.rent))"
        if loop is None:
            return None
        header, inner, item = loop
        match rng.randrange(4):
            case 0 if SUBJECTS[item].ordered_by and SUBJECTS[item].counts:
                return self._edge(header, self.number("1", 0), rng.choice(SUBJECTS[item].counts))
            case 1:
                return f"longest_run({inner.condition(depth)} {header})"
            case 2:
                counted = inner.pick(*([lambda: inner._enum()[0]] * 2), lambda: inner.number("1", depth))
                return f"count_distinct({counted} {header})"
        return f"sum({inner.number('1', depth)} {header})"

    def _months(self, depth: int) -> str:
        return self.rng.choice(
            (
                f"months_between({self.date(depth)}, {self.date(depth)})",
                f"length(period({self.date(depth)}, {self.date(depth)}), month)",
                f"length(months_to({self.date(depth)}, {self.rng.randrange(1, 13)} * month), month)",
            )
        )

    def _age(self, depth: int) -> str | None:
        born = self.fact("dates", "member")
        return born and f"age({born}, {self.rng.choice(('on', self.date(depth)))})"

    # Dates.

    def _day(self) -> str:
        return self.pick(lambda: self.fact("dates"), lambda: self.rng.choice(("on", "this_month")))

    def date(self, depth: int) -> str:
        """A date that exists."""
        rng = self.rng
        if depth <= 0:
            return self.pick(self._day, lambda: self.named("date"))
        inner = self.date(depth - 1)
        span = rng.choice(("month", "day", "year"))
        return rng.choice(
            (
                inner,
                f"({inner} + {rng.randrange(40)} * {span})",
                f"({inner} - {rng.randrange(40)} * {span})",
                f"({inner} + {rng.randrange(30)} * working_day)",
                f"({inner} + {self.fact('months') or 'stay'})",
                f"first_of_month({inner})",
                f"last_of_month({inner})",
                f"date(on.year - {rng.randrange(3)}, {rng.randrange(1, 13)}, {rng.randrange(1, 29)})",
                f"date({rng.randrange(2019, 2026)}, {rng.randrange(1, 13)}, {rng.randrange(1, 29)})",
                f"({inner} if {self.condition(depth - 1)} else {self.date(depth - 1)})",
            )
        )

    def maybe(self, depth: int) -> str | None:
        """A date that may be none."""
        loop = self.loop() if depth > 0 else None
        if loop is None or not SUBJECTS[loop[2]].ordered_by or self.rng.random() < 0.5:
            return "opening" if self.rng.random() < 0.1 else self.fact("maybe")
        header, _, item = loop
        return f"{self.rng.choice(('first', 'latest'))}({header.split()[1]} {header}).{SUBJECTS[item].ordered_by}"

    # Conditions.

    def _enum(self) -> tuple[str, tuple[str, ...]]:
        found = [(f"{var}.{name}", options) for var, kind in self.bound for name, options in SUBJECTS[kind].enums]
        return self.rng.choice(found)

    def condition(self, depth: int) -> str:
        """A yes or no."""
        rng = self.rng
        if depth <= 0:
            return self.pick(
                lambda: self.fact("flags"),
                lambda: self.named("bool"),
                lambda: self._of_enum(),
                lambda: rng.choice(("open", "true", "false")) if rng.random() < 0.2 else self.fact("flags"),
            )
        inner = depth - 1
        options: tuple[Callable[[], str | None], ...] = (
            lambda: f"not ({self.condition(inner)})",
            lambda: f"({self.condition(inner)} and {self.condition(inner)})",
            lambda: f"({self.condition(inner)} or {self.condition(inner)} or {self.condition(0)})",
            lambda: f"({self.condition(inner)} if {self.condition(inner)} else {self.condition(inner)})",
            lambda: self._comparison(inner),
            lambda: self._comparison(inner),
            lambda: self._comparison(inner),
            lambda: self._of_dates(inner),
            lambda: self._of_dates(inner),
            lambda: self._of_enum(),
            lambda: self._of_list(inner),
            lambda: self._of_list(inner),
            lambda: f"{rng.choice(('any', 'all'))}([{self.condition(inner)}, {self.condition(0)}])",
        )
        written = rng.choice(options)()
        return written if written is not None else self.condition(0)

    def _comparison(self, depth: int) -> str:
        rng = self.rng
        unit = rng.choice(("1", "month", "year", "CNY/person/month", "CNY/household/month", "day"))
        op = rng.choice(("<", "<=", ">", ">=", "==", "!="))
        left, right = self.number(unit, depth), self.number(unit, rng.choice((0, depth)))
        if unit in ("1", "year") and rng.random() < 0.2:
            return f"{left} in [1, 3, 18]"
        if rng.random() < 0.15:
            return f"{self.number(unit, 0)} <= {left} < {right}"
        return f"({left}) {op} ({right})"

    def _of_dates(self, depth: int) -> str | None:
        rng = self.rng
        if rng.random() < 0.5:
            left, right = self.date(depth), self.date(0)
            return rng.choice(
                (
                    f"{left} {rng.choice(('<', '<=', '==', '!=', '>', '>='))} {right}",
                    f"{left} in period({right}, {right} + 1 * year)",
                    f"{left} in months_to({right}, {rng.randrange(1, 9)} * month)",
                    f"{left} not in calendar_year({right})",
                )
            )
        maybe = self.maybe(depth)
        if maybe is None:
            return None
        return rng.choice(
            (
                f"{maybe} is none",
                f"{maybe} is not none",
                f"{maybe} {rng.choice(('<', '>=', '==', '!='))} {self.date(0)}",
                f"({maybe} is not none and months_between({maybe}, on) >= {rng.randrange(9)} * month)",
                f"({maybe} is none or days_between({maybe}, on) < 30 * day)",
                f"{maybe} + 2 * month > {self.date(0)}",
            )
        )

    def _of_enum(self) -> str:
        rng = self.rng
        name, options = self._enum()
        one = rng.choice(options)
        return rng.choice((f"{name} == {one}", f"{name} != {one}", f"{name} in [{', '.join(options[:2])}]"))

    def _of_list(self, depth: int) -> str | None:
        loop = self.loop()
        if loop is None:
            return None
        header, inner, item = loop
        if SUBJECTS[item].ordered_by and SUBJECTS[item].flags and self.rng.random() < 0.2:
            return self._edge(header, self.condition(0), self.rng.choice(SUBJECTS[item].flags))
        if self.rng.random() < 0.3:
            return f"count({header.split()[1]} {header}) {self.rng.choice(('>=', '==', '<'))} {self.rng.randrange(4)}"
        return f"{self.rng.choice(('any', 'all'))}({inner.condition(depth)} {header})"


MONEY = {
    "household": "CNY/household/month",
    "member": "CNY/person/month",
    "job": "CNY/job/month",
    "income": "CNY/income/month",
    "boat": "CNY/boat/month",
    "expense": "CNY/expense/month",
}


@dataclass
class Writer:
    """Writes a pack: definitions, then a programme for the household and one for persons with rules of all kinds."""

    rng: random.Random
    missing: bool = False
    definitions: Node = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)

    def author(self, subject: str) -> Author:
        bound = tuple((name, name) for name in OWNERS[subject][1])
        return Author(self.rng, bound, self.made, self.missing)

    def pack(self, definitions: int, depth: int) -> Node:
        for number in range(definitions):
            self._definition(f"d{number}", depth)
        self.definitions["chosen"] = {"value": f"[m for m in household.members if {self._in('member').condition(1)}]"}
        programmes: dict[str, Node] = {
            "grant": {"rules": self._rules("household", depth), "definitions": {}},
            "pension": {"subject": "member", "members": "chosen", "rules": self._rules("member", depth)},
        }
        self._income(programmes["grant"], depth)
        programmes |= self._together()
        return {
            "pack": "lab",
            "currency": "CNY",
            "units": ["job", "income", "boat", "expense"],
            "inputs": INPUTS,
            "findings": FINDINGS,
            "parameters": PARAMETERS,
            "definitions": self.definitions,
            "programmes": programmes,
        }

    def _together(self) -> dict[str, Node]:
        """A second benefit of the household that may not be had beside the first, and the steps to both."""
        author = self.author("household")
        steps: Node = {
            "review": {"who": {"elder": {"when": author.condition(0)}, "warden": {}}},
            "notice": {"posted": "5 day", "skipped_when": author.condition(1)},
            "approval": {"after": "review"},
        }
        amount = author.number(MONEY["household"], 0)
        bonus = {"kind": "amount", "amount": amount, "round": {"to": "0.01", "mode": "up"}}
        return {
            "bonus": {"rules": {"means": {"kind": "eligibility", "when": author.condition(1)}, "pay": bonus}},
            "together": {
                "rules": {
                    "one_of_two": {
                        "kind": "combination",
                        "among": ["bonus", "grant"],
                        "keep": self.rng.choice(("first", "highest")),
                    },
                    "papers": {"kind": "procedure", "when": author.condition(1), "steps": steps},
                }
            },
        }

    def _in(self, var: str) -> Author:
        return Author(self.rng, (("household", "household"), ("m", var)), self.made, self.missing)

    def _definition(self, name: str, depth: int) -> None:
        rng = self.rng
        subject = rng.choice(("household", "household", "household", "member", "member", *SUBJECTS))
        author = self.author(subject)
        kind = rng.choice(("bool", "bool", "date", "1", "month", MONEY[subject], MONEY[subject], "CNY/person/month"))
        node: Node = {}
        if OWNERS[subject][0] is not None:
            node["each"] = OWNERS[subject][0]
        if kind == "bool" and rng.random() < 0.3:
            node[rng.choice(("any_of", "all_of"))] = {
                "one": author.condition(depth),
                "other": {"when": [author.condition(1), author.condition(1)]},
            }
        elif kind == "bool":
            node["value"] = author.condition(depth)
        elif kind == "date":
            node["value"] = author.date(depth)
        else:
            node["value"], node["unit"] = author.number(kind, depth), kind
            if rng.random() < 0.3:
                node |= self._shape(author, kind)
            divisor = author.fact("counts")
            if divisor is not None and rng.random() < 0.15:
                below = rng.choice((f"max(0, {divisor})", f"max(0, {divisor}) * 2", f"max(0, {divisor} - 1)"))
                node["value"] = f"({author.number(kind, 1)}) / ({below})"
                node["if_undefined"] = author.number(kind, 0)
            elif rng.random() < 0.15:
                del node["value"]
                node["cases"] = {
                    "first": {"when": author.condition(1), "value": author.number(kind, 1)},
                    "second": {"when": author.condition(1), "value": author.number(kind, 1)},
                    "rest": {"otherwise": "true", "value": author.number(kind, 0)},
                }
        self.definitions[name] = node
        self.made.append(Made(name, subject, kind))

    def _shape(self, author: Author, unit: str, cents: bool = False) -> Node:
        rng, found = self.rng, Node()
        if rng.random() < 0.4:
            found["floor"] = rng.choice(
                (author.number(unit, 0), {"at": author.number(unit, 0), "when": author.condition(0)})
            )
        if rng.random() < 0.4:
            found["cap"] = rng.choice(
                (author.number(unit, 0), {"at": author.number(unit, 0), "unless": author.condition(0)})
            )
        if cents or rng.random() < 0.5:
            to = rng.choice(("0.01", "0.1", "1", "5", "12"))
            found["round"] = {"to": to, "mode": rng.choice(("up", "down", "half_up"))}
        return found

    def _income(self, programme: Node, depth: int) -> None:
        """An income with an imputation and deductions, listed in order."""
        rng = self.rng
        household, boat, member = self.author("household"), self.author("boat"), self.author("member")
        remaining = "min(remaining, {})"
        programme["rules"] |= {
            "imputed": {
                "kind": "imputation",
                "each": "member",
                "when": member.condition(1),
                "amount": member.number("CNY/person/month", 1),
            },
            "costs": {
                "kind": "deduction",
                "each": "household.boats",
                "when": boat.condition(1),
                "claimed": boat.number("CNY/boat/month", 1),
                "share": boat.number("1", 0),
                **self._shape(boat, "CNY/boat/month"),
            },
            "rents": {
                "kind": "deduction",
                "claimed": remaining.format(household.number("CNY/household/month", 1)),
                **self._shape(household, "CNY/household/month"),
            },
            "fresh": {
                "kind": "deduction",
                "each": "member",
                "lasts": {"from": "member.hired", "for": rng.choice(("6 month", "1 year", "90 day"))},
                "claimed": member.number("CNY/person/month", 0),
                "cap": {"at": household.number("CNY/household/month", 0), "per": ["household"]},
            },
        }
        programme["definitions"]["counted"] = {
            "unit": "CNY/household/month",
            "start": household.number("CNY/household/month", depth),
            "plus": ["imputed"],
            "less": rng.sample(["costs", "rents", "fresh"], 3),
            "floor": "0",
        }

    def _rules(self, subject: str, depth: int) -> Node:
        rng, author = self.rng, self.author(subject)
        unit, lower = MONEY[subject], ("member" if subject == "household" else "member.jobs")
        item = "member" if subject == "household" else "job"
        inner = self.author(item)

        def condition(of: Author = author) -> str:
            return of.condition(rng.choice((1, depth)))

        cents = {"round": {"to": "0.01", "mode": rng.choice(("up", "down", "half_up"))}}
        own = {"each": lower}
        rules: Node = {
            "means": {"kind": "eligibility", "when": condition(), "waived_when": condition()},
            "usual": {"kind": "eligibility", "when": [condition(), condition()], "force": "in_principle"},
            "everyone": {"kind": "eligibility", **own, "when": condition(inner)},
            "route": {"kind": "eligibility", "when": condition(), "otherwise": "not_opened"},
            "chosen_law": {
                "kind": "eligibility",
                "chosen_by": author.date(0),
                "versions": [
                    {"until": "2024-06-30", "when": condition()},
                    {"from": "2024-07-01", "when": condition()},
                ],
            },
            "barred": {
                "kind": "exclusion",
                "items": {
                    "rich": {"when": condition(), "unless": condition()},
                    "idle": {"each": lower, "when": condition(inner)},
                },
                "unless": condition(),
            },
            "doubted": {"kind": "exclusion", "any_of": {"a": condition(), "b": condition()}, "force": "in_principle"},
            "sort": {
                "kind": "classification",
                "select": rng.choice(("one", "first", "all")),
                "cases": {
                    "a": {"when": condition()},
                    "b": {"when": condition(), "unless": condition()},
                    "c": {"when": condition(), "remainder": "true"},
                    "d": {"otherwise": "true"},
                },
            },
            "ended": {
                "kind": "risk_elimination",
                "when": condition(),
                "cases": {"barred": {"when": condition()}, "done": {"when": condition()}},
            },
            "gap": {
                "kind": "top_up",
                "when": condition(),
                "up_to": author.number("CNY/person/month", 1),
                "income": author.number("CNY/person/month", 1),
                **self._shape(author, unit, cents=True),
            },
            "tier": {"kind": "top_up", "mode": "tiers", "amount": author.number(unit, depth), **cents},
            "allowance": {
                "kind": "amount",
                **own,
                "when": condition(inner),
                "amount": inner.number(MONEY[item], depth),
                **self._shape(inner, MONEY[item], cents=True),
            },
            "shared": {
                "kind": "amount",
                "each": "household.boats" if subject == "household" else "member.jobs",
                "amount": self.author("boat" if subject == "household" else "job").number(
                    MONEY["boat" if subject == "household" else "job"], 1
                ),
                "cap": {
                    "at": author.number(unit, 0),
                    "per": [
                        subject,
                        *rng.choice(([], ["boat.bought.year" if subject == "household" else "job.trade"])),
                    ],
                },
                **cents,
            },
            "deep": {
                "kind": "amount",
                "each": "member.jobs",
                "when": self.author("job").condition(1),
                "amount": self.author("job").number("CNY/job/month", 1),
                "cap": {
                    "at": author.number(unit, 0),
                    "per": [subject, *rng.choice(([], ["job.trade"]))],
                    **rng.choice(({}, {"unless": condition()})),
                },
                **cents,
            },
            "lump": {
                "kind": "amount",
                "amount": author.number(unit.removesuffix("/month"), 1),
                "cap": {
                    "at": rng.choice(("500 * CNY", "1200 * CNY")),
                    "per": rng.choice(([subject], ["calendar_year(on)"], [subject, "months_to(on, 6 * month)"])),
                },
                **cents,
            },
            "graded": self._supplement("member" if subject == "household" else None),
            "fading": {
                "kind": "phase_out",
                "when": condition(),
                "apart_from": rng.choice((["means"], ["means", "usual"])),
                "starts": rng.choice(("next_month", "this_month")),
                "months": author.number("month", 0),
                "pays": rng.choice(
                    (
                        "frozen",
                        {"gap": "recomputed", "supplement": "frozen"},
                        ["100%", "80%", "50%"],
                        {"top_up": "frozen"},
                    )
                ),
                **rng.choice(({}, {"cancelled_when": condition()})),
                **cents,
            },
            "school": {"kind": "entitlement", **own, "when": condition(inner), "to": "school"},
            "passed_on": {
                "kind": "referral",
                "when": condition(),
                "to": {"union": {"when": condition()}, "court": {}},
                "within": "5 working_day",
                "from": author.date(0),
            },
            "visit": {"kind": "gate", "needed_when": condition(), "waived_when": condition()},
            "answer": {
                "kind": "deadline",
                "from": author.pick(lambda: author.maybe(1), lambda: author.date(1)),
                "within": rng.choice(("30 working_day", "2 month", "1 year", "stay")),
                "extend_to": "45 working_day",
                "extended_when": condition(),
                **rng.choice(({}, {"until": author.maybe(0) or author.date(0)})),
            },
            "review": {
                "kind": "cadence",
                "last": author.maybe(1) or author.date(1),
                "every": "12 month",
                "starts": author.date(0),
                "cases": {"often": {"when": condition(), "every": "3 month"}},
            },
            "budget": {
                "kind": "check",
                "must": {"one": condition(), "two": condition()},
                "shortfall": author.number(unit, 1),
            },
        }
        return rules

    def _supplement(self, each: str | None) -> Node:
        rng, member = self.rng, self.author("member")
        grades: Node = {
            "low": {"when": member.condition(1)},
            "middle": {"when": member.condition(1), **({"once_per": "household"} if rng.random() < 0.5 else {})},
            "high": {"when": member.condition(1), "instead": "120% * line"},
            "own": {"when": member.condition(1), "amount": member.number("CNY/person/month", 0)},
            "other": {"when": member.condition(1), "rate": rng.choice(("15%", "scale"))},
        }
        return {
            "kind": "supplement",
            **({"each": each} if each else {}),
            "when": member.condition(0),
            "base": member.number("CNY/person/month", 0),
            "rates": "rate",
            "instead_of": member.number("CNY/person/month", 0),
            "grades": {name: grades[name] for name in rng.sample(list(grades), 4)},
            "stacking": rng.choice(("highest_per_person", "once_per_person", "sum")),
            "round": {"to": "0.01", "mode": "half_up"},
        }


def laboratory(folder: Path, seed: int, on: date, definitions: int = 10, depth: int = 3) -> Compiled:
    """A random pack, compiled; what the library refuses in it (a divisor that may be zero) is taken out."""
    rng = random.Random(seed)
    pack = Writer(rng, missing=rng.random() < 0.3).pack(definitions, depth)
    (folder / "lab").mkdir(parents=True, exist_ok=True)
    for _ in range(40):
        # JSON is YAML, and has no anchors for parts that occur twice.
        (folder / "lab" / "pack.yaml").write_text(json.dumps(pack, indent=1), encoding="utf-8")
        try:
            return load("lab", path=folder).on(on)
        except PackError as error:
            pack = without(pack, {_refused(pack, problem) for problem in error.problems})
    raise AssertionError(f"of the pack {seed} nothing can be kept")


def _refused(pack: Node, problem: Problem) -> str:
    """The definition or rule that a problem is about."""
    head, _, rest = (problem.rule or "").partition(".")
    assert head, problem
    return f"{head}.{rest.partition('.')[0]}" if head in pack["programmes"] else head


def without(pack: Node, names: set[str]) -> Node:
    """The pack without definitions and rules by full name, nor any that speaks of them."""
    words = [re.compile(rf"\b{re.escape(name.rpartition('.')[2])}\b") for name in names]

    def speaks(node: Any) -> bool:
        if isinstance(node, dict):
            return any(speaks(item) for item in node.values())
        if isinstance(node, list):
            return any(speaks(item) for item in node)
        return any(word.search(node) for word in words)

    def kept(entries: Node, prefix: str) -> Node:
        return {name: node for name, node in entries.items() if f"{prefix}{name}" not in names and not speaks(node)}

    programmes = {
        name: {
            **node,
            "rules": kept(node["rules"], f"{name}."),
            **({"definitions": kept(node["definitions"], f"{name}.")} if "definitions" in node else {}),
        }
        for name, node in pack["programmes"].items()
    }
    return {**pack, "definitions": kept(pack["definitions"], ""), "programmes": programmes}
