"""simulate: a population in a Spark DataFrame against the rules of a pack on a date."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    LongType,
    StringType,
    StructField,
    StructType,
)

import aidrules
from aidrules.callers import check_list
from aidrules.decision.decide import in_force
from aidrules.decision.wanted import wanted
from aidrules.errors import FactsError, Problem
from aidrules.frames.declared import declared
from aidrules.frames.foreign import check_names
from aidrules.frames.given import refuse
from aidrules.language.fields import near, one_of
from aidrules.spark.worker import Errand, answered

if TYPE_CHECKING:
    from aidrules.language.pack import Pack


def simulate(
    df: DataFrame,
    pack: Pack,
    *,
    on: date,
    law: date | None = None,
    known: date | None = None,
    parameters: Mapping[str, object] | None = None,
    readings: Mapping[str, str] | None = None,
    overlays: Sequence[str | Path | Mapping[str, object]] = (),
    outcomes: Sequence[str] | None = None,
    entitlements: bool = False,
    values: Sequence[str] = (),
    keep: Sequence[str] = (),
) -> DataFrame:
    """Decide all households of a Spark DataFrame, each partition where it is.

    What comes back has a row for every row that was given, in the same partitions and order: the columns of `keep`,
    `id`, the columns of `aidrules.simulate` for each programme, with texts where these are of a dictionary, and
    `faults`. That is null where the household was decided. Else it is what is wrong with it, at least one of `field`,
    `found`, `expected` and `hint`, and all that programmes say is null.

    Nothing is computed before Spark is asked for rows, and nothing is shuffled. The pack travels with the plan.

    Args:
        df: the households, one row each, as of `pack.arrow_schema`.
        pack: the rules.
        on: the date of the facts.
        law: the date of the law applied; that of the facts unless given.
        known: values of parameters that were announced after this day are left out; unless given, none is.
        parameters: values of parameters, see `Pack.with_parameters`.
        readings: options of readings, see `Pack.with_readings`.
        overlays: laid over the pack, see `Pack.with_overlay`.
        outcomes: the programmes that are wanted; all that have an outcome, unless given.
        entitlements: whether these are wanted.
        values: definitions of the pack whose values are wanted too, as of `aidrules.simulate`.
        keep: columns that come back as they are. They need not be facts.

    Raises:
        DecisionError: a date outside the pack's, an unknown programme or value.
        PackError: an unknown parameter, reading or overlay; a rule that cannot be computed in columns exactly.
        FactsError: no Spark DataFrame, a column that is neither a fact nor kept, or of a type that no fact can be
            read from.
    """
    rules = in_force(pack, on, law, known, parameters, readings, overlays)
    programmes = wanted(rules, outcomes)
    facts = declared(rules.pack.Subject).parts
    check_list(values, "values", ordered=True)
    _check(df, keep, facts, programmes, values)
    kept_names = tuple(dict.fromkeys([*keep, *(["id"] if "id" in df.columns else [])]))
    errand = Errand(
        rules.pack.digest,
        pickle.dumps(rules.pack),
        {
            "on": rules.on,
            "law": rules.law,
            "known": known,
            "outcomes": programmes,
            "entitlements": entitlements,
            "values": values,
        },
        kept_names,
        tuple(name for name in kept_names if name not in facts),
    )
    told = answered(errand, df.limit(0).toArrow()).schema
    kept = [df.schema[name] for name in errand.kept]
    made = [StructField(name, _spark_type(told.field(name).type)) for name in told.names[len(kept) :]]
    return df.mapInArrow(_task(aidrules.__version__, errand), StructType([*kept, *made]))


def _check(
    df: DataFrame,
    keep: Sequence[str],
    facts: Mapping[str, object],
    programmes: Sequence[str],
    values: Sequence[str],
) -> None:
    """Refuse what is no DataFrame of Spark, and columns that nobody knows what to do with."""
    if not isinstance(df, DataFrame):
        found = f"found a {type(df).__module__.partition('.')[0]} {type(df).__name__}"
        hint = "Give other tables to aidrules.simulate, or make one of it: spark.createDataFrame(...)."
        raise FactsError(Problem(found, "df", expected="a Spark DataFrame", hint=hint))
    check_list(keep, "keep", FactsError, ordered=True)
    columns = df.columns
    check_names(columns, "df")
    refuse(
        Problem(f"the DataFrame has no column {name!r}", "keep", None, one_of(columns), near(str(name), columns))
        for name in keep
        if name not in columns
    )
    refuse(
        Problem(f"{name} is a column of what comes back", "keep", hint="Rename yours before.")
        for name in keep
        # Case does not matter to Spark.
        if name.lower() in {"faults", *(str(each).lower() for each in values)}
        or (name.lower() == "id" and name != "id")
        or ("." in name and name.lower().partition(".")[0] in {each.lower() for each in programmes})
    )
    hint = "Drop it before, or name it in keep: then it comes back as it is."
    refuse(
        Problem("no fact has this name", name, hint=near(name, list(facts)) or hint)
        for name in columns
        if name not in facts and name not in keep
    )


def _spark_type(kind: pa.DataType) -> DataType:
    if pa.types.is_list(kind):
        return ArrayType(_spark_type(kind.value_type))
    if pa.types.is_struct(kind):
        return StructType([StructField(field.name, _spark_type(field.type)) for field in kind])
    if pa.types.is_decimal(kind):
        return DecimalType(kind.precision, kind.scale)
    plain = {pa.string(): StringType(), pa.int64(): LongType(), pa.date32(): DateType(), pa.bool_(): BooleanType()}
    return plain[kind]


def _task(version: str, errand: Errand) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """The function that Spark sends to workers."""
    sent = pickle.dumps(errand)

    # Sent by value, being no name of a module: so that it can say what is wrong where aidrules is another, or none.
    def task(batches: Iterator[Any]) -> Iterator[Any]:
        import os
        import pickle

        # As many threads as Spark has given the task; Polars reads this when it is loaded.
        os.environ.setdefault("POLARS_MAX_THREADS", os.environ.get("OMP_NUM_THREADS", "1"))
        try:
            import aidrules
        except ModuleNotFoundError:
            found = f"aidrules is not installed on this worker; pip install 'aidrules[spark]=={version}' there"
            raise RuntimeError(found) from None
        if aidrules.__version__ != version:
            found = f"this worker has aidrules {aidrules.__version__}, the driver has {version}"
            raise RuntimeError(f"{found}; install the same on all, with 'aidrules[spark]=={version}'")
        from aidrules.extras import needs_spark

        with needs_spark():
            from aidrules.spark.worker import decided
        yield from decided(pickle.loads(sent), batches)

    return task
