"""Changes to what a rule says: fields set, replaced in part or left out, by overrides and by reading options."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aidrules.errors import PackError, Place, Problem
from aidrules.language import tree
from aidrules.language.fields import near, one_of

# Ways of saying one thing: giving one of a group in a change takes the others away.
EXCLUSIVE: dict[str, tuple[frozenset[str], ...]] = {
    "definitions": (frozenset({"value", "any_of", "all_of", "cases", "start"}),),
    "rules": (frozenset({"when", "any_of", "all_of"}),),
    "parameters": (),
    "programmes": (),
    "inputs": (),
    "findings": (),
    "readings": (),
    "terms": (),
    "notices": (),
}
WITHOUT = "without"
REPLACE = "replace"
ALSO = "also"
_WORDS = frozenset({"zh", "en", "cite", "reading"})


def apply(
    node: tree.Mapping, changes: tree.Mapping, section: str, rule: str, *, keep: Iterable[str] = ()
) -> tree.Mapping:
    """A node with changes made to it.

    A key sets a field, a dotted key (`grades.aged.when`) one below it, `without:` lists fields that fall away,
    `replace: [a, b]` puts b in the place of the text a in the one expression that holds it, and `also:` adds
    alternatives to those that were added before.

    Args:
        node: the fields as they are.
        changes: what changes.
        section: the section of the pack, for what excludes what.
        rule: the id that errors name.
        keep: keys of `changes` that are no changes.

    Raises:
        PackError: a change of something that is not there.
    """
    kept = set(keep)
    given = {key: item for key, item in changes.items.items() if key not in kept}
    for group in EXCLUSIVE[section]:
        named = group & given.keys()
        if named:
            gone = group - named
            if "start" in gone:
                gone |= {"plus", "less"}
            node = node.without(gone)
    for key, item in given.items():
        place = changes.key_place(key)
        if key == WITHOUT:
            node = _without(node, item, rule)
        elif key == REPLACE:
            node = _replace(node, item, rule)
        elif key == ALSO and ALSO in node.items:
            node = _added(node, item, rule)
        elif "." in key:
            node = _set(node, tuple(key.split(".")), item, place, rule)
        else:
            node = node.with_items({key: item}, {key: place})
    return node


def _set(node: tree.Mapping, path: tuple[str, ...], item: tree.Node, place: Place, rule: str) -> tree.Mapping:
    head, *rest = path
    if not rest:
        return node.with_items({head: item}, {head: place})
    below = node.get(head)
    if not isinstance(below, tree.Mapping):
        raise PackError(
            Problem(
                f"there is nothing under {head!r} to change",
                place,
                rule,
                one_of(node.items),
                near(head, node.items),
            )
        )
    return node.with_items({head: _set(below, tuple(rest), item, place, rule)})


def _added(node: tree.Mapping, item: tree.Node, rule: str) -> tree.Mapping:
    before = node.items[ALSO]
    if not isinstance(before, tree.Mapping) or not isinstance(item, tree.Mapping):
        return node.with_items({ALSO: item})
    for name in before.items.keys() & item.items:
        found, hint = f"also: {name} is there already", f"Change it as also.{name}, or give the new one another name"
        raise PackError(Problem(found, item.key_place(name), rule, "a name of its own", hint))
    return node.with_items({ALSO: before.with_items(item.items, item.key_places)})


def _without(node: tree.Mapping, item: tree.Node, rule: str) -> tree.Mapping:
    names = item.items if isinstance(item, tree.Sequence) else (item,)
    for name in names:
        if not isinstance(name, tree.Text) or name.value not in node.items:
            found = name.value if isinstance(name, tree.Text) else tree.describe(name)
            raise PackError(Problem(f"without: there is no {found!r}", name.place, rule, one_of(node.items)))
        node = node.without([name.value])
    return node


def _replace(node: tree.Mapping, item: tree.Node, rule: str) -> tree.Mapping:
    parts = item.items if isinstance(item, tree.Sequence) else ()
    texts = [part for part in parts if isinstance(part, tree.Text)]
    old = " ".join(texts[0].value.split()) if texts else ""
    if len(parts) != 2 or len(texts) != 2 or not old:
        hint = "Quote the parts if they hold a comma or a bracket"
        raise PackError(Problem("replace: needs two texts", item.place, rule, "[the text, its place]", hint))
    pattern = whole(old)
    holders = [path for path, inner in tree.walk(node) if _holds(path, inner, pattern)]
    if len(holders) != 1:
        found = f"{old!r} stands in {' and '.join('.'.join(path) for path in holders) or 'no expression'}"
        hint = "Change the field itself instead, as in {when: …}"
        raise PackError(Problem(f"replace: {found}", item.place, rule, "exactly one expression", hint))
    changed = _substitute(node, holders[0], pattern, texts[1])
    assert isinstance(changed, tree.Mapping)
    return changed


def whole(text: str) -> re.Pattern[str]:
    """Finds a text where it is not part of a longer word or operator: `<` is not in `<=`."""
    before = r"(?<!\w)" if text[0].isalnum() else "(?<![<>=!])" if text[0] in "<>=!" else ""
    after = r"(?!\w)" if text[-1].isalnum() else "(?!=)" if text[-1] in "<>=!" else ""
    return re.compile(f"{before}{re.escape(text)}{after}")


def _holds(path: tuple[str, ...], node: tree.Node, text: re.Pattern[str]) -> bool:
    if not isinstance(node, tree.Text) or _WORDS & set(path):
        return False
    return text.search(" ".join(node.value.split())) is not None


def _substitute(node: tree.Node, path: tuple[str, ...], old: re.Pattern[str], new: tree.Text) -> tree.Node:
    if isinstance(node, tree.Text):
        put = " ".join(new.value.split())
        changed = old.sub(lambda _: put, " ".join(node.value.split()))
        return tree.Text(changed, new.place, written="")
    if isinstance(node, tree.Mapping):
        return node.with_items({path[0]: _substitute(node.items[path[0]], path[1:], old, new)})
    items = list(node.items)
    items[int(path[0])] = _substitute(items[int(path[0])], path[1:], old, new)
    return tree.Sequence(tuple(items), node.place)
