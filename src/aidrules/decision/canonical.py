"""Canonical JSON: equal content has one form, and so one digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any


def canonical(content: object) -> str:
    """JSON of which equal content has one form only."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(content: Mapping[str, Any]) -> str:
    """The digest of a record's content, its own digest left out."""
    rest = {key: value for key, value in content.items() if key != "digest"}
    return "sha256:" + sha256(canonical(rest).encode("utf-8", "surrogatepass")).hexdigest()


def written(value: object) -> str:
    """A value as an error or a difference shows it, cut where it is long."""
    text = canonical(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
