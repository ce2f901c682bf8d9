"""`like:` puts a rule of another programme here, `also:` adds an alternative to a rule of a wider pack."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from arcadia import Write

from aidrules import Decision, Pack, decide, load
from aidrules.errors import PackError

ON = date(2025, 6, 15)
HEAD = "pack: wide\nsource: act\ncurrency: CNY\n"
WIDE = (
    HEAD
    + """
inputs:
  household: {rich: {type: bool}, lied: {type: bool}, watched: {type: bool}, poor: {type: bool}}
  member: {ill: {type: bool}, old: {type: bool}}
programmes:
  aid:
    definitions: {near: {value: household.poor}}
    rules:
      need: {kind: eligibility, when: household.poor, zh: 困难, en: in need, cite: art 1}
      lies:
        kind: exclusion
        when: household.lied
        zh: 失信
        en: dishonest
        cite: art 2
        reading:
          how_long:
            default: always
            options: {always: {}, never: {when: household.lied and household.rich}}
      extra:
        kind: amount
        each: member
        when: member.ill
        amount: 100 * CNY / month
        zh: 增发
        en: extra
        cite: art 3
  relief:
    rules:
      lies: {like: aid.lies, cite: art 9}
      poor: {kind: eligibility, when: household.poor, cite: art 8}
  alone:
    subject: member
    rules:
      extra: {like: aid.extra, without: [each], when: member.old, en: extra alone, cite: art 7}
"""
)
NARROW = """
pack: wide/narrow
source: act
overrides:
  programmes:
    aid:
      rules:
"""


def pack(write: Write, text: str = WIDE, name: str = "wide", **more: str) -> Pack:
    files = {"wide/pack.yaml": text, **{f"wide/narrow/{key}.yaml": file for key, file in more.items()}}
    return load(name, path=write(files))


def decided(rules: Pack, **facts: Any) -> Decision:
    members = facts.pop("members", [{"id": "a", "ill": True, "old": True}, {"id": "b", "ill": True, "old": False}])
    known = {"rich": False, "lied": False, "poor": True, "watched": False, **facts}
    return decide(rules.Household.model_validate({"members": members, **known}), rules, on=ON, chain="exact")


def refused(write: Write, text: str, **more: str) -> str:
    with pytest.raises(PackError) as error:
        pack(write, text, "wide/narrow" if more else "wide", **more).on(ON)
    return "\n".join(str(problem) for problem in error.value.problems)


def test_a_rule_of_another_programme_holds_here_by_both_clauses(write: Write) -> None:
    rules = pack(write)
    assert decided(rules, lied=True).outcomes["relief"].status == "ineligible"
    assert decided(rules).outcomes["relief"].status == "eligible"
    entry = rules.programmes["relief"].rules["lies"]
    assert [cite.clause for cite in entry.cite] == ["art 9", "art 2"]
    assert (entry.kind, entry.label.zh, entry.like) == ("exclusion", "失信", "aid.lies")


def test_fields_are_changed_and_left_out_for_the_place_where_it_is_put(write: Write) -> None:
    decision = decided(pack(write))
    paid = {(line.rule, line.member): line.amount for line in decision.payments}
    assert paid == {("aid.extra", "a"): 100, ("aid.extra", "b"): 100, ("alone.extra", "a"): 100}


def test_what_a_narrower_pack_changes_of_the_rule_goes_with_it(write: Write) -> None:
    changed = NARROW + "        extra: {amount: 60 * CNY / month, cite: art 5}\n"
    decision = decided(pack(write, name="wide/narrow", rules=changed))
    assert {line.rule: line.amount for line in decision.payments} == {"aid.extra": 60, "alone.extra": 60}
    own = changed + "    alone: {rules: {extra: {amount: 40 * CNY / month, cite: art 6}}}\n"
    decision = decided(pack(write, name="wide/narrow", rules=own))
    assert {line.rule: line.amount for line in decision.payments} == {"aid.extra": 60, "alone.extra": 40}


def test_an_option_of_its_reading_is_taken_with_it_unless_its_own_is_chosen(write: Write) -> None:
    rules = pack(write)
    both = rules.with_readings({"aid.lies.how_long": "never"})
    assert both.chosen == {"aid.lies.how_long": "never", "relief.lies.how_long": "never"}
    assert decided(both, lied=True).outcomes["relief"].status == "eligible"
    one = both.with_readings({"relief.lies.how_long": "always"})
    assert [decided(one, lied=True).outcomes[name].status for name in ("aid", "relief")] == ["eligible", "ineligible"]


def test_it_is_in_force_where_both_are(write: Write) -> None:
    later = "pack: wide/narrow\nin_force: {from: 2026-01-01}\n"
    later += "programmes: {late: {en: late, rules: {a: {like: aid.need}}}}"
    rules = pack(write, name="wide/narrow", rules=later)
    assert "late" not in rules.at(ON).programmes
    assert "a" in rules.at(date(2026, 1, 1)).programmes["late"].rules
    ended = WIDE.replace("zh: 困难", "in_force: {until: 2026-06-30}, zh: 困难")
    assert "a" not in pack(write, ended, "wide/narrow", rules=later).at(date(2026, 7, 1)).programmes["late"].rules


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("{like: aid.nead}", "pack.yaml:34:20: relief.more: there is no rule 'aid.nead'; expected a rule with its"),
        ("{like: relief.more}", "relief.more: it is like itself; expected a rule that is written out"),
        ("{like: relief.lies}", "relief.more: relief.lies is itself like another rule; expected a rule that is"),
        ("{like: [aid.need]}", "relief.more: like: a list of 1; expected a rule with its programme"),
        ("{like: aid.need, kind: exclusion}", "relief.more is made another kind of rule than aid.need; expected"),
        ("{like: aid.need, when: household.rich}", "it is like aid.need and changes when without cite:; expected"),
        ("{like: aid.need, wen: household.rich, cite: art 4}", "relief.more: unknown key 'wen'"),
        ("{like: aid.need, without: [whn], cite: art 4}", "relief.more: without: there is no 'whn'"),
        ("{kind: eligibility, when: household.rich, also: {a: household.poor}}", "also: in a rule of this pack;"),
    ],
)
def test_what_cannot_be_put_here(write: Write, rule: str, found: str) -> None:
    lies = "      lies: {like: aid.lies, cite: art 9}\n"
    assert found in refused(write, WIDE.replace(lies, f"{lies}      more: {rule}\n"))


def test_a_name_of_the_other_programme_is_not_one_of_this(write: Write) -> None:
    text = WIDE.replace("when: household.lied\n", "when: near and household.lied\n")
    said = refused(write, text)
    assert "nothing is called near" in said
    assert "relief.lies says at" in said and "names are read in relief: change the field there" in said


def test_days_that_never_meet(write: Write) -> None:
    ended = "pack: wide\nin_force: {until: 2020-12-31}\nprogrammes: {old: {rules: {a: {kind: eligibility}}}}"
    later = "pack: wide/narrow\nin_force: {from: 2021-01-01}\nprogrammes: {new: {rules: {a: {like: old.a}}}}"
    files = {"wide/pack.yaml": ended, "wide/narrow/pack.yaml": later}
    with pytest.raises(PackError, match=r"new\.a: old\.a is in force on other days only"):
        load("wide/narrow", path=write(files))


# Alternatives.

ADDED = NARROW + "        need: {also: {watched: {when: household.watched, zh: 监测户, en: watched, cite: art 11}}}\n"


def test_an_alternative_widens_a_rule_and_leaves_it_its_clause(write: Write) -> None:
    rules = pack(write, name="wide/narrow", rules=ADDED)
    for poor, watched, status in [(True, False, "eligible"), (False, True, "eligible"), (False, False, "ineligible")]:
        assert decided(rules, poor=poor, watched=watched).outcomes["aid"].status == status
    entry = rules.programmes["aid"].rules["need"]
    assert [cite.clause for cite in entry.cite] == ["art 1", "art 11"]
    assert decided(pack(write), poor=False, watched=True).outcomes["aid"].status == "ineligible"
    part = next(rule for rule in decided(rules, poor=False, watched=True).trace.rules if rule.rule == "aid.need")
    assert [(part.id, part.state) for part in part.steps[0].parts] == [("watched", "applied")]


def test_the_letter_says_which_alternative_holds_by_which_clauses(write: Write) -> None:
    decision = decided(pack(write, name="wide/narrow", rules=ADDED), poor=False, watched=True)
    said = decision.explain("en")
    assert "In need: met. “watched” is recorded as yes. (Act, art 1, art 11)" in said
    assert "in the place of the wider rule" not in said


def test_unknown_of_both_stays_open(write: Write) -> None:
    rules = pack(write, name="wide/narrow", rules=ADDED)
    assert decided(rules, poor=None, watched=True).outcomes["aid"].status == "eligible"
    assert decided(rules, poor=None, watched=False).outcomes["aid"].status == "undetermined"


def test_layers_add_one_after_another(write: Write) -> None:
    further = ADDED.replace("wide/narrow", "wide/narrow/street").replace("watched", "rich").replace("art 11", "art 12")
    files = {"wide/pack.yaml": WIDE, "wide/narrow/pack.yaml": ADDED, "wide/narrow/street/pack.yaml": further}
    rules = load("wide/narrow/street", path=write(files))
    assert decided(rules, poor=False, rich=True).outcomes["aid"].status == "eligible"
    assert decided(rules, poor=False, watched=True).outcomes["aid"].status == "eligible"
    assert [cite.clause for cite in rules.programmes["aid"].rules["need"].cite] == ["art 1", "art 11", "art 12"]
    files["wide/narrow/street/pack.yaml"] = further.replace("{rich: {when", "{watched: {when")
    with pytest.raises(PackError, match=r"also: watched is there already; expected a name of its own"):
        load("wide/narrow/street", path=write(files))


def test_an_option_that_changes_the_condition_keeps_the_alternative(write: Write) -> None:
    text = NARROW + "        lies: {also: {poor: {when: household.poor, zh: 贫, en: poor, cite: art 11}}}\n"
    rules = pack(write, name="wide/narrow", rules=text).with_readings({"aid.lies.how_long": "never"})
    assert decided(rules, lied=True).outcomes["aid"].status == "ineligible"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("need: {also: {a: household.rich}}", "aid.need: also: adds without cite:; expected cite: in each alternative"),
        ("need: {also: {a: {when: household.rihc, cite: art 2}}}", "rihc"),
        ("need: {like: aid.lies}", "aid.need: like: in an override; expected changes"),
        ("extra: {also: {a: {when: household.rich, cite: art 2}}}", "aid.extra: unknown key 'also'"),
    ],
)
def test_what_cannot_be_added(write: Write, change: str, found: str) -> None:
    assert found in refused(write, WIDE, rules=f"{NARROW}        {change}\n")


def test_nothing_to_widen(write: Write) -> None:
    text = WIDE.replace("when: household.poor, zh: 困难", "zh: 困难")
    assert "also: has no condition to widen; expected a rule with when:" in refused(write, text, rules=ADDED)
    dated = "chosen_by: case.applied_on, versions: [{until: 2024-12-31}, {from: 2025-01-01}], zh: 困难"
    text = WIDE.replace("zh: 困难", dated)
    assert "also: beside versions that a date of the case chooses" in refused(write, text, rules=ADDED)
