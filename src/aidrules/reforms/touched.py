"""Which programmes a reform touches: those whose payments are reckoned in another way, be it at one step only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aidrules.decision.forms import WAYS, Every, Way
from aidrules.decision.names import names_of
from aidrules.engine.compiled import Rule
from aidrules.engine.program import Compiled
from aidrules.language import core


def touched(before: Compiled, after: Compiled, programmes: Iterable[str], pays: Way) -> tuple[str, ...]:
    """The programmes that may pay somebody something else in one way of paying.

    What all others pay is the same for everybody, be it known or open.
    """
    return tuple(name for name in programmes if not _is_alike(before, after, name, pays))


def _is_alike(before: Compiled, after: Compiled, programme: str, pays: Way) -> bool:
    """Whether everything that such payments of a programme follow from is the same."""
    paying = [[*_paying(compiled, programme, WAYS[pays])] for compiled in (before, after)]
    if [*map(_terms, paying[0])] != [*map(_terms, paying[1])]:
        return False
    waiting = [name for rule in paying[0] for name in _amounts(rule)]
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        one, other = before.definitions[name], after.definitions.get(name)
        if other is None or (one.owner, one.expr) != (other.owner, other.expr):
            return False
        behind = {part.name for part in core.walk(one.expr) if isinstance(part, core.Ref)} - seen
        seen |= behind
        waiting.extend(behind)
    return True


def _paying(compiled: Compiled, programme: str, every: frozenset[Every]) -> Iterator[Rule]:
    effects = names_of(compiled).by_effect.get(programme)
    for rule in effects.paying if effects else ():
        if rule.payment is None or (rule.payment.every or "occasion") in every:
            yield rule


def _amounts(rule: Rule) -> Iterator[str]:
    """The definitions of what a rule pays: to each, and in all where nobody said how many there are."""
    return (rule.roles[role] for role in ("amount", "total") if role in rule.roles)


def _terms(rule: Rule) -> tuple[object, ...]:
    payment = rule.payment
    return rule.owner, *_amounts(rule), payment and payment.every, payment and payment.form
