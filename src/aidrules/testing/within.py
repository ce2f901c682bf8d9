"""Findings put between the bounds that their text sets, since what lies outside them is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from aidrules.facts.schema import subject_at
from aidrules.testing.candidates import written

if TYPE_CHECKING:
    from aidrules.engine import Compiled, Run
    from aidrules.engine.compiled import LoweredFinding
    from aidrules.facts.decided import Decided

_NOTHING: Mapping[str, Any] = {}


def put_within_bounds(
    compiled: Compiled, household: Decided, on: date, facts: dict[str, Any], but: Mapping[str, Any] = _NOTHING
) -> bool:
    """Put findings on the nearer of their bounds; leave out those that no value can have. Tells whether any was moved.

    Args:
        compiled: the rules.
        household: what `facts` describe.
        on: the date of the facts.
        facts: plain values, in which findings are moved.
        but: what is left as it is: the findings that these facts hold.
    """
    bounded = [each for each in compiled.findings.values() if each.bounds is not None]
    moved = False
    run = compiled.run(household, on) if bounded else None
    for finding in bounded if run else ():
        for item in run.items(finding.owner) if run else ():
            findings = _holder(facts, item).get("findings") or {}
            kept = (_holder(but, item).get("findings") or {}).get(finding.name)
            record = findings.get(finding.name)
            if record is not None and kept is None and run is not None:
                value = _within(run, finding, item, Fraction(str(record["value"])))
                if value is None:
                    del findings[finding.name]
                moved = moved or value != record["value"]
                record["value"] = value
    return moved


def _holder(facts: Mapping[str, Any], item: tuple[int, ...]) -> Mapping[str, Any]:
    if not item:
        return facts
    members = facts.get("members") or ()
    found: Mapping[str, Any] = members[item[0]] if item[0] < len(members) else {}
    return found


def _within(run: Run, finding: LoweredFinding, item: tuple[int, ...], value: Fraction) -> Any:
    """The nearest value that a finding can have, in its smallest unit; None where there is none."""
    assert finding.bounds is not None
    field = subject_at(run.compiled.schema, finding.owner).fields[f"findings.{finding.name}"]
    steps = 10**field.scale
    ends = [run.value(name, *item) for name in (*finding.bounds, finding.up_to or finding.bounds[1])]
    least = ceil(max(_end(ends[0], "low"), Fraction(field.low or 0)) * steps)
    greatest = floor(min(max(_end(end, "high") for end in ends[1:]), Fraction(field.high or 0)) * steps)
    nearest = Fraction(min(max(value * steps, least), greatest), steps)
    return written(field, nearest) if least <= greatest else None


def _end(value: Any, end: str) -> Fraction:
    found = getattr(value, end, value)
    assert isinstance(found, Fraction)
    return found
