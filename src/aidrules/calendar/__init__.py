"""Dates as policies count them: whole months, ages, windows, working days, deadlines, cadences."""

from __future__ import annotations

from aidrules.calendar.deadlines import TimeUnit, due, next_due, next_on
from aidrules.calendar.months import (
    add_months,
    age,
    born_by,
    days_between,
    first_of_month,
    last_of_month,
    months_between,
)
from aidrules.calendar.spans import Period, calendar_months, calendar_year, months_to, whole_months
from aidrules.calendar.workdays import (
    add_working_days,
    announced_years,
    is_working_day,
    unannounced_years,
    working_days_between,
)

__all__ = [
    "Period",
    "TimeUnit",
    "add_months",
    "add_working_days",
    "age",
    "announced_years",
    "born_by",
    "calendar_months",
    "calendar_year",
    "days_between",
    "due",
    "first_of_month",
    "is_working_day",
    "last_of_month",
    "months_between",
    "months_to",
    "next_due",
    "next_on",
    "unannounced_years",
    "whole_months",
    "working_days_between",
]
