"""Letters about the cases of every small pack: they can be written in both languages, and hold no id of the rules."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pytest

from aidrules import decide, load
from aidrules.decision.figures import Lang
from aidrules.language.pack import Pack
from aidrules.testing import find_cases, read_cases
from aidrules.testing.cases import Case
from shipped_packs import RULES, small

_ID = re.compile(r"[a-z0-9]+_[a-z0-9_]+|[a-z]+\.[a-z]+")
_EACH = 3
ON = date(2022, 5, 20)


@cache
def cases(name: str) -> list[Case]:
    """Some cases of each file of a pack, the same every time."""
    files = [read_cases(file) for pack, file in find_cases(RULES) if pack == name]
    return [case for file in files for case in file[:: max(1, len(file) // _EACH)] if case.refused is None]


@cache
def packs(name: str) -> Pack:
    return load(name, path=RULES)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", small())
def test_a_letter_of_each_case_has_no_ids(name: str, lang: str) -> None:
    found = {}
    for case in cases(name):
        pack = case.laid_over(packs(name))
        letter = decide(pack.Subject.from_text(case.given), pack, on=case.on).explain(lang=lang)  # type: ignore[arg-type]
        found[case.name] = [each for each in _ID.findall(letter.replace(pack.id, "")) if each not in case.given["id"]]
    assert len(found) >= _EACH and {name: ids for name, ids in found.items() if ids} == {}


def test_a_step_is_said_to_be_waived_where_its_programme_is_in_question_and_the_waiver_holds() -> None:
    pack = packs("cn/liaoning/yingkou")
    letters = []
    for status, suddenly in (("active", True), ("none", True), ("none", False)):
        family: dict[str, object] = {
            "rural_register": True,
            "members": [{"id": "a", "incomes": []}],
            "monitoring": {"status": status},
            "claims": [],
            "bills": [],
            "findings": {"relapse_risk": {"value": True}, "cause_of_hardship": {"value": "illness"}},
            "hit_suddenly": suddenly,
            "case": {"identified_on": ON},  # done, and so not needed
        }
        letters.append(decide(pack.Subject.model_validate(family), pack, on=ON).explain(lang="en"))
    said = "The procedure is completed before help is given: may be left out"
    assert [said in letter for letter in letters] == [False, True, False]


def yingkou(lang: Lang, paid: str) -> str:
    """A family of one that was identified; from its income of 10,000 yuan it paid medical costs."""
    pack = packs("cn/liaoning/yingkou")
    income = {"kind": "wages", "amount": "10000", "received_on": "2022-04-30"}
    family: dict[str, object] = {
        "rural_register": True,
        "members": [{"id": "a", "incomes": [income]}],
        "monitoring": {"status": "none"},
        "claims": [],
        "bills": [{"paid_on": "2021-05-01", "amount": paid}],
        "findings": {"relapse_risk": {"value": True}, "cause_of_hardship": {"value": "no_hardship"}},
        "dibao_since": "none",
        "dibao_applied_on": "none",
        "case": {"identified_on": ON},
    }
    return decide(pack.Subject.model_validate(family), pack, on=ON).explain(lang)


def test_a_refusal_in_a_line_is_told_with_its_figures_where_alternatives_fail() -> None:
    letter = yingkou("en", "2740")
    assert "(7260 yuan per person per year) is exactly the province's line of monitoring (7260 yuan per" in letter
    assert "(10000 + 0 − 2740) = 7260 yuan per person per year." in letter
    assert "The province's line of monitoring: 7260 yuan per person per year." in letter
    letter = yingkou("zh", "2740")
    assert "（7260元/人/年）恰好等于省监测范围（7260元/人/年）。" in letter
    assert "(10000 + 0 − 2740) = 7260元/人/年。" in letter and "省监测范围为7260元/人/年。" in letter


def test_a_step_of_which_it_is_open_whether_it_is_needed_is_told_and_a_hand_over_only_where_there_is_one() -> None:
    letter = yingkou("en", "2740.01")
    assert "Identification as a monitored household: in question, with nothing to be handed over now." in letter
    assert "Identification is to begin" not in letter and "to be handed over." not in letter
    compared = (
        "Records are compared: whether it is needed is not settled; not known: day the compared records came back."
    )
    assert compared in letter
    letter = yingkou("zh", "2740.01")
    assert "监测对象识别认定：属于此项情形，目前没有须转介办理的事项。" in letter
    assert "信息比对：是否需要尚不能确定；尚缺：信息比对返回日期。" in letter


def test_what_is_paid_for_an_item_of_a_list_is_not_told_by_the_name_of_the_item() -> None:
    pack = packs("cn/hebei/shijiazhuang/lingshou")
    file = RULES / pack.id / "cases" / "security.yaml"
    case = next(each for each in read_cases(file) if "insurance.payout[1]" in str(each.expect))
    pack = case.laid_over(pack)
    decision = decide(pack.Subject.from_text(case.given), pack, on=case.on)  # type: ignore[arg-type]
    assert "：8500.00元，即" in decision.explain(lang="zh") and ": 8500.00 yuan, which" in decision.explain(lang="en")


@pytest.mark.parametrize(("lang", "said"), [("zh", "在先各项占用的额度"), ("en", "what the items before it take")])
def test_what_a_shared_cap_leaves_is_told_in_words(lang: str, said: str) -> None:
    name = "cn/anhui/fuyang/funan"
    files = [read_cases(file) for pack, file in find_cases(RULES) if pack == name]
    case = next(case for file in files for case in file if case.name == "bills_of_two_years_in_one_decision")
    letter = decide(packs(name).Subject.from_text(case.given), case.laid_over(packs(name)), on=case.on).explain(lang)  # type: ignore[arg-type]
    assert said in letter and "‹" not in letter and " < " not in letter
