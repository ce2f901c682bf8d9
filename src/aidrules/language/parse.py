"""Turns a node into a model; whatever does not fit becomes a problem with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from aidrules.errors import PackError, Problem
from aidrules.language.build import ExpressionError
from aidrules.language.fields import RefusedError, near, one_of, plain_hint
from aidrules.language.tree import Mapping, Node, Sequence, Text, describe, find, in_reading_order

_BOUNDS = {
    "greater_than": "above",
    "greater_than_equal": "of at least",
    "less_than": "below",
    "less_than_equal": "of at most",
}
M = TypeVar("M", bound=BaseModel)

_EXPECTED = {
    "string_type": "a text",
    "string_too_short": "a text that is not empty",
    "dict_type": "a mapping of names",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    **dict.fromkeys(("decimal_parsing", "decimal_type", "finite_number"), "a number in digits"),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "a whole number in digits"),
    "decimal_max_places": "fewer decimals",
}


def parse(model: type[M], node: Node, rule: str | None = None, units: Iterable[str] = ()) -> M:
    """Validate a node as `model`.

    Args:
        model: a pydantic model whose fields read text.
        node: what the file says.
        rule: the id that errors name.
        units: counting units that the pack declares.

    Raises:
        PackError: every problem of the node, each with its place, what was found and what was expected.
    """
    try:
        return model.model_validate(node.plain(), context={"units": tuple(units)})
    except ValidationError as error:
        found = error.errors()
        unread = {find(node, tuple(item["loc"])).place for item in found if _unread(item)}
        # Where a field takes several forms, an expression that cannot be read is no other form gone wrong.
        told = (item for item in found if _unread(item) or find(node, tuple(item["loc"])).place not in unread)
        problems = [_problem(item, model, node, rule) for item in told]
        raise PackError(in_reading_order(_told_once(problems))) from error


def _told_once(problems: Iterable[Problem]) -> list[Problem]:
    """What fits none of the forms that a field takes is one problem, which expects any of them."""
    alike: dict[tuple[object, str], list[Problem]] = {}
    for problem in problems:
        alike.setdefault((problem.where, problem.found), []).append(problem)
    return [
        replace(
            same[0],
            expected=", or ".join(dict.fromkeys(each.expected for each in same if each.expected)) or None,
            hint=next((each.hint for each in same if each.hint), None),
        )
        for same in alike.values()
    ]


def _unread(error: Any) -> bool:
    return isinstance(error.get("ctx", {}).get("error"), ExpressionError)


def _problem(error: Any, model: type[BaseModel], root: Node, rule: str | None) -> Problem:
    path, kind = tuple(error["loc"]), error["type"]
    node = find(root, path)
    if kind == "extra_forbidden":
        holder, key = find(root, path[:-1]), str(path[-1])
        keys = _keys_at(model, path[:-1])
        place = holder.key_place(key) if isinstance(holder, Mapping) else node.place
        return Problem(f"unknown key {key!r}", place, rule, one_of(keys), near(key, keys))
    if kind == "missing":
        found, words = f"the key {str(path[-1])!r} is missing", _options_at(model, path)
        hint = None if words else f"Keys here are {', '.join(_keys_at(model, path[:-1]))}"
        return Problem(found, node.place, rule, one_of(words), hint)
    name = _name(root, path)
    if kind == "value_error":
        cause = error["ctx"]["error"]
        if isinstance(cause, ExpressionError):
            place = node.at((), cause.column)
            return Problem(cause.found, place, rule, cause.expected, cause.hint)
        if isinstance(cause, RefusedError):
            return Problem(f"{name}{cause.found}", node.place, rule, cause.expected, cause.hint)
        return Problem(f"{name}{cause}", node.place, rule)
    if kind in _BOUNDS:
        limit = next(iter(error["ctx"].values()))
        return Problem(f"{name}{describe(node)}", node.place, rule, f"a number {_BOUNDS[kind]} {limit}")
    if kind == "string_too_long":
        return Problem(f"{name}{describe(node)}", node.place, rule, f"at most {error['ctx']['max_length']} characters")
    found, written = f"{name}{describe(node)}", node.value if isinstance(node, Text) else ""
    if kind == "literal_error":
        options: list[str] = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return Problem(found, node.place, rule, one_of(options), near(written, options))
    advice = "An expression that begins with [ needs quotes around it" if _is_cut_list(node) else plain_hint(written)
    if advice is None and kind.startswith("model_"):
        advice = f"Its keys are {', '.join(_keys_at(model, path))}"
    return Problem(found, node.place, rule, _EXPECTED.get(kind, error["msg"]), advice)


def _is_cut_list(node: Node) -> bool:
    """Whether YAML took a list expression for a list."""
    first = node.items[0] if isinstance(node, Sequence) and node.items else None
    return isinstance(first, Text) and " for " in first.value


def _name(root: Node, path: tuple[str | int, ...]) -> str:
    """The part of a validator's path that the tree knows, as `round.to: `."""
    parts: list[str] = []
    for part in path:
        if isinstance(root, Mapping) and part in root.items:
            parts.append(str(part))
            root = root.items[str(part)]
        elif isinstance(root, Sequence) and isinstance(part, int) and part < len(root.items):
            root = root.items[part]
    return f"{'.'.join(parts)}: " if parts else ""


def _options_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The words of which the key at `path` takes one, if it takes certain words only."""
    here: list[Any] = [model]
    for part in path:
        here = [inner for item in here for inner in _step(item, part)] or here
    return [word for item in here if get_origin(item) is Literal for word in get_args(item)]


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that the model at `path` below `model` has."""
    here: list[Any] = [model]
    for part in path:
        below = [inner for item in here for inner in _step(item, part)]
        here = below or here
    models = [item for item in here if isinstance(item, type) and issubclass(item, BaseModel)]
    keys = [info.alias or name for item in models for name, info in item.model_fields.items()]
    if not path:
        # What the layers take out before the rest is read can stand there too.
        keys += [key for item in models for key in getattr(item, "taken_out", ())]
    return list(dict.fromkeys(keys))


def _step(item: Any, part: str | int) -> list[Any]:
    """The types that a part of a path leads to from a type."""
    if isinstance(item, type) and issubclass(item, BaseModel):
        for name, info in item.model_fields.items():
            if part in (name, info.alias):
                return _unwrap(info.annotation)
        return []
    arguments = get_args(item)
    if get_origin(item) is dict and isinstance(part, str):
        return _unwrap(arguments[1])
    if get_origin(item) in (list, tuple) and isinstance(part, int):
        return _unwrap(arguments[0])
    return []


def _unwrap(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _unwrap(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [inner for item in get_args(annotation) for inner in _unwrap(item)]
    return [annotation]
