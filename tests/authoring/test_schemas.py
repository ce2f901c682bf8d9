"""The schemas for editors: every file that is shipped fits them, wrong files do not, and the loader says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from aidrules import load
from aidrules.authoring.schemas import FILES, FOLDER, file_schema, first_line, schema_text, write_schemas
from aidrules.cli import main
from aidrules.errors import PackError
from aidrules.kinds import KINDS
from aidrules.language.statements import SECTIONS
from aidrules.language.yaml import read_text
from aidrules.show.keys import has_label
from aidrules.testing import cases

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
REGISTERS = {"clauses", "thresholds"}
"""Folders of files that are neither packs nor beside one."""
FOLDERS = [RULES, ROOT / "tests" / "packs"]
VALIDATORS = {kind: Draft202012Validator(file_schema(kind)) for kind in FILES}


class Editor(yaml.SafeLoader):
    """Reads scalars as an editor does, by the core schema of YAML 1.2: no dates, no yes and no."""


Editor.yaml_implicit_resolvers = {}
for tag, form, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{form})$"), list(first))


def kind_of(file: Path) -> str:
    if file.name == "sources.yaml":
        return "sources"
    return {"cases": "case", "overlays": "overlay"}.get(file.parent.name, "pack")


def files() -> list[Path]:
    found = [file for folder in FOLDERS for file in sorted(folder.glob("**/*.yaml"))]
    return [file for file in found if file.parent.name not in REGISTERS]


def wrong(kind: str, said: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATORS[kind].iter_errors(said)]


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_shipped_file_fits_as_an_editor_and_as_the_loader_reads_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert wrong(kind_of(file), yaml.load(text, Editor)) == []
    assert wrong(kind_of(file), read_text(text, file.name).plain()) == []


@pytest.mark.parametrize("kind", FILES)
def test_the_schemas_are_schemas_with_both_languages(kind: str) -> None:
    schema = file_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    said = [*_descriptions(schema)]
    assert kind == "sources" or len(said) > 10
    assert all(re.search("[一-鿿].* / [a-zA-Z\\[]", text) for text in said if " / " in text)


def _descriptions(schema: Any) -> list[str]:
    below = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    own = [schema["description"]] if isinstance(schema, dict) and isinstance(schema.get("description"), str) else []
    return own + [text for item in below for text in _descriptions(item)]


@pytest.mark.parametrize("kind", FILES)
def test_every_key_is_called_something_in_both_languages(kind: str) -> None:
    assert [key for key in _keys(file_schema(kind)) if not has_label(key)] == []


def _keys(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {key for item in schema for key in _keys(item)}
    if not isinstance(schema, dict):
        return set()
    named = schema.get("properties", {})
    named = named if isinstance(named, dict) else {}
    return (set(named) - set(KINDS)) | {key for item in schema.values() for key in _keys(item)}


PACK = """
pack: town
source: act
currency: CNY
in_force: {from: 2020-01-01}
inputs:
  member:
    trade: {type: [smith, baker], zh: 行业, en: trade}
parameters:
  line: {unit: CNY/person/month, zh: 标准, en: line, cite: art 2, values: [{from: 2020-01-01, is: 500}]}
definitions:
  need:
    unit: CNY/person/month
    value: line * 2
    zh: 需要
    en: need
findings:
  hardship: {about: household, type: bool, who: [office], if_absent: "false", zh: 困难, en: hardship}
terms:
  office: {zh: 民政办, en: the office}
programmes:
  aid:
    payment: {starts: next_month}
    rules:
      poor:
        kind: eligibility
        when: need < line
        reading: {zh: 不含本数, en: not on the line}
      answer: {kind: deadline, from: case.accepted_on, within: 30 working_day, until: case.decided_on}
      pay: {kind: amount, amount: 10 * CNY, round: {to: 0.01, mode: half_up}}
      exclusion:
        rich: {when: need > 3 * line}
"""
SOURCES = "act: {zh: 法, en: Act, issuer: Town, date: 2020-01-01}\n"

PACK_MISTAKES = [
    ("unknown section", "currency: CNY", "currency: CNY\nparametres: {}"),
    ("unknown key of the header", "source: act", "source: act\ntitle: Town"),
    ("a missing pack", "pack: town\n", ""),
    ("a list for a text", "zh: 需要", "zh: [需要]"),
    ("a key that a rule does not have", "when: need > 3 * line", "when: need > 3 * line, grants: {}"),
    ("a kind that there is not", "kind: deadline", "kind: deadlines"),
    ("a rule without a kind", "kind: amount, ", ""),
    ("a missing key of a rule", "within: 30 working_day, ", ""),
    ("a wrong word", "starts: next_month", "starts: next_year"),
    ("a wrong way of rounding", "mode: half_up", "mode: half_even"),
    ("a number that is not one", "to: 0.01", "to: cents"),
    ("a date that is not one", "in_force: {from: 2020-01-01}", "in_force: {from: 2020}"),
    ("a value without a body", "    value: line * 2\n", ""),
    ("two bodies", "    zh: 需要", "    start: line\n    zh: 需要"),
    ("a parameter without values", ", values: [{from: 2020-01-01, is: 500}]", ""),
    ("an id in capitals", "  line: {", "  Line: {"),
    ("an id that is a word of the language", "  need:\n", "  class:\n"),
    ("a subject that there is not", "  member:\n", "  person:\n"),
    ("a type that there is not", "type: bool", "type: boolean"),
    ("about nobody", "about: household, ", ""),
    ("a flag that is neither", "    unit: CNY/person/month\n    value: line * 2\n", "    cases: {a: {otherwise: x}}\n"),
    ("a currency that is none", "currency: CNY", "currency: yuan"),
    ("a key of a value", "is: 500}", "is: 500, unit: CNY}"),
    ("a key of a label", "office: {zh: 民政办,", "office: {label: 民政办,"),
    ("an empty expression", "when: need < line", "when: ''"),
    ("a reading of no form", "reading: {zh: 不含本数, en: not on the line}", "reading: none of it"),
    (
        "a switch without options",
        "reading: {zh: 不含本数, en: not on the line}",
        "reading: {default: a, zh: 读, en: read}",
    ),
    ("a key of an override", "findings:\n", "overrides: {section: {}}\nfindings:\n"),
]


def loaded(root: Path, text: str) -> str | None:
    """What the loader says of a pack file; None where it takes it."""
    (root / "town").mkdir(exist_ok=True)
    (root / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (root / "town" / "pack.yaml").write_text(text, encoding="utf-8")
    try:
        load("town", path=root).on(__import__("datetime").date(2025, 1, 1))
    except PackError as error:
        return str(error)
    return None


def test_the_pack_of_the_mistakes_is_right(tmp_path: Path) -> None:
    assert loaded(tmp_path, PACK) is None and wrong("pack", yaml.load(PACK, Editor)) == []


@pytest.mark.parametrize(("old", "new"), [mistake[1:] for mistake in PACK_MISTAKES], ids=[m[0] for m in PACK_MISTAKES])
def test_schema_and_loader_refuse_the_same_mistakes(old: str, new: str, tmp_path: Path) -> None:
    text = PACK.replace(old, new, 1)
    assert text != PACK
    assert loaded(tmp_path, text) is not None
    assert wrong("pack", yaml.load(text, Editor))


Mutation = tuple[str, tuple[Any, ...], Any]


def _mutations(said: Any, path: tuple[Any, ...] = ()) -> list[Mutation]:
    """An unknown key in every mapping, and in the place of every text a list of lists.

    Tables may hold anything; what is no text as the label of a reading, the loader passes over.
    """
    if path[-1:] == ("is",) or path[-2:-1] == ("reading",):
        return []
    found: list[Mutation] = []
    if isinstance(said, dict):
        found.append(("an unknown key", path, {**said, "zz": {"zz": "zz"}}))
        found.extend(item for key, below in said.items() for item in _mutations(below, (*path, key)))
    elif isinstance(said, list):
        found.extend(item for place, below in enumerate(said) for item in _mutations(below, (*path, place)))
    else:
        found.append(("a list of a list", path, [["zz"]]))
    return found


def _with(said: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    head, *rest = path
    if isinstance(said, list):
        return [_with(item, tuple(rest), new) if place == head else item for place, item in enumerate(said)]
    return {key: _with(item, tuple(rest), new) if key == head else item for key, item in said.items()}


def _where(mutation: Mutation) -> str:
    return f"{mutation[0]} at {'.'.join(map(str, mutation[1])) or 'the top'}"


@pytest.mark.parametrize("mutation", _mutations(yaml.load(PACK, Editor)), ids=_where)
def test_schema_and_loader_agree_on_generated_mistakes(mutation: Mutation, tmp_path: Path) -> None:
    said = _with(yaml.load(PACK, Editor), mutation[1], mutation[2])
    refused = loaded(tmp_path, yaml.safe_dump(said, allow_unicode=True, sort_keys=False))
    assert bool(wrong("pack", said)) == bool(refused), (refused, wrong("pack", said))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("overlay", "pack: town\n"),
        ("overlay", "overlay: o\nparameters: {line: {unit: CNY, values: [{is: 1}]}}\n"),
        ("overlay", "overlay: o\ndefinitions: {a: {value: 1}}\n"),
        ("overlay", "overlay: o\nreadings: {Aid: a}\n"),
        ("overlay", "overlay: o\nsources: {act: {zh: 法, en: Act}}\n"),
        ("sources", "act: {zh: 法, en: Act, issuer: Town}\n"),
        ("sources", "act: {zh: 法, en: Act, issuer: Town, date: 2020}\n"),
        ("sources", "act: {zh: 法, en: Act, issuer: Town, date: 2020-01-01, url: x}\n"),
        ("case", "on: 2024-01-01\n"),
        ("case", "on: 2024-01-01\ncases: [{given: {}, expect: {}}]\n"),
        ("case", "on: 2024-01-01\ncases: [{name: a, expect: {outcomes: {aid: eligable}}}]\n"),
        ("case", "on: 2024-01-01\ncases: [{name: a, expect: {outcome: {aid: eligible}}}]\n"),
        ("case", "on: 2024-01-01\ncases: [{name: a, givn: {}, expect: {outcomes: {aid: eligible}}}]\n"),
        ("case", "on: tomorrow\ncases: [{name: a, expect: {outcomes: {aid: eligible}}}]\n"),
    ],
)
def test_wrong_overlays_cases_and_sources_do_not_fit(kind: str, text: str) -> None:
    assert wrong(kind, yaml.load(text, Editor))


def test_the_keys_of_cases_are_those_that_are_read() -> None:
    schema = file_schema("case")["properties"]
    case = schema["cases"]["items"]["properties"]
    assert set(schema) == cases._FILE_KEYS and set(case) == cases._CASE_KEYS
    assert set(case["expect"]["properties"]) == cases._EXPECT_KEYS
    assert set(SECTIONS) < set(file_schema("pack")["properties"])


@pytest.mark.parametrize("kind", FILES)
def test_the_schemas_beside_the_shipped_packs_are_current(kind: str) -> None:
    text = (RULES / FOLDER / f"{kind}.json").read_text(encoding="utf-8")
    assert text == schema_text(kind), "the language has changed: run `aidrules schema --write rules`"


@pytest.mark.parametrize("file", [file for file in files() if file.is_relative_to(RULES)], ids=lambda file: file.stem)
def test_every_shipped_file_names_its_schema_in_its_first_line(file: Path) -> None:
    (line, *_) = file.read_text(encoding="utf-8").splitlines(keepends=True)
    assert line == first_line(kind_of(file), len(file.relative_to(RULES).parts) - 1)
    target = file.parent / line.partition("$schema=")[2].strip()
    assert target.resolve() == (RULES / FOLDER / f"{kind_of(file)}.json").resolve()


def test_the_command_prints_and_writes_schemas(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["schema", "--file", "overlay"])
    assert json.loads(said.output) == file_schema("overlay")
    assert CliRunner().invoke(main, ["schema", "--write", str(tmp_path)]).exit_code == 0
    assert sorted(file.name for file in (tmp_path / ".schemas").iterdir()) == sorted(f"{kind}.json" for kind in FILES)


@pytest.mark.parametrize("arguments", [[], ["cn/national", "--file", "pack"], ["--file", "pack", "--decision"]])
def test_one_schema_is_asked_for_at_a_time(arguments: list[str]) -> None:
    done = CliRunner().invoke(main, ["schema", *arguments])
    assert done.exit_code == 2 and "Give one of PACK, --file and --write" in done.stderr


@pytest.mark.parametrize("link", [".schemas", ".schemas/pack.json"])
def test_schemas_are_not_written_where_a_link_leads(tmp_path: Path, link: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = tmp_path / "rules" / link
    path.parent.mkdir(parents=True)
    path.symlink_to(elsewhere / "pack.json" if link.endswith("json") else elsewhere)
    with pytest.raises(PackError, match="leads out of the folder"):
        write_schemas(tmp_path / "rules")
    assert not list(elsewhere.iterdir())
