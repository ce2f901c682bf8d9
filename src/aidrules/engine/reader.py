"""Reading facts: one generated function takes from a household what the definitions need, as rows of plain values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from operator import itemgetter
from typing import Any

from aidrules.engine.code import frugal, syntax
from aidrules.engine.layout import Row
from aidrules.facts.schema import Path, Subject, subject_at
from aidrules.language import core
from aidrules.language.recent import Recent

FactReader = Callable[[Any], tuple[bool, int, Any]]
"""Takes a household; gives whether any fact that is read is unknown, the latest of all days of the past as an ordinal
(0 where there is none), and the household's row."""

_EXACT = Context(prec=60)
"""Whatever precision the caller's own context has."""

_UNREAD = Row()

_written: Recent[tuple[Subject, FactReader]] = Recent(256)
"""Readers with their schema, which is known by its identity as long as it is kept here."""


def write_reader(schema: Subject, rows: Mapping[Path, Row]) -> FactReader:
    """Generate the reader for what is read.

    A row holds the fields, then the lists (as lists of rows). Amounts become whole numbers of their smallest decimal,
    dates ordinals; None stays None. Rules that read the same facts share one.
    """
    read = tuple((path, *row.fields.items(), *row.lists.items()) for path, row in rows.items())
    return _written.get((id(schema), read), lambda: (schema, _Reader(schema, rows).function()))[1]


@dataclass(slots=True)
class _Node:
    """What is read of one object: facts and groups of facts by their attribute.

    Attributes:
        name: what it is called in the code.
        inner: what is read of a group; empty for a fact or list.
        fact: as definitions read it; None where only its day counts.
        past: a day that is never after that of the facts.
        optional: a day that may be the text "none".
    """

    name: str
    inner: dict[str, _Node] = field(default_factory=dict)
    fact: core.Fact | None = None
    past: bool = False
    optional: bool = False

    def leaves(self) -> Iterator[_Node]:
        """The facts, at any depth."""
        if not self.inner:
            yield self
        for node in self.inner.values():
            yield from node.leaves()


class _Reader:
    """Writes the function.

    Models are read through their `__dict__`, many attributes in one step: access through pydantic is many times slower.
    """

    def __init__(self, schema: Subject, rows: Mapping[Path, Row]) -> None:
        self._schema, self._rows = schema, rows
        scales = {fact.scale for row in rows.values() for fact in row.fields.values()}
        self._namespace: dict[str, object] = {f"_scale{scale}": Decimal(10**scale) for scale in scales}
        self._namespace |= {"_int": int, "_multiply": _EXACT.multiply}
        self._count = 0

    def function(self) -> FactReader:
        """The compiled reader."""
        body = [syntax.assign("unknown", syntax.const(False)), syntax.assign("latest", syntax.const(0))]
        body += self._item((), "h", "row")
        body.append(syntax.give(syntax.tuple_of([syntax.name("unknown"), syntax.name("latest"), syntax.name("row")])))
        return syntax.compile_function(frugal(syntax.function_of("def read(h): pass", body)), self._namespace)

    def _item(self, path: Path, item: str, target: str) -> list[ast.stmt]:
        """Statements that make the row of one item of a list, or of the household."""
        row = self._rows.get(path, _UNREAD)
        tree = self._tree(path, row)
        statements = self._open(item, tree) if tree.inner else []
        named = {node.fact.path: node.name for node in tree.leaves() if node.fact is not None}
        elements = [named[name] for name in row.fields]
        for name, listed in subject_at(self._schema, path).lists.items():
            if name in row.lists or _tells_of_the_past(listed.subject):
                statements += self._list((*path, name), tree.inner[name].name, f"l{tree.inner[name].name}")
        elements += [f"l{tree.inner[name].name}" for name in row.lists]
        if path in self._rows:
            statements.append(syntax.assign(target, syntax.long_tuple([syntax.name(element) for element in elements])))
            statements.append(
                syntax.assign(
                    "unknown",
                    syntax.either(
                        syntax.name("unknown"), *(syntax.is_(syntax.name(element), None) for element in elements)
                    ),
                )
            )
        return statements

    def _tree(self, path: Path, row: Row) -> _Node:
        subject = subject_at(self._schema, path)
        root = _Node("")
        for name, declared in subject.fields.items():
            attributes = name.split(".")
            value = [*attributes, "value"] if declared.finding is not None else attributes
            if name in row.fields or declared.past:
                node = self._entered(root, value)
                node.fact, node.past, node.optional = row.fields.get(name), declared.past, declared.optional
            if declared.finding is not None:
                self._entered(root, [*attributes, "on"]).past = True
        for name, listed in subject.lists.items():
            if name in row.lists or _tells_of_the_past(listed.subject):
                self._entered(root, [name])
        return root

    def _entered(self, root: _Node, attributes: list[str]) -> _Node:
        node = root
        for attribute in attributes:
            if attribute not in node.inner:
                node.inner[attribute] = _Node(self._fresh())
            node = node.inner[attribute]
        return node

    def _fresh(self) -> str:
        self._count += 1
        return f"x{self._count}"

    def _open(self, holder: str, node: _Node) -> list[ast.stmt]:
        """Take what is read from an object that is there."""
        attributes = tuple(node.inner)
        held = syntax.attribute(syntax.name(holder), "__dict__")
        if len(attributes) == 1:
            taken = syntax.assign(node.inner[attributes[0]].name, syntax.entry(held, attributes[0]))
        else:
            pick = f"_pick{self._fresh()}"
            self._namespace[pick] = itemgetter(*attributes)
            taken = syntax.unpack([inner.name for inner in node.inner.values()], syntax.call(pick, held))
        statements = [taken]
        for inner in node.inner.values():
            if not inner.inner:
                statements += _converted(inner)
                continue
            there = self._open(inner.name, inner)
            read = ((leaf.name, leaf.fact) for leaf in inner.leaves() if leaf.fact is not None)
            absent = [syntax.assign(name, syntax.const(_absent(fact))) for name, fact in read]
            statements.append(syntax.branch(syntax.is_not(syntax.name(inner.name), None), there, absent))
        return statements

    def _list(self, path: Path, source: str, target: str) -> list[ast.stmt]:
        item, row = f"i{source}", f"r{source}"
        body = self._item(path, item, row)
        if path not in self._rows:
            return [syntax.branch(syntax.name(source), [syntax.loop([item], syntax.name(source), body)])]
        body.append(syntax.append_to(target, syntax.name(row)))
        known = [syntax.assign(target, syntax.empty_list()), syntax.loop([item], syntax.name(source), body)]
        nothing = [syntax.assign(target, syntax.const(None))]
        return [syntax.branch(syntax.is_(syntax.name(source), None), nothing, known)]


def _converted(node: _Node) -> list[ast.stmt]:
    """What stands for a fact in the row; a day of the past may be the latest."""
    raw = syntax.name(node.name)
    if node.past or (node.fact is not None and node.fact.type.name == "date"):
        day: ast.expr = syntax.call_of(raw, "toordinal")
        if node.optional:
            day = syntax.when(syntax.compare(raw, "==", syntax.const("none")), syntax.const(core.NO_DATE), day)
        found = [syntax.assign(node.name, day)]
        if node.past:
            later = syntax.compare(raw, ">", syntax.name("latest"))
            found.append(syntax.branch(later, [syntax.assign("latest", raw)]))
    elif node.fact is not None and node.fact.scale > 0:
        product = syntax.call("_multiply", raw, syntax.name(f"_scale{node.fact.scale}"))
        found = [syntax.assign(node.name, syntax.call("_int", product))]
    else:
        return []
    return [syntax.branch(syntax.is_not(raw, None), found)]


def _absent(fact: core.Fact) -> bool | int | str | None:
    """What a fact counts as where there is no record at all; of one whose day is not known, the day is not known."""
    return int(fact.absent * 10**fact.scale) if isinstance(fact.absent, Fraction) else fact.absent


def _tells_of_the_past(subject: Subject) -> bool:
    """Whether any item holds a day that is never after that of the facts."""
    own = any(field.past or field.finding is not None for field in subject.fields.values())
    return own or any(_tells_of_the_past(listed.subject) for listed in subject.lists.values())
