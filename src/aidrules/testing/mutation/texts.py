"""What can be changed in one text of a rule file: comparisons, numbers, words of logic, items of lists."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from aidrules.language.build import ExpressionError
from aidrules.language.expressions.syntax import PERCENT_NAME, parse, written_column
from aidrules.language.fields import RefusedError, read_date

_FLIPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "and": "or", "or": "and"}
_QUANTITY = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)(?P<unit> [A-Za-z_][\w/]*)?\Z")
_FEN = Decimal("0.01")
_CALL = re.compile(rf"{PERCENT_NAME}\(([\d.]+)\)")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a text.

    Attributes:
        column: where it begins, in the text with its white space made single spaces.
        was: what stood there.
        becomes: what stands there now; empty where it was left out.
        text: the whole text after the change.
    """

    column: int
    was: str
    becomes: str
    text: str


def changes_of(text: str, *, money: bool = False) -> list[Change]:
    """All changes of a text, in reading order; none where it holds only names.

    Args:
        text: as the file says it.
        money: whether a number that stands alone is an amount of money.
    """
    flat = " ".join(text.split())
    found = list(_of_date(flat) or _of_quantity(flat, money) or ())
    if not found:
        try:
            tree = parse(flat)
        except ExpressionError:
            return []
        found = [*_of_tokens(flat), *_of_parts(flat, tree)]
    unique = {(change.column, change.was, change.becomes): change for change in found}
    return sorted(unique.values(), key=lambda change: (change.column, change.was, change.becomes))


def _of_date(flat: str) -> Iterator[Change] | None:
    try:
        day = read_date(flat)
    except RefusedError:
        return None
    return (Change(0, flat, str(moved), str(moved)) for moved in (day - _DAY, day + _DAY))


def _of_quantity(flat: str, money: bool) -> Iterator[Change] | None:
    match = _QUANTITY.match(flat)
    if match is None:
        return None
    number, unit = match["number"], match["unit"] or ""
    step = _FEN if "." in number or (_is_money(unit) if unit else money) else Decimal(1)
    return (Change(0, flat, f"{moved}{unit}", f"{moved}{unit}") for moved in _moved(number, step))


def _is_money(unit: str) -> bool:
    return re.match(r"\s*[A-Z]{3}\b", unit) is not None


def _moved(number: str, step: Decimal) -> list[Decimal]:
    """A number moved by a step either way; nothing but one more of what is none."""
    value = Decimal(number)
    return [value + step] if value == 0 else [value - step, value + step]


def _of_tokens(flat: str) -> Iterator[Change]:
    """Operators flipped, `not` dropped, numbers moved."""
    read = tokenize.generate_tokens(io.StringIO(f"({flat})").readline)
    tokens = [(each.string, each.start[1] - 1, each.type) for each in read if each.string.strip()]
    for place, (word, column, kind) in enumerate(tokens):
        if word in _FLIPPED:
            yield _put(flat, column, word, _FLIPPED[word])
        elif word == "not":
            yield _put(flat, column, "not", "")
        elif kind == tokenize.NUMBER:
            yield from _of_number(flat, column, word, [each for each, _, _ in tokens[place + 1 : place + 3]])


def _of_number(flat: str, column: int, number: str, after: list[str]) -> Iterator[Change]:
    sign = "%" if flat[column + len(number) :].startswith("%") else ""
    money = after[:1] == ["*"] and _is_money(after[1])
    step = _FEN if money or "." in number else Decimal(1)
    for moved in _moved(number, step):
        yield _put(flat, column, f"{number}{sign}", f"({moved}{sign})" if moved < 0 else f"{moved}{sign}")


def _put(flat: str, column: int, was: str, becomes: str) -> Change:
    changed = flat[:column] + becomes + flat[column + len(was) :]
    return Change(column, was, becomes, " ".join(changed.split()))


def _of_parts(flat: str, tree: ast.expr) -> Iterator[Change]:
    """A part of `and` or `or`, or an item of a list, left out."""
    source = re.sub(r"(\d+(?:\.\d+)?)\s?%", rf"{PERCENT_NAME}(\1)", flat)
    data = f"({source})".encode()

    def said(node: ast.expr) -> str:
        assert node.end_col_offset is not None
        return data[node.col_offset : node.end_col_offset].decode()

    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp):
            parts, join = node.values, " and " if isinstance(node.op, ast.And) else " or "
        elif isinstance(node, ast.List) and len(node.elts) > 1:
            parts, join = node.elts, ", "
        else:
            continue
        for left_out in parts:
            kept = [part for part in parts if part is not left_out]
            inner = join.join(said(part) if join == ", " or len(kept) == 1 else f"({said(part)})" for part in kept)
            whole = f"[{inner}]" if join == ", " else f"({inner})"
            assert node.end_col_offset is not None
            changed = (data[: node.col_offset] + whole.encode() + data[node.end_col_offset :]).decode()[1:-1]
            column = written_column(flat, len(data[: left_out.col_offset].decode()) - 1)
            yield Change(column, _percents(said(left_out)), "", _percents(changed))


def _percents(text: str) -> str:
    return _CALL.sub(r"\1%", text)
