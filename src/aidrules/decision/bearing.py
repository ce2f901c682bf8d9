"""Readings that bear on a case: whether another option would have come to something else for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aidrules.decision.names import Item
from aidrules.decision.residue import Residues
from aidrules.decision.shown import Shown, is_open
from aidrules.decision.view import View
from aidrules.engine.results import paid_by
from aidrules.language import core
from aidrules.language.core import Definition
from aidrules.language.fields import Label
from aidrules.language.readings import Reading

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.engine.compiled import Rule

_reads: WeakKeyDictionary[Compiled, dict[str, frozenset[str]]] = WeakKeyDictionary()


def bears(view: View, owner: str, reading: Reading) -> bool:
    """Whether a rule or definition, read otherwise, would be open or come to something else in this case.

    Args:
        view: of the run.
        owner: the id of the rule or definition that the reading is of.
        reading: the reading; a mere note has no other option and bears on nothing.
    """
    rule = view.compiled.rules.get(owner)
    wanted = set(rule.roles.values()) if rule is not None else {owner}
    return any(
        _differs(view, view.compiled.options.get((owner, reading.name, option), {}), wanted, rule)
        for option, _ in reading.alternatives
    )


def deciding(view: View, programmes: Iterable[str]) -> Iterator[tuple[Label, Reading]]:
    """The readings under which an outcome, amount or class would be another, be they of values far behind it.

    What a rule or value is called comes with each. Of what is open, those that show in its bounds; readings of what is
    confidential are left out.

    Args:
        view: of the run.
        programmes: whose outcomes and amounts are in question.
    """
    compiled, private = view.compiled, view.names.is_private_value
    wanted = tuple(programmes)
    named = [
        f"{programme}.{result}"
        for programme in wanted
        for result in ("outcome", *paid_by(compiled, programme).values())
    ]
    named += [
        rule.roles["class"] for rule in compiled.rules.values() if rule.programme in wanted and "class" in rule.roles
    ]
    results = [name for name in named if name in compiled.definitions and not private(name)]
    behind = _behind(compiled, results)
    for owners, label, reading in _switches(compiled):
        for option, _ in reading.alternatives:
            made: dict[str, Definition] = {}
            for owner in owners:
                made.update(compiled.options.get((owner, reading.name, option), {}))
            if not behind.isdisjoint(made) and _comes_to_another(view, made, results):
                yield label, reading
                break


def _switches(compiled: Compiled) -> Iterator[tuple[list[str], Label, Reading]]:
    """Every reading with other options once: the rules and definitions that have it, and what the first is called."""
    found: dict[str, tuple[list[str], Label, Reading]] = {}
    rules = ((name, rule.label, rule.readings) for name, rule in compiled.rules.items())
    stated = ((name, one.label, one.readings) for name, one in compiled.stated.items())
    for owner, label, readings in (*rules, *stated):
        for reading in readings:
            if reading.alternatives:
                found.setdefault(reading.name, ([], label, reading))[0].append(owner)
    yield from found.values()


def _reads_of(compiled: Compiled) -> dict[str, frozenset[str]]:
    """The names that each definition reads, worked out once for a pack."""
    found = _reads.get(compiled)
    if found is None:
        found = {
            name: frozenset(part.name for part in core.walk(one.expr) if isinstance(part, core.Ref))
            for name, one in compiled.definitions.items()
        }
        _reads[compiled] = found
    return found


def _behind(compiled: Compiled, results: Iterable[str]) -> set[str]:
    """The definitions on which some results rest, themselves among them."""
    reads, found, waiting = _reads_of(compiled), set[str](), list(results)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(reads.get(name, ()))
    return found


def _comes_to_another(view: View, made: Mapping[str, Definition], results: Iterable[str]) -> bool:
    """Whether one of some results would be another if some definitions were made otherwise."""
    compiled, reads = view.compiled, _reads_of(view.compiled)
    resting = set(made)
    for name in compiled.definitions:  # each after those that it needs
        if not resting.isdisjoint(reads[name]):
            resting.add(name)
    as_is = {name: compiled.definitions[name] for name in resting if name in compiled.definitions}
    plain, otherwise = _Otherwise(view, as_is), _Otherwise(view, {**as_is, **made})
    for name in (name for name in results if name in resting):
        for item in view.items(compiled.definitions[name].owner) or ():
            # Bounds are read back wider than the run has them: of what is open, like is compared with like.
            found = view.definition(name, item)
            found = plain.definition(name, item) if is_open(found) else found
            if found != otherwise.definition(name, item):
                return True
    return False


def _fails_elsewhere(view: View, rule: Rule, item: Item) -> bool:
    """Whether another condition fails, and no phase-out is in question: then this one changes nothing."""
    if rule.kind != "eligibility":
        return False
    for name in view.compiled.programmes[rule.programme].rules:
        other = view.compiled.rules[name]
        if other.kind == "phase_out" and view.definition(other.roles["condition"], item) is not False:
            return False
    others = (view.compiled.rules[name] for name in view.compiled.programmes[rule.programme].rules)
    return any(
        view.definition(other.roles["condition"], item) is False
        for other in others
        if other.kind == "eligibility" and other.force != "in_principle" and other.id != rule.id
    )


def _differs(view: View, made: Mapping[str, Definition], wanted: set[str], rule: Rule | None) -> bool:
    otherwise = _Otherwise(view, made)
    for name in wanted:
        if name not in made:
            return True
        owner = view.compiled.definitions[name].owner
        for item in view.items(owner) or ():
            if rule is not None and _fails_elsewhere(view, rule, item):
                continue
            found = view.definition(name, item)
            # One that holds for other items, such as a cap on the total, is the same only where there is nothing.
            same = found == otherwise.definition(name, item) if owner == made[name].owner else found in (False, 0)
            if is_open(found) and owner == made[name].owner:
                same = _left_alike(view, otherwise, made, name, item)
            elif is_open(found):
                return True
            if not same:
                return True
    return False


def _left_alike(view: View, otherwise: View, made: Mapping[str, Definition], name: str, item: Item) -> bool:
    """Whether the same is left of an open definition under both readings, as far as the facts are known."""
    bound = view.names.bindings(item)
    opened = frozenset(made)
    left = Residues(view, opened, {}).of(view.compiled.definitions[name].expr, bound)
    return left == Residues(otherwise, opened, made).of(made[name].expr, bound)


class _Otherwise(View):
    """A run as it would read if some definitions were others."""

    def __init__(self, view: View, made: Mapping[str, Definition]) -> None:
        super().__init__(view.compiled, view.run)
        self._view, self._made = view, made

    def definition(self, name: str, item: Item) -> Shown:
        """The value of a definition, of one of the others by its own formula."""
        made = self._made.get(name)
        if made is None:
            return self._view.definition(name, item) if name in self.compiled.definitions else None
        whose = Item(made.owner, item.index[: len(made.owner)])
        key = name, whose.index
        if key not in self._values:
            self._values[key] = self.value(made.expr, self.names.bindings(whose))
        return self._values[key]
