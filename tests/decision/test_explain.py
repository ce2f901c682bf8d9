"""Explanations: letters that read as a careful official writes them, pinned; and what they leave out.

`UPDATE_GOLDEN=1` writes the pinned letters anew; read what changed before committing it.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest
from vale import IN_PAYMENT, decided, household, pack, wages

from aidrules import load
from aidrules.decision import Decision, decide
from aidrules.decision.figures import Lang
from aidrules.errors import DecisionError

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = {"paid": "household.json", "refused": "refused.json", "undetermined": "undetermined.json"}


@pytest.fixture(scope="module")
def examples() -> dict[str, Decision]:
    rules = load(
        "cn/guizhou/zunyi/bozhou",
        path=ROOT / "rules",
        overlays=["cn/guizhou/zunyi/overlays/2025", ROOT / "examples" / "office.yaml"],
    )
    found = {}
    for name, file in EXAMPLES.items():
        household = rules.Household.model_validate_json((ROOT / "examples" / file).read_bytes())
        found[name] = decide(household, rules, on=date(2025, 6, 1), chain="exact")
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_letter_is_as_it_was_read(examples: dict[str, Decision], name: str, lang: str) -> None:
    letter = examples[name].explain(lang)  # type: ignore[arg-type]
    # The digest changes with every word of a pack; what it says is pinned by the letter itself.
    letter = re.sub(r"(摘要：|Digest of the rules: )[0-9a-f]{16}", r"\g<1>...", letter)
    file = GOLDEN / f"{name}.{lang}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(letter, encoding="utf-8")
    assert letter == file.read_text(encoding="utf-8")


def test_the_three_examples_are_what_their_letters_say(examples: dict[str, Decision]) -> None:
    assert {name: decision.outcomes["dibao"].status for name, decision in examples.items()} == {
        "paid": "eligible",
        "refused": "ineligible",
        "undetermined": "undetermined",
    }


def test_a_letter_may_tell_of_some_programmes_only() -> None:
    letter = decided().explain("en", ["allowance"])
    assert "Living allowance: eligible" in letter and "Care grant" not in letter
    with pytest.raises(DecisionError, match=r"there is no programme 'alowance'.*Did you mean allowance\?"):
        decided().explain("en", ["alowance"])


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 'zh' or 'en'"):
        decided().explain("fr")  # type: ignore[arg-type]


def test_why_tells_everything_a_programme_rests_on() -> None:
    told = decided().why("allowance", "en")
    assert told.startswith("Living allowance: eligible, 600.00 yuan a month.\n")
    for part in (
        "Lives in the county: met.",
        "No ground was found that stands against it. Looked at, and not applying: owns too much",
        "= (700 − 400) × 2",
    ):
        assert part in told
    assert "Care grant" not in told
    assert "Documents cited: Vale County Allowance Act (县法3号)." in told


def test_why_not_tells_what_stands_against_it_and_where_the_line_lies() -> None:
    told = decided([wages("1400.02"), {}], assets={"vehicles": 1}).why_not("allowance", "zh")
    assert "居住在本县" not in told
    assert "高于补助标准（700元/人/月），高出0.01元/人/月" in told
    assert "有较多财产：有此情形。属于“有机动车”（机动车数量（1）超过0）。（依据：《谷地县补助法》第五条(一)）" in told


def test_why_not_of_an_open_case_names_what_is_missing() -> None:
    told = decided([{"incomes": None}]).why_not("allowance", "en")
    assert "cannot be settled yet" in told
    assert "Member m1: “incomes”: nothing is recorded, not even that there are none" in told
    assert "Care grant" not in told


def test_there_must_be_such_a_programme() -> None:
    for ask in (decided().why, decided().why_not):
        with pytest.raises(DecisionError, match="there is no programme 'alms'; expected allowance, care"):
            ask("alms")


def test_amounts_that_lie_close_together_are_told_with_the_digits_that_tell_them_apart() -> None:
    close = [{"incomes": [{"kind": "wages", "amount": "16800.01", "months": 12}]}, {}]
    told = decided(close).why_not("allowance", "en")
    assert "(about 700.0004 yuan per person per month) is above" in told
    assert "by about 0.0004 yuan per person per month" in told


def test_rounding_is_told_where_it_changed_something() -> None:
    told = decided([wages("800.50"), {}]).why("allowance", "en")
    assert "(700 − 400.25) × 2 = 599.5, rounded up to 1 yuan: 600 yuan per month" in told
    assert "rounded" not in decided().why("allowance", "en")


def test_a_payment_that_stays_as_it_is_goes_on_instead_of_starting() -> None:
    told = decided(benefits=IN_PAYMENT).explain("zh")
    assert "发给家庭：差额补助，每月发放600.00元。\n  - 每月发放总额与目前相同，继续发放。" in told
    assert "作出决定计" not in told
    told = decided(benefits=[{**IN_PAYMENT[0], "last_amount": "500.00"}]).explain("zh")
    assert "每月发放600.00元，自2025年7月起。" in told and "继续发放" not in told
    assert "起付月份按2025年6月15日作出决定计" in told


def test_what_is_not_settled_is_no_payment_yet() -> None:
    told = decided([{"incomes": None}]).explain("en")
    assert "Payments\n  Not settled yet, nor how much: top-up.\n" in told


def test_an_amount_of_nothing_is_told_with_what_ends() -> None:
    lenient = pack().with_readings({"allowance.means.on_the_line": "inside"})
    told = decided([wages(1400), {}], rules=lenient, benefits=IN_PAYMENT).explain("en")
    assert "What is paid: the rules come to 0.00 yuan a month; the 600.00 yuan a month paid until now ends." in told
    told = decided([wages(1400), {}], rules=lenient).explain("en")
    assert "What is paid: the rules come to 0.00 yuan a month." in told and "ends" not in told


def test_a_deadline_of_which_nobody_recorded_whether_it_was_kept_is_told() -> None:
    told = decided(case={"decided_on": None}).explain("zh")
    assert "作出决定（生活补助）：期限为2025年6月21日；是否已完成未登记。" in told
    assert "作出决定（" not in decided(case={"applied_on": None, "decided_on": None}).explain("zh")


MISSING = {
    "zh": """尚缺的情况
  1. 全家：“拥有承包土地”未登记；补充后即可确定：春耕补助的结果。
  2. 成员 m2、m3：“出生日期”未登记；补充后即可确定：照料补助的结果。
  3. 成员 m3：
     - “收入”未登记（没有的也须写明）；补充后即可确定：生活补助的结果、困难类别。
     - “手艺”未登记；补充后即可确定：培训。
  4. 议事会：“情况严重”尚待认定；补充后即可确定：应急救助的结果。

""",
    "en": """What is missing
  1. The household: “holds contracted land” is not recorded; with it this is settled: the outcome of seed grant.
  2. Members m2, m3: “date of birth” is not recorded; with it this is settled: the outcome of care grant.
  3. Member m3:
     - “incomes”: nothing is recorded, not even that there are none; with it this is settled: the outcome of living allowance; class of hardship.
     - “trade” is not recorded; with it this is settled: training.
  4. The council: “the case is grave” awaits a finding; with it this is settled: the outcome of emergency relief.

""",  # noqa: E501
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_missing_stands_by_who_can_say_it_members_in_their_order(lang: Lang) -> None:
    people = [wages(800), {"birth_date": None}, {"trade": None, "birth_date": None, "incomes": None}]
    decision = decided(people, contracted_land=None, findings={"grave": None}, events=[{"kind": "fire"}])
    assert MISSING[lang] in decision.explain(lang)


def test_dates_that_deadlines_wait_for_are_the_agencys_and_no_part_of_the_letter_to_the_family() -> None:
    decision = decided(case={"applied_on": None, "decided_on": None})
    family, office = decision.explain("zh").split("以下供经办机构使用")
    assert "尚缺" not in family
    assert "  “申请日期”、“确认日期”未登记，有关期限尚不能确定：“作出决定”。\n" in office
    assert (
        "  “day of application”, “day of confirmation” are not recorded; not settled for that: “the decision is made”."
        in decision.explain("en")
    )
    once = decided(case={"decided_on": None, "disputed": None}).explain("zh")
    assert "是否延长尚不能确定" in once and "有关期限尚不能确定" not in once


def test_a_deadline_that_may_be_extended_is_told_with_both_days_and_what_is_missing() -> None:
    told = decided(case={"disputed": None}).explain("zh")
    assert "最迟应于2025年6月21日完成；按规定延长的，最迟应于2025年7月1日完成。是否延长尚不能确定，尚缺：" in told
    assert "to be done by 21 June 2025, or by 1 July 2025 if extended; not known: " in decided(
        case={"disputed": None}
    ).explain("en")
    made = decided(case={"disputed": None, "decided_on": "2025-06-10"}).explain("en")
    assert "if extended" not in made


def test_limits_and_branches_that_do_not_bear_on_the_case_are_left_out() -> None:
    spent = [{"kind": "disability", "claimed": 90, "reimbursed": 0, "verified": 90, "member": "m1"}]
    told = decided(expenses=spent).why("allowance", "zh")
    assert "取低者" not in told and "低于0的按0计" not in told
    told = decided(expenses=[{**spent[0], "verified": 50}]).why("allowance", "zh")
    assert "90、50取低者 = 50元/月" in told and "第1项刚性支出“残疾”" in told


def test_a_parameter_names_the_key_by_which_its_value_was_chosen() -> None:
    assert "补助标准（城市）为700元/人/月" in decided().why("allowance", "zh")
    assert "Allowance line (rural): 450 yuan per person per month" in decided(residence="rural").why("allowance", "en")


def test_a_phase_out_tells_its_months_and_what_each_pays() -> None:
    late = [wages(1402), {}]
    told = decided(late, benefits=IN_PAYMENT).why("allowance", "zh")
    assert "自2025年7月起，共6个月，至2025年12月31日止。" in told
    declining = pack().with_readings({"allowance.phase_out.pays": "declining"})
    told = decided(late, rules=declining, benefits=IN_PAYMENT).why("allowance", "zh")
    assert "2025年7月600.00元；2025年8月480.00元；2025年9月360.00元" in told
    assert "按选定采用“逐月递减”" in told


def test_a_phase_out_that_was_granted_before_says_so() -> None:
    granted = [{**IN_PAYMENT[0], "phase_out_since": "2025-06-01", "phase_out_months": 1}]
    told = decided([wages(1402), {}], benefits=granted).why("allowance", "en")
    assert "Phase-out: met. It was granted from 1 June 2025 and has not ended." in told
    assert "From June 2025, for 1 month, as it was granted, until 30 June 2025." in told


def test_a_phase_out_that_has_run_out_is_paid_no_longer_whenever_that_is_decided() -> None:
    granted = [{**IN_PAYMENT[0], "phase_out_since": "2025-03-01", "phase_out_months": 2}]
    facts = household(pack(), [wages(1402), {}], benefits=granted, case={"applied_on": "2025-05-01"})
    for month in (5, 6, 7):
        decision = decide(facts, pack(), on=date(2025, month, 20))
        assert decision.outcomes["allowance"].last_month == date(2025, 4, 1)
        assert "渐退期已于2025年4月30日届满，自2025年5月起不再发放。" in decision.explain("zh")
    told = decided([wages(1402), {}], benefits=granted).explain("en")
    assert "the phase-out ran out on 30 April 2025; nothing is paid from May 2025." in told


def test_an_amount_that_changes_is_told_with_the_last_month_of_the_old_one() -> None:
    changed = {**IN_PAYMENT[0], "last_amount": "500.00"}
    told = decided(benefits=[changed]).explain("zh")
    assert "目前每月发放的500.00元发放至2025年6月（含），自2025年7月起按新的数额发放。" in told
    told = decided(benefits=[{**changed, "phase_out_since": "2025-04-01", "phase_out_months": 6}]).explain("en")
    assert "The conditions are met again; the phase-out that was to run until 30 September 2025 is over." in told
    assert "The 500.00 yuan a month in payment now is paid up to and including June 2025" in told
    told = decided(benefits=[{**changed, "phase_out_since": "2025-04-01", "phase_out_months": 1}]).explain("en")
    assert "The phase-out ran out on 30 April 2025." in told
    assert "The 500.00 yuan a month in payment now is paid up to and including April 2025" in told


def test_a_rule_that_replaces_a_wider_one_says_so() -> None:
    told = decided([{"illness": {"serious": True}}], rules=pack("vale/county/town")).why("allowance", "zh")
    assert "分类增发（成员 m1）：140.00元/月。（依据：《河镇补助令》第三款）" in told
    assert "上级规定（依据：《谷地县补助法》第四条）由本条代替。" in told
    assert "上级规定" not in decided([{"illness": {"serious": True}}], rules=pack("vale/county/town")).explain("zh")


def test_members_of_whom_the_same_is_true_are_told_of_together() -> None:
    told = decided([{}, {"birth_date": "1950-01-01"}, {}]).explain("en", ["care"])
    assert "  1. Members m1, m3: not eligible." in told
    assert "  2. Member m2: eligible, 360.00 yuan a month." in told


def test_who_is_out_at_the_first_step_is_told_that_step_only(examples: dict[str, Decision]) -> None:
    letter = examples["refused"].explain("zh", ["dibao_individual"])
    assert "单人纳入低保（未满足：“本人属于可以单独申请的人员，或者已单人纳入”）" in letter
    assert "属于可以单独申请的范围" not in letter
    told = examples["refused"].why("dibao_individual", "zh")
    for later in ("家庭或者本人属于可以单独申请的范围：不符合", "本人属于可以单独申请的人员：不符合"):
        assert later in told


def test_routes_that_dibao_closes_are_not_opened_and_nothing_is_said_of_remedies(examples: dict[str, Decision]) -> None:
    decision, closed = examples["paid"], ("dibao_individual", "marginal", "rigid_expenditure_hardship")
    assert {decision.outcomes[name].status for name in closed} == {"not_opened"}
    letter = decision.explain("en")
    reason = "the household as a whole is neither taken into dibao nor in its phase-out"
    closing = f"individual inclusion in dibao (not met: “{reason}”)"
    assert f"Not in question here, which is no refusal: {closing}; marginal household" in letter
    assert decision.notices == () and "Please note" not in letter
    assert {name for notice in examples["refused"].notices for name in notice.about} >= {"dibao"}


def test_a_class_is_told_with_its_name() -> None:
    assert "困难类别：一般困难。（依据：《谷地县补助法》第十条(二)）" in decided().explain("zh")


def test_no_name_of_the_rules_themselves_stands_in_a_letter() -> None:
    for lang in ("zh", "en"):
        letter = decided([{"birth_date": None}], events=[{"kind": "fire"}]).explain(lang)  # type: ignore[arg-type]
        assert not re.search(r"\w_\w|members\[|\.birth_date|None|Fraction|Decimal", letter)


def test_a_reading_is_told_where_another_option_would_change_something() -> None:
    reading = "Taken as “"
    assert reading not in decided().explain("en") and reading in decided().why("allowance", "en")
    on_the_line = decided([wages(1400), {}], benefits=IN_PAYMENT).explain("en")
    assert reading in on_the_line
    open_case = decided([{"incomes": None}]).explain("en")
    assert reading in open_case


def test_nothing_is_said_twice(examples: dict[str, Decision]) -> None:
    letter = examples["paid"].explain("zh")
    assert letter.count("教育救助") == 1 and "教育救助（成员 daughter）：家庭经济困难学生生活补助。" in letter
    assert letter.count("作出决定") == 1
    assert letter.count("就业救助") == 1 and "不符合条件" not in letter
    assert letter.count("本次不涉及（不是不予批准）") == 1
    assert letter.count("法律援助（经济困难条件）（成员 father、mother、daughter）：符合条件。") == 1
    assert len(letter) < 3700 and "上级规定" not in letter


def test_what_concerns_the_agency_stands_after_the_letter_to_the_family() -> None:
    changed = {"case": {"documents_complete": False}}
    for_family, _, for_agency = (
        decided(**changed).explain("en").partition("For the agency, and no part of the statement")
    )
    assert "For the agency to attend to" in for_agency and "For the agency" not in for_family
    assert "Digest of the rules" in for_family
    assert "For the agency, and no part" in decided(**changed).to_html("en")
