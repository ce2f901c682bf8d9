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


@pytest.mark.parametrize(
    ("name", "said", "more"),
    [
        ("cn/sichuan/suining/town", "重点监测：列为着重监测的家庭。", {}),
        ("cn/hunan/county", "重点关注：列为重点关注的家庭。", {"on_register": True}),
    ],
)
def test_who_is_watched_closely_is_not_said_to_be_monitored(name: str, said: str, more: dict[str, object]) -> None:
    pack = packs(name)
    family = {"members": [{"id": "a", "incomes": [], "illness": {"serious": True}, **more}]}
    decision = decide(pack.Subject.model_validate(family), pack, on=ON)
    assert decision.outcomes["relapse_monitoring"].status == "undetermined"
    letter = decision.explain("zh")
    assert said in letter and "纳入监测。" not in letter


def test_a_refusal_by_alternatives_is_told_with_its_figures_and_why_earnings_are_left_out() -> None:
    pack = packs("cn/local/shanghai").with_parameters({"minimum_wage": 2690, "disposable_income_last_year": 90000})
    here = {"absence": {"kind": "none"}}
    wages = {"kind": "wages", "amount": "5000", "months": 1, "exempt": "none"}
    family: dict[str, object] = {
        "members": [{"id": "a", "incomes": [wages], **here}],
        "medical_spending": 0,
        "education_spending": 0,
        "findings": {"property_within_rules": {"value": True}, "property_within_marginal_rules": {"value": True}},
    }
    letter = decide(pack.Subject.model_validate(family), pack, on=date(2025, 3, 15)).explain("en")
    compared = (
        "The monthly income per person (4130 yuan per person per month) is above the subsistence standard (1595 yuan"
    )
    assert compared in letter and "= 5000 − 870 = 4130 yuan per month." in letter and "exactly 0" not in letter
    assert "The person's wages a month (5000 yuan per person per month) is above the minimum wage a month" in letter
    assert "Minimum wage a month: 2690 yuan per person per month, as given by the agency." in letter


def test_months_of_a_check_are_told_by_their_days_and_hand_overs_by_what_they_are_for() -> None:
    pack = packs("cn/pilot/community")
    months = [{"due_on": f"2024-0{month}-10", "paid_on": "none", "due": "800", "paid": "0"} for month in (2, 3)]
    paid = {"due_on": "2024-01-10", "paid_on": "2024-01-10", "due": "800", "paid": "800"}
    family: dict[str, object] = {
        "members": [{"id": "a"}],
        "on_dibao": True,
        "helpers": 2,
        "findings": {"hardship_found": {"value": True}},
        "dibao_months": [paid, *months],
        "case": {"legal_service": "other"},
    }
    decision = decide(pack.Subject.model_validate(family), pack, on=date(2024, 6, 10))
    letter = decision.explain("en")
    assert "(item 2 of the months of dibao, 10 February 2024; item 3 of the months of dibao, 10 March 2024)" in letter
    assert "The other legal service that is asked for, to the legal aid office." in letter
    assert "The number of helpers paired with the household (2) is not equal to 1." in letter
    letter = decision.explain("zh")
    assert "（2024年2月10日的第2项低保金按月发放情况、2024年3月10日的第3项低保金按月发放情况）" in letter
    assert "所需的其他法律服务，转法律援助机构。" in letter


def test_measures_are_not_said_to_be_offices() -> None:
    pack = packs("cn/liaoning/yingkou")
    family: dict[str, object] = {
        "members": [{"id": "a", "incomes": [], "status": {"lifted_from_poverty": True}}],
        "monitoring": {"status": "none"},
        **{f"{name}_secured": name != "water" for name in ("education", "medical", "housing", "water")},
        **{f"{name}_at_risk": False for name in ("production", "work", "treatment", "schooling")},
    }
    decision = decide(pack.Subject.model_validate(family), pack, on=ON)
    assert "Measures of help by risk: help with water" in decision.explain("en")
    assert "按风险落实帮扶措施：饮水帮扶" in decision.explain("zh")


def test_who_may_be_on_a_list_is_said_to_be_one_of_those_on_it() -> None:
    pack = packs("cn/local/nanjing")
    family: dict[str, object] = {"members": [{"id": "a", "birth_date": "1950-01-01", "incomes": []}]}
    decision = decide(pack.Subject.model_validate(family), pack, on=date(2024, 3, 10))
    assert "whether the person is one of the family members who count" in decision.explain("en")
    assert "此人是否属于计入的家庭成员，尚不能确定" in decision.explain("zh")


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
