"""What of a decision depends on facts that a record withholds; all the rest can be checked without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from aidrules.engine.layout import item_vars, scoped
from aidrules.engine.results import RESULTS
from aidrules.language import core

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.facts.schema import Subject

Place = tuple[tuple[str, ...], str]
"""The list whose items have a fact, and the fact's path; or the list that holds a list, and its name."""

_STEP = re.compile(r"([a-z][a-z0-9_]*)(?:\[(0|[1-9][0-9]{0,2})\])?\Z")
_BY_RULE = ("classifications", "entitlements", "referrals", "gates", "procedures", "deadlines", "cadences", "checks")
_TASKS = {
    "classification": "classifications",
    "risk_elimination": "classifications",
    "entitlement": "entitlements",
    "referral": "referrals",
    "gate": "gates",
    "procedure": "procedures",
    "deadline": "deadlines",
    "cadence": "cadences",
    "check": "checks",
}


def confidential_place(schema: Subject, household: Mapping[str, Any], path: str) -> Place | None:
    """The confidential field that a path such as `members[0].condition` names; None if there is none there.

    Args:
        schema: of the household.
        household: its facts, which have the items on the way.
        path: as a record lists it.
    """
    holder: Any = household
    subject, group = schema, ""
    owner: tuple[str, ...] = ()
    *way, last = path.split(".")
    for part in way:
        step = _STEP.match(part)
        if step is None or not isinstance(holder, Mapping):
            return None
        name, place = step[1], step[2]
        if place is None:
            group, holder = f"{group}{name}.", holder.get(name) or {}
            continue
        items = holder.get(name)
        if group or name not in subject.lists or not isinstance(items, list) or int(place) >= len(items):
            return None
        subject, owner, holder = subject.lists[name].subject, (*owner, name), items[int(place)]
    named = subject.fields.get(group + last) or subject.lists.get(group + last)
    if not isinstance(holder, Mapping) or named is None or not named.confidential:
        return None
    return owner, group + last


class Dependence:
    """Which definitions, rules and programmes read something withheld, be it through others."""

    def __init__(self, compiled: Compiled, withheld: Iterable[Place]) -> None:
        places = frozenset(withheld)
        schema = compiled.schema
        self.definitions: set[str] = set()
        for name, definition in compiled.definitions.items():  # each after those that it needs
            for part, scope in scoped(definition.expr, item_vars(schema, definition.owner)):
                if (
                    (isinstance(part, core.Fact) and (scope[part.var], part.path) in places)
                    or (isinstance(part, core.Agg) and (part.source.owner, part.source.name) in places)
                    or (isinstance(part, core.Ref) and part.name in self.definitions)
                ):
                    self.definitions.add(name)
                    break
        self.rules = {
            rule.id: rule
            for rule in compiled.rules.values()
            if self.definitions
            & {rule.id, *rule.roles.values(), *(name for p in rule.parts for name in (p.definition, p.value))}
        }
        results = {f"{programme}.{result}" for programme in compiled.programmes for result in RESULTS}
        touched = {name.rpartition(".")[0] for name in results & self.definitions}
        touched |= {rule.programme for rule in self.rules.values() if rule.kind not in _TASKS}
        self.programmes = touched & set(compiled.programmes)

    def __bool__(self) -> bool:
        return bool(self.definitions)

    def unchecked(self) -> tuple[str, ...]:
        """What cannot be checked, whatever is recorded there."""
        found = {f"outcomes.{programme}" for programme in self.programmes}
        for rule in self.rules.values():
            if rule.kind in _TASKS:
                found.add(f"{_TASKS[rule.kind]}[{rule.id}]")
            elif rule.programme not in self.programmes:
                found.add(f"trace.rules[{rule.id}]")
        return tuple(sorted(found)) or (("trace.values",) if self.definitions else ())

    def rest(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A decision's document without what depends on what is withheld."""
        found = dict(document)
        if isinstance(outcomes := found.get("outcomes"), dict):
            found["outcomes"] = {name: one for name, one in outcomes.items() if name not in self.programmes}
        for section in _BY_RULE:
            found[section] = self._without(found.get(section), "rule", self.rules)
        found["payments"] = self._without(found.get("payments"), "programme", self.programmes)
        found["missing"] = self._missing(found.get("missing"))
        found["readings"] = self._readings(found.get("readings"))
        if isinstance(trace := found.get("trace"), dict):
            found["trace"] = {
                **trace,
                "rules": self._without(trace.get("rules"), "rule", self.rules),
                "values": self._without(trace.get("values"), "name", self.definitions),
            }
        if isinstance(chain := found.get("chain"), dict):
            found["chain"] = {**chain, "order": self._names(chain.get("order"), self.definitions)}
        return found

    def _without(self, items: Any, key: str, gone: Iterable[str]) -> Any:
        names = set(gone)
        if not isinstance(items, list):
            return items
        return [item for item in items if not (isinstance(item, dict) and str(item.get(key)) in names)]

    def _names(self, names: Any, gone: set[str]) -> Any:
        if not isinstance(names, list):
            return names
        return [name for name in names if not (isinstance(name, str) and name.partition("[")[0] in gone)]

    def _missing(self, items: Any) -> Any:
        """What is missing for the programmes that do not depend on what is withheld."""
        if not isinstance(items, list):
            return items
        found = []
        for item in items:
            if isinstance(item, dict):
                item = {**item, **{key: self._open(item.get(key)) for key in ("settles", "bears_on")}}
            if not isinstance(item, dict) or item["bears_on"] != []:
                found.append(item)
        if not self:
            return found
        # Their order may depend on what is withheld.
        return sorted(found, key=lambda item: str(item.get("input")) if isinstance(item, dict) else "")

    def _open(self, names: Any) -> Any:
        if not isinstance(names, list):
            return names
        return [name for name in names if re.split(r"[.\[]", str(name))[0] not in self.programmes]

    def _readings(self, items: Any) -> Any:
        if not isinstance(items, list):
            return items
        found = []
        for item in items:
            rules = self._names(item.get("rules"), set(self.rules)) if isinstance(item, dict) else None
            if rules is None or rules or not item.get("rules"):
                found.append({**item, "rules": rules} if rules is not None else item)
        return found
