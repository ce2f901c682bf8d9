"""A table as it was given, as a Polars frame whose columns have types that facts can be read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from aidrules.errors import FactsError, Problem
from aidrules.facts.problems import MOST_PROBLEMS_TOLD, printable
from aidrules.frames.declared import Listed, Node, Record, Value
from aidrules.frames.foreign import check_names, from_arrow, from_pandas
from aidrules.language.fields import near, one_of

Frame = Any
"""A Polars DataFrame or LazyFrame, a pandas DataFrame, or an Arrow table or record batch."""

_INTEGERS = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.Int128, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)
_WORDS = (pl.String, pl.Categorical, pl.Enum)
_NAMES_TOLD = 12
_DROP = "Drop it before; keep what is not a fact in a table of its own, by id."
_NO_FACT = {
    "": "What is no fact simulate carries through with keep=, the command with --keep; else drop it before.",
    "households.": (
        "What is no fact simulate_file carries through with keep=, the command with --keep; nest takes facts only: "
        "drop it before, and join it by id to the table that nest makes, where simulate takes keep=."
    ),
}
"""What to do with a column of households that is no fact, by what stands before its name."""
_EXPECTED = {
    "money": "Decimal, text such as '832.50', or whole numbers",
    "number": "whole numbers",
    "bool": "Boolean",
    "date": "Date, or text written YYYY-MM-DD",
    "enum": "text",
    "text": "text",
}


def polars_frame(frame: Frame, called: str = "frame") -> pl.DataFrame:
    """Take a table of any kind as a Polars frame.

    Args:
        frame: the table.
        called: what errors call it.

    Raises:
        FactsError: it is no table, or has a column without a name or that Polars cannot take.
    """
    if isinstance(frame, pl.DataFrame | pl.LazyFrame):
        made = frame.collect() if isinstance(frame, pl.LazyFrame) else frame
        check_names(made.columns, called)
        return made
    if _is_of("pandas", "DataFrame", frame):
        return from_pandas(frame, called)
    if _is_of("pyarrow", "Table", frame) or _is_of("pyarrow", "RecordBatch", frame):
        return from_arrow(frame, called)
    expected = "a Polars DataFrame or LazyFrame, a pandas DataFrame, or an Arrow table"
    hint = "Read the file first; aidrules.simulate_file decides files." if isinstance(frame, str | Path) else None
    raise FactsError(Problem(f"found a {type(frame).__name__}", called, expected=expected, hint=hint))


def _is_of(package: str, name: str, frame: object) -> bool:
    """Whether a table is of a package, which need not be installed."""
    return any(kind.__name__ == name and kind.__module__.partition(".")[0] == package for kind in type(frame).__mro__)


def fitting(frame: pl.DataFrame, record: Record, called: str = "") -> pl.DataFrame:
    """The frame, if each of its columns can be read as the fact of that name.

    Args:
        frame: one row per household.
        record: what a household holds.
        called: what errors put before the name of a column.

    Raises:
        FactsError: a column that no fact has, that must be there and is not, or of a type that does not fit.
    """
    refuse(misfits(frame.schema, record, called))
    return frame


def refuse(found: Iterable[Problem]) -> None:
    """Raise what was found, if anything was; of very many problems the first, and no more are looked for."""
    problems = list(islice(found, MOST_PROBLEMS_TOLD + 1))
    if len(problems) > MOST_PROBLEMS_TOLD:
        problems[-1] = Problem("more problems of this kind and others")
    if problems:
        raise FactsError(problems)


def misfits(schema: Mapping[str, Any], record: Record, place: str) -> Iterator[Problem]:
    """What is wrong with the columns of a frame, or the fields of a struct in it."""
    head = f"{place}." if place else ""
    for name, dtype in schema.items():
        if name not in record.parts:
            yield unknown_column(head, name, record.parts)
        else:
            yield from type_misfits(dtype, record.parts[name], f"{head}{name}")
    for name, part in record.parts.items():
        if part.required and name not in schema:
            hint = "No row can do without it." if not place else "Leave the whole column out where none is recorded."
            yield Problem("the column is missing", f"{head}{name}", expected=f"a column {name}", hint=hint)


def unknown_column(head: str, name: str, known: Iterable[str]) -> Problem:
    """A column whose name, after that of what it is in, is that of no fact."""
    known, where = list(known), f"{head}{printable(name)}"
    like = near(name[:60], known)
    hint = f"{like} {_NO_FACT[head]}" if like and not head else like or _NO_FACT.get(head, _DROP)
    return Problem("no fact has this name", where, expected=some_of(known, name), hint=hint)


def some_of(known: Iterable[str], name: str = "") -> str:
    """Which names fit, a dozen at most: first those that are like `name`; of a finding only its own."""
    known = [one for one in known if not one.startswith("findings.") or one.count(".") == 1]
    like = get_close_matches(name[:60], known, n=_NAMES_TOLD) if len(known) > _NAMES_TOLD else []
    told = list(dict.fromkeys([*like, *known]))[:_NAMES_TOLD]
    more = len(known) - len(told)
    return f"one of {', '.join(told)}" + (f" and {more} more" if more else "")


def type_misfits(dtype: Any, part: Node, place: str) -> Iterator[Problem]:
    """What is wrong with the type of one column."""
    if dtype == pl.Null:
        return
    match part:
        case Record():
            if isinstance(dtype, pl.Struct):
                yield from misfits(dict(dtype), part, place)
            else:
                yield _wrong_type(dtype, place, f"a struct of {', '.join(part.parts)}")
        case Listed():
            inner = dtype.inner if isinstance(dtype, pl.List) else None
            if isinstance(inner, pl.Struct):
                yield from misfits(dict(inner), part.each, place)
            elif inner != pl.Null:
                yield _wrong_type(dtype, place, f"a list of structs of {', '.join(part.each.parts)}")
        case Value():
            if not _fits(dtype, part):
                yield _wrong_type(dtype, place, _expected(part), _advice(dtype, part))


def _fits(dtype: Any, value: Value) -> bool:
    match value.shape.type:
        case "money":
            return dtype in _INTEGERS or isinstance(dtype, pl.Decimal) or dtype == pl.String
        case "number":
            return dtype in _INTEGERS
        case "bool":
            return bool(dtype == pl.Boolean)
        case "date":
            plain = isinstance(dtype, pl.Datetime) and dtype.time_zone is None
            return plain or dtype in (pl.Date, pl.String)
        case "enum":
            return dtype in _WORDS if words(value) else bool(dtype == pl.Boolean)
        case "text":
            return dtype in _WORDS


def _expected(value: Value) -> str:
    """In which types a value can be given; of an enum, which texts."""
    if value.shape.type == "enum" and words(value):
        return f"text: {one_of(sorted(map(str, value.shape.options)))}"
    return _EXPECTED[value.shape.type]


def words(value: Value) -> bool:
    """Whether an enum is of words; what was held, such as a quorum, is only ever true."""
    return all(isinstance(option, str) for option in value.shape.options)


def _advice(dtype: Any, value: Value) -> str | None:
    """How to convert a column that is often given in the wrong type."""
    if dtype.is_float() and value.shape.type == "money":
        return (
            "Floats are not exact. Read the column as text where it comes from (in pandas dtype=str, in Polars "
            f"schema_overrides), or round it once yourself: .round({value.scale}).cast(pl.Decimal(18, {value.scale})). "
            "A nested table of Polars goes to pandas without floats by to_pandas(use_pyarrow_extension_array=True)."
        )
    if dtype.is_float():
        return "pandas makes floats of whole numbers with gaps: use df.convert_dtypes() first."
    if isinstance(dtype, pl.Datetime):
        return "Say which day is meant: .dt.convert_time_zone('Asia/Shanghai').dt.date()."
    if value.shape.type == "bool" or (value.shape.type == "enum" and not words(value)):
        yes, no = (1, 0) if dtype in _INTEGERS else ("是", "否")
        said = f"pl.col(...).replace_strict({{{yes!r}: True, {no!r}: False}})"
        return f"Say what is yes and what is no: such as {said}, which refuses all else."
    if dtype == pl.String and value.shape.type == "number":
        return "Make numbers of the texts: pl.col(...).cast(pl.Int64), which refuses all else."
    if dtype in (pl.Categorical, pl.Enum):
        return "Take the texts out of their dictionary: pl.col(...).cast(pl.String)."
    return None


def _wrong_type(dtype: Any, place: str, expected: str, hint: str | None = None) -> Problem:
    return Problem(f"a column of {type_name(dtype)}", place, expected=expected, hint=hint)


def type_name(dtype: Any) -> str:
    """A type without the names and values that others put in it."""
    if isinstance(dtype, pl.List):
        return f"List({type_name(dtype.inner)})"
    return str(dtype.base_type() if dtype.is_nested() or isinstance(dtype, pl.Enum | pl.Categorical) else dtype)
