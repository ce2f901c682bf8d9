"""A cluster says of every household what one machine says, drops none, and refuses before it starts what cannot be."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import aidrules
from aidrules.errors import AidrulesError
from borough import ON as DAY
from borough import pack_of

pytest.importorskip("pyspark")

from aidrules.spark import simulate
from aidrules.spark.simulation import _task
from aidrules.spark.worker import Errand, decided

EXAMPLES = Path(__file__).parents[2] / "examples"
ON = date(2025, 6, 1)
SUPPORT = """
inputs:
  household: {pot: {unit: CNY/month, max: 10000}}
findings:
  shared: {about: household, unit: CNY/month, min: 0, max: 9000, within: [0, household.pot], zh: 分摊, en: shared}
programmes:
  pool:
    rules:
      asked: {kind: eligibility, when: case.urgent}
      sum: {kind: amount, amount: finding.shared, round: {to: 0.01, mode: half_up}, payment: {every: month}}
"""


@pytest.fixture(scope="module")
def pack() -> aidrules.Pack:
    overlays: list[str | Path] = ["cn/guizhou/zunyi/overlays/2025", EXAMPLES / "office.yaml"]
    return aidrules.load("cn/guizhou/zunyi/bozhou", overlays=overlays)


@pytest.fixture(scope="module")
def families(pack: aidrules.Pack) -> pl.DataFrame:
    """An invented population with gaps; every 40th household is wrong in one way, every 40th in another."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(EXAMPLES))
        example = runpy.run_path(str(EXAMPLES / "simulate_population.py"))
    made: pl.DataFrame = example["assumed"](example["population"](400, pack))
    place = pl.int_range(pl.len())
    return made.with_columns(
        pl.when(place % 40 == 7).then(pl.lit("city")).otherwise("residence").alias("residence"),
        pl.when(place % 40 != 9).then("members"),
        pl.when(place % 3 != 0).then("findings"),
        pl.when(place % 5 != 0).then("expenses"),
    )


def spark_frame(spark: Any, frame: pl.DataFrame, partitions: int = 3) -> Any:
    """The frame in Spark, its rows in order."""
    return spark.createDataFrame(frame.to_arrow(compat_level=pl.CompatLevel.oldest())).repartition(partitions)


def collected(found: Any) -> pl.DataFrame:
    made = pl.from_arrow(found.toArrow())
    assert isinstance(made, pl.DataFrame)
    return made.sort("id")


def differing(found: pl.DataFrame, simulation: aidrules.Simulation) -> list[tuple[str, object, object]]:
    """Where a cluster and one machine say different things."""
    assert found.columns == [*simulation.frame.drop("row").columns, "faults"]
    here = {row["id"]: row for row in found.iter_rows(named=True)}
    faults: dict[str, list[dict[str, object]]] = {}
    for line in simulation.faults.iter_rows(named=True):
        told = {name: line[name] for name in ("field", "found", "expected", "hint")}
        faults.setdefault(line["key"], []).append(told)
    there = {row.pop("id"): {**row, "faults": None} for row in simulation.frame.drop("row").iter_rows(named=True)}
    nothing = dict.fromkeys(found.columns[1:])
    there |= {key: {**nothing, "faults": told} for key, told in faults.items()}
    assert here.keys() == there.keys() and len(here) == found.height
    return [
        (f"{key} {name}", here[key][name], value)
        for key, row in there.items()
        for name, value in row.items()
        if here[key][name] != value
    ]


def test_there_are_two_workers(spark: Any) -> None:
    assert spark.range(2).count() == 2
    assert spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() == 1 + 2


def test_a_cluster_says_what_one_machine_says(spark: Any, pack: aidrules.Pack, families: pl.DataFrame) -> None:
    found = collected(simulate(spark_frame(spark, families), pack, on=ON))
    here = aidrules.simulate(families, pack, on=ON)
    assert differing(found, here) == []
    assert found["faults"].is_not_null().sum() == 20 == here.bad.height
    assert {"eligible", "ineligible", "undetermined"} <= set(found["dibao.status"])
    assert found["dibao.missing"].str.len_chars().max() > 0


def test_arguments_are_those_of_simulate(spark: Any, pack: aidrules.Pack, families: pl.DataFrame) -> None:
    given: dict[str, Any] = {
        "on": date(2025, 7, 1),
        "law": ON,
        "known": date(2025, 5, 20),
        "parameters": {"dibao_standard[urban]": 900},
        "readings": {"dibao.property.property_test": "not_tested"},
        "outcomes": ["dibao"],
        "values": ["counted_income", "income_per_person", "dibao_standard.value", "aged", "dibao.confirm.due"],
    }
    found = collected(simulate(spark_frame(spark, families.head(60)), pack, **given))
    here = aidrules.simulate(families.head(60), pack, **given)
    assert differing(found, here) == []
    plain = aidrules.simulate(families.head(60), pack, on=ON, outcomes=["dibao"], values=given["values"])
    assert differing(found, plain) != []


def test_what_the_text_does_not_allow_comes_back_and_the_pack_needs_no_folder(spark: Any, tmp_path: Path) -> None:
    pack = pack_of(tmp_path, SUPPORT)
    rows = [
        {"id": f"h{value}", "members": [{"id": "a"}], "pot": 40, "findings": {"shared": {"value": value}}}
        for value in (0, 39, 40, 41, 9000)
    ]
    frame = pl.DataFrame(rows)
    here = aidrules.simulate(frame, pack, on=DAY)
    (tmp_path / "rules" / "borough" / "pack.yaml").unlink()
    found = collected(simulate(spark_frame(spark, frame), pack, on=DAY))
    assert differing(found, here) == []
    assert found.filter(pl.col("faults").is_not_null())["id"].to_list() == ["h41", "h9000"]


def test_partitions_may_be_empty_and_all_of_them(spark: Any, pack: aidrules.Pack, families: pl.DataFrame) -> None:
    few = families.head(3)
    frame = spark_frame(spark, few).repartition(8).coalesce(8)
    assert frame.rdd.glom().map(len).collect().count(0) >= 5
    assert (
        differing(
            collected(simulate(frame, pack, on=ON, outcomes=["dibao"])),
            aidrules.simulate(few, pack, on=ON, outcomes=["dibao"]),
        )
        == []
    )
    nobody = collected(simulate(spark_frame(spark, families.head(0)), pack, on=ON, outcomes=["dibao"]))
    assert nobody.height == 0 and "dibao.status" in nobody.columns


def test_columns_that_are_kept_come_back_as_they_are(spark: Any, pack: aidrules.Pack, families: pl.DataFrame) -> None:
    tagged = families.with_columns(
        pl.Series("weight", range(families.height)) / 7, pl.lit("播州", dtype=pl.String).alias("county of 2024")
    )
    found = simulate(
        spark_frame(spark, tagged), pack, on=ON, outcomes=["dibao"], keep=["weight", "county of 2024", "residence"]
    )
    assert found.columns[:4] == ["weight", "county of 2024", "residence", "id"]
    given = tagged.sort("id").select(found.columns[:4])
    assert collected(found).select(found.columns[:4]).equals(given)


def test_an_id_is_not_needed(spark: Any, pack: aidrules.Pack, families: pl.DataFrame) -> None:
    found = collected(
        simulate(spark_frame(spark, families.drop("id")), pack, on=ON, outcomes=["dibao"], keep=["residence"])
    )
    here = aidrules.simulate(families.drop("id"), pack, on=ON, outcomes=["dibao"])
    assert found.height == families.height and found["id"].null_count() == families.height
    assert sorted(found["dibao.monthly_high"].drop_nulls()) == sorted(here.frame["dibao.monthly_high"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"df": pl.DataFrame({"members": []})}, "df: found a polars DataFrame; expected a Spark DataFrame. Give other"),
        ({"pack": "cn/national"}, "'cn/national' is a str; expected a pack"),
        ({"values": ["agd"]}, "values: nothing is called agd; expected the name of a value.*Did you mean aged?"),
        ({"add": {"Aged": 1}, "keep": ["Aged"], "values": ["aged"]}, "keep: Aged is a column of what comes back"),
        ({"outcomes": ["dibo"]}, "there is no programme 'dibo'.*Did you mean dibao?"),
        ({"on": date(1990, 1, 1)}, "not in force on 1990-01-01"),
        ({"add": {"residance": "x"}}, "residance: no fact has this name. Did you mean residence?"),
        ({"add": {"weight": 1}}, "weight: no fact has this name. Drop it before, or name it in keep"),
        ({"add": {"residence": 1}}, "residence: a column of .*; expected text"),
        ({"add": {"residence": 1}, "keep": ["residence"]}, "residence: a column of .*; expected text"),
        ({"keep": "weight"}, "keep: found a text; expected a list"),
        ({"keep": ["wieght"], "add": {"weight": 1}}, "no column 'wieght'.*Did you mean weight?"),
        ({"add": {"faults": 1}, "keep": ["faults"]}, "keep: faults is a column of what comes back. Rename yours"),
        ({"add": {"Faults": 1}, "keep": ["Faults"]}, "keep: Faults is a column of what comes back. Rename yours"),
        ({"add": {"Dibao.status": 1}, "keep": ["Dibao.status"]}, "keep: Dibao.status is a column of what comes back"),
        ({"drop": ["id"], "add": {"ID": 1}, "keep": ["ID"]}, "keep: ID is a column of what comes back. Rename yours"),
        ({"add": {"dibao.status": 1}, "keep": ["dibao.status"]}, "keep: dibao.status is a column of what comes back"),
    ],
)
def test_what_is_refused_before_anything_runs(
    spark: Any, pack: aidrules.Pack, families: pl.DataFrame, given: dict[str, Any], said: str
) -> None:
    asked: dict[str, Any] = {"pack": pack, "on": ON, "outcomes": ["dibao"], **given}
    frame = families.head(2).drop(asked.pop("drop", []))
    frame = frame.with_columns(pl.lit(value).alias(name) for name, value in asked.pop("add", {}).items())
    df = asked.pop("df", None)
    with pytest.raises(AidrulesError, match=said):
        simulate(spark_frame(spark, frame) if df is None else df, **asked)


def test_a_column_that_stands_twice_is_refused(spark: Any, pack: aidrules.Pack, families: pl.DataFrame) -> None:
    df = spark_frame(spark, families.head(2))
    with pytest.raises(AidrulesError, match=r"^df\.residence: two columns have this name\. Keep one of the two\.$"):
        simulate(df.select("*", "residence"), pack, on=ON)


@pytest.mark.parametrize("name", ["", " ", "\u3000"])
def test_a_column_without_a_name_is_refused(spark: Any, pack: aidrules.Pack, families: pl.DataFrame, name: str) -> None:
    df = spark_frame(spark, families.select("id", "members").head(1)).toDF("id", name)
    for given in ({}, {"keep": [name]}):
        with pytest.raises(AidrulesError, match=r"^df: a column has no name\. Give it one, or leave it out\.$"):
            simulate(df, pack, on=ON, **given)


def test_a_worker_with_another_version_refuses(
    spark: Any, pack: aidrules.Pack, families: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aidrules.__version__", "0.0.9")
    found = simulate(spark_frame(spark, families.head(2)), pack, on=ON, outcomes=["dibao"])
    with pytest.raises(Exception, match=r"this worker has aidrules \d\S+, the driver has 0\.0\.9; install the same"):
        found.collect()


def errand(pack: aidrules.Pack, **options: Any) -> Errand:
    import pickle

    return Errand(pack.digest, pickle.dumps(pack), {"on": ON, "outcomes": ["dibao"], **options}, ("id",), ())


@pytest.mark.parametrize("missing", ["aidrules", "polars"])
def test_a_worker_that_lacks_something_says_what_to_install(pack: aidrules.Pack, tmp_path: Path, missing: str) -> None:
    from pyspark import cloudpickle

    sent = tmp_path / "task"
    sent.write_bytes(cloudpickle.dumps(_task("0.1.0", errand(pack))))
    source = str(Path(aidrules.__file__).parents[1])
    code = (
        f"import pathlib, sys; sys.modules[{missing!r}] = None; sys.path.append({source!r})\n"
        f"from pyspark import cloudpickle; next(cloudpickle.loads(pathlib.Path({str(sent)!r}).read_bytes())(iter([])))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert f"{missing} is not installed" in done.stderr.splitlines()[-1]
    assert "pip install 'aidrules[spark]" in done.stderr.splitlines()[-1]


def test_a_process_unpacks_a_pack_once(pack: aidrules.Pack) -> None:
    first, second, other = errand(pack), errand(pack), errand(pack.with_parameters({"dibao_standard[urban]": 900}))
    assert first.unpacked() == pack and first.unpacked() is second.unpacked()
    assert other.unpacked() != pack


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_small_batches_are_decided_together(
    pack: aidrules.Pack, families: pl.DataFrame, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = families.to_arrow()
    whole = list(decided(errand(pack), table.to_batches()))
    monkeypatch.setattr("aidrules.spark.worker.CHUNK", chunk)
    batches = [*table.slice(0, 0).to_batches(), *table.to_batches(max_chunksize=3), table.to_batches()[0].slice(0, 0)]
    if chunk == 1:
        batches = batches[:10]
    parts = list(decided(errand(pack), batches))
    assert rows(parts) == rows(whole)[: len(rows(parts))] and len(rows(parts)) == sum(each.num_rows for each in batches)


def test_entitlements_are_told_where_they_are_wanted(pack: aidrules.Pack, families: pl.DataFrame) -> None:
    wanted = {"outcomes": ["dibao", "education_aid"], "entitlements": True}
    batches = decided(errand(pack, **wanted), families.to_arrow().to_batches())
    found = pl.from_arrow(list(batches))
    assert isinstance(found, pl.DataFrame)
    assert differing(found, aidrules.simulate(families, pack, on=ON, **wanted)) == []
    assert found["dibao.entitlements"].str.len_chars().max() > 0


def rows(batches: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [row for batch in batches for row in batch.to_pylist()]


def test_without_spark_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "aidrules.spark.simulation")
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ModuleNotFoundError, match=r"pyspark.sql is not installed.*pip install 'aidrules\[spark\]'"):
        import_again()


def import_again() -> object:
    import aidrules.spark

    return aidrules.spark.__getattr__("simulate")
