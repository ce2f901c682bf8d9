"""`aidrules new`: what it writes loads, passes its cases, fits its schemas, and takes nobody's files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from aidrules import load
from aidrules.authoring.schemas import file_schema
from aidrules.authoring.skeleton import new_pack
from aidrules.cli import main
from aidrules.errors import PackError
from aidrules.testing import differences, find_cases, read_cases

FILES = ["README.md", "cases/hardship_aid.yaml", "pack.yaml", "sources.yaml"]
BOZHOU = "cn/guizhou/zunyi/bozhou"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


@pytest.mark.parametrize(
    ("name", "extends", "layers"),
    [
        ("riverside", None, ("riverside",)),
        ("riverside/old-town/north_2", None, ("riverside/old-town/north_2",)),
        ("cn/national/mine", None, ("cn/national", "cn/national/mine")),
        ("cn/national/mine", "none", ("cn/national/mine",)),
        ("county", "cn/national", ("cn/national", "county")),
        ("county/street", BOZHOU, ("cn/national", "cn/guizhou/zunyi", BOZHOU, "county/street")),
    ],
)
def test_a_new_pack_loads_and_its_cases_pass(
    name: str, extends: str | None, layers: tuple[str, ...], tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    done = run("new", name, "--path", str(rules), *(["--extends", extends] if extends else []))
    assert done.exit_code == 0, done.stderr
    found = [str(file.relative_to(rules / name)) for file in (rules / name).rglob("*") if file.is_file()]
    assert sorted(found) == FILES and all(file in done.output for file in FILES)
    pack = load(name, path=rules)
    assert pack.layers == layers and "hardship_aid" in pack.on(date(2025, 6, 15)).programmes
    told = [(pack_name, case) for pack_name, file in find_cases(rules) for case in read_cases(file)]
    assert len(told) == 7 and {pack_name for pack_name, _ in told} == {name}
    assert [text for _, case in told for text in differences(case, name, path=rules)] == []


def test_the_commands_for_authors_work_on_it(tmp_path: Path) -> None:
    path = ["--path", str(tmp_path)]
    assert run("new", "town", *path).exit_code == 0
    shown = run("show", "town", *path, "--lang", "en", "--on", "2025-06-15")
    assert "hardship_aid.below_the_line" in shown.output and "hardship_line" in shown.output
    tested = run("test", "town", *path, "--coverage", "--lang", "en")
    assert tested.exit_code == 0 and "7 passed" in tested.output, tested.output
    assert run("new", "town/ward", *path).exit_code == 2, "its names are those of the pack above"


def test_everything_has_labels_a_clause_and_a_document(tmp_path: Path) -> None:
    new_pack("town", tmp_path)
    pack = load("town", path=tmp_path)
    programme = pack.programmes["hardship_aid"]
    made = [programme.entry, *programme.rules.values(), *pack.definitions.values(), *pack.parameters.values()]
    assert all(entry.label.zh != entry.id != entry.label.en and entry.cite for entry in made)
    assert {cite.source for entry in made for cite in entry.cite} == {"town-rules"} == set(pack.sources)


def test_its_files_fit_the_schemas_that_their_first_lines_name(tmp_path: Path) -> None:
    for file in new_pack("town/north", tmp_path):
        if file.suffix != ".yaml":
            continue
        text = file.read_text(encoding="utf-8")
        schema = (file.parent / text.splitlines()[0].partition("$schema=")[2]).resolve()
        assert schema.parent == tmp_path.resolve() / ".schemas"
        said = yaml.load(text, yaml.BaseLoader)
        assert [*Draft202012Validator(file_schema(schema.stem)).iter_errors(said)] == []


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    kept = tmp_path / "town" / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("mine", encoding="utf-8")
    done = run("new", "town", "--path", str(tmp_path))
    assert done.exit_code == 2 and "town: this is there already. Give the pack another name" in done.stderr
    assert [file.name for file in kept.parent.iterdir()] == ["notes.txt"] and kept.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "extends", "says"),
    [
        ("../town", None, "is not the name of a pack"),
        ("Town", None, "is not the name of a pack"),
        ("/town", None, "is not the name of a pack"),
        ("town/cases", None, "a folder called cases is never a pack"),
        ("cn/national", None, "there is a pack cn/national already; Call yours cn/national/…".replace("; ", ". ")),
        ("town", "cn/nowhere", "there is no pack 'cn/nowhere'"),
    ],
)
def test_names_that_no_pack_can_have_are_refused(name: str, extends: str | None, says: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    with pytest.raises(PackError) as refused:
        new_pack(name, rules, extends)
    assert says in str(refused.value)
    assert [*tmp_path.rglob("*")] == []


def test_a_clash_with_the_wider_pack_leaves_nothing_behind(tmp_path: Path) -> None:
    new_pack("town", tmp_path)
    there = sorted(tmp_path.rglob("*"))
    with pytest.raises(
        PackError, match=r"town has hardship_line, recorded_income, .* already, which the skeleton would"
    ):
        new_pack("north/east/ward", tmp_path, "town")
    assert sorted(tmp_path.rglob("*")) == there


def test_what_clashes_once_it_is_written_leaves_nothing_behind(tmp_path: Path) -> None:
    document = "{zh: 办法, en: Rules, issuer: Ward, date: 2019-01-01}"
    (tmp_path / "sources.yaml").write_text(f"north-east-ward-rules: {document}\n", encoding="utf-8")
    with pytest.raises(PackError, match="north-east-ward-rules"):
        new_pack("north/east/ward", tmp_path)
    assert [file.name for file in tmp_path.rglob("*")] == ["sources.yaml"]


def test_a_pack_about_something_else_is_extended_by_hand(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    said = "pack: shop\nsubject: {name: workshop, zh: 车间, en: workshop}\n"
    (tmp_path / "shop" / "pack.yaml").write_text(said, encoding="utf-8")
    with pytest.raises(PackError) as refused:
        new_pack("shop/north", tmp_path)
    assert str(refused.value) == (
        "shop/north: shop is about each workshop, and the skeleton is about households. "
        "Write shop/north/pack.yaml by hand, or say --extends none for a pack about households"
    )
    assert new_pack("shop/north", tmp_path, "none")


def test_schemas_that_cannot_be_written_leave_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / ".schemas" / "case.json"
    taken.mkdir(parents=True)
    with pytest.raises(OSError, match=r"case\.json"):
        new_pack("north/ward", tmp_path)
    assert not (tmp_path / "north").exists() and taken.is_dir()


def test_a_file_is_no_folder_of_packs(tmp_path: Path) -> None:
    file = tmp_path / "rules"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(PackError, match="this is not a folder; expected a folder with rule packs"):
        new_pack("town", file)
    assert file.read_text(encoding="utf-8") == "mine"


def test_amounts_are_in_the_currency_of_the_wider_pack(tmp_path: Path) -> None:
    wide = tmp_path / "isle" / "pack.yaml"
    wide.parent.mkdir()
    wide.write_text("pack: isle\ncurrency: EUR\nin_force: {from: 2026-08-01}\n", encoding="utf-8")
    new_pack("isle/port", tmp_path)
    pack = load("isle/port", path=tmp_path)
    assert str(pack.parameters["hardship_line"].model.unit) == "EUR/person/month"
    (file,) = (file for _, file in find_cases(tmp_path))
    assert [text for case in read_cases(file) for text in differences(case, "isle/port", path=tmp_path)] == []
