"""Finding packs: roots in order, names, and folders that lead elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from arcadia import PACKS, Write
from click.testing import CliRunner

from aidrules import load, packs
from aidrules.cli import main
from aidrules.errors import PackError, PackNotFoundError
from aidrules.language import search

PACK = "pack: {name}\nzh: {zh}\n"


def test_the_argument_goes_before_the_environment(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write({"a/pack.yaml": "pack: a\nen: environment\n", "b/pack.yaml": "pack: b\n"})
    other = tmp_path / "other"
    (other / "a").mkdir(parents=True)
    (other / "a" / "pack.yaml").write_text("pack: a\nen: argument\n")
    monkeypatch.setenv(search.VARIABLE, str(tmp_path / "rules"))
    assert load("a").title.en == "environment"
    assert load("a", path=other).title.en == "argument"
    assert load("b", path=other).id == "b"


def test_packs_are_listed_with_titles() -> None:
    listed = dict(packs(PACKS))
    assert listed["arcadia/coast"].zh == "海岸省"
    assert not [name for name in listed if name.endswith(("overlays", "cases"))]


@pytest.mark.parametrize(
    "name",
    ["../rules", "a/../b", "/etc", "a//b", "a/", "", "A", "a b", "a\\b", ".", "a\n", "a/.hidden", "а", "x" * 100],
)
def test_what_is_not_a_name(name: str) -> None:
    with pytest.raises(PackNotFoundError, match="is not the name of a pack"):
        load(name, path=PACKS)


@pytest.mark.parametrize("name", [None, 3, Path("a"), b"a"])
def test_a_name_is_text(name: object) -> None:
    with pytest.raises(PackNotFoundError, match="is not the name of a pack"):
        load(name, path=PACKS)  # type: ignore[arg-type]


def test_near_names_of_packs() -> None:
    with pytest.raises(PackNotFoundError, match=r"there is no pack 'arcadia/realn'. Did you mean arcadia/realm"):
        load("arcadia/realn", path=PACKS)


def test_who_names_no_folder_of_his_own_is_told_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIDRULES_PATH", raising=False)
    with pytest.raises(PackNotFoundError, match="own folder of packs is: --path rules, path= or AIDRULES_PATH"):
        load("town")
    with pytest.raises(PackNotFoundError) as caught:
        load("town", path=PACKS)
    assert "--path" not in str(caught.value)


def test_overlays_and_cases_are_no_packs() -> None:
    with pytest.raises(PackNotFoundError, match="there is no pack 'arcadia/coast/harbour/overlays'"):
        load("arcadia/coast/harbour/overlays", path=PACKS)


def test_the_root_itself_is_no_pack(write: Write) -> None:
    root = write({"loose.yaml": "pack: loose\n"})
    with pytest.raises(PackNotFoundError):
        load("loose", path=root)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="this is not a folder; expected a folder with rule packs"):
        load("a", path=tmp_path / "nowhere")


def test_links_out_of_the_root(write: Write, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "pack.yaml").write_text("pack: a\n")
    root = write({"b/pack.yaml": "pack: b\n"})
    (root / "a").symlink_to(outside)
    (root / "b" / "more.yaml").symlink_to(outside / "pack.yaml")
    for name in ("a", "b"):
        with pytest.raises(PackError, match="this leads out of the folder of rules"):
            load(name, path=root)


def test_hidden_files_are_left_alone(write: Write) -> None:
    root = write({"a/pack.yaml": "pack: a\n", "a/.#pack.yaml": "not: [yaml\n"})
    assert load("a", path=root).id == "a"


@pytest.mark.parametrize("name", ["arcadia/coast/harbour/overlays/2023", "arcadia/coast/harbour/pack", "../x"])
def test_overlays_that_are_not_there(name: str) -> None:
    pack = load("arcadia/coast/harbour", path=PACKS)
    with pytest.raises(PackNotFoundError):
        pack.with_overlay(name)


def test_a_link_that_leads_nowhere_stops_only_its_own_pack(tmp_path: Path) -> None:
    for name in ("good", "loop", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.yaml").write_text(f"pack: {name}\nzh: {name}\nen: {name}\nundated: x\n", "utf-8")
    (tmp_path / "loop" / "x.yaml").symlink_to("x.yaml")
    (tmp_path / "out" / "x.yaml").symlink_to("/etc/passwd")
    found = [folder.name for folder in search.all_folders((tmp_path,))]
    assert found == ["good"]
    with pytest.raises(PackError, match="this link leads to itself"):
        search.find("loop", (tmp_path,))
    with pytest.raises(PackError, match="leads out of the folder"):
        search.find("out", (tmp_path,))


@pytest.mark.parametrize("path", [5, "x" * 5000, b"/tmp", "\0"])
def test_what_is_no_folder_is_refused_in_a_short_sentence(path: Any) -> None:
    with pytest.raises(PackError) as error:
        search.roots(path)
    assert len(str(error.value)) < 400


def offices(folder: Path) -> list[Path]:
    """Two folders, each with an overlay of the same id that says something else."""
    for name, value in (("a", 41), ("b", 59)):
        file = folder / name / "local" / "overlays" / "office.yaml"
        file.parent.mkdir(parents=True)
        values = f"parameters: {{bread_line: {{values: [{{is: {{urban: {value}, rural: 5}}}}]}}}}"
        file.write_text(f"overlay: office of {name}\nsource: harbour-notice\n{values}\n", "utf-8")
    return [folder / "a", folder / "b"]


def test_an_overlay_is_looked_up_where_its_pack_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(search.VARIABLE, str(PACKS))
    one, other = offices(tmp_path)
    laid = [
        load("arcadia/coast/harbour", path=path, overlays=["local/overlays/office"]).overlays[0]
        for path in (one, other, one)
    ]
    assert [overlay.name for overlay in laid] == ["office of a", "office of b", "office of a"]
    assert [overlay.file.startswith(str(tmp_path / "b")) for overlay in laid] == [False, True, False]


def test_an_overlay_that_calls_itself_by_the_id_of_another_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(search.VARIABLE, str(PACKS))
    path, _ = offices(tmp_path)
    file = path / "local" / "overlays" / "office.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("office of a", "local/overlays/2024"), "utf-8")
    with pytest.raises(PackError) as error:
        load("arcadia/coast/harbour", path=path, overlays=["local/overlays/office"])
    said = "office.yaml:1:10: this overlay calls itself 'local/overlays/2024'; expected overlay: local/overlays/office"
    assert said in str(error.value)
    assert load("arcadia/coast/harbour", path=path, overlays=[file]).overlays[0].name == "local/overlays/2024"
    file.write_text(text.replace("office of a", "local/overlays/office"), "utf-8")
    assert load("arcadia/coast/harbour", path=path, overlays=["local/overlays/office"]).overlays[0].id is not None


def test_two_sides_of_a_difference_take_their_own_overlays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(search.VARIABLE, str(PACKS))
    one, other = map(str, offices(tmp_path))
    overlay, name = "local/overlays/office", "arcadia/coast/harbour"
    sides = ["--old-path", one, "--path", other, "--old-overlay", overlay, "--new-overlay", overlay]
    done = CliRunner().invoke(main, ["diff", name, name, *sides, "--no-cases", "--lang", "en"])
    assert done.exit_code == 1 and "41" in done.output and "59" in done.output, done.output
