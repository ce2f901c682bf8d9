"""Letters of cases in which much is open: what comes first, what is settled already, what is only named."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

from aidrules.decision import Decision, decide
from aidrules.decision.overview import overview
from borough import ON, pack_of

PACK = """
inputs:
  household:
    tenant: {type: bool, zh: 租房, en: tenant}
    lodgers: {type: bool, zh: 有房客, en: lodgers}
    boats: {unit: "1", zh: 船, en: boats}
    nets: {unit: "1", zh: 网, en: nets}
terms: {office: {zh: 办事处, en: the office}}
findings:
  poor: {about: household, type: bool, who: office, zh: 确有困难, en: in real hardship}
  refused_on: {about: household, type: date, who: office, if_absent: none, zh: 不予批准的日期, en: day of the refusal}
parameters:
  fee: {unit: CNY/household/month, values: [{is: 50}], zh: 标准, en: standard}
  share: {unit: CNY/person/month, values: [{is: 50}], zh: 增发标准, en: rate}
notices:
  remedy: {when: [ineligible], zh: 可以申诉, en: an appeal can be made}
programmes:
  wide:
    zh: 大额补助
    en: wide aid
    payment: {every: month}
    rules:
      a: {kind: eligibility, when: household.tenant, zh: 条件甲, en: condition a}
      b: {kind: eligibility, when: household.lodgers, zh: 条件乙, en: condition b}
      c: {kind: eligibility, when: household.boats > 2, zh: 条件丙, en: condition c}
      d: {kind: eligibility, when: household.nets > 2, zh: 条件丁, en: condition d}
      e: {kind: eligibility, when: finding.poor, zh: 条件戊, en: condition e}
      sum: {kind: amount, amount: fee, zh: 补助金, en: payment}
      told: {kind: deadline, from: finding.refused_on, within: 3 day, zh: 书面告知, en: written notice}
  near:
    zh: 小额补助
    en: near aid
    payment: {every: month}
    rules:
      a: {kind: eligibility, when: household.tenant, zh: 条件甲, en: condition a}
      e: {kind: eligibility, when: finding.poor, zh: 条件戊, en: condition e}
      sum:
        kind: supplement
        each: member
        when: household.tenant
        stacking: highest_per_person
        grades: {aged: {when: member.illness.serious, amount: share, zh: 病人, en: ill person}}
        zh: 增发
        en: supplement
  certain:
    zh: 固定补助
    en: certain aid
    payment: {every: occasion}
    rules:
      e: {kind: eligibility, when: finding.poor, zh: 条件戊, en: condition e}
      done: {kind: deadline, from: case.accepted_on, within: 9 day, until: case.decided_on, zh: 办结, en: completion}
      sum: {kind: amount, amount: household.boats * 7 * CNY, zh: 补助金, en: payment}
  help:
    subject: member
    zh: 帮扶
    en: help
    rules:
      e: {kind: eligibility, when: finding.poor, zh: 条件戊, en: condition e}
      done: {kind: deadline, from: case.accepted_on, within: 9 day, until: case.decided_on, zh: 认定, en: recognition}
      visits: {kind: entitlement, zh: 探访, en: visits}
      advice: {kind: entitlement, zh: 咨询, en: advice}
      inform:
        {kind: gate, needed_when: member.illness.chronic, if_undetermined: needed, zh: 主动告知, en: to be informed}
"""
FOUND = {"value": True, "by": "office", "on": "2025-05-20"}
ILL = {"serious": True, "chronic": False}


def decided(folder: Path, *illnesses: Any, findings: Any = None, **known: Any) -> Decision:
    rules = pack_of(folder, PACK)
    members = [{"id": f"m{place}", "illness": one} for place, one in enumerate(illnesses or (ILL,), 1)]
    facts = {"members": members, "findings": {"poor": FOUND, **(findings or {})}, **known}
    return decide(rules.Household.model_validate(facts), rules, on=ON, chain="exact")


def test_where_much_is_open_conditions_are_named_and_what_is_met_is_said_with_its_finding(tmp_path: Path) -> None:
    told = decided(tmp_path).explain("zh", ["wide"])
    assert "尚不能确定：“条件甲”、“条件乙”、“条件丙”、“条件丁”。" in told
    assert "符合：“条件戊”。" in told
    assert "确有困难：是（办事处，2025年5月20日）。" in told
    assert "补助金：" not in told
    told = decided(tmp_path).explain("en", ["wide"])
    assert "Not settled: “condition a”; “condition b”; “condition c”; “condition d”." in told
    assert "Met: “condition e”." in told


def test_where_little_is_open_each_condition_is_told_with_what_is_missing(tmp_path: Path) -> None:
    told = decided(tmp_path, lodgers=True, boats=3).explain("zh", ["wide"])
    assert "条件甲：尚不能确定。“租房”未登记。" in told
    assert "符合：“条件乙”、“条件丙”、“条件戊”。" in told
    assert "补助金：0元/月至50元/月之间" in told


def test_why_tells_every_open_condition_however_many(tmp_path: Path) -> None:
    assert "条件甲：尚不能确定。“租房”未登记。" in decided(tmp_path).why_not("wide", "zh")


def test_of_what_is_open_what_lacks_least_comes_first(tmp_path: Path) -> None:
    told = decided(tmp_path).explain("zh")
    assert told.index("小额补助：") < told.index("大额补助：")


def test_an_open_grade_says_what_of_it_is_open_and_alike_persons_share_a_line(tmp_path: Path) -> None:
    told = decided(tmp_path, ILL, ILL, {"serious": False}).explain("zh", ["near"])
    assert "增发（成员 m1、m2，每人）：0元/月至50元/月之间。" in told
    assert "是否属于“病人”尚不能确定（“租房”未登记）；如属于：增发标准 = 50元/人/月。" in told
    told = decided(tmp_path, ILL, ILL).explain("en", ["near"])
    assert "Whether “ill person” applies is not settled (“tenant” is not recorded); if so: rate" in told


def test_an_amount_that_is_open_is_said_to_be_so_beside_the_outcome(tmp_path: Path) -> None:
    (row,) = overview(decided(tmp_path), "zh", ["certain"])[1]
    assert row[2] == "符合条件、一次性金额尚不能确定"
    (row,) = overview(decided(tmp_path, boats=2), "en", ["certain"])[1]
    assert row[2:] == ("eligible", "", "14.00 yuan")


def test_services_of_a_programme_for_the_same_persons_stand_in_one_line(tmp_path: Path) -> None:
    assert "帮扶（成员 m1）：探访、咨询。" in decided(tmp_path).explain("zh")
    assert "Help (member m1): visits; advice." in decided(tmp_path).explain("en")


def test_a_step_names_the_persons_for_whom_it_is_needed(tmp_path: Path) -> None:
    told = decided(tmp_path, {"chronic": True}, {"chronic": False}, {"chronic": None}).explain("zh")
    assert "主动告知（成员 m1）：需要。" in told
    assert "主动告知（成员 m3）：是否需要尚不能确定，确定前按需要办理。" in told
    assert "成员 m1、m2" not in told.partition("程序")[2]


def test_the_day_of_a_refusal_and_who_refused_stand_by_the_remedy(tmp_path: Path) -> None:
    refused = {"value": "2025-06-10", "by": "office", "on": "2025-06-10"}
    told = decided(tmp_path, tenant=False, findings={"refused_on": refused}).explain("zh", ["wide"])
    assert "大额补助：可以申诉。\n  - 不予批准的日期：2025年6月10日（办事处，2025年6月10日）。" in told
    assert "不予批准的日期" not in decided(tmp_path, tenant=False).explain("zh", ["wide"])


def test_one_day_of_confirmation_for_several_programmes_is_said_to_be_one(tmp_path: Path) -> None:
    case = {"accepted_on": "2025-06-02", "decided_on": "2025-06-06"}
    told = decided(tmp_path, case=case).explain("zh")
    assert "确认日期只登记了一个（2025年6月6日），固定补助、帮扶的期限都按该日完成计；另日确认的，另案登记。" in told
    told = decided(tmp_path, case=case).explain("en")
    assert "The one day of confirmation on record, 6 June 2025, counts as done for: certain aid; help." in told
    assert "只登记了一个" not in decided(tmp_path, case=case).explain("zh", ["certain"])
    assert "只登记了一个" not in decided(tmp_path, case={**case, "decided_on": "none"}).explain("zh")


CLASSES = """
inputs:
  household:
    dry: {type: bool, zh: 干旱, en: drought}
    home: {type: bool, zh: 住房安全, en: safe home}
programmes:
  watch:
    zh: 排查
    en: survey
    rules:
      risk:
        kind: classification
        zh: 风险
        en: risk
        cases:
          natural: {when: household.dry, zh: 自然风险, en: natural risk}
          other: {otherwise: true, zh: 其他风险, en: other risk}
  refused:
    zh: 补助
    en: aid
    rules:
      safe: {kind: eligibility, when: household.home, zh: 住房, en: home}
      kind:
        kind: classification
        zh: 补助类别
        en: kind of aid
        cases: {dry: {when: household.dry, zh: 抗旱, en: drought aid}}
"""


def test_a_class_that_is_open_is_told_asked_for_and_counts_as_open(tmp_path: Path) -> None:
    rules = pack_of(tmp_path, CLASSES)

    def decided_on(**known: Any) -> Decision:
        return decide(rules.Household.model_validate({"members": [{"id": "m1"}], **known}), rules, on=ON)

    decision = decided_on(home=False)
    assert decision.is_open and not decision.is_open_in(["refused"])
    assert [(one.input, one.settles) for one in decision.missing] == [("dry", ("watch.risk",))]
    told = decision.explain("zh")
    assert "风险：尚不能确定。" in told and "“干旱”未登记；补充后即可确定：风险。" in told and "补助类别" not in told
    assert "Risk: cannot be settled yet." in decision.explain("en")
    assert decided_on(home=True).is_open_in(["refused"])
    assert not decided_on(home=True, dry=True).is_open


def test_what_is_open_of_papers_is_told_by_whose_they_are(tmp_path: Path) -> None:
    rules = """
    inputs: {member: {bills: {list: bill, fields: {cost: {unit: CNY}}}}}
    programmes:
      aid:
        subject: member
        zh: 补助
        en: aid
        rules:
          bill:
            kind: amount
            each: member.bills
            amount: bill.cost
            cap: {at: 500 * CNY, per: member}
            zh: 报销
            en: bill
    """
    bills = [{"cost": amount} for amount in (300, 400)]
    pack = pack_of(tmp_path, dedent(rules))
    members = [{"id": name, "bills": bills} for name in ("a", "a.b")]
    letter = decide(pack.Household.model_validate({"members": members}), pack, on=ON).explain(lang="en")
    assert "Members a, a.b: “payments made to the person”: nothing is recorded, not even that there are none" in letter
    assert "with it this is settled: bill." in letter and "bills[" not in letter
