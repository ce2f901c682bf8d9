"""From the text of an expression to a syntax tree of bounded size; nothing here knows what a name means.

The text is parsed by the standard `ast` module and never evaluated by Python.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from aidrules.language.build import ExpressionError
from aidrules.language.hints import WIDE, unit_meant
from aidrules.language.units import TIME, is_currency

MAX_LENGTH = 4000
MAX_DEPTH = 60
_REMEMBERED_LENGTH = 300
"""Longer texts are rare, and their trees large."""
_PERCENT = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)\s?%(?!\s*(?!(?:if|else|and|or|not|in|is|for)\b)[\w(])")
_ISO_DATE = re.compile(r"(?<![\w.])\d{4}-\d{2}-\d{2}(?![\w.])")
_WORDS_SPOKEN = {"并且": "and", "且": "and", "和": "and", "或者": "or", "或": "or"}
_SPOKEN = re.compile(rf"(?<=[\s)\]])(?:{'|'.join(_WORDS_SPOKEN)})(?=[\s(\[])")
PERCENT_NAME = "_percent"
_WIDE = re.compile(f"[{re.escape(''.join(WIDE))}]+")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PERCENT_OR_QUOTED = re.compile(f"{_PERCENT.pattern}|{_QUOTED.pattern}")


def parse(text: str) -> ast.expr:
    """Check length and depth, and parse; percent literals become calls of a reserved name.

    The tree is shared by all who parse the same text, so nobody may change it.

    Raises:
        ExpressionError: too long, too deep, or not an expression.
    """
    return _remembered(text) if len(text) <= _REMEMBERED_LENGTH else _parse(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> ast.expr:
    return _parse(text)


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"an expression of {len(text)} characters",
            expected=f"at most {MAX_LENGTH}",
            hint="Split it into definitions with names.",
        )
    flat = " ".join(text.split())
    if (iso := _ISO_DATE.search(flat)) is not None:
        year, month, day = (int(part) for part in iso.group().split("-"))
        raise ExpressionError(
            f"{iso.group()} would be read as a subtraction",
            hint=f"Write date({year}, {month}, {day}).",
            column=iso.start(),
        )
    if PERCENT_NAME in flat:
        raise ExpressionError(f"the name {PERCENT_NAME} is reserved")
    if not flat:
        raise ExpressionError("an empty expression", hint="Write a value or leave the key out.")
    if not flat.isascii() and not flat.replace("“", "").replace("”", "").isprintable():
        raise ExpressionError("an expression with control characters")
    unquoted = _QUOTED.sub(lambda found: " " * len(found.group()), flat)
    if (wide := _WIDE.search(unquoted)) is not None:
        plain = "".join(WIDE[character] for character in wide.group())
        what = "the character" if len(wide.group()) == 1 else "the characters"
        raise ExpressionError(f"{what} {wide.group()}", hint=f"Write the plain {plain}", column=wide.start())
    depth = deepest = 0
    for character in flat:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise ExpressionError(
            f"brackets nested {deepest} deep", expected=f"at most {MAX_DEPTH}", hint="Use named definitions."
        )
    try:
        source = "(" + _PERCENT_OR_QUOTED.sub(_percent_call, flat) + ")"
        tree = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        hint, start = _side_by_side(unquoted)
        column = written_column(flat, max((error.offset or 2) - 2, 0)) if start is None else start
        found = str(error.msg)
        if hint is not None or found.startswith("invalid syntax. Perhaps"):
            found = "two values stand side by side"
        raise ExpressionError(f"{flat!r} is not an expression: {found}", hint=hint, column=column) from None
    except (RecursionError, MemoryError, ValueError):
        raise ExpressionError("an expression that is nested too deeply", hint="Use named definitions.") from None
    _check_depth(tree)
    written_bytes = source.encode()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            # Digits as written: the tree holds a binary float.
            node.kind = written_bytes[node.col_offset : node.end_col_offset].decode()
        elif isinstance(node, ast.Name | ast.Attribute):
            # Python takes look-alikes (such as wide letters) for the plain ones.
            name = node.id if isinstance(node, ast.Name) else node.attr
            written = written_bytes[node.col_offset : node.end_col_offset]
            if not written.endswith(name.encode()) or not name.isascii():
                shown = written.decode().rpartition(".")[2]
                meant = unit_meant(shown, ())
                hint = f"Write {meant}" if meant else "Names are in plain letters: a to z, digits and _."
                column = written_column(flat, len(written_bytes[: node.end_col_offset].decode()) - len(shown) - 1)
                raise ExpressionError(f"the name {shown}", hint=hint, column=column)
    return tree


def _percent_call(found: re.Match[str]) -> str:
    """A percentage as a call of the reserved name; what stands in quotes as it is."""
    return found.group() if found.group(1) is None else f"{PERCENT_NAME}({found.group(1)})"


def _side_by_side(flat: str) -> tuple[str, int] | tuple[None, None]:
    """What a quantity or a word should look like in an expression, and the column where it stands."""
    if (loud := re.search(r"\b(AND|OR|NOT|IN|IS|IF|ELSE)\b", flat)) is not None:
        return f"Write {loud.group().lower()} in small letters", loud.start()
    if (spoken := _SPOKEN.search(flat)) is not None:
        return f"Write {_WORDS_SPOKEN[spoken.group()]} in the place of {spoken.group()}", spoken.start()
    if (share := re.search(r"(?<!\d)(\d+(?:\.\d+)?) percent\b", flat)) is not None:
        return f"Write {share.group(1)}%", share.start()
    for quantity in re.finditer(r"(?<![\w.])(\d+(?:\.\d+)?) ?([^\W\d]\w*)", flat):
        number, word = quantity.groups()
        unit = word if is_currency(word) else unit_meant(word, TIME)
        if unit is not None:
            rate = ", and a rate in time as / month" if is_currency(unit) else ""
            return f"Write {number} * {unit}{rate}", quantity.start()
    return None, None


def written_column(flat: str, column: int) -> int:
    """Where a column of the text with its percent literals replaced stands in the text as written."""
    shift = 0
    for match in _PERCENT.finditer(flat):
        if column <= match.start() + shift:
            break
        shift += len(PERCENT_NAME) + 2 + len(match.group(1)) - len(match.group())
    return max(column - shift, 0)


def _check_depth(tree: ast.expr) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ExpressionError(
        f"an expression nested more than {MAX_DEPTH} deep", hint="Split it into definitions with names."
    )
