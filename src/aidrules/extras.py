"""What is installed only on request, and how to say so where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_COLUMNS = frozenset({"filelock", "numpy", "polars", "pyarrow"})
_SPARK = frozenset({"pandas", "py4j", "pyspark"})


@contextmanager
def needs_columns() -> Iterator[None]:
    """Say how to install what tables need, where it cannot be imported.

    Raises:
        ModuleNotFoundError: Polars, Arrow or NumPy is not installed.
    """
    with _needs(_COLUMNS, "Tables need it: pip install 'aidrules[columns]'"):
        yield


@contextmanager
def needs_spark() -> Iterator[None]:
    """Say how to install what Spark needs, where it cannot be imported.

    Raises:
        ModuleNotFoundError: PySpark, or what tables need, is not installed.
    """
    with _needs(_SPARK | _COLUMNS, "Spark needs it, here and on every worker: pip install 'aidrules[spark]'"):
        yield


@contextmanager
def _needs(packages: frozenset[str], advice: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in packages:
            raise
        raise ModuleNotFoundError(f"{error.name} is not installed. {advice}", name=error.name) from None
