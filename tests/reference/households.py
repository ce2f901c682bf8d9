"""Random households from a seed, for loops over thousands of them: nothing shrinks, and lists can be masked apart.

Tests of single properties take `aidrules.testing.households`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from aidrules.engine import Compiled
from aidrules.facts.schema import Field, Path, Subject, subject_at
from aidrules.language import core

AGES = (0, 1, 3, 6, 15, 16, 17, 18, 22, 35, 54, 55, 59, 60, 61, 69, 70, 79, 80, 90)
SPANS = (0, 1, 7, 28, 29, 30, 31, 59, 90, 180, 181, 364, 365, 366, 730)
Flat = dict[str, Any]
"""An item as generated: facts by dotted path and lists of items, unknown ones None."""


class Households:
    """Makes households for a compiled pack.

    Attributes:
        reads: the facts and lists that are filled in, by list path; the rest is left unknown.
    """

    def __init__(self, compiled: Compiled, on: date, reads: Mapping[Path, Iterable[str]] | None = None) -> None:
        self.compiled, self.on, self.schema = compiled, on, compiled.schema
        self.model = compiled.pack.Household
        self.needs = {name: entry.model.needs for name, entry in compiled.pack.findings.items()}
        self.settled = {n for n, entry in compiled.pack.findings.items() if entry.model.if_absent != "unknown"}
        self.reads = {
            path: tuple(names)
            for path, names in (
                reads or {path: (*row.fields, *row.lists) for path, row in compiled.rows.items()}
            ).items()
        }
        consts = [p for d in compiled.definitions.values() for p in core.walk(d.expr) if isinstance(p, core.Const)]
        self.numbers = sorted({abs(c.value) for c in consts if isinstance(c.value, Fraction)})
        self.texts = sorted({c.value for c in consts if c.type.name == "text" and isinstance(c.value, str)})

    def flat(self, rng: random.Random, unknown: float = 0.0, most_members: int = 4) -> Flat:
        """A household; each fact and list is unknown with a probability."""
        found = self._item(rng, (), {}, unknown, range(1, most_members + 1))
        found["id"] = "h"
        return self._referring(found)

    def completed(self, rng: random.Random, flat: Flat) -> Flat:
        """The same household with every unknown that the pack reads filled in."""
        return self._referring(self._item(rng, (), flat, 0.0, range(1, 5)))

    def _referring(self, flat: Flat) -> Flat:
        """The same household; what refers to a member names one."""
        ids = [member["id"] for member in flat["members"]]
        for name, listed in self.schema.lists.items():
            for field in listed.subject.fields.values():
                for item in flat.get(name) or () if field.refers_to == "member" else ():
                    if item.get(field.name) not in (None, *ids):
                        item[field.name] = ids[0]
        return flat

    def flattened(self, household: Any) -> Flat:
        """What the pack reads of a typed household, as generated ones are written."""
        return {"id": household.id or "h", **self._flattened(household, ())}

    def _flattened(self, item: Any, path: Path) -> Flat:
        subject = subject_at(self.schema, path)
        found: Flat = {"id": item.id} if "id" in subject.fields else {}
        for name in self.reads.get(path, ()):
            if name in subject.lists:
                listed = getattr(item, name)
                found[name] = None if listed is None else [self._flattened(each, (*path, name)) for each in listed]
                continue
            value = item
            for part in (*name.split("."), *(["value"] if subject.fields[name].finding else [])):
                value = getattr(value, part) if value is not None else None
            found[name] = value
        return found

    def built(self, flat: Flat) -> Any:
        """The typed household."""
        return self.model.model_validate(self._nested(flat, ()))

    def _item(self, rng: random.Random, path: Path, given: Flat, unknown: float, members: Iterable[int]) -> Flat:
        subject = subject_at(self.schema, path)
        found: Flat = {name: value for name, value in given.items() if value is not None}
        if "id" in subject.fields and path:
            found.setdefault("id", f"{subject.name}{given.get('position', 0)}")
        for name in self.reads.get(path, ()):
            if name in subject.fields:
                field = subject.fields[name]
                if name in given and field.finding in self.settled:
                    found[name] = given[name]
                elif found.get(name) is None:
                    missing = not field.required and rng.random() < unknown
                    found[name] = None if missing else self._fact(rng, field)
                continue
            found[name] = self._list(rng, path, subject, name, given.get(name), unknown, members)
        self._fit(rng, subject, found, given)
        return found

    def _fit(self, rng: random.Random, subject: Subject, found: Flat, given: Flat) -> None:
        """Make what was filled in fit what is given: grades and kinds of disabilities, days of birth and death."""
        for kind, grade in (("disability.kind", "disability.grade"), ("disability_kind", "disability_grade")):
            if found.get(kind) is None or found.get(grade) is None:
                continue
            if given.get(grade) is None:
                found[grade] = 0 if found[kind] == "none" else max(1, int(found[grade]))
            elif (found[kind] == "none") != (int(found[grade]) == 0):
                options = [
                    each for each in subject.fields[kind].options if (each == "none") == (int(found[grade]) == 0)
                ]
                found[kind] = rng.choice(options)
        born, died = (found.get(name) for name in ("birth_date", "died_on"))
        if isinstance(born, date) and isinstance(died, date) and died < born:
            name, day = ("died_on", born) if given.get("died_on") is None else ("birth_date", died)
            found[name] = day

    def _list(
        self, rng: random.Random, path: Path, subject: Subject, name: str, given: Any, unknown: float, members: Any
    ) -> list[Flat] | None:
        listed, inner = subject.lists[name], (*path, name)
        if given is None:
            if not listed.required and rng.random() < unknown:
                return None
            length = rng.choice(list(members)) if inner == ("members",) else rng.choice((0, 0, 1, 1, 2, 3))
            given = [{} for _ in range(max(length, listed.min_items))]
        items = [
            self._item(rng, inner, {"position": index + 1, **item}, unknown, members)
            for index, item in enumerate(given)
        ]
        if (by := listed.distinct_by) and inner != ("members",):
            taken = {item.get(by) for item in given}
            for place, item in enumerate(items):
                if given[place].get(by) is None and item.get(by) is not None:
                    if item[by] in taken:
                        item[by] = f"other{place}"
                    taken.add(item[by])
        day = listed.ordered_by
        if len(items) > 1 and day in items[0] and given[1].get(day) is None and rng.random() < 0.3:
            items[1][day] = items[0][day]
        if listed.distinct:
            self._tell_apart(rng, listed.subject, items, given)
        return items

    def _tell_apart(self, rng: random.Random, subject: Subject, items: list[Flat], given: list[Flat]) -> None:
        """Draw facts anew until no two items are known to be alike in everything; what is given stays."""
        whole = [tuple(item.get(name) for name in subject.fields) for item in items]
        for place, item in enumerate(items):
            drawn = [name for name in subject.fields if name in item and given[place].get(name) is None]
            while drawn and None not in whole[place] and whole.count(whole[place]) > 1:
                field = subject.fields[rng.choice(drawn)]
                item[field.name] = f"other{place}" if field.type == "text" else self._fact(rng, field)
                whole[place] = tuple(item.get(name) for name in subject.fields)

    def _fact(self, rng: random.Random, field: Field) -> Any:
        match field.type:
            case "bool":
                return rng.random() < 0.5
            case "enum":
                return rng.choice(field.options)
            case "date":
                return self._date(rng, field)
            case "text":
                return self._text(rng, field)
        return self._number(rng, field)

    def _number(self, rng: random.Random, field: Field) -> Any:
        low, high, step = Fraction(field.low or 0), Fraction(field.high or 0), Fraction(1, 10**field.scale)
        near = (rng.choice(self.numbers) if self.numbers else Fraction(1)) * rng.choice((1, 1, 1, 2, 3, Fraction(1, 2)))
        value = rng.choice(
            (
                low,
                near,
                near + step,
                near - step,
                low + rng.randrange(10) * step,
                Fraction(rng.randrange(3000)) + rng.choice((0, 0, step * rng.randrange(100))),
                high if rng.random() < 0.1 else low + step,
            )
        )
        value = min(max(low, value // step * step), high)
        return int(value) if field.scale == 0 and field.type != "money" else _decimal(value, field.scale)

    def _date(self, rng: random.Random, field: Field) -> Any:
        if field.optional and rng.random() < 0.3:
            return "none"
        if "birth" in field.name:
            years = rng.choice(AGES)
            moved = self.on.year - years
            try:
                day = self.on.replace(year=moved)
            except ValueError:
                day = date(moved, 2, 28)
            if rng.random() < 0.05:
                return date(moved // 4 * 4, 2, 29)
            return min(day + timedelta(days=rng.choice((-200, -1, 0, 1, 200))), self.on)
        sign = -1 if rng.random() < 0.8 else 1
        return self.on + sign * timedelta(days=rng.choice(SPANS) + rng.choice((0, 0, 0, 1)))

    def _text(self, rng: random.Random, field: Field) -> str:
        if field.refers_to == "member":
            return "member1"
        texts = [text for text in self.texts if re.search(field.pattern or "", text)]
        return rng.choice(texts) if texts and rng.random() < 0.9 else "other"

    def masked(self, rng: random.Random, flat: Flat, share: float, lists: float = 0.0) -> Flat:
        """The same household with some facts and lists taken out of it.

        Findings that count as something where nobody recorded them stay: without them the facts would be others.
        """
        return self._masked(rng, self.schema, flat, share, lists)

    def _masked(self, rng: random.Random, subject: Subject, flat: Flat, share: float, lists: float) -> Flat:
        made: Flat = {}
        for name, value in flat.items():
            listed, field = subject.lists.get(name), subject.fields.get(name)
            if listed is not None and value is not None:
                gone = not listed.required and rng.random() < lists
                items = [self._masked(rng, listed.subject, item, share, lists) for item in value]
                made[name] = None if gone else items
            elif field is None or field.required or field.finding in self.settled or rng.random() >= share:
                made[name] = value
            else:
                made[name] = None
        return made

    def _nested(self, flat: Flat, path: Path) -> dict[str, Any]:
        subject = subject_at(self.schema, path)
        made: dict[str, Any] = {}
        for name, value in flat.items():
            if name in subject.lists:
                made[name] = None if value is None else [self._nested(item, (*path, name)) for item in value]
            elif name in subject.fields:
                *groups, last = name.split(".")
                found = groups[:1] == ["findings"]
                if found and len(groups) > 1:
                    continue  # the day of a finding goes with its value
                holder = made
                for group in groups:
                    holder = holder.setdefault(group, {})
                holder[last] = self._found(last, value, flat.get(f"{name}.on")) if found else value
        return made

    def _found(self, finding: str, value: Any, day: date | None) -> Any:
        """A recorded finding, with its day if that is known and all that it has to say beside the value."""
        if value is None:
            return None
        beside = {"by": "role", "on": self.on, "reason": "r"}
        return {
            "value": value,
            "on": day,
            **{need: beside[need] for need in self.needs.get(finding, ()) if need in beside},
        }


def _decimal(value: Fraction, scale: int) -> Decimal:
    whole = value * 10**scale
    assert whole.denominator == 1
    return Decimal(whole.numerator).scaleb(-scale)
