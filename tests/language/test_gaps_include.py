"""Packs that take in others beside the one that they extend."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from arcadia import Write

from aidrules import load
from aidrules.errors import PackError
from borough import problems_of

COUNTRY = "pack: land\nsource: act\ndefinitions: {line: {value: 700 * CNY / month, unit: CNY/person/month}}\n"
TOPIC = """
pack: topics/funerals
source: act
programmes: {funerals: {rules: {grant: {kind: amount, amount: 800 * CNY, cite: '3'}}}}
"""
TOWN = """
pack: land/town
source: act
include: topics/funerals
programmes: {coal: {rules: {sum: {kind: amount, amount: line * 1 * month * count(members)}}}}
overrides: {programmes: {funerals: {rules: {grant: {amount: 900 * CNY, cite: '4'}}}}}
"""


def amounts(pack: Any) -> list[object]:
    rules = pack.on(date(2025, 1, 1))
    found = rules.run(pack.Household.model_validate({"members": [{"id": "a"}]}), date(2025, 1, 1))
    return [found.value("coal.sum"), found.value("funerals.grant")]


def test_what_is_included_can_be_read_and_overridden(write: Write) -> None:
    root = write({"land/p.yaml": COUNTRY, "topics/funerals/p.yaml": TOPIC, "land/town/p.yaml": TOWN})
    pack = load("land/town", path=root)
    assert pack.layers == ("land", "topics/funerals", "land/town")
    assert amounts(pack) == [700, 900]
    (wider,) = pack.programmes["funerals"].rules["grant"].overrode
    assert (wider.pack, [cite.clause for cite in wider.cite]) == ("topics/funerals", ["3"])


def test_what_is_included_brings_what_it_rests_on_once(write: Write) -> None:
    topic = TOPIC.replace("source: act", "source: act\nextends: land")
    root = write({"land/p.yaml": COUNTRY, "topics/funerals/p.yaml": topic, "land/town/p.yaml": TOWN})
    assert load("land/town", path=root).layers == ("land", "topics/funerals", "land/town")


def test_several_are_listed(write: Write) -> None:
    other = TOPIC.replace("funerals", "weddings")
    town = TOWN.replace("include: topics/funerals", "include: [topics/weddings, topics/funerals]")
    files = {"topics/funerals/p.yaml": TOPIC, "topics/weddings/p.yaml": other, "land/town/p.yaml": town}
    root = write({"land/p.yaml": COUNTRY, **files})
    assert load("land/town", path=root).layers == ("land", "topics/weddings", "topics/funerals", "land/town")


def test_the_digest_is_of_what_is_included_too(write: Write) -> None:
    root = write({"land/p.yaml": COUNTRY, "topics/funerals/p.yaml": TOPIC, "land/town/p.yaml": TOWN})
    digest = load("land/town", path=root).digest
    write({"topics/funerals/p.yaml": TOPIC.replace("800", "801")})
    assert load("land/town", path=root).digest != digest


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        (TOPIC.replace("source: act", "source: act\ninclude: land/town"), "in a circle: land/town -> topics/funerals"),
        (TOPIC.replace("source: act", "source: act\ninclude: land/tawn"), "include: there is no pack 'land/tawn'"),
        (TOPIC + "definitions: {line: {value: 3}}\n", "line clashes with land"),
    ],
)
def test_what_cannot_be_included(write: Write, topic: str, found: str) -> None:
    root = write({"land/p.yaml": COUNTRY, "topics/funerals/p.yaml": topic, "land/town/p.yaml": TOWN})
    with pytest.raises(PackError) as error:
        load("land/town", path=root)
    assert found in problems_of(error)
    assert "topics/funerals/p.yaml:" in problems_of(error)
