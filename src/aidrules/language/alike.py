"""Rules with `like:`, which put a rule of another programme here: what that one says, with the fields that differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aidrules.errors import PackError, Problem
from aidrules.language import edits, tree
from aidrules.language.fields import near
from aidrules.language.models import InForce
from aidrules.language.statements import Key, Statement, name_of

LIKE = "like"
_UNCITED = frozenset({LIKE, "kind", "zh", "en", "reading"})
"""What may differ without a clause of its own: words, and how a text is read."""


def carried_over(said: Mapping[Key, list[Statement]]) -> dict[Key, list[Statement]]:
    """What is said of every id; of a rule with `like:`, first all that is said of the other rule.

    Its own declaration then comes as the changes to that, and after it what narrower layers change in it.

    Raises:
        PackError: every `like:` that names no rule written out in full, or fits its kind or its days badly.
    """
    rules = {name_of(key): made for key, made in said.items() if made[0].section == "rules"}
    problems: list[Problem] = []
    found: dict[Key, list[Statement]] = {}
    for key, made in said.items():
        node = made[0].fields.get(LIKE) if made[0].section == "rules" else None
        try:
            found[key] = made if node is None else _carried(made, node, rules)
        except PackError as error:
            problems.extend(error.problems)
    if problems:
        raise PackError(tree.in_reading_order(problems))
    return found


def _carried(own: list[Statement], node: tree.Node, rules: Mapping[str, list[Statement]]) -> list[Statement]:
    key = own[0].key
    name, asked = name_of(key), node.value if isinstance(node, tree.Text) else ""
    other = rules.get(asked)
    if not isinstance(node, tree.Text) or other is None:
        found = f"there is no rule {asked!r}" if asked else f"like: {tree.describe(node)}"
        expected = "a rule with its programme, such as relief.gap"
        raise PackError(Problem(found, node.place, name, expected, near(asked, rules)))
    further = other[0].fields.get(LIKE)
    if further is not None:
        found = f"{asked} is itself like another rule" if asked != name else "it is like itself"
        raise PackError(Problem(found, node.place, name, "a rule that is written out"))
    _check(own, other, node, name)
    first = replace(other[0], in_force=_both(own[0].in_force, other[0].in_force))
    return [*(replace(statement, key=key) for statement in (first, *other[1:])), *own]


def _check(own: list[Statement], other: list[Statement], node: tree.Text, name: str) -> None:
    """Fail if a rule is of another kind than the one that it is like, changes it without a clause, or never with it."""
    kind = other[0].fields.text("kind")
    for statement in own:
        if statement.fields.text("kind") not in (None, kind):
            found, place = f"{name} is made another kind of rule than {node.value}", statement.fields.at(("kind",))
            raise PackError(Problem(found, place, name, f"kind: {kind}, or none at all", "Take kind: out"))
    fields = own[0].fields
    changed = [key for key in fields.items if key not in _UNCITED]
    if changed and "cite" not in fields.items:
        found = f"it is like {node.value} and changes {', '.join(changed)} without cite:"
        hint = f"Else the clause of {node.value} would be cited for that"
        raise PackError(Problem(found, own[0].place, name, "cite: the clause that says so", hint))
    both = _both(own[0].in_force, other[0].in_force)
    if both.start and both.until and both.until < both.start:
        raise PackError(Problem(f"{node.value} is in force on other days only", node.place, name, "a rule of its time"))


def _both(one: InForce, other: InForce) -> InForce:
    """The days that two spans share; where they share none, the end lies before the beginning."""
    starts = [day for day in (one.start, other.start) if day]
    ends = [day for day in (one.until, other.until) if day]
    return InForce.model_construct(start=max(starts, default=None), until=min(ends, default=None))


def changed(node: tree.Mapping, statement: Statement, name: str) -> tree.Mapping:
    """The fields of a rule with a change made; it cites what it is like, and what an alternative is added by."""
    fields = statement.fields
    made = edits.apply(node, fields, statement.section, name, keep=[LIKE])
    if LIKE in fields.items:
        made = replace(_citing(made, node), place=fields.place)
    also = fields.mapping(edits.ALSO)
    for alternative in also.items.values() if also is not None and statement.section == "rules" else ():
        made = _citing(made, alternative)
    return made


def _citing(node: tree.Mapping, other: tree.Node) -> tree.Mapping:
    """A node that also cites what another cites, each clause once and its own first."""
    own, more = node.get("cite"), other.get("cite") if isinstance(other, tree.Mapping) else None
    if not isinstance(more, tree.Sequence):
        return node
    items = own.items if isinstance(own, tree.Sequence) else ()
    added = (item for item in more.items if item not in items)
    return node.with_items({"cite": tree.Sequence((*items, *added), more.place)})


def followed(chosen: Mapping[str, str], likes: Mapping[str, str]) -> dict[str, str]:
    """The options chosen, and those chosen for a rule chosen for the rules that are like it as well.

    Args:
        chosen: option by the name of the reading.
        likes: by rule, the one that it is like.
    """
    found = dict(chosen)
    for rule, other in likes.items():
        for name, option in chosen.items():
            if name == other or name.startswith(f"{other}."):
                found.setdefault(rule + name.removeprefix(other), option)
    return found
