"""Tables of pandas and Arrow as Polars frames, or refused in words that repeat no value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import polars as pl

from aidrules.errors import FactsError, Problem
from aidrules.facts.problems import MOST_PROBLEMS_TOLD, printable

RENAME = "Rename it: tables take such a name for other columns too."
"""What to do about a column whose name `is_pattern`."""
_REFUSALS = (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError, NotImplementedError)
"""What Polars, pandas and Arrow raise where values do not fit; Arrow's own errors are of these."""
_TYPES = "integers, decimals of 128 bits, text, Booleans, dates, moments, dictionaries of these, structs and lists"


def from_pandas(frame: Any, called: str) -> pl.DataFrame:
    """Take a pandas table.

    Raises:
        FactsError: columns of one name, without one, or that Polars cannot take.
    """
    names = [str(name) for name in frame.columns]
    check_names(names, called)
    arrow = ((name, getattr(dtype, "pyarrow_dtype", None)) for name, dtype in zip(names, frame.dtypes, strict=True))
    _refuse(_untaken(((name, dtype) for name, dtype in arrow if dtype is not None), called))
    seconds = {name: "datetime64[ms]" for name, dtype in frame.dtypes.items() if str(dtype) == "datetime64[s]"}
    try:
        # Polars has no seconds, and wraps what its milliseconds do not hold; pandas refuses it.
        return pl.from_pandas(frame.astype(seconds) if seconds else frame)
    except _REFUSALS:
        _refuse(_mixed(frame, names, called))
        raise FactsError(Problem("pandas holds what cannot be a table", called)) from None


def _refuse(found: Iterable[Problem]) -> None:
    if problems := list(islice(found, MOST_PROBLEMS_TOLD)):
        raise FactsError(problems)


def _mixed(frame: Any, names: list[str], called: str) -> Iterator[Problem]:
    """The columns that cannot be taken; what they hold is not repeated, it may be personal."""
    for place, name in enumerate(names):
        try:
            pl.from_pandas(frame.iloc[:, [place]])
        except _REFUSALS:
            hint = "Give the column one type, such as df.astype({'amount': str})."
            where = f"{called}.{printable(name)}"
            yield Problem("a mixed column, or values that no column can hold", where, expected=_TYPES, hint=hint)


def from_arrow(frame: Any, called: str) -> pl.DataFrame:
    """Take an Arrow table or record batch.

    Raises:
        FactsError: columns of one name, without one, or that Polars cannot take.
    """
    check_names(frame.schema.names, called)
    _refuse(_untaken(((field.name, field.type) for field in frame.schema), called))
    try:
        made = pl.from_arrow(_in_milliseconds(frame))
    except _REFUSALS:
        raise FactsError(Problem("a moment, or another value, that Polars cannot hold", called)) from None
    assert isinstance(made, pl.DataFrame)
    return made


def check_names(names: Sequence[str], called: str) -> None:
    """Fail at columns that no name tells apart.

    Raises:
        FactsError: columns of one name, without one, or with one that stands for others too.
    """
    _refuse(_misnamed(names, called))


def is_pattern(name: str) -> bool:
    """Whether Polars takes a name for a pattern that other columns match too."""
    return name == "*" or (name.startswith("^") and name.endswith("$"))


def _misnamed(names: Sequence[str], called: str) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if not name.strip():
            yield Problem("a column has no name", called, hint="Give it one, or leave it out.")
        elif is_pattern(name):
            yield Problem("a column is called like a pattern of names", f"{called}.{printable(name)}", hint=RENAME)
        elif times > 1:
            yield Problem("two columns have this name", f"{called}.{printable(name)}", hint="Keep one of the two.")


def _untaken(columns: Iterator[tuple[str, Any]], called: str) -> Iterator[Problem]:
    """Columns of an Arrow type that Polars does not take."""
    for name, dtype in columns:
        if not _taken(dtype):
            where = f"{called}.{printable(name)}"
            yield Problem("a column of an Arrow type that is not read", where, expected=_TYPES)


def _taken(dtype: Any) -> bool:
    from pyarrow import types

    if types.is_dictionary(dtype):
        return _taken(dtype.value_type)
    if types.is_struct(dtype):
        return all(_taken(field.type) for field in dtype)
    if types.is_list(dtype) or types.is_large_list(dtype) or types.is_fixed_size_list(dtype):
        return _taken(dtype.value_type)
    plain = types.is_primitive(dtype) and not types.is_interval(dtype)
    text = types.is_string(dtype) or types.is_large_string(dtype) or str(dtype) in ("string_view", "binary_view")
    binary = types.is_binary(dtype) or types.is_large_binary(dtype) or types.is_fixed_size_binary(dtype)
    return bool(plain or text or binary or types.is_null(dtype) or types.is_decimal128(dtype))


def _in_milliseconds(frame: Any) -> Any:
    """The table with moments in seconds as milliseconds, refused where these do not hold them; Polars would wrap."""
    import pyarrow as pa

    fields = [field.with_type(_finer(field.type)) for field in frame.schema]
    same = all(new.type == old.type for new, old in zip(fields, frame.schema, strict=True))
    return frame if same else frame.cast(pa.schema(fields, metadata=frame.schema.metadata))


def _finer(dtype: Any) -> Any:
    import pyarrow as pa
    from pyarrow import types

    if types.is_timestamp(dtype) and dtype.unit == "s":
        return pa.timestamp("ms", dtype.tz)
    if types.is_struct(dtype):
        return pa.struct([field.with_type(_finer(field.type)) for field in dtype])
    if types.is_list(dtype):
        return pa.list_(dtype.value_field.with_type(_finer(dtype.value_type)))
    if types.is_large_list(dtype):
        return pa.large_list(dtype.value_field.with_type(_finer(dtype.value_type)))
    return dtype
