"""Formulas say in what order they are reckoned, and call inner steps of a rule what they are."""

from __future__ import annotations

import pytest
from vale import pack as vale

from aidrules.decision.phrases import Phrases
from aidrules.decision.view import View
from aidrules.language.pack import Pack
from borough import ON, pack_of

PACK = """
inputs: {household: {medical_spending: {unit: CNY/year, zh: 医疗支出, en: medical spending}}}
definitions:
  calm: {value: "case.urgent or (case.cooperates and case.disputed)", zh: 平静, en: calm}
  apart: {value: "not (case.urgent and case.cooperates)", zh: 分开, en: apart}
  any: {value: "case.urgent or (case.cooperates or case.disputed)", zh: 任一, en: any}
  twelfth:
    value: per_month(household.medical_spending + household.medical_spending)
    zh: 每月
    en: a month
programmes:
  aid:
    zh: 补助
    en: aid
    payment: {every: month}
    rules:
      asked: {kind: eligibility, when: case.urgent, zh: 紧急, en: urgency}
      grant: {kind: amount, amount: 5 * CNY / month, zh: 津贴, en: grant}
      visit: {kind: cadence, last: case.last_review_on, starts: case.accepted_on, every: 12 month, zh: 探访, en: visit}
      decide: {kind: deadline, from: case.accepted_on, within: 5 day, until: case.decided_on,
               extend_to: 9 day, extended_when: case.disputed, zh: 作出决定, en: decision}
      tell: {kind: referral, when: case.urgent, to: office, from: case.accepted_on, within: 3 day,
             zh: 转介, en: hand-over}
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_of(tmp_path_factory.mktemp("rules"), PACK)


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        (
            "calm",
            "情况紧急，或(配合审核确认，且有争议或公示异议)",
            "urgent or (cooperates with the examination and disputed, or objected to when posted)",
        ),
        ("twelfth", "(医疗支出 + 医疗支出) ÷ 12", "(medical spending + medical spending) ÷ 12"),
        ("apart", "不属于“情况紧急，且配合审核确认”", "not “urgent and cooperates with the examination”"),
        (
            "any",
            "情况紧急，或配合审核确认，或有争议或公示异议",
            "urgent or cooperates with the examination or disputed, or objected to when posted",
        ),
        (
            "aid.visit.due",
            "(没有上次核查日期的为受理日期，否则为上次核查日期)后12个月",
            "12 months after (day of acceptance if there is no day of the last review, "
            "otherwise day of the last review)",
        ),
        (
            "aid.decide.due",
            "有争议或公示异议的为受理日期后9天，否则为受理日期后5天",
            "9 days after day of acceptance if disputed, or objected to when posted, "
            "otherwise 5 days after day of acceptance",
        ),
        ("aid.tell.due", "受理日期后3天", "3 days after day of acceptance"),
    ],
)
def test_a_formula_has_one_meaning_and_tells_what_each_step_is(pack: Pack, name: str, zh: str, en: str) -> None:
    view = View(pack.on(ON))
    assert (Phrases(view, "zh").formula_of(name), Phrases(view, "en").formula_of(name)) == (zh, en)


def test_a_deadline_is_called_so_where_another_formula_reads_it(pack: Pack) -> None:
    view = View(pack.on(ON))
    zh, en = (Phrases(view, lang).formula_of("aid.visit.overdue") for lang in ("zh", "en"))
    assert zh.startswith("探访，且有“探访”的期限，且") and zh.endswith(" > “探访”的期限")
    assert en.startswith("visit and there is a deadline of “visit” and ") and en.endswith(" > deadline of “visit”")


def test_a_phase_out_reckons_with_its_first_day_and_its_months() -> None:
    view = View(vale().on(ON))
    assert Phrases(view, "zh").formula_of("allowance.phase_out.end") == "渐退期首日后(渐退期月数 − 1个月)所在月末日"
    assert Phrases(view, "en").formula_of("allowance.phase_out.end") == (
        "the last day of the month of (months of the phase-out − 1 month) after first day of the phase-out"
    )
