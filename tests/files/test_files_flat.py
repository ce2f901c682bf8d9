"""Flat tables in any order come to what they come to in memory, whether they are Parquet or CSV."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from filed import ON, OUTCOMES, PER_PART, command, households, in_memory, vale, with_faults

import aidrules
from aidrules import frames
from aidrules.errors import FactsError, FilesError
from aidrules.frames.declared import Record, Value
from aidrules.frames.flat import fact_of
from aidrules.frames.nesting import records
from aidrules.populations import Outcome
from aidrules.populations.written import read


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aidrules.populations.spread.PER_PART", PER_PART)
    monkeypatch.setattr("aidrules.populations.joined.WINDOW", 64)
    monkeypatch.setattr("aidrules.populations.joined.PIECE", 16)
    monkeypatch.setattr("aidrules.populations.csv.BLOCK", 4096)
    monkeypatch.setattr("aidrules.populations.spread._AT_ONCE", 3000)


def flat(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Nested households as three flat tables, those of members and incomes in no order."""
    heads = frame.select("id", "residence", "registered_here", "contracted_land", pl.col("assets").struct.unnest())
    heads = heads.rename({"savings": "assets.savings"})
    people = frame.select(pl.col("id").alias("household"), "members").explode("members").unnest("members")
    groups = {"disability": ["kind", "grade"], "illness": ["serious", "chronic"], "labour": ["capacity", "employed"]}
    apart = [pl.col(group).struct.field(name).alias(f"{group}.{name}") for group in groups for name in groups[group]]
    members = people.select("household", "id", "birth_date", "sex", "relation", "duty_of_support", "lives_here", *apart)
    incomes = people.select("household", pl.col("id").alias("member"), "incomes").explode(
        "incomes", empty_as_null=False
    )
    return {
        "households": heads,
        "members": members.sample(fraction=1, shuffle=True, seed=3),
        "incomes": incomes.unnest("incomes").sample(fraction=1, shuffle=True, seed=4),
    }


def write(tables: dict[str, pl.DataFrame], folder: Path, kind: str) -> dict[str, Path]:
    paths = {name: folder / f"{name}.{kind}" for name in tables}
    for name, table in tables.items():
        (table.write_csv if kind == "csv" else table.write_parquet)(paths[name])
    return paths


def decided(paths: dict[str, Path], out: Path, **options: Any) -> Outcome:
    tables = {name: path for name, path in paths.items() if name not in ("households", "members")}
    whole = {"on": ON, "outcomes": OUTCOMES, "members": paths["members"], "tables": tables, **options}
    return aidrules.simulate_file(paths["households"], out, vale(), **whole)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_flat_tables_are_decided_in_the_order_of_households(tmp_path: Path, kind: str) -> None:
    tables = flat(with_faults(households()))
    done = decided(write(tables, tmp_path, kind), tmp_path / "out.parquet")
    if kind == "csv":  # amounts are texts there, and what is said of one that is wrong shows it so
        tables["households"] = tables["households"].with_columns(pl.col("assets.savings").cast(pl.String))
    expected, faults = in_memory(frames.nest(vale(), **tables))
    assert (done.households, done.refused) == (330, 13)
    assert pl.read_parquet(done.out).equals(expected)
    assert done.bad is not None and pl.read_parquet(done.bad).equals(faults)
    made = {"out.parquet", "out.bad.parquet"} | {f"{name}.{kind}" for name in tables}
    assert {file.name for file in tmp_path.iterdir()} == made


def test_the_key_may_be_a_number_and_stands_in_the_output_as_it_was(tmp_path: Path) -> None:
    tables = flat(households())
    numbered = {
        name: table.rename({"id": "file_no"} if name == "households" else {"household": "file_no"}).with_columns(
            pl.col("file_no").str.strip_prefix("h").cast(pl.Int64)
        )
        for name, table in tables.items()
    }
    done = decided(write(numbered, tmp_path, "parquet"), tmp_path / "out.parquet", key="file_no")
    found = pl.read_parquet(done.out)
    assert found.columns[:3] == ["row", "file_no", "id"] and found["file_no"].to_list() == list(range(1, 331))
    assert found["id"].to_list() == [str(number) for number in range(1, 331)]
    expected, _ = in_memory(frames.nest(vale(), **numbered, key="file_no"))
    assert found.drop("file_no").equals(expected)


def test_a_table_may_be_incomplete(tmp_path: Path) -> None:
    tables = flat(households())
    tables["incomes"] = tables["incomes"].head(100)
    paths = write(tables, tmp_path, "csv")
    some = pl.read_parquet(decided(paths, tmp_path / "some.parquet", incomplete=["incomes"]).out)
    assert some.equals(in_memory(frames.nest(vale(), **tables, incomplete=["incomes"]))[0])
    assert not some.equals(pl.read_parquet(decided(paths, tmp_path / "all.parquet").out))


def test_texts_of_a_csv_file_that_stand_for_nothing_are_faults_of_their_household(tmp_path: Path) -> None:
    tables = flat(households())
    texts = {name: table.cast(pl.String) for name, table in tables.items()}
    heads = texts["households"].with_columns(
        pl.when(pl.int_range(pl.len()) == 7)
        .then(pl.lit("maybe"))
        .otherwise("registered_here")
        .alias("registered_here"),
        pl.when(pl.int_range(pl.len()) == 8).then(pl.lit("Urban")).otherwise("residence").alias("residence"),
    )
    members = texts["members"].with_columns(
        pl.when(pl.col("household").is_in(["h9", "h300"]))
        .then(pl.lit("2.5"))
        .otherwise("disability.grade")
        .alias("disability.grade"),
        pl.col("lives_here").replace({"true": "是", "false": "0"}),
    )
    done = decided(write({**texts, "households": heads, "members": members}, tmp_path, "csv"), tmp_path / "out.parquet")
    assert done.bad is not None
    said = pl.read_parquet(done.bad).select("row", "key", "field", "found", "expected").unique(maintain_order=True)
    assert said.rows()[0] == (7, "h8", "registered_here", '"maybe" cannot be read', "one of true, false, 1, 0, 是, 否")
    grades = pl.col("field").str.ends_with("disability.grade")
    people = members.filter(pl.col("household").is_in(["h9", "h300"])).select("household", "id")
    assert said.filter(grades).select("key", "field", "found", "expected").sort("key", "field").rows() == sorted(
        (household, f"members[{member}].disability.grade", '"2.5" cannot be read', "a whole number")
        for household, member in people.rows()
    )
    assert "residence" in said.filter(row=8)["field"].to_list()  # another fault of the same household
    assert done.refused == 3
    expected, _ = in_memory(frames.nest(vale(), **tables))
    assert pl.read_parquet(done.out).equals(expected.filter(~pl.col("row").is_in([7, 8, 299])))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_columns_of_households_are_kept_as_they_are_written(tmp_path: Path, kind: str) -> None:
    tables = flat(households())
    district = pl.Series("district", [None if row % 5 == 0 else f"d{row % 7}" for row in range(330)])
    tables["households"] = tables["households"].with_columns(district, weight=pl.int_range(pl.len()) * 3)
    keep = ["weight", "registered_here", "district"]
    done = decided(write(tables, tmp_path, kind), tmp_path / "out.parquet", keep=keep, values=["per_person"])
    plain = tables["households"].drop("district", "weight")
    found, _ = in_memory(frames.nest(vale(), **{**tables, "households": plain}))
    told = pl.read_parquet(done.out)
    assert told.columns[:5] == ["row", *keep, "id"]
    given = tables["households"].select(keep)
    given = given.select(pl.all().cast(pl.String)) if kind == "csv" else given
    assert told.select(keep).equals(given)
    assert told.drop(*keep, "per_person").equals(found)
    with pytest.raises(FilesError, match=r"households.*: the file has no such column; expected a column area, as --k"):
        decided(write(tables, tmp_path, kind), tmp_path / "more.parquet", keep=["area"])


def test_whole_numbers_as_pandas_writes_them_where_some_are_unknown(tmp_path: Path) -> None:
    tables = flat(households())
    texts = {name: table.cast(pl.String) for name, table in tables.items()}
    texts["members"] = texts["members"].with_columns(pl.col("disability.grade") + ".0")
    done = decided(write(texts, tmp_path, "csv"), tmp_path / "out.parquet")
    assert done.refused == 0 and tables["members"]["disability.grade"].count()
    assert pl.read_parquet(done.out).equals(in_memory(frames.nest(vale(), **tables))[0])


def test_what_cannot_be_read_is_told_with_its_place_and_names_nobody() -> None:
    record = records(vale(), ["incomes", "expenses"])
    incomes = pl.DataFrame(
        {"h": ["7", "7", "7", "8"], "member": ["a", "a", "王", "b"], "months": ["1", "x", "", "1.5"]}
    )
    faults = read("incomes", incomes.with_columns(pl.col("months").replace("", "张三")), record["incomes"], "h").faults
    assert faults.select("household", "field", "found").rows() == [
        ("7", "members[a].incomes[1].months", '"x" cannot be read'),
        ("7", "members[a text of 1 character].incomes[0].months", "a text of 2 characters cannot be read"),
        ("8", "members[b].incomes[0].months", '"1.5" cannot be read'),
    ]
    heads = pl.DataFrame({"h": ["7", "8"], "registered_here": ["11010519491231002X", "Y"]})
    found = read("households", heads, record["households"], "h").faults["found"].to_list()
    assert found == ['"…" cannot be read', '"Y" cannot be read']
    named = pl.DataFrame({"h": ["7", "8"], "registered_here": ["Zhang San", "li"]})
    found = read("households", named, record["households"], "h").faults["found"].to_list()
    assert found == ["a text of 9 characters cannot be read", "a text of 2 characters cannot be read"]
    part = fact_of(record["households"], "registered_here")
    assert isinstance(part, Value)
    hushed = Record({"told": replace(part, fact=replace(part.fact, confidential=True))})
    (only,) = read("households", pl.DataFrame({"h": ["7"], "told": ["Y"]}), hushed, "h").faults["found"]
    assert only == "a value that is not shown cannot be read"


def test_what_does_not_hang_together_is_refused_before_anything_is_decided(tmp_path: Path) -> None:
    tables = flat(households())
    lost = {**tables, "members": tables["members"].with_columns(pl.col("household").replace({"h17": "h9999"}))}
    told = r"(?s)of no household that is there: h9999.*and rows numbered, in one of 9 parts of the tables"
    with pytest.raises(FactsError, match=told):
        decided(write(lost, tmp_path, "csv"), tmp_path / "out.parquet")
    twice = {**tables, "households": pl.concat([tables["households"], tables["households"].head(1)])}
    with pytest.raises(FactsError, match="1 id stands more than once: h1"):
        decided(write(twice, tmp_path, "csv"), tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet.parts").exists()


def test_very_many_rows_of_one_key_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aidrules.populations.spread.MOST_BYTES", 20_000)
    tables = flat(households())
    many = tables["incomes"].head(1).select(pl.all().repeat_by(3000).list.explode())
    paths = write({**tables, "incomes": many}, tmp_path, "parquet")
    with pytest.raises(FilesError, match=r"very many rows have one key; expected at most 20,000. See which key stands"):
        decided(paths, tmp_path / "out.parquet")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty; expected names in the first row"),
        ("household,id\nh1", r"line 2 has 1 values; expected as many values as the first row has names"),
        ('household,id\nh1,"a\nh2,b\n', "a value in line 2 has a line break in it.*quote that is not closed"),
        ("household,id\n" + "h1,a\n" * 2000 + "h1\n", "line 2002 has 1 values"),
        ("household,id,id\nh1,a,b\n", "several columns are called id"),
        (
            "household,id,\nh1,a,b\n",
            "a column has no name; expected a name for each. A comma at the end of the first row",
        ),
        ("household,id,,\nh1,a,b,c\n", "a column has no name"),
        ("household,id,^.*d$\nh1,a,b\n", r"a column is called like a pattern of names: \^\.\*d\$. Rename it"),
        ("household, ,id\nh1,a,b\n", "a column has no name"),
        (f"household,id\nh1,{'x' * 9000}\n", "a row is longer than 4,096 bytes"),
        ("household,id\nh1,是\n".encode("gb18030"), "a text is not written in UTF-8.*iconv"),
        (
            b"PK\x03\x04" + bytes(range(256)) * 200,
            "members.csv: this is an archive, such as a workbook of Excel; expected text in UTF-8. Save it",
        ),
        ("household,id\nh1,a\n".encode("utf-16"), "this is text in UTF-16; expected text in UTF-8. Save it"),
        (b"PAR1\x15\x04\x15\n\x00", "this is a Parquet file; expected text in UTF-8. Name it .parquet"),
        (b"\x1f\x8b\x08\x00", "this is compressed by gzip; expected text in UTF-8. Unpack it: gzip -d"),
        ("household,id\nh1,a\n".encode("utf-16-be"), "its first row has zero bytes, as text in UTF-16 has. Save it"),
        (
            "household;id;name\nh1;a;1,5\n",
            r"members.csv: semicolons stand between names; expected commas between values\. Write .*separator=';'",
        ),
        ("household\tid\nh1\ta\n", r"members.csv: tabs stand between names; .*separator='\\t', infer_schema=False"),
        (bytes(range(256)) * 200, "its first row has zero bytes"),
        (b"household,id\n" + bytes(range(1, 256)) * 200, r"line \d+ has|cannot be read as CSV|not written in UTF-8"),
        ("household,姓名\nh1,x\n".encode("gb18030"), "a text is not written in UTF-8"),
    ],
)
def test_a_csv_file_that_cannot_be_read(tmp_path: Path, text: str | bytes, said: str) -> None:
    paths = write(flat(households()), tmp_path, "csv")
    paths["members"].write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FilesError, match=said) as refused:
        decided(paths, tmp_path / "out.parquet")
    assert str(paths["members"]) in str(refused.value)
    assert not (tmp_path / "out.parquet.parts").exists()


def test_a_process_that_refuses_csv_ends_in_order(tmp_path: Path) -> None:
    (tmp_path / "households.csv").write_bytes(b"household,id\n" + bytes(range(1, 256)) * 20_000)
    members, out = tmp_path / "households.csv", tmp_path / "out.csv"
    done = command(str(members), "--members", str(members), "--out", str(out), log=tmp_path / "log")
    assert (done.returncode, done.stdout) == (2, "") and "households.csv: " in done.stderr
    assert "Exception" not in done.stderr and "terminate" not in done.stderr


def test_columns_and_tables_that_no_fact_has(tmp_path: Path) -> None:
    tables = flat(households())
    paths = write({**tables, "members": tables["members"].rename({"birth_date": "born"})}, tmp_path, "csv")
    with pytest.raises(FactsError, match=r"members.born: no fact has this name"):
        decided(paths, tmp_path / "out.parquet")
    with pytest.raises(FactsError, match="incoms: no list has this name"):
        decided({**paths, "incoms": paths["incomes"]}, tmp_path / "out.parquet")
    with pytest.raises(FactsError, match=r"members.file_no: the column is missing"):
        decided(paths, tmp_path / "out.parquet", key="file_no")
