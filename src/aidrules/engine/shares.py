"""What each member's part is of what a household is paid a month, as its programme says under `share:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aidrules.errors import PackError, Problem
from aidrules.facts.schema import Path
from aidrules.language import build, core, expressions
from aidrules.language.build import ExpressionError
from aidrules.language.core import Expr
from aidrules.language.expressions import Items

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler

OWNER: Path = ("members",)


def lower(compiler: Compiler, programme: str) -> Expr:
    """The part of one member: of what is shared equally, one of as many as count; what is paid for each, the own."""
    entry = compiler.pack.programmes[programme]
    if entry.model.share is None:
        hint = f"Write share: in {programme}. What a programme about persons pays each is its amount"
        raise ExpressionError(f"{programme} does not say how it is shared out", hint=hint)
    problems: list[Problem] = []
    terms: list[Expr] = []
    for rule in entry.rules.values():
        how = entry.model.share.get(rule.name)
        compiler.rules.lower(rule.id)
        made = compiler.rules.made[rule.id]
        if how is None and made.pays == "month":
            found, hint = f"it does not say how {rule.id} is shared", f"Add {rule.name}: equal, or own"
            problems.append(Problem(found, entry.entry.node.at(("share",)), programme, hint=hint))
        elif how == "own" and made.pays == "month" and made.owner == OWNER:
            terms.append(compiler.reference(made.roles["amount"], "member"))
        elif how == "equal" and made.pays == "month":
            terms.append(_equal(compiler, programme, made.roles.get("total", made.roles["amount"])))
        elif how is not None:
            found = f"{rule.id} is not paid {'for each member ' if how == 'own' else ''}by the month"
            place = entry.entry.node.at(("share", rule.name))
            problems.append(Problem(found, place, programme, "equal, for what the household is paid by the month"))
    if problems:
        raise PackError(problems)
    return build.add(*terms) if terms else core.ZERO


def _equal(compiler: Compiler, programme: str, paid: str) -> Expr:
    members = compiler.item_scope(OWNER, programme).resolve(("members",))
    assert isinstance(members, Items)
    counts = core.TRUE if members.where is None else core.rename(members.where, {members.var: "member"})
    number = expressions.read_value("max(1, count(members))", compiler.item_scope((), programme))
    return build.gate(counts, build.divide(compiler.reference(paid), number))
