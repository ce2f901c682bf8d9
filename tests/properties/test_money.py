"""Money goes through JSON and back to the fen, and decides the same."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import NAMES, Shipped, shipped

from aidrules.facts.schema import Path, Subject, subject_at
from reference.households import Households
from aidrules.testing.promises import everyone

packs = st.sampled_from(NAMES)
seeds = st.integers(0, 2**32 - 1)
amounts = st.decimals(0, 10_000_000, places=2)


def every_field(schema: Subject, path: Path = ()) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """All facts and lists of a household, by list path."""
    subject = subject_at(schema, path)
    yield path, (*(name for name in subject.fields if name != "id"), *subject.lists)
    for name in subject.lists:
        yield from every_field(schema, (*path, name))


@cache
def everything(pack: Shipped) -> Households:
    """Makes households in which every fact is filled in, read or not."""
    return Households(pack.rules, pack.on, dict(every_field(pack.rules.schema)))


@settings(max_examples=120)
@given(packs, seeds)
def test_a_household_written_as_json_reads_back_equal(name: str, seed: int) -> None:
    pack, rng = shipped(name), random.Random(seed)
    household = everything(pack).built(everything(pack).flat(rng, unknown=rng.choice((0.0, 0.2))))
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
