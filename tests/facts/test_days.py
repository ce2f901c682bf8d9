"""What has happened is not dated after the day of the facts; what may lie ahead is."""

from datetime import date, timedelta
from typing import Any

import pytest

from aidrules import DecisionError, decide, load
from aidrules.facts import Household
from aidrules.facts.days import not_yet
from aidrules.facts.inputs import FindingInput, Input, extend
from aidrules.facts.schema import Subject, schema_of

ON = date(2025, 6, 1)
NEXT = ON + timedelta(days=1)


def places(household: Household, on: date = ON) -> list[str | None]:
    return [problem.where for problem in not_yet(household, on)]


def days(subject: Subject) -> list[bool]:
    own = [field.past for field in subject.fields.values() if field.type == "date"]
    return own + [past for listed in subject.lists.values() for past in days(listed.subject)]


def test_every_shipped_day_tells_what_has_happened() -> None:
    found = days(schema_of(Household))
    assert len(found) > 20
    assert all(found)


@pytest.mark.parametrize(
    ("place", "facts"),
    [
        ("members[0].died_on", {"members": [{"id": "a", "died_on": NEXT}]}),
        ("members[0].absence.since", {"members": [{"id": "a", "absence": {"since": NEXT}}]}),
        ("members[0].incomes[1].received_on", {"members": [{"id": "a", "incomes": [{}, {"received_on": NEXT}]}]}),
        ("case.applied_on", {"case": {"applied_on": NEXT}}),
        ("benefits[0].since", {"benefits": [{"since": NEXT}]}),
        ("benefits[0].phase_out_since", {"benefits": [{"phase_out_since": NEXT}]}),
        ("events[0].happened_on", {"events": [{"happened_on": NEXT}]}),
        ("obligors[0].birth_date", {"obligors": [{"birth_date": NEXT}]}),
    ],
)
def test_a_day_ahead_is_told_with_its_place(place: str, facts: dict[str, Any]) -> None:
    household = Household.model_validate({"members": [{"id": "a"}], **facts})
    assert places(household) == [place]
    assert places(household, NEXT) == []


def test_a_pack_says_which_of_its_dates_are_past_and_findings_always_are() -> None:
    inputs = {
        "household": {
            "moved_on": Input(type="date", past=True, optional=True),
            "lease_ends_on": Input(type="date", optional=True),
            "secret_on": Input(type="date", past=True, confidential=True),
        }
    }
    model = extend(inputs, {"fit": FindingInput(type="bool"), "well": FindingInput(type="bool", about="member")})
    found = {"value": True, "on": NEXT}
    household = model.model_validate(
        {
            "members": [{"id": "a", "findings": {"well": found}}],
            "findings": {"fit": found},
            **dict.fromkeys(("moved_on", "lease_ends_on", "secret_on"), NEXT),
        }
    )
    told = ["members[0].findings.well.on", "moved_on", "secret_on", "findings.fit.on"]
    assert sorted(map(str, places(household))) == sorted(told)
    assert not any(str(NEXT) in str(problem) for problem in not_yet(household, ON) if problem.where == "secret_on")


def test_only_a_date_can_be_past() -> None:
    with pytest.raises(ValueError, match="past: belongs to a date"):
        Input(type="bool", past=True)


def test_a_decision_tells_every_day_ahead() -> None:
    pack = load("cn/national")
    household = pack.Household(members=[{"id": "a"}], events=[{"happened_on": NEXT}], benefits=[{"since": NEXT}])
    with pytest.raises(DecisionError) as caught:
        decide(household, pack, on=ON)
    assert [problem.where for problem in caught.value.problems] == ["benefits[0].since", "events[0].happened_on"]
    assert "events[0].happened_on: 2025-06-02 is after the date of the facts, 2025-06-01; expected" in str(caught.value)
