"""Conventions: what the library does where neither a rule nor its text says, each under an id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aidrules.language.fields import Label


@dataclass(frozen=True, slots=True)
class Convention:
    """What is done where rule and text are silent.

    Attributes:
        id: stable; the part before the point says what it belongs to.
        kinds: the kinds of rules that may rely on it; none for what any formula may rely on.
        label: the convention as a sentence, without its full stop.
    """

    id: str
    kinds: tuple[str, ...]
    label: Label


_DUE = ("deadline", "cadence", "referral")
_STAGES = ("deduction", "imputation")
_CAPPED = ("top_up", "amount", "supplement", "phase_out", *_STAGES)

_SENTENCES: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("top_up.not_negative", ("top_up",), "差额低于零的，按零计", "a difference below zero counts as zero"),
    (
        "top_up.per_person",
        ("top_up",),
        "差额按人计算，再乘以计入人数",
        "the difference is taken for one person and multiplied by the persons counted",
    ),
    (
        "supplement.equal_grades",
        ("supplement",),
        "金额相同的多个档次只计一次",
        "of grades that come to the same amount, one is paid",
    ),
    (
        "supplement.first_listed_member",
        ("supplement",),
        "每户只发一份的，计在名单中最先列出的成员名下",
        "what is paid once per household goes to the member listed first",
    ),
    (
        "supplement.not_negative",
        ("supplement",),
        "替代金额低于原金额的，增发部分按零计",
        "where what is paid instead is less than the part that it replaces, the supplement is zero",
    ),
    (
        "cap.shared_in_order",
        _CAPPED,
        "共用的上限按清单日期先后使用，无日期的在先，同日的按列出顺序",
        "a shared cap is used up by date, items without a date first, and on one day in the order listed",
    ),
    (
        "cap.counts_payments_on_record",
        _CAPPED,
        "登记的同一规则的已付金额计入上限",
        "payments on record under the rule count towards its cap",
    ),
    ("deduction.not_negative", ("deduction",), "扣减额低于零的，按零计", "a deduction below zero counts as zero"),
    ("imputation.not_negative", ("imputation",), "计入额低于零的，按零计", "an imputation below zero counts as zero"),
    (
        "stage.first_day_in_last_day_out",
        _STAGES,
        "期限含起始当日，至届满对应日的前一日止",
        "its time begins on the day given, that day included, and ends on the day before the day of expiry",
    ),
    (
        "phase_out.whole_months",
        ("phase_out",),
        "渐退期按整月计，自月初起至月末止",
        "a phase-out has whole months, from the first of a month to the last day of one",
    ),
    (
        "phase_out.as_granted",
        ("phase_out",),
        "已核定的渐退期按核定的起始日和月数执行",
        "a phase-out that was granted keeps its own start and months",
    ),
    (
        "phase_out.once_for_an_award",
        ("phase_out",),
        "同一次保障只给一次渐退期",
        "a phase-out opens once for an award",
    ),
    (
        "phase_out.last_share_goes_on",
        ("phase_out",),
        "超出比例表月数的，沿用最后一档比例",
        "in months beyond the schedule its last share goes on",
    ),
    (
        "phase_out.pays_alone",
        ("phase_out",),
        "渐退期内只发渐退金额，不另发其他待遇",
        "during a phase-out the programme pays the phase-out and nothing else",
    ),
    (
        "payment.decided_on_the_day_of_the_facts",
        ("top_up", "amount", "supplement"),
        "发放起始月按事实日期当日作出决定计算",
        "the first month paid is counted as if the decision were taken on the day of the facts",
    ),
    (
        "payment.loans_apart",
        ("top_up", "amount", "supplement"),
        "借款不计入发放总额",
        "a loan is not added to what is paid",
    ),
    (
        "due.starting_day_not_counted",
        (*_DUE, "procedure"),
        "期限起算当日不计入",
        "the day from which a time counts is not counted",
    ),
    (
        "due.in_time_on_the_last_day",
        ("deadline", "cadence"),
        "届满当日不算逾期",
        "what is done on the last day, or is still open on it, is not late",
    ),
    (
        "due.from_the_day_of_the_facts",
        ("referral", "gate"),
        "未写明起算日的，自事实日期起算",
        "where no day is said from which a time counts, it counts from the day of the facts",
    ),
    (
        "classification.none",
        ("classification", "risk_elimination"),
        "各类情形均不符合的，不归类",
        "where no case holds, there is no class",
    ),
    (
        "classification.ambiguous",
        ("classification", "risk_elimination"),
        "应归一类而多类同时符合的，不作取舍",
        "where one class is wanted and several hold, none of them is chosen",
    ),
    (
        "eligibility.each_of_none",
        ("eligibility",),
        "逐项条件在没有任何项目时视为符合",
        "a condition on each item of a list holds where the list has none",
    ),
    (
        "force.in_principle",
        ("eligibility", "exclusion"),
        "“原则上”的条件不符合而其他条件均符合的，不直接拒绝，可以作例外处理",
        "where only what holds in principle stands against it, it is not refused: an exception is possible",
    ),
    (
        "force.may",
        ("eligibility", "exclusion"),
        "“可以”给予或者“可以”不予的，由决定机关裁量",
        "what may be granted, or may be refused, is at the discretion of who decides",
    ),
    (
        "check.shortfall_not_negative",
        ("check",),
        "已达到要求的，缺口按零计",
        "where more is there than must be, the shortfall is zero",
    ),
    (
        "finding.counts_on_its_last_day",
        (),
        "认定的有效期不计认定当日，届满当日仍有效",
        "the day on which a finding was made is not counted in its time; it still counts on the last day",
    ),
    (
        "date.shorter_month",
        (),
        "按月推算而该月没有对应日的，取该月最后一日",
        "a date some months away is the last day of a month that has no such day",
    ),
    (
        "age.leap_day",
        (),
        "2月29日出生的，平年在3月1日满岁",
        "who was born on 29 February reaches an age on 1 March in other years",
    ),
    (
        "months.end_of_month",
        (),
        "起始日大于月末日的，到该月最后一日即满一个月",
        "a month is full on the last day of a month that has no such day as the one on which it began",
    ),
    (
        "working_days.of_china",
        (),
        "工作日按中国法定节假日和调休安排计算",
        "working days are those of China's calendar of holidays and working weekends",
    ),
    (
        "working_days.estimated",
        (),
        "节假日安排尚未公布的年份，按周末和法定节假日推算工作日",
        "in a year whose arrangement of holidays is not known, weekdays that are no statutory holiday are working days",
    ),
    (
        "rounding.below_zero",
        (),
        "负数取整时，向下取较小的数，向上取较大的数，四舍五入遇半取较大的数",
        "below zero, down goes to the smaller number, up to the greater, and a half to the greater",
    ),
)

CONVENTIONS: Mapping[str, Convention] = {
    name: Convention(name, kinds, Label(zh, en)) for name, kinds, zh, en in _SENTENCES
}
"""Every convention by its id."""


def of_kind(kind: str) -> tuple[Convention, ...]:
    """The conventions on which rules of a kind may rely, those of any formula last."""
    own = tuple(one for one in CONVENTIONS.values() if kind in one.kinds)
    return (*own, *(one for one in CONVENTIONS.values() if not one.kinds))
