"""Whatever readers may be told of by its id has a label in both languages, in every shipped pack."""

from __future__ import annotations

import re
from datetime import date

import pytest

import aidrules
from aidrules.decision.names import names_of
from aidrules.language.fields import Label
from shipped_packs import RULES, names

ON = date(2025, 6, 30)
CHINESE = re.compile("[\u4e00-\u9fff]|^[A-Z0-9.]+$")
"""Grades such as A are Chinese usage too."""


@pytest.mark.parametrize("name", names())
def test_keys_options_and_steps_have_labels(name: str) -> None:
    pack = aidrules.load(name, path=RULES)
    compiled = pack.on(ON)
    called = names_of(compiled)
    labels: dict[str, Label | None] = {}
    for parameter, declared in pack.parameters.items():
        for axis in declared.model.keys:
            labels |= {f"{parameter}[{key}]": called._key_label(key, frozenset(axis)) for key in axis}
    for definition in compiled.definitions.values():
        if definition.type.name == "enum" and not definition.name.endswith(".outcome"):
            for option in definition.type.options:
                labels[f"{definition.name} = {option}"] = called.option(definition.type.options, option)
    for rule in compiled.rules.values():
        for step in rule.parts if "stands_at" in rule.roles else ():
            labels[f"{rule.id} at {step.id}"] = called.named(step.id)
    assert [name for name, label in labels.items() if label is None or not CHINESE.search(label.zh)] == []
