"""Strategies: valid households near the lines of a pack, that shrink to few and plain facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import aidrules
from aidrules import FactsError
from aidrules.language.pack import Pack
from aidrules.testing.assertions import explanation
from aidrules.testing.candidates import candidates
from aidrules.testing.plain_household import plain
from aidrules.testing.strategies import households, members
from borough import ON, pack_of

TEXT = """
inputs:
  household: {rent: {unit: CNY/month, max: 90000}, moved: {type: date}, unread: {type: bool}}
  member:
    wage: {unit: CNY/month, max: 90000}
    carer: {refers_to: member}
    jobs: {list: job, fields: {pay: {unit: CNY/month, max: 90000}, ended: {type: date, optional: true}}}
findings:
  grave: {about: member, type: bool, needs: [by, on]}
  grant:
    about: household
    unit: CNY
    min: 0
    max: 9000
    within: [household.rent * month, 2 * household.rent * month]
    needs: [reason]
  cheated: {about: household, type: bool, if_absent: "false", valid: 1 year}
definitions:
  dear: {value: household.rent > 1234 * CNY / month}
  since: {value: "household.moved >= date(2021, 5, 1)"}
  of_age: {each: member, value: "age(member.birth_date, on) >= 21"}
  cared: {each: member, value: member.carer == member.id}
  kept: {value: not finding.cheated}
  grave: {each: member, value: member.finding.grave}
  granted: {value: finding.grant}
  rich: {each: member, value: "member.wage + sum(j.pay for j in member.jobs if j.ended is none) > 0"}
"""
BOZHOU = "cn/guizhou/zunyi/bozhou"
DAY = date(2024, 3, 15)
GENERATED = settings(phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return pack_of(tmp_path, TEXT)


@pytest.mark.parametrize("known", [True, 0.8, 0.3])
def test_every_household_can_be_decided(pack: Pack, known: float) -> None:
    @GENERATED
    @given(households(pack, on=ON, known=known))
    def test(household: Any) -> None:
        assert type(household) is pack.Household
        decision = aidrules.decide(household, pack, on=ON, chain="exact")
        assert known is not True or not decision.run.three_valued
        assert household.unread is None

    test()


@pytest.mark.parametrize("name", ["cn/national", BOZHOU])
def test_every_household_of_a_shipped_pack_can_be_decided(name: str) -> None:
    rules = aidrules.load(name)

    @settings(GENERATED, max_examples=40)
    @given(households(rules, on=DAY), households(rules, on=DAY, known=0.7, everything=True))
    def test(one: Any, other: Any) -> None:
        aidrules.decide(one, rules, on=DAY, chain="exact")
        aidrules.decide(other, rules, on=DAY, chain="exact")

    test()


def test_lines_and_what_lies_beside_them_are_candidates(pack: Pack) -> None:
    subject, pool = pack.schema, candidates(pack.on(ON), ON)
    rents = pool.of(subject.fields["rent"])
    assert {"1233.99", "1234", "1234.01", "2468", "2468.01", "3702", "617"} <= set(rents)
    assert rents[:2] == ("0", "0.01")
    assert {"2021-04-30", "2021-05-01", "2021-05-02"} <= set(pool.of(subject.fields["moved"]))
    births = pool.of(subject.lists["members"].subject.fields["birth_date"])
    assert {"2004-06-14", "2004-06-15", "2004-06-16"} <= set(births)
    assert max(births) == ON.isoformat()


def test_many_candidates_are_drawn(pack: Pack) -> None:
    rents, days = set(), set()

    @settings(GENERATED, max_examples=900)
    @given(households(pack, on=ON, near=()))
    def test(household: Any) -> None:
        rents.add(household.rent)
        days.add(household.moved)

    test()
    assert len(rents) > 30
    assert len(days) > 15


def test_lists_are_empty_one_and_several_and_what_refers_to_a_member_names_one(pack: Pack) -> None:
    lengths, carers = set(), set()

    @settings(GENERATED, max_examples=200)
    @given(households(pack, on=ON))
    def test(household: Any) -> None:
        ids = [member.id for member in household.members]
        carers.update(ids.index(member.carer) for member in household.members)
        lengths.update(len(member.jobs) for member in household.members)

    test()
    assert {0, 1, 2} <= lengths
    assert {0, 1} <= carers


def smallest(pack: Pack, wrong: Any, **options: Any) -> Any:
    return find(households(pack, on=ON, **options), wrong, settings=settings(deadline=None, max_examples=500))


def test_a_failing_household_shrinks_to_what_matters(pack: Pack) -> None:
    found = smallest(pack, lambda household: household.rent > 1234)
    assert found == plain(pack, on=ON).having({"rent": "1234.01"})
    found = smallest(pack, lambda household: any(member.jobs for member in household.members))
    assert found == plain(pack, on=ON).having({"members": [{"jobs": [{}]}]})
    found = smallest(pack, lambda household: len(household.members) > 1)
    assert found == plain(pack, on=ON).having({"members": [{}, {}]})
    found = smallest(pack, lambda household: household.rent is not None, known=0.9)
    assert found.model_dump(exclude_none=True) == {"id": "h", "rent": 0, "members": ({"id": "m1", "died_on": "none"},)}


def test_a_failing_test_shows_the_code_that_makes_the_household() -> None:
    rules = aidrules.load(BOZHOU)

    @settings(max_examples=300)
    @given(household=households(rules, on=DAY))
    def test(household: Any) -> None:
        assert rules.on(DAY).run(household, DAY).value("dibao.outcome") != "ineligible"

    with pytest.raises(AssertionError) as error:
        test()
    (shown,) = [note for note in error.value.__notes__ if "household=" in note]
    code = shown.partition("household=")[2].partition(",\n)")[0]
    assert code.count("': ") <= 10, code
    again = eval(code, {"plain": plain, "pack": rules, "date": date})
    assert len(again.members) == 1
    assert rules.on(DAY).run(again, DAY).value("dibao.outcome") == "ineligible"


def test_the_same_examples_come_again(pack: Pack) -> None:
    def drawn() -> list[Any]:
        found: list[Any] = []
        settings(GENERATED, derandomize=True, max_examples=10)(
            given(households(pack, on=ON))(lambda household: found.append(household))
        )()
        return found

    assert drawn() == drawn()


def test_facts_can_be_given(pack: Pack) -> None:
    fixed = {
        "rent": 700,
        "members.birth_date": st.sampled_from([date(2000, 1, 1), date(2001, 1, 1)]),
        "members.jobs": [{"pay": 5}],
        "members.findings.grave": True,
        "unread": True,
    }

    @settings(GENERATED, max_examples=30)
    @given(households(pack, on=ON, given=fixed, members=(2, 3)))
    def test(household: Any) -> None:
        assert (household.rent, household.unread) == (700, True)
        assert len(household.members) in (2, 3)
        for member in household.members:
            assert member.birth_date in (date(2000, 1, 1), date(2001, 1, 1))
            assert [(job.pay, job.ended) for job in member.jobs] == [(5, "none")]
            assert member.findings.grave.value is True

    test()


@pytest.mark.parametrize("known", [True, 0.9])
def test_no_payment_is_drawn_twice(pack: Pack, known: float) -> None:
    fixed = {"payments.rule": "a.b", "payments.amount": "1", "payments.paid_on": st.sampled_from([DAY, ON])}
    lengths = set()

    @settings(GENERATED, max_examples=250)
    @given(households(pack, on=ON, given=fixed, known=known, everything=True))
    def test(household: Any) -> None:
        days = [payment.paid_on for payment in household.payments or ()]
        assert len(set(days)) == len(days)
        lengths.add(len(days))

    test()
    assert lengths == {0, 1, 2}


def test_what_is_given_must_be_a_fact(pack: Pack) -> None:
    with pytest.raises(FactsError, match=r"no household has 'members.birthdate'.*Did you mean members.birth_date\?"):
        households(pack, on=ON, given={"members.birthdate": None})


def test_households_near_others_are_mostly_like_them(pack: Pack) -> None:
    model = plain(pack, on=ON).having({"rent": 55, "members": [{"wage": 66}, {"wage": 77}]})
    alike = 0

    @settings(GENERATED, max_examples=100)
    @given(households(pack, on=ON, near=[model]))
    def test(household: Any) -> None:
        nonlocal alike
        alike += household.rent == 55 and len(household.members) == 2

    test()
    assert alike > 8


def test_members_are_those_of_the_pack(pack: Pack) -> None:
    kind = pack.Household.model_fields["members"].annotation.__args__[0]  # type: ignore[union-attr]

    @settings(GENERATED, max_examples=20)
    @given(members(pack, on=ON, given={"members.wage": 3}))
    def test(member: Any) -> None:
        assert type(member) is kind
        assert member.wage == 3

    test()


def test_the_plain_household_is_all_known_and_decides_plainly(pack: Pack) -> None:
    household = plain(pack, on=ON).having({})
    decision = aidrules.decide(household, pack, on=ON)
    assert not decision.run.three_valued
    assert "m1" in explanation(decision, lang="en")
    assert repr(plain(pack, on=ON)) == "plain(pack, on=date(2025, 6, 15))"
