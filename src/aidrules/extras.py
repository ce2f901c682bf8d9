"""What is installed only on request, and how to say so where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_COLUMNS = frozenset({"numpy", "polars", "pyarrow"})


@contextmanager
def needs_columns() -> Iterator[None]:
    """Say how to install what tables need, where it cannot be imported.

    Raises:
        ModuleNotFoundError: Polars, Arrow or NumPy is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in _COLUMNS:
            raise
        found = f"{error.name} is not installed. Tables need it: pip install 'aidrules[columns]'"
        raise ModuleNotFoundError(found, name=error.name) from None
