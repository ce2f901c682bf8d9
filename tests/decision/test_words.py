"""Phrases of letters and formulas: articles, and ends of calendar periods."""

from __future__ import annotations

import pytest

from aidrules.decision.words import words
from aidrules.language import core
from aidrules.language.core import DATE
from aidrules.language.periods import PeriodEnd, first_of_period, last_of_months, period_end

DAY = core.Fact("household", "day", DATE)


def test_a_list_whose_name_has_an_article_gets_no_second_one() -> None:
    en = words("en")
    for name in ("works", "the works"):
        assert en.item(name, 1, None, None) == "item 1 of the works"
        assert en.list_unknown(name) == "the works are not recorded"
        assert en.none_of(name, "done", 2) == "none of the works meets “done”"
        assert en.none_of(name, "done", 0) == en.each_of(name, "done", 0) == "there are no works"
        assert en.each_of(name, "done", 2) == "all of the works meet “done”"
        assert en.aggregate("any", name, "done", "") == "some of the works with “done”"
        assert en.aggregate("longest_run", name, "length", "") == "the longest run of length in the works"
        assert en.absent(name) == "there is no works"


@pytest.mark.parametrize("months", [2, 3, 4, 6, 12])
@pytest.mark.parametrize("after", [False, True])
def test_the_end_of_a_calendar_period_is_known_again(months: int, after: bool) -> None:
    end = last_of_months(first_of_period(DAY, months), months * (2 if after else 1))
    assert period_end(end) == PeriodEnd(DAY, months, after)
    assert period_end(last_of_months(first_of_period(DAY, months), months + 1)) is None


def test_the_end_of_a_quarter_is_a_sentence() -> None:
    assert words("zh").period_end("上次会议日期", 3, True) == "上次会议日期所在季度的下一季度末日"
    assert words("zh").period_end("上次会议日期", 6, False) == "上次会议日期所在半年末日"
    said = "the last day of the calendar quarter after the one in which the last meeting lies"
    assert words("en").period_end("the last meeting", 3, True) == said
