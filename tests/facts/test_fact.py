"""Single facts: amounts stay exact, dates are dates, numbers keep to their range."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal, localcontext
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidrules.errors import FactsError
from aidrules.facts import Education, Income, Member
from aidrules.facts.base import Facts
from aidrules.facts.fact import DayOrNone, Fact, Money, Number, Shape, Text

amounts = st.integers(0, 100_000_000_00).map(lambda fen: Decimal(fen).scaleb(-2))


class Purse(Facts):
    """An invented model: money in a currency of its own and a number with decimals."""

    coins: Annotated[Money, Fact("钱", "coins", "CNY", high=1000)] = None
    weight: Annotated[Money, Fact("重量", "weight", scale=3)] = None
    pockets: Annotated[Number, Fact("口袋", "pockets", low=1, high=9)] = None
    lost_on: Annotated[DayOrNone, Fact("遗失日期", "day lost")] = None
    secret: Annotated[Text, Fact("秘密", "secret", confidential=True)] = None


@given(amounts)
def test_an_amount_survives_json_exactly(amount: Decimal) -> None:
    income = Income(amount=amount)
    assert Income.model_validate_json(income.model_dump_json()).amount == amount
    assert json.loads(income.model_dump_json())["amount"] == f"{amount:.2f}"


@given(amounts)
def test_an_amount_reads_the_same_as_decimal_text_and_number(amount: Decimal) -> None:
    read = [
        Income(amount=str(amount)).amount,
        Income(amount=float(amount)).amount,
        Income.model_validate_json(f'{{"amount": {amount}}}').amount,
        Income.model_validate_json(f'{{"amount": "{amount}"}}').amount,
    ]
    assert read == [amount] * 4


def test_an_amount_is_written_one_way() -> None:
    written = [Income(amount=given).model_dump(mode="json")["amount"] for given in (8, "8.0", Decimal("8E0"), -0.0)]
    assert written == ["8.00", "8.00", "8.00", "0.00"]


def test_a_narrow_decimal_context_does_not_round_an_amount() -> None:
    with localcontext() as context:
        context.prec = 3
        income = Income.model_validate_json('{"amount": "12345678.91"}')
        assert income.model_dump(mode="json")["amount"] == "12345678.91"


@pytest.mark.parametrize(
    "amount",
    [0.1 + 0.2, 12.345, True, -0.01, "-5", "NaN", "1e999999999", float("inf"), float("nan"), "1,200", "", [], 10**400],
)
def test_what_is_no_amount_is_refused(amount: Any) -> None:
    with pytest.raises(FactsError, match="amount in CNY from 0 to 100000000 with at most 2 decimals"):
        Income(amount=amount)


LOOSE = ["2_600", " 2600 ", "2600\n", "２６００", "1e3", "+5", "-0", ".5", "5.", "8.000", "0x10", "2600元"]


@pytest.mark.parametrize("text", LOOSE)
def test_an_amount_as_text_is_what_the_schema_says(text: str) -> None:
    pattern = Income.model_json_schema()["properties"]["amount"]["anyOf"][1]["pattern"]
    assert not re.fullmatch(pattern, text)
    for read in (
        lambda: Income(amount=text),
        lambda: Income.from_text({"amount": text}),
        lambda: Income.model_validate_json(json.dumps({"amount": text})),
    ):
        with pytest.raises(FactsError, match=r'^amount: .*with at most 2 decimals, such as 832 or "832.50"') as caught:
            read()
        assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("12.345", '"12.345" has more than 2 decimals'),
        ("-5", '"-5" is below 0'),
        ("100000000.01", '"100000000.01" is above 100000000'),
        (-5, "-5 is below 0"),
        ("1,200", "Write digits and a decimal point only"),
    ],
)
def test_an_amount_that_is_refused_says_why(amount: Any, says: str) -> None:
    with pytest.raises(FactsError, match=says):
        Income(amount=amount)
    with pytest.raises(FactsError, match=says):
        Income.model_validate_json(json.dumps({"amount": amount}))


def test_an_amount_below_zero_is_text_too_where_it_may_be() -> None:
    class Balance(Facts):
        left: Annotated[Money, Fact("余额", "balance", "CNY", low=-100)] = None

    assert Balance(left="-5.50").left == Decimal("-5.5")
    assert Balance.model_json_schema()["properties"]["left"]["anyOf"][1]["pattern"].startswith("^-?")


def test_an_unknown_amount_is_none_and_not_zero() -> None:
    assert Income().amount is None
    assert Income(amount=None) != Income(amount=0)


def test_a_number_may_have_decimals_of_its_own() -> None:
    assert Purse(weight="1.234").model_dump(mode="json")["weight"] == "1.234"
    with pytest.raises(FactsError, match="at most 3 decimals"):
        Purse(weight="1.2345")


@pytest.mark.parametrize("pockets", [0, 10, True, 2.0, "3"])
def test_a_whole_number_keeps_to_its_range_and_type(pockets: Any) -> None:
    with pytest.raises(FactsError, match="pockets: a whole number from 1 to 9"):
        Purse(pockets=pockets)


def test_a_date_is_a_date_or_its_iso_text() -> None:
    assert Member(id="a", birth_date="1980-02-29").birth_date == date(1980, 2, 29)
    assert Member(id="a", birth_date=date(1980, 2, 29)).birth_date == date(1980, 2, 29)
    assert Member.model_validate_json('{"id": "a", "birth_date": "1980-02-29"}').birth_date == date(1980, 2, 29)


@pytest.mark.parametrize(
    "day",
    [
        "1981-02-29",
        "19800101",
        19800101,
        "0",
        "1980-1-1",
        "1980-01-01T00:00:00",
        "none",
        "1700-01-01",
        "１９８０-01-01",
    ],
)
def test_what_is_no_date_is_refused_in_python_and_json(day: Any) -> None:
    for build in (
        lambda: Member(id="a", birth_date=day),
        lambda: Member.model_validate_json(json.dumps({"id": "a", "birth_date": day})),
    ):
        with pytest.raises(FactsError, match=r"^birth_date: .*date of birth: a date from 1880-01-01 to 2199-12-31"):
            build()


def test_a_moment_is_not_a_date() -> None:
    with pytest.raises(FactsError, match="found 1980-01-01T00:00:00"):
        Member(id="a", birth_date=datetime(1980, 1, 1))


def test_a_date_that_may_not_apply_takes_none_as_a_word() -> None:
    assert Purse(lost_on="none").lost_on == "none"
    assert Purse(lost_on="2024-01-02").lost_on == date(2024, 1, 2)
    assert Purse.model_validate_json('{"lost_on": "none"}') == Purse(lost_on="none")
    assert Purse(lost_on=date(2024, 1, 2)).model_dump(mode="json")["lost_on"] == "2024-01-02"
    with pytest.raises(FactsError, match='written YYYY-MM-DD, or "none"'):
        Purse(lost_on="never")


def test_true_and_false_are_not_numbers_or_words() -> None:
    for given_ in (1, 0, "yes", "true"):
        with pytest.raises(FactsError, match="full-time studies: true or false"):
            Education(full_time=given_)


def test_text_with_an_identity_number_is_refused_without_repeating_it() -> None:
    with pytest.raises(FactsError, match="what looks like a resident identity number") as caught:
        Member(id="11010119900307757X")
    assert "199003" not in str(caught.value)
    with pytest.raises(FactsError, match="opaque id of your own"):
        Purse(secret="card 110101199003077578")


def test_other_long_numbers_may_be_ids() -> None:
    assert Member(id="728190347561230592").id == "728190347561230592"


def test_the_shape_of_an_annotation() -> None:
    assert Shape.of(Money) == Shape("money", required=False)
    assert Shape.of(DayOrNone) == Shape("date", optional=True, required=False)
    assert Shape.of(bool) == Shape("bool")
    for annotation in (float, bytes | None, int | str):
        with pytest.raises(TypeError, match="a fact"):
            Shape.of(annotation)


def test_enum_labels_must_match_the_values() -> None:
    with pytest.raises(TypeError, match="one label for each"):

        class Wrong(Facts):
            sex: Annotated[Literal["female", "male"] | None, Fact("性别", "sex", options_zh=("女",))] = None

        Wrong(sex="male")
    with pytest.raises(TypeError, match="one label for each"):

        class WrongInEnglish(Facts):
            sex: Annotated[Literal["female", "male"] | None, Fact("性别", "sex", options_en=("woman",))] = None

        WrongInEnglish(sex="male")
