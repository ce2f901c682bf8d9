"""Making generated code cheap to run: the same values from fewer steps, and from few names at a time.

Python takes longer for each name beyond the first 256 of a function, and for each value that is stored only to be read
once. So what is read once moves to where it is read, and names are used again when nothing reads them any more. All of
generated code is pure, so that nothing depends on when a value is computed.
"""

from __future__ import annotations

import ast
import heapq
from collections.abc import Iterable, Iterator

from aidrules.engine.code import syntax

_DEEPEST = 12
"""What is read once does not move into expressions that are nested deeper than this."""


def frugal(function: ast.FunctionDef) -> ast.FunctionDef:
    """The same function, cheaper to run."""
    reads = _Reads(function.body)
    shared = _shared(_Uses(function.body, reads.moved), reads.written)
    return syntax.with_body(function, _Body(reads.moved, shared).statements(function.body))


class _Reads:
    """Finds what is written once and read once, in the same round of the same loop.

    Attributes:
        written: the names that are given values.
        moved: the expressions that can stand where their names are read.
    """

    def __init__(self, body: list[ast.stmt]) -> None:
        self.moved: dict[str, ast.expr] = {}
        self._loops = 0
        self._values: dict[str, ast.expr] = {}
        self.written: dict[str, list[int]] = {}
        self._read: dict[str, list[int]] = {}
        self._depths: dict[str, int] = {}
        self._block(body, 0)
        for name, value in self._values.items():
            if self.written[name] == self._read.get(name) and len(self.written[name]) == 1:
                depth = self._depth(value)
                if depth <= _DEEPEST:
                    self.moved[name], self._depths[name] = value, depth

    def _block(self, body: list[ast.stmt], loop: int) -> None:
        for statement in body:
            match statement:
                case ast.For(target=target, iter=along, body=inner):
                    self._note(along, loop)
                    self._loops += 1
                    self._note(target, self._loops)
                    self._block(inner, self._loops)
                case ast.If(test=test, body=inner, orelse=other):
                    self._note(test, loop)
                    self._block(inner, loop)
                    self._block(other, loop)
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._values[name] = value
                    self._note(statement, loop)
                case ast.AugAssign(target=ast.Name(id=name)):
                    self._read.setdefault(name, []).append(loop)
                    self._note(statement, loop)
                case _:
                    self._note(statement, loop)

    def _note(self, code: ast.AST, loop: int) -> None:
        for name in _names(code):
            kind = self._read if isinstance(name.ctx, ast.Load) else self.written
            kind.setdefault(name.id, []).append(loop)

    def _depth(self, value: ast.expr) -> int:
        if isinstance(value, ast.Name):
            return self._depths.get(value.id, 0)
        return 1 + max(map(self._depth, syntax.parts(value)), default=0)


class _Uses:
    """From where to where each name is in use, in steps of the body after what is read once was moved.

    Attributes:
        first: the step that writes a name first.
        last: the last step that needs it.
    """

    def __init__(self, body: list[ast.stmt], moved: dict[str, ast.expr]) -> None:
        self.first: dict[str, int] = {}
        self.last: dict[str, int] = {}
        self._moved = moved
        self._step = 0
        self._block(body)

    def _block(self, body: list[ast.stmt]) -> set[str]:
        """All names that stand in these statements."""
        seen: set[str] = set()
        for statement in body:
            self._step += 2
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)]) if name in self._moved:
                    continue
                case ast.Assign(targets=targets, value=value):
                    self._use(self._reading(value), seen)
                    self._step += 1
                    self._use((name.id for target in targets for name in _names(target)), seen)
                case ast.For(target=target, iter=along, body=inner):
                    self._use(self._reading(along), seen)
                    self._step += 1
                    start, inside = self._step, {name.id for name in _names(target)}
                    self._use(inside, seen)
                    inside |= self._block(inner)
                    for name in inside:
                        if self.first[name] < start:
                            self.last[name] = self._step  # the next round may need it again
                    seen |= inside
                case ast.If(test=test, body=inner, orelse=other):
                    self._use(self._reading(test), seen)
                    seen |= self._block(inner)
                    seen |= self._block(other)
                case _:
                    self._use(self._reading(statement), seen)
        return seen

    def _use(self, names: Iterable[str], seen: set[str]) -> None:
        for name in names:
            self.first.setdefault(name, self._step)
            self.last[name] = self._step
            seen.add(name)

    def _reading(self, code: ast.AST) -> Iterator[str]:
        for name in _names(code):
            if name.id in self._moved:
                yield from self._reading(self._moved[name.id])
            else:
                yield name.id


def _shared(uses: _Uses, names: Iterable[str]) -> dict[str, str]:
    """New names, each for several that are never in use at the same time."""
    found: dict[str, str] = {}
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    made = 0
    for name in sorted(uses.first.keys() & set(names), key=lambda name: (uses.first[name], name)):
        while busy and busy[0][0] < uses.first[name]:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if free:
            place = heapq.heappop(free)
        else:
            place, made = made, made + 1
        heapq.heappush(busy, (uses.last[name], place))
        found[name] = f"x{place}"
    return found


class _Body:
    """Writes the statements anew."""

    def __init__(self, moved: dict[str, ast.expr], shared: dict[str, str]) -> None:
        self._moved, self._shared = moved, shared

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [self._statement(statement) for statement in body if not self._is_moved(statement)]

    def _is_moved(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                return name in self._moved
        return False

    def _statement(self, statement: ast.stmt) -> ast.stmt:
        match statement:
            case ast.For(target=target, iter=along, body=inner):
                return syntax.loop_over(self._expr(target), self._expr(along), self.statements(inner))
            case ast.If(test=test, body=inner, orelse=other):
                return syntax.branch(self._test(test), self.statements(inner), self.statements(other))
        return syntax.rebuilt(statement, self._expr)

    def _expr(self, code: ast.expr) -> ast.expr:
        match code:
            case ast.Constant():
                return code
            case ast.Name(id=name):
                if name in self._moved:
                    return self._expr(self._moved[name])
                return syntax.renamed(code, self._shared.get(name, name))
            case ast.IfExp(test=test, body=then, orelse=other):
                asked = _asked(test, True)
                if asked is not None and isinstance(other, ast.IfExp) and _asked(other.test, False) == asked:
                    # Known not to hold, it fails or is unknown: whether it is None is asked in fewer steps.
                    unknown = syntax.is_(self._expr(test.left), None)  # type: ignore[attr-defined]
                    rest = syntax.when(unknown, self._expr(other.orelse), self._expr(other.body))
                    return syntax.when(self._test(test), self._expr(then), rest)
                return syntax.when(self._test(test), self._expr(then), self._expr(other))
        return syntax.rebuilt(code, self._expr)

    def _test(self, code: ast.expr) -> ast.expr:
        """An expression of which only the truth counts: `is True` adds nothing."""
        match code:
            case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=True)]):
                return self._expr(left)
            case ast.BoolOp(op=op, values=values):
                tests = [self._test(value) for value in values]
                return syntax.both(*tests) if isinstance(op, ast.And) else syntax.either(*tests)
        return self._expr(code)


def _asked(test: ast.expr, what: bool) -> str | None:
    """The name of which a test asks whether it is true, or false."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=value)]):
            return name if value is what else None
    return None


def _names(code: ast.AST) -> Iterator[ast.Name]:
    return (node for node in ast.walk(code) if isinstance(node, ast.Name))
