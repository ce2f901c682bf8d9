"""What cannot be read, written or gone on with is refused with a sentence, and nothing is left half done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from filed import ON, OUTCOMES, PACKS, ROOT, households, vale

import aidrules
from aidrules.cli import main
from aidrules.errors import FactsError, FilesError
from aidrules.populations.claimed import BEGINNINGS
from aidrules.populations.parquet import Parquet


def decided(source: Path, out: Path, **options: Any) -> object:
    return aidrules.simulate_file(source, out, vale(), on=ON, **{"outcomes": OUTCOMES, **options})


def run(*args: str) -> Result:
    base = ["--pack", "vale/county", "--path", str(PACKS), "--on", str(ON), "--outcomes", "relief"]
    return CliRunner().invoke(main, ["simulate", *args, *base])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "in.parquet"
    households().head(20).write_parquet(file)
    return file


def test_the_command_counts_in_both_languages(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = run(str(source), "--out", str(out))
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"共20户，已测算20户：{out}\n", "")
    out.unlink()
    households().head(3).with_columns(residence=pl.Series(["urban", "x", "rural"])).write_parquet(source)
    done = run(str(source), "--out", str(out), "--lang", "en", "--outcomes", "care")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        f"3 households, of which 2 were decided: {out}",
        f"what came of persons: {tmp_path / 'out.persons.csv'}",
        f"1 could not be decided; why not: {tmp_path / 'out.bad.csv'}",
    ]
    assert "households in CSV have no members in them" in run(str(out), "--out", str(tmp_path / "x.csv")).stderr


def test_the_command_tells_values_entitlements_and_kept_columns(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    households().head(20).with_columns(district=1, weight=2).write_parquet(source)
    asked = [
        "--values",
        "per_person,allowance.means",
        "--values",
        "line.value",
        "--keep",
        "district,weight",
        "--entitlements",
    ]
    done = run(str(source), "--out", str(out), *asked, "--outcomes", "allowance")
    assert done.exit_code == 0, done.stderr
    columns = pl.read_csv(out).columns
    assert columns[:4] == ["row", "district", "weight", "id"]
    assert columns[-4:] == ["per_person.numerator", "per_person.denominator", "allowance.means", "line.value"]
    assert {"allowance.entitlements", "allowance.entitlements_open"} <= set(columns)
    wrong = run(str(source), "--out", str(tmp_path / "more.csv"), "--values", "countd")
    assert wrong.exit_code == 2 and "values: nothing is called countd" in wrong.stderr


def test_the_command_takes_programmes_with_commas_and_each_once(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert run(str(source), "--out", str(out), "--outcomes", "allowance,care").exit_code == 0
    found = {name.partition(".")[0] for name in pl.read_csv(out).columns}
    assert found == {"row", "id", "allowance", "care", "relief"}
    wrong = run(str(source), "--out", str(tmp_path / "more.csv"), "--outcomes", "care,relief")
    assert wrong.exit_code == 2 and "outcomes: relief stands twice. Name it once." in wrong.stderr


def test_outputs_that_are_there_are_left_alone(source: Path, tmp_path: Path) -> None:
    for name in ("out.parquet", "out.bad.parquet"):
        (tmp_path / name).write_text("mine")
        with pytest.raises(FilesError, match=f"{name}: this file is there already. Remove it, or give another name."):
            decided(source, tmp_path / "out.parquet")
        assert (tmp_path / name).read_text() == "mine"
        (tmp_path / name).unlink()
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet"}


def test_names_of_outputs(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    with pytest.raises(
        FilesError, match=r"does not say what kind of file this is; expected a name that ends in .parquet"
    ):
        decided(source, tmp_path / "out.xlsx")
    with pytest.raises(FilesError, match="two outputs have this name"):
        decided(source, out, bad=tmp_path / "." / "out.parquet")
    with pytest.raises(FilesError, match=r"nowhere: there is no such folder. Make it first."):
        decided(source, tmp_path / "nowhere" / "out.parquet")
    with pytest.raises(FilesError, match="persons are written as CSV only"):
        decided(source, out, persons=tmp_path / "persons.parquet")
    with pytest.raises(FilesError, match=r"in.parquet: this file is there already"):
        decided(source, source)
    with pytest.raises(FilesError, match="0 workers; expected 1 or more"):
        decided(source, out, workers=0)
    with pytest.raises(FilesError, match="there are tables of lists and none of members"):
        decided(source, out, tables={"incomes": source})
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet"}


def test_what_is_no_parquet_file(tmp_path: Path) -> None:
    out, wrong = tmp_path / "out.parquet", tmp_path / "in.parquet"
    with pytest.raises(FilesError, match=r"in.parquet: there is no such file"):
        decided(wrong, out)
    wrong.mkdir()
    with pytest.raises(FilesError, match=r"this is no file; expected a Parquet or CSV file. What comes from another"):
        decided(wrong, out)
    wrong.rmdir()
    wrong.write_text("id,residence\n")
    with pytest.raises(FilesError, match=r"the file cannot be read as Parquet .*; expected a whole Parquet file"):
        decided(wrong, out)
    households().head(20).write_parquet(wrong)
    wrong.write_bytes(wrong.read_bytes()[:-400])
    with pytest.raises(FilesError, match="the file cannot be read as Parquet"):
        decided(wrong, out)


def test_texts_that_are_not_utf_8(tmp_path: Path) -> None:
    table = households().head(5).to_arrow(compat_level=pl.CompatLevel.oldest())
    at, bytes_ = table.schema.get_field_index("residence"), pa.py_buffer(b"\xff\xfe" * 5)
    offsets = pa.array(["ab"] * 5).buffers()[1]
    broken = pa.StringArray.from_buffers(5, offsets, bytes_)
    pq.write_table(table.set_column(at, "residence", broken), tmp_path / "in.parquet")
    with pytest.raises(FilesError, match=r"in.parquet: the file cannot be read as Parquet \(.*Invalid UTF8"):
        decided(tmp_path / "in.parquet", tmp_path / "out.parquet")


def test_a_file_that_is_damaged_within_is_told_and_parts_are_kept(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("aidrules.populations.nested.HOUSEHOLDS", 10)
    source = tmp_path / "in.parquet"
    households().head(40).write_parquet(source, row_group_size=10, compression="uncompressed")
    told = pq.read_metadata(source).row_group(2).column(0)
    content = bytearray(source.read_bytes())
    start = told.dictionary_page_offset or told.data_page_offset
    content[start : start + 12] = b"\xff" * 12
    source.write_bytes(bytes(content))
    with pytest.raises(FilesError, match=r"in.parquet: the file cannot be read as Parquet"):
        decided(source, tmp_path / "out.parquet", workers=1)
    assert not (tmp_path / "out.parquet").exists()


def test_columns_that_are_no_facts_or_twice(tmp_path: Path) -> None:
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    households().head(5).with_columns(pl.lit(1).alias("number")).write_parquet(source)
    with pytest.raises(FactsError, match=r"number: no fact has this name; .*with keep=, the command with --keep"):
        decided(source, out)
    with pytest.raises(FilesError, match="the file has no such column; expected a column file_no, as --key says"):
        decided(source, out, key="file_no")
    pq.write_table(pa.table([pa.array(["a"]), pa.array(["b"])], names=["id", "id"]), source)
    with pytest.raises(FilesError, match="several columns are called id"):
        decided(source, out)
    for blank in ("", " "):
        households().head(5).with_columns(pl.lit(1).alias(blank)).write_parquet(source)
        with pytest.raises(FilesError, match=r"in\.parquet: a column has no name; expected a name for each"):
            decided(source, out)
    households().head(5).with_columns(pl.lit("a").alias("^.*residence.*$")).write_parquet(source)
    with pytest.raises(FilesError, match=r"in\.parquet: a column is called like a pattern of names: \^.*Rename it"):
        decided(source, out, keep=["^.*residence.*$"])
    for options in ({"key": ""}, {"keep": [""]}, {"keep": ["id", ""]}, {"key": "\t"}, {"keep": ["id", " "]}):
        with pytest.raises(
            FilesError, match=rf"^{min(options)}: a column has no name\. Give its name, or leave it out"
        ):
            decided(source, out, **options)
    for option in ("--keep", "--key"):
        done = run(str(source), "--out", str(out), option, "")
        assert done.exit_code == 2 and "a column has no name. Give its name" in done.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet"}


def test_a_file_that_unpacks_to_much_more_is_refused_before_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aidrules.populations.parquet.MOST_BYTES", 2**21)
    bomb = tmp_path / "bomb.parquet"
    texts = pa.table({"id": ["x" * 4_000] * 600, "members": [[{"id": "m"}]] * 600})
    pq.write_table(texts, bomb, compression="zstd", use_dictionary=False)
    assert bomb.stat().st_size < 20_000
    said = r"bomb\.parquet: 2,4\d\d,\d{3} bytes of one column in row group 0, when they are unpacked; expected at most"
    with pytest.raises(FilesError, match=said + r" 2,097,152\. Write the file with row groups of fewer rows"):
        decided(bomb, tmp_path / "out.parquet")
    pq.write_table(texts, bomb, compression="zstd", use_dictionary=False, row_group_size=500)
    assert decided(bomb, tmp_path / "out.parquet").refused == 600


def test_absurd_sizes(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.parquet"
    crowd = pa.table({"id": ["h1"], "members": pa.array([[{"id": "m"}] * 200_000])})
    pq.write_table(crowd, tmp_path / "crowd.parquet")
    with pytest.raises(FilesError, match="200,000 values of one column in the 1 rows of row group 0; expected at most"):
        decided(tmp_path / "crowd.parquet", out)
    wide = pa.table({f"c{number}": pa.nulls(1) for number in range(10_001)})
    pq.write_table(wide, tmp_path / "wide.parquet")
    with pytest.raises(FilesError, match="10,001 columns; expected at most 10,000"):
        decided(tmp_path / "wide.parquet", out)
    monkeypatch.setattr("aidrules.populations.nested.MOST_BYTES", 1000)
    with pytest.raises(FilesError, match="20 households from row 0 on take more than 1,000 bytes"):
        decided(source, out)
    assert not out.exists() and not (tmp_path / "out.parquet.parts").exists()


def test_a_folder_that_is_no_folder_of_parts_is_left_alone(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out.parquet.parts"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(FilesError, match=r"thesis.txt is in it; expected a folder of parts, or nothing of this name"):
        decided(source, tmp_path / "out.parquet")
    assert (folder / "thesis.txt").read_text() == "mine"
    (folder / "thesis.txt").rename(folder / "000000")
    with pytest.raises(FilesError, match=r"there are parts and no manifest that says of what. Delete the folder"):
        decided(source, tmp_path / "out.parquet")
    (folder / "000000").rename(folder / "manifest.json")
    with pytest.raises(FilesError, match=r"manifest.json: this is no manifest of a run. Delete the folder"):
        decided(source, tmp_path / "out.parquet")


@pytest.mark.parametrize("name", ["manifest.json", "joined.json"])
def test_a_file_of_others_is_not_taken_for_one_that_a_run_was_writing(source: Path, tmp_path: Path, name: str) -> None:
    folder, out = tmp_path / "out.parquet.parts", tmp_path / "out.parquet"
    folder.mkdir()
    (folder / ("manifest.json" if name == "joined.json" else "lock")).touch()
    (folder / f"{name}.partial").write_text("mine")
    with pytest.raises(FilesError, match=f"{name}.partial in it is no file of a run; expected a folder of parts, or"):
        decided(source, out)
    assert (folder / f"{name}.partial").read_text() == "mine"


def test_what_a_run_was_writing_when_it_was_stopped_is_its_own(source: Path, tmp_path: Path) -> None:
    folder, written = tmp_path / "out.parquet.parts", []

    def look(*_: object) -> None:
        written.extend((folder / name).read_bytes() for name in BEGINNINGS if (folder / name).exists())

    decided(source, tmp_path / "out.parquet", progress=look)
    for beginning in BEGINNINGS.values():
        assert any(text.startswith(beginning) for text in written)
    for left in (b"", written[0][:9], written[0]):
        folder.mkdir()
        (folder / "manifest.json.partial").write_bytes(left)
        (tmp_path / "out.parquet").unlink()
        decided(source, tmp_path / "out.parquet")
        assert not folder.exists()


def test_long_texts_that_stand_in_a_dictionary_once_are_refused_before_they_are_repeated(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    long = pa.array(["x" * 80_000]).dictionary_encode()
    table = households(100).to_arrow(compat_level=pl.CompatLevel.oldest())
    residence = pa.DictionaryArray.from_arrays(pa.array([0] * 100), long.dictionary)
    pq.write_table(table.set_column(table.schema.get_field_index("residence"), "residence", residence), source)
    said = r"in.parquet: a text of 80,000 bytes in the column residence; expected at most 4,096. Leave long texts out"
    with pytest.raises(FilesError, match=said):
        decided(source, tmp_path / "out.parquet")
    crowd = pa.table({"id": ["h1"], "members": pa.array([[{"id": "m", "relation": "r" * 5000}]])})
    pq.write_table(crowd, source)
    with pytest.raises(FilesError, match="a text of 5,000 bytes in the column members"):
        decided(source, tmp_path / "out.parquet")
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet"}


def test_of_long_texts_fewer_rows_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aidrules.populations.parquet.BATCH_BYTES", 40_000)
    texts = {"once": ["a" * 4000] * 300, "each": [f"{number:04}" * 10 for number in range(300)]}
    for name, most in (("once", 10), ("each", 300)):
        pq.write_table(pa.table({name: texts[name]}), tmp_path / "in.parquet", use_dictionary=["once"])
        batches = [batch for _, batch in Parquet(tmp_path / "in.parquet").batches()]
        assert max(batch.num_rows for batch in batches) <= most
        assert [text for batch in batches for text in batch.column(0).to_pylist()] == texts[name]


def test_an_input_that_changes_meanwhile(source: Path, tmp_path: Path) -> None:
    def change(stage: str, done: int, of: int | None) -> None:
        if (stage, done) == ("deciding", of):
            households().head(19).write_parquet(source)

    with pytest.raises(FilesError, match=r"in.parquet: the file changed while it was decided. Begin anew"):
        decided(source, tmp_path / "out.parquet", progress=change)
    assert not (tmp_path / "out.parquet").exists()


def test_what_may_not_be_written(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, *_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(
        FilesError, match=r"out.parquet.parts: Permission denied. Start the same again when that is mended."
    ):
        decided(source, tmp_path / "out.parquet")


@pytest.mark.parametrize("package", ["filelock", "polars"])
def test_what_is_not_installed_is_told(package: str, source: Path, tmp_path: Path) -> None:
    code = f"import sys; sys.modules[{package!r}] = None; from aidrules.cli import main; main()"
    asked = ["simulate", str(source), "--out", str(tmp_path / "out.parquet"), "--pack", "cn/national"]
    command = [sys.executable, "-c", code, *asked, "--on", "2025-06-15"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    said = f"{package} is not installed. Tables need it: pip install 'aidrules[columns]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
