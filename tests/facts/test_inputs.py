"""The typed household of a pack, with an invented pack's inputs and findings."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from aidrules.errors import FactsError, PackError
from aidrules.facts import Household, Member
from aidrules.facts.inputs import FindingInput, Input, extend
from aidrules.facts.schema import Field, schema_of

INPUTS = {
    "member": {
        "loan_asked": Input(unit="CNY", max=Decimal(200000), zh="申请贷款额", en="loan asked for"),
        "admitted_on": Input(type="date", optional=True, zh="录取日期", en="day of admission"),
        "offers": Input(
            list="offer",
            ordered_by="made_on",
            max_items=12,
            fields={"made_on": Input(type="date"), "refused": Input(type="bool")},
        ),
    },
    "household": {
        "tier": Input(type=("first", "second"), options_zh=("一类", "二类"), options_en=("tier 1", "tier 2")),
        "rooms": Input(type="number"),
    },
    "case": {"fee": Input(unit="CNY/month")},
}
FINDINGS = {
    "hardship": FindingInput(about="case", type="bool", needs=("reason", "quorum"), zh="生活困难", en="hardship"),
    "months": FindingInput(about="member", unit="month", min=Decimal(1), max=Decimal(6)),
}
Extended: Any = extend(INPUTS, FINDINGS)


def test_inputs_stand_on_their_subject() -> None:
    household = Extended(
        members=[{"id": "a", "loan_asked": "1500.50", "admitted_on": "none", "offers": [{"refused": True}]}],
        tier="first",
        rooms=3,
        case={"fee": 12, "urgent": False},
    )
    member = household.members[0]
    assert (member.loan_asked, member.admitted_on, member.offers[0].refused) == (Decimal("1500.50"), "none", True)
    assert (household.tier, household.rooms, household.case.fee, household.case.urgent) == ("first", 3, 12, False)
    assert Extended.model_validate_json(household.model_dump_json()) == household


def test_findings_are_records() -> None:
    found = {"value": True, "by": "village committee", "on": "2024-03-15", "reason": "seen at home", "quorum": True}
    household = Extended(
        members=[{"id": "a", "findings": {"months": {"value": 3}}}],
        findings={"hardship": found},
    )
    assert household.findings.hardship.value is True
    assert household.findings.hardship.on == date(2024, 3, 15)
    assert household.members[0].findings.months.value == 3
    assert household.members[0].findings.months.reason is None


def test_what_a_finding_needs_must_be_recorded() -> None:
    with pytest.raises(FactsError, match=r"findings\.hardship\.quorum: missing"):
        Extended(members=[{"id": "a"}], findings={"hardship": {"value": True, "reason": "x"}})


def test_the_schema_holds_them() -> None:
    schema = schema_of(Extended)
    member = schema.lists["members"].subject
    loan = member.fields["loan_asked"]
    assert (loan.type, loan.unit, loan.low, loan.high, loan.scale, loan.label_zh) == (
        ("money", "CNY", 0, 200000, 2, "申请贷款额")
    )
    assert member.fields["admitted_on"].optional
    assert (member.lists["offers"].item, member.lists["offers"].max_items) == ("offer", 12)
    tier = schema.fields["tier"]
    assert (tier.options, tier.options_zh, tier.options_en) == (
        ("first", "second"),
        ("一类", "二类"),
        ("tier 1", "tier 2"),
    )
    assert schema.fields["case.fee"].unit == "CNY/month"
    assert schema.fields["case.applied_on"].type == "date"
    assert [name for name in schema.fields if name.startswith("findings.")] == ["findings.hardship"]
    assert member.fields["findings.months"] == Field(
        name="findings.months",
        type="number",
        unit="month",
        low=1,
        high=6,
        scale=0,
        options=(),
        options_zh=(),
        options_en=(),
        optional=False,
        past=False,
        required=False,
        label_zh="months",
        label_en="months",
        confidential=False,
        finding="months",
        refers_to=None,
        pattern=None,
    )


def test_the_shipped_household_knows_nothing_of_them() -> None:
    with pytest.raises(FactsError, match="tier: unknown field"):
        Household(members=[{"id": "a"}], tier="first")


def test_a_pack_household_takes_shipped_members_and_households() -> None:
    household = Extended(members=[Member(id="a", sex="female")])
    assert household.members[0].sex == "female"
    assert household.members[0].loan_asked is None
    plain = Household(members=[{"id": "a", "sex": "female"}])
    assert Extended.model_validate(plain).members == household.members
    assert Household.model_validate(household).members[0].sex == "female"


def test_the_same_declarations_give_the_same_class() -> None:
    assert extend(INPUTS, FINDINGS) is Extended
    assert extend({}) is extend({}, {})
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: extend({"household": {"rooms": Input(type="number")}}), range(8)))
    assert len(set(made)) == 1


def test_declarations_of_a_wider_class_are_read_as_findings() -> None:
    class WithAuthor(FindingInput):
        author: str = "x"

    household: Any = extend({}, {"hardship": WithAuthor(type="bool")})
    assert household(members=[{"id": "a"}], findings={"hardship": {"value": True}}).findings.hardship.value is True


def test_it_can_be_pickled() -> None:
    household = Extended(members=[{"id": "a", "loan_asked": 3}], tier="second")
    restored = pickle.loads(pickle.dumps(household))
    assert restored == household
    assert type(restored) is Extended


@pytest.mark.parametrize("name", ["class", "copy", "model_dump", "finding", "members", "on"])
def test_some_words_cannot_name_an_input(name: str) -> None:
    with pytest.raises(PackError, match=rf"inputs\.member\.{name}: '{name}' cannot be the name of an input"):
        extend({"member": {name: Input(type="bool")}})


def test_a_shipped_fact_is_not_declared_again() -> None:
    with pytest.raises(PackError, match=r"inputs\.case\.urgent: case\.urgent is a shipped fact already"):
        extend({"case": {"urgent": Input(type="bool")}})


def test_one_pack_counts_in_one_currency() -> None:
    with pytest.raises(PackError, match="the unit USD/month is not in the pack's currency; expected an amount in CNY"):
        extend({"household": {"rate": Input(unit="USD/month")}})


def test_shipped_amounts_are_in_the_currency_of_the_pack() -> None:
    household = extend({"household": {"rate": Input(unit="USD/month")}}, currency="USD")
    assert schema_of(household).fields["assets.savings"].unit == "USD"
    assert schema_of(household).fields["rate"].unit == "USD/month"
    savings = household.model_json_schema()["$defs"]["Assets"]["properties"]["savings"]
    assert (savings["x-unit"], savings["description"]) == ("USD", "savings and cash (存款及现金), in USD")
    assert schema_of(Household).fields["assets.savings"].unit == "CNY"


def test_json_schema_shows_what_the_pack_asks() -> None:
    written = Extended.model_json_schema()
    assert written["properties"]["tier"]["anyOf"][0]["enum"] == ["first", "second"]
    assert written["$defs"]["Member"]["properties"]["loan_asked"]["x-unit"] == "CNY"
    assert written["$defs"]["HardshipFinding"]["required"] == ["value", "reason", "quorum"]
