"""Signs, numbers, days and words as people and other notations write them, and how rules write them."""

from __future__ import annotations

import re

from aidrules.language.build import ExpressionError
from aidrules.language.hints import SPOKEN_NUMBER, WIDE, in_digits, unit_meant
from aidrules.language.units import TIME, is_currency

_WIDE = re.compile(f"[{re.escape(''.join(WIDE))}]+")
_COMPARED, _JOINED = "one of <, <=, >, >=, ==, !=", "conditions joined with and, or, not"
_SIGNS = {
    "===": ("==", _COMPARED),
    "!==": ("!=", _COMPARED),
    "<>": ("!=", _COMPARED),
    "=>": (">=", _COMPARED),
    "=<": ("<=", _COMPARED),
    **dict.fromkeys(("&&", "&"), ("and", _JOINED)),
    **dict.fromkeys(("||", "|"), ("or", _JOINED)),
    "!": ("not", _JOINED),
}
_SIGN = re.compile(r"===|!==|<>|=>|=<|&&?|\|\|?|!(?!=)")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,])")
_CURRENCY_SIGN = re.compile(r"[¥￥]\s?(\d+(?:\.\d+)?)")
_DAY = re.compile(r"(?<![\w.])(\d{4})(?:-(\d{2})-|/(\d{2})/|年(\d{1,2})月)(\d{1,2})(?:日|(?![\w.]))")
_WORDS_SPOKEN = {"并且": "and", "且": "and", "和": "and", "或者": "or", "或": "or"}
_SPOKEN = re.compile(rf"(?<=[\s)\]])(?:{'|'.join(_WORDS_SPOKEN)})(?=[\s(\[])")
_BETWEEN = re.compile(r"(\S{1,60}) between (\S{1,60}) and (\S{1,60})")
_EQUALS = re.compile(r"(?<!\bto)(?<!\bmode)(?<!\bdefault)(?<![<>=!])=(?!=)")
"""One that names no argument."""
_NOTHING_BEFORE = re.compile(r"\s*(?:<=?|>=?|==|!=)")


def refuse_signs(unquoted: str) -> None:
    """Fail if a text holds what no expression can hold, outside quotes.

    Raises:
        ExpressionError: with the spelling that rules use, and the column.
    """
    if (day := _DAY.search(unquoted)) is not None:
        year, month, number = (int(part) for part in day.groups() if part)
        what = "a day as date(year, month, day)"
        raise ExpressionError(f"the day {day.group()}", what, f"Write date({year}, {month}, {number}).", day.start())
    if (amount := _CURRENCY_SIGN.search(unquoted)) is not None:
        raise ExpressionError(
            f"the amount {amount.group()}", "a number and its unit", _amount(amount[1], "CNY"), amount.start()
        )
    if (wide := _WIDE.search(unquoted)) is not None:
        plain = "".join(WIDE[character] for character in wide.group())
        what = "the character" if len(wide.group()) == 1 else "the characters"
        raise ExpressionError(f"{what} {wide.group()}", hint=f"Write the plain {plain}", column=wide.start())
    if (spoken := SPOKEN_NUMBER.search(unquoted)) is not None:
        digits, unit = in_digits(spoken), spoken["unit"] and unit_meant(spoken["unit"], ())
        hint = _amount(digits, unit) if unit else f"Write {digits}"
        raise ExpressionError(f"the number {spoken.group()}", "a number in plain digits", hint, spoken.start())
    if (cut := _THOUSANDS.search(unquoted)) is not None:
        hint = f"Write {cut.group().replace(',', '')}; two values have a space after the comma between them"
        raise ExpressionError(f"the number {cut.group()}", "a number in plain digits", hint, cut.start())
    if (sign := _SIGN.search(unquoted)) is not None:
        plain, expected = _SIGNS[sign.group()]
        raise ExpressionError(f"the sign {sign.group()}", expected, f"Write {plain}", sign.start())


def unread(flat: str) -> tuple[str | None, str, int] | None:
    """What is the matter with a text that is no expression: what was found, how it is written, and the column."""
    if _NOTHING_BEFORE.match(flat):
        return "nothing stands before the sign", "Write what is compared before it, such as income >= 1000 * CNY", 0
    if (one := _EQUALS.search(flat)) is not None:
        return "= compares nothing", "Write ==", one.start()
    if re.search(r"\bthen\b", flat):
        return None, "Write `one value if condition else another`; conditions alone are joined with and, or, not", 0
    if (between := _BETWEEN.search(flat)) is not None:
        return None, f"Write {between[2]} <= {between[1]} <= {between[3]}", between.start()
    if (loud := re.search(r"\b(AND|OR|NOT|IN|IS|IF|ELSE)\b", flat)) is not None:
        return None, f"Write {loud.group().lower()} in small letters", loud.start()
    if (spoken := _SPOKEN.search(flat)) is not None:
        return None, f"Write {_WORDS_SPOKEN[spoken.group()]} in the place of {spoken.group()}", spoken.start()
    if (share := re.search(r"(?<!\d)(\d+(?:\.\d+)?) percent\b", flat)) is not None:
        return None, f"Write {share.group(1)}%", share.start()
    for quantity in re.finditer(r"(?<![\w.])(\d+(?:\.\d+)?) ?([^\W\d]\w*)", flat):
        number, word = quantity.groups()
        unit = word if is_currency(word) else unit_meant(word, TIME)
        if unit is not None:
            return None, _amount(number, unit), quantity.start()
    return None


def _amount(number: str, unit: str) -> str:
    rate = ", and a rate in time as / month" if is_currency(unit) else ""
    return f"Write {number} * {unit}{rate}"
