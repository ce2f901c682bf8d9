"""One household under several packs: each decides by the facts that it has, and says which it does not."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import aidrules
from aidrules.cli import main
from aidrules.errors import DecisionError, FactsError
from aidrules.language.pack import Pack

ON = date(2025, 6, 15)
PLACES = {
    "north": ("600", "  household:\n    stove: {type: bool, zh: 有火炉, en: has a stove}\n", "household.stove"),
    "south": (
        "500",
        "  member:\n    fisher: {type: bool, zh: 渔民, en: fisher}\n",
        "any(m.fisher for m in household.members)",
    ),
}
FAMILY: dict[str, Any] = {
    "id": "h1",
    "stove": True,
    "members": [{"id": "m1", "fisher": True}, {"id": "m2", "fisher": False}],
}
RULES = """
pack: {name}
extends: none
source: order
zh: {name}救助
en: aid in the {name}
in_force: {{from: 2020-01-01}}
currency: CNY
inputs:
{inputs}
parameters:
  standard: {{unit: CNY/household/month, required: true, zh: 标准, en: standard, cite: 一}}
programmes:
  aid:
    zh: 救助
    en: aid
    payment: {{every: month, payee: household}}
    cite: 一
    rules:
      entitled: {{kind: eligibility, zh: 条件, en: entitled, cite: 一, when: {when}}}
      paid: {{kind: amount, zh: 金额, en: amount, cite: 一, amount: standard}}
  {name}_only:
    zh: 仅此一处
    en: only here
    cite: 一
    rules:
      entitled: {{kind: eligibility, zh: 条件, en: entitled, cite: 一, when: {when}}}
"""
SOURCES = "order: {zh: 办法, en: order, issuer: nobody, date: undated}\n"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    for name, (_, inputs, when) in PLACES.items():
        (folder / name).mkdir()
        (folder / name / "pack.yaml").write_text(RULES.format(name=name, inputs=inputs, when=when), encoding="utf-8")
    (folder / "east").mkdir()
    alike = (folder / "north" / "pack.yaml").read_text(encoding="utf-8")
    other = alike.replace("pack: north", "pack: east").replace("  aid:", "  help:").replace("north_only", "east_only")
    (folder / "east" / "pack.yaml").write_text(other, encoding="utf-8")
    village = alike.replace("pack: north", "pack: village\nsubject: {name: village, zh: 村, en: village}")
    village = village.replace("household:\n    stove", "village:\n    stove").replace(
        "household.stove", "village.stove"
    )
    village = village.replace("household", "village").replace("north", "village")
    (folder / "village").mkdir()
    (folder / "village" / "pack.yaml").write_text(village, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def packs(path: Path) -> list[Pack]:
    return [
        aidrules.load(name, path=path).with_parameters({"standard": standard})
        for name, (standard, _, _) in PLACES.items()
    ]


def test_each_decides_by_its_own_facts(packs: list[Pack]) -> None:
    north, south = aidrules.across(json.dumps(FAMILY), packs, on=ON)
    assert [str(each.decision.outcomes["aid"].monthly) for each in (north, south)] == ["600.00", "500.00"]
    assert north.left_out == ("members[0].fisher", "members[1].fisher") and south.left_out == ("stove",)
    assert north.pack is packs[0]
    alone = packs[0].Household.model_validate({"id": "h1", "stove": True, "members": [{"id": "m1"}, {"id": "m2"}]})
    assert north.decision.to_dict() == aidrules.decide(alone, packs[0], on=ON).to_dict()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"oven": True}, "oven: no pack asks for this. Correct its name, or name a pack that asks for it."),
        ({"stove": "yes"}, "stove: north: "),
        ({"members": {"id": "m1"}}, "members: "),
        ({"members": [7]}, "members[0]: "),
        ({"assets": []}, "assets: "),
    ],
)
def test_what_fits_no_pack_is_refused(packs: list[Pack], change: dict[str, Any], says: str) -> None:
    with pytest.raises(FactsError) as refused:
        aidrules.across(json.dumps({**FAMILY, **change}), packs, on=ON)
    assert str(refused.value).startswith(says)


def test_many_facts_that_fit_no_pack_are_counted(packs: list[Pack]) -> None:
    with pytest.raises(FactsError) as refused:
        aidrules.across(json.dumps({**FAMILY, **{f"k{n}": 1 for n in range(50)}}), packs, on=ON)
    said = [problem.found for problem in refused.value.problems]
    assert len(said) == 21 and said[-1] == "30 more that no pack asks for"


@pytest.mark.parametrize("text", ["[]", "{", "7", '{"id": "a", "id": "b"}', "[" * 100_000])
def test_what_is_no_household_is_refused(packs: list[Pack], text: str) -> None:
    with pytest.raises(FactsError):
        aidrules.across(text, packs, on=ON)


def test_no_pack_is_refused() -> None:
    with pytest.raises(DecisionError, match="there is nothing to decide by"):
        aidrules.across("{}", [], on=ON)


def test_what_is_no_text_and_no_pack_is_refused(packs: list[Pack]) -> None:
    with pytest.raises(FactsError, match="found a dict; expected the JSON text of it"):
        aidrules.across(FAMILY, packs, on=ON)  # type: ignore[arg-type]
    with pytest.raises(DecisionError, match=r"Load it: aidrules\.load"):
        aidrules.across(json.dumps(FAMILY), ["north"], on=ON)  # type: ignore[list-item]
    with pytest.raises(DecisionError, match=r"found a text; expected a list of packs. Load each by its name"):
        aidrules.across(json.dumps(FAMILY), "north", on=ON)  # type: ignore[arg-type]


def test_packs_about_different_things_are_refused(path: Path, packs: list[Pack]) -> None:
    village = aidrules.load("village", path=path)
    with pytest.raises(DecisionError, match="the packs are about household and village"):
        aidrules.across(json.dumps(FAMILY), [*packs, village], on=ON)
    (found,) = aidrules.across('{"stove": true}', [village.with_parameters({"standard": 5})], on=ON)
    assert str(found.decision.outcomes["aid"].monthly) == "5.00"


def run(path: Path, tmp_path: Path, *args: str) -> Result:
    file = tmp_path / "household.json"
    file.write_text(json.dumps(FAMILY), encoding="utf-8")
    rules = ["--path", str(path), "--on", str(ON), "--lang", "en"]
    return CliRunner().invoke(main, ["compare", str(file), *rules, *args])


def test_the_command_shows_them_side_by_side(path: Path, tmp_path: Path) -> None:
    done = run(path, tmp_path, "--packs", "north,south", "--set", "standard=600")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("600.00 yuan") == 2 and "only here" not in done.stdout
    assert done.stdout.endswith(
        "aid in the north: left out, being no facts of these rules: members.fisher\n"
        "aid in the south: left out, being no facts of these rules: stove\n"
    )


def test_the_command_counts_what_is_missing(path: Path, tmp_path: Path) -> None:
    done = run(path, tmp_path, "--packs", "north", "--packs", "south", "--programme", "aid")
    assert done.exit_code == 3 and done.stdout.count("│ 1       │") == 2


def test_the_command_lays_overlays_over_one_of_them(path: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(
        "overlay: mine\npack: north\nsource: order\nparameters:\n  standard:\n    values:\n      - is: 700\n"
    )
    variants = run(path, tmp_path, "--packs", f"north,north+{overlay},south")
    assert "│ aid in the north: north " in variants.stdout and f"+{overlay}" in re.sub(r"[│\s]+", "", variants.stdout)
    done = run(path, tmp_path, "--packs", f"north+{overlay},south", "--format", "json")
    assert done.exit_code == 3
    said = json.loads(done.stdout)
    assert [each["outcomes"]["aid"]["monthly"] for each in said["packs"]] == ["700.00", None]
    assert [each["pack"]["id"] for each in said["packs"]] == ["north", "south"]
    assert [each["left_out"] for each in said["packs"]] == [["members[0].fisher", "members[1].fisher"], ["stove"]]
    assert "standard" in [one["input"] for one in said["packs"][1]["missing"]]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--packs", "north,south", "--set", "height=3"], "none of the packs has a parameter 'height'"),
        (["--packs", "north,south", "--programme", "care"], "none of the packs has a programme 'care'"),
        (["--packs", "north,west"], "there is no pack 'west'"),
        (["--packs", "north,"], "a name is empty; give packs with commas between them"),
        ([], "Missing option '--packs'"),
    ],
)
def test_the_command_refuses_with_a_sentence(path: Path, tmp_path: Path, args: list[str], says: str) -> None:
    done = run(path, tmp_path, *args)
    assert done.exit_code == 2 and says in done.stderr


def test_a_programme_of_one_of_them_is_shown_where_it_is_asked_for(path: Path, tmp_path: Path) -> None:
    done = run(path, tmp_path, "--packs", "north,south", "--programme", "south_only", "--set", "standard=1")
    assert done.exit_code == 0 and "only here" in done.stdout and "aid in the south │" in done.stdout


def test_nothing_in_common_is_said(path: Path, tmp_path: Path) -> None:
    done = run(path, tmp_path, "--packs", "south,east", "--set", "standard=2")
    assert done.exit_code == 0
    assert done.stdout.startswith("These rules have no programme in common. Choose with --programme.\n")
