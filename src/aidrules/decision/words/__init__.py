"""The words of each language: every sentence of an explanation is put together from these."""

from __future__ import annotations

from aidrules.decision.figures import Lang
from aidrules.decision.words.base import Measure, Words
from aidrules.decision.words.en import English
from aidrules.decision.words.zh import Chinese

_LANGUAGES: dict[str, Words] = {"zh": Chinese(), "en": English()}


def words(lang: Lang) -> Words:
    """The words of a language.

    Raises:
        ValueError: neither `zh` nor `en`.
    """
    if lang not in _LANGUAGES:
        raise ValueError(f"lang is {lang!r}; expected 'zh' or 'en'")
    return _LANGUAGES[lang]


__all__ = ["Measure", "Words", "words"]
