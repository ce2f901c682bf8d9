"""From the text of an expression to a syntax tree of bounded size; nothing here knows what a name means.

The text is parsed by the standard `ast` module and never evaluated by Python.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from aidrules.language.build import ExpressionError
from aidrules.language.expressions import slips
from aidrules.language.hints import unit_meant

MAX_LENGTH = 4000
MAX_DEPTH = 60
_REMEMBERED_LENGTH = 300
"""Longer texts are rare, and their trees large."""
_PERCENT = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)\s?%(?!\s*(?!(?:if|else|and|or|not|in|is|for)\b)[\w(])")
PERCENT_NAME = "_percent"
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
    if PERCENT_NAME in flat:
        raise ExpressionError(f"the name {PERCENT_NAME} is reserved")
    if not flat:
        raise ExpressionError("an empty expression", hint="Write a value or leave the key out.")
    if not flat.isascii() and not flat.replace("“", "").replace("”", "").isprintable():
        raise ExpressionError("an expression with control characters")
    unquoted = _QUOTED.sub(lambda found: " " * len(found.group()), flat)
    slips.refuse_signs(unquoted)
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
        slip = slips.unread(unquoted)
        column = written_column(flat, max((error.offset or 2) - 2, 0)) if slip is None else slip[2]
        found = str(error.msg) if slip is None else slip[0]
        if found is None or found.startswith("invalid syntax. Perhaps"):
            found = "two values stand side by side"
        hint = None if slip is None else slip[1]
        raise ExpressionError(f"{flat!r} is not an expression: {found}", hint=hint, column=column) from None
    except (RecursionError, MemoryError, ValueError):
        raise ExpressionError("an expression that is nested too deeply", hint="Use named definitions.") from None
    written_bytes = source.encode()
    for node in _nodes(tree):
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
                hint = f"Write {meant}" if meant else "Names and options are in plain letters: a to z, digits and _."
                column = written_column(flat, len(written_bytes[: node.end_col_offset].decode()) - len(shown) - 1)
                raise ExpressionError(f"the name {shown}", hint=hint, column=column)
    return tree


def _percent_call(found: re.Match[str]) -> str:
    """A percentage as a call of the reserved name; what stands in quotes as it is."""
    return found.group() if found.group(1) is None else f"{PERCENT_NAME}({found.group(1)})"


def written_column(flat: str, column: int) -> int:
    """Where a column of the text with its percent literals replaced stands in the text as written."""
    shift = 0
    for match in _PERCENT.finditer(flat):
        if column <= match.start() + shift:
            break
        shift += len(PERCENT_NAME) + 2 + len(match.group(1)) - len(match.group())
    return max(column - shift, 0)


def _nodes(tree: ast.expr) -> list[ast.AST]:
    """All nodes of a tree of bounded depth, level by level."""
    level: list[ast.AST] = [tree]
    found: list[ast.AST] = []
    for _ in range(MAX_DEPTH):
        found += level
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return found
    raise ExpressionError(
        f"an expression nested more than {MAX_DEPTH} deep", hint="Split it into definitions with names."
    )
