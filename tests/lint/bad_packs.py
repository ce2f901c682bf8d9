"""Packs that lint leaves alone, and one bad pack for each code: its text, where it is wrong, and what is said of it."""

from __future__ import annotations

from drafted import GOOD, changed, with_rules

LEVEL = """
level:
  kind: classification
  zh: 等级
  en: level
  cite: art 6
  select: one
  cases:
    low: {when: earned < line, zh: 低, en: low}
    high: {when: earned >= line, zh: 高, en: high}
"""
GATE = """
hearing:
  kind: gate
  needed_when: finding.grave
  zh: 听证
  en: hearing
  cite: art 7
  reading:
    zh: 条文未写何时
    en: the act does not say when
    default: grave
    options:
      grave: {zh: 情况严重时, en: where the case is grave}
      disputed: {needed_when: case.disputed, zh: 有争议时, en: where it is disputed}
"""
AFTER = """
after:
  kind: phase_out
  when: relief.in_payment and earned >= line
  apart_from: means
  starts: next_month
  months: 3 * month
  zh: 渐退
  en: phase-out
  cite: art 9
"""
COAL = "coal: {kind: amount, amount: 300 * CNY, zh: 煤, en: coal, payment: {every: occasion}, cite: art 8}"
WOOD = "wood: {kind: amount, amount: 300 * CNY, zh: 柴, en: wood, payment: {every: occasion}, cite: art 8}"
ANSWER = "answer: {kind: deadline, from: case.applied_on, within: 20 day, zh: 答复, en: answer, cite: art 7}"
FEE = "fee: {kind: amount, each: member, amount: member.own, round: {to: 1, mode: up}, zh: 费, en: fee, cite: art 3}"
CART = "cart: {kind: exclusion, when: household.assets.vehicles > 0, zh: 有车, en: has a vehicle, cite: art 5}"
CARTS = "carts: {kind: exclusion, when: household.assets.vehicles > 2, zh: 有多车, en: has vehicles, cite: art 5}"
VALUES = """    values:
      - {from: 2020-01-01, is: 500}
"""

STEPS = """
step:
  kind: classification
  zh: 档次
  en: step
  cite: art 6
  select: first
  cases:
    low: {when: earned < line, zh: 低, en: low}
    lower: {when: earned < line / 2, zh: 更低, en: lower}
    other: {otherwise: "true", zh: 其他, en: other}
"""
INSTEAD = """
more:
  kind: supplement
  each: member
  instead_of: max(0, line - earned)
  stacking: highest_per_person
  round: {to: 1, mode: up}
  zh: 增发
  en: supplement
  cite: art 3
  grades:
    baker: {when: member.trade == baker, instead: 120% * line, zh: 面包师, en: baker}
"""
BARE, PAID = "max(0, line - earned)", "relief.gap / count(members)"

WELL = {
    "cases that meet": with_rules(LEVEL),
    "a reading that changes something": with_rules(GATE),
    "a phase-out that opens on the line": with_rules(AFTER),
    "exclusions apart": with_rules(CART),
    "a supplement beside what is paid": with_rules(
        INSTEAD.replace("max(0, line - earned)", "relief.gap / count(members)")
    ),
    "a figure written once": with_rules(COAL),
    "payees that have a name": with_rules(COAL.replace("payment: {", "payment: {payee: council, "))
    + with_rules(
        COAL.replace("coal:", "milk:").replace("300", "200").replace("payment: {", "payment: {payee: carer, ")
    )[len(GOOD) :],
    "for more than, which is not or more": with_rules(
        CART.replace("has a vehicle", "has had a vehicle for more than nothing")
    ),
    "a deadline with an end": with_rules(ANSWER.replace("within:", "until: case.decided_on, within:")),
    "a sign inside another word": changed(("is below the relief line", "would do for less than the line")),
}

BAD: dict[str, tuple[str, str, str]] = {
    "L001": (
        "lint:\n  L203 member.trade: read in letters\n" + GOOD,
        "L203 member.trade",
        "the excuse L203 member.trade is for nothing that is found",
    ),
    "L101": (changed((", en: has a smith", "")), "smith: {kind", "relief.smith has no label in English"),
    "L102": (
        changed(("zh: 有铁匠, en: has a smith", "zh: smith, en: smith")),
        "smith: {kind",
        "relief.smith is called the same in Chinese and in English",
    ),
    "L103": (
        changed(("zh: 有铁匠, en: has a smith", "zh: has a smith, en: a blacksmith")),
        "smith: {kind",
        "the Chinese label of relief.smith is not written in that language",
    ),
    "L104": (
        with_rules(GATE.replace("grave: {zh: 情况严重时, en: where the case is grave}", "grave: {}")),
        "grave: {}",
        "relief.hearing.grave has no label in Chinese and English",
    ),
    "L105": (
        changed((", options_en: [smith, baker]", "")),
        "[smith, baker]",
        "the options of member.trade have no labels in English",
    ),
    "L106": (
        changed(("who: council", "who: [council, counsil]")),
        "counsil",
        "grave has counsil under who:, and no term is called so (is council meant?); "
        "letters leave out who may record it",
    ),
    "L107": (
        with_rules(COAL.replace("payment: {", "payment: {payee: counsil, ")),
        "coal: {kind",
        "relief.coal has counsil under payee:, and no term is called so (is council meant?); letters show this id",
    ),
    "L201": (
        changed(("  line:\n", "  rate: {zh: 比例, en: rate, cite: art 1, values: [{is: 10%}]}\n  line:\n")),
        "rate: {zh",
        "nothing reads the parameter rate",
    ),
    "L202": (
        changed(("when: finding.grave", "when: case.disputed")),
        "grave: {about",
        "nothing reads the finding grave",
    ),
    "L203": (
        changed(
            ("any(m.trade == smith for m in members)", "household.rooms > 3"),
            ("  member:\n", "  household:\n    rooms: {unit: '1', zh: 房间, en: rooms}\n  member:\n"),
        ),
        "trade: {type",
        "nothing reads the input member.trade",
    ),
    "L204": (
        changed(
            ("definitions:\n", "definitions:\n  size: {value: count(members), zh: 人数, en: persons, cite: art 2}\n")
        ),
        "size: {value",
        "nothing reads the definition size",
    ),
    "L205": (
        changed(("terms:\n", "terms:\n  elder: {zh: 长老, en: the elder}\n")),
        "elder: {zh",
        "nothing names the term elder",
    ),
    "L206": (
        GOOD + "readings:\n  storm: {zh: 风暴, en: storms, default: one, options: {one: {zh: 一, en: one}}}\n",
        "storm: {zh",
        "nothing reads the reading storm",
    ),
    "L207": ("units: [episode]\n" + GOOD, "units:", "nothing is counted in the unit episode"),
    "L209": (
        with_rules(GATE.replace("needed_when: case.disputed, ", "")),
        "hearing:\n",
        "the options disputed and grave of relief.hearing come to the same",
    ),
    "L301": (
        changed(("when: earned < line", "when: earned < line and earned >= line")),
        "means:\n",
        "relief.means can never hold: its conditions contradict each other",
    ),
    "L302": (
        changed(("when: earned < line", "when: earned < line or line <= earned")),
        "means:\n",
        "relief.means always holds: its condition decides nothing",
    ),
    "L303": (
        with_rules(f"{CART}\n{CARTS}"),
        "carts: {",
        "where relief.carts holds, relief.cart always does, so that it decides nothing",
    ),
    "L304": (
        with_rules(LEVEL.replace("earned < line", "earned <= line")),
        "high: {",
        "relief.level.high and relief.level.low can hold together, so that no one class is found",
    ),
    "L306": (
        with_rules(LEVEL.replace("earned >= line", "earned > line")),
        "low: {",
        "the cases of relief.level leave a gap: exactly 500",
    ),
    "L307": (
        changed(
            (
                "  earned:\n",
                "  mean:\n    value: sum(m.own for m in members) / count(members)\n    unit: CNY/person/month\n"
                "    zh: 平均\n    en: mean\n    cite: art 2\n  earned:\n",
            ),
            ("income: earned", "income: mean"),
        ),
        "earned:\n",
        "earned says the same as mean",
    ),
    "L308": (
        with_rules(ANSWER.replace("within:", "until: case.decided_on, in_force: {until: 2019-12-31}, within:")),
        "answer: {",
        "relief.answer is in force on no day on which its pack is",
    ),
    "L402": (
        changed((VALUES, "    values:\n      - {until: 2020-12-31, is: 500}\n      - {from: 2022-01-01, is: 600}\n")),
        "line:\n    unit",
        "line has no value from 2021-01-01 to 2021-12-31",
    ),
    "L403": (
        changed(
            (
                VALUES,
                "    by: count(members)\n    values:\n      - is: [{below: 2, value: 500}, {over: 2, value: 400}]\n",
            )
        ),
        "is: [{below",
        "the brackets of line leave a gap: exactly 2",
    ),
    "L404": (
        changed(("    cite: art 1\n    values", "    values")),
        "{from: 2020-01-01, is",
        "a value of line has no clause",
    ),
    "L405": (
        changed((VALUES, "    values:\n      - {from: 2022-01-01, is: 600}\n      - {from: 2020-01-01, is: 500}\n")),
        "{from: 2020-01-01, is",
        "the values of line do not stand in the order of their dates",
    ),
    "L406": (
        changed(
            (VALUES, "    by: household.residence\n    keys: [urban, rural]\n    values:\n      - is: {urban: 500}\n")
        ),
        "is: {urban",
        "line has no value for [rural]",
    ),
    "L407": (
        changed((VALUES, "    values:\n      - {from: 2020-01-01, until: 2021-12-31, is: 500}\n")),
        "line:\n    unit",
        "line has no value from 2022-01-01 on",
    ),
    "L501": (
        changed(("when: earned < line", "when: earned <= line")),
        "earned <= line",
        "relief.means says “below”, and its expression has <=",
    ),
    "L502": (
        changed(("when: earned < line", "when: earned < 500 * CNY / month")),
        "500 * CNY / month",
        "the condition of relief.means holds the sum 500 CNY",
    ),
    "L503": (
        with_rules(f"{COAL}\n{WOOD}"),
        "300 * CNY, zh: 柴",
        "the sum 300 CNY in relief.wood stands in relief.coal as well",
    ),
    "L504": (
        changed(("income: earned", "income: per_month(per_year(earned))")),
        "per_month(per_year(earned))",
        "relief.gap converts between month and year and back",
    ),
    "L601": (
        with_rules(AFTER.replace("earned >= line", "earned > line")),
        "after:\n",
        "a household exactly on the line neither meets relief.means nor opens relief.after",
    ),
    "L602": (
        changed(
            ("member.incomes)\n", "member.incomes)\n    round: {to: 0.01, mode: half_up}\n"),
            ("      gap:", f"      {FEE}\n      gap:"),
        ),
        "fee: {kind",
        "relief.fee rounds own, which is rounded already",
    ),
    "L603": (with_rules(ANSWER), "answer: {kind", "the deadline relief.answer does not say when it was met"),
    "L604": (
        changed(
            (
                "  own:\n",
                "  hard:\n    zh: 困难\n    en: hardship\n    cite: art 2\n    any_of:\n"
                "      fire: {when: finding.grave, zh: 火灾, en: fire}\n"
                "      flood: {when: case.disputed, zh: 水灾, en: flood}\n  own:\n",
            ),
            ("eligibility, when: finding.grave", "eligibility, when: hard"),
        ),
        "hard:\n",
        "hard has no sentence for its holding and not holding",
    ),
    "L605": (
        with_rules(INSTEAD),
        "more:\n",
        "relief.more takes another sum off than relief.gap pays: its floor, cap and rounding are left out",
    ),
    "L606": (
        with_rules(COAL.replace("payment: {every: occasion}, ", "")),
        "coal: {kind",
        "relief is paid every month, and relief.coal is not: its amount is a sum",
    ),
    "L701": (
        changed((", en: has a smith, cite: art 5", ", en: has a smith")),
        "smith: {kind",
        "relief.smith cites no clause",
    ),
}
