"""Money goes through JSON and back to the fen, in whatever form it is given, and decides the same."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import Shipped, each_with_households, shipped

from aidrules.testing.promises import everyone

amounts = st.decimals(0, 10_000_000, places=2)


@settings(max_examples=120)
@given(st.one_of(each_with_households(everything=True, known=known) for known in (True, 0.8)))
def test_a_household_written_as_json_or_plain_values_reads_back_equal(drawn: tuple[Shipped, Any]) -> None:
    pack, household = drawn
    text = household.model_dump_json()
    again = type(household).model_validate_json(text)
    assert again == household
    assert again.model_dump_json() == text
    assert type(household).model_validate(household.model_dump()) == household
    run, other = pack.run(household), pack.run(again)
    for definition in pack.rules.definitions:
        assert list(everyone(run, definition)) == list(everyone(other, definition))


@given(amounts)
def test_an_amount_keeps_every_fen_in_whatever_form_it_is_given(amount: Decimal) -> None:
    model = shipped("cn/national").rules.pack.Household
    text = f"{amount:.2f}"
    forms: list[Any] = [amount, text, text.rstrip("0").rstrip("."), amount.normalize()]
    found = {_income(model.model_validate(_household(form))) for form in forms}
    found.add(_income(model.model_validate_json(json.dumps(_household(text)))))
    assert found == {amount}
    written = json.loads(model.model_validate(_household(amount)).model_dump_json())
    assert written["members"][0]["incomes"][0]["amount"] == text


def _household(amount: Any) -> dict[str, Any]:
    return {"members": [{"id": "a", "incomes": [{"amount": amount, "received_on": "none"}]}]}


def _income(household: Any) -> Decimal:
    found: Decimal = household.members[0].incomes[0].amount
    return found


def test_a_date_and_an_amount_given_as_text_are_the_same_facts_as_typed_ones() -> None:
    model = shipped("cn/national").rules.pack.Household
    typed = {"members": [{"id": "a", "birth_date": date(2000, 2, 29), "incomes": [{"amount": Decimal("10.50")}]}]}
    text = {"members": [{"id": "a", "birth_date": "2000-02-29", "incomes": [{"amount": "10.5"}]}]}
    assert model.model_validate(typed) == model.model_validate(text)
