"""What the record of a case says of its procedure: the steps taken, and who took part in them."""

from __future__ import annotations

from typing import Annotated, Literal

from aidrules.facts.base import Facts
from aidrules.facts.fact import RULE_ID, DayOrNone, Fact, Text


class Step(Facts):
    """One step of procedure that was begun or taken; a step taken again is recorded as it was taken last."""

    step: Annotated[Text, Fact("环节", "the step", pattern=RULE_ID, note="by its id in the rules")] = None
    begun_on: Annotated[
        DayOrNone, Fact("开始日期", "day it was begun", note="of a public notice, the day it was posted", past=True)
    ] = None
    done_on: Annotated[
        DayOrNone,
        Fact(
            "完成日期",
            "day it was done",
            note="of a public notice, the day it was taken down; none while it goes on",
            past=True,
        ),
    ] = None
    result: Annotated[
        Literal["passed", "objected", "not_passed"] | None,
        Fact(
            "结果",
            "what came of it",
            note="an objection that was looked into and had no ground is no objection",
            options_zh=("通过（无异议）", "有异议待核实", "未通过"),
            options_en=("passed, without objection", "an objection is still to be looked into", "not passed"),
        ),
    ] = None


class Participant(Facts):
    """One person who took part in a step, by role alone."""

    step: Annotated[Text, Fact("环节", "the step", pattern=RULE_ID, note="by its id in the rules")] = None
    role: Annotated[Text, Fact("身份", "the role", pattern=RULE_ID, note="by its id in the rules")] = None
