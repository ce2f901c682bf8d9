"""The mutation check, on invented packs whose mutants were counted by hand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from agency import CASES, agency
from click.testing import CliRunner

from aidrules import load
from aidrules.cli import main
from aidrules.errors import PackError, Place
from aidrules.testing.mutation import Asked, checked, mutants_of
from aidrules.testing.mutation.run import _unfounded
from aidrules.testing.mutation.texts import changes_of

CLOSE = """  - {name: one_fen_below, given: {income: 99.99}, expect: {outcomes: {aid: eligible}}}
  - {name: rural, given: {residence: rural, income: 79.99}, expect: {outcomes: {aid: eligible}}}
  - {name: rural_at_the_line, given: {residence: rural, income: 80}, expect: {outcomes: {aid: ineligible}}}
"""
ALIVE = ["line values.0.is.rural: 80 -> 79.99", "line values.0.is.rural: 80 -> 80.01"]

WIDE = """pack: town/wide
extends: none
source: byelaw
currency: CNY
inputs:
  member: {ill: {type: bool}, old: {type: bool}, work: {type: [none, part, full]}, guest: {type: bool}}
  household: {asked: {type: bool}}
definitions:
  needy: {each: member, value: "member.work in [none, part] and not member.guest"}
programmes:
  aid:
    zh: 救济
    en: aid
    rules:
      asked: {kind: eligibility, when: household.asked, force: must}
      hearing: {kind: gate, needed_when: case.disputed, if_undetermined: needed}
      guests:
        kind: exclusion
        each: member
        when: member.guest
        unless: member.ill
      extra:
        kind: supplement
        each: member
        grades:
          ill: {when: member.ill, amount: 30 * CNY / month}
          old: {when: member.old, amount: 20 * CNY / month}
        stacking: highest_per_person
        round: {to: 0.01, mode: down}
"""
WIDE_CASES = """on: 2025-06-15
default: {asked: "true"}
items: {members: {ill: "false", old: "false", work: full, guest: "false"}}
cases:
  - name: who_is_needy
    given: {members: [{id: a, work: none}, {id: b, work: part}, {id: c}, {id: d, work: none, guest: "true"}]}
    expect: {values: {"needy[a]": "true", "needy[b]": "true", "needy[c]": "false", "needy[d]": "false"}}
  - {name: nobody_asked, given: {asked: "false", members: [{id: a}]}, expect: {outcomes: {aid: ineligible}}}
  - {name: a_guest, given: {members: [{id: a, guest: "true"}]}, expect: {outcomes: {aid: ineligible}}}
  - name: a_guest_who_is_ill
    given: {members: [{id: a, guest: "true", ill: "true"}]}
    expect: {outcomes: {aid: eligible}, amounts: {aid.extra: 30}}
  - {name: old, given: {members: [{id: a, old: "true"}]}, expect: {amounts: {aid.extra: 20}}}
  - {name: both, given: {members: [{id: a, old: "true", ill: "true"}]}, expect: {amounts: {aid.extra: 30}}}
  - {name: dispute_unknown, given: {members: [{id: a}]}, expect: {gates: [aid.hearing]}}
"""


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    asked = ["mutate", "town/aid", "--lang", "en", *arguments, "--path", str(folder / "rules"), "--jobs", "1"]
    found = CliRunner().invoke(main, asked)
    return found.exit_code, found.output


def wide(folder: Path) -> Asked:
    """The wider pack of this page, written out."""
    agency(folder)
    pack = folder / "rules" / "town" / "wide"
    (pack / "cases").mkdir(parents=True)
    (pack / "wide.yaml").write_text(WIDE, encoding="utf-8")
    (pack / "cases" / "all.yaml").write_text(WIDE_CASES, encoding="utf-8")
    return Asked("town/wide", folder / "rules")


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("a < b", ["a <= b"]),
        ("x >= 3 * month", ["x > 3 * month", "x >= 2 * month", "x >= 4 * month"]),
        ("a == b != c", ["a != b != c", "a == b == c"]),
        ("not a or b", ["a or b", "(b)", "not a and b", "(not a)"]),
        ("(a or b) and c", ["((b)) and c", "(c)", "(a and b) and c", "((a)) and c", "(a or b) or c", "(a or b)"]),
        ("k in [a, b]", ["k in [b]", "k in [a]"]),
        ("k not in [a]", ["k in [a]"]),
        ("60% * x", ["59% * x", "61% * x"]),
        ("1.3 * x", ["1.29 * x", "1.31 * x"]),
        ("30 * CNY", ["29.99 * CNY", "30.01 * CNY"]),
        ("max(0, x)", ["max(1, x)"]),
        ("30 working_day", ["29 working_day", "31 working_day"]),
        ("500 CNY/person", ["499.99 CNY/person", "500.01 CNY/person"]),
        ("2024-02-29", ["2024-02-28", "2024-03-01"]),
        ("some.name", []),
        ("no expression at all", []),
    ],
)
def test_what_is_changed_in_a_text(text: str, changed: list[str]) -> None:
    assert sorted(change.text for change in changes_of(text)) == sorted(changed)


def test_cases_may_expect_parts_of_definitions_and_notices(tmp_path: Path) -> None:
    asked = wide(tmp_path)
    pack = asked.root / "town" / "wide"
    parts = """definitions:
  hard: {any_of: {ill: {when: "any(m.ill for m in members)"}, old: {when: "any(m.old for m in members)"}}}
"""
    notices = "notices:\n  appeal: {when: ineligible, zh: 可以申诉, en: you may appeal}\n"
    (pack / "wide.yaml").write_text(WIDE.replace("definitions:\n", parts, 1) + notices, encoding="utf-8")
    named = """  - name: ill
    given: {members: [{id: a, ill: "true"}]}
    expect: {values: {hard.ill: "true", hard.old: "false"}}
  - name: old_alone
    given: {members: [{id: a, old: "true"}]}
    expect: {values: {hard.ill: "false", hard.old: "true"}}
  - {name: told, given: {asked: "false", members: [{id: a}]}, expect: {values: {aid.appeal: "true"}}}
"""
    (pack / "cases" / "all.yaml").write_text(WIDE_CASES + named, encoding="utf-8")
    found = checked(Asked("town/wide", asked.root, "hard"))
    assert [str(problem) for problem in found.problems] == [] and found.counts["noticed"] >= 2


def test_a_thin_pack_keeps_mutants_alive_and_says_where(tmp_path: Path) -> None:
    agency(tmp_path)
    code, text = run(tmp_path)
    assert code == 1
    # 2 for each line, the rules left out, `<` to `<=`, the other default: 8; the cases look at 99 and 100 alone
    assert text.startswith("town/aid: 8 mutants: 5 noticed, 3 alive\n")
    assert text.count(": alive: ") == 3
    assert "rules/town/aid/aid.yaml:8:84: alive: line values.0.is.urban: 100 -> 99.99\n" in text
    assert "aid.yaml:8:96: alive: line values.0.is.rural: 80 -> 80.01\n" in text


def test_cases_on_both_sides_of_each_line_notice_everything(tmp_path: Path) -> None:
    agency(tmp_path, CASES + CLOSE)
    assert run(tmp_path) == (0, "town/aid: 8 mutants: 8 noticed\n")


def test_every_mutant_of_a_pack_counted_by_hand(tmp_path: Path) -> None:
    asked = wide(tmp_path)
    names = [each.name for each in mutants_of(load("town/wide", path=asked.root)).made]
    assert Counter(name.partition(":")[0].split()[0] for name in names) == {
        "needy": 7,  # left out; either option; `and` to `or`; either part; without `not`
        "aid.asked": 3,  # left out; may; in principle
        "aid.hearing": 2,  # left out; not needed while that is not known
        "aid.guests": 2,  # left out; without its exception
        "aid.extra": 12,  # left out; each grade; each amount either way; two ways to stack; rounding: step, up, half up
    }
    found = checked(asked)
    alive = {each.mutant.name for each in found.alive}
    # Both amounts are whole, so that no rounding changes them; the grade that is listed first is the higher one.
    words = ("round.to: 0.01 -> 1", "round.mode: down -> half_up", "round.mode: down -> up")
    assert alive == {
        "aid.extra stacking: highest_per_person -> once_per_person",
        *(f"aid.extra {said}" for said in words),
    }
    assert found.counts == {"noticed": 22, "alive": 4}


PAID = """pack: town/paid
extends: none
source: byelaw
currency: CNY
in_force: {from: 2024-02-01, until: 2026-12-31}
parameters:
  rate: {unit: CNY/household/month, values: [{from: 2024-02-01, until: 2026-12-31, is: 30}]}
  base: {unit: CNY/household/month, values: [{from: 2024-02-01, is: 30}]}
definitions:
  looked_up: {value: "at(base, on) > rate"}
programmes:
  aid:
    zh: 救济
    en: aid
    payment: {starts: next_month, ends: next_month, changes: next_month, payee: household}
    rules:
      monthly: {kind: amount, amount: rate}
      once: {kind: amount, amount: 5 * CNY, payee: carer, payment: {every: life, as: loan}}
"""


def paid(folder: Path, expected: str) -> Asked:
    agency(folder)
    pack = folder / "rules" / "town" / "paid"
    (pack / "cases").mkdir(parents=True)
    (pack / "paid.yaml").write_text(PAID, encoding="utf-8")
    given = "on: 2025-06-15, given: {members: [{id: a}]}"
    cases = f"cases:\n  - {{name: paid, {given}, expect: {{payments: {{{expected}}}}}}}\n"
    (pack / "cases" / "paid.yaml").write_text(cases, encoding="utf-8")
    return Asked("town/paid", folder / "rules", "aid")


def test_terms_of_payment_and_payees_are_changed(tmp_path: Path) -> None:
    asked = paid(tmp_path, "aid.monthly: {amount: 30}, aid.once: {amount: 5}")
    terms = {
        "aid payment.starts: next_month -> this_month",
        "aid payment.ends: next_month -> this_month",
        "aid payment.payee: household -> member",
        "aid.once payee: carer -> household",
        "aid.once payment.every: life -> occasion",
        "aid.once payment.as: loan -> cash",
        "aid.once payment.as: loan -> kind",
    }
    found = checked(asked)
    assert {each.mutant.name for each in found.alive} == terms
    assert {why.en: count for why, count in found.skipped.items()} == {
        "terms of payment that nothing computes with": 1,
        "days on which the pack is not in force": 2,
    }


def test_a_case_that_expects_a_term_of_payment_notices_another(tmp_path: Path) -> None:
    monthly, once = "{amount: 30, payee: household, from: 2025-07}", "{amount: 5, payee: carer, every: life, as: loan}"
    expected = f"aid.monthly: {monthly}, aid.once: {once}"
    # Nothing ends within the month.
    assert [each.mutant.name for each in checked(paid(tmp_path, expected)).alive] == [
        "aid payment.ends: next_month -> this_month"
    ]


def test_a_day_is_moved_only_where_the_pack_is_in_force_or_a_rule_looks_up_another_day(tmp_path: Path) -> None:
    asked = paid(tmp_path, "aid.monthly: {amount: 30}")
    moved = {each.name for each in mutants_of(load("town/paid", path=asked.root)).made if each.dated}
    assert moved == {
        "rate values.0.from: 2024-02-01 -> 2024-02-02",
        "rate values.0.until: 2026-12-31 -> 2026-12-30",
        "base values.0.from: 2024-02-01 -> 2024-01-31",
        "base values.0.from: 2024-02-01 -> 2024-02-02",
    }


def test_mutants_are_told_in_chinese(tmp_path: Path) -> None:
    agency(tmp_path)
    code, text = run(tmp_path, "--lang", "zh")
    assert code == 1 and text.startswith("town/aid：改动 8 处：被案例发现 5 处，未被发现 3 处\n")
    assert "rules/town/aid/aid.yaml:8:84：未被发现：line values.0.is.urban: 100 -> 99.99\n" in text


def test_one_rule_is_asked_for(tmp_path: Path) -> None:
    agency(tmp_path)
    assert run(tmp_path, "aid") == (0, "town/aid: 4 mutants: 4 noticed\n")
    code, text = run(tmp_path, "aid.means", "-v")
    assert code == 0 and text.count("noticed (at_the_line)") == 3
    code, text = run(tmp_path, "aid.mean")
    assert code == 2 and "town/aid itself says nothing of aid.mean that can be changed. Did you mean aid.means?" in text


def test_a_sample_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    agency(tmp_path)
    first, again = (run(tmp_path, "--sample", "3", "--seed", "7", "--format", "json") for _ in range(2))
    assert first == again
    assert len(json.loads(first[1])["mutants"]) == 3


def reasons(*names: str) -> str:
    listed = "".join(f"      - '{name}'\n" for name in names)
    return f"unnoticed:\n  - because: nobody lives there\n    mutants:\n{listed}"


def test_reasons_are_stated_for_what_is_alive(tmp_path: Path) -> None:
    agency(tmp_path, reasons("line values.0.is.urban: 100 -> 99.99", *ALIVE) + CASES)
    assert run(tmp_path) == (0, "town/aid: 8 mutants: 5 noticed, 3 alive with a reason\n")
    code, text = run(tmp_path, "line", "--format", "json")
    _, mutant, *_ = json.loads(text)["mutants"]
    assert code == 0 and (mutant["state"], mutant["reason"]) == ("alive", "nobody lives there")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("line values.0.is.urban: 100 -> 100.01", "it is noticed by at_the_line. Take the reason out"),
        ("line values.0.is.urban: 100 -> 200", "there is no such mutant. Did you mean line values.0.is.urban"),
    ],
)
def test_reasons_for_what_needs_none(tmp_path: Path, name: str, said: str) -> None:
    agency(tmp_path, reasons(name) + CASES)
    code, text = run(tmp_path)
    assert code == 2 and "cases/aid.yaml:4:9: unnoticed: " in text and said in text


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("unnoticed: [much]", "expected because: and mutants:"),
        ("unnoticed: [{because: none, mutants: [a: b]}]", "Put it in quotes"),
        ("unnoticed: [{because: none, mutants: [a, a]}]", "a is given twice"),
    ],
)
def test_reasons_that_cannot_be_read(tmp_path: Path, said: str, message: str) -> None:
    agency(tmp_path, f"{said}\n{CASES}")
    code, text = run(tmp_path)
    assert code == 2 and message in text


def test_a_case_that_fails_anyway_judges_nothing(tmp_path: Path) -> None:
    agency(tmp_path, CASES.replace("income: 99", "income: 120"))
    code, text = run(tmp_path)
    assert code == 2 and "below: this case fails as the pack is, and would notice anything" in text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("false", "reasons: [aid.guests]"),
        ("true", 'missing: ["members[a].ill"]'),
        ("true", 'payments: {"aid.extra[a]": {payee: member}}'),
        ("true", 'payments: {"aid.extra[a]": {amount: 20}}'),
    ],
)
def test_a_case_that_fails_only_in_what_all_of_the_pack_gives_judges_nothing(
    tmp_path: Path, asked: str, expected: str
) -> None:
    fails = wide(tmp_path)
    given = f'{{asked: "{asked}", members: [{{id: a, ill: "true"}}]}}'
    written = f"{WIDE_CASES}  - {{name: fails, given: {given}, expect: {{{expected}}}}}\n"
    fails.files[0].write_text(written, encoding="utf-8")
    with pytest.raises(PackError, match="fails: this case fails as the pack is"):
        checked(fails)


def test_a_case_that_fails_only_in_the_value_of_a_parameter_judges_nothing(tmp_path: Path) -> None:
    agency(tmp_path, f'{CASES}  - {{name: fails, given: {{income: 99}}, expect: {{values: {{"line[urban]": 101}}}}}}\n')
    code, text = run(tmp_path)
    assert code == 2 and "fails: this case fails as the pack is" in text


def test_the_language_refuses_what_does_not_hold_together(tmp_path: Path) -> None:
    file = agency(tmp_path).parent.parent / "aid.yaml"
    text = file.read_text(encoding="utf-8").replace("household.income < line", "poor")
    file.write_text(
        text.replace("[<, <=]", "[poor, not poor]") + "definitions: {poor: {value: household.income < line}}\n"
    )
    code, text = run(tmp_path, "poor", "-v")
    assert code == 0 and "refused by the language (" in text and "poor: left out" in text


def test_a_case_that_is_refused_notices_the_value_that_bounds_a_finding(tmp_path: Path) -> None:
    file = agency(tmp_path)
    pack = file.parents[1] / "aid.yaml"
    added = "findings: {grant: {about: household, unit: CNY, who: town, within: span}}\nparameters:\n"
    added += "  span: {type: range, unit: CNY/household, values: [{is: [10, 20]}]}\n"
    text = pack.read_text(encoding="utf-8").replace("parameters:\n", added)
    pack.write_text(f"{text}      sum: {{kind: amount, amount: finding.grant}}\n", encoding="utf-8")
    grants = {
        "9.99": "refused: grant",
        "10": "amounts: {aid.sum: 10}",
        "20": "amounts: {aid.sum: 20}",
        "20.01": "refused: grant",
    }
    named = "  - {{name: grant_{0}, given: {{income: 1, findings: {{grant: {{value: {0}}}}}}}, expect: {{{1}}}}}\n"
    file.write_text(CASES + "".join(named.format(*grant) for grant in grants.items()), encoding="utf-8")
    assert run(tmp_path, "span") == (0, "town/aid: 6 mutants: 4 noticed, 2 refused by the language\n")


def test_a_case_may_expect_what_a_looked_up_parameter_comes_to(tmp_path: Path) -> None:
    looked_up = "  - {name: looked_up, given: {income: 99}, expect: {values: {line.value: 100}}}\n"
    file = agency(tmp_path, CASES + looked_up)
    path = ["--path", str(file.parents[3]), "--jobs", "1"]
    done = CliRunner().invoke(main, ["mutate", "town/aid", *path, "--format", "json"])
    assert done.exit_code in (0, 1), done.output


def test_only_the_first_unknown_names_are_told_with_those_that_they_are_like() -> None:
    reasons = {f"line values.{place}": ("why", Place("cases.yaml", place, 1)) for place in range(1, 3001)}
    problems = list(_unfounded(reasons, {"line values.urban"}, []))
    assert {problem.found for problem in problems} == {"there is no such mutant"} and len(problems) == 3000
    assert [problem.hint for problem in problems[:20]] == ["Did you mean line values.urban?"] * 20
    assert {problem.hint for problem in problems[20:]} == {None}


@pytest.mark.parametrize("command", [["mutate", "--jobs", "1"], ["boundaries"], ["test"]])
@pytest.mark.parametrize(
    ("given", "where", "said"),
    [
        ('{members: [{id: a, il: "true"}]}', 45, ["members[0].il: unknown field. Did you mean ill?"]),
        ("{income: 1.x}", 27, ['income: found "1.x"; expected ', '"832.50", or unknown. Write digits']),
    ],
)
def test_a_case_that_cannot_be_used_is_named_with_its_place(
    tmp_path: Path, command: list[str], given: str, where: int, said: list[str]
) -> None:
    file = agency(tmp_path, f"{CASES}  - {{name: wrong, given: {given}, expect: {{outcomes: {{aid: eligible}}}}}}\n")
    name, *options = command
    run = CliRunner().invoke(main, [name, "town/aid", *options, "--path", str(tmp_path / "rules"), "--lang", "en"])
    assert run.exit_code == 2
    assert f"{file}:6:{where}: wrong: refused: {said[0]}" in run.output
    assert said[-1] in run.output
