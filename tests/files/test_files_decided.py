"""A file of households comes to what the same households in memory come to, row by row."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from filed import ON, OUTCOMES, PER_PART, households, in_memory, vale, with_faults

import aidrules
from aidrules.errors import DecisionError, FilesError
from aidrules.populations import Outcome


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("nested", "spread"):
        name = "HOUSEHOLDS" if module == "nested" else "PER_PART"
        monkeypatch.setattr(f"aidrules.populations.{module}.{name}", PER_PART)
    monkeypatch.setattr("aidrules.populations.joined.WINDOW", 64)
    monkeypatch.setattr("aidrules.populations.parquet.BATCH", 16)


def decided(source: Path, out: Path, **options: object) -> Outcome:
    return aidrules.simulate_file(source, out, vale(), on=ON, **{"outcomes": OUTCOMES, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize("group", [7, 100, 1000])
def test_all_rows_and_faults_are_those_of_simulate(tmp_path: Path, group: int) -> None:
    frame = with_faults(households())
    frame.write_parquet(tmp_path / "in.parquet", row_group_size=group)
    done = decided(tmp_path / "in.parquet", tmp_path / "out.parquet", workers=3)
    expected, faults = in_memory(frame)
    assert faults["row"].n_unique() == 13 and faults.height == 15
    assert done == Outcome(330, 317, 13, tmp_path / "out.parquet", tmp_path / "out.bad.parquet", None)
    assert pl.read_parquet(done.out).equals(expected)
    assert done.bad is not None and pl.read_parquet(done.bad).equals(faults)
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet", "out.parquet", "out.bad.parquet"}


def test_the_bytes_are_the_same_however_many_work(tmp_path: Path) -> None:
    with_faults(households()).write_parquet(tmp_path / "in.parquet")
    outs = [
        decided(tmp_path / "in.parquet", tmp_path / f"{workers}.parquet", workers=workers).out for workers in (1, 4)
    ]
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_where_nothing_is_wrong_there_is_no_file_of_what_is(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    done = decided(tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert (done.refused, done.bad) == (0, None)
    assert not (tmp_path / "out.bad.parquet").exists()


@pytest.mark.parametrize("rows", [0, 1, PER_PART])
def test_few_households(tmp_path: Path, rows: int) -> None:
    households().head(rows).write_parquet(tmp_path / "in.parquet")
    done = decided(tmp_path / "in.parquet", tmp_path / "out.parquet")
    expected, _ = in_memory(households().head(rows))
    found = pl.read_parquet(done.out)
    assert found.equals(expected) and found.schema == expected.schema


def test_all_rows_may_be_wrong(tmp_path: Path) -> None:
    households().with_columns(residence=pl.lit("elsewhere")).write_parquet(tmp_path / "in.parquet")
    done = decided(tmp_path / "in.parquet", tmp_path / "out.parquet", bad=tmp_path / "wrong.csv")
    assert (done.decided, done.refused, done.bad) == (0, 330, tmp_path / "wrong.csv")
    assert pl.read_parquet(done.out).height == 0
    wrong = pl.read_csv(tmp_path / "wrong.csv")
    assert wrong["row"].to_list() == list(range(330)) and set(wrong["field"]) == {"residence"}


def test_a_key_that_is_no_fact_is_carried_through(tmp_path: Path) -> None:
    frame = with_faults(households()).with_columns((pl.int_range(pl.len()) * 11).alias("case")).drop("id")
    frame.write_parquet(tmp_path / "in.parquet")
    found = pl.read_parquet(decided(tmp_path / "in.parquet", tmp_path / "out.parquet", key="case").out)
    assert found.columns[:3] == ["row", "case", "id"]
    assert found.height == 317 and (found["case"] == found["row"] * 11).all() and found["id"].null_count() == 317


def test_csv_has_a_row_for_each_household_and_persons_apart(tmp_path: Path) -> None:
    frame = with_faults(households())
    frame.write_parquet(tmp_path / "in.parquet")
    done = decided(tmp_path / "in.parquet", tmp_path / "out.csv")
    expected, faults = in_memory(frame)
    flat = expected.drop("care.persons")
    assert pl.read_csv(done.out, schema=flat.schema).equals(flat)
    persons = expected.select("row", "id", "care.persons").explode("care.persons").unnest("care.persons", separator=".")
    assert done.persons == tmp_path / "out.persons.csv"
    read = pl.read_csv(done.persons)
    assert read["row"].to_list() == persons["row"].to_list()
    assert read["household_id"].to_list() == persons["id"].to_list()
    assert read["person_id"].to_list() == persons["care.persons.id"].to_list()
    assert read["status"].to_list() == persons["care.persons.status"].to_list()
    assert read["monthly"].to_list() == persons["care.persons.monthly"].to_list()
    assert set(read["programme"]) == {"care"}
    assert done.bad is not None and pl.read_csv(done.bad)["row"].to_list() == faults["row"].to_list()


def test_parameters_and_overlays_count(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    plain = decided(tmp_path / "in.parquet", tmp_path / "plain.parquet").out
    given = decided(tmp_path / "in.parquet", tmp_path / "given.parquet", parameters={"line[urban]": 9000}).out
    assert not pl.read_parquet(plain).equals(pl.read_parquet(given))
    simulated = aidrules.simulate(households(), vale(), on=ON, outcomes=OUTCOMES, parameters={"line[urban]": 9000})
    assert pl.read_parquet(given)["allowance.monthly"].equals(simulated.frame["allowance.monthly"])


def test_other_readers_take_the_file_as_plain_columns(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    schema = pq.read_schema(decided(tmp_path / "in.parquet", tmp_path / "out.parquet").out)
    assert [str(schema.field(name).type) for name in ("row", "allowance.status", "allowance.monthly")] == [
        "int64",
        "string",
        "int64",
    ]


def test_progress_is_told_by_stages(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    told: list[tuple[str, int, int | None]] = []
    decided(tmp_path / "in.parquet", tmp_path / "out.parquet", progress=lambda *now: told.append(now))
    assert told[0] == ("deciding", 0, 9) and ("deciding", 9, 9) in told and told[-1] == ("joining", 330, 330)


def test_what_cannot_be_asked_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    with pytest.raises(DecisionError, match="there is no programme 'allowanc'"):
        decided(tmp_path / "in.parquet", tmp_path / "out.parquet", outcomes=["allowanc"])
    with pytest.raises(FilesError, match="a column of the output is called row too"):
        households().with_row_index("row").write_parquet(tmp_path / "keyed.parquet")
        decided(tmp_path / "keyed.parquet", tmp_path / "out.parquet", key="row")
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet", "keyed.parquet"}


VALUES = ["counted", "per_person", "old", "hardship.kind", "care.visit.due", "allowance.means"]


def with_districts() -> pl.DataFrame:
    return households().with_columns(pl.Series("district", [f"=d{row % 7}" for row in range(330)]))


def test_values_entitlements_and_kept_columns_stand_there_too(tmp_path: Path) -> None:
    frame = with_districts()
    frame.write_parquet(tmp_path / "in.parquet")
    wanted: dict[str, Any] = {"values": VALUES, "entitlements": True}
    done = decided(tmp_path / "in.parquet", tmp_path / "out.parquet", keep=["district", "id", "residence"], **wanted)
    simulated = aidrules.simulate(
        frame, vale(), on=ON, outcomes=OUTCOMES, keep=["district", "residence"], **wanted
    ).frame
    found = pl.read_parquet(done.out)
    rest = simulated.columns[4:]
    assert found.columns == ["row", "district", "residence", "id", *rest] and rest[-len(VALUES) :] == VALUES
    assert any(name.endswith("entitlements") for name in [*rest, *simulated["care.persons"][0].struct.fields])
    assert found.rows(named=True) == simulated.select(found.columns).rows(named=True)


def test_values_in_csv(tmp_path: Path) -> None:
    with_districts().write_parquet(tmp_path / "in.parquet")
    values = ["line.value", "per_person", "allowance.means"]
    done = decided(tmp_path / "in.parquet", tmp_path / "out.csv", values=values, keep=["district"])
    found, simulated = (
        pl.read_csv(done.out, infer_schema=False),
        aidrules.simulate(households(), vale(), on=ON, outcomes=OUTCOMES, values=values).frame,
    )
    parts = ["per_person.numerator", "per_person.denominator"]
    assert found.columns[:3] == ["row", "district", "id"] and found.columns[-4:] == ["line.value", *parts, values[2]]
    assert found["district"].equals(with_districts()["district"])
    assert found.select(pl.struct(pl.col(parts).cast(pl.Int64).name.replace("per_person.", "")).alias("each"))[
        "each"
    ].to_list() == [each or dict.fromkeys(("numerator", "denominator")) for each in simulated["per_person"]]
    assert [each and Decimal(each) for each in found["line.value"]] == simulated["line.value"].to_list()
    persons = pl.read_csv(done.persons)  # type: ignore[arg-type]
    assert persons.columns[:4] == ["row", "district", "household_id", "programme"]
    with pytest.raises(FilesError, match="values: CSV has no lists, and old is one in each household; expected values"):
        decided(tmp_path / "in.parquet", tmp_path / "more.csv", values=["counted", "old"], keep=["district"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"values": ["countd"]}, "values: nothing is called countd.*Did you mean counted?"),
        (
            {"values": ["allowance.phase_out_months"]},
            "allowance.phase_out_months is a column of what comes back already",
        ),
        ({"keep": ["distrct"]}, "expected a column distrct, as --keep says. Did you mean district?"),
        (
            {"keep": ["row", "district", "counted"]},
            "keep: a column of the output is called row too. Rename the column in the input",
        ),
        (
            {"keep": ["counted", "district", "row"], "values": ["counted"]},
            "keep: a column of the output is called counted too",
        ),
        ({"keep": [" row"]}, "keep: a column of this name is used while parts are decided"),
        ({"keep": "district"}, "keep: found a text; expected a list"),
    ],
)
def test_values_and_columns_that_cannot_stand_there(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    source = tmp_path / "in.parquet"
    with_districts().with_columns(row=1, counted=1).write_parquet(source)
    with pytest.raises((FilesError, DecisionError), match=said):
        decided(source, tmp_path / "out.parquet", **options)
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet"}


def test_parts_of_other_columns_are_not_gone_on_with(tmp_path: Path) -> None:
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    with_districts().write_parquet(source)

    def stop(stage: str, *_: object) -> None:
        if stage == "joining":
            raise KeyboardInterrupt

    given: dict[str, Any] = {"keep": ["district"], "values": ["counted"]}
    with pytest.raises(KeyboardInterrupt):
        decided(source, out, **given, progress=stop)
    for other, said in (
        ({"keep": ["district", "residence"]}, r"columns kept: \['district'\]; expected \['district', 'residence'\]"),
        ({"values": []}, r"values: \['counted'\]; expected \[\]"),
        ({"entitlements": True}, "entitlements: False; expected True"),
    ):
        with pytest.raises(FilesError, match=f"begun with {said}"):
            decided(source, out, **{**given, **other})
    assert decided(source, out, **given).decided == 330
