"""What `aidrules show` tells of a pack: all that its files say, in both languages, found by name or by clause."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from aidrules import load
from aidrules.cli import main
from aidrules.errors import PackError
from aidrules.language import tree
from aidrules.show import Shown
from aidrules.show.clauses import entries_of
from aidrules.show.written import Written
from borough import pack_of

BOZHOU = "cn/guizhou/zunyi/bozhou"
ON = date(2025, 6, 15)

SOURCES = """
act: {zh: 河镇法, en: Town Act, issuer: Town, date: 2020-01-01}
order: {zh: 河镇令, en: Town Order, issuer: Town, date: 2024-01-01}
"""
WIDE = """
pack: town
source: act
currency: CNY
parameters:
  line:
    unit: CNY/person/month
    by: household.residence
    must: value > 0
    zh: 标准
    en: line
    cite: art 2
    values:
      - {from: 2020-01-01, is: {urban: 500, rural: 400}}
      - {from: 2025-01-01, announced: 2024-12-20, is: {urban: 600, rural: 450}, cite: {source: order, clause: art 9}}
  quota: {unit: person, required: true, zh: 名额, en: quota, cite: art 3}
  share: {by: household.size_now, apply: marginal, zh: 比例, en: share, cite: art 3}
inputs:
  household:
    size_now: {unit: "1", max: 9, zh: 现有人数, en: size now}
    stove: {type: [wood, coal_dust], options_zh: [柴灶, 煤灶], options_en: [log fire, coals], zh: 炉灶, en: stove}
readings:
  months: {default: full, options: {full: {zh: 整月, en: whole}, days: {zh: 按日, en: by day}}, zh: 月, en: months}
terms:
  office: {zh: 民政办, en: the civil affairs office}
programmes:
  aid:
    zh: 救助
    en: aid
    payment: {starts: next_month}
    rules:
      answer:
        kind: deadline
        from: case.accepted_on
        within: 30 working_day
        extend_to: 45 working_day
        extended_when: case.hard_to_investigate
        until: case.decided_on
        zh: 答复
        en: the answer
        cite: art 4(1)
      hand_over:
        kind: referral
        when: case.urgent
        to: office
        within: 5 working_day
        opens: {task: visit, zh: 入户, en: a visit}
        zh: 转介
        en: hand-over
        cite: art 4(2)
      need:
        kind: eligibility
        when: household.size_now < 5
        zh: 人少
        en: few
        cite: art 40
"""
NARROW = """
pack: town/ward
source: order
in_force: {from: 2024-05-01}
overrides:
  programmes:
    aid:
      rules:
        answer: {within: 20 working_day, cite: art 1}
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rules")
    values = "    values: [{is: [{up_to: 2, value: 50%}, {over: 2, up_to: 9, value: 60%}]}]\n"
    wide = WIDE.replace("inputs:\n", "INPUTS:\n", 1).replace(
        "  share: {by: household.size_now, apply: marginal, zh: 比例, en: share, cite: art 3}\nINPUTS:\n",
        f"  share:\n    by: household.size_now\n    zh: 比例\n    en: share\n    cite: art 3\n{values}inputs:\n",
    )
    for name, text in {"sources.yaml": SOURCES, "town/pack.yaml": wide, "town/ward/pack.yaml": NARROW}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def page(root: Path, name: str, *, pack: str = "town", lang: str = "en", on: date = ON) -> dict[str, list[str]]:
    """The rows of one thing, by head."""
    rows: dict[str, list[str]] = {}
    for head, text in Shown(load(pack, path=root), on, lang).one(name):  # type: ignore[arg-type]
        rows.setdefault(head, []).append(text)
    return rows


def test_a_deadline_shows_its_spans_and_its_extension(rules: Path) -> None:
    shown = page(rules, "aid.answer")
    assert shown["How long"] == ["30 working days"]
    assert shown["How long where extended"] == ["45 working days"]
    assert shown["Where it is extended"] == ["case.hard_to_investigate"]
    assert shown["Extended where"] == ["special circumstances that lengthen the investigation"]
    assert shown["Due"] == ["30 working days after day of acceptance"]
    assert shown["Due where extended"] == ["45 working days after day of acceptance"]
    assert shown["From when"] == ["case.accepted_on"] and shown["Done on"] == ["case.decided_on"]
    chinese = page(rules, "aid.answer", lang="zh")
    assert chinese["期限"] == ["30个工作日"] and chinese["延长后的总期限"] == ["45个工作日"]


def test_a_referral_shows_to_whom_within_what_time_and_which_task(rules: Path) -> None:
    shown = page(rules, "aid.hand_over")
    assert shown["How long"] == ["5 working days"]
    assert shown["To whom, or what"] == ["the civil affairs office (office)"]
    assert shown["The task that it opens"] == ["a visit; task: visit"]


def test_a_parameter_shows_its_unit_bounds_keys_and_each_value_with_its_clause(rules: Path) -> None:
    shown = page(rules, "line")
    assert shown["Unit"] == ["yuan per person per month (CNY/person/month)"]
    assert shown["What must hold"] == ["value > 0"] and shown["What chooses the row"] == [
        "urban or rural residence (household.residence)"
    ]
    assert shown["Value 2020-01-01 – 2024-12-31"] == ["urban: 500; rural: 400"]
    assert shown["Value 2025-01-01 – (now)"] == ["urban: 600; rural: 450"]
    assert shown["Known since"] == ["2024-12-20"]
    assert shown["Clause"] == ["Town Act art 2", "Town Act art 2", "Town Order art 9"]


def test_a_required_parameter_says_so(rules: Path) -> None:
    shown = page(rules, "quota")
    assert shown["Must be given"] == ["yes"] and shown["Value"] == ["not given"]


def overview(root: Path, lang: str, on: date = ON) -> dict[str, tuple[str, ...]]:
    """The rows of the tables of the whole pack, by name."""
    tables = Shown(load("town", path=root), on, lang).tables()  # type: ignore[arg-type]
    return {row[0]: row[1:] for table in tables for row in table.rows}


def test_a_parameter_without_a_value_yet_says_from_when_it_has_one(rules: Path) -> None:
    assert overview(rules, "en", date(2019, 12, 31))["line"][1] == "not given (has a value from 2020-01-01)"
    assert overview(rules, "zh", date(2019, 12, 31))["line"][1] == "未给定 (自 2020-01-01 起有值)"
    assert overview(rules, "en", date(2020, 1, 1))["line"][1] == "urban: 500; rural: 400"
    assert overview(rules, "en")["quota"][1] == "not given (required)"


def test_options_stand_in_tables_by_their_labels_with_their_ids(rules: Path) -> None:
    assert overview(rules, "en")["household.stove"][-1] == "log fire (wood); coals (coal_dust)"
    assert overview(rules, "zh")["household.stove"][-1] == "柴灶 (wood)；煤灶 (coal_dust)"


def test_brackets_show_both_ends(rules: Path) -> None:
    assert page(rules, "share")["Value undated (now)"] == ["≤ 2: 50%; > 2 ≤ 9: 60%"]


def test_a_rule_that_was_overridden_names_both_files_and_what_stood_there(rules: Path) -> None:
    shown = page(rules, "aid.answer", pack="town/ward")
    assert shown["How long"] == ["20 working days"] and shown["Clause"] == ["Town Order art 1"]
    assert shown["As written"][0].startswith("town (") and "town/pack.yaml:" in shown["As written"][0]
    (changed,) = shown["Changed by"]
    assert changed.startswith("town/ward (") and "ward/pack.yaml): how long, clause" in changed
    assert shown["Takes the place of"] == ["town (Town Act art 4(1))"]
    assert shown["Before"] == ["How long: 30 working days"]


def test_programmes_inputs_terms_and_readings_are_shown_too(rules: Path) -> None:
    assert page(rules, "aid")["Rule"] == ["answer, hand_over, need"]
    assert page(rules, "household.size_now")["Greatest value"] == ["9"]
    assert page(rules, "household.stove")["Type"] == ["log fire (wood); coals (coal_dust)"]
    assert page(rules, "household.stove", lang="zh")["类型"] == ["柴灶 (wood)；煤灶 (coal_dust)"]
    assert page(rules, "office")["Label"] == ["the civil affairs office"]
    national = Shown(load(BOZHOU), ON, "en").one("dibao.means_test.existing_case_at_the_line")
    assert ("Other options", "out: it is not below the line, so it leaves") in national


def test_a_programme_says_whom_it_counts_and_on_which_terms_it_pays() -> None:
    rows = dict(Shown(load(BOZHOU), ON, "en").one("dibao"))
    assert rows["Who counts as a member"] == "persons in the dibao unit (dibao_unit)"
    assert rows["How it is paid"].startswith("how often: each month; the first month that is paid: the next month; ")
    assert "; payee: the household (" in rows["How it is paid"]
    temporary = dict(Shown(load(BOZHOU), ON, "zh").one("temporary_assistance"))
    assert temporary["计入的成员"] == "在世的家庭成员 (living)"


def test_a_list_says_which_count() -> None:
    assert dict(Shown(load(BOZHOU), ON, "en").one("dibao_unit"))["Counts where"] == "counts in the dibao unit"


def test_a_phase_out_says_when_it_starts_and_which_conditions_may_fail() -> None:
    told = dict(Shown(load(BOZHOU), ON, "en").in_words("rule", "dibao.phase_out"))
    means = "the monthly income per person meets the income condition of dibao"
    assert told["Eligibility rules that may fail"] == f"{means} (means_test)"
    assert (told["From when"], told["When it may open again"]) == ("the next month", "after a new award")
    assert "As written" not in told


def test_a_reading_that_rules_share_is_listed_and_shown(rules: Path) -> None:
    shown = page(rules, "months")
    assert shown["Taken"] == ["full"] and shown["Options · days"] == ["by day"]
    tables = {table.title: table.rows for table in Shown(load("town", path=rules), ON, "en").tables()}
    assert tables["Reading"] == (("months", "months", "full: whole", "days: by day"),)


def test_what_is_not_in_force_is_said_to_be_so() -> None:
    with pytest.raises(PackError, match=r"dibao.confirm_where_delegated is not in force on 2022-01-01\. Give a day"):
        Shown(load("cn/national"), date(2022, 1, 1), "en").one("dibao.confirm_where_delegated")


def test_a_name_that_is_not_there_names_one_that_is_like_it(rules: Path) -> None:
    with pytest.raises(PackError, match=r"expected a name, or a clause that the pack cites\. Did you mean aid\.answer"):
        page(rules, "aid.answr")


def test_the_page_of_a_pack_lists_every_name_that_can_be_looked_up() -> None:
    shown = Shown(load(BOZHOU), ON, "en")
    listed = {row[0] for table in shown.tables() for row in table.rows}
    listed |= {table.title.rpartition("(")[2].rstrip(")") for table in shown.tables()}
    pack = load(BOZHOU).at(ON)
    asked = {entry.id for _, entry in entries_of(pack)} | {f"member.{name}" for name in pack.inputs["member"]}
    assert asked <= listed


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("art 4", ["aid.answer", "aid.hand_over"]),
        ("art 4（1）", ["aid.answer"]),
        ("order art 9", ["line"]),
        ("act art 9", []),
        ("art 40", ["aid.need"]),
    ],
)
def test_rules_are_found_by_clause(rules: Path, asked: str, names: list[str]) -> None:
    found = Shown(load("town", path=rules), ON, "en").clause(asked)
    assert [row[0] for row in found.rows] == names if found else not names


def test_the_clause_of_a_wider_pack_still_finds_what_took_its_place(rules: Path) -> None:
    found = Shown(load("town/ward", path=rules), ON, "en").clause("art 4(1)")
    assert found is not None and found.rows[0][0] == "aid.answer" and found.rows[0][3] == "Town Act art 4(1) (Before)"


def test_one_rule_under_a_clause_is_shown_in_full() -> None:
    said = CliRunner().invoke(main, ["show", BOZHOU, "二(一)1-b", "--on", "2025-06-15", "--lang", "en"]).output
    assert "dibao.top_up" in said and "Income taken off" in said
    several = CliRunner().invoke(main, ["show", BOZHOU, "二(一)1", "--on", "2025-06-15", "--lang", "en"]).output
    assert "dibao.phase_out" in several and "Income taken off" not in several


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["cn/national", BOZHOU])
def test_nothing_that_a_shipped_pack_says_is_left_out(name: str, lang: str) -> None:
    pack = load(name)
    shown, written = Shown(pack, ON, lang), Written(pack.at(ON), lang)  # type: ignore[arg-type]
    for _, entry in entries_of(pack.at(ON)):
        rows = dict(enumerate(shown.one(entry.id)))
        text = "\n".join(f"{head} {said}" for head, said in rows.values())
        for path, raw in _said(entry.node, lang):
            assert raw in text or written.text(tree.Text(raw, entry.node.place), path) in text, (entry.id, path, raw)


def _said(node: tree.Mapping, lang: str) -> list[tuple[str, str]]:
    """The last key and the text of everything that a node says, its other language apart."""
    other = "en" if lang == "zh" else "zh"
    found = []
    for path, inner in tree.walk(node):
        keys = [part for part in path if not part.isdigit()]
        if isinstance(inner, tree.Text) and not {other, f"options_{other}", "source"} & {*keys}:
            found.append((keys[-1], " ".join(inner.value.split())))
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_columns_are_aligned_with_wide_characters(lang: str) -> None:
    said = CliRunner().invoke(main, ["show", BOZHOU, "dibao.confirm", "--on", "2025-06-15", "--lang", lang]).output
    rows = Shown(load(BOZHOU), ON, lang).one("dibao.confirm")  # type: ignore[arg-type]
    wide = max(cell_len(head) for head, _ in rows)
    lines = said.splitlines()
    for head, text in rows:
        (line,) = [line for line in lines if line.startswith(f"{head} ") and text[:6] in line]
        assert cell_len(line[: line.index(text[:6])]) == wide + 2


TOLL = """
pack: town
source: act
currency: CNY
in_force: {from: 2020-01-01}
programmes:
  aid:
    zh: 救助
    en: aid
    rules:
      cart:
        kind: exclusion
        when: household.assets.vehicles > 0
        unless: any(m.disability.kind != none for m in members)
        zh: 有车
        en: a cart
        cite: art 2
"""


def _toll(folder: Path, **files: str) -> Shown:
    written = {"sources.yaml": SOURCES, "town/pack.yaml": TOLL, **files}
    for name, text in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Shown(load("town", path=folder), ON, "en")


def test_an_exception_of_an_exclusion_is_told_in_its_own_words(tmp_path: Path) -> None:
    (formula,) = [text for _, text in _toll(tmp_path).one("aid.cart") if text.startswith("motor vehicles > 0 and not")]
    assert "disab" in formula.lower() and "a cart" not in formula


def test_a_file_without_dates_does_not_hide_those_of_the_others(tmp_path: Path) -> None:
    rows = dict(_toll(tmp_path, **{"town/terms.yaml": "pack: town\nsource: act\n"}).head())
    assert rows["In force"] == "2020-01-01 – (undated: terms.yaml)"


def test_a_pack_lists_the_documents_that_its_layers_cite_and_no_others() -> None:
    """The shipped list of documents has those of all packs."""
    shown = dict(Shown(load("cn/national"), ON, "zh").head())["依据的文件"]
    assert "特困人员认定办法" in shown and "播州区" not in shown and "遵义市2025年" not in shown
    narrower = dict(Shown(load(BOZHOU), ON, "zh").head())["依据的文件"]
    assert "特困人员认定办法" in narrower and "播州区" in narrower and "阜南县" not in narrower


def test_a_phase_out_by_shares_says_which_share_is_paid_in_which_month(tmp_path: Path) -> None:
    text = """
        programmes:
          aid:
            zh: 救助
            en: aid
            rules:
              paid: {kind: amount, amount: 100 * CNY / month}
              left: {kind: phase_out, starts: next_month, months: 6 * month, pays: [100%, 100%, 80%, 62.5%],
                round: {to: 0.01, mode: half_up}}
              capped: {kind: phase_out, starts: next_month, months: 6 * month, pays: [50%], cap: 90 * CNY / month,
                round: {to: 0.01, mode: half_up}}
        """
    shown = {lang: Shown(pack_of(tmp_path, text), ON, lang) for lang in ("zh", "en")}
    told = dict(shown["en"].in_words("rule", "aid.left"))
    assert told["Amount"] == "last monthly amount of aid × the share of the month"
    assert told["Shares"] == "months 1 to 2: 100%; month 3: 80%; from month 4: 62.5%"
    assert told["Rounding"] == "to which step: 0.01; which way: half up"
    told = dict(shown["zh"].in_words("rule", "aid.left"))
    assert (told["金额"], told["各月比例"]) == (
        "救助最近月发放金额 × 当月比例",
        "第1至2个月100%；第3个月80%；第4个月起62.5%",
    )
    told = dict(shown["en"].in_words("rule", "aid.capped"))
    assert "90" in told["Amount"] and told["Shares"] == "every month: 50%"
