"""Reading facts: one generated function takes from a household what the definitions need, as rows of plain values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from aidrules.engine.code import syntax
from aidrules.engine.layout import Row
from aidrules.facts.schema import Path, Subject, subject_at
from aidrules.language import core

FactReader = Callable[[Any], tuple[bool, Any]]
"""Takes a household; gives whether any fact is unknown, and the household's row."""


_EXACT = Context(prec=60)
"""Whatever precision the caller's own context has."""


def write_reader(schema: Subject, rows: Mapping[Path, Row]) -> FactReader:
    """Generate the reader for what is read.

    A row holds the fields, then the lists (as lists of rows). Amounts become whole numbers of their smallest decimal,
    dates ordinals; None stays None.
    """
    body: list[ast.stmt] = [syntax.assign("unknown", syntax.const(False))]
    counter = iter(range(1, 10**9))
    body.extend(_row(schema, rows, (), "h", "row", counter))
    body.append(syntax.give(syntax.tuple_of([syntax.name("unknown"), syntax.name("row")])))
    function = syntax.function_of("def read(h): pass", body)
    return syntax.compile_function(function, {"_scaled": scaled, "_ordinal": ordinal})


def scaled(value: Decimal | int, factor: int) -> int:
    """A number as a whole count of its smallest decimal."""
    return value * factor if isinstance(value, int) else int(_EXACT.multiply(value, Decimal(factor)))


def ordinal(day: Any) -> int:
    """A date as an ordinal; the text "none" as 0."""
    return core.NO_DATE if day == "none" else int(day.toordinal())


def _read(holder: str, attribute: str, item: str) -> ast.expr:
    """What a holder has under a name; all but the item itself may be missing."""
    value = syntax.attribute(syntax.name(holder), attribute)
    return value if holder == item else _unless_none(holder, value)


def _unless_none(item: str, value: ast.expr, absent: bool | int | str | None = None) -> ast.expr:
    return syntax.when(syntax.is_(syntax.name(item), None), syntax.const(absent), value)


def _row(schema: Subject, rows: Mapping[Path, Row], path: Path, item: str, target: str, counter: Any) -> list[ast.stmt]:
    """Statements that make the row of one bound item."""
    statements: list[ast.stmt] = []
    elements: list[ast.expr] = []
    groups: dict[str, str] = {}
    subject = subject_at(schema, path)
    for name, fact in rows[path].fields.items():
        attributes = name.split(".")
        if subject.fields[name].finding is not None:
            attributes.append("value")
        holder = item
        for depth, attribute in enumerate(attributes[:-1]):
            group = ".".join(attributes[: depth + 1])
            if group not in groups:
                groups[group] = f"g{next(counter)}"
                statements.append(syntax.assign(groups[group], _read(holder, attribute, item)))
            holder = groups[group]
        raw = f"x{next(counter)}"
        statements.append(syntax.assign(raw, _read(holder, attributes[-1], item)))
        element = _unless_none(raw, _converted(raw, fact)) if _needs(fact) else syntax.name(raw)
        if fact.absent is not None:
            # Only where there is no record at all: of one whose day is not known, the day is not known.
            absent = int(fact.absent * 10**fact.scale) if isinstance(fact.absent, Fraction) else fact.absent
            element = _unless_none(holder, element, absent)
        elements.append(element)
    for name in rows[path].lists:
        listed = f"l{next(counter)}"
        source = f"y{next(counter)}"
        inner_item, inner_row = f"i{next(counter)}", f"r{next(counter)}"
        statements.append(syntax.assign(source, syntax.attribute(syntax.name(item), name)))
        inner = _row(schema, rows, (*path, name), inner_item, inner_row, counter)
        inner.append(syntax.append_to(listed, syntax.name(inner_row)))
        loop = syntax.loop([inner_item], syntax.name(source), inner)
        nothing = syntax.assign(listed, syntax.const(None))
        test = syntax.is_(syntax.name(source), None)
        statements.append(syntax.branch(test, [nothing], [syntax.assign(listed, syntax.empty_list()), loop]))
        elements.append(syntax.name(listed))
    statements.append(syntax.assign(target, syntax.tuple_of(elements)))
    missing = syntax.compare(syntax.const(None), "in", syntax.name(target))
    statements.append(syntax.branch(missing, [syntax.assign("unknown", syntax.const(True))]))
    return statements


def _needs(fact: core.Fact) -> bool:
    return fact.type.name == "date" or fact.scale > 0


def _converted(raw: str, fact: core.Fact) -> ast.expr:
    if fact.type.name == "date":
        return syntax.call("_ordinal", syntax.name(raw))
    if fact.scale:
        return syntax.call("_scaled", syntax.name(raw), syntax.const(10**fact.scale))
    return syntax.name(raw)
