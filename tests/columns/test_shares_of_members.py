"""What of a household's benefit falls to each member, and what other programmes make of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from points import differing

from aidrules.engine import Bounds, Run
from aidrules.errors import PackError
from borough import ON, compiled, pack_of, problems_of, run

PACK = """
inputs:
  household: {gap: {unit: CNY/month, max: 3000}}
  member: {here: {type: bool}, ill: {type: bool}, alone: {type: bool}}
definitions:
  counted: {value: "[m for m in household.members if m.here]"}
programmes:
  relief:
    members: counted
    share: {gap: equal, extra: own}
    rules:
      gap: {kind: amount, amount: household.gap}
      extra: {kind: amount, each: member, when: member.ill, amount: 100 * CNY / month}
      grant: {kind: amount, amount: 500 * CNY}
  child:
    subject: member
    rules:
      alone: {kind: eligibility, when: member.alone}
      pay: {kind: top_up, up_to: 1274 * CNY / month, income: member.relief.share, round: {to: 0.01, mode: half_up}}
"""
MEMBERS = [{"here": True, "ill": False, "alone": True}, {"here": True, "ill": True}, {"here": False, "ill": True}]


def shared(tmp_path: Path, members: Any = MEMBERS, **facts: Any) -> Run:
    return run(compiled(tmp_path, PACK), members=members, **{"gap": 900, **facts})


def test_equal_parts_fall_to_those_who_count_and_the_own_to_each(tmp_path: Path) -> None:
    found = shared(tmp_path)
    assert [found.value("relief.share", place) for place in range(3)] == [450, 550, 0]
    assert found.value("relief.amount") == 1000


def test_a_child_is_topped_up_to_what_the_share_leaves(tmp_path: Path) -> None:
    assert shared(tmp_path).value("child.pay", 0) == 1274 - 450
    thirds = [{**MEMBERS[0]}, {"here": True, "ill": False}, {"here": True, "ill": False}]
    assert shared(tmp_path, thirds, gap=1000).value("relief.share", 0) == Fraction(1000, 3)
    assert shared(tmp_path, thirds, gap=1000).value("child.pay", 0) == Fraction("940.67")


def test_nobody_counts_and_nothing_falls_to_anybody(tmp_path: Path) -> None:
    assert shared(tmp_path, [{"here": False, "ill": False}]).value("relief.share", 0) == 0


def test_what_is_open_leaves_the_share_between_bounds(tmp_path: Path) -> None:
    found = shared(tmp_path, [{"here": True, "ill": None}, {"here": True, "ill": False}])
    assert found.value("relief.share", 0) == Bounds(Fraction(450), Fraction(550))
    assert found.value("relief.share", 1) == 450


def test_columns_say_the_same(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, PACK)
    choices = [(gap, here, ill) for gap in (0, 1000, None) for here in (True, None) for ill in (True, None)]
    households = [
        pack.Household.model_validate(
            {"id": f"h{row}", "gap": gap, "members": [{"id": "a", **MEMBERS[0], "ill": ill}, {"id": "b", "here": here}]}
        )
        for row, (gap, here, ill) in enumerate(choices)
    ]
    assert differing(pack, households, ON) == []


@pytest.mark.parametrize(
    ("share", "found"),
    [
        ("{gap: equal}", "it does not say how relief.extra is shared. Add extra: equal, or own"),
        ("{gap: own, extra: own}", "relief.gap is not paid for each member by the month; expected equal"),
        ("{gap: equal, extra: own, grant: equal}", "relief.grant is not paid by the month; expected equal"),
        ("{gap: equal, extra: own, extr: own}", "relief has no rule 'extr'"),
        ("{gap: half, extra: own}", "share.gap"),
    ],
)
def test_what_is_refused(tmp_path: Path, share: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, PACK.replace("{gap: equal, extra: own}", share))
    assert found in problems_of(error)


def test_what_is_not_shared_out_has_no_share(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, PACK.replace("    share: {gap: equal, extra: own}\n", ""))
    assert "relief does not say how it is shared out" in problems_of(error)
    with pytest.raises(PackError) as error:
        compiled(tmp_path, PACK.replace("subject: member\n", "subject: member\n    share: {pay: own}\n"))
    assert "share: of a programme about each member; expected subject: household" in problems_of(error)
