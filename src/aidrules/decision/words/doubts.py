"""What letters tell the agency of what may be a slip in the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from aidrules.decision.figures import Lang
from aidrules.decision.forms import Doubt
from aidrules.decision.words.base import capital, quoted


class DoubtWords(Protocol):
    """The sentences about doubts; each ends with its full stop."""

    def __call__(self, doubt: Doubt, person: str | None) -> str:
        """What is in doubt, in the record of a person or of the household itself."""


def _chinese(doubt: Doubt, person: str | None) -> str:
    listed = quoted(doubt.listed.zh) + (f"（{person}）" if person else "")
    if doubt.fact is not None:
        said = f"{listed}第{doubt.item}项的{doubt.fact.zh}登记为{quoted(str(doubt.found))}"
        return f"{said}，本规则中没有这一编号，未予采用；请核对是否应为{quoted(str(doubt.nearest))}。"
    return f"{listed}第{doubt.same_as}项和第{doubt.item}项登记的内容完全相同，已按两项处理；请核对是否重复登记。"


def _english(doubt: Doubt, person: str | None) -> str:
    listed = quoted(doubt.listed.en) + (f" ({person})" if person else "")
    if doubt.fact is not None:
        found, nearest = quoted(str(doubt.found)), quoted(str(doubt.nearest))
        said = f"item {doubt.item} of {listed}: {doubt.fact.en} is recorded as {found}, which these rules do not have"
        told = f"{said}, so it was not used; check whether {nearest} is meant."
    else:
        said = f"items {doubt.same_as} and {doubt.item} of {listed} are the same in everything recorded"
        told = f"{said} and were taken as two; check whether it was entered twice."
    return capital(told)


DOUBT_WORDS: Mapping[Lang, DoubtWords] = {"zh": _chinese, "en": _english}
