"""The words of each language: every sentence of an explanation is put together from these."""

from __future__ import annotations

from functools import lru_cache

from aidrules.decision.figures import Lang
from aidrules.decision.words.base import Measure, Words
from aidrules.decision.words.en import English
from aidrules.decision.words.letter_en import EnglishLetter
from aidrules.decision.words.letter_zh import ChineseLetter
from aidrules.decision.words.letters import LetterWords
from aidrules.decision.words.procedures import ChineseProcedures, EnglishProcedures, ProcedureWords
from aidrules.decision.words.zh import Chinese
from aidrules.errors import DecisionError, Problem
from aidrules.language.subject import HOUSEHOLD, SubjectModel

_PROCEDURES: dict[str, ProcedureWords] = {"zh": ChineseProcedures(), "en": EnglishProcedures()}
_LANGUAGES: dict[str, Words] = {"zh": Chinese(), "en": English()}


def words(lang: Lang) -> Words:
    """The words of a language.

    Raises:
        DecisionError: neither `zh` nor `en`.
    """
    return _LANGUAGES[_known(lang)]


def letter_words(lang: Lang, subject: SubjectModel = HOUSEHOLD) -> LetterWords:
    """The sentences of letters in a language, about a household or another subject.

    Raises:
        DecisionError: neither `zh` nor `en`.
    """
    return _letters(_known(lang), subject)


@lru_cache(maxsize=32)
def _letters(lang: str, subject: SubjectModel) -> LetterWords:
    return ChineseLetter(subject) if lang == "zh" else EnglishLetter(subject)


def procedure_words(lang: Lang) -> ProcedureWords:
    """The sentences about procedures in a language.

    Raises:
        DecisionError: neither `zh` nor `en`.
    """
    return _PROCEDURES[_known(lang)]


def _known(lang: object) -> str:
    if not isinstance(lang, str) or lang not in _LANGUAGES:
        raise DecisionError(Problem(f"{lang!r} is no language", "lang", expected="'zh' or 'en'"))
    return lang


__all__ = ["LetterWords", "Measure", "Words", "letter_words", "procedure_words", "words"]
