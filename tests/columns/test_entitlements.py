"""Services and rights in columns: those of a decision, by programme and person, as many as there are."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

from points import differing

from aidrules import simulate
from aidrules.frames import from_households
from borough import ON, pack_of

MANY = "\n".join(
    f"      right_{place}: {{kind: entitlement, each: member, when: member.disability.grade == {place % 5}}}"
    for place in range(65)
)
RIGHTS = f"""
programmes:
  aid:
    rules:
      asked: {{kind: eligibility, when: case.urgent}}
      advice: {{kind: entitlement}}
      bills: {{kind: entitlement, each: member.episodes, when: episode.kind == inpatient}}
      storage: {{kind: entitlement, each: household.expenses, when: expense.verified > 100 * CNY / month}}
{MANY}
  care:
    subject: member
    rules:
      ill: {{kind: eligibility, when: member.illness.serious}}
      nurse: {{kind: entitlement, when: member.disability.grade >= 1}}
      lift: {{kind: entitlement, each: member.episodes, when: episode.kind == inpatient}}
  money:
    rules:
      asked: {{kind: eligibility, when: case.urgent}}
"""
MEMBERS: list[dict[str, Any]] = [
    {"id": "a", "illness": {"serious": True}, "disability": {"grade": 3}, "episodes": [{"kind": "inpatient"}, {}]},
    {"id": "b", "illness": {"serious": True}, "episodes": []},
    {"id": "c", "disability": {"grade": 0}, "episodes": [{}]},
    {"id": "d", "illness": {"serious": False}, "disability": {"grade": 4}, "episodes": []},
]


def test_services_and_rights_are_those_of_the_decision(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, RIGHTS)
    given = [
        {"case": {} if urgent is None else {"urgent": urgent}, "members": members, **expenses}
        for urgent, members, expenses in product(
            (True, False, None),
            (MEMBERS[:1], MEMBERS[1:2], MEMBERS[2:], MEMBERS, [*MEMBERS, {"id": "e"}]),
            ({}, {"expenses": []}, {"expenses": [{"kind": "other", "verified": 200}, {"kind": "other"}]}),
        )
    ]
    households = [pack.Household.model_validate({"id": f"h{n}", **one}) for n, one in enumerate(given)]
    assert differing(pack, households, ON) == []
    frame = simulate(from_households(households, pack), pack, on=ON, entitlements=True).frame
    row = next(
        row for row, facts in zip(frame.iter_rows(named=True), given, strict=True) if facts["members"] == MEMBERS
    )
    assert row["aid.entitlements"].split()[:2] == ["aid.advice", "aid.bills"]
    assert {f"aid.right_{place}" for place in (3, 4, 63, 64)} <= set(row["aid.entitlements"].split())
    assert {f"aid.right_{place}" for place in range(65)} == set(row["aid.entitlements_open"].split()) - {"aid.bills"}
    persons = {person["id"]: person for person in row["care.persons"]}
    assert persons["a"]["entitlements"] == "care.nurse care.lift"
    assert persons["b"]["entitlements_open"] == "care.nurse"
    assert not {name for name in frame.columns if "entitlements" in name and name.startswith(("care.", "money."))}


def test_nobody_is_told_of_services_without_asking(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, RIGHTS)
    one = pack.Household.model_validate({"case": {"urgent": True}, "members": MEMBERS})
    frame = simulate(from_households([one], pack), pack, on=ON).frame
    assert not [name for name in frame.columns if "entitlements" in name]
    assert "aid.persons" not in frame.columns
