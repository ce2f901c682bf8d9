"""Writing the function that computes all definitions of a pack: its stages, loops, and where values stand.

Two functions come from the one writer: one for households whose facts are all known, and its three-valued twin. What
can be unknown is followed through while writing, so that whatever is certainly known costs nothing extra.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from aidrules.engine.bounds import Interval, bounds
from aidrules.engine.code import conditions, numbers, syntax
from aidrules.engine.code.forms import Binding, Denominator, Gather, Num, Slot, Val
from aidrules.engine.layout import Row, Stage, item_vars
from aidrules.facts.schema import Path, Subject
from aidrules.language import core
from aidrules.language.core import Definition, Expr

_LEAVES = (core.Const, core.Unknown, core.Today, core.Fact, core.Ref, core.Position, core.Param)


class Writer:
    """Writes one function.

    Attributes:
        slots: after `function()`, where each definition's value stands.
        current: the definition being written, for error messages.
        facts_known: whether all facts may be taken to be known.
        prelude: dates that are computed once, by name.
        gathers: after `function()`, where definitions that are read together stand together, by what was asked for and
            stage.

    Args:
        gathered: definitions whose values are read together again and again.
    """

    def __init__(
        self,
        schema: Subject,
        rows: Mapping[Path, Row],
        stages: tuple[Stage, ...],
        intervals: Mapping[str, Interval],
        facts_known: bool,
        gathered: Mapping[Path, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self.schema, self.rows, self.stages, self.facts_known = schema, rows, stages, facts_known
        self.slots: dict[str, Slot] = {}
        self.current = ""
        self.prelude: dict[str, ast.expr] = {}
        self.gathers: dict[tuple[Path, int], Gather] = {}
        self._gathered = gathered
        self.body: list[ast.stmt] = []
        self._intervals = intervals
        self._owners = {d.name: d.owner for stage in stages for d in stage.definitions}
        self._own = {stage.owner: list(item_vars(schema, stage.owner))[-1] for stage in stages}
        self._maybe: dict[str, bool] = {}
        self._caches: list[dict[object, Num | Val]] = [{}]
        self._bindings: dict[str, Binding] = {core.HOUSEHOLD: Binding("h", ())}
        self._household: dict[str, tuple[ast.expr, ast.expr]] = {}
        self._item: dict[str, tuple[ast.expr, ast.expr]] = {}
        self._counter = 0
        self._outer: list[list[ast.stmt]] = []
        self._depths = {"h_f": 0, "on": 0, "this_month": 0}

    # The function and its stages.

    def function(self) -> ast.FunctionDef:
        """The whole function: takes the household's row and two ordinals, gives the values of all stages."""
        household = _Values(self)
        results: list[ast.expr] = []
        for number, stage in enumerate(self.stages):
            if stage.owner:
                self._item_stage(number, stage)
                results.append(syntax.name(f"s{number}"))
            else:
                for definition in stage.definitions:
                    self._define(definition, number, household)
                results.append(syntax.const(None))
        self._gather(0, household, self._household)
        self.body.append(syntax.give(syntax.tuple_of([household.tuple(), *results])))
        dates = [syntax.assign(name, code) for name, code in self.prelude.items()]
        return syntax.function_of("def decide(h_f, on, this_month): pass", [*dates, *self.body])

    def _define(self, definition: Definition, stage: int, row: _Values) -> None:
        """Write one definition; its value, or its two bounds, go into the row."""
        self.current = definition.name
        high: int | None = None
        denominator = Denominator()
        if definition.type.name == "number":
            value = self.number(definition.expr)
            low_code = self.keep(value.low)
            high_code = low_code if value.exact else self.keep(value.high)
            denominator, self._maybe[definition.name] = value.denominator, not value.exact
            place = row.place(low_code)
            if not value.exact:
                high = row.place(high_code)
        else:
            found = self.value(definition.expr)
            low_code = high_code = self.keep(found.code)
            self._maybe[definition.name] = found.maybe
            place = row.place(low_code)
        self.slots[definition.name] = Slot(stage, place, high, denominator)
        (self._item if definition.owner else self._household)[definition.name] = (low_code, high_code)

    def _gather(self, place: int, row: _Values, found: Mapping[str, tuple[ast.expr, ast.expr]]) -> None:
        """Put what is read together into the row once more, as one tuple."""
        for asked, names in self._gathered.items():
            own = [name for name in names if name in found]
            if own:
                codes = {syntax.shape(found[name][0]): found[name][0] for name in own}
                places = {shape: at for at, shape in enumerate(codes)}
                self.gathers[asked, place] = Gather(
                    row.place(self.keep(syntax.long_tuple(list(codes.values())))),
                    {name: places[syntax.shape(found[name][0])] for name in own},
                )

    def _item_stage(self, number: int, stage: Stage) -> None:
        """A stage over the items of a list, or of a list of lists."""
        path = stage.owner
        variables = list(item_vars(self.schema, path))
        self._item = {}

        def level(depth: int, target: str) -> None:
            use = self.rows[path[:depth]].lists[path[depth]]
            source = core.ListUse(variables[depth], use.name, use.owner, 0, 0, use.required)
            with self.loop(variables[depth + 1], source) as loop:
                if depth + 1 < len(path):
                    inner = f"{target}_{depth + 1}"
                    level(depth + 1, inner)
                    result: ast.expr = syntax.name(inner)
                else:
                    row = _Values(self)
                    for definition in stage.definitions:
                        self._define(definition, number, row)
                    self._gather(number + 1, row, self._item)
                    result = row.tuple()
                self.body.append(syntax.append_to(target, result))
            known = [syntax.assign(target, syntax.empty_list()), loop.statement()]
            self.if_listed(source, known, [syntax.assign(target, syntax.const(None))])

        level(0, f"s{number}")
        self._item = {}

    # Lists and loops.

    def list_may_be_unknown(self, source: core.ListUse) -> bool:
        """Whether a list can be None in this function."""
        return not self.facts_known and not source.required

    def if_listed(self, source: core.ListUse, known: list[ast.stmt], unknown: list[ast.stmt]) -> None:
        """Write what happens where a list is known, and where it is not."""
        if self.list_may_be_unknown(source):
            self.body.append(syntax.branch(syntax.is_(self.list_code(source), None), unknown, known))
        else:
            self.body.extend(known)

    def list_code(self, source: core.ListUse) -> ast.expr:
        """The rows of a list."""
        binding = self._bindings[source.var]
        return syntax.item(binding.row("f"), self.rows[binding.path].slot(source.name))

    @contextmanager
    def loop(self, var: str, source: core.ListUse) -> Iterator[Loop]:
        """Write the body of a loop over a list; its header is made afterwards, by `Loop.statement`."""
        outer = self._bindings[source.var]
        self._counter += 1
        binding = Binding(f"v{self._counter}", (*source.owner, source.name))
        shadowed = self._bindings.get(var)
        self._outer.append(self.body)
        self.body = []
        self._caches.append({})
        self._bindings[var] = binding
        loop = Loop(self, binding, outer, source)
        try:
            yield loop
        finally:
            loop.body = self.body
            self.body = self._outer.pop()
            self._caches.pop()
            if shadowed is None:
                del self._bindings[var]
            else:
                self._bindings[var] = shadowed

    def position(self, var: str) -> ast.expr:
        """Where a bound item stands in its list."""
        return self._bindings[var].row("i")

    # Values.

    def number(self, expr: Expr) -> Num:
        """Write a number, once for the place and all that is inside it."""
        if isinstance(expr, _LEAVES):
            return numbers.write(self, expr)
        found = self.cached(expr, lambda: numbers.write(self, expr))
        assert isinstance(found, Num)
        return found

    def value(self, expr: Expr) -> Val:
        """Write a boolean, date, enum or text, once for the place and all that is inside it."""
        if isinstance(expr, _LEAVES):
            return conditions.write(self, expr)
        found = self.cached(expr, lambda: self._kept(conditions.write(self, expr)))
        assert isinstance(found, Val)
        return found

    def _kept(self, value: Val) -> Val:
        return Val(self.keep(value.code), value.maybe)

    def interval(self, expr: Expr) -> Interval:
        """Between which numbers an expression must lie."""
        return bounds(expr, self._intervals)

    def fresh(self) -> str:
        """A name that nothing else has."""
        self._counter += 1
        return f"t{self._counter}"

    def keep(self, code: ast.expr) -> ast.expr:
        """A form of a value that can stand several times; what was written once before is not written again."""
        if isinstance(code, ast.Name | ast.Constant):
            return code
        key = ("code", syntax.shape(code))
        for cache in reversed(self._caches):
            if key in cache:
                found = cache[key]
                break
        else:
            # What is the same for all items is computed before the loop. All of generated code is total, so it may be.
            depth = self._depth(code)
            name = self.fresh()
            self._depths[name] = depth
            ([*self._outer, self.body][depth]).append(syntax.assign(name, code))
            found = self._caches[depth][key] = Val(syntax.name(name), True)
        assert isinstance(found, Val)
        return found.code

    def _depth(self, code: ast.expr) -> int:
        """How many loops deep the names stand that an expression reads."""
        if isinstance(code, ast.Name):
            return self._depths.get(code.id, len(self._outer))
        parts = code.args if isinstance(code, ast.Call) else syntax.parts(code)
        return max(map(self._depth, parts), default=0)

    def cached(self, key: object, make: Callable[[], Num | Val]) -> Num | Val:
        """A value that is written once for the place and all that is inside it."""
        for cache in reversed(self._caches):
            if key in cache:
                return cache[key]
        value = make()
        self._caches[-1][key] = value
        return value

    def fact(self, fact: core.Fact) -> ast.expr:
        """A fact as it stands in its item's row."""
        binding = self._bindings[fact.var]
        return syntax.item(binding.row("f"), self.rows[binding.path].slot(fact.path))

    def raw(self, fact: core.Fact) -> ast.expr:
        """The same as a name; None where nobody recorded it."""
        found = self.cached(("raw", fact.var, fact.path), lambda: Val(self.keep(self.fact(fact)), True))
        assert isinstance(found, Val)
        return found.code

    def reference(self, ref: core.Ref) -> tuple[ast.expr, ast.expr, bool]:
        """A definition's value, or its bounds, and whether it may be unknown."""
        owner = self._owners[ref.name]
        maybe = self._maybe[ref.name]
        if not owner:
            return (*self._household[ref.name], maybe)
        if ref.name in self._item and ref.var == self._own[owner]:
            return (*self._item[ref.name], maybe)
        slot = self.slots[ref.name]
        row = self._bindings[ref.var].row(f"s{slot.stage}")
        low = self.keep(syntax.item(row, slot.place))
        return low, low if slot.high is None else self.keep(syntax.item(row, slot.high)), maybe

    def denominator(self, ref: core.Ref) -> Denominator:
        """What a definition's number is divided by, said about the item referred to."""
        owner = self._owners[ref.name]
        denominator = self.slots[ref.name].denominator
        if not owner:
            return denominator
        return denominator.renamed({self._own[owner]: ref.var})


class _Values:
    """The row of values of a stage: each once, put together a few at a time so that few names are in use at once."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._places: dict[object, int] = {}
        self._open: list[ast.expr] = []
        self._closed: list[ast.expr] = []

    def place(self, code: ast.expr) -> int:
        """Where a name or constant stands in the row; entered unless it is there."""
        key = syntax.shape(code)
        if key not in self._places:
            self._places[key] = len(self._places)
            self._open.append(code)
            if len(self._open) == syntax.AT_ONCE:
                self._close()
        return self._places[key]

    def tuple(self) -> ast.expr:
        """The whole row."""
        if self._open or not self._closed:
            self._close()
        return syntax.chained(self._closed)

    def _close(self) -> None:
        self._closed.append(self._writer.keep(syntax.tuple_of(self._open)))
        self._open = []


class Loop:
    """A loop whose header is written last, when it is known what its body reads."""

    def __init__(self, writer: Writer, binding: Binding, outer: Binding, source: core.ListUse) -> None:
        self._writer, self._binding, self._outer, self._source = writer, binding, outer, source
        self.body: list[ast.stmt] = []

    def statement(self) -> ast.stmt:
        """The finished loop."""
        kinds = sorted(self._binding.rows) or ["f"]
        sources = [self._rows(kind) for kind in kinds]
        along = sources[0] if len(sources) == 1 else syntax.call("zip", *sources)
        return syntax.loop([f"{self._binding.name}_{kind}" for kind in kinds], along, self.body)

    def _rows(self, kind: str) -> ast.expr:
        if kind == "f":
            return self._writer.list_code(self._source)
        if kind == "i":
            return syntax.call("range", syntax.call("len", self._writer.list_code(self._source)))
        return self._outer.row(kind) if self._source.owner else syntax.name(kind)
