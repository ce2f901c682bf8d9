"""Properties catch packs that break them, within the usual number of examples, and tell it in a few facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from aidrules import DecisionError, decide
from aidrules.engine import Run
from aidrules.language.pack import Pack
from aidrules.testing import properties
from aidrules.testing.assertions import ExplainedError
from aidrules.testing.plain_household import plain
from borough import ON, pack_of

BOROUGH = """
inputs:
  household: {savings: {unit: CNY}, cheated: {type: bool}}
  member: {blind: {type: bool}, old: {type: bool}, retired: {type: date, optional: true}}
parameters:
  line: {unit: CNY/person/month, values: [{is: 700}]}
definitions:
  earned: {each: member, value: sum(i.amount / month for i in member.incomes)}
  income: {value: sum(m.earned for m in members)}
  assessed: {start: income, less: [aid.less]}
programmes:
  aid:
    zh: 救济
    en: aid
    rules:
      means: {kind: eligibility, when: income < line * count(members), zh: 收入低于标准, en: income is below the line}
      honest: {kind: exclusion, when: household.cheated, zh: 骗取, en: obtained by deceit}
      gap: {kind: amount, amount: GAP, floor: 0, round: {to: 0.01, mode: half_up}, zh: 差额, en: gap}
      less: {kind: deduction, each: member, claimed: member.earned, share: SHARE, zh: 扣减, en: less}
      extra:
        kind: supplement
        each: member
        base: line
        grades: {blind: {when: member.blind, rate: 30%}, old: {when: member.old, rate: 10%ONCE}}
        stacking: STACKING
        round: {to: 0.01, mode: half_up}
        zh: 增发
        en: extra
      ending:
        kind: phase_out
        when: income >= line * count(members)
        apart_from: means
        starts: this_month
        months: 3 * month
        pays: frozen
"""
SOUND = {
    "GAP": "line * count(members) - income",
    "ONCE": "",
    "SHARE": "50%",
    "STACKING": "highest_per_person",
}
BROKEN = {
    "more_income_never_pays_more": {"GAP": "10% * income"},
    "no_supplement_above_its_highest_rate": {"STACKING": "sum"},
    "rules_keep_what_their_kinds_promise": {"SHARE": "120%"},
    "order_changes_nothing": {"ONCE": ", once_per: household"},
}


def borough(folder: Path, **changes: str) -> Pack:
    text = BOROUGH
    for word, written in {**SOUND, **changes}.items():
        text = text.replace(word, written)
    return pack_of(folder, text)


def held(pack: Pack, name: str, **options: Any) -> properties.Property:
    """One property of a pack."""
    return next(each for each in properties.all_of(pack, on=ON, lang="en", **options) if each.name == name)


def failure(test: Callable[[], None]) -> ExplainedError:
    with pytest.raises(ExplainedError) as error:
        test()
    return error.value


def members_of(error: ExplainedError) -> list[Any]:
    found: list[Any] = json.loads(str(error).splitlines()[-1])["members"]
    return found


@pytest.mark.parametrize("name", properties.CHECKS)
def test_a_sound_pack_has_every_property(tmp_path: Path, name: str) -> None:
    held(borough(tmp_path), name)()


@pytest.mark.parametrize("name", BROKEN)
def test_each_property_catches_the_pack_that_breaks_it(tmp_path: Path, name: str) -> None:
    assert settings().max_examples == 100
    error = failure(held(borough(tmp_path, **BROKEN[name]), name))
    assert str(error).startswith(properties.CHECKS[name].__doc__ or "-")
    assert len(members_of(error)) == (2 if name == "order_changes_nothing" else 1)


SHARED = """
inputs:
  member:
    bills: {list: bill, fields: {seen_on: {type: date}, cost: {unit: CNY}}, ordered_by: seen_on}
programmes:
  aid:
    subject: member
    zh: 补助
    en: aid
    rules:
      bill: {kind: amount, each: member.bills, amount: bill.cost, cap: {at: 500 * CNY, per: member}, zh: 报销, en: bill}
"""


def test_papers_of_one_day_share_a_cap_as_they_are_listed(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, SHARED)
    test, paid = held(pack, "order_changes_nothing"), []
    for costs in ((300, 400), (400, 300)):
        bills = [{"seen_on": "2025-05-01", "cost": cost} for cost in costs]
        household = pack.Household.model_validate({"members": [{"id": "a", "payments": [], "bills": bills}]})
        test.check(household, lambda _: False)
        paid.append([line.amount for line in decide(household, pack, on=ON).payments])
    assert paid == [[300, 200], [400, 100]]


def test_a_failure_shows_the_household_as_code_and_why_it_was_decided_so(tmp_path: Path) -> None:
    name = "no_supplement_above_its_highest_rate"
    error = failure(held(borough(tmp_path, **BROKEN[name]), name))
    (shown,) = [note for note in error.__notes__ if "household=" in note]
    assert "household=plain(pack, on=date(2025, 6, 15)).having(" in shown
    assert not any("/aidrules/" in note for note in error.__notes__), "lines of the library say nothing about a pack"
    assert shown.count("': ") <= 4, shown
    assert "aid.extra gives 280 where the highest grade is worth 210" in str(error)
    assert "Extra (member m1): 280.00 yuan per month." in str(error)


def test_what_is_excused_is_left_out_and_the_rest_is_not(tmp_path: Path) -> None:
    pack, name = borough(tmp_path, STACKING="sum"), "no_supplement_above_its_highest_rate"
    held(pack, name, excused={name: {"aid.extra": "§ 4: the grades add up"}})()
    held(pack, name, excused={name: {"aid": "§ 4: the grades add up"}})()
    failure(held(pack, name, excused={name: {"aid.gap": "another rule"}}))


def test_a_suite_is_a_test_for_each_property_and_skips_what_is_excused(tmp_path: Path) -> None:
    test = properties.suite(borough(tmp_path), on=ON, excused={"order_changes_nothing": "the first listed counts"})
    (mark,) = test.pytestmark  # type: ignore[attr-defined]
    assert [each.id for each in mark.args[1]] == list(properties.CHECKS)
    assert [each.id for each in mark.args[1] if each.marks] == ["order_changes_nothing"]


@pytest.mark.parametrize(
    ("excused", "said"),
    [
        ({"more_income_pays_more": "no"}, "Did you mean more_income_never_pays_more?"),
        ({"order_changes_nothing": {"aid.gaps": "no"}}, "nothing is called 'aid.gaps'"),
        ({"order_changes_nothing": " "}, "no reason"),
    ],
)
def test_an_excuse_names_what_there_is_and_gives_a_reason(tmp_path: Path, excused: Any, said: str) -> None:
    with pytest.raises(DecisionError, match=said.replace("?", r"\?")):
        properties.all_of(borough(tmp_path), on=ON, excused=excused)


def test_where_no_income_is_read_nothing_is_said_of_it(tmp_path: Path) -> None:
    names = [each.name for each in properties.all_of(borough(tmp_path), on=ON, income=["members.purse"])]
    assert names == list(properties.CHECKS)[1:]


def test_a_pack_of_one_cap_in_a_calendar_year_is_tried(tmp_path: Path) -> None:
    """It reads no fact of a member, and the first day of all stands in it, from which years are counted."""
    cap = "{kind: amount, amount: 300 * CNY, cap: {at: 500 * CNY, per: [calendar_year(on)]}}"
    pack = pack_of(tmp_path, f"programmes: {{aid: {{rules: {{travel: {cap}}}}}}}")
    assert {"payments", "members"} == plain(pack, on=ON).plan.lists.keys()
    for each in properties.all_of(pack, on=ON):
        each()


def lying(monkeypatch: pytest.MonkeyPatch, about: str, lie: Callable[[Run, Any], Any]) -> None:
    """Runs that give something else for one value: what no pack can make a sound library do."""
    honest = Run.value

    def value(run: Run, name: str, *item: int) -> Any:
        found = honest(run, name, *item)
        return lie(run, found) if name == about else found

    monkeypatch.setattr(Run, "value", value)


def test_an_excluded_household_that_is_paid_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lying(monkeypatch, "aid.amount", lambda run, found: Fraction(9) if run.household.cheated else found)
    error = failure(held(borough(tmp_path), "nobody_excluded_is_paid"))
    assert "aid.amount is 9 although aid.honest stands against it" in str(error)


def test_a_result_that_forgets_what_is_unknown_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lying(monkeypatch, "aid.means", lambda _, found: False if found is None else found)
    assert "aid.means is False while [" in str(failure(held(borough(tmp_path), "filling_in_contradicts_nothing")))


def test_a_household_that_is_written_short_of_a_fen_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = borough(tmp_path)
    honest = pack.Household.model_dump_json
    monkeypatch.setattr(pack.Household, "model_dump_json", lambda self: honest(self).replace(".01", ".00"))
    assert "reads back as" in str(failure(held(pack, "facts_read_back_the_same")))


def test_the_documents_list_every_property_and_what_it_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
    for name, check in properties.CHECKS.items():
        assert f"| `{name}` | {check.__doc__} |" in page
