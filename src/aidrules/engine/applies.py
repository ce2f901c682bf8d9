"""Inputs that cannot apply to everybody: where they do not, they count as what the pack says, asked or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aidrules.engine.layout import own_var
from aidrules.errors import PackError, Problem
from aidrules.facts.schema import Path, subject_at
from aidrules.language import build, core, expressions
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, Expr
from aidrules.language.names import Names

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler
    from aidrules.facts.inputs import Input


class Applies:
    """Puts `applies_when:` and `counts_as:` of a pack's inputs round the facts that they declare."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._open: list[tuple[Path, str]] = []

    def everything(self) -> None:
        """Read the conditions of all inputs, used or not.

        Raises:
            PackError: a condition or value that does not fit.
        """
        for subject, named in self._compiler.pack.inputs.items():
            path: Path = ("members",) if subject == "member" else ()
            for name, declared in named.items():
                for field, inner in (declared.fields or {}).items():
                    if inner.applies_when is not None:
                        self._check((*path, name), field)
                if declared.applies_when is not None:
                    self._check(path, f"case.{name}" if subject == "case" else name)

    def _check(self, path: Path, name: str) -> None:
        subject = subject_at(self._compiler.schema, path)
        var = own_var(self._compiler.schema, path)
        scope = Names(self._compiler, None, {subject.name: (var, path)}, {})
        scope.fact(var, path, subject.fields[name])

    def settled(self, fact: core.Fact, path: Path) -> Expr:
        """A fact as rules see it: what it counts as, where it does not apply."""
        declared = self._declared(path, fact.path)
        if declared is None or declared.applies_when is None:
            return fact
        subject = subject_at(self._compiler.schema, path)
        scope = Names(self._compiler, None, {subject.name: (fact.var, path)}, {})
        key = "applies_when"
        try:
            with self._reading(path, fact.path):
                condition = build.expect(
                    expressions.read_value(declared.applies_when, scope, BOOL), "bool", "applies_when:"
                )
            self._same_subject(condition, fact.var, subject.name)
            key = "counts_as"
            value = expressions.read_value(declared.counts_as or "", scope, fact.type)
            if not isinstance(value, core.Const):
                raise ExpressionError("it is not a fixed value")
            if fact.type.name == "number":
                value = build.as_amount(value, fact.type.unit, "it")
            return build.choose(condition, fact, value)
        except ExpressionError as error:
            place, name = self._compiler.pack.input_place(self._names(path, fact.path), key)
            raise PackError(Problem(f"{key}: {error.found}", place, name, error.expected, error.hint)) from None

    def _names(self, path: Path, field: str) -> tuple[str, ...]:
        """Subject, input and, for a field of a list, the field."""
        own = self._compiler.schema.name
        subject, *rest = ("member", *path[1:]) if path[:1] == ("members",) else (own, *path)
        if not rest and field.startswith("case."):
            return "case", field.removeprefix("case.")
        return (subject, *rest, field)

    def _declared(self, path: Path, field: str) -> Input | None:
        subject, name, *rest = self._names(path, field)
        found = self._compiler.pack.inputs.get(subject, {}).get(name)
        return (found.fields or {}).get(rest[0]) if found is not None and rest else found

    def _same_subject(self, condition: Expr, var: str, subject: str) -> None:
        for part in core.walk(condition):
            foreign = isinstance(part, core.Fact) and part.var != var
            if foreign or isinstance(part, core.Ref | core.Agg | core.Param | core.Position):
                raise ExpressionError("it asks for more than facts", expected=f"facts of the same {subject}")

    @contextmanager
    def _reading(self, path: Path, field: str) -> Iterator[None]:
        if (path, field) in self._open:
            raise ExpressionError(f"{field} applies depending on itself")
        self._open.append((path, field))
        try:
            yield
        finally:
            self._open.pop()
