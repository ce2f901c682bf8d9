"""Letters: from when a referral counts, deadlines nobody recorded as kept or that are estimates, nothing to pay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aidrules.decision import Decision, decide
from borough import ON, pack_of

PACK = """
parameters:
  rate: {unit: CNY/household/month, zh: 标准, en: rate, values: [{is: 0}]}
programmes:
  aid:
    zh: 补助
    en: aid
    payment: {every: month}
    rules:
      urgent: {kind: eligibility, when: case.urgent, zh: 紧急, en: urgent}
      grant: {kind: amount, amount: rate, zh: 津贴, en: grant}
      tell: {kind: referral, each: member.episodes, when: episode.total > 0 * CNY, to: office, from: episode.settled_on,
             within: 3 day, zh: 转介, en: hand-over}
      decide: {kind: deadline, from: case.accepted_on, within: 5 day, until: case.decided_on,
               zh: 作出决定, en: decision}
"""


def decided(folder: Path, **case: Any) -> Decision:
    pack = pack_of(folder, PACK)
    bills = [{"settled_on": day, "total": "5"} for day in ("2025-06-10", "2025-06-11")]
    facts = {"urgent": True, "accepted_on": "2025-06-12", **case}
    return decide(
        pack.Household.model_validate({"members": [{"id": "m1", "episodes": bills}], "case": facts}), pack, on=ON
    )


def test_a_referral_tells_from_which_day_its_time_counts(tmp_path: Path) -> None:
    letter = decided(tmp_path).explain("en")
    assert "by 13 June 2025 (which has passed)." in letter and "The time counts from 10 June 2025." in letter
    assert "by 14 June 2025 (which has passed)." in letter and "The time counts from 11 June 2025." in letter
    told = decided(tmp_path).explain("zh")
    assert "最迟于2025年6月13日（已过）办理" in told and "办理期限自2025年6月10日起算。" in told


def test_a_deadline_that_is_still_to_come_has_not_passed(tmp_path: Path) -> None:
    told = decided(tmp_path).explain("zh")
    assert "期限为2025年6月17日；是否已完成未登记" in told
    late = decided(tmp_path, accepted_on="2025-06-02").explain("zh")
    assert "期限为2025年6月7日（已过）；是否已完成未登记" in late


def test_the_day_on_which_a_deadline_was_kept_is_missing(tmp_path: Path) -> None:
    (missing,) = decided(tmp_path).missing
    assert (missing.input, missing.bears_on) == ("case.decided_on", ("aid.decide",))
    assert decided(tmp_path, decided_on="none").missing == ()
    assert decided(tmp_path, accepted_on="none").missing == ()


def test_the_headline_of_who_is_eligible_for_nothing_says_so(tmp_path: Path) -> None:
    assert "Aid: eligible, with nothing to pay." in decided(tmp_path).explain("en")
    assert "补助：符合条件，应发金额为零。" in decided(tmp_path).explain("zh")
    assert "nothing to pay" not in decided(tmp_path, urgent=False).explain("en")


FAR = """
programmes:
  aid:
    zh: 补助
    en: aid
    rules:
      near: {kind: deadline, from: case.accepted_on, within: 5 working_day, until: case.decided_on, zh: 近期, en: near}
      far: {kind: deadline, from: case.accepted_on, within: 900 working_day, until: case.decided_on, zh: 远期, en: far}
      days: {kind: deadline, from: case.accepted_on, within: 2000 day, until: case.decided_on, zh: 按天, en: by days}
      longer: {kind: deadline, from: case.accepted_on, within: 5 working_day, extend_to: 900 working_day,
               extended_when: case.disputed, until: case.decided_on, zh: 可延, en: longer}
      tell: {kind: referral, when: case.urgent, to: office, from: case.accepted_on, within: 900 working_day,
             zh: 转介, en: hand-over}
"""


def test_a_day_that_counts_on_holidays_nobody_has_announced_is_told_as_an_estimate(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, FAR)
    case = {"urgent": True, "accepted_on": "2025-06-12", "decided_on": "none"}
    family = pack.Household.model_validate({"members": [{"id": "m1"}], "case": case})
    decision = decide(family, pack, on=ON)
    day = next(deadline.due for deadline in decision.deadlines if deadline.rule == "aid.far")
    assert day is not None
    zh, en = f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}"
    guess_zh, guess_en = (
        "（估算：其间的放假安排尚未公布）",
        " (an estimate: the holidays on the way are not announced yet)",
    )
    letter = decision.explain("en")
    assert f"Far (aid): to be done by {en}{guess_en}." in letter
    assert f"Hand-over, by {en}{guess_en}." in letter
    assert f"Longer (aid): to be done by 19 June 2025, or by {en}{guess_en} if extended;" in letter
    assert "Near (aid): to be done by 19 June 2025." in letter
    assert "By days (aid): to be done by 3 December 2030." in letter
    letter = decision.explain("zh")
    assert f"远期（补助）：最迟应于{zh}{guess_zh}完成。" in letter
    assert f"转介，最迟于{zh}{guess_zh}办理。" in letter
    assert f"可延（补助）：最迟应于2025年6月19日完成；按规定延长的，最迟应于{zh}{guess_zh}完成。" in letter
    assert "近期（补助）：最迟应于2025年6月19日完成。" in letter
    assert "按天（补助）：最迟应于2030年12月3日完成。" in letter


EXAM = """
inputs:
  household:
    exam_on: {type: date, optional: true, zh: 考试日期, en: day of the exam}
programmes:
  aid:
    zh: 补助
    en: aid
    rules:
      this_year:
        kind: eligibility
        when: household.exam_on is not none and household.exam_on.year == on.year
        zh: 当年
        en: this year
"""


def test_the_year_of_a_date_that_is_none_is_told_as_that_there_is_no_such_date(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, EXAM)

    def told(day: str, lang: Any) -> str:
        facts = pack.Household.model_validate({"members": [{"id": "m1"}], "exam_on": day})
        return decide(facts, pack, on=ON).why_not("aid", lang)

    assert "This year: not met. There is no day of the exam." in told("none", "en")
    assert "当年：不符合。没有考试日期。" in told("none", "zh")
    assert "the year of day of the exam (2024) is not equal to" in told("2024-06-01", "en").lower()
