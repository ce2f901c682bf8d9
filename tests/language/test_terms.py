"""Terms: what readers call offices, roles and services."""

from __future__ import annotations

import pytest
from arcadia import Write

from aidrules import load
from aidrules.errors import PackError
from aidrules.language.fields import Label

WIDE = """
    pack: realm
    source: act
    terms:
      council: {zh: 议会, en: the council}
      guild: {zh: 行会, en: the guild}
"""
NARROW = """
    pack: realm/town
    source: act
    terms:
      elder: {zh: 长老, en: the elder}
    overrides:
      terms:
        guild: {zh: 镇行会, en: the town's guild}
"""


def test_terms_are_inherited_added_and_changed(write: Write) -> None:
    root = write({"realm/pack.yaml": WIDE, "realm/town/pack.yaml": NARROW})
    assert load("realm/town", path=root).terms == {
        "council": Label("议会", "the council"),
        "guild": Label("镇行会", "the town's guild"),
        "elder": Label("长老", "the elder"),
    }


def test_a_term_is_a_name_in_two_languages_and_nothing_else(write: Write) -> None:
    root = write({"realm/pack.yaml": WIDE.replace("zh: 议会,", "zh: 议会, role: x,")})
    with pytest.raises(PackError, match=r"pack\.yaml:5:.*council: unknown key 'role'"):
        load("realm", path=root)


FINDING = """
    pack: realm
    source: act
    findings:
      level: {about: household, type: [low, high], options_zh: [低, 高], options_en: [low, big], zh: 等级, en: level}
"""


def test_options_of_a_finding_have_labels(write: Write) -> None:
    pack = load("realm", path=write({"realm/pack.yaml": FINDING}))
    level = pack.schema.fields["findings.level"]
    assert (level.options_zh, level.options_en) == (("低", "高"), ("low", "big"))


def test_options_without_english_labels_are_said_as_words(write: Write) -> None:
    written = FINDING.replace("[low, high]", "[low, very_high]").replace(", options_en: [low, big]", "")
    pack = load("realm", path=write({"realm/pack.yaml": written}))
    assert pack.schema.fields["findings.level"].options_en == ("low", "very high")


@pytest.mark.parametrize(
    ("key", "labels", "fewer"), [("options_zh", "[低, 高]", "[低]"), ("options_en", "[low, big]", "[low]")]
)
def test_labels_of_options_are_as_many_as_the_options(write: Write, key: str, labels: str, fewer: str) -> None:
    root = write({"realm/pack.yaml": FINDING.replace(labels, fewer)})
    with pytest.raises(PackError, match=f"level: {key}: does not fit; expected one label for each option"):
        load("realm", path=root)


@pytest.mark.parametrize("labels", ["[low, low]", "[low, '']", "[low, ' ']"])
def test_labels_of_options_tell_them_apart(write: Write, labels: str) -> None:
    root = write({"realm/pack.yaml": FINDING.replace("[low, big]", labels)})
    with pytest.raises(
        PackError, match=r"level: options_en: labels that are empty or the same; expected labels that tell"
    ):
        load("realm", path=root)
