"""The JSON form: a schema, a version, a stable order, amounts as text."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from vale import decided

from aidrules.decision import Decision
from aidrules.decision.document import DecisionDocument, adapter

ORDER = [
    "schema_version",
    "pack",
    "on",
    "law",
    "known",
    "household",
    "outcomes",
    "payments",
    "classifications",
    "entitlements",
    "referrals",
    "gates",
    "procedures",
    "deadlines",
    "cadences",
    "checks",
    "notices",
    "missing",
    "doubts",
    "readings",
    "trace",
    "chain",
]


def test_fields_come_in_a_stable_order() -> None:
    plain = decided().to_dict()
    assert list(plain) == ORDER
    assert (plain["schema_version"], plain["on"], plain["pack"]["id"]) == ("1", "2025-06-15", "vale/county")
    assert list(Decision.schema()["properties"]) == ORDER


def test_amounts_are_decimal_text_and_unknown_is_null() -> None:
    plain = decided([{"birth_date": None}]).to_dict()
    care = plain["outcomes"]["care"]
    assert (care["monthly"], care["monthly_bounds"]) == (None, {"low": "0.00", "high": "360.00"})
    assert plain["outcomes"]["allowance"]["lines"][0]["amount"] == "700.00"
    assert '"amount": "700.00"' in decided([{"birth_date": None}]).to_json()


def test_the_document_reads_back_as_it_was_written() -> None:
    decision = decided([{}, {"birth_date": "1950-01-01"}])
    back = adapter().validate_json(decision.to_json())
    assert isinstance(back, DecisionDocument)
    assert back == decision.document
    assert back.outcomes["allowance"].monthly == Decimal("1470.00")


def test_the_schema_names_itself_and_all_that_it_uses() -> None:
    schema = Decision.schema()
    assert schema["$id"] == "aidrules-decision-1"
    used = set(json.dumps(schema).split("#/$defs/")[1:])
    assert {name.partition('"')[0] for name in used} <= set(schema["$defs"])
    assert "not a refusal" not in schema["description"] and schema["$defs"]["Outcome"]["description"]


def test_the_schema_says_how_amounts_are_written_and_which_version_it_is() -> None:
    schema = Decision.schema()
    assert schema["properties"]["schema_version"]["const"] == decided().schema_version
    amount = schema["$defs"]["PaymentLine"]["properties"]["amount"]["anyOf"][0]
    assert amount == {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
    assert re.fullmatch(amount["pattern"], decided().to_dict()["payments"][0]["amount"])
    assert not re.fullmatch(amount["pattern"], ".5")


def test_the_trace_may_be_left_out() -> None:
    plain = decided().to_dict(trace=False)
    assert plain["trace"] is None and plain["outcomes"]["allowance"]["monthly"] == "600.00"
