"""The JSON form of a decision: one document with a stable order of fields, a schema, and a version of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from aidrules.decision.decision import SCHEMA_VERSION
from aidrules.decision.forms import (
    Cadence,
    ChainTrace,
    Check,
    Classification,
    Deadline,
    Doubt,
    Entitlement,
    Gate,
    Missing,
    Notice,
    Outcome,
    ParameterTrace,
    PaymentLine,
    Procedure,
    ReadingUse,
    Referral,
    RuleTrace,
    ValueTrace,
)
from aidrules.decision.written import written
from aidrules.language.fields import Label

if TYPE_CHECKING:
    from pydantic_core.core_schema import DecimalSchema

    from aidrules.decision.decision import Decision


@dataclass(frozen=True, slots=True)
class PackIdentity:
    """Which rules decided: the pack, its content's digest, the packs that it is made of, what was laid over it."""

    id: str
    title: Label
    digest: str
    layers: tuple[str, ...]
    overlays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Every rule, the values that they build on, and the parameters, in the order in which they were worked out."""

    rules: tuple[RuleTrace, ...]
    values: tuple[ValueTrace, ...]
    parameters: tuple[ParameterTrace, ...]


@dataclass(frozen=True, slots=True)
class DecisionDocument:
    """A decision.

    Attributes:
        on: the date of the facts.
        law: the date of the law applied.
        known: values of parameters announced after this day were left out; None where none was.
        household: the household's id, if it has one.
        trace: left out where it was not asked for.
    """

    schema_version: str
    pack: PackIdentity
    on: date
    law: date
    known: date | None
    household: str | None
    outcomes: Mapping[str, Outcome]
    payments: tuple[PaymentLine, ...]
    classifications: tuple[Classification, ...]
    entitlements: tuple[Entitlement, ...]
    referrals: tuple[Referral, ...]
    gates: tuple[Gate, ...]
    procedures: tuple[Procedure, ...]
    deadlines: tuple[Deadline, ...]
    cadences: tuple[Cadence, ...]
    checks: tuple[Check, ...]
    notices: tuple[Notice, ...]
    missing: tuple[Missing, ...]
    doubts: tuple[Doubt, ...]
    readings: tuple[ReadingUse, ...]
    trace: Trace | None
    chain: ChainTrace


@cache
def adapter() -> TypeAdapter[DecisionDocument]:
    """Reads and writes the document."""
    return TypeAdapter(DecisionDocument)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a decision."""
    schema = adapter().json_schema(mode="serialization", schema_generator=_ExactSchema)
    schema["properties"]["schema_version"]["const"] = SCHEMA_VERSION
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"aidrules-decision-{SCHEMA_VERSION}",
        **schema,
    }


class _ExactSchema(GenerateJsonSchema):
    """Says how decimals are written: pydantic itself leaves that open."""

    def decimal_schema(self, _: DecimalSchema) -> dict[str, Any]:
        """The schema of an amount."""
        return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


@cache
def _trace_adapter() -> TypeAdapter[Trace]:
    return TypeAdapter(Trace)


def trace_of(text: str) -> Trace:
    """The trace of a decision, read from its JSON form."""
    return _trace_adapter().validate_json(text)


def document_text(decision: Decision, *, trace: bool) -> str:
    """The document of a decision as JSON, with its trace or without."""
    document = document_of(decision, trace=False)
    texts = {field.name: written(getattr(document, field.name)) for field in fields(document)}
    if trace:
        texts["trace"] = decision._tracer.text()
    heads = ", ".join(f'"{name}": \0' for name in texts).join("{}").split("\0")
    return "".join([*chain.from_iterable(zip(heads, texts.values(), strict=False)), heads[-1]])


def document_of(decision: Decision, *, trace: bool = True) -> DecisionDocument:
    """The document of a decision, with its trace or without."""
    pack = decision.pack
    return DecisionDocument(
        schema_version=SCHEMA_VERSION,
        pack=PackIdentity(
            pack.id, pack.title, decision.pack_digest, pack.layers, tuple(overlay.name for overlay in pack.overlays)
        ),
        on=decision.on,
        law=decision.law,
        known=decision.known,
        household=decision.subject.id,
        outcomes=dict(decision.outcomes),
        payments=decision.payments,
        classifications=decision.classifications,
        entitlements=decision.entitlements,
        referrals=decision.referrals,
        gates=decision.gates,
        procedures=decision.procedures,
        deadlines=decision.deadlines,
        cadences=decision.cadences,
        checks=decision.checks,
        notices=decision.notices,
        missing=decision.missing,
        doubts=decision.doubts,
        readings=decision.readings,
        trace=decision.trace if trace else None,
        chain=decision.chain,
    )
