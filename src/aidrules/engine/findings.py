"""Findings whose bounds depend on parameters or facts: read between them, and refused outside them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.engine.compiled import BoundedFinding
from aidrules.errors import PackError, Problem
from aidrules.facts.schema import Path, subject_at
from aidrules.language import build, core, expressions
from aidrules.language.build import ExpressionError
from aidrules.language.core import Definition, Expr, Type
from aidrules.language.models import FindingModel
from aidrules.language.units import decimal_text

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler
    from aidrules.engine.run import Result, Run


class Findings:
    """Lowers the findings of a pack whose bounds are computed.

    Attributes:
        made: the findings that were lowered, by name.
    """

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self.made: dict[str, BoundedFinding] = {}

    def everything(self) -> None:
        """Lower all of them, read by a rule or not: what is recorded must keep its bounds all the same."""
        for name, entry in self._compiler.pack.findings.items():
            if entry.model.bounded:
                self._lower(name)

    def settled(self, fact: core.Fact) -> Expr:
        """A finding as rules see it: within its bounds, as far as it is known."""
        name = fact.path.removeprefix("findings.")
        if not self._compiler.pack.findings[name].model.bounded:
            return fact
        self._lower(name)
        return core.Ref(f"finding.{name}", fact.var, fact.type)

    def _lower(self, name: str) -> None:
        full = f"finding.{name}"
        if full in self._compiler.made:
            return
        entry, model = self._compiler.pack.findings[name], self._compiler.pack.findings[name].model
        self._compiler.places[full] = entry.node.place
        path: Path = ("members",) if model.about == "member" else ()
        with self._compiler.lowering(full):
            names = self._compiler.item_scope(path, None)
            subject = subject_at(self._compiler.schema, path)
            fact = names.recorded(subject.name, path, subject.fields[f"findings.{name}"])
            kind = Type("number", fact.type.unit)
            ends = dict(zip(("low", "high", "up_to"), self._ends(name, model, kind, path), strict=False))
            refs: dict[str, Expr] = {}
            for end, expr in ends.items():
                self._compiler.define(Definition(f"{full}.{end}", path, expr, entry.label, hidden=True))
                refs[end] = core.Ref(f"{full}.{end}", subject.name, kind)
            top = build.extreme("max", (refs["high"], refs["up_to"])) if "up_to" in refs else refs["high"]
            inside = build.extreme("max", (refs["low"], build.extreme("min", (fact, top))))
            self._compiler.define(Definition(full, path, build.retype(inside, kind), entry.label))
        self.made[name] = BoundedFinding(
            name,
            entry.label,
            path,
            f"{full}.low",
            f"{full}.high",
            f"{full}.up_to" if "up_to" in ends else None,
            model.beyond.needs if model.beyond is not None else (),
            str(fact.type.unit.without(subject.unit)),
        )

    def _ends(self, name: str, model: FindingModel, kind: Type, path: Path) -> Iterator[Expr]:
        texts: list[tuple[str, tuple[str, ...]]] = [(text, ("within",)) for text in model.within]
        if len(texts) == 1:
            texts = [(f"({texts[0][0]}).low", ("within",)), (f"({texts[0][0]}).high", ("within",))]
        if model.beyond is not None:
            texts.append((model.beyond.up_to, ("beyond", "up_to")))
        for text, place in texts:
            try:
                found = expressions.read_value(text, self._compiler.item_scope(path, None))
                if found.type.literal:
                    found = build.retype(found, kind)
                yield build.as_amount(found, kind.unit, f"`{text}`")
            except ExpressionError as error:
                node = self._compiler.pack.findings[name].node
                raise PackError(Problem(error.found, node.at(place), name, error.expected, error.hint)) from None


def outside(run: Run) -> Iterator[Problem]:
    """The findings on record that go beyond what the text allows."""
    for finding in run.compiled.findings.values():
        for item in run.items(finding.owner):
            holder = run.household
            for name, index in zip(finding.owner, item, strict=True):
                holder = getattr(holder, name)[index]
            record = getattr(holder.findings, finding.name) if holder.findings is not None else None
            if record is not None:
                where = "".join(f"{name}[{index}]." for name, index in zip(finding.owner, item, strict=True))
                yield from _outside(run, finding, item, record, f"{where}findings.{finding.name}")


def _outside(run: Run, finding: BoundedFinding, item: tuple[int, ...], record: object, where: str) -> Iterator[Problem]:
    value = Fraction(record.value)  # type: ignore[attr-defined]
    low = _edge(run.value(finding.low, *item), "low")
    high = _edge(run.value(finding.high, *item), "high")
    most = high if finding.up_to is None else max(high, _edge(run.value(finding.up_to, *item), "high"))
    unit = f" {finding.unit}" if finding.unit != "1" else ""

    def shown(number: Fraction) -> str:
        return f"{decimal_text(number)}{unit}"

    if value < low or value > most:
        expected = f"at least {shown(low)} and at most {shown(most)}"
        yield Problem(f"{finding.label.en}: {shown(value)}", where, expected=expected)
    elif value > high:
        missing = [need for need in finding.needs if not getattr(record, need)]
        if missing:
            found = f"{finding.label.en}: {shown(value)}, more than {shown(high)}"
            yield Problem(found, where, expected=f"{' and '.join(missing)} beside the value")


def _edge(value: Result, end: str) -> Fraction:
    found = getattr(value, end, value)
    assert isinstance(found, Fraction)
    return found
