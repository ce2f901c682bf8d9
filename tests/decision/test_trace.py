"""The trace: every rule with its state, inputs, formula, values, clause, force, reading and what it replaced."""

from __future__ import annotations

from datetime import date

import pytest
from vale import IN_PAYMENT, decided, pack, wages

from aidrules.decision import Decision
from aidrules.decision.forms import RuleTrace, Step, ValueTrace


def rule(decision: Decision, name: str) -> RuleTrace:
    return next(found for found in decision.trace.rules if found.rule == name)


def value(decision: Decision, name: str) -> ValueTrace:
    return next(found for found in decision.trace.values if found.name == name)


def step(decision: Decision, name: str, about: str | None = None) -> Step:
    return next(found for found in rule(decision, name).steps if found.about == about)


def test_every_rule_of_the_pack_is_in_the_trace() -> None:
    decision = decided()
    assert {found.rule for found in decision.trace.rules} == set(decision.run.compiled.rules)


@pytest.mark.parametrize(
    ("name", "changes", "state"),
    [
        ("allowance.means", {}, "applied"),
        ("allowance.riches", {}, "not_applied"),
        ("allowance.riches", {"assets": {"vehicles": 1}}, "applied"),
        ("allowance.riches", {"assets": {"vehicles": None}}, "undetermined"),
        ("allowance.top_up", {}, "applied"),
        ("allowance.top_up", {"assets": {"vehicles": 1}}, "not_reached"),
        ("allowance.top_up", {"assets": {"vehicles": None}}, "undetermined"),
        ("allowance.phase_out", {}, "not_reached"),
        ("allowance.fuel", {}, "not_applied"),
        ("allowance.fuel", {"assets": {"vehicles": 1}}, "not_reached"),
        ("relief.gravity", {}, "not_reached"),
        ("relief.gravity", {"events": [{"kind": "fire"}]}, "not_applied"),
        ("relief.fire", {}, "not_applied"),
        ("hardship.kind", {}, "applied"),
        ("allowance.complete", {}, "applied"),
    ],
)
def test_state_of_a_rule(name: str, changes: dict[str, object], state: str) -> None:
    assert rule(decided(**changes), name).state == state  # type: ignore[arg-type]


def test_a_rule_that_is_not_reached_shows_its_formula_and_no_figures() -> None:
    found = step(decided(assets={"vehicles": 1}), "allowance.top_up")
    assert found.formula is not None and found.formula.en.startswith("(allowance line − income per person")
    assert (found.inputs, found.with_values, found.result) == ((), None, None)


def test_a_condition_shows_its_inputs_and_why_it_holds() -> None:
    found = step(decided(), "allowance.means")
    assert [(entry.name, entry.kind, entry.value, entry.unit) for entry in found.inputs] == [
        ("per_person", "value", "400", "CNY/person/month"),
        ("line", "parameter", "700", "CNY/person/month"),
    ]
    assert found.result is True
    assert found.formula is not None and found.formula.zh == "月人均收入 < 补助标准"
    assert found.statement is not None
    assert found.statement.zh == "月人均收入（400元/人/月）低于补助标准（700元/人/月），低300元/人/月"


def test_an_amount_shows_its_formula_with_the_values_put_in() -> None:
    found = step(decided(), "allowance.top_up")
    assert found.with_values is not None and found.with_values.zh == "(700 − 400) × 2，向上进位到1元"
    assert (found.result, found.unit) == ("600", "CNY/household/month")


def test_a_supplement_shows_which_grades_hold_for_whom() -> None:
    decision = decided([{}, {"birth_date": "1950-01-01", "illness": {"serious": True}}])
    assert [(part.id, part.state) for part in step(decision, "allowance.supplement", "m2").parts] == [
        ("ill", "applied"),
        ("old", "applied"),
    ]
    assert {found.about: found.state for found in rule(decision, "allowance.supplement").steps} == {
        "m1": "applied",
        "m2": "applied",
    }
    assert step(decision, "allowance.supplement", "m2").result == "140"


def test_items_of_a_list_are_named_by_their_place() -> None:
    expenses = [
        {"kind": "disability", "claimed": 300, "verified": 200},
        {"kind": "employment", "claimed": 50, "verified": 50},
    ]
    costs = rule(decided(expenses=expenses), "allowance.costs")
    assert [(found.about, found.state, found.result) for found in costs.steps] == [
        ("expenses[0]", "applied", "200"),
        ("expenses[1]", "not_applied", "0"),
    ]
    assert costs.steps[0].with_values is not None and costs.steps[0].with_values.en == "the lesser of 300 and 200"


def test_clauses_dates_force_and_readings_stand_with_the_rule() -> None:
    means = rule(decided(), "allowance.means")
    assert [(clause.source, clause.clause) for clause in means.clauses] == [("vale-act", "第二条")]
    assert (means.in_force.start, means.in_force.until) == (date(2020, 1, 1), date(2029, 12, 31))
    assert (means.force, means.pack, means.readings) == ("must", "vale/county", ("allowance.means.on_the_line",))
    assert rule(decided(), "seed_grant.field").force == "in_principle"


def test_what_a_narrower_pack_replaced_stays_in_the_trace() -> None:
    found = rule(decided(rules=pack("vale/county/town")), "allowance.supplement")
    assert [clause.clause for clause in found.clauses] == ["第三款"]
    (wider,) = found.overrode
    assert (wider.pack, wider.by) == ("vale/county", "vale/county/town")
    assert "round" in wider.changed
    assert [(clause.source, clause.clause) for clause in wider.clauses] == [("vale-act", "第四条")]


def test_values_behind_the_rules_are_traced() -> None:
    found = value(decided([wages(800), wages(300)]), "gross").steps[0]
    assert found.with_values is not None and found.with_values.en == "800 + 300"
    assert found.result == "1100"


def test_an_unknown_number_is_traced_by_what_is_known_of_it() -> None:
    found = value(decided([{"incomes": [{"kind": "wages", "amount": None}]}]), "per_person").steps[0]
    assert found.state == "undetermined"
    assert found.result is not None and found.result is not True and ".." in found.result


def test_parameters_say_since_when_they_hold_and_whether_they_were_given() -> None:
    parameters = {entry.name: entry for entry in decided().trace.parameters}
    assert (parameters["wage"].given, parameters["wage"].in_force.start) == (False, date(2020, 1, 1))
    given = decided(rules=pack().with_parameters({"wage": 2000}))
    assert {entry.name: entry.given for entry in given.trace.parameters}["wage"] is True


def test_readings_relied_on_are_listed_with_their_alternatives() -> None:
    readings = {entry.name: entry for entry in decided().readings}
    found = readings["allowance.means.on_the_line"]
    assert (found.option, found.default, found.rules) == ("out", True, ("allowance.means",))
    assert [(other.option, other.label.en) for other in found.alternatives] == [("inside", "equal counts as below")]
    assert "allowance.phase_out.pays" not in readings
    late = decided([wages(1402), {}], benefits=IN_PAYMENT)
    assert "allowance.phase_out.pays" in {entry.name for entry in late.readings}


def test_a_reading_that_was_switched_is_not_the_default() -> None:
    rules = pack().with_readings({"allowance.means.on_the_line": "inside"})
    found = next(r for r in decided(rules=rules).readings if r.name == "allowance.means.on_the_line")
    assert (found.option, found.default) == ("inside", False)


def test_the_chain_names_conclusions_in_order_with_the_persons() -> None:
    chain = decided([{"birth_date": "1950-01-01"}]).chain
    assert chain.engine == "exact" and chain.agrees
    assert chain.order.index("allowance.eligible") < chain.order.index("allowance.active")
    assert "care.visit[m1]" in chain.order
