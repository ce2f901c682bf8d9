"""Nobody who has died is paid or helped: every few cases of every pack are decided again with all members dead."""

from __future__ import annotations

from copy import deepcopy

import pytest

from aidrules import decide, load
from aidrules.testing import find_cases, read_cases
from shipped_packs import RULES, with_rules

_EACH = 6  # cases of a file
_PAID_ALL_THE_SAME = {
    # an amount that somebody grants for the household as it is, by a finding of its hardship
    ("cn/hebei/shijiazhuang/lingshou", "temporary_aid"),
    ("cn/local/gansu", "temporary_assistance"),
    ("cn/national", "temporary_assistance"),
    ("cn/guizhou/zunyi/bozhou", "temporary_assistance"),
    # what was insured or spent before the death
    ("cn/anhui/fuyang/funan", "medical_aid"),
    ("cn/hebei/shijiazhuang/lingshou", "insurance"),
    ("cn/zhejiang/jiaxing/tongxiang", "medical_aid"),
    ("cn/zhejiang/medical_security", "reimbursement"),
}
_HELPED_ALL_THE_SAME = {
    # what was insured or spent before the death, and the funeral
    ("cn/guizhou/zunyi/bozhou", "funeral"),
    ("cn/national/low_income", "emergency_medical_aid"),
    ("cn/national/low_income", "medical_aid"),
    ("cn/national/low_income", "other_help"),
    ("cn/ningxia", "insurances"),
    # a person whom a court or a station has before it
    ("cn/guizhou/zunyi/bozhou", "legal_aid"),
    ("cn/national/legal_aid", "legal_aid"),
    ("cn/national/legal_aid", "appointed_counsel"),
    ("cn/national/legal_aid", "lawyer_on_duty"),
    ("cn/national/street_people", "station_aid"),
}
_IDLE = ("not_needed", "not_applied", "waived")
_WATCHED_ALL_THE_SAME = {
    # because of the death
    "dibao.review_after_death",
    # how a case is handled that was opened for the person
    "application.two_papers",
    "legal_aid.check_hardship",
    "legal_aid.decide",
    "legal_aid.told",
    "medical_aid.application",
    "repayment.pay_back",
    "tekun.acceptance",
    "tekun.appraisal",
    "tekun.county_opinion",
    "tekun.decided_by_the_township",
    "tekun.inquiry",
    "tekun.inquiry_after_objection",
    "tekun.posted_in_full",
    "tekun.reassessment",
    # what was insured or spent before the death
    "insurances.basic_first",
    "reimbursement.threshold_of_serious_illness",
    # a person whom a station has before it
    "station_aid.free_to_leave",
    "station_aid.no_labour",
    "station_aid.nothing_charged",
    "station_aid.registered",
    "station_aid.rooms",
}


@pytest.mark.parametrize("name", with_rules())
def test_who_has_died_is_paid_nothing_and_helped_no_more(name: str) -> None:
    paid, helped, watched = set(), set(), set()
    for file in (read_cases(file) for pack, file in find_cases(RULES) if pack == name):
        for case in file[::_EACH]:
            given = deepcopy(dict(case.given))
            for member in given.get("members", ()):
                member["died_on"] = case.on
            if case.refused is None and "members" in given:
                persons = {member["id"] for member in given["members"]}
                pack = case.laid_over(load(name, path=RULES))
                decision = decide(pack.Subject.from_text(given), pack, on=case.on)
                paid |= {(name, payment.programme) for payment in decision.payments}
                helped |= {(name, each.programme) for each in decision.entitlements if each.member in persons}
                duties = (*decision.checks, *decision.gates, *decision.deadlines, *decision.cadences)
                watched |= {each.rule for each in duties if (each.about or "") in persons and each.state not in _IDLE}
    assert watched - _WATCHED_ALL_THE_SAME == set()
    assert paid - _PAID_ALL_THE_SAME == set()
    assert helped - _HELPED_ALL_THE_SAME == set()
