"""The kinds of rules: each module has the fields of one kind and rewrites it into core definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aidrules.errors import PackError, Problem
from aidrules.kinds import (
    amount,
    cadence,
    check,
    classification,
    combination,
    deadline,
    deduction,
    eligibility,
    entitlement,
    exclusion,
    gate,
    imputation,
    phase_out,
    procedure,
    referral,
    risk_elimination,
    supplement,
    top_up,
)
from aidrules.kinds.base import Lowering, RuleModel
from aidrules.language import tree
from aidrules.language.fields import near, one_of
from aidrules.language.parse import parse


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rule: its name, the model of its fields, and how it becomes core definitions.

    Attributes:
        versions: whether a date of the case may choose its version.
    """

    name: str
    model: type[RuleModel]
    lower: Callable[[Lowering, Any], None]
    versions: bool = False


_MODULES = (
    eligibility,
    exclusion,
    classification,
    top_up,
    amount,
    supplement,
    phase_out,
    deduction,
    imputation,
    entitlement,
    referral,
    gate,
    procedure,
    deadline,
    cadence,
    risk_elimination,
    check,
    combination,
)

KINDS: Mapping[str, Kind] = {
    module.KIND: Kind(module.KIND, module.Model, module.lower, module in (eligibility, exclusion))
    for module in _MODULES
}
"""Every kind by its name in rule files."""


def read_rule(node: tree.Mapping, rule: str, units: Iterable[str] = ()) -> RuleModel:
    """The fields of a rule, read by its kind.

    Raises:
        PackError: there is no such kind, or fields that it does not have or take.
    """
    name = node.text("kind") or ""
    if name not in KINDS:
        found = f"there is no kind {name!r}"
        raise PackError(Problem(found, node.at(("kind",)), rule, one_of(KINDS), near(name, KINDS)))
    return parse(KINDS[name].model, node, rule, units)
