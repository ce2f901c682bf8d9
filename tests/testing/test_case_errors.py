"""Cases that fail say where, which case, what was expected and what nobody gave; what cannot pass is an error."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from aidrules.errors import PackError
from aidrules.facts.problems import MOST_PROBLEMS_TOLD
from aidrules.testing import expected
from aidrules.testing.cases import read_cases
from aidrules.testing.trial import Trial, tried
from borough import pack_of
from steps import steps_of

AID = """
inputs: {household: {income: {unit: CNY/month, max: 5000}}, member: {ill: {type: bool}, sort: {type: [a, b]}}}
findings: {refuses: {about: household, type: bool, if_absent: "false"}}
parameters: {line: {unit: CNY/household/month, required: true}}
definitions: {group: {each: member, cases: {first: {when: member.sort == a}, rest: {otherwise: "true"}}}}
programmes:
  aid:
    rules:
      means: {kind: eligibility, when: household.income < line, zh: 收入低于标准, en: below the line}
      refusal: {kind: exclusion, when: finding.refuses}
      care: {kind: entitlement, each: member, when: member.ill}
      visit: {kind: deadline, from: on, within: 3 day}
      hearing: {kind: gate, needed_when: case.disputed, if_undetermined: needed}
      inquest: {kind: gate, needed_when: case.disputed, if_undetermined: not_needed}
      appraisal: {kind: gate, needed_when: case.disputed}
      gap: {kind: top_up, up_to: line, income: household.income, persons: "1"}
      extra: {kind: amount, each: member, when: member.ill, amount: 5 * CNY / month}
"""
HEAD = """on: 2025-06-15
default: {income: 50, members: [{id: a, ill: "true"}]}
parameters: {line: 100 CNY/household/month}
cases:
  - name: one
"""


def case_file(folder: Path, case: str) -> Path:
    pack_of(folder, AID)
    file = folder / "rules" / "borough" / "cases" / "aid.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(HEAD + "".join(f"    {line}\n" for line in case.splitlines()), encoding="utf-8")
    return file


def trial(folder: Path, case: str) -> Trial:
    (read,) = read_cases(case_file(folder, case))
    return tried(read, "borough", path=folder / "rules")


@pytest.mark.parametrize(
    ("expect", "found", "number"),
    [
        ("amounts: {aid.gap: 50元}", "'50元' is not a number", "50"),
        ("amounts: {aid.gap: 50 元}", "'50 元' is not measured in CNY/household/month", "50"),
        ("amounts: {aid.gap: 50 CNY}", "'50 CNY' is not measured in CNY/household/month", "50"),
        ("amounts: {aid.gap: 50 %}", "'50 %' is not measured in CNY/household/month", "50"),
        ("amounts: {aid: '1,050.50 CNY'}", "'1,050.50 CNY' is not a number", "1050.50"),
        ("payments: {aid.gap: {amount: 50元}}", "'50元' is not a number", "50"),
        ("values: {line: 100元}", "'100元' is not a number", "100"),
        ("values: {line: 100 元}", "'100 元' is not measured in CNY/household/month", "100"),
    ],
)
def test_a_number_is_expected_without_its_unit(tmp_path: Path, expect: str, found: str, number: str) -> None:
    (problem,) = trial(tmp_path, f"expect: {{{expect}}}").problems
    assert problem.found.endswith(found)
    assert problem.hint == f"Write {number} alone: its unit is that of the rules"


@pytest.mark.parametrize("written", ["0-50", "0 – 50", "0至50", "0~50"])
def test_bounds_have_two_dots_between_them(tmp_path: Path, written: str) -> None:
    (problem,) = trial(tmp_path, f"expect: {{amounts: {{aid.gap: {written}}}}}").problems
    assert problem.hint == "Write 0..50"


def test_what_is_missing_is_named_with_its_place(tmp_path: Path) -> None:
    (problem,) = trial(tmp_path, "expect: {missing: [refuses]}").problems
    assert problem.hint == "Did you mean findings.refuses?"


@pytest.mark.parametrize(
    "expect", ["amounts: {aid.gap: 50}", "amounts: {aid: 50}", "payments: {aid.gap: {amount: 50}}"]
)
def test_what_pays_nothing_tells_the_condition_that_fails(tmp_path: Path, expect: str) -> None:
    (difference,) = trial(tmp_path, f"given: {{income: 150}}\nexpect: {{{expect}}}").differences
    said = [line.en for line in difference.why]
    assert any("below the line: " in line and "150" in line for line in said), said
    (paid,) = trial(tmp_path, "given: {income: 100}\nexpect: {amounts: {aid.gap: 5}}").differences
    assert not any("is above" in line.en for line in paid.why)


@pytest.mark.parametrize(
    "expect",
    [
        'outcomes: {aid: eligible}, entitlements: ["aid.care[a]", aid.care.any]',
        "amounts: {aid: 55, aid.gap: 50, aid.extra: 5, 'aid.extra[a]': 5}",
        "reasons: [aid.means], dates: {aid.visit.due: 2025-06-18}",
        "values: {aid.means: 'true', aid.gap: 100/2}, not: [aid.refusal]",
        "gates: [aid.hearing], not: [aid.inquest], values: {aid.hearing: unknown, aid.inquest: unknown}",
    ],
)
def test_a_case_that_passes(tmp_path: Path, expect: str) -> None:
    found = trial(tmp_path, f"expect: {{{expect}}}")
    assert (found.state, found.sentences()) == ("passed", [])


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("outcomes: {aid: ineligible}", "aid: expected ineligible, found eligible"),
        ("reasons: [aid.refusal]", "aid.refusal: expected among the reasons, found aid.means"),
        ("missing: [income]", "income: expected among the missing, found case.disputed"),
        ("amounts: {aid: 60}", "aid: expected 60, found 55"),
        ("dates: {aid.visit.due: 2025-06-17}", "aid.visit.due: expected 2025-06-17, found 2025-06-18"),
        ("not: ['aid.care[a]']", "aid.care[a]: expected false, found true"),
        ("not: [aid.hearing]", "aid.hearing: expected false, found true"),
        ("gates: [aid.inquest]", "aid.inquest: expected true, found false"),
        ("gates: [aid.appraisal]", "aid.appraisal: expected true, found unknown"),
        ("not: [aid.appraisal]", "aid.appraisal: expected false, found unknown"),
    ],
)
def test_every_difference_names_file_line_and_case(tmp_path: Path, expect: str, message: str) -> None:
    found = trial(tmp_path, f"expect:\n  {expect}")
    (text,) = found.sentences()
    assert found.state == "failed" and message in text
    assert "cases/aid.yaml:7:" in text and ": one: " in text


def test_where_nothing_is_missing_a_case_is_told_so(tmp_path: Path) -> None:
    (text,) = trial(tmp_path, "given: {case: {disputed: false}}\nexpect:\n  missing: [income]").sentences()
    assert "income: expected among the missing, found nothing is missing" in text


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("outcomes: {ade: eligible}", "outcomes: there is no programme ade; expected one of aid. Did you mean aid?"),
        ("outcomes: {aid: eligable}", "aid never comes to 'eligable'; expected one of eligible, ineligible, undet"),
        ("outcomes: {aid: phasing_out}", "aid never comes to 'phasing_out'"),
        ("outcomes: {'aid[a]': eligible}", "aid is said of the household; expected aid alone"),
        ("values: {aid.meens: 'true'}", "values: nothing is called aid.meens. Did you mean aid.means?"),
        ("values: {'group[a]': last}", "group is never 'last'; expected one of first, rest, unknown"),
        ("values: {aid.means: yes}", "aid.means is never 'yes'; expected one of true, false, unknown"),
        ("amounts: {aid: ten}", "aid.amount: 'ten' is not a number"),
        ("amounts: {aid.extra: 5000}", "aid.extra.total is never 5000; expected 0 to 150"),
        ("amounts: {aid.visit: 5}", "aid.visit is yes or no; expected an amount"),
        ("dates: {aid.visit.due: tomorrow}", "aid.visit.due: 'tomorrow' is not a date"),
        ("not: [aid.meens]", "nothing is called aid.meens. Did you mean aid.means?"),
        ("entitlements: [aid.carre]", "there is no entitlement aid.carre"),
        ("entitlements: [aid.means]", "aid.means is of kind eligibility; expected a rule of kind entitlement"),
        ("entitlements: [aid.care]", "expected the item in brackets, such as aid.care[a]. Or write aid.care.any"),
        ('entitlements: ["aid.care[z]"]', "entitlements: there is no item z; expected one of a"),
        ("reasons: [aid.gap]", "aid.gap is of kind top_up and settles no outcome"),
        (
            "missing: [incom]",
            "no rule reads incom; expected a path such as members[a].incomes, or a parameter. Did you",
        ),
    ],
)
def test_what_no_rule_can_produce_is_an_error(tmp_path: Path, expect: str, message: str) -> None:
    found = trial(tmp_path, f"expect:\n  {expect}")
    (text,) = found.sentences()
    assert found.state == "error" and message in text
    assert "cases/aid.yaml:7:" in text and ": one: " in text


@pytest.mark.parametrize(
    ("given", "expect", "missing"),
    [
        ("{income: unknown}", "outcomes: {aid: eligible}", "found undetermined; nobody gives income"),
        ("{income: unknown}", "values: {aid.means: 'true'}", "found unknown; nobody gives income"),
        ("{members: [{id: a}]}", 'not: ["aid.care[a]"]', "found unknown; nobody gives members[0].ill"),
    ],
)
def test_what_is_open_names_what_nobody_gives(tmp_path: Path, given: str, expect: str, missing: str) -> None:
    (text,) = trial(tmp_path, f"given: {given}\nexpect: {{{expect}}}").sentences()
    assert missing in text


def test_a_parameter_that_nobody_gives(tmp_path: Path) -> None:
    found = trial(tmp_path, "parameters: {line: unknown}\nexpect: {outcomes: {aid: eligible}}")
    assert "found undetermined; nobody gives line" in found.sentences()[0]


def test_inputs_that_must_be_missing_are_named_by_place_or_id(tmp_path: Path) -> None:
    case = "parameters: {line: unknown}\ngiven: {income: unknown}\nexpect: {missing: [income, line]}"
    assert trial(tmp_path, case).sentences() == []
    case = 'given: {members: [{id: a}]}\nexpect: {missing: ["members[a].ill", "members[0].ill"]}'
    assert trial(tmp_path, case).sentences() == []


def test_a_programme_that_only_opens_services_may_be_undetermined(tmp_path: Path) -> None:
    (read,) = read_cases(case_file(tmp_path, "expect: {outcomes: {'help[a]': undetermined}}"))
    members = "[m for m in household.members if m.sort == a]"
    services = f"help: {{subject: member, members: '{members}', rules: {{talk: {{kind: entitlement}}}}}}"
    pack_of(tmp_path, f"{AID}  {services}\n")
    assert tried(read, "borough", path=tmp_path / "rules").sentences() == []


def test_pending_is_told_apart_from_undetermined(tmp_path: Path) -> None:
    pack = AID.replace(', if_absent: "false"', "")
    (read,) = read_cases(case_file(tmp_path, "expect: {outcomes: {aid: undetermined}}"))
    pack_of(tmp_path, pack)
    assert "expected undetermined, found pending" in tried(read, "borough", path=tmp_path / "rules").sentences()[0]


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("refused: line", "expected a refusal that says 'line', found it is accepted"),
        ("outcomes: {aid: eligible}", "one: refused: members[0].ill"),
    ],
)
def test_refusals_that_are_missing_or_not_expected(tmp_path: Path, expect: str, message: str) -> None:
    given = "" if "refused" in expect else "given: {members: [{id: a, ill: perhaps}]}\n"
    assert message in trial(tmp_path, f"{given}expect: {{{expect}}}").sentences()[0]


def test_a_refusal_must_say_what_is_expected(tmp_path: Path) -> None:
    given = "given: {members: [{id: a, ill: perhaps}]}\n"
    assert trial(tmp_path, f"{given}expect: {{refused: ill}}").state == "passed"
    assert trial(tmp_path, f"{given}expect: {{refused: income}}").state == "failed"


def test_what_a_case_assumes(tmp_path: Path) -> None:
    found = trial(tmp_path, "given: {members: [{id: a}]}\nexpect: {outcomes: {aid: eligible}}")
    assert [(each.field, each.item, each.value) for each in found.assumed] == [
        ("income", "", "50"),
        ("findings.refuses", "", "false (if_absent)"),
    ]
    found = trial(tmp_path, "given: {income: 50}\nexpect: {entitlements: ['aid.care[a]']}")
    assert ("members[]", "a") in [(each.field, each.item) for each in found.assumed]


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("expects: {}", "one: unknown key 'expects'; expected one of cite,"),
        ("expect: {outcome: {aid: eligible}}", "one: unknown key 'outcome'; expected one of amounts,"),
        ("expect: {values: {a: '1'}}\nsince: 2020-01-01", "one: unknown key 'since'"),
        ("expect: {}", "one: expect: says nothing that must come out; expected at least one result"),
        ("expect: {outcomes: {}}", "one: expect: says nothing that must come out"),
        ("expect: {outcomes: [aid]}", "one: outcomes: a list of 1; expected texts by name"),
        ("expect: {not: {aid: eligible}}", "one: not: a mapping with aid; expected a list of names"),
        ("expect: {refused: x, not: [aid.care]}", "one: refused: beside results"),
        ("expect: eligible", "one: expect: the text 'eligible'; expected a mapping"),
        ("given: nothing\nexpect: {refused: x}", "one: given: the text 'nothing'; expected a mapping"),
        ("on: 2025-02-30\nexpect: {refused: x}", "one: on: 2025-02-30 is not a day of the calendar"),
        ("given: {income: 1}", "one: a case without expect:"),
        (f"expect: {{not: [{'a.' * 501}b]}}", "one: 1,003 characters; expected at most 1,000"),
    ],
)
def test_what_no_case_has_is_refused(tmp_path: Path, case: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        read_cases(case_file(tmp_path, case))
    assert message in str(error.value) and "cases/aid.yaml:" in str(error.value)


def test_two_cases_of_one_name(tmp_path: Path) -> None:
    file = case_file(tmp_path, "expect: {outcomes: {aid: eligible}}")
    file.write_text(file.read_text() + "  - {name: one, expect: {not: [aid.care.any]}}\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"aid\.yaml:7:5: one: two cases of this name.*first stands in line 5"):
        read_cases(file)


def test_a_wrong_date_for_a_whole_file_is_told_once(tmp_path: Path) -> None:
    file = case_file(tmp_path, "expect: {not: [aid.care.any]}")
    wrong = file.read_text("utf-8").replace("2025-06-15", "2025-6-15")
    own = "  - {name: own, on: 2025-6-16, expect: {not: [aid.care.any]}}\n"
    more = "".join(own.replace("own", name).replace(", on: 2025-6-16", "") for name in ("two", "three"))
    file.write_text(wrong + more + own, encoding="utf-8")
    with pytest.raises(PackError) as error:
        read_cases(file)
    told = [str(problem).partition("cases/")[2] for problem in error.value.problems]
    expected = "is not a date; expected a date such as 2025-04-01"
    assert told == [f"aid.yaml:1:5: on: '2025-6-15' {expected}", f"aid.yaml:9:21: own: on: '2025-6-16' {expected}"]


@pytest.mark.parametrize(
    ("expect", "meant"),
    [("amounts: {gap: 50}", "aid.gap"), ("reasons: [means]", "aid.means"), ("entitlements: ['care[a]']", "aid.care")],
)
def test_a_rule_without_its_programme(tmp_path: Path, expect: str, meant: str) -> None:
    (text,) = trial(tmp_path, f"expect: {{{expect}}}").sentences()
    assert f"Did you mean {meant}?" in text


def test_reading_cases_takes_no_more_than_their_number(tmp_path: Path) -> None:
    def steps(number: int) -> int:
        file = tmp_path / "many.yaml"
        cases = "".join(f"- {{name: c{at:03}, expect: {{not: x}}}}\n" for at in range(number))
        file.write_text(f"on: 2025-06-15\ncases:\n{cases}", "utf-8")
        found, taken = steps_of(lambda: read_cases(file))
        assert len(found) == number
        return taken

    steps(10)
    assert steps(800) <= 4 * steps(200)


def test_what_cases_share_is_not_changed_by_one(tmp_path: Path) -> None:
    cases = "- {name: one, expect: {not: x}}\n- {name: two, default: {income: 70}, expect: {not: x}}\n"
    file = tmp_path / "two.yaml"
    default = 'default: {income: 50, members: [{id: a, ill: "true"}]}\n'
    file.write_text(f"on: 2025-06-15\n{default}items: {{members: {{sort: a}}}}\ncases:\n{cases}", "utf-8")
    one, two = read_cases(file)
    assert one.given["members"] == two.given["members"] == [{"sort": "a", "id": "a", "ill": "true"}]
    assert one.given["members"] is not two.given["members"] and two.given["income"] == "70"


def test_a_long_name_of_what_is_expected_is_read_once() -> None:
    started = time.process_time()
    assert expected._NAME.match("a" + ".a" * 50_000 + "!") is None
    assert time.process_time() - started < 1
    assert expected._NAME.fullmatch("aid.extra[m1][x].monthly") is not None


def test_what_a_file_says_for_all_items_is_counted_before_it_is_entered(tmp_path: Path) -> None:
    file = case_file(tmp_path, "expect: {amounts: {aid: 50}}")
    members = ", ".join(f"{{id: m{number}}}" for number in range(2000))
    incomes = ", ".join("{kind: wages, amount: 1}" for _ in range(2000))
    one = "  - {name: c0, expect: {missing: [x]}}\n"
    expanded = f"default: {{members: [{members}]}}\nitems: {{members: {{incomes: [{incomes}]}}}}\n"
    file.write_text(f"on: 2025-06-15\n{expanded}cases:\n{one}", encoding="utf-8")
    with pytest.raises(PackError, match=r"aid\.yaml:5:5: .* come to more than 5,000,000 values so far; expected fewer"):
        read_cases(file)


def test_all_cases_of_a_file_share_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = case_file(tmp_path, "expect: {amounts: {aid: 50}}")
    shared = "on: 2025-06-15\ndefault: {members: [{id: a, incomes: [{kind: wages}]}]}\ncases:\n"
    file.write_text(
        shared + "".join(f"  - {{name: c{n}, expect: {{missing: [x]}}}}\n" for n in range(3)), encoding="utf-8"
    )
    # Each has seven: the facts, the members, the member, its id, its incomes, the income, its kind.
    monkeypatch.setattr("aidrules.testing.cases.MOST_VALUES", 21)
    assert len(read_cases(file)) == 3
    monkeypatch.setattr("aidrules.testing.cases.MOST_VALUES", 20)
    with pytest.raises(PackError, match=r"aid\.yaml:6:5: .* more than 20 values so far"):
        read_cases(file)


def test_of_very_many_names_that_nothing_has_the_first_are_told(tmp_path: Path) -> None:
    values = ", ".join(f"aid.gapp{number}: 1" for number in range(5000))
    *first, last = trial(tmp_path, f"expect: {{values: {{{values}}}}}").problems
    assert len(first) == MOST_PROBLEMS_TOLD and last.found == "more problems of this kind and others"
    assert {problem.found for problem in first} == {
        f"nothing is called aid.gapp{number}" for number in range(len(first))
    }
