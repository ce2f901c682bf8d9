"""Members who refer to others: who cares for whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aidrules.errors import FactsError, PackError
from borough import compiled, pack_of, problems_of, run

CARE = """
inputs:
  member:
    ill: {type: bool}
    cares_for: {refers_to: member, many: true}
    guardian: {refers_to: member}
  household:
    spokespersons: {refers_to: member, many: true}
    visits: {list: visit, fields: {to: {refers_to: member}, long: {type: bool}}}
definitions:
  carer: {each: member, value: any(p.ill for p in member.cares_for)}
  cared_for: {each: member, value: count(member.cares_for)}
  cared_by: {each: member, value: any(any(p.id == member.id for p in c.cares_for) for c in members)}
  old_and_caring: {value: "any(age(c.birth_date, on) >= 60 and any(p.ill for p in c.cares_for) for c in members)"}
  guarded_by_ill: {each: member, value: any(g.ill and g.id == member.guardian for g in members)}
  speakers: {value: "[m for m in household.spokespersons if not m.ill]"}
  speaking: {value: count(speakers)}
  is_speaker: {each: member, value: any(s.id == member.id for s in speakers)}
  long_visits: {each: member, value: count(v for v in household.visits if v.to == member.id and v.long)}
  second_hand: {each: member, value: any(any(q.ill for q in p.cares_for) for p in member.cares_for)}
"""


def family(*members: dict[str, Any], **facts: Any) -> Any:
    return {"members": list(members), **facts}


def found(tmp_path: Path, name: str, *members: dict[str, Any], **facts: Any) -> list[object]:
    rules = compiled(tmp_path, CARE)
    made = run(rules, **family(*members, **facts))
    if not rules.definitions[name].owner:
        return [made.value(name)]
    return [made.value(name, index) for index in range(len(members))]


OLD: dict[str, Any] = {"birth_date": "1950-01-01", "ill": False, "cares_for": ["m2"]}
ILL: dict[str, Any] = {"birth_date": "1980-01-01", "ill": True, "cares_for": []}
CHILD: dict[str, Any] = {"birth_date": "2015-01-01", "ill": False, "cares_for": []}


def test_who_cares_for_whom(tmp_path: Path) -> None:
    assert found(tmp_path, "carer", OLD, ILL, CHILD) == [True, False, False]
    assert found(tmp_path, "cared_for", {**OLD, "cares_for": ["m2", "m3"]}, ILL, CHILD) == [2, 0, 0]
    assert found(tmp_path, "cared_by", OLD, ILL, CHILD) == [False, True, False]
    assert found(tmp_path, "old_and_caring", OLD, ILL) == [True]
    assert found(tmp_path, "old_and_caring", {**OLD, "cares_for": ["m3"]}, ILL, CHILD) == [False]


def test_through_another(tmp_path: Path) -> None:
    assert found(tmp_path, "second_hand", {**CHILD, "cares_for": ["m2"]}, {**OLD, "cares_for": ["m3"]}, ILL) == [
        True,
        False,
        False,
    ]


def test_what_is_not_known_of_it_stays_open(tmp_path: Path) -> None:
    unknown = {**OLD, "cares_for": None}
    assert found(tmp_path, "carer", unknown, ILL) == [None, False]
    assert found(tmp_path, "carer", unknown, CHILD) == [False, False]  # nobody is ill
    assert found(tmp_path, "carer", OLD, {**ILL, "ill": None}) == [None, False]


def test_one_member_by_id(tmp_path: Path) -> None:
    assert found(tmp_path, "guarded_by_ill", {**CHILD, "guardian": "m2"}, ILL) == [True, None]


def test_a_households_own_list_of_members_can_be_named(tmp_path: Path) -> None:
    assert found(tmp_path, "speaking", OLD, ILL, spokespersons=["m1", "m2"]) == [1]
    assert found(tmp_path, "is_speaker", OLD, ILL, spokespersons=["m1", "m2"]) == [True, False]


def test_an_item_may_name_a_member(tmp_path: Path) -> None:
    visits = [{"to": "m1", "long": True}, {"to": "m2", "long": True}, {"to": "m1", "long": False}]
    assert found(tmp_path, "long_visits", OLD, ILL, visits=visits) == [1, 1]


def test_json_takes_ids_and_comes_back(tmp_path: Path) -> None:
    model = pack_of(tmp_path, CARE).Household
    text = json.dumps({"members": [{"id": "a", "cares_for": ["b"]}, {"id": "b", "cares_for": [{"id": "a"}]}]})
    household = model.model_validate_json(text)
    assert model.model_validate_json(household.model_dump_json()) == household
    assert model.from_text(json.loads(text)) == household
    assert {"type": "string", "pattern": "^[A-Za-z0-9_.:\\-]{1,64}$"} in _schemas(model.model_json_schema())


def _schemas(node: Any) -> list[Any]:
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [node, *(inner for item in below for inner in _schemas(item))]


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        (family({"id": "a", "cares_for": ["b"]}), "members[0].cares_for[0].id: there is no member 'b'"),
        (family({"id": "a", "guardian": "c"}), "members[0].guardian: there is no member 'c'"),
        (family({"id": "a"}, spokespersons=["d"]), "spokespersons[0].id: there is no member 'd'"),
        (family({"id": "a"}, visits=[{"to": "e"}]), "visits[0].to: there is no member 'e'"),
        (family({"id": "a", "cares_for": [5]}), "members[0].cares_for[0]"),
    ],
)
def test_who_is_named_is_a_member(tmp_path: Path, facts: Any, where: str) -> None:
    with pytest.raises(FactsError) as error:
        pack_of(tmp_path, CARE).Household.model_validate(facts)
    assert where in problems_of(error)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{refers_to: member, many: true}", "{refers_to: office, many: true}", "refers_to"),
        ("ill: {type: bool}", "ill: {type: bool, many: true}", "many: belongs to refers_to: member"),
        ("{refers_to: member}\n", "{refers_to: member, type: text}\n", "type: beside refers_to:"),
        ("{each: member, value: count(", "{each: member.cares_for, value: count(", "is who is referred to"),
        (
            '{value: "[m for m in household.spokespersons if not m.ill]"}',
            '{each: member, value: "[m for m in member.cares_for if not m.ill]"}',
            "a list of members for each member has no name",
        ),
    ],
)
def test_relations_that_cannot_be(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in CARE
    with pytest.raises(PackError) as error:
        compiled(tmp_path, CARE.replace(old, new, 1))
    assert message in problems_of(error)
