"""Checks of expressions against words: signs that the label contradicts, figures that belong into parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aidrules.errors import Place
from aidrules.language import tree
from aidrules.language.build import ExpressionError
from aidrules.language.expressions.syntax import PERCENT_NAME, parse
from aidrules.language.fields import Label
from aidrules.language.units import is_currency
from aidrules.lint.check import Hit, check
from aidrules.lint.linted import Linted
from aidrules.lint.reads import texts

_SIGNS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_WORDS = (
    (">=", "不低于|不少于|不小于|以上|至少|年满"),
    (">=", r"not (?:be )?(?:below|less than)|no less than|at least|\bor (?:more|older|over)\b"),
    ("<=", "不超过|不高于|不多于|不大于|以下|以内"),
    ("<=", r"not (?:be )?(?:above|more than|exceed)|no more than|at most|up to\b|\bor (?:less|younger)\b"),
    ("<", r"低于|少于|未满|不满|不足|below\b|less than|younger than"),
    (">", r"超过|高于|多于|大于|超出|above\b|more than|exceeds?\b|older than"),
)
"""Words of comparison, those that hold others first: 不超过 before 超过. By the Civil Code, 以上 and 以下 include."""
_CONDITIONS = ("when", "must", "needed_when", "unless")


@check(
    "L501",
    "warning",
    ("{name} 写的是“{word}”，表达式却用 {sign}", "{name} says “{word}”, and its expression has {sign}"),
    ("按条文改正名称或者表达式", "Correct the label or the expression, as the text has it"),
)
def against_the_label(linted: Linted) -> Iterator[Hit]:
    """Find a single comparison whose sign says otherwise than the label."""
    for name, node, text in _worded(linted):
        sign = _sign(text.value)
        if sign is None:
            continue
        found = (_said(node.text(lang) or "") for lang in ("zh", "en"))
        zh, en = (each[1] if each is not None and each[0] != sign else "" for each in found)
        if zh or en:
            yield Hit(text.place, name, {"word": Label(zh or en, en or zh), "sign": sign})


def _worded(linted: Linted) -> Iterator[tuple[str, tree.Mapping, tree.Text]]:
    """Conditions of a single text beside their labels."""
    nodes: list[tuple[str, tree.Node]] = [(entry.id, entry.node) for entry in linted.entries.values()]
    nodes += [(part.id, part.node) for part in linted.parts()]
    for name, node in nodes:
        if not isinstance(node, tree.Mapping):
            continue
        for key in ("when", "value"):
            text = node.get(key)
            if isinstance(text, tree.Text) and text.place.file in linted.files:
                yield name, node, text


def _sign(text: str) -> str | None:
    """The sign of an expression that is one comparison with a number or a name of a line on the right."""
    found = _parsed(text)
    if not isinstance(found, ast.Compare) or len(found.ops) != 1:
        return None
    left, right = found.left, found.comparators[0]
    fixed = isinstance(left, ast.Constant) or (isinstance(left, ast.Call) and _called(left) == PERCENT_NAME)
    return None if fixed or isinstance(right, ast.Compare) else _SIGNS.get(type(found.ops[0]))


def _said(label: str) -> tuple[str, str] | None:
    """The comparison that a label words, if it words just one."""
    found: list[tuple[str, str]] = []
    for sign, words in _WORDS:
        found += [(sign, match.group()) for match in re.finditer(words, label)]
        label = re.sub(words, " ", label)
    return found[0] if len(found) == 1 else None


def _parsed(text: str) -> ast.expr | None:
    try:
        return parse(text)
    except ExpressionError:
        return None


def _called(node: ast.Call) -> str | None:
    return node.func.id if isinstance(node.func, ast.Name) else None


@check(
    "L502",
    "warning",
    ("{name} 的条件中直接写了金额 {figure}", "the condition of {name} holds the sum {figure}"),
    ("写成参数：有名称、条款和施行日期，可以修改", "Make it a parameter, which has a name, a clause and dates"),
)
def sum_in_a_condition(linted: Linted) -> Iterator[Hit]:
    """Find sums of money that stand in conditions."""
    for name, place, figure, key in _figures(linted):
        if key in _CONDITIONS:
            yield Hit(place, name, {"figure": figure})


@check(
    "L503",
    "warning",
    ("{name} 中的金额 {figure} 在 {other} 中也出现", "the sum {figure} in {name} stands in {other} as well"),
    ("写成一个参数，避免日后只改一处", "Make it one parameter, so that it is changed in one place"),
)
def sum_written_twice(linted: Linted) -> Iterator[Hit]:
    """Find sums of money that several rules or definitions write out."""
    first: dict[str, str] = {}
    done: set[str] = set()
    for name, place, figure, key in _figures(linted):
        other = first.setdefault(figure, name)
        if other != name and name not in done and key not in _CONDITIONS:
            done.add(name)
            yield Hit(place, name, {"figure": figure, "other": other})


def _figures(linted: Linted) -> Iterator[tuple[str, Place, str, str]]:
    """Sums of money in the expressions of the files: of what, where, how written, and under which key."""
    for entry in linted.entries.values():
        for text in texts(entry.node):
            if text.place.file not in linted.files or not re.search(r"\b[A-Z]{3}\b", text.value):
                continue
            found = _parsed(text.value)
            key = _key_of(entry.node, text)
            for node in ast.walk(found) if found is not None else ():
                if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and (figure := _figure(node)):
                    yield entry.id, text.at((), max(node.col_offset - 1, 0)), figure, key


def _key_of(node: tree.Node, text: tree.Text) -> str:
    keys = [path for path, item in tree.walk(node) if item is text]
    return next((part for part in reversed(keys[0]) if not part.isdigit()), "") if keys else ""


def _figure(node: ast.BinOp) -> str | None:
    for number, unit in ((node.left, node.right), (node.right, node.left)):
        if isinstance(number, ast.Constant) and number.value and isinstance(unit, ast.Name) and is_currency(unit.id):
            return f"{number.kind} {unit.id}"
    return None


@check(
    "L504",
    "warning",
    ("{name} 按月与按年的换算互相抵消", "{name} converts between month and year and back"),
    ("删去两次换算，核对单位", "Take both conversions out and look at the units"),
)
def converted_back(linted: Linted) -> Iterator[Hit]:
    """Find conversions between months and years that cancel each other."""
    for entry in linted.entries.values():
        for text in texts(entry.node):
            if text.place.file in linted.files and ("per_" in text.value or "12" in text.value):
                found = _parsed(text.value)
                if found is not None and any(_cancels(node) for node in ast.walk(found)):
                    yield Hit(text.place, entry.id)


def _cancels(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and _called(node) in ("per_month", "per_year") and len(node.args) == 1:
        inner = node.args[0]
        return isinstance(inner, ast.Call) and {_called(node), _called(inner)} == {"per_month", "per_year"}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div) and _twelve(node.right):
        left = node.left
        opposite = ast.Div if isinstance(node.op, ast.Mult) else ast.Mult
        return isinstance(left, ast.BinOp) and isinstance(left.op, opposite) and _twelve(left.right)
    return False


def _twelve(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 12


CHECKS = (against_the_label, sum_in_a_condition, sum_written_twice, converted_back)
