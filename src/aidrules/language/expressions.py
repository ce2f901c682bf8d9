"""Reading expressions: the safe subset of Python syntax in which rules are written, turned into core expressions.

The text is parsed by the standard `ast` module and never evaluated by Python. Only the forms handled here exist;
everything else is refused with the column where it stands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal, Protocol

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, DATE, NUMBER, OPTIONAL_DATE, Expr, Type
from aidrules.language.edges import Edge
from aidrules.language.fields import WIDE, near
from aidrules.language.units import TIME, Unit, is_currency

MAX_LENGTH = 4000
MAX_DEPTH = 60
MAX_DIGITS = 24
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%(?!\s*(?!(?:if|else|and|or|not|in|is|for)\b)[\w(])")
_ISO_DATE = re.compile(r"(?<![\w.])\d{4}-\d{2}-\d{2}(?![\w.])")
_PERCENT_NAME = "_percent"
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PERCENT_OR_QUOTED = re.compile(f"{_PERCENT.pattern}|{_QUOTED.pattern}")


def _percent_call(found: re.Match[str]) -> str:
    """A percentage as a call of the reserved name; what stands in quotes as it is."""
    return found.group() if found.group(1) is None else f"{_PERCENT_NAME}({found.group(1)})"


@dataclass(frozen=True, slots=True)
class Items:
    """A list as it stands in an expression: its source and, about `var`, which of its items are meant."""

    source: core.ListUse
    var: str
    where: Expr | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Period:
    """Two dates and all days between, both ends in."""

    start: Expr
    end: Expr


Meaning = Expr | Items | Period
Keys = Callable[[tuple[Type, ...]], tuple[Expr, ...]]
End = Literal["low", "high"]


class Scope(Protocol):
    """What names mean at one place of a pack."""

    @property
    def units(self) -> tuple[str, ...]:
        """Counting units that the pack declares."""

    def resolve(self, parts: tuple[str, ...]) -> Meaning:
        """The meaning of a dotted name.

        Raises:
            ExpressionError: nothing here has that name.
        """

    def parameter(
        self, parts: tuple[str, ...], keys: Keys | None = None, on: Expr | None = None, end: End | None = None
    ) -> Expr:
        """The value of a parameter.

        Args:
            parts: its name.
            keys: reads the keys that are named, told the types that they should have; None where none is.
            on: another date than that of the law.
            end: which end of a range.
        """

    def tiers(self, parts: tuple[str, ...]) -> Expr | None:
        """How many tiers a parameter has; None where the name is not a parameter."""

    def paid(self, rule: tuple[str, ...]) -> Items:
        """The payments made so far under a rule."""

    def bind(self, name: str, items: Items) -> tuple[str, Scope]:
        """A scope in which `name` is an item of a list, and the variable that it got."""

    def order_key(self, items: Items) -> str:
        """The date field by which a list is ordered."""


def read(text: str, scope: Scope, expected: Type | None = None) -> Meaning:
    """Turn the text of an expression into core form.

    Args:
        text: as written in the rule.
        scope: what names mean there.
        expected: the type that its place asks for; an enum's values may then be written bare.

    Raises:
        ExpressionError: it cannot be read; says what was found, where, and what would fit.
    """
    tree = parse(text)
    try:
        return _Reader(scope).meaning(tree, expected)
    except ExpressionError as error:
        if error.column is not None:
            error.column = _written_column(" ".join(text.split()), error.column)
        raise


def read_value(text: str, scope: Scope, expected: Type | None = None) -> Expr:
    """Like `read`, where only a single value fits."""
    return _value(read(text, scope, expected))


def parse(text: str) -> ast.expr:
    """Check length and depth, and parse; percent literals become calls of a reserved name.

    Raises:
        ExpressionError: too long, too deep, or not an expression.
    """
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
    if _PERCENT_NAME in flat:
        raise ExpressionError(f"the name {_PERCENT_NAME} is reserved")
    if not flat:
        raise ExpressionError("an empty expression", hint="Write a value or leave the key out.")
    if not flat.isascii() and not flat.replace("“", "").replace("”", "").isprintable():
        raise ExpressionError("an expression with control characters")
    unquoted = _QUOTED.sub(lambda found: " " * len(found.group()), flat)
    for column, character in enumerate(unquoted):
        if character in WIDE:
            plain = f"Write the plain {WIDE[character]}"
            raise ExpressionError(f"the character {character}", hint=plain, column=column)
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
        column = _written_column(flat, max((error.offset or 2) - 2, 0))
        hint = _side_by_side(unquoted)
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
                raise ExpressionError(f"the name {shown}", hint="Names are in plain letters: a to z, digits and _.")
    return tree


def _side_by_side(flat: str) -> str | None:
    """What a quantity or a word should look like in an expression."""
    if (loud := re.search(r"\b(AND|OR|NOT|IN|IS|IF|ELSE)\b", flat)) is not None:
        return f"Write {loud.group().lower()} in small letters"
    if (share := re.search(r"(\d+(?:\.\d+)?) percent\b", flat)) is not None:
        return f"Write {share.group(1)}%"
    for number, word in re.findall(r"\b(\d+(?:\.\d+)?) ([A-Za-z]\w*)", flat):
        unit = next((name for name in (word, word.removesuffix("s")) if name in TIME or is_currency(name)), None)
        if unit is not None:
            return f"Write {number} * {unit}" + (", and a rate in time as / month" if is_currency(unit) else "")
    return None


def _written_column(flat: str, column: int) -> int:
    """Where a column of the text with its percent literals replaced stands in the text as written."""
    shift = 0
    for match in _PERCENT.finditer(flat):
        if column <= match.start() + shift:
            break
        shift += len(_PERCENT_NAME) + 2 + len(match.group(1)) - len(match.group())
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


def _value(meaning: Meaning) -> Expr:
    if isinstance(meaning, Items):
        raise ExpressionError("a list stands where one value is needed", hint="Use sum(), count(), any() or all().")
    if isinstance(meaning, Period):
        raise ExpressionError("a period stands where one value is needed", hint="Use `date in period` or length().")
    return meaning


def _dotted(node: ast.expr) -> tuple[str, ...] | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return (node.id, *reversed(parts))


def _unit_name(name: str, scope: Scope) -> bool:
    return name in TIME or is_currency(name) or name in scope.units


class _Reader:
    """Reads one parsed expression in one scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.present: frozenset[Expr] = frozenset()

    def meaning(self, node: ast.expr, expected: Type | None = None) -> Meaning:
        try:
            return self._dispatch(node, expected)
        except ExpressionError as error:
            if error.column is None:
                error.column = max(getattr(node, "col_offset", 1) - 1, 0)
            raise

    def value(self, node: ast.expr, expected: Type | None = None) -> Expr:
        return _value(self.meaning(node, expected))

    def condition(self, node: ast.expr) -> Expr:
        return build.expect(self.value(node, BOOL), "bool", f"`{ast.unparse(node)}`")

    def _dispatch(self, node: ast.expr, expected: Type | None) -> Meaning:
        match node:
            case ast.Constant():
                return self._constant(node, expected)
            case ast.Name() | ast.Attribute():
                return self._name(node, expected)
            case ast.BoolOp():
                return self._bool_op(node)
            case ast.UnaryOp(op=ast.Not()):
                return core.negation(self.condition(node.operand))
            case ast.UnaryOp(op=ast.USub()):
                inner = build.expect(self.value(node.operand), "number", "what stands after -")
                return _negative(inner)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                condition = self.condition(node.test)
                then, other = self._pair(node.body, node.orelse, expected)
                return build.choose(condition, then, other)
            case ast.Call():
                return self._call(node)
            case ast.Subscript():
                return self._subscript(node)
            case ast.ListComp():
                return self._list(node)
        raise ExpressionError(
            f"`{ast.unparse(node)[:60]}` is not part of the language ({type(node).__name__})",
            hint="Names, numbers, + - * /, comparisons, and/or/not, in, if/else and the listed functions are.",
        )

    def _constant(self, node: ast.Constant, expected: Type | None) -> Expr:
        value = node.value
        if isinstance(value, bool):
            return core.TRUE if value else core.FALSE
        if isinstance(value, int | float):
            digits = node.kind or ""
            if len(digits) > MAX_DIGITS or not re.fullmatch(r"\d+(\.\d+)?", digits):
                raise ExpressionError(f"the number {digits[:40]}", expected=f"plain digits, at most {MAX_DIGITS}")
            return build.number(Fraction(digits), text=digits)
        if isinstance(value, str):
            kind = expected if expected is not None and expected.name == "enum" else core.TEXT
            return _enum_value(value, kind) if kind.name == "enum" else core.Const(value, core.TEXT, value)
        if value is None:
            raise ExpressionError("None is Python's word", hint="Write `is none`, or leave the fact unknown.")
        raise ExpressionError(f"`{ast.unparse(node)[:40]}` is not a value of the language")

    def _name(self, node: ast.Name | ast.Attribute, expected: Type | None) -> Meaning:
        parts = _dotted(node)
        if parts is None:
            return self._attribute(node)
        for part in parts:
            if part.startswith("_"):
                raise ExpressionError(
                    f"the name {part!r} begins with an underscore", hint="Only declared names can be used."
                )
        if len(parts) == 1:
            (name,) = parts
            if name in ("true", "false"):
                return core.TRUE if name == "true" else core.FALSE
            if name == "none" and expected is not None and expected.name == "date":
                return core.Const(core.NO_DATE, OPTIONAL_DATE, "none")
            if expected is not None and expected.name == "enum" and name in expected.options:
                return core.Const(name, expected, name)
            if _unit_name(name, self.scope):
                return core.Const(
                    Fraction(1),
                    Type("number", Unit.parse(name, self.scope.units), flexible=is_currency(name)),
                    name,
                )
        if parts[-1] in ("year", "month", "day") and len(parts) > 1:
            try:
                return _part_of_date(parts[-1], _value(self.scope.resolve(parts[:-1])))
            except ExpressionError:
                return self.scope.resolve(parts)
        try:
            return self.scope.resolve(parts)
        except ExpressionError as error:
            if len(parts) == 1 and expected is not None and expected.name == "enum":
                options = ", ".join(expected.options)
                raise ExpressionError(error.found, options, near(parts[0], expected.options) or error.hint) from None
            raise

    def _attribute(self, node: ast.Name | ast.Attribute) -> Expr:
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
                function = node.value.func.id
                if function in ("latest", "first"):
                    return self._edge(function, node.value, node.attr)
            if node.attr in ("low", "high"):
                end: End = "low" if node.attr == "low" else "high"
                if isinstance(node.value, ast.Subscript):
                    return self._subscript(node.value, end=end)
                if isinstance(node.value, ast.Call) and _dotted(node.value.func) == ("at",):
                    return self._at(node.value.args, end)
            if node.attr in ("year", "month", "day"):
                return _part_of_date(node.attr, self.value(node.value))
        raise ExpressionError(f"`{ast.unparse(node)[:60]}` has no such part")

    def _pair(self, left: ast.expr, right: ast.expr, expected: Type | None = None) -> tuple[Expr, Expr]:
        """Two values that belong together; a bare enum value takes its type from the other side."""
        if expected is not None:
            return self.value(left, expected), self.value(right, expected)
        try:
            first = self.value(left)
        except ExpressionError as error:
            try:
                second = self.value(right)
            except ExpressionError:
                raise error from None
            return self.value(left, second.type), second
        return first, self.value(right, first.type)

    def _bool_op(self, node: ast.BoolOp) -> Expr:
        outer, items = self.present, list[Expr]()
        for part in node.values:
            item = self.condition(part)
            items.append(item)
            settled = item if isinstance(node.op, ast.And) else core.negation(item)
            self.present |= {
                one.inner.inner
                for one in (settled.items if isinstance(settled, core.And) else (settled,))
                if isinstance(one, core.Not) and isinstance(one.inner, core.IsNone)
            }
        self.present = outer
        return core.conjunction(*items) if isinstance(node.op, ast.And) else core.disjunction(*items)

    def _arithmetic(self, node: ast.BinOp) -> Expr:
        left, right = self.value(node.left), self.value(node.right)
        if "date" in (left.type.name, right.type.name):
            if isinstance(node.op, ast.Add | ast.Sub) and right.type.name == "number":
                return shift_date(left, _negative(right) if isinstance(node.op, ast.Sub) else right)
            raise ExpressionError(
                "a date can only be moved by a span of time",
                hint="Write `date + 3 * month`; for the time between two dates use months_between or days_between.",
            )
        match node.op:
            case ast.Add():
                return fold(build.add(left, right))
            case ast.Sub():
                return fold(build.subtract(left, right))
            case ast.Mult():
                return fold(build.multiply(left, right))
            case ast.Div():
                return fold(build.divide(left, right))
            case ast.Mod():
                raise ExpressionError(
                    "% stands between two values", hint="A percentage is written without a space: 30%."
                )
        raise ExpressionError(f"the operator in `{ast.unparse(node)[:60]}` is not part of the language")

    def _comparison(self, node: ast.Compare) -> Expr:
        sides = [node.left, *node.comparators]
        parts = [self._compare(sides[index], op, sides[index + 1]) for index, op in enumerate(node.ops)]
        return core.conjunction(*parts)

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Expr:
        if isinstance(op, ast.Is | ast.IsNot):
            if not (isinstance(right, ast.Name) and right.id == "none"):
                raise ExpressionError("`is` is only for `is none` and `is not none`", hint="Use == to compare.")
            item = self.value(left)
            if item.type.name == "enum" and "none" in item.type.options:
                test: Expr = core.Compare("==", item, core.Const("none", item.type, "none"))
            elif item.type.optional:
                test = core.IsNone(item)
            else:
                raise ExpressionError(f"`{ast.unparse(left)}` is {item.type} and never none")
            return test if isinstance(op, ast.Is) else core.negation(test)
        if isinstance(op, ast.In | ast.NotIn):
            inside = self._membership(left, right)
            return inside if isinstance(op, ast.In) else core.negation(inside)
        symbol = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}[type(op)]
        first, second = self._pair(left, right)
        if {first.type.name, second.type.name} == {"enum", "text"}:
            first, second = _align_text(first, second)
        if first.type.name == "enum" and second.type.name == "enum":
            _check_options(first, second)
        return build.compare(symbol, first, second)

    def _membership(self, left: ast.expr, right: ast.expr) -> Expr:
        item = self.value(left)
        if isinstance(right, ast.List | ast.Tuple):
            options = [self.value(element, item.type) for element in right.elts]
            for option in options:
                if not isinstance(option, core.Const):
                    raise ExpressionError("a list after `in` holds fixed values only", hint="Use == and `or`.")
                build.compare("==", item, option)
            return core.In(item, tuple(option for option in options if isinstance(option, core.Const)))
        period = self.meaning(right)
        if not isinstance(period, Period):
            raise ExpressionError("after `in` stands a list in brackets or a period")
        return core.conjunction(build.compare(">=", item, period.start), build.compare("<=", item, period.end))

    def _subscript(self, node: ast.Subscript, on: Expr | None = None, end: End | None = None) -> Expr:
        parts = _dotted(node.value)
        if parts is None:
            raise ExpressionError(f"`{ast.unparse(node)[:60]}` is not a parameter with a key")
        elements = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]

        def keys(types: tuple[Type, ...]) -> tuple[Expr, ...]:
            if len(types) != len(elements):
                raise ExpressionError(f"{len(elements)} keys", expected=f"{len(types)}")
            return tuple(self.value(element, kind) for element, kind in zip(elements, types, strict=True))

        return self.scope.parameter(parts, keys, on, end)

    def _at(self, args: list[ast.expr], end: End | None = None) -> Expr:
        """A parameter as it stood, or stands, on another date."""
        if len(args) == 2:
            on = self.value(args[1], DATE)
            if isinstance(args[0], ast.Subscript):
                return self._subscript(args[0], on, end)
            if (parts := _dotted(args[0])) is not None:
                return self.scope.parameter(parts, None, on, end)
        raise ExpressionError("at() takes a parameter and a date", expected="at(standard[urban], date(2018, 6, 30))")

    def _list(self, node: ast.ListComp) -> Items:
        target = node.generators[0]
        if (
            not isinstance(node.elt, ast.Name)
            or not isinstance(target.target, ast.Name)
            or (node.elt.id != target.target.id)
        ):
            raise ExpressionError("a list keeps whole items", expected="[m for m in household.members if ...]")
        return self._generator(node.generators)[1]

    def _generator(self, generators: list[ast.comprehension]) -> tuple[_Reader, Items, str]:
        if len(generators) != 1 or not isinstance(generators[0].target, ast.Name):
            raise ExpressionError("one `for` with one name is allowed", hint="Define the inner list by itself.")
        generator = generators[0]
        assert isinstance(generator.target, ast.Name)
        items = self.meaning(generator.iter)
        if not isinstance(items, Items):
            raise ExpressionError(f"`{ast.unparse(generator.iter)[:60]}` is not a list")
        var, scope = self.scope.bind(generator.target.id, items)
        inner = _Reader(scope)
        inner.present = self.present
        where = core.rename(items.where, {items.var: var}) if items.where is not None else core.TRUE
        for test in generator.ifs:
            where = core.conjunction(where, inner.condition(test))
        return inner, Items(items.source, var, None if where == core.TRUE else where, items.unit), var

    def _aggregate_items(self, node: ast.expr) -> tuple[_Reader, Items, ast.expr | None]:
        if isinstance(node, ast.GeneratorExp | ast.ListComp):
            inner, items, _ = self._generator(node.generators)
            return inner, items, node.elt
        items_meaning = self.meaning(node)
        if not isinstance(items_meaning, Items):
            raise ExpressionError(f"`{ast.unparse(node)[:60]}` is not a list", hint="Write `... for m in members`.")
        name = "item"
        var, scope = self.scope.bind(name, items_meaning)
        where = items_meaning.where
        items = replace(
            items_meaning,
            var=var,
            where=None if where is None else core.rename(where, {items_meaning.var: var}),
        )
        return _Reader(scope), items, None

    def _edge(self, function: str, call: ast.Call, field: str) -> Expr:
        keywords = {word.arg: word.value for word in call.keywords}
        if len(call.args) != 1 or set(keywords) - {"default"}:
            raise ExpressionError(f"{function}() takes one list")
        inner, items, element = self._aggregate_items(call.args[0])
        if element is not None and not isinstance(element, ast.Name):
            raise ExpressionError(f"{function}() takes a list of items", expected=f"{function}(member.offers).made_on")
        item = "item" if element is None else element.id
        key = self.scope.order_key(items)
        edge = Edge(
            "first" if function == "first" else "latest",
            items.source,
            items.var,
            items.where if items.where is not None else core.TRUE,
            build.expect(_value(inner.scope.resolve((item, key))), "date", f"what {function}() goes by"),
            items.unit,
        )
        if key == field:
            return edge.date()
        value = _value(inner.scope.resolve((item, field)))
        default = self.value(keywords["default"], value.type) if "default" in keywords else None
        return edge.field(value, default)

    def _call(self, node: ast.Call) -> Meaning:
        if not isinstance(node.func, ast.Name):
            raise ExpressionError(f"`{ast.unparse(node.func)[:60]}` cannot be called", hint=_FUNCTION_HINT)
        name, args = node.func.id, node.args
        keywords = {word.arg: word.value for word in node.keywords}
        if name not in FUNCTION_NAMES and name != _PERCENT_NAME:
            raise ExpressionError(f"there is no function {name}()", hint=_FUNCTION_HINT)
        if any(isinstance(arg, ast.Starred) for arg in args) or (set(keywords) - {"default", "to", "mode"}):
            raise ExpressionError(f"{name}() is called in a way that the language does not know")
        if name == _PERCENT_NAME:
            (digits,) = args
            percent = self._constant(_constant_of(digits), None)
            assert isinstance(percent, core.Const) and isinstance(percent.value, Fraction)
            return build.number(percent.value / 100, text=f"{percent.text}%")
        if name in _AGGREGATES and (
            name in ("sum", "count", "any", "all", "longest_run", "count_distinct")
            or (len(args) == 1 and not isinstance(args[0], ast.Constant))
        ):
            return self._aggregate(name, args, keywords.get("default"))
        if keywords and name != "round":
            raise ExpressionError(f"{name}() takes no named arguments")
        return self._function(name, args, keywords)

    def _aggregate(self, name: str, args: list[ast.expr], default: ast.expr | None) -> Expr:
        if len(args) != 1:
            raise ExpressionError(f"{name}() takes one list", hint=f"Write {name}(... for m in members).")
        if isinstance(args[0], ast.List):
            conditions = [self.condition(element) for element in args[0].elts]
            if name in ("any", "all"):
                return (core.disjunction if name == "any" else core.conjunction)(*conditions)
            if name != "count":
                raise ExpressionError(f"{name}() of a written list", expected="count([...]), any([...]) or all([...])")
            if not conditions:
                raise ExpressionError("count() of an empty list")
            one = build.number(1)
            return build.add(*(build.gate(item, one) for item in conditions))
        if name == "count" and (parts := _dotted(args[0])) is not None and len(parts) == 1:
            tiers = self.scope.tiers(parts)
            if tiers is not None:
                return tiers
        inner, items, element = self._aggregate_items(args[0])
        if name == "count":
            if element is not None and not isinstance(element, ast.Name):
                counted = inner.condition(element)
                where = counted if items.where is None else core.conjunction(items.where, counted)
                items = replace(items, where=where)
            return aggregate("count", items, None)
        if element is None:
            raise ExpressionError(f"{name}() needs a value for each item", hint=f"Write {name}(m.x for m in ...).")
        if name in ("any", "all", "longest_run"):
            return aggregate(_AGGREGATES[name], items, inner.condition(element))
        body = inner.value(element)
        fallback = None if default is None else self.value(default, body.type)
        return aggregate(_AGGREGATES[name], items, body, fallback)

    def _function(self, name: str, args: list[ast.expr], keywords: dict[str | None, ast.expr]) -> Meaning:
        if name in ("min", "max"):
            return build.extreme("min" if name == "min" else "max", [self.value(arg) for arg in args])
        if name in ("floor", "ceil"):
            (inner,) = self._arguments(name, args, "number")
            return core.Round(inner, Fraction(1), "down" if name == "floor" else "up")
        if name == "round":
            return self._round(args, keywords)
        if name == "at":
            return self._at(args)
        if name == "date":
            return _date([self.value(arg) for arg in args])
        if name == "age":
            born, at = self._arguments(name, args, "date", "date")
            return core.Call("age", (self._present(born), self._present(at)), Type("number", Unit.parse("year")))
        if name in ("months_between", "days_between"):
            start, end = self._arguments(name, args, "date", "date")
            unit = Unit.parse("month" if name == "months_between" else "day")
            return core.Call(name, (self._present(start), self._present(end)), Type("number", unit))
        if name == "period":
            start, end = self._arguments(name, args, "date", "date")
            return Period(start, end)
        if name == "months_to":
            end, months = self._arguments(name, args, "date", "number")
            begin = shift_date(end, _negative(build.as_amount(months, Unit.parse("month"), "the number of months")))
            return Period(shift_date(begin, build.number(1, Unit.parse("day"))), end)
        if name == "calendar_year":
            (day,) = self._arguments(name, args, "date")
            year = _part_of_date("year", day)
            return Period(
                _date([year, build.number(1), build.number(1)]),
                _date([year, build.number(12), build.number(31)]),
            )
        if name == "length":
            return self._length(args)
        if name == "paid":
            parts = _dotted(args[0]) if len(args) == 1 else None
            if parts is None:
                raise ExpressionError("paid() takes the name of a rule", expected="paid(startup.rent)")
            return self.scope.paid(parts)
        if name in ("per_month", "per_year"):
            (amount,) = self._arguments(name, args, "number")
            return _per(amount, "month" if name == "per_month" else "year")
        if name == "first_of_month" or name == "last_of_month":
            (day,) = self._arguments(name, args, "date")
            return core.Call(name, (day,), replace(DATE, optional=day.type.optional))
        raise ExpressionError(f"{name}() must be followed by a field", expected=f"{name}(member.offers).made_on")

    def _arguments(self, name: str, args: list[ast.expr], *types: core.TypeName) -> list[Expr]:
        if len(args) != len(types):
            raise ExpressionError(f"{name}() with {len(args)} arguments", expected=str(len(types)))
        return [
            build.expect(self.value(arg), kind, f"an argument of {name}()")
            for arg, kind in zip(args, types, strict=True)
        ]

    def _present(self, day: Expr) -> Expr:
        if day.type.optional and day not in self.present:
            raise ExpressionError(
                "a date that may be none is measured",
                hint="Write `d is not none and ...` in front of it.",
            )
        return day

    def _round(self, args: list[ast.expr], keywords: dict[str | None, ast.expr]) -> Expr:
        to_node = args[1] if len(args) > 1 else keywords.get("to")
        mode_node = args[2] if len(args) > 2 else keywords.get("mode")
        if not args or to_node is None or mode_node is None or not isinstance(mode_node, ast.Name):
            raise ExpressionError("round() without step and direction", expected="round(x, 0.01, half_up)")
        step = self.value(to_node)
        if not isinstance(step, core.Const) or not isinstance(step.value, Fraction) or step.value <= 0:
            raise ExpressionError("the step of round() is not a positive number")
        modes: dict[str, core.Rounding] = {"up": "up", "down": "down", "half_up": "half_up"}
        if mode_node.id not in modes:
            raise ExpressionError(f"the direction {mode_node.id}", expected="up, down or half_up")
        inner = build.expect(self.value(args[0]), "number", "what is rounded")
        return core.Round(inner, step.value, modes[mode_node.id])

    def _length(self, args: list[ast.expr]) -> Expr:
        if len(args) != 2 or not isinstance(args[1], ast.Name) or args[1].id not in ("day", "month", "year"):
            raise ExpressionError("length() takes a period and a unit", expected="length(window, month)")
        period = self.meaning(args[0])
        if not isinstance(period, Period):
            raise ExpressionError("length() measures a period")
        unit, after = args[1].id, shift_date(period.end, build.number(1, Unit.parse("day")))
        if unit == "day":
            return core.Call("days_between", (period.start, after), Type("number", Unit.parse("day")))
        months = core.Call("months_between", (period.start, after), Type("number", Unit.parse("month")))
        return months if unit == "month" else _per_time(months, Fraction(1, 12), "year")


def aggregate(function: core.Aggregate, items: Items, body: Expr | None, default: Expr | None = None) -> Expr:
    """A value over a list, with the unit that it then has.

    Amounts of an item add up to amounts of the owner of the list: a sum over members of CNY/person/month is
    CNY/household/month.
    """
    match function:
        case "count":
            kind = Type("number", items.unit)
        case "any" | "all":
            kind = BOOL
        case "longest_run" | "count_distinct":
            kind = NUMBER
        case "first" | "latest":
            assert body is not None
            build.expect(body, "date", f"what {function}() gives")
            kind = OPTIONAL_DATE
        case "sum":
            assert body is not None
            build.expect(body, "number", "what sum() adds up")
            per_item = any(items.unit.power(name) == 1 and power < 0 for name, power in body.type.unit.powers)
            unit = body.type.unit * items.unit if per_item else body.type.unit
            kind = Type("number", unit, flexible=body.type.flexible)
        case _:
            assert body is not None
            build.expect(body, "number", f"what {function}() compares")
            kind = replace(body.type, literal=False)
            empty = items.where is not None or items.source.min_items == 0
            if default is None and empty:
                raise ExpressionError(
                    f"{function}() of a list that may be empty",
                    hint=f"Say what it then is: {function}((m.x for m in ...), default=0).",
                )
            if default is not None:
                build.unify(body, default, f"{function}()")
    return core.Agg(function, items.var, items.source, items.where, body, default, kind)


def shift_date(day: Expr, span: Expr) -> Expr:
    """A date moved by days, working days, months or years.

    Raises:
        ExpressionError: the span is measured in something else.
    """
    unit = str(span.type.unit)
    kind = replace(DATE, optional=day.type.optional)
    if unit == "year":
        return core.Call("add_months", (day, _per_time(span, Fraction(12), "month")), kind)
    functions = {"month": "add_months", "day": "add_days", "working_day": "add_working_days"}
    if unit not in functions:
        raise ExpressionError(
            f"a date is moved by {span.type}",
            expected="days, working days, months or years",
            hint="Write 3 * month.",
        )
    if unit == "working_day" and (
        isinstance(span, core.Neg)
        or (isinstance(span, core.Const) and isinstance(span.value, Fraction) and span.value < 0)
    ):
        raise ExpressionError(
            "working days are counted forward only", hint="Move the date by days, or count from the earlier date."
        )
    return core.Call(functions[unit], (day, span), kind)


def _per_time(span: Expr, factor: Fraction, unit: str) -> Expr:
    kind = Type("number", Unit.parse(unit))
    if isinstance(span, core.Const) and isinstance(span.value, Fraction):
        return core.Const(span.value * factor, kind)
    return core.Mul((build.number(factor), span), kind)


def _per(amount: Expr, unit: str) -> Expr:
    other = "year" if unit == "month" else "month"
    power = amount.type.unit.power(other)
    if power == 0:
        raise ExpressionError(f"per_{unit}() of {amount.type}", expected=f"something measured per {other}")
    factor = Fraction(1, 12) if unit == "month" else Fraction(12)
    target = amount.type.unit.without(other) * Unit(((unit, power),))
    return core.Mul((build.number(factor), amount), replace(amount.type, unit=target))


def _part_of_date(part: str, day: Expr) -> Expr:
    build.expect(day, "date", f"what .{part} is asked of")
    return core.Call(f"{part}_of", (day,), replace(NUMBER, literal=True))


def _date(parts: list[Expr]) -> Expr:
    if len(parts) != 3:
        raise ExpressionError(f"date() with {len(parts)} arguments", expected="date(year, month, day)")
    for part in parts:
        build.expect(part, "number", "a part of date()")
    year, month, day = parts
    if not isinstance(month, core.Const) or not isinstance(day, core.Const):
        raise ExpressionError("month and day of date() are not fixed", expected="date(on.year - 1, 5, 1)")
    assert isinstance(month.value, Fraction) and isinstance(day.value, Fraction)
    if isinstance(year, core.Const) and isinstance(year.value, Fraction):
        try:
            return core.Const(date(int(year.value), int(month.value), int(day.value)).toordinal(), DATE)
        except (ValueError, OverflowError) as error:
            raise ExpressionError(f"there is no such date: {error}") from None
    try:
        date(2000, int(month.value), int(day.value))
    except ValueError as error:
        raise ExpressionError(f"there is no such date: {error}") from None
    if (int(month.value), int(day.value)) == (2, 29):
        raise ExpressionError("29 February of a computed year", hint="Take the last day of February instead.")
    months = build.add(
        build.multiply(build.subtract(year, build.number(1)), build.number(12)),
        build.number(int(month.value) - 1),
    )
    first = core.Call(
        "add_months",
        (core.Const(1, DATE), build.retype(months, Type("number", Unit.parse("month")))),
        DATE,
    )
    days = build.number(int(day.value) - 1, Unit.parse("day"))
    return first if day.value == 1 else core.Call("add_days", (first, days), DATE)


def _negative(inner: Expr) -> Expr:
    if isinstance(inner, core.Const) and isinstance(inner.value, Fraction):
        return replace(inner, value=-inner.value, text=f"-{inner.text}" if inner.text else "")
    return core.Neg(inner)


def fold(expr: Expr) -> Expr:
    """Literals computed at once: `3 * month`, `10000 * CNY / month`."""
    match expr:
        case core.Mul(factors=parts) if all(isinstance(part, core.Const) for part in parts):
            value = Fraction(1)
            for part in parts:
                assert isinstance(part, core.Const) and isinstance(part.value, Fraction)
                value *= part.value
        case core.Div(above=core.Const(value=Fraction() as top), below=core.Const(value=Fraction() as bottom)):
            if bottom == 0:
                raise ExpressionError("a division by zero")
            value = top / bottom
        case _:
            return expr
    shown = [part.text for part in core.children(expr) if isinstance(part, core.Const) and part.text.endswith("%")]
    plain = not expr.type.unit.powers and shown
    return core.Const(
        value,
        expr.type,
        shown[0] if plain and len(shown) == 1 and value * 100 == Fraction(shown[0][:-1]) else "",
    )


def _constant_of(node: ast.expr) -> ast.Constant:
    if not isinstance(node, ast.Constant):
        raise ExpressionError("% follows something that is not a number")
    return node


def _enum_value(value: str, kind: Type) -> core.Const:
    if value not in kind.options:
        raise ExpressionError(f"{value!r} is not one of the values", expected=", ".join(kind.options))
    return core.Const(value, kind, value)


def _align_text(first: Expr, second: Expr) -> tuple[Expr, Expr]:
    if isinstance(first, core.Const) and isinstance(first.value, str):
        return _enum_value(first.value, second.type), second
    if isinstance(second, core.Const) and isinstance(second.value, str):
        return first, _enum_value(second.value, first.type)
    return first, second


def _check_options(first: Expr, second: Expr) -> None:
    for one, other in ((first, second), (second, first)):
        if isinstance(one, core.Const) and one.value not in other.type.options:
            raise ExpressionError(f"{one.value!r} is not one of the values", expected=", ".join(other.type.options))
    if not set(first.type.options) & set(second.type.options):
        raise ExpressionError(f"{first.type} and {second.type} are never the same")


_AGGREGATES: dict[str, core.Aggregate] = {
    "sum": "sum",
    "count": "count",
    "any": "any",
    "all": "all",
    "min": "min",
    "max": "max",
    "longest_run": "longest_run",
    "count_distinct": "count_distinct",
}
FUNCTION_NAMES = frozenset(
    {
        *_AGGREGATES,
        *(
            "first",
            "latest",
            "floor",
            "ceil",
            "round",
            "age",
            "months_between",
            "days_between",
            "date",
            "period",
        ),
        *(
            "months_to",
            "calendar_year",
            "length",
            "paid",
            "per_month",
            "per_year",
            "first_of_month",
            "last_of_month",
            "at",
        ),
    }
)
_FUNCTION_HINT = f"The functions are {', '.join(sorted(FUNCTION_NAMES))}."
