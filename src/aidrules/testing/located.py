"""Where a fact of a case stands: in the case itself, in a default, or in what all items of a list have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from aidrules.errors import AidrulesError, PackError, Place, Problem
from aidrules.language import tree

if TYPE_CHECKING:
    from aidrules.testing.cases import Case

_PART = re.compile(r"[^.\[\]]+")
_UNSAID = ", or null if unknown"
"""How a household leaves a fact open; a case writes `unknown`."""


def refused(case: Case, error: AidrulesError) -> PackError:
    """Why a case cannot be used, told in its file; what is wrong with the pack is told where it stands."""
    told = (each if isinstance(each.where, Place) else of_choice(case, each)[0] for each in error.problems)
    return PackError(list(told))


def of_case(case: Case, problem: Problem) -> Problem:
    """A problem of the facts that a case gives, as whoever wrote the case needs it told: at the fact."""
    expected = problem.expected
    if expected is not None:
        expected = expected.replace(_UNSAID, ", or unknown")
    where = (fact_place(case, problem.where) if isinstance(problem.where, str) else None) or case.place
    return Problem(f"refused: {replace(problem, expected=expected)}", where, case.name)


def of_choice(case: Case, problem: Problem) -> tuple[Problem, bool]:
    """A problem of what a case chooses, told where that is written, and whether it is chosen for the whole file."""
    for number, holder in enumerate(case.choices):
        for section in ("parameters", "readings", "overlays"):
            for name, place in _chosen(holder.get(section)):
                if name == problem.rule or repr(name) in problem.found:
                    rule = problem.rule if number else case.name
                    found = problem.found if number else str(replace(problem, where=None, expected=None, hint=None))
                    return replace(problem, found=found, where=place, rule=rule), bool(number)
    return of_case(case, problem), False


def _chosen(node: tree.Node | None) -> Iterator[tuple[str, Place]]:
    if isinstance(node, tree.Mapping):
        yield from node.key_places.items()
    else:
        listed = node.items if isinstance(node, tree.Sequence) else (node,)
        yield from ((each.value, each.place) for each in listed if isinstance(each, tree.Text))


def fact_place(case: Case, path: str) -> Place | None:
    """Where a fact, or the nearest group that holds it, is written; None where the case says nothing of it.

    Args:
        case: the case.
        path: such as `members[0].ill`.
    """
    parts: list[str | int] = [int(part) if part.isdigit() else part for part in _PART.findall(path)]
    found = []
    for node in case.facts:
        found.append(_followed(node, parts))
        if any(isinstance(part, int) for part in parts[: found[-1][1]]):
            break  # a list that is given takes the place of a default
    for listed, item in case.items.items.items() if case.items else ():
        names, rest = listed.split("."), parts
        while names and rest and rest[0] == names[0]:
            names, rest = names[1:], rest[1:]
            rest = rest[1:] if rest and isinstance(rest[0], int) else rest
        if not names:
            place, depth = _followed(item, rest)
            found.append((place, depth + len(parts) - len(rest) if depth else 0))
    place, depth = max(found, key=lambda one: one[1], default=(case.place, 0))
    return place if depth else None


def _followed(node: tree.Node, parts: Sequence[str | int]) -> tuple[Place, int]:
    """How far a path leads below a node: the place there, and how many of its parts that is."""
    place = node.place
    for depth, part in enumerate(parts):
        if isinstance(node, tree.Mapping) and part in node.items:
            place, node = node.key_place(str(part)), node.items[str(part)]
        elif isinstance(node, tree.Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            place = node.place
        else:
            return place, depth
    return place, len(parts)
