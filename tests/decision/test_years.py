"""Calendar years in formulas: by the day that lies in them, or by their number; one that only looks like it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from aidrules import decide
from aidrules.cli import main
from aidrules.decision.phrases import Phrases
from aidrules.decision.view import View
from borough import ON, pack_of

CAP = """
programmes:
  aid:
    zh: 补助
    en: aid
    rules:
      travel:
        kind: amount
        amount: 300 * CNY
        cap: {at: 500 * CNY, per: [calendar_year(on)]}
        zh: 交通补助
        en: travel
"""
DAYS = """
inputs: {household: {seen: {type: date, zh: 见面日, en: day seen}}}
definitions:
  result: {value: "%s", zh: 结果, en: result}
"""


def test_a_cap_of_a_calendar_year_says_which_year(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, CAP)
    paid = [{"rule": "aid.travel", "amount": 300, "paid_on": f"{ON.year}-01-01"}]
    household = pack.Household.model_validate({"members": [{"id": "a"}], "payments": paid})
    decision = decide(household, pack, on=ON)
    english, chinese = decision.explain(lang="en"), decision.explain(lang="zh")
    assert f"with “rule paid under = travel and day paid in the calendar year {ON.year}”" in english
    assert f"“发放依据的规则 = 交通补助，且发放日期在{ON.year}年内”" in chinese
    assert "after 1 January 1" not in english and "1年1月1日" not in chinese.replace(f"{ON.year}年1月1日", "")


@pytest.mark.parametrize(
    ("lang", "formula", "span"),
    [
        ("en", "day paid in the calendar year of the date of the facts", "the calendar year of the date of the facts"),
        ("zh", "发放日期在事实日期所在年内", "事实日期所在年"),
    ],
)
def test_a_cap_of_a_calendar_year_is_shown_for_any_year(tmp_path: Path, lang: str, formula: str, span: str) -> None:
    pack = pack_of(tmp_path, CAP)
    asked = ["show", pack.id, "aid.travel", "--path", str(tmp_path / "rules"), "--lang", lang, "--on", ON.isoformat()]
    shown = "".join(line.strip() + ("" if lang == "zh" else " ") for line in _run(asked).splitlines())
    assert formula in shown and span in shown and "calendar_year(" not in shown


def _run(asked: list[str]) -> str:
    found = CliRunner().invoke(main, asked, env={"COLUMNS": "400"}, catch_exceptions=False)
    assert found.exit_code == 0
    return found.output


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (
            "household.seen in calendar_year(on)",
            "见面日在事实日期所在年内",
            "day seen in the calendar year of the date of the facts",
        ),
        (
            "household.seen in period(date(on.year, 1, 1), date(on.year, 12, 30))",
            "见面日 ≥ 事实日期所在年1月1日，且见面日 ≤ 事实日期所在年12月30日",
            "day seen ≥ 1 January of the calendar year of the date of the facts and "
            "day seen ≤ 30 December of the calendar year of the date of the facts",
        ),
        (
            "household.seen >= date(on.year - 1, 5, 2)",
            "见面日 ≥ (事实日期的年份 − 1)年5月2日",
            "day seen ≥ 2 May of the calendar year (the year of the date of the facts − 1)",
        ),
        (
            "household.seen in period(date(on.year - 1, 1, 1), date(on.year, 12, 31))",
            "见面日 ≥ (事实日期的年份 − 1)年1月1日，且见面日 ≤ 事实日期所在年12月31日",
            "day seen ≥ 1 January of the calendar year (the year of the date of the facts − 1) and "
            "day seen ≤ 31 December of the calendar year of the date of the facts",
        ),
    ],
)
def test_days_of_a_computed_year_are_named(tmp_path: Path, value: str, zh: str, en: str) -> None:
    view = View(pack_of(tmp_path, DAYS % value).on(ON))
    assert (Phrases(view, "zh").formula_of("result"), Phrases(view, "en").formula_of("result")) == (zh, en)
