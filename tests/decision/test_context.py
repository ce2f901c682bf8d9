"""The caller's decimal context changes nothing that is decided."""

from __future__ import annotations

import decimal
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import aidrules

ROOT = Path(__file__).parents[2]


def test_amounts_are_exact_under_any_precision() -> None:
    overlays = ["cn/guizhou/zunyi/overlays/2025", str(ROOT / "examples" / "office.yaml")]
    pack = aidrules.load("cn/guizhou/zunyi/bozhou", overlays=overlays)
    text = (ROOT / "examples" / "household.json").read_text(encoding="utf-8")
    plain = aidrules.decide(pack.Household.model_validate_json(text), pack, on=date(2025, 6, 1))
    with decimal.localcontext() as context:
        context.prec = 2
        context.traps[decimal.Inexact] = True
        household = pack.Household.model_validate_json(text)
        narrow = aidrules.decide(household, pack, on=date(2025, 6, 1))
        assert narrow.outcomes["dibao"].monthly == Decimal("1087.20")
        document = narrow.to_json()
    assert json.loads(document) == json.loads(plain.to_json())
