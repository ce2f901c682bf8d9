"""Findings whose bounds depend on parameters or facts, or that count for a time only.

They are read between their bounds, and refused outside them; one that has lapsed counts as if nobody had recorded it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from aidrules.engine.compiled import LoweredFinding
from aidrules.engine.layout import own_var
from aidrules.errors import PackError, Problem
from aidrules.facts.schema import Path, subject_at
from aidrules.language import build, core, expressions
from aidrules.language.build import ExpressionError
from aidrules.language.core import OPTIONAL_DATE, Definition, Expr, Type
from aidrules.language.models import FindingModel
from aidrules.language.units import decimal_text

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler
    from aidrules.engine.run import Result, Run
    from aidrules.language.entries import Entry


class Findings:
    """Lowers the findings of a pack whose bounds are computed, or that lapse.

    Attributes:
        made: the findings that were lowered, by name.
    """

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self.made: dict[str, LoweredFinding] = {}

    def everything(self) -> None:
        """Lower all of them, read by a rule or not: what is recorded must keep its bounds all the same."""
        for name, entry in self._compiler.pack.findings.items():
            if entry.model.lowered:
                self._lower(name)

    def settled(self, fact: core.Fact) -> Expr:
        """A finding as rules see it: within its bounds and its time, as far as it is known."""
        name = fact.path.removeprefix("findings.")
        if not self._compiler.pack.findings[name].model.lowered:
            return fact
        self._lower(name)
        return core.Ref(f"finding.{name}", fact.var, self._compiler.made[f"finding.{name}"].type)

    def _lower(self, name: str) -> None:
        full = f"finding.{name}"
        if full in self._compiler.made:
            return
        entry, model = self._compiler.pack.findings[name], self._compiler.pack.findings[name].model
        self._compiler.places[full] = entry.node.place
        path: Path = ("members",) if model.about == "member" else ()
        last_day: str | None = None
        ends: dict[str, str] = {}
        with self._compiler.lowering(full):
            names = self._compiler.item_scope(path, None)
            subject = subject_at(self._compiler.schema, path)
            var = own_var(self._compiler.schema, path)
            fact = names.recorded(var, path, subject.fields[f"findings.{name}"])
            value: Expr = fact
            if model.valid is not None:
                last_day = f"{full}.last_day"
                value = self._while_valid(last_day, model.valid, fact, entry, path)
            if model.bounded:
                value, ends = self._bounded(full, value, entry, path)
            self._compiler.define(Definition(full, path, value, entry.label))
        self.made[name] = LoweredFinding(
            name,
            entry.label,
            path,
            (ends["low"], ends["high"]) if ends else None,
            ends.get("up_to"),
            model.beyond.needs if model.beyond is not None else (),
            str(fact.type.unit.without(subject.unit)),
            last_day,
        )

    def _while_valid(self, last_day: str, valid: str, fact: core.Fact, entry: Entry, path: Path) -> Expr:
        """The value up to the last day on which it counts, and then what it counts as where nobody recorded it."""
        # Where a finding that nobody recorded is unknown, so is the day on which it may have been made.
        no_day = None if fact.absent is None else core.NO_DATE
        recorded = core.Fact(fact.var, f"{fact.path}.on", OPTIONAL_DATE, absent=no_day)
        try:
            span = expressions.read_span(valid, self._compiler.item_scope(path, None))
            if isinstance(span, core.Const) and not (isinstance(span.value, Fraction) and span.value > 0):
                raise ExpressionError(f"valid: {valid}", expected="a length of time above zero, such as 12 month")
            last = expressions.shift_date(recorded, span)
        except ExpressionError as error:
            place = entry.node.at(("valid",))
            raise PackError(Problem(error.found, place, entry.id, error.expected, error.hint)) from None
        self._compiler.define(Definition(last_day, path, last, entry.label, hidden=True))
        stands = build.compare(">=", core.Ref(last_day, fact.var, last.type), core.Today("on"))
        lapsed: Expr = core.Unknown(f"finding.{entry.id}", fact.type, fact.low, fact.high, fact.scale)
        if fact.absent is not None:
            lapsed = core.FALSE if fact.absent is False else core.Const(fact.absent, fact.type, str(fact.absent))
        return build.choose(stands, fact, lapsed)

    def _bounded(self, full: str, value: Expr, entry: Entry, path: Path) -> tuple[Expr, dict[str, str]]:
        """The value within its bounds, and the definitions of these by `low`, `high` and `up_to`."""
        kind = Type("number", value.type.unit)
        refs: dict[str, Expr] = {}
        var = own_var(self._compiler.schema, path)
        for end, expr in zip(("low", "high", "up_to"), self._ends(entry.id, entry.model, kind, path), strict=False):
            self._compiler.define(Definition(f"{full}.{end}", path, expr, entry.label, hidden=True))
            refs[end] = core.Ref(f"{full}.{end}", var, kind)
        top = build.extreme("max", (refs["high"], refs["up_to"])) if "up_to" in refs else refs["high"]
        inside = build.extreme("max", (refs["low"], build.extreme("min", (value, top))))
        return build.retype(inside, kind), {end: f"{full}.{end}" for end in refs}

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


def outside(run: Run, is_private: Callable[[str], bool] = lambda _: False) -> Iterator[Problem]:
    """The findings on record that go beyond what the text allows, and still count.

    Args:
        run: of the household.
        is_private: whether a definition rests on something confidential, so that its value is not told.
    """
    for finding in run.compiled.bounded_findings:
        assert finding.bounds is not None
        for item in run.items(finding.owner):
            holder = run.household
            for name, index in zip(finding.owner, item, strict=True):
                holder = getattr(holder, name)[index]
            record = getattr(holder.findings, finding.name) if holder.findings is not None else None
            if record is not None and lapsed_on(run, finding, item) is None:
                where = "".join(f"{name}[{index}]." for name, index in zip(finding.owner, item, strict=True))
                place = f"{where}findings.{finding.name}"
                yield from _outside(run, finding.bounds, finding, item, record, place, is_private)


def lapsed_on(run: Run, finding: LoweredFinding, item: tuple[int, ...]) -> date | None:
    """The first day on which a finding on record no longer counted; None while it counts, or may."""
    last = None if finding.last_day is None else run.value(finding.last_day, *item)
    return last + timedelta(days=1) if isinstance(last, date) and last < run.on else None


def _outside(
    run: Run,
    bounds: tuple[str, str],
    finding: LoweredFinding,
    item: tuple[int, ...],
    record: Any,
    where: str,
    is_private: Callable[[str], bool],
) -> Iterator[Problem]:
    value = Fraction(record.value)
    low, high = (_edge(run.value(name, *item), end) for name, end in zip(bounds, ("low", "high"), strict=True))
    most = high if finding.up_to is None else max(high, _edge(run.value(finding.up_to, *item), "high"))
    unit = f" {finding.unit}" if finding.unit != "1" else ""

    def shown(number: Fraction) -> str:
        return f"{decimal_text(number)}{unit}"

    def bound(number: Fraction) -> str:
        ends = bounds if finding.up_to is None else (*bounds, finding.up_to)
        return "a bound that is not shown" if any(map(is_private, ends)) else shown(number)

    if value < low or value > most:
        expected = f"at least {bound(low)} and at most {bound(most)}"
        yield Problem(f"{finding.label.en}: {shown(value)}", where, expected=expected)
    elif value > high:
        missing = [need for need in finding.needs if not getattr(record, need)]
        if missing:
            found = f"{finding.label.en}: {shown(value)}, more than {bound(high)}"
            yield Problem(found, where, expected=f"{' and '.join(missing)} beside the value")


def _edge(value: Result, end: str) -> Fraction:
    found = getattr(value, end, value)
    assert isinstance(found, Fraction)
    return found
