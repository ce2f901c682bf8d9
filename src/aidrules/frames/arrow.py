"""The Arrow type of households: one row each, groups as structs, lists as lists of structs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aidrules.frames.declared import Listed, Node, Record, Value, declared

if TYPE_CHECKING:
    import pyarrow as pa
    from pydantic import BaseModel

PRECISION = 18
"""Digits of an amount: all that 64 bits hold. A fact with a wider range has as many as it needs."""


def arrow_schema(model: type[BaseModel]) -> pa.Schema:
    """The Arrow schema of a household model; each field says its labels, and its unit, in its metadata."""
    import pyarrow as pa

    return pa.schema(_fields(declared(model)))


def _fields(record: Record) -> list[pa.Field]:
    import pyarrow as pa

    return [
        pa.field(name, _type(part), nullable=not part.required, metadata=_documentation(part))
        for name, part in record.parts.items()
    ]


def _documentation(part: Node) -> dict[str, str] | None:
    if isinstance(part, Record):
        return None
    told = part.fact if isinstance(part, Value) else part.items
    unit = {"unit": told.unit} if told.unit else {}
    return {"zh": told.zh, "en": told.en, **unit}


def _type(part: Node) -> Any:
    import pyarrow as pa

    match part:
        case Record():
            return pa.struct(_fields(part))
        case Listed():
            return pa.list_(pa.field("item", pa.struct(_fields(part.each)), nullable=False))
        case Value():
            return _type_of_value(part)


def _type_of_value(value: Value) -> Any:
    import pyarrow as pa

    match value.shape.type:
        case "money":
            return pa.decimal128(digits(value), value.scale)
        case "number":
            return pa.int64()
        case "bool":
            return pa.bool_()
        case "date":
            return pa.string() if value.shape.optional else pa.date32()
        case "enum":
            return pa.string() if all(isinstance(option, str) for option in value.shape.options) else pa.bool_()
        case "text":
            return pa.string()


def digits(value: Value) -> int:
    """How many digits an amount has in a frame."""
    widest = max(abs(Decimal(value.fact.low)), abs(Decimal(value.fact.limit)))
    return max(PRECISION, len(str(int(widest))) + value.scale)
