"""decide: what it takes, and each refusal."""

from __future__ import annotations

import copy
import pickle
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from vale import IN_PAYMENT, ON, decided, household, pack, wages

from aidrules import Household
from aidrules.decision import decide
from aidrules.errors import DecisionError, FactsError, PackError
from borough import pack_of


def test_a_household_is_decided() -> None:
    outcome = decided().outcomes["allowance"]
    assert (outcome.status, outcome.monthly) == ("eligible", Decimal("600.00"))


def test_a_plain_household_is_taken_over_into_the_pack() -> None:
    plain = Household(residence="urban", members=[{"id": "a", "incomes": []}])
    decision = decide(plain, pack(), on=ON)
    assert type(decision.household) is pack().Household
    assert decision.value("per_person") == 0


def test_a_household_fits_the_same_pack_with_other_figures() -> None:
    facts = household(pack())
    decision = decide(facts, pack().with_parameters({"wage": 1}), on=ON)
    assert decision.household is facts


def test_a_household_with_facts_that_the_pack_does_not_ask_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="profile: unknown field"):
        decide(household(pack(), profile="first"), pack_of(tmp_path, ""), on=ON)


def test_something_that_is_no_household_is_refused() -> None:
    with pytest.raises(DecisionError, match=r"household: a dict; expected a Household of vale/county"):
        decide({"members": []}, pack(), on=ON)  # type: ignore[arg-type]


def test_a_pack_name_is_no_pack() -> None:
    with pytest.raises(DecisionError, match=r"'vale/county' is a str; expected a pack\. Load it"):
        decide(household(pack()), "vale/county", on=ON)  # type: ignore[arg-type]


@pytest.mark.parametrize("day", ["2025-06-15", datetime(2025, 6, 15), None])
def test_a_date_that_is_no_date_is_refused(day: object) -> None:
    with pytest.raises(DecisionError, match=r"expected a datetime\.date"):
        decide(household(pack()), pack(), on=day)  # type: ignore[arg-type]


def test_a_member_born_after_the_date_is_refused() -> None:
    with pytest.raises(
        DecisionError, match=r"members\[1\]\.birth_date: 2025-06-16 is after .* 2025-06-15; .*date of birth"
    ):
        decided([{}, {"birth_date": "2025-06-16"}])


def test_a_member_born_on_the_date_counts() -> None:
    assert decided([{}, {"birth_date": "2025-06-15"}]).outcomes["allowance"].status == "eligible"


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2030, 1, 1)])
def test_a_date_outside_the_packs_time_is_refused(day: date) -> None:
    rules = pack()
    with pytest.raises(DecisionError, match=rf"vale/county is not in force on {day}.*from 2020-01-01 until 2029-12-31"):
        decide(household(rules), rules, on=day)


def test_facts_of_one_day_may_be_decided_under_the_law_of_another() -> None:
    rules = pack()
    decision = decide(household(rules), rules, on=date(2030, 1, 1), law=date(2029, 12, 31))
    assert (decision.on, decision.law) == (date(2030, 1, 1), date(2029, 12, 31))


def test_parameters_readings_and_overlays_are_laid_over_the_pack() -> None:
    rules = pack()
    on_the_line = household(rules, [wages(1400), {}])
    assert decide(on_the_line, rules, on=ON).outcomes["allowance"].status == "ineligible"
    read = decide(on_the_line, rules, on=ON, readings={"allowance.means.on_the_line": "inside"})
    assert read.outcomes["allowance"].status == "eligible"
    given = decide(on_the_line, rules, on=ON, parameters={"line[urban]": Decimal(800)})
    assert given.outcomes["allowance"].monthly == Decimal("200.00")
    overlay = {
        "overlay": "higher",
        "source": "vale-act",
        "parameters": {"line": {"values": [{"is": {"urban": "900"}}]}},
    }
    laid = decide(on_the_line, rules, on=ON, overlays=[overlay])
    assert laid.outcomes["allowance"].monthly == Decimal("400.00")
    assert laid.pack_digest != rules.digest


def test_an_unknown_parameter_is_refused_with_near_names() -> None:
    rules = pack()
    with pytest.raises(PackError, match=r"no parameter 'lines'.*Did you mean line\?"):
        decide(household(rules), rules, on=ON, parameters={"lines[urban]": 1})


def test_a_missing_required_parameter_leaves_open_what_reads_it_unless_strict() -> None:
    rules = pack()
    late = household(rules, [wages(1402), {}], benefits=IN_PAYMENT, profile="second")
    decision = decide(late, rules, on=ON)
    assert decision.outcomes["allowance"].status == "phasing_out"
    phase_out = decision.outcomes["allowance"].phase_out
    assert phase_out is not None and phase_out.months is None and phase_out.end is None
    with pytest.raises(DecisionError, match=r"expected a value: allowance\.phase_out"):
        decide(late, rules, on=ON, strict=True)


def test_strict_refuses_a_missing_required_parameter(tmp_path: Path) -> None:
    rules = pack_of(
        tmp_path,
        """
        parameters: {line: {unit: CNY/household/month, required: true}, other: {required: true}}
        programmes: {aid: {rules: {means: {kind: eligibility, when: household.housing.rent < line}}}}
        """,
    )
    facts = rules.Household.model_validate({"members": [{"id": "a"}], "housing": {"rent": 100}})
    assert decide(facts, rules, on=ON).is_open
    with pytest.raises(DecisionError) as error:
        decide(facts, rules, on=ON, strict=True, parameters={"other": 1})
    assert str(error.value) == (
        "line: a required parameter has no value; expected a value: aid, aid.means cannot be settled without. "
        "Give it: parameters={'line': ...}, or with the command --set 'line=...'."
    )
    # Nothing in this case turns on the other parameter.
    assert not decide(facts, rules, on=ON, strict=True, parameters={"line": 200}).is_open


def test_an_engine_that_there_is_not_is_refused_before_anything_is_decided() -> None:
    rules = pack()
    with pytest.raises(DecisionError, match=r"'exakt' is no engine; .*Did you mean exact?"):
        decide(household(rules), rules, on=ON, chain="exakt")  # type: ignore[arg-type]


def test_a_decision_is_not_pickled_and_says_what_to_send() -> None:
    decision = decided()
    with pytest.raises(TypeError, match=r"send decision\.to_json\(\) or decision\.record\(\)"):
        pickle.dumps(decision)
    assert copy.copy(decision) is decision and copy.deepcopy([decision]) == [decision]


def test_outcomes_are_pickled_and_copied_as_a_plain_mapping() -> None:
    outcomes = decided().outcomes
    for again in (pickle.loads(pickle.dumps(outcomes)), copy.deepcopy(outcomes)):
        assert type(again) is dict and again == dict(outcomes) and list(again) == list(outcomes)


def test_a_programme_that_there_is_not_is_named_with_near_ones() -> None:
    decision = decided()
    with pytest.raises(KeyError, match=r"there is no programme 'allowanc'. Did you mean allowance?"):
        decision.outcomes["allowanc"]
    with pytest.raises(KeyError, match=r"there is no programme 'x{40}…'\. Expected one of allowance"):
        decision.outcomes["x" * 100_000]
    assert decision.outcomes.get("allowanc") is None and "allowanc" not in decision.outcomes


def test_a_decision_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        decided().law = date(2020, 1, 1)


def test_a_value_is_looked_up_by_name_and_item() -> None:
    decision = decided([wages(800), {"birth_date": "1950-01-01"}])
    assert decision.value("per_person") == 400
    assert (decision.value("old[m1]"), decision.value("old[m2]")) == (False, True)
    with pytest.raises(KeyError, match=r"nothing is called per_persons. Did you mean per_person"):
        decision.value("per_persons")
    with pytest.raises(KeyError, match=r"nothing is called x{40}…\."):
        decision.value("x" * 100_000)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("old", "old is of each member: ask for old[m1]; there are m1, m2"),
        ("old[m3]", "old is of each member, and no member is called m3: ask for old[m1]; there are m1, m2"),
        ("old[\u202e]", r"old is of each member, and no member is called \u202e: ask for old[m1]; there are m1, m2"),
        ("per_person[m1]", "per_person is of the household: ask for per_person, without [m1]"),
    ],
)
def test_how_a_value_is_asked_for_is_said(name: str, said: str) -> None:
    with pytest.raises(KeyError) as error:
        decided([wages(800), {}]).value(name)
    assert error.value.args == (said,)


def test_of_many_members_some_are_named() -> None:
    with pytest.raises(KeyError, match=r"ask for old\[m1\]; there are m1, m2, .*, m20 and 2 more'$"):
        decided([{}] * 22).value("old")


@pytest.mark.parametrize("name", ["line", "line[urban]"])
def test_a_parameter_is_no_value_and_its_place_is_named(name: str) -> None:
    decision = decided()
    with pytest.raises(KeyError, match=r"line is a parameter: decision\.trace\.parameters says how it stood"):
        decision.value(name)
    assert "line" in {parameter.name for parameter in decision.trace.parameters}


@pytest.mark.parametrize("name", [None, 5])
def test_a_name_is_text(name: Any) -> None:
    decision = decided()
    for ask in (decision.value, decision.why, decision.why_not):
        with pytest.raises(DecisionError):
            ask(name)
