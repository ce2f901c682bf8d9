"""Layers: packs that extend packs, overrides, clashes, versions and dates."""

from __future__ import annotations

from datetime import date

import pytest
from arcadia import PACKS, Write

from aidrules import Pack, load
from aidrules.errors import PackError

WIDE = """
pack: wide
source: act
currency: CNY
parameters:
  line: {unit: CNY/person/month, zh: 线, cite: "3.10", values: [{is: 600}]}
definitions:
  income: {value: gross, cite: "1"}
programmes:
  relief:
    zh: 救济
    definitions: {per_person: {value: income / count(members)}}
    rules:
      test: {kind: eligibility, when: relief.per_person < line, cite: "2"}
      extra:
        kind: supplement
        each: member
        stacking: sum
        base: line
        grades: {aged: {when: member.aged, rate: 10%}, ill: {when: member.ill, rate: 20%}}
"""


def both(write: Write, narrow: str, wide: str = WIDE) -> Pack:
    text = f"pack: wide/narrow\nsource: act\n{narrow}"
    return load("wide/narrow", path=write({"wide/pack.yaml": wide, "wide/narrow/pack.yaml": text}))


def refused(write: Write, narrow: str, wide: str = WIDE) -> str:
    with pytest.raises(PackError) as caught:
        both(write, narrow, wide)
    return str(caught.value)


def test_a_pack_of_three_layers() -> None:
    pack = load("arcadia/coast/harbour", path=PACKS)
    assert pack.layers == ("arcadia/realm", "arcadia/coast", "arcadia/coast/harbour")
    assert (pack.title.zh, pack.title.en) == ("港城", "Harbour")
    assert pack.currency == "CNY"
    assert pack.content.units == ("term",)
    assert set(pack.programmes) == {"relief", "winter"}
    assert set(pack.programmes["relief"].rules) == {"means_test", "top_up", "boats"}
    assert pack.programmes["winter"].model.subject == "member"
    assert set(pack.inputs["member"]) == {"fishes"}


def test_files_of_one_folder_merge(write: Write) -> None:
    root = write(
        {
            "a/1.yaml": "pack: a\nprogrammes: {relief: {rules: {x: {kind: eligibility, when: b}}}}\n",
            "a/2.yaml": "pack: a\nprogrammes: {relief: {zh: 救济, rules: {y: {kind: eligibility, when: c}}}}\n",
        }
    )
    programme = load("a", path=root).programmes["relief"]
    assert programme.entry.label.zh == "救济"
    assert list(programme.rules) == ["x", "y"]


def test_rules_grouped_by_kind(write: Write) -> None:
    text = """
    pack: a
    programmes:
      relief:
        rules:
          eligibility: {x: {when: b}, y: {when: c}}
          top_up: {kind: top_up, up_to: d, income: e}
    """
    rules = load("a", path=write({"a/pack.yaml": text})).programmes["relief"].rules
    assert {name: rule.kind for name, rule in rules.items()} == {
        "x": "eligibility",
        "y": "eligibility",
        "top_up": "top_up",
    }
    assert rules["x"].id == "relief.x"


def test_an_override_replaces_the_fields_given(write: Write) -> None:
    narrow = "overrides: {programmes: {relief: {rules: {test: {when: relief.per_person <= line, cite: '9'}}}}}\n"
    rule = both(write, narrow).programmes["relief"].rules["test"]
    assert rule.node.text("when") == "relief.per_person <= line"
    assert rule.kind == "eligibility"
    assert [(cite.clause, cite.title.zh) for cite in rule.cite] == [("9", "法")]
    overridden = rule.overrode[0]
    assert (overridden.pack, overridden.by.pack) == ("wide", "wide/narrow")
    assert overridden.node.text("when") == "relief.per_person < line"
    assert [cite.clause for cite in overridden.cite] == ["2"]
    assert overridden.changed == ("when", "cite")


def test_an_override_of_a_field_below(write: Write) -> None:
    narrow = "overrides: {programmes: {relief: {rules: {extra: {grades.ill.rate: 30%, without: each, cite: 5}}}}}\n"
    rule = both(write, narrow).programmes["relief"].rules["extra"]
    assert rule.node.without(["cite"]).plain() == {
        "kind": "supplement",
        "stacking": "sum",
        "base": "line",
        "grades": {"aged": {"when": "member.aged", "rate": "10%"}, "ill": {"when": "member.ill", "rate": "30%"}},
    }
    assert overridden_rates(rule.overrode[0].node.plain()) == ["10%", "20%"]


def overridden_rates(node: object) -> list[str]:
    assert isinstance(node, dict)
    return [grade["rate"] for grade in node["grades"].values()]


def test_another_way_of_saying_replaces_the_first(write: Write) -> None:
    narrow = "overrides: {definitions: {income: {start: a, less: [relief.x], floor: 0, cite: 5}}}\n"
    income = both(write, narrow).definitions["income"]
    assert income.model.value is None
    assert (income.model.start, income.model.less) == ("a", ("relief.x",))


def test_a_narrower_pack_adds_to_a_programme(write: Write) -> None:
    narrow = "programmes: {relief: {rules: {more: {kind: eligibility, when: x}}}}\n"
    rules = both(write, narrow).programmes["relief"].rules
    assert (rules["more"].origin.pack, rules["test"].origin.pack) == ("wide/narrow", "wide")


def test_clauses_keep_the_document_of_their_file() -> None:
    pack = load("arcadia/coast", path=PACKS)
    rules = pack.programmes["relief"].rules
    assert [(cite.source, cite.clause) for cite in rules["means_test"].cite] == [("coast-order", "art 6")]
    assert [(cite.source, cite.clause) for cite in rules["top_up"].cite] == [("arcadia-act", "3.2")]
    assert [(cite.source, cite.clause) for cite in pack.findings["storm_loss"].cite] == [("arcadia-act", "3.10")]


def test_values_of_an_overlay_are_of_its_document(write: Write) -> None:
    sources = "act: {zh: 法, en: Act, issuer: A, date: undated}\norder: {zh: 令, en: Order, issuer: B, date: undated}\n"
    root = write(
        {
            "sources.yaml": sources,
            "wide/pack.yaml": WIDE,
        }
    )
    overlay = {"overlay": "office", "source": "order", "parameters": {"line": {"values": [{"is": "700"}]}}}
    value = load("wide", path=root, overlays=[overlay]).parameters["line"].model.values[0]
    assert [(cite.source, cite.clause) for cite in value.cite] == [("order", "")]


@pytest.mark.parametrize(
    ("narrow", "expected"),
    [
        (
            "parameters: {line: {unit: CNY, values: [{is: 1}]}}\n",
            "narrow/pack.yaml:3:14: line: line clashes with wide, which declares it at",
        ),
        (
            "programmes: {relief: {rules: {test: {kind: eligibility, when: a}}}}\n",
            "narrow/pack.yaml:3:31: relief.test: relief.test clashes with wide, which declares it at",
        ),
        ("programmes: {relief: {zh: 救}}\n", "narrow/pack.yaml:3:14: relief: relief clashes with wide"),
        (
            "overrides: {programmes: {relief: {rules: {tets: {when: a}}}}}\n",
            "narrow/pack.yaml:3:43: relief.tets: there is no relief.tets to change; "
            "expected an id of a wider pack. Did you mean relief.test?",
        ),
        (
            "overrides: {definitions: {incom: {value: a}}}\n",
            "narrow/pack.yaml:3:27: incom: there is no incom to change; expected an id of a wider pack. "
            "Did you mean income?",
        ),
        (
            "definitions: {own: {value: a}}\noverrides: {definitions: {own: {value: b}}}\n",
            "narrow/pack.yaml:4:27: own: own is overridden in its own pack. Change it where it is declared, at",
        ),
        (
            "overrides: {rules: {test: {when: a}}}\n",
            "narrow/pack.yaml:3:13: overrides: unknown section 'rules'; expected one of inputs, findings,",
        ),
        (
            "overrides: {programmes: {relief: {rules: {test: {grade.when: a, cite: 5}}}}}\n",
            "narrow/pack.yaml:3:50: relief.test: there is nothing under 'grade' to change",
        ),
        (
            "definitions: {line: {value: a}}\n",
            "narrow/pack.yaml:3:15: line: line is both one of parameters and one of definitions. "
            "Give one of them another name",
        ),
        (
            "programmes: {relief: {definitions: {test: {value: a}}}}\n",
            "narrow/pack.yaml:3:37: relief.test: relief.test is both one of rules and one of definitions.",
        ),
        (
            "programmes: {new: {rules: {test: {when: a}}}}\n",
            "narrow/pack.yaml:3:28: new.test: the key 'kind' is missing. "
            "Write kind:, or put the rule in a group named by its kind",
        ),
        (
            "programmes: {new: {rules: {Test: {kind: check}}}}\n",
            "narrow/pack.yaml:3:28: rules: 'Test' cannot be a name; expected small letters, digits and _,",
        ),
        ("definitions: [a]\n", "narrow/pack.yaml:3:14: definitions: a list of 1; expected a mapping of names"),
        ("definitions: {a: b}\n", "narrow/pack.yaml:3:18: a: the text 'b'; expected a mapping"),
        (
            "inputs: {person: {a: {type: bool}}}\n",
            "narrow/pack.yaml:3:10: inputs: unknown subject 'person'; expected one of household, member, case",
        ),
        ("defintions: {a: {value: b}}\n", "narrow/pack.yaml:3:1: unknown key 'defintions'; expected one of pack,"),
        (
            "definitions: {a: {value: b, cite: {source: atc, clause: '1'}}}\n",
            "narrow/pack.yaml:3:44: the unknown source 'atc'; expected a key of sources.yaml. Did you mean act?",
        ),
        ("definitions: {a: {value: b, cite: {of: act}}}\n", "narrow/pack.yaml:3:35: cite: a mapping with of"),
        ("currency: EUR\n", "narrow/pack.yaml:3:11: the currency EUR, but"),
        (
            "overrides: {readings: {relief.tset: a}}\n",
            "narrow/pack.yaml:3:37: there is no reading 'relief.tset'",
        ),
    ],
)
def test_says_what_is_wrong(write: Write, narrow: str, expected: str) -> None:
    assert expected in refused(write, narrow), refused(write, narrow)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "a/1.yaml": "pack: a\ndefinitions: {x: {value: b}}\n",
                "a/2.yaml": "pack: a\ndefinitions: {x: {value: c}}\n",
            },
            "a/2.yaml:2:15: x: x is declared twice in this pack. It stands at",
        ),
        (
            {
                "a/1.yaml": "pack: a\nextends: b\n",
                "b/1.yaml": "pack: b\nextends: c\n",
                "c/1.yaml": "pack: c\nextends: a\n",
            },
            "c/1.yaml:2:10: packs extend each other in a circle: a -> b -> c -> a",
        ),
        (
            {"a/1.yaml": "pack: a\nextends: a\n"},
            "a/1.yaml:2:10: packs extend each other in a circle: a -> a",
        ),
        (
            {"a/1.yaml": "pack: a\nextends: bb\n", "bbb/1.yaml": "pack: bbb\n"},
            "a/1.yaml:2:10: a: extends: there is no pack 'bb'. Did you mean bbb?",
        ),
        (
            {"a/1.yaml": "pack: a\nextends: b\n", "a/2.yaml": "pack: a\nextends: c\n"},
            "a/2.yaml:2:10: a: two files extend different packs. Write extends: in one file only",
        ),
        ({"a/1.yaml": "pack: b\n"}, "a/1.yaml:1:7: pack: b; expected a. The name of a pack is the path of its folder"),
        ({"a/1.yaml": "zh: 法\n"}, "a/1.yaml:1:1: the key 'pack' is missing. Keys here are pack, extends,"),
        ({"a/1.yaml": "pack: a\nsource: act2\n"}, "a/1.yaml:2:9: the unknown source 'act2'"),
        (
            {"a/1.yaml": "pack: a\ndefinitions: {x: {value: b, cite: '1'}}\n"},
            "a/1.yaml:2:35: a clause of no source. Write cite: {source: …, clause: …}, or source: at the top",
        ),
        ({"a/1.yaml": "pack: a\nin_force: always\n"}, "a/1.yaml:2:11: in_force: 'always'; expected from: and until:"),
        (
            {"a/1.yaml": "pack: a\ncurrency: yuan\n"},
            "a/1.yaml:2:11: currency: 'yuan' is not a currency; expected a code of three capitals such as CNY",
        ),
        (
            {"a/1.yaml": "pack: a\n", "a/sources.yaml": "act: {zh: 他, en: Other, issuer: B, date: undated}\n"},
            "a/sources.yaml: the source 'act' is another document elsewhere",
        ),
        ({"a/1.yaml": "pack: [\n", "a/2.yaml": "a: 1\na: 2\n"}, "a/2.yaml:2:1: the key 'a' is given twice"),
    ],
)
def test_files_that_do_not_go_together(write: Write, files: dict[str, str], expected: str) -> None:
    root = write(files)
    with pytest.raises(PackError) as caught:
        load("a", path=root)
    assert expected in str(caught.value)


def test_problems_of_all_files_come_together(write: Write) -> None:
    with pytest.raises(PackError) as caught:
        both(write, "definitions: {a: {valu: b}}\nparameters: {p: {unit: CNY}}\n")
    assert [problem.rule for problem in caught.value.problems] == ["a", "p"]


def test_what_holds_depends_on_the_day() -> None:
    pack = load("arcadia/coast/harbour", path=PACKS)
    assert pack.boundaries == (date(2020, 1, 1), date(2021, 6, 1), date(2022, 1, 1), date(2023, 1, 1))
    assert "grant" in pack.programmes["winter"].rules
    assert "grant" not in pack.at(date(2022, 12, 31)).programmes["winter"].rules
    assert "grant" in pack.at(date(2023, 1, 1)).programmes["winter"].rules
    assert "relief" not in pack.at(date(2019, 12, 31)).programmes


def test_an_override_holds_from_the_day_of_its_file() -> None:
    pack = load("arcadia/coast/harbour", path=PACKS)
    before = pack.at(date(2021, 5, 31)).programmes["relief"].rules["means_test"]
    after = pack.at(date(2021, 6, 1)).programmes["relief"].rules["means_test"]
    assert before.node.text("when") == "relief.income_per_person < bread_line"
    assert after.node.text("when") == "relief.income_per_person <= 110% * bread_line"
    assert (len(before.overrode), len(after.overrode)) == (0, 1)


def test_versions_by_the_day(write: Write) -> None:
    text = """
    pack: a
    programmes:
      relief:
        rules:
          test:
            kind: eligibility
            versions:
              - {from: 2023-06-01, when: new}
              - {from: 2020-01-01, until: 2023-05-31, when: old}
    """
    pack = load("a", path=write({"a/pack.yaml": text}))

    def when(day: date) -> str | None:
        rule = pack.at(day).programmes["relief"].rules.get("test")
        return rule.node.text("when") if rule else None

    assert when(date(2019, 12, 31)) is None
    assert when(date(2023, 5, 31)) == "old"
    assert when(date(2023, 6, 1)) == "new"


def test_versions_by_a_date_of_the_case() -> None:
    rule = load("arcadia/coast/harbour", path=PACKS).programmes["winter"].rules["old"]
    assert rule.chosen_by == "case.applied_on"
    assert [(version.start, version.until, version.node.text("when")) for version in rule.versions] == [
        (None, date(2022, 12, 31), "age(member.birth_date, on) >= 70"),
        (date(2023, 1, 1), None, "age(member.birth_date, on) >= 65"),
    ]
    assert all(version.node.text("kind") == "eligibility" for version in rule.versions)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ("[{from: 2020-01-01, when: a}, {from: 2021-01-01, when: b}]", "two versions hold on one day"),
        ("[{from: 2020-13-01, when: a}]", "2020-13-01 is not a day of the calendar"),
        ("[text]", "the text 'text'; expected a version with from: or until:"),
        ("{from: 2020-01-01}", "versions: a mapping with from; expected a list"),
    ],
)
def test_versions_that_do_not_fit(write: Write, versions: str, expected: str) -> None:
    narrow = f"programmes: {{n: {{rules: {{r: {{kind: eligibility, versions: {versions}}}}}}}}}\n"
    assert expected in refused(write, narrow)


def test_chosen_by_needs_versions(write: Write) -> None:
    narrow = "programmes: {n: {rules: {r: {kind: eligibility, chosen_by: case.applied_on}}}}\n"
    assert "chosen_by: without versions:" in refused(write, narrow)
