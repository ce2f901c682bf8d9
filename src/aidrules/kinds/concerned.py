"""Whom a rule that opens no benefit concerns: the items that count, of those whom its programme is about."""

from __future__ import annotations

from aidrules.kinds.base import Lowering
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.expressions import Items


def concerned(rule: Lowering) -> Expr:
    """Whether an item counts and, in a programme about persons with `members:`, the person is one of these."""
    members = rule.names.catalogue.members_of(rule.programme) if rule.programme_owner else None
    var = rule.names.variable(rule.programme_owner)
    if not isinstance(members, Items) or members.where is None or var is None:
        return rule.counts
    return core.conjunction(core.rename(members.where, {members.var: var}), rule.counts)
