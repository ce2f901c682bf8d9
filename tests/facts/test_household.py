"""The shipped household: what it holds, what it refuses, and that unknown, none and zero stay apart."""

from __future__ import annotations

import pickle
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from aidrules.errors import FactsError
from aidrules.facts import Benefit, Disability, Household, Income, Member

FAMILY: dict[str, Any] = {
    "residence": "urban",
    "members": [
        {
            "id": "m1",
            "birth_date": "1980-02-01",
            "relation": "applicant",
            "incomes": [{"kind": "wages", "amount": "2400.50"}],
        },
        {"id": "m2", "birth_date": "2015-06-30", "relation": "child", "disability": {"kind": "mental", "grade": 2}},
    ],
    "expenses": [{"kind": "serious_illness", "member": "m2", "claimed": 900, "verified": 700}],
    "benefits": [],
}


def test_a_family_is_read_with_its_types() -> None:
    household = Household.model_validate(FAMILY)
    earner, child = household.members
    assert earner.birth_date == date(1980, 2, 1)
    assert earner.incomes == (Income(kind="wages", amount=Decimal("2400.50")),)
    assert child.disability == Disability(kind="mental", grade=2)
    assert household.benefits == ()
    assert household.obligors is None


def test_an_income_is_counted_and_covers_one_month_unless_stated() -> None:
    income = Income(amount=5)
    assert (income.exempt, income.months, income.received_on) == ("none", 1, "none")


def test_a_benefit_is_not_in_phase_out_unless_stated() -> None:
    assert Benefit().phase_out_since == "none"
    assert Benefit(phase_out_since=None).phase_out_since is None


def test_json_and_python_read_the_same_and_round_trip() -> None:
    household = Household.model_validate(FAMILY)
    assert Household.model_validate_json(household.model_dump_json()) == household
    assert Household.model_validate(household.model_dump()) == household
    assert Household(**FAMILY) == household


def test_it_cannot_be_changed_in_place() -> None:
    household = Household.model_validate(FAMILY)
    with pytest.raises(ValidationError, match="frozen"):
        household.residence = "rural"  # type: ignore[misc]
    assert hash(household) == hash(Household.model_validate(FAMILY))


def test_a_copy_with_changes_is_checked() -> None:
    household = Household.model_validate(FAMILY)
    assert household.model_copy(update={"residence": "rural"}).residence == "rural"
    assert household.model_copy() == household
    with pytest.raises(FactsError, match='residence: "village" is not one of its values'):
        household.model_copy(update={"residence": "village"})


def test_it_can_be_pickled_and_copied() -> None:
    household = Household.model_validate(FAMILY)
    assert pickle.loads(pickle.dumps(household)) == household
    assert deepcopy(household) == household


def test_only_what_is_known_is_shown() -> None:
    assert repr(Disability(grade=2)) == "Disability(grade=2)"


def test_a_household_has_members() -> None:
    with pytest.raises(FactsError, match=r"^members: no items; expected at least 1 member$"):
        Household(members=[])
    with pytest.raises(FactsError, match=r"^members: missing; expected a list of members$"):
        Household()


def test_members_have_ids_of_their_own() -> None:
    with pytest.raises(FactsError, match=r"^members\[2\]\.id: the id 'a' is that of members\[0\] already"):
        Household(members=[{"id": "a"}, {"id": "b"}, {"id": "a"}])


def test_a_programme_pays_a_household_or_a_person_by_one_record() -> None:
    twice = [{"programme": "dibao"}, {"programme": "tekun"}, {"programme": "dibao"}]
    told = r"benefits\[2\]\.programme: the programme 'dibao' is that of {}benefits\[0\] already; .* one benefit"
    with pytest.raises(FactsError, match="^" + told.format("")):
        Household(members=[{"id": "a"}], benefits=twice)
    with pytest.raises(FactsError, match=r"^members\[0\]\." + told.format(r"members\[0\]\.")):
        Household(members=[{"id": "a", "benefits": twice}])
    each = [{"programme": "tekun"}]
    Household(members=[{"id": "a", "benefits": each}, {"id": "b", "benefits": each}], benefits=[{}, {}])


PAID = {"rule": "temporary.aid", "amount": "300", "paid_on": date(2025, 3, 1)}


def test_one_payment_is_recorded_once() -> None:
    twice = [PAID, {**PAID, "amount": "300.01"}, {**PAID, "amount": "300.00"}]
    told = r"payments\[2\]: it is in everything the same as {}payments\[0\]; expected each payment once\. Keep"
    with pytest.raises(FactsError, match="^" + told.format("")):
        Household(members=[{"id": "a"}], payments=twice)
    with pytest.raises(FactsError, match=r"^members\[0\]\." + told.format(r"members\[0\]\.")):
        Household(members=[{"id": "a", "payments": twice}])


@pytest.mark.parametrize("changed", [{"rule": "startup.rent"}, {"paid_on": date(2025, 3, 2)}, {"amount": "300.01"}])
def test_payments_that_differ_in_anything_may_both_have_been_made(changed: dict[str, Any]) -> None:
    Household(members=[{"id": "a", "payments": [PAID]}], payments=[PAID, {**PAID, **changed}])


@pytest.mark.parametrize("unknown", ["rule", "amount", "paid_on"])
def test_payments_that_are_not_wholly_known_may_be_two(unknown: str) -> None:
    known = {name: value for name, value in PAID.items() if name != unknown}
    Household(members=[{"id": "a"}], payments=[known, known, PAID])


def test_obligors_may_look_alike() -> None:
    child = {"relation": "child", "income": 1000}
    Household(members=[{"id": "a"}], obligors=[child, child])


def test_nobody_dies_before_birth() -> None:
    born = {"id": "a", "birth_date": date(1980, 5, 2)}
    with pytest.raises(FactsError, match=r"^members\[0\]\.died_on: the member died on 1980-05-01, before .*1980-05-02"):
        Household(members=[{**born, "died_on": date(1980, 5, 1)}])
    Household(members=[{**born, "died_on": date(1980, 5, 2)}, {"id": "b", "died_on": date(1980, 1, 1)}])


@pytest.mark.parametrize(("kind", "grade", "expected"), [("none", 2, "0 for the kind 'none'"), ("visual", 0, "1 to 4")])
def test_a_kind_of_disability_and_its_grade_agree(kind: str, grade: int, expected: str) -> None:
    told = rf"{{}}: the disability is of grade {grade}, its kind is '{kind}'; expected .*{expected}"
    with pytest.raises(FactsError, match=told.format(r"^members\[0\]\.disability\.grade")):
        Household(members=[{"id": "a", "disability": {"kind": kind, "grade": grade}}])
    obligor = {"member": "a", "disability_kind": kind, "disability_grade": grade}
    with pytest.raises(FactsError, match=told.format(r"^obligors\[0\]\.disability_grade")):
        Household(members=[{"id": "a"}], obligors=[obligor])
    known = ({"kind": "none", "grade": 0}, {"kind": "visual", "grade": 4}, {"kind": kind}, {"grade": grade})
    Household(members=[{"id": f"m{index}", "disability": facts} for index, facts in enumerate(known)])


@pytest.mark.parametrize("items", ["expenses", "obligors"])
def test_what_refers_to_a_member_names_one(items: str) -> None:
    with pytest.raises(FactsError, match=rf"^{items}\[1\]\.member: there is no member 'c'; .* a, b$"):
        Household(members=[{"id": "a"}, {"id": "b"}], **{items: [{"member": "a"}, {"member": "c"}]})


def test_an_expense_without_a_member_is_the_household_s() -> None:
    household = Household(
        members=[{"id": "a"}], expenses=[{"kind": "employment"}, {"member": "none"}, {"member": None}]
    )
    assert [expense.member for expense in household.expenses or ()] == ["none", "none", None]
    with pytest.raises(FactsError, match=r"^members\[0\]\.id: 'none' stands for nobody; expected another id"):
        Household(members=[{"id": "none"}])
    with pytest.raises(FactsError, match=r"^obligors\[0\]\.member: there is no member 'none'"):
        Household(members=[{"id": "a"}], obligors=[{"member": "none"}])


def test_lists_are_bounded() -> None:
    with pytest.raises(FactsError, match=r"^members: .*expected at most 30 members"):
        Household(members=[{"id": f"m{number}"} for number in range(31)])
    with pytest.raises(FactsError, match=r"^members\[0\]\.incomes: 61 items; expected at most 60 incomes"):
        Household(members=[{"id": "a", "incomes": [{}] * 61}])


def test_text_from_a_yaml_file_is_read_by_the_type_of_the_field() -> None:
    household = Household.from_text(
        {
            "single_parent": "true",
            "assets": {"vehicles": "2", "savings": "100.5"},
            "members": [{"id": "1", "birth_date": "1980-01-01", "died_on": "none", "disability": {"grade": "3"}}],
        }
    )
    assert household.single_parent is True
    assert household.assets is not None
    assert (household.assets.vehicles, household.assets.savings) == (2, Decimal("100.5"))
    assert household.members[0] == Member(id="1", birth_date=date(1980, 1, 1), disability=Disability(grade=3))
    with pytest.raises(FactsError, match=r"^single_parent: found \"perhaps\""):
        Household.from_text({"single_parent": "perhaps", "members": [{"id": "a"}]})


def test_nested_objects_are_built_without_a_call_in_python() -> None:
    # Pydantic calls a custom __init__ once per object, which makes reading several times slower.
    assert not Household.__pydantic_custom_init__
