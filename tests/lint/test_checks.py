"""One bad pack for each code: what is found, where, in which words, and nothing else beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafted import GOOD, changed, found, place_of, told, with_rules

from aidrules.lint import CHECKS

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

WELL = {
    "cases that meet": with_rules(LEVEL),
    "a reading that changes something": with_rules(GATE),
    "a phase-out that opens on the line": with_rules(AFTER),
    "exclusions apart": with_rules(CART),
    "a figure written once": with_rules(COAL),
    "a deadline with an end": with_rules(ANSWER.replace("within:", "until: case.decided_on, within:")),
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
    "L701": (
        changed((", en: has a smith, cite: art 5", ", en: has a smith")),
        "smith: {kind",
        "relief.smith cites no clause",
    ),
}


def clauses(*numbers: str, more: str = "") -> str:
    listed = "".join(
        f"  art {number}: {{programme: {{zh: 救济, en: relief}}, kind: eligibility{more}}}\n" for number in numbers
    )
    return f"source: act\nclauses:\n{listed}"


HILL = """pack: town/hill
source: act
zh: 山
en: Hill
in_force: undated
overrides:
  programmes:
    relief:
      rules:
        means: {when: earned < line, cite: art 2}
"""
OPEN = clauses("1", "2", "3", "4", "5").replace(
    "art 5: {", "art 5: {open_point: {zh: 未写铁匠是谁, en: who is a smith}, "
)
BAD_FILES: dict[str, tuple[dict[str, str], str, str]] = {
    "L208": (
        {"town/hill/pack.yaml": HILL},
        "when: earned < line",
        "when: of relief.means is what the wider pack says already",
    ),
    "L702": (
        {"clauses/act.yaml": clauses("1", "2", "3", "4"), "town/pack.yaml": GOOD},
        "art 5",
        "relief.smith cites art 5, which the register of act does not list; it lists art 4, art 3, art 2",
    ),
    "L704": (
        {
            "clauses/act.yaml": clauses("1", "2", "3", "4", "5").replace(
                "eligibility}", "eligibility, not_computed: {zh: 无, en: x}}", 1
            )
        },
        "art 1",
        "act art 1 is registered as not computed, and line, relief cites it",
    ),
    "L705": (
        {"town/pack.yaml": GOOD, "clauses/act.yaml": OPEN},
        "smith: {kind",
        "act art 5 leaves open: who is a smith; nothing that cites it has a reading",
    ),
}

TOLD: dict[str, tuple[dict[str, str], str, str]] = {
    "L305": (
        {
            "town/pack.yaml": with_rules(
                LEVEL.replace("select: one", "select: first").replace("earned >= line", "earned >= line / 2")
            )
        },
        "high: {",
        "relief.level.high and relief.level.low can hold together; their order decides",
    ),
    "L401": (
        {"town/pack.yaml": changed((VALUES, "    required: true\n"))},
        "line:\n    unit",
        "line is required and has no value",
    ),
    "L703": ({"clauses/act.yaml": clauses("1", "2", "3", "4", "5", "6")}, "art 6", "no rule implements act art 6"),
}


def test_nothing_is_found_in_a_good_pack(tmp_path: Path) -> None:
    assert told(found(tmp_path, GOOD), information=True) == []


@pytest.mark.parametrize("what", WELL)
def test_what_is_well_is_left_alone(what: str, tmp_path: Path) -> None:
    assert told(found(tmp_path, WELL[what]), information=True) == []


@pytest.mark.parametrize("code", BAD)
def test_a_bad_pack_is_told_by_its_code_place_and_sentence(code: str, tmp_path: Path) -> None:
    text, fragment, sentence = BAD[code]
    assert told(found(tmp_path, text)) == [(code, place_of(fragment, text), sentence)]


@pytest.mark.parametrize("code", BAD_FILES)
def test_bad_files_together_are_told_as_well(code: str, tmp_path: Path) -> None:
    files, fragment, sentence = BAD_FILES[code]
    file, text = next(iter(files.items())) if code != "L702" else ("town/pack.yaml", GOOD)
    name = "town/hill" if code == "L208" else "town"
    findings = found(tmp_path, {"town/pack.yaml": GOOD, **files}, name)
    assert told(findings) == [(code, place_of(fragment, text, file), sentence)]


SHARED = """readings:
  trade: {zh: 行当, en: trade, default: any, options: {any: {zh: 皆可, en: any}, own: {zh: 自营, en: own}}}
"""


@pytest.mark.parametrize(
    "text",
    [
        changed((", en: has a smith", ", en: has a smith, reading: {zh: 学徒不算, en: no apprentices}")),
        changed(
            ("smith: {kind: exclusion, when: ", "smith: {kind: exclusion, when: reading.trade == any and ")
        ).replace("definitions:\n", f"{SHARED}definitions:\n", 1),
        "lint:\n  L705 act art 5: everybody knows the smith\n" + GOOD,
    ],
    ids=["own", "shared", "excused"],
)
def test_an_open_point_that_is_read_or_excused_is_well(text: str, tmp_path: Path) -> None:
    assert told(found(tmp_path, {"town/pack.yaml": text, "clauses/act.yaml": OPEN}), information=True) == []


@pytest.mark.parametrize("code", TOLD)
def test_what_is_no_mistake_is_told_as_information(code: str, tmp_path: Path) -> None:
    files, fragment, sentence = TOLD[code]
    file, text = next(iter(files.items()))
    findings = found(tmp_path, {"town/pack.yaml": GOOD, **files})
    assert told(findings) == []
    assert told(findings, information=True) == [(code, place_of(fragment, text, file), sentence)]


def test_a_case_to_which_earlier_ones_leave_nothing_can_never_hold(tmp_path: Path) -> None:
    text = with_rules(STEPS)
    sentence = "relief.step.lower can never hold: its conditions contradict each other"
    assert told(found(tmp_path, text)) == [("L301", place_of("lower: {", text), sentence)]


def test_every_check_has_a_bad_pack() -> None:
    assert {*BAD, *BAD_FILES, *TOLD} == {check.code for check in CHECKS}
