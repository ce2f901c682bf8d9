"""What is recorded beside the value of every finding: by whom, on what day, why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from aidrules.facts.fact import WRITTEN_TEXT, Fact

BESIDE: Mapping[str, tuple[Any, Fact]] = MappingProxyType(
    {
        "by": (str, Fact("认定人岗位", "role of the person who found it", pattern=WRITTEN_TEXT)),
        "on": (date, Fact("认定日期", "day of the finding", past=True)),
        "reason": (str, Fact("认定理由", "reason of the finding", pattern=WRITTEN_TEXT)),
    }
)
