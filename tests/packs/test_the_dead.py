"""Nobody who has died is paid: every few cases of every pack are decided again with all members dead."""

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


@pytest.mark.parametrize("name", with_rules())
def test_who_has_died_is_paid_nothing(name: str) -> None:
    paid = set()
    for file in (read_cases(file) for pack, file in find_cases(RULES) if pack == name):
        for case in file[::_EACH]:
            given = deepcopy(dict(case.given))
            for member in given.get("members", ()):
                member["died_on"] = case.on
            if case.refused is None and "members" in given:
                pack = case.laid_over(load(name, path=RULES))
                decision = decide(pack.Subject.from_text(given), pack, on=case.on)
                paid |= {(name, payment.programme) for payment in decision.payments}
    assert paid - _PAID_ALL_THE_SAME == set()
