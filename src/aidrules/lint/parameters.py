"""Checks of parameters: values that are missing, gaps in time and between rows, values without a clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from aidrules.language import tree
from aidrules.language.fields import Label
from aidrules.language.parameters import Brackets, Keyed, Parameter, Table
from aidrules.language.statements import Statement, name_of
from aidrules.lint.check import Hit, check
from aidrules.lint.linted import Linted


def _parameters(linted: Linted) -> Iterator[tuple[Statement, str, Parameter]]:
    """The parameters of which the files say something, as they stand."""
    for statement in linted.stated:
        entry = linted.entry(statement) if statement.section == "parameters" else None
        if entry is not None:
            yield statement, entry.id, entry.model


@check(
    "L401",
    "information",
    ("{name} 须由地方填写，尚无数值", "{name} is required and has no value"),
    ("用叠加文件或者参数填写", "Give it in an overlay or by argument"),
)
def required(linted: Linted) -> Iterator[Hit]:
    """Find required parameters that nobody has given a value."""
    for statement, name, parameter in _parameters(linted):
        if parameter.required and not parameter.values and not statement.override:
            yield Hit(statement.place, name)
    # Those of wider packs are listed at the head of the first file.
    declared = {file.origin.file for file in linted.layer.files}
    if not linted.layer.files or linted.layer.files[0].origin.overlay:
        return
    for name, entry in linted.pack.parameters.items():
        if entry.model.required and not entry.model.values and entry.origin.file not in declared:
            yield Hit(linted.layer.files[0].body.place, name)


@check(
    "L402",
    "warning",
    ("{name} 在 {start} 至 {until} 期间没有数值", "{name} has no value from {start} to {until}"),
    ("补上这段时间的数值，或者改正日期", "Give the value of that time, or correct the dates"),
)
def gap_in_time(linted: Linted) -> Iterator[Hit]:
    """Find stretches of time between two values in which none holds."""
    for statement, name, parameter in _parameters(linted):
        for start, until in parameter.gaps:
            yield Hit(statement.place, name, {"start": str(start), "until": str(until)})


@check(
    "L403",
    "warning",
    ("{name} 的分段有空档：{gap}", "the brackets of {name} leave a gap: {gap}"),
    ("检查 at_least、over、below、up_to 是否衔接", "See that at_least, over, below and up_to meet"),
)
def gap_in_brackets(linted: Linted) -> Iterator[Hit]:
    """Find numbers between brackets that no bracket covers."""
    for statement, name, parameter in _parameters(linted):
        for value in parameter.values:
            for brackets in _brackets(value.table):
                for gap in _gaps(brackets):
                    yield Hit(value.place or statement.place, name, {"gap": gap})


def _brackets(table: Table | None) -> Iterator[Brackets]:
    if isinstance(table, Brackets):
        yield table
        for row in table.rows:
            yield from _brackets(row.value)
    elif isinstance(table, Keyed):
        for inner in table.rows.values():
            yield from _brackets(inner)


def _gaps(brackets: Brackets) -> Iterator[Label]:
    for left, right in pairwise(brackets.rows):
        if left.high is None or right.low is None:
            continue
        if right.low > left.high:
            yield Label(f"{left.high} 与 {right.low} 之间", f"between {left.high} and {right.low}")
        elif not left.high_included and not right.low_included:
            yield Label(f"恰为 {left.high}", f"exactly {left.high}")


@check(
    "L404",
    "warning",
    ("{name} 的数值没有依据的条款", "a value of {name} has no clause"),
    ("在数值或者参数处写明 cite:", "Write cite: beside the value or on the parameter"),
)
def uncited_value(linted: Linted) -> Iterator[Hit]:
    """Find values that neither cite a clause nor stand in a file about a document."""
    for statement, name, parameter in _parameters(linted):
        written = statement.fields.get("values")
        if not isinstance(written, tree.Sequence) or (parameter.cite and not statement.override):
            continue
        if statement.override and statement.origin.source is not None:
            continue
        for item in written.items:
            if isinstance(item, tree.Mapping) and "cite" not in item.items:
                yield Hit(item.place, name)


@check(
    "L405",
    "warning",
    ("{name} 的数值没有按日期先后排列", "the values of {name} do not stand in the order of their dates"),
    ("从最早的开始排列", "Write the earliest first"),
)
def out_of_order(linted: Linted) -> Iterator[Hit]:
    """Find values that are not written from the earliest."""
    for statement in linted.stated:
        written = statement.fields.get("values") if statement.section == "parameters" else None
        items = written.items if isinstance(written, tree.Sequence) else ()
        for before, after in pairwise(item for item in items if isinstance(item, tree.Mapping)):
            if (before.text("from") or "") > (after.text("from") or ""):
                yield Hit(after.place, name_of(statement.key))


@check(
    "L406",
    "warning",
    ("{name} 缺少 {keys} 的数值", "{name} has no value for {keys}"),
    ("补上该项；条文未规定的写 none", "Give it; where the text names none, write none"),
)
def missing_row(linted: Linted) -> Iterator[Hit]:
    """Find rows that the keys of a table ask for and no value gives."""
    for statement, name, parameter in _parameters(linted):
        given_elsewhere = parameter.required and not statement.origin.overlay  # the agency gives what the pack does not
        if given_elsewhere or not all(parameter.keys):
            continue
        for value in parameter.values:
            if isinstance(value.table, Keyed) and (missing := _missing(value.table, parameter.keys)):
                yield Hit(value.place or statement.place, name, {"keys": ", ".join(missing)})


def _missing(table: Table, keys: tuple[tuple[str, ...], ...], above: str = "") -> list[str]:
    if not keys or not isinstance(table, Keyed):
        return []
    rows: Mapping[str, Table] = table.rows
    if "*" in rows:
        return []
    found = []
    for key in keys[0]:
        name = f"{above}[{key}]"
        found += _missing(rows[key], keys[1:], name) if key in rows else [name]
    return found


@check(
    "L407",
    "warning",
    ("{name} {days}没有数值", "{name} has no value {days}"),
    ("补上这段时间的数值；由地方填写的写 required: true", "Give it; where the agency does, write required: true"),
)
def gap_at_the_ends(linted: Linted) -> Iterator[Hit]:
    """Find days of the pack before the first value or after the last."""
    whole = linted.pack.in_force
    for statement, name, parameter in _parameters(linted):
        if parameter.required or not parameter.values:
            continue
        own = linted.pack.parameters[name].in_force
        first, last = max(filter(None, (whole.start, own.start)), default=None), parameter.values[-1].until
        ends = min(filter(None, (whole.until, own.until)), default=None)
        begins = min((value.start or date.min for value in parameter.values), default=date.min)
        if first is not None and begins > first:
            yield Hit(statement.place, name, {"days": Label(f"在 {begins} 之前", f"before {begins}")})
        if last is not None and (ends is None or last < ends):
            after = last + timedelta(days=1)
            yield Hit(statement.place, name, {"days": Label(f"自 {after} 起", f"from {after} on")})


CHECKS = (required, gap_in_time, gap_in_brackets, uncited_value, out_of_order, missing_row, gap_at_the_ends)
