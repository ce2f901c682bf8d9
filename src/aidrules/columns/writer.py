"""Writing the plan of a pack: the exact engine's own lowering, with columns in the place of loops.

What a number, a comparison or a choice is, known or not, the writer of the exact engine says; nothing of that is said
again here. Where it would write a loop, its body is written for all items of a list at once, along rows of their own,
and what it adds up is brought back to the rows that the list hangs on.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from aidrules.columns import lists
from aidrules.columns.folds import Fold
from aidrules.columns.rows import Ground, Rows
from aidrules.engine import Compiled
from aidrules.engine.code import conditions, numbers, syntax
from aidrules.engine.code.forms import LoweringError, Num, Slot, Val
from aidrules.engine.code.writer import Writer
from aidrules.engine.layout import item_vars
from aidrules.facts.schema import Path
from aidrules.language import core
from aidrules.language.core import Definition, Expr


@dataclass(frozen=True, slots=True)
class Assign:
    """A column computed from others of the same rows, or of rows that these lie under."""

    name: str
    rows: Rows
    code: ast.expr


@dataclass(frozen=True, slots=True)
class Load:
    """A column of the frame: a fact, or of a list whether it is unknown (`what` is "unlisted")."""

    name: str
    rows: Rows
    what: Literal["fact", "recorded", "unlisted", "position"]
    field: str
    fact: core.Fact | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """A column of the items of a list, for rows that take these items together with others."""

    name: str
    rows: Rows
    source: str


@dataclass(frozen=True, slots=True)
class Gather:
    """A column of outer rows, repeated for the rows under them."""

    name: str
    rows: Rows
    source: str


@dataclass(frozen=True, slots=True)
class Reduce:
    """What columns of inner rows come to for each of the rows that they lie under."""

    name: str
    rows: Rows
    fold: Fold
    inner: Rows
    sources: tuple[str, ...]
    most: int


Step = Assign | Load | Pick | Gather | Reduce


class ColumnWriter(Writer):
    """Writes the steps of a plan.

    Attributes:
        steps: every column by its name, each after those that it needs.
        open: the facts and lists that may be unknown, by the list of their items and their name.
    """

    def __init__(self, compiled: Compiled, open_: Set[tuple[Path, str]] | None) -> None:
        super().__init__(compiled.schema, compiled.rows, compiled.stages, compiled.intervals, False)
        self.compiled, self.open = compiled, open_
        self.steps: dict[str, Step] = {}
        self.ground = Ground()
        self._at: Rows = self.ground.own(())
        self._bound: dict[str, Rows] = {}
        self._seen: dict[object, Num | Val | str] = {}
        self._defined: dict[str, Num | Val] = {}
        self._codes: dict[tuple[int, str], str] = {}

    # Definitions

    def result(self, name: str) -> Num | Val:
        """The columns of a definition, along the rows of its owner; written with all that it needs when first asked."""
        if name not in self._defined:
            for needed in self._needed(name):
                self._defined[needed.name] = self._definition(needed)
        return self._defined[name]

    def _needed(self, name: str) -> list[Definition]:
        wanted, waiting = {name}, [name]
        while waiting:
            for part in core.walk(self.compiled.definitions[waiting.pop()].expr):
                if isinstance(part, core.Ref) and part.name not in wanted | self._defined.keys():
                    wanted.add(part.name)
                    waiting.append(part.name)
        return [one for one in self.compiled.definitions.values() if one.name in wanted]

    def _definition(self, definition: Definition) -> Num | Val:
        self.current = definition.name
        with self.along(definition.owner):
            expr = self.settled(definition.expr, item_vars(self.schema, definition.owner))
            if definition.type.name != "number":
                found = self.value(expr)
                return Val(self.keep(found.code), found.maybe)
            value = self.number(expr)
            low = self.keep(value.low)
            kept = Num(low, low if value.exact else self.keep(value.high), value.denominator)
            self.slots[definition.name] = Slot(0, 0, None, value.denominator)
            return kept

    @contextmanager
    def along(self, owner: Path) -> Iterator[Rows]:
        """Write what follows along the rows of an owner, with the variables that definitions of it have."""
        saved = self._at, self._bound
        self._at = self.ground.own(owner)
        self._bound = {var: self.ground.own(path) for var, path in item_vars(self.schema, owner).items()}
        try:
            yield self._at
        finally:
            self._at, self._bound = saved

    def reference(self, ref: core.Ref) -> tuple[ast.expr, ast.expr, bool]:
        """See `Writer`."""
        found = self.result(ref.name)
        rows = self._rows_of(ref.var, self._owners[ref.name])
        if isinstance(found, Num):
            low = self.picked(found.low, rows)
            return low, low if found.exact else self.picked(found.high, rows), not found.exact
        code = self.picked(found.code, rows)
        return code, code, found.maybe

    def _rows_of(self, var: str, owner: Path) -> Rows:
        return self._bound[var] if owner else self.ground.own(())

    def picked(self, code: ast.expr, rows: Rows) -> ast.expr:
        """A column of items, for the rows to which a variable is bound."""
        if rows.own or not isinstance(code, ast.Name):
            return code
        return self._column(("pick", rows, code.id), lambda name: Pick(name, rows, code.id))

    def _column(self, key: object, make: Callable[[str], Step]) -> ast.Name:
        if key not in self._seen:
            name = self.fresh()
            self.steps[name] = make(name)
            self._seen[key] = name
        found = self._seen[key]
        assert isinstance(found, str)
        return syntax.name(found)

    # What the shared lowering asks for

    def number(self, expr: Expr) -> Num:
        """See `Writer`."""
        if isinstance(expr, core.Agg):
            return lists.number(self, expr)
        if isinstance(expr, core.Ref):
            low, high, _ = self.reference(expr)
            return Num(low, high, self.denominator(expr))
        return numbers.write(self, expr)

    def value(self, expr: Expr) -> Val:
        """See `Writer`; where something may be unknown, logic and comparisons are three-valued as Polars has them."""
        match expr:
            case core.Agg():
                return lists.value(self, expr)
            case core.And(items=items) | core.Or(items=items):
                parts = [self.value(item) for item in items]
                join = syntax.both if isinstance(expr, core.And) else syntax.either
                return Val(join(*(part.code for part in parts)), any(part.maybe for part in parts))
            case core.Not(inner=inner):
                part = self.value(inner)
                return Val(syntax.opposite(part.code), part.maybe)
            case core.Compare(op=op, left=left, right=right) if left.type.name != "number":
                a, b = self.value(left), self.value(right)
                return Val(syntax.compare(a.code, op, b.code), a.maybe or b.maybe)
        return conditions.write(self, expr)

    def fact(self, fact: core.Fact) -> ast.expr:
        """See `Writer`."""
        rows = self._bound[fact.var]
        own = self.ground.own(rows.path)
        load = self._column(("fact", rows.path, fact.path), lambda name: Load(name, own, "fact", fact.path, fact))
        return self.picked(load, rows)

    def settled(self, expr: Expr, bound: Mapping[str, Path]) -> Expr:
        """The same expression with all facts and lists that are never unknown in these rows said to be required."""
        match expr:
            case core.Fact(var=var, path=path) if not expr.required and not self._is_open(bound[var], path):
                return replace(expr, required=True)
            case core.Agg(source=source):
                bound = {**bound, expr.var: (*source.owner, source.name)}
                if not source.required and not self._is_open(source.owner, source.name):
                    expr = replace(expr, source=replace(source, required=True))
        return core.rebuild(expr, lambda inner: self.settled(inner, bound))

    def _is_open(self, path: Path, name: str) -> bool:
        return self.open is None or (path, name) in self.open

    def position(self, var: str) -> ast.expr:
        """See `Writer`."""
        rows = self._bound[var]
        own = self.ground.own(rows.path)
        load = self._column(("position", rows.path), lambda name: Load(name, own, "position", ""))
        return self.picked(load, rows)

    def recorded(self, path: Path, name: str) -> ast.expr:
        """Whether something is there, for each item: a fact, a group of facts, or a finding."""
        own = self.ground.own(path)
        return self._column(("recorded", path, name), lambda made: Load(made, own, "recorded", name))

    def unlisted(self, var: str, source: core.ListUse) -> ast.expr:
        """Whether a list of a bound item is unknown."""
        rows = self._bound[var]
        return self.picked(self.unlisted_of(rows.path, source.name), rows)

    def unlisted_of(self, path: Path, name: str) -> ast.expr:
        """Whether a list is unknown, for each item that it may hang on."""
        own = self.ground.own(path)
        return self._column(("unlisted", path, name), lambda made: Load(made, own, "unlisted", name))

    def keep(self, code: ast.expr) -> ast.expr:
        """See `Writer`; what was written once along the same rows is not written again."""
        if isinstance(code, ast.Name | ast.Constant):
            return code
        if isinstance(code, ast.Call) and isinstance(code.func, ast.Name) and code.func.id == "_product":
            return code  # two numbers, of which each is taken by itself
        text, rows = ast.dump(code), self._at
        if (id(rows), text) not in self._codes:
            name = self.fresh()
            self.steps[name] = Assign(name, rows, code)
            self._codes[id(rows), text] = name
        return syntax.name(self._codes[id(rows), text])

    def cached(self, key: object, make: Callable[[], Num | Val]) -> Num | Val:  # noqa: ARG002
        """See `Writer`; equal columns are found by what computes them."""
        return make()

    # Lists

    @contextmanager
    def items(self, expr: core.Agg) -> Iterator[tuple[Rows, Rows]]:
        """Write the body of an aggregate along the items of its list.

        Gives the rows that it is brought back to, and those of the items. These are the rows that the list hangs on,
        wherever the aggregate stands, unless its body reads something of where it stands.
        """
        via = self._bound[expr.source.var]
        outer = self._at if self._reads_inside(expr, via) else via
        inner = self.ground.under(outer, via, (*expr.source.owner, expr.source.name))
        saved = self._at, self._bound
        self._at, self._bound = inner, {**self._bound, expr.var: inner}
        try:
            yield outer, inner
        finally:
            self._at, self._bound = saved

    def _reads_inside(self, expr: core.Agg, via: Rows) -> bool:
        """Whether an aggregate reads variables that are bound further inside than the item that its list hangs on."""
        outside = set(map(id, via.chain()))
        bound = {expr.var}
        for part in (one for inner in (expr.where, expr.body) if inner is not None for one in core.walk(inner)):
            if isinstance(part, core.Agg):
                bound.add(part.var)
        for part in (one for inner in (expr.where, expr.body) if inner is not None for one in core.walk(inner)):
            var = part.source.var if isinstance(part, core.Agg) else getattr(part, "var", None)
            if isinstance(part, core.Ref) and not self._owners[part.name]:
                continue
            if var is not None and var not in bound and id(self._bound[var]) not in outside:
                return True
        return False

    @contextmanager
    def seeing(self, bound: Mapping[str, Rows]) -> Iterator[None]:
        """Write what follows with other variables."""
        saved, self._bound = self._bound, dict(bound)
        try:
            yield
        finally:
            self._bound = saved

    def reduced(self, fold: Fold, rows: Rows, inner: Rows, *codes: ast.expr, most: int) -> ast.expr:
        """What columns of the items come to for each of the outer rows."""
        with self.standing(inner):
            names = tuple(self._named(code) for code in codes)
        return self._column(
            ("reduce", fold, rows, inner, names), lambda name: Reduce(name, rows, fold, inner, names, most)
        )

    @contextmanager
    def standing(self, rows: Rows) -> Iterator[None]:
        """Write what follows along other rows."""
        saved, self._at = self._at, rows
        try:
            yield
        finally:
            self._at = saved

    def kept_along(self, rows: Rows, code: ast.expr) -> ast.expr:
        """Keep a value along other rows than those at work."""
        with self.standing(rows):
            return self.keep(code)

    def _named(self, code: ast.expr) -> str:
        """A column of its own, also for one value, or for a column of outer rows."""
        if isinstance(code, ast.Name) and self.steps[code.id].rows is self._at:
            return code.id
        name = self.fresh()
        self.steps[name] = Assign(name, self._at, code)
        return name

    def error(self, found: LoweringError) -> Exception:
        """A problem of the definition that is being written, with its place."""
        return self.compiled._error(self.current, str(found))
