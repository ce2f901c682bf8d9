"""The language reference keeps up with the language: every field, function, unit, result and outcome is in it."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from pages import prose, sections

from aidrules.decision.forms import Status
from aidrules.engine.results import RESULTS
from aidrules.facts.declared import Input
from aidrules.kinds import KINDS
from aidrules.kinds.base import ConditionModel, PayingModel, RuleModel
from aidrules.language import models
from aidrules.language.declared import ParameterModel
from aidrules.language.expressions import FUNCTION_NAMES
from aidrules.language.notices import NoticeModel
from aidrules.language.statements import SECTIONS
from aidrules.language.units import BASE
from aidrules.language.values import ValueModel
from aidrules.testing import cases

PAGE = "docs/language.md"
COMMON = {"zh", "en", "cite"}


def fields(model: type) -> set[str]:
    """The keys of a model as rule files write them, without those that everything has."""
    return {info.alias or name for name, info in model.model_fields.items()} - COMMON  # type: ignore[attr-defined]


def named(text: str) -> set[str]:
    """Everything that stands between backticks, and the keys `key:` among it without their colon."""
    return {found.removesuffix(":") for found in re.findall(r"`([^`]+)`", text)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_stands_in_its_section(kind: str) -> None:
    shared = fields(RuleModel) | fields(ConditionModel) | fields(PayingModel)
    own = fields(KINDS[kind].model) - shared
    section = sections(PAGE, 3)[f"`{kind}`"]
    assert own <= named(section)


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("Files and packs", models.FileHeader),
        ("Facts and inputs", Input),
        ("Parameters", ParameterModel),
        ("Parameters", ValueModel),
        ("Definitions", models.DefinitionModel),
        ("Findings", models.FindingModel),
        ("Layers, overrides and overlays", models.OverlayHeader),
        ("Programmes", models.ProgrammeModel),
        ("Programmes", models.Payment),
        ("Notices", NoticeModel),
        ("Fields of every kind", RuleModel),
        ("Fields of every kind", ConditionModel),
        ("Fields of every kind", PayingModel),
    ],
)
def test_every_field_stands_in_its_section(heading: str, model: type) -> None:
    found = {**sections(PAGE, 2), **sections(PAGE, 3)}
    assert fields(model) <= named(found[heading])


def test_every_function_unit_result_and_outcome_is_named() -> None:
    words = named("\n".join(prose(PAGE)))
    functions = {found.partition("(")[0] for found in words if "(" in found}
    assert functions >= FUNCTION_NAMES
    assert words >= set(BASE)
    assert {found.partition(".")[2] for found in words if found.startswith("relief.")} >= set(RESULTS)
    assert words >= set(get_args(Status))
    assert words >= set(SECTIONS)


def test_every_key_of_a_case_is_named() -> None:
    assert named(sections(PAGE, 2)["Cases"]) >= cases._FILE_KEYS | cases._CASE_KEYS | cases._EXPECT_KEYS - COMMON
