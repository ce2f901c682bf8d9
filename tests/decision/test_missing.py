"""Missing inputs: only what matters, what settles most first."""

from __future__ import annotations

from pathlib import Path

import pytest
from vale import ON, decided, pack, wages

from aidrules.decision import decide
from aidrules.decision.missing import missing_inputs
from borough import pack_of


def test_nothing_is_missing_where_everything_is_settled() -> None:
    assert decided().missing == ()


def test_what_no_longer_matters_is_not_asked() -> None:
    decision = decided([wages(9000)], assets={"vehicles": None, "commercial_properties": None})
    assert decision.outcomes["allowance"].status == "ineligible"
    assert not [entry for entry in decision.missing if "allowance" in entry.bears_on]


def test_one_input_may_settle_several_outcomes() -> None:
    decision = decided([{}, {"birth_date": None}])
    first, *rest = decision.missing
    assert (first.input, first.member) == ("members[1].birth_date", "m2")
    assert first.settles == ("allowance.supplement[m2]", "care[m2]")
    assert rest == []


def test_inputs_that_settle_an_outcome_alone_come_before_those_that_only_bear_on_it() -> None:
    decision = decided(
        [{"trade": None}], assets={"vehicles": None, "commercial_properties": None}, contracted_land=True
    )
    assert [(entry.input, entry.settles, entry.bears_on) for entry in decision.missing] == [
        ("members[0].trade", ("training[m1]",), ("training[m1]",)),
        ("assets.vehicles", (), ("allowance",)),
        ("assets.commercial_properties", (), ("allowance",)),
    ]


def test_a_list_that_nobody_has_filled_in_is_one_input() -> None:
    entry = decided([{"incomes": None}]).missing[0]
    assert (entry.input, entry.kind, entry.settles) == ("members[0].incomes", "list", ("allowance", "hardship.kind"))


def test_a_finding_names_who_may_make_it() -> None:
    grave = {"grave": {"value": True, "reason": "the house is gone"}, "months_granted": None}
    (entry,) = decided(events=[{"kind": "fire"}], findings=grave).missing
    assert (entry.input, entry.kind, entry.who) == ("findings.months_granted", "finding", ("council", "elder"))
    assert entry.settles == ("relief.aid",)


def test_a_parameter_without_a_value_is_missing_too(tmp_path: Path) -> None:
    rules = pack_of(
        tmp_path,
        """
        parameters: {line: {unit: CNY/household/month, required: true, zh: 标准, en: line}}
        programmes:
          aid:
            rules: {means: {kind: eligibility, when: household.housing.rent < line}}
        """,
    )
    facts = rules.Household.model_validate({"members": [{"id": "a"}], "housing": {"rent": 100}})
    (entry,) = decide(facts, rules, on=ON, chain="exact").missing
    assert (entry.input, entry.kind, entry.label.en, entry.settles) == ("line", "parameter", "line", ("aid",))


def test_what_a_deadline_turns_on_is_asked_where_a_case_is_on_record_and_comes_last() -> None:
    undated = {"applied_on": None, "decided_on": None}
    decision = decided([wages(800), {"birth_date": None}], case=undated)
    assert [(entry.input, entry.settles, entry.bears_on) for entry in decision.missing] == [
        ("members[1].birth_date", ("allowance.supplement[m2]", "care[m2]"), ("allowance.supplement[m2]", "care[m2]")),
        ("case.applied_on", (), ("allowance.answer",)),
        ("case.decided_on", (), ("allowance.answer",)),
    ]
    assert decided(case=None).missing == ()
    assert decided(case={"applied_on": "none", "decided_on": None}).missing == ()


def test_whether_a_deadline_is_extended_is_asked_too() -> None:
    (entry,) = decided(case={"disputed": None}).missing
    assert (entry.input, entry.settles) == ("case.disputed", ("allowance.answer",))


BRANCHED = """
inputs:
  household:
    tenant: {type: bool, zh: 租房, en: tenant}
    lodgers: {type: bool, zh: 有房客, en: lodgers}
    owed: {unit: CNY, zh: 欠款, en: owed}
    spared: {unit: CNY, zh: 节余, en: spared}
parameters:
  line: {unit: CNY/household, values: [{is: 700}], zh: 标准, en: line}
definitions:
  borne: {value: household.owed if household.tenant or household.lodgers else household.spared, zh: 负担, en: borne}
  working_and_able: {value: any(m.labour.employed for m in members if m.disability.kind == none), zh: 有, en: some}
programmes:
  aid:
    rules:
      means: {kind: eligibility, when: borne < line}
  training:
    rules:
      some: {kind: eligibility, when: working_and_able}
"""


@pytest.mark.parametrize(
    ("tenant", "asked"),
    [
        (True, {"owed"}),
        (False, {"spared"}),
        (None, {"tenant", "owed", "spared"}),
    ],
)
def test_nothing_is_asked_for_the_branch_that_is_not_taken(
    tmp_path: Path, tenant: bool | None, asked: set[str]
) -> None:
    rules = pack_of(tmp_path, BRANCHED)
    facts = rules.Household.model_validate({"members": [{"id": "a"}], "tenant": tenant, "lodgers": False})
    missing = decide(facts, rules, on=ON, chain="exact").missing
    assert {entry.input for entry in missing if "aid" in entry.bears_on} == asked


def test_nothing_is_asked_of_an_item_that_cannot_settle_whether_there_is_one(tmp_path: Path) -> None:
    rules = pack_of(tmp_path, BRANCHED)
    members = [{"id": "a", "labour": {"employed": False}}, {"id": "b"}]
    facts = rules.Household.model_validate({"members": members, "tenant": True, "owed": 1})
    missing = decide(facts, rules, on=ON, chain="exact").missing
    assert {entry.input for entry in missing} == {"members[1].labour.employed", "members[1].disability.kind"}


STAGED = """
inputs:
  household:
    tenant: {type: bool, zh: 租房, en: tenant}
    registered: {type: bool, zh: 备案, en: registered}
    lodgers: {type: bool, zh: 有房客, en: lodgers}
    length: {type: [short, long], zh: 渐退类别, en: length}
parameters:
  months: {by: household.length, unit: month, values: [{is: {short: 3, long: 6}}], zh: 月数, en: months}
  line: {unit: CNY/household/month, values: [{is: 700}], zh: 标准, en: line}
definitions:
  lodging: {value: household.lodgers, zh: 有房客, en: somebody lodges}
programmes:
  aid:
    payment: {every: month, starts: next_month}
    zh: 补助
    en: aid
    rules:
      means: {kind: eligibility, when: household.housing.rent < line}
      lets: {kind: eligibility, when: household.tenant and household.registered or household.tenant and not lodging}
      sum: {kind: amount, amount: line}
      phase_out:
        {kind: phase_out, when: aid.in_payment and household.housing.rent >= line, apart_from: means,
         starts: next_month, months: months, pays: frozen, again: after_a_new_award}
"""


def staged(tmp_path: Path, **known: object) -> dict[str, str]:
    """The inputs that are missing, each with the sentence that asks for it."""
    rules = pack_of(tmp_path, STAGED)
    decision = decide(rules.Household.model_validate({"members": [{"id": "a"}], **known}), rules, on=ON, chain="exact")
    letter = decision.explain(lang="en").partition("What is missing")[2].splitlines()
    return {entry.input: next(line for line in letter if f"“{entry.label.en}”" in line) for entry in decision.missing}


def test_what_another_answer_may_make_needless_comes_after_it_and_is_told_so(tmp_path: Path) -> None:
    benefit = {"programme": "aid", "since": "2020-01-01", "last_amount": "500"}
    later = "not recorded; other answers may make this needless."
    asked = staged(tmp_path, housing={"rent": 800}, benefits=[benefit], tenant=True, registered=True)
    assert [*asked] == ["length"]
    assert later not in asked["length"]
    asked = staged(tmp_path, housing={"rent": 800})
    assert {*asked} == {"tenant", "benefits", "registered", "lodgers", "length"}
    assert {*[*asked][:2]} == {"tenant", "benefits"}
    assert {name for name in asked if later in asked[name]} == {"registered", "lodgers", "length"}
    assert later not in asked["tenant"]
    assert later not in asked["benefits"]


def test_what_two_conditions_turn_on_is_asked_together(tmp_path: Path) -> None:
    asked = staged(tmp_path, benefits=[], registered=True, lodgers=False, length="short")
    assert {*asked} == {"tenant", "housing.rent"}
    assert not [line for line in asked.values() if "needless" in line]


DATED = """
programmes:
  aid:
    rules:
      opened: {kind: eligibility, when: case.urgent, otherwise: not_opened}
      answer: {kind: deadline, from: case.accepted_on, within: 5 day, until: case.decided_on}
"""


@pytest.mark.parametrize(("urgent", "asked"), [(True, ["case.accepted_on", "case.decided_on"]), (False, [])])
def test_the_deadlines_of_a_route_that_is_not_open_ask_for_nothing(
    tmp_path: Path, urgent: bool, asked: list[str]
) -> None:
    rules = pack_of(tmp_path, DATED)
    facts = rules.Household.model_validate({"members": [{"id": "a"}], "case": {"urgent": urgent}})
    assert [entry.input for entry in decide(facts, rules, on=ON, chain="exact").missing] == asked


def test_how_long_a_phase_out_goes_on_is_asked_though_what_it_pays_is_known(tmp_path: Path) -> None:
    rules = pack_of(
        tmp_path,
        """
        inputs: {household: {length: {type: [short, long], zh: 渐退类别, en: length}}}
        parameters:
          months: {by: household.length, unit: month, values: [{is: {short: 3, long: 6}}], zh: 月数, en: months}
          line: {unit: CNY/household/month, values: [{is: 700}], zh: 标准, en: line}
        programmes:
          aid:
            payment: {every: month, starts: next_month}
            rules:
              means: {kind: eligibility, when: household.housing.rent < line}
              sum: {kind: amount, amount: line}
              phase_out:
                {kind: phase_out, when: household.housing.rent >= line, apart_from: means, starts: next_month,
                 months: months, pays: frozen, again: after_a_new_award}
        """,
    )
    benefit = {"programme": "aid", "since": "2020-01-01", "last_amount": "500"}
    for rent, asked in ((100, []), (800, ["length"])):
        facts = rules.Household.model_validate(
            {"members": [{"id": "a"}], "housing": {"rent": rent}, "benefits": [benefit]}
        )
        decision = decide(facts, rules, on=ON, chain="exact")
        assert [entry.input for entry in decision.missing] == asked
        assert [entry.settles for entry in decision.missing] == [("aid.phase_out",)] * len(asked)
        assert decision.outcomes["aid"].monthly is not None


GATED = """
programmes:
  aid:
    rules:
      opened: {kind: eligibility, when: not case.related_to_official, otherwise: not_opened}
      step: {kind: gate, needed_when: case.disputed, if_undetermined: needed, zh: 评议, en: appraisal}
      other: {kind: gate, needed_when: case.hard_to_investigate, if_undetermined: not_needed}
"""


def test_what_a_step_turns_on_that_is_taken_until_it_is_known_is_asked(tmp_path: Path) -> None:
    rules = pack_of(tmp_path, GATED)
    for closed, disputed, asked, said in (
        (False, None, ["case.disputed"], "Appraisal: to be done unless it proves needless."),
        (False, True, [], "Appraisal: needed."),
        (True, None, [], None),
    ):
        case = {"related_to_official": closed, "disputed": disputed}
        facts = rules.Household.model_validate({"members": [{"id": "a"}], "case": case})
        decision = decide(facts, rules, on=ON, chain="exact")
        assert [entry.input for entry in decision.missing] == asked
        assert said is None or said in decision.explain(lang="en")


def test_filling_in_the_first_missing_input_settles_what_it_says() -> None:
    rules = pack()
    decision = decided([{}, {"birth_date": None}], rules=rules)
    filled = decided([{}, {"birth_date": "1950-01-01"}], rules=rules)
    for name in decision.missing[0].settles:
        assert name not in {point for entry in missing_inputs(filled._outcomes) for point in entry.bears_on}
