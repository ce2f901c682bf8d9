"""Lists in expressions: which items are meant, and what is made of them."""

from __future__ import annotations

import ast
from dataclasses import replace

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, NUMBER, OPTIONAL_DATE, Expr, Type
from aidrules.language.edges import Edge
from aidrules.language.expressions.meanings import Items, Reader, dotted, single

AGGREGATES: dict[str, core.Aggregate] = {
    "sum": "sum",
    "count": "count",
    "any": "any",
    "all": "all",
    "min": "min",
    "max": "max",
    "longest_run": "longest_run",
    "count_distinct": "count_distinct",
}


def listed(reader: Reader, node: ast.ListComp) -> Items:
    """The items of a list that fulfil a condition: `[m for m in members if ...]`."""
    target = node.generators[0]
    if (
        not isinstance(node.elt, ast.Name)
        or not isinstance(target.target, ast.Name)
        or (node.elt.id != target.target.id)
    ):
        raise ExpressionError("a list keeps whole items", expected="[m for m in household.members if ...]")
    return _generator(reader, node.generators)[1]


def aggregated(reader: Reader, name: str, args: list[ast.expr], default: ast.expr | None) -> Expr:
    """A call of a function that takes a list."""
    if len(args) != 1:
        raise ExpressionError(f"{name}() takes one list", hint=f"Write {name}(... for m in members).")
    if isinstance(args[0], ast.List):
        conditions = [reader.condition(element) for element in args[0].elts]
        if name in ("any", "all"):
            return (core.disjunction if name == "any" else core.conjunction)(*conditions)
        if name != "count":
            raise ExpressionError(f"{name}() of a written list", expected="count([...]), any([...]) or all([...])")
        if not conditions:
            raise ExpressionError("count() of an empty list")
        one = build.number(1)
        return build.add(*(build.gate(item, one) for item in conditions))
    if name == "count" and (parts := dotted(args[0])) is not None and len(parts) == 1:
        tiers = reader.scope.tiers(parts)
        if tiers is not None:
            return tiers
    inner, items, element = _aggregate_items(reader, args[0])
    if name == "count":
        if element is not None and not isinstance(element, ast.Name):
            counted = inner.condition(element)
            where = counted if items.where is None else core.conjunction(items.where, counted)
            items = replace(items, where=where)
        return aggregate("count", items, None)
    if element is None:
        raise ExpressionError(f"{name}() needs a value for each item", hint=f"Write {name}(m.x for m in ...).")
    if name in ("any", "all", "longest_run"):
        return aggregate(AGGREGATES[name], items, inner.condition(element))
    body = inner.value(element)
    fallback = None if default is None else reader.value(default, body.type)
    return aggregate(AGGREGATES[name], items, body, fallback)


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


def edge(reader: Reader, function: str, call: ast.Call, field: str) -> Expr:
    """A field of the first or latest item of a list."""
    keywords = {word.arg: word.value for word in call.keywords}
    if len(call.args) != 1 or set(keywords) - {"default"}:
        raise ExpressionError(f"{function}() takes one list")
    inner, items, element = _aggregate_items(reader, call.args[0])
    if element is not None and not isinstance(element, ast.Name):
        raise ExpressionError(f"{function}() takes a list of items", expected=f"{function}(member.offers).made_on")
    item = "item" if element is None else element.id
    key = reader.scope.order_key(items)
    found = Edge(
        "first" if function == "first" else "latest",
        items.source,
        items.var,
        items.where if items.where is not None else core.TRUE,
        build.expect(single(inner.scope.resolve((item, key))), "date", f"what {function}() goes by"),
        items.unit,
    )
    if key == field:
        return found.date()
    value = single(inner.scope.resolve((item, field)))
    default = reader.value(keywords["default"], value.type) if "default" in keywords else None
    return found.field(value, default)


def _aggregate_items(reader: Reader, node: ast.expr) -> tuple[Reader, Items, ast.expr | None]:
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return *_generator(reader, node.generators), node.elt
    items = reader.meaning(node)
    if not isinstance(items, Items):
        raise ExpressionError(f"`{ast.unparse(node)[:60]}` is not a list", hint="Write `... for m in members`.")
    var, scope = reader.scope.bind("item", items)
    where = None if items.where is None else core.rename(items.where, {items.var: var})
    return reader.inside(scope), replace(items, var=var, where=where), None


def _generator(reader: Reader, generators: list[ast.comprehension]) -> tuple[Reader, Items]:
    if len(generators) != 1 or not isinstance(generators[0].target, ast.Name):
        raise ExpressionError("one `for` with one name is allowed", hint="Define the inner list by itself.")
    generator = generators[0]
    assert isinstance(generator.target, ast.Name)
    items = reader.meaning(generator.iter)
    if not isinstance(items, Items):
        raise ExpressionError(f"`{ast.unparse(generator.iter)[:60]}` is not a list")
    var, scope = reader.scope.bind(generator.target.id, items)
    inner = reader.inside(scope)
    where = core.rename(items.where, {items.var: var}) if items.where is not None else core.TRUE
    for test in generator.ifs:
        where = core.conjunction(where, inner.condition(test))
    return inner, Items(items.source, var, None if where == core.TRUE else where, items.unit)
