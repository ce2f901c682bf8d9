"""Two decisions compared, as JSON: what the one says and the other does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from aidrules.decision.canonical import written

if TYPE_CHECKING:
    from aidrules.decision.dependence import Dependence


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not follow: where in the decision, what is recorded, what follows now.

    What is not there on one side is `Absence.ABSENT` there.
    """

    path: str
    recorded: object
    computed: object

    def __str__(self) -> str:
        return f"{self.path}: recorded {_told(self.recorded)}, computed {_told(self.computed)}"

    @property
    def is_wording(self) -> bool:
        """Whether only words or grounds differ: a label, a formula, a clause, not a figure, a status or a date."""
        if self._is_new_value:
            return True
        if _holds_figures(self.recorded) or _holds_figures(self.computed):
            return False
        section, last = self.path.partition(".")[0], self.path.rpartition(".")[2].partition("[")[0]
        if last in _WORDS:
            return True
        if self.path.startswith("readings"):
            return self.path != "readings" and last not in ("option", "default") and not self._is_choice
        return section == "trace" and last not in _FIGURES_OF_TRACE

    @property
    def _is_choice(self) -> bool:
        """Whether one side has a whole reading that the other lacks, and it chooses between options."""
        return any(isinstance(side, dict) and side.get("option") is not None for side in (self.recorded, self.computed))

    @property
    def _is_new_value(self) -> bool:
        """Whether the pack names a value more than it did, of which the record says nothing."""
        return self.recorded is Absence.ABSENT and _NEW_VALUE.fullmatch(self.path) is not None


class Absence(Enum):
    """What stands for a part that is not there; no text that a record can hold is the same."""

    ABSENT = "(absent)"


def _told(side: object) -> str:
    return side.value if isinstance(side, Absence) else written(side)


_NEW_VALUE = re.compile(r"trace\.values\[[^\[\]]*\]")
_WORDS = frozenset({"zh", "en", "label", "option_label", "title", "formula", "with_values", "statement"})
_FIGURES_OF_TRACE = frozenset(
    {"state", "steps", "result", "unit", "value", "lapsed_on", "formula_gives", "given", "missing"}
)


def _holds_figures(part: object) -> bool:
    """Whether a part of a decision, such as a whole step, holds figures or statuses of the trace."""
    if isinstance(part, list):
        return any(map(_holds_figures, part))
    if not isinstance(part, dict):
        return False
    return any(key in _FIGURES_OF_TRACE or _holds_figures(inner) for key, inner in part.items())


def comparable(document: Mapping[str, Any], dependence: Dependence) -> dict[str, Any]:
    """What of a decision is compared: without what cannot be computed, in an order that says nothing."""
    found = dependence.rest(document)
    found.pop("pack", None)
    chain = found.get("chain")
    if isinstance(chain, dict):
        order = chain.get("order")
        engine = str(chain.get("engine")).partition(" ")[0]
        # Another version of durable-rules, or none, reaches the same conclusions in another order.
        found["chain"] = {
            **chain,
            "engine": engine if engine not in ("durable", "exact") else "either",
            "order": sorted(order, key=str) if isinstance(order, list) else order,
        }
    return _by_name(found)


def _by_name(document: dict[str, Any]) -> dict[str, Any]:
    """The document with readings and trace by the names of rules, values and parts: one more moves no other."""
    named: dict[str, Any] = {key: _named_items(document[key]) for key in ("readings", "trace") if key in document}
    return {**document, **named}


def _named_items(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _named_items(inner) for key, inner in value.items()}
    if not isinstance(value, list):
        return value
    items = [_named_items(item) for item in value]
    for key in ("rule", "name", "id", "about"):
        names = [item[key] for item in items if isinstance(item, dict) and key in item]
        if items and len(names) == len(items) and len({str(name) for name in names}) == len(items):
            return _Items({str(name): item for name, item in zip(names, items, strict=True)})
    return items


class _Items(dict[str, Any]):
    """A list of which each item has a name."""


def compared(recorded: object, computed: object, path: str) -> Iterator[Difference]:
    """Everything in which one part of a decision differs from the other, under a path."""
    if isinstance(recorded, dict) and type(recorded) is type(computed):
        for key in [*recorded, *(key for key in computed if key not in recorded)]:
            step = f"[{key}]" if isinstance(recorded, _Items) else f".{key}" if path else key
            one, other = recorded.get(key, Absence.ABSENT), computed.get(key, Absence.ABSENT)
            yield from compared(one, other, f"{path}{step}")
    elif isinstance(recorded, list) and isinstance(computed, list) and len(recorded) == len(computed):
        for place, (one, other) in enumerate(zip(recorded, computed, strict=True)):
            yield from compared(one, other, f"{path}[{place}]")
    elif recorded != computed or type(recorded) is not type(computed):
        yield Difference(path, recorded, computed)
