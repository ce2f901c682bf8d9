"""Readings that bear on a case: whether another option would have come to something else for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aidrules.decision.names import Item
from aidrules.decision.residue import Residues
from aidrules.decision.shown import Shown, is_open
from aidrules.decision.view import View
from aidrules.language.core import Definition
from aidrules.language.readings import Reading

if TYPE_CHECKING:
    from aidrules.engine.compiled import Rule


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
