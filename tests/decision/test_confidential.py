"""Confidential facts: they decide, and are never printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from vale import PACKS, decided, household, pack

from aidrules import load
from aidrules.decision import Decision, verify
from aidrules.errors import FactsError

MARKED = [{"marked": True}, {}]


def everything_printed(decision: Decision) -> str:
    return "\n".join(
        [
            decision.to_json(),
            *(decision.explain(lang) for lang in ("zh", "en")),
            decision.to_html("zh"),
            decision.to_html("en"),
            repr(decision),
        ]
    )


@pytest.mark.parametrize("marked", [True, False, None])
def test_neither_name_nor_value_is_printed(marked: bool | None) -> None:
    decision = decided([{"marked": marked}, {}])
    text = everything_printed(decision)
    for name in ("隐私标记", "private mark", "set_apart", "须分开办理", '"marked"'):
        assert name not in text
    assert {gate.rule: gate.state for gate in decision.gates}["allowance.apart"] == (
        {True: "needed", False: "waived", None: "undetermined"}[marked]
    )


def test_what_follows_is_explained_by_a_confidential_circumstance() -> None:
    (apart,) = [found for found in decided(MARKED).trace.rules if found.rule == "allowance.apart"]
    (step,) = apart.steps
    assert step.statement is not None and step.formula is not None
    assert step.statement.zh == "依据一项保密情况确定"
    assert step.formula.en == "a confidential circumstance"
    assert [(entry.name, entry.value, entry.confidential) for entry in step.inputs] == [("confidential", None, True)]


def test_a_value_that_reads_it_is_left_out_of_the_trace() -> None:
    assert "set_apart" not in {entry.name for entry in decided(MARKED).trace.values}


def test_a_record_withholds_it_and_lists_what_was_withheld() -> None:
    content = json.loads(decided(MARKED).record())
    assert content["withheld"] == ["members[0].marked", "members[1].marked"]
    assert all("marked" not in member for member in content["household"]["members"])


def test_a_record_without_it_is_checked_as_far_as_that_goes() -> None:
    found = verify(decided(MARKED).record(), path=PACKS)
    assert (found.state, bool(found)) == ("incomplete", False)
    assert found.unchecked and all("gates" in path for path in found.unchecked)
    assert "Withheld: members[0].marked, members[1].marked." in str(found)


def test_a_record_is_verified_once_it_is_added() -> None:
    added = {"members[0].marked": True, "members[1].marked": False}
    assert verify(decided(MARKED).record(), path=PACKS, confidential=added).state == "verified"
    wrong = {"members[0].marked": False, "members[1].marked": False}
    assert verify(decided(MARKED).record(), path=PACKS, confidential=wrong).state == "differs"


def test_a_record_may_be_asked_to_hold_it() -> None:
    record = decided(MARKED).record(confidential=True)
    content = json.loads(record)
    assert content["confidential"] == ["members[0].marked", "members[1].marked"] and content["withheld"] == []
    assert verify(record, path=PACKS)


CERTAIN = {
    "overlay": "certain",
    "source": "vale-act",
    "overrides": {"programmes": {"allowance": {"rules": {"apart": {"if_undetermined": "needed", "cite": "第七条"}}}}},
}


@pytest.mark.parametrize("marked", [True, False])
def test_a_gate_that_settles_the_unknown_tells_nothing(marked: bool) -> None:
    record = decided([{"marked": marked}, {}], rules=pack().with_overlay(CERTAIN)).record()
    found = verify(record, path=PACKS)
    assert (found.state, found.differences, found.unchecked) == ("incomplete", (), ("gates[allowance.apart]",))
    assert not any(word in str(found) for word in ("waived", "needed", "true", "false"))


def test_a_confidential_list_is_so_in_all_that_it_holds(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text((PACKS / "sources.yaml").read_text("utf-8"), "utf-8")
    county = tmp_path / "vale" / "county"
    county.mkdir(parents=True)
    text = (PACKS / "vale" / "county" / "pack.yaml").read_text("utf-8")
    stays = "    stays: {list: stay, confidential: true, fields: {secluded: {type: bool}}, zh: 暂住, en: stays}\n"
    changes = (
        ("  member:\n", f"  member:\n{stays}"),
        ("value: member.marked", "value: any(s.secluded for s in member.stays)"),
    )
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (county / "pack.yaml").write_text(text, "utf-8")
    rules = load("vale/county", path=tmp_path)
    decision = decided([{"stays": [{"secluded": True}], "marked": None}, {"stays": [], "marked": None}], rules=rules)
    assert "secluded" not in everything_printed(decision) and "stays" not in everything_printed(decision)
    record = decision.record()
    assert json.loads(record)["withheld"] == ["members[0].stays", "members[1].stays"]
    assert all("stays" not in member for member in json.loads(record)["household"]["members"])
    assert verify(record, path=tmp_path).state == "incomplete"
    added = {"members[0].stays": [{"secluded": True}], "members[1].stays": []}
    assert verify(record, path=tmp_path, confidential=added).state == "verified"
    assert verify(decision.record(confidential=True), path=tmp_path).state == "verified"
    with pytest.raises(FactsError) as error:
        rules.Household.model_validate({"members": [{"id": "a", "stays": [{"secluded": "maybe"}]}]})
    assert "maybe" not in str(error.value)


def test_neither_a_household_nor_an_error_shows_what_is_confidential_or_a_reason() -> None:
    rules = pack()
    shown = repr(household(rules, [{"marked": True}]))
    assert "marked=<confidential>" in shown and "marked=True" not in shown
    wrong = {"members": [{"id": "a", "marked": "hush"}], "findings": {"grave": {"value": True, "reason": "hush\nhush"}}}
    for build in (rules.Household.model_validate, lambda facts: rules.Household.model_validate_json(json.dumps(facts))):
        with pytest.raises(FactsError) as error:
            build(wrong)
        assert "hush" not in str(error.value)
        assert error.value.__context__ is None and error.value.__cause__ is None


def test_an_id_that_looks_like_an_old_identity_number_is_refused() -> None:
    with pytest.raises(FactsError, match="looks like a resident identity number"):
        pack().Household.model_validate({"members": [{"id": "522101850505123"}]})
    assert pack().Household.model_validate({"members": [{"id": "522101859905123"}]})
