"""What a household model declares, as a tree that frames follow: facts, groups and lists by the names of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from aidrules.facts.fact import Fact, Items, Shape, item_model
from aidrules.facts.schema import group_model


@dataclass(frozen=True, slots=True)
class Value:
    """One fact.

    Attributes:
        fact: its declaration.
        shape: its type.
        required: it is never unknown.
        unsaid: what it is where nothing is said; None is unknown.
    """

    fact: Fact
    shape: Shape
    required: bool
    unsaid: Any

    @property
    def counted(self) -> bool:
        """Whether it is a number or an amount."""
        return self.shape.type in ("money", "number")

    @property
    def scale(self) -> int:
        """Decimals of a number."""
        return self.fact.scale if self.shape.type == "money" else 0


@dataclass(frozen=True, slots=True)
class Record:
    """A household, an item of a list, or a group of facts: what it holds, by name.

    Attributes:
        parts: what it holds.
        required: a group that is never unknown.
    """

    parts: Mapping[str, Node]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of records.

    Attributes:
        items: its declaration.
        each: what one item holds.
        required: it is never unknown.
    """

    items: Items
    each: Record
    required: bool


Node = Value | Record | Listed


@lru_cache(maxsize=64)
def declared(model: type[BaseModel]) -> Record:
    """What a model of facts declares."""
    parts: dict[str, Node] = {}
    for name, info in model.model_fields.items():
        fact = next((mark for mark in info.metadata if isinstance(mark, Fact)), None)
        items = next((mark for mark in info.metadata if isinstance(mark, Items)), None)
        required, group = info.is_required(), group_model(info.annotation)
        if fact is not None:
            unsaid = None if required else info.default
            parts[name] = Value(fact, Shape.of(info.annotation), required, unsaid)
        elif items is not None:
            parts[name] = Listed(items, declared(item_model(info.annotation)), required)
        elif group is not None:
            parts[name] = Record(declared(group).parts, required)
    return Record(parts)
