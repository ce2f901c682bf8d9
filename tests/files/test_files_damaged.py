"""Parts that something else wrote to, and names that are taken: nothing of others is lost, and no result is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from filed import ON, OUTCOMES, PER_PART, households, in_memory, vale, with_faults

import aidrules
from aidrules.errors import FilesError
from aidrules.populations import Outcome, joining


class Stopped(BaseException):
    """As a power cut would, at a step of our choosing."""


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aidrules.populations.nested.HOUSEHOLDS", PER_PART)
    monkeypatch.setattr("aidrules.populations.spread.PER_PART", PER_PART)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "in.parquet"
    with_faults(households().head(100)).write_parquet(file)
    return file


def decided(source: Path, out: Path, **options: Any) -> Outcome:
    return aidrules.simulate_file(source, out, vale(), on=ON, **{"outcomes": OUTCOMES, **options})


def stopped(source: Path, out: Path, at: str = "counts", **options: Any) -> Path:
    """The folder of parts of a run that was stopped when all parts were finished."""

    def stop(*_: object) -> None:
        raise Stopped

    with pytest.MonkeyPatch.context() as patched, pytest.raises(Stopped):
        patched.setattr(joining, at, stop)
        decided(source, out, **options)
    return out.with_name(f"{out.name}.parts")


def test_counts_that_were_planted_make_no_result(source: Path, tmp_path: Path) -> None:
    out, folder = tmp_path / "out.parquet", tmp_path / "out.parquet.parts"
    folder.mkdir()
    planted = {"households": "100", "decided": "100", "refused": "0", "mark": "." + "0" * 16}
    (folder / "joined.json").write_text(json.dumps(planted))
    with pytest.raises(FilesError, match="there are parts and no manifest that says of what"):
        decided(source, out)
    shutil.rmtree(folder)
    stopped(source, out)
    for said in (planted, {"households": "x"}, {}, {**planted, "decided": "9" * 5000}, {**planted, "mark": "/../x"}):
        (folder / "joined.json").write_text(json.dumps(said))
        with pytest.raises(FilesError, match=rf"Something else wrote there: delete {folder} to begin anew"):
            decided(source, out)
    assert not out.exists()


def rewritten(folder: Path) -> None:
    file = folder / "000000" / "outcomes.arrow"
    pl.read_ipc(file.read_bytes()).with_columns(pl.lit(99_999_999).alias("allowance.monthly")).write_ipc(file)


def truncated(folder: Path) -> None:
    file = folder / "000001" / "faults.arrow"
    file.write_bytes(file.read_bytes()[:100])


DAMAGES: list[Callable[[Path], object]] = [
    rewritten,
    truncated,
    lambda folder: (folder / "000002" / "outcomes.arrow").unlink(),
    lambda folder: (folder / "000001" / "digests.json").unlink(),
    lambda folder: shutil.copytree(folder / "000000", folder / "000007"),
    lambda folder: (folder / "000004").mkdir(),
    lambda folder: (shutil.rmtree(folder / "000001"), shutil.copytree(folder / "000000", folder / "000001")),
]


@pytest.mark.parametrize("damage", range(len(DAMAGES)))
@pytest.mark.parametrize("at", ["counts", "join"])
def test_parts_that_were_damaged_are_not_joined(source: Path, tmp_path: Path, damage: int, at: str) -> None:
    out = tmp_path / "out.parquet"
    folder = stopped(source, out, at)
    DAMAGES[damage](folder)
    with pytest.raises(FilesError, match=rf"Something else wrote there: delete {folder} to begin anew"):
        decided(source, out)
    assert not out.exists() and not (tmp_path / "out.bad.parquet").exists()
    shutil.rmtree(folder)
    assert decided(source, out).households == 100


def test_rows_that_are_written_are_counted(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aidrules.populations.joined.in_order", lambda *_: iter(()))
    with pytest.raises(FilesError, match=r"0 rows of [0-9]+ came of the parts"):
        decided(source, tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists() and not (tmp_path / "out.bad.parquet").exists()


def test_flat_tables_that_were_put_together_and_damaged(tmp_path: Path) -> None:
    heads, members, out = tmp_path / "in.csv", tmp_path / "members.csv", tmp_path / "out.parquet"
    heads.write_text("id,residence\nh1,urban\n")
    members.write_text("household,id\nh1,m1\n")
    folder = stopped(heads, out, members=members)
    laid = folder / "households" / "000000.parquet"
    laid.write_bytes(laid.read_bytes()[:-9])
    with pytest.raises(FilesError, match=rf"households: this is not as it was finished.*delete {folder} to begin"):
        decided(heads, out, members=members)


def test_what_is_not_ours_is_neither_followed_nor_written_over(source: Path, tmp_path: Path) -> None:
    precious, out = tmp_path / "precious.txt", tmp_path / "out.parquet"
    precious.write_text("precious")
    for name in ("out.parquet.partial", "out.bad.parquet.partial"):
        (tmp_path / name).symlink_to(precious)
    decided(source, out)
    assert precious.read_text() == "precious" and not out.is_symlink()
    for name in ("out.parquet.partial", "out.bad.parquet.partial"):
        (tmp_path / name).unlink()
        (tmp_path / name).write_text("mine")
    out.unlink()
    (tmp_path / "out.bad.parquet").unlink()
    decided(source, out)
    assert (
        (tmp_path / "out.parquet.partial").read_text() == (tmp_path / "out.bad.parquet.partial").read_text() == "mine"
    )
    (tmp_path / "linked.parquet").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FilesError, match=r"linked.parquet: this file is there already"):
        decided(source, tmp_path / "linked.parquet")


@pytest.mark.parametrize("name", ["202506.unfinished/diary", "households/diary", "joined.json.partial", "000000/diary"])
def test_files_of_a_user_in_the_place_of_parts_stay(source: Path, tmp_path: Path, name: str) -> None:
    mine = tmp_path / "out.parquet.parts" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(FilesError, match="there are parts and no manifest"):
        decided(source, tmp_path / "out.parquet")
    assert mine.read_text() == "mine"


def test_a_lock_that_is_not_ours(source: Path, tmp_path: Path) -> None:
    folder, precious = tmp_path / "out.parquet.parts", tmp_path / "precious.txt"
    folder.mkdir()
    (folder / "lock").write_text("mine")
    with pytest.raises(FilesError, match="lock in it is not empty"):
        decided(source, tmp_path / "out.parquet")
    assert (folder / "lock").read_text() == "mine"
    (folder / "lock").unlink()
    precious.write_text("precious")
    (folder / "lock").symlink_to(precious)
    with pytest.raises(FilesError, match="lock in it is a link"):
        decided(source, tmp_path / "out.parquet")
    assert precious.read_text() == "precious"


def test_links_are_no_parts(source: Path, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out.parquet", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "linked.csv.parts").symlink_to(elsewhere)
    with pytest.raises(FilesError, match="this is no folder; expected a folder of parts"):
        decided(source, tmp_path / "linked.csv")
    folder = stopped(source, out)
    (folder / "000000").rename(elsewhere / "part")
    (folder / "000000").symlink_to(elsewhere / "part")
    with pytest.raises(FilesError, match="000000 in it is a link"):
        decided(source, out)
    assert (elsewhere / "part" / "outcomes.arrow").exists()
    (folder / "000000").unlink()
    (folder / "000000").write_text("x")
    with pytest.raises(FilesError, match="000000 in it is no folder"):
        decided(source, out)


def test_a_manifest_forges_no_line(source: Path, tmp_path: Path) -> None:
    folder = stopped(source, tmp_path / "out.parquet")
    said = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**said, "a\nall is well": "\x1b[2J\u202e"}))
    with pytest.raises(FilesError) as refused:
        decided(source, tmp_path / "out.parquet")
    assert r"begun with a\nall is well: \u001b[2J\u202e; expected none" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("values", "told"),
    [([[1], [2]], "List"), ([{"a": 1}] * 2, "Struct"), ([b"\xff"] * 2, "Binary")],
)
def test_a_key_that_csv_cannot_hold_is_refused_first(tmp_path: Path, values: list[Any], told: str) -> None:
    source, out = tmp_path / "in.parquet", tmp_path / "out.csv"
    households().head(2).with_columns(pl.Series("case", values)).write_parquet(source)
    with pytest.raises(FilesError, match=f"key: CSV cannot hold the column case, which is {told}.*Or write Parquet"):
        decided(source, out, key="case")
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet"}
    assert decided(source, tmp_path / "out.parquet", key="case").decided == 2
    assert pl.read_parquet(tmp_path / "out.parquet")["case"].to_list() == values


@pytest.mark.parametrize(("name", "kind"), [("out.csv", "CSV"), ("out.parquet", "Parquet")])
def test_a_key_that_no_output_holds_as_it_is(tmp_path: Path, name: str, kind: str) -> None:
    source = tmp_path / "in.parquet"
    households().head(2).with_columns(pl.Series("case", [timedelta(1)] * 2)).write_parquet(source)
    with pytest.raises(FilesError, match=f"key: {kind} cannot hold the column case, which is Duration"):
        decided(source, tmp_path / name, key="case")
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet"}


@pytest.mark.parametrize("key", [" key", " row"])
def test_a_key_that_is_used_for_parts(tmp_path: Path, key: str) -> None:
    members = tmp_path / "members.csv"
    members.write_text(f"{key},id\n1,m1\n")
    heads = tmp_path / "heads.csv"
    heads.write_text(f"{key},residence\n1,urban\n")
    with pytest.raises(FilesError, match=r"key: a column of this name is used while parts are decided. Rename"):
        decided(heads, tmp_path / "out.parquet", members=members, key=key)
    assert not (tmp_path / "out.parquet.parts").exists()


def test_names_that_no_system_takes(source: Path, tmp_path: Path) -> None:
    with pytest.raises(FilesError, match=r"n{40}…: the name has 254 bytes; expected at most 220. Give it a shorter"):
        decided(source, tmp_path / ("n" * 250 + ".csv"))
    with pytest.raises(FilesError, match="the name has the character NUL in it"):
        decided(source, tmp_path / "nul\0.csv")
    longest = tmp_path / ("n" * (220 - len(".persons.csv")) + ".csv")
    assert decided(source, longest).persons is not None


def test_a_run_goes_on_where_outputs_were_being_written(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    folder = stopped(source, out, "join")
    mark = json.loads((folder / "joined.json").read_text())["mark"]
    (tmp_path / f"out.parquet{mark}.partial").write_bytes(b"half")
    assert decided(source, out).refused == in_memory(pl.read_parquet(source))[1]["row"].n_unique()
    assert pl.read_parquet(out).equals(in_memory(pl.read_parquet(source))[0])
    assert {file.name for file in tmp_path.iterdir()} == {"in.parquet", "out.parquet", "out.bad.parquet"}
