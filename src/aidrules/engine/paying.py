"""Terms of payment of the rules of a pack: completed by those of their programmes, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aidrules.engine.compiled import Rule
from aidrules.errors import PackError, Problem
from aidrules.facts.schema import Path, subject_at
from aidrules.kinds.base import Lowering, RuleModel
from aidrules.language import build
from aidrules.language.core import Definition
from aidrules.language.models import Payment
from aidrules.language.subject import ABOUT_HOUSEHOLDS

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler


def own_terms(model: RuleModel) -> Payment:
    """What a rule itself says about payment."""
    own: Payment = getattr(model, "payment", None) or Payment()
    payee: str | None = getattr(model, "payee", None)
    return own if payee is None else own.model_copy(update={"payee": payee})


def completed_terms(rule: Lowering, model: RuleModel, programme: Payment | None) -> Payment | None:
    """The terms of what a rule pays; how often follows from its amount, and is said only of sums."""
    made = rule.made
    if made.pays is None:
        return None
    own = own_terms(model)
    said = own.every
    if made.pays != "once":
        if said not in (None, made.pays):
            found = f"it is paid every {said}, and its amount is per {made.pays}"
            raise rule.error(("payment", "every"), found, hint=f"Leave every: out, or write an amount per {said}.")
        return own.within(programme).model_copy(update={"every": made.pays})
    if said == "month":
        raise rule.error(("payment", "every"), "it is paid every month, and its amount is a sum", hint=_PER_MONTH)
    if said is None and programme is not None and programme.every != "month":
        said = programme.every
    if said in ("term", "year"):
        made.pays = said
    return own.within(programme).model_copy(update={"every": said or "occasion"})


_PER_MONTH = "Write an amount per month: 100 * CNY / month."


def check_terms(compiler: Compiler) -> None:
    """Fail if no rule of a programme can be paid as often as the programme says.

    Raises:
        PackError: each such programme.
    """
    problems: list[Problem] = []
    for name, programme in compiler.pack.programmes.items():
        terms = programme.model.payment
        every = terms.every if terms is not None else None
        entries = programme.rules.values()
        if every is None or any(entry.id not in compiler.rules.made for entry in entries):
            continue  # a rule that is wrong itself may be the one that is paid so
        rules = (rule for rule in compiler.rules.made.values() if rule.programme == name)
        paying = [rule for rule in rules if left_to_programme(rule, compiler.made)]
        if paying and not any(rule.payment and rule.payment.every == every for rule in paying):
            amount = "is a sum" if paying[0].pays == "once" else f"is per {paying[0].pays}"
            hint = _PER_MONTH if every == "month" else f"Leave every: out, or write an amount {_MEANT[every]}."
            found = f"it says every: {every}, and what {paying[0].id} pays {amount}"
            problems.append(Problem(found, programme.entry.node.at(("payment", "every")), name, hint=hint))
    if problems:
        raise PackError(problems)


_MEANT = {"term": "per term", "year": "per year", "occasion": "that is a sum", "life": "that is a sum"}


def left_to_programme(rule: Rule, made: Mapping[str, Definition]) -> bool:
    """Whether a rule pays something and does not say itself how often; nothing is paid as often as one likes."""
    if rule.payment is None or own_terms(rule.model).every is not None:
        return False
    return not build.is_zero(made[rule.roles["value"]].expr)


def _foreign(compiler: Compiler, owner: Path) -> set[str]:
    """Whom only a pack about households can pay, unless the rule is about one: households may be items of a village."""
    if compiler.pack.subject.is_household:
        return set()
    return {*ABOUT_HOUSEHOLDS} - {subject_at(compiler.schema, owner[:end]).name for end in range(len(owner) + 1)}


def check_payees(compiler: Compiler) -> None:
    """Fail if a payee is none that what the pack is about can have.

    That is a member or household where there is none, or a definition that is said of something else than what the
    rule pays.

    Raises:
        PackError: each such rule.
    """
    problems: list[Problem] = []
    subject = compiler.pack.subject.name
    for rule in compiler.rules.made.values():
        payee = rule.payment.payee if rule.payment else None
        if payee is None:
            continue
        node = compiler.rules.entries[rule.id].node
        place = node.at(("payee",) if "payee" in node.items else ("payment", "payee"))
        definition = compiler.made.get(payee)
        if definition is not None and rule.owner[: len(definition.owner)] != definition.owner:
            said = subject_at(compiler.schema, definition.owner).name
            paid = subject_at(compiler.schema, rule.owner).name
            found = f"the payee {payee} is said of each {said}, and what is paid is of each {paid}"
            hint = f"Name a definition for the {paid}, or an office or person by a word that is no definition"
            problems.append(Problem(found, place, rule.id, hint=hint))
        elif definition is None and payee in _foreign(compiler, rule.owner):
            found = f"the payee {payee}, in a pack that is about the {subject}"
            expected = f"{subject}, an office or person by an id of your choice, or a definition that says which"
            problems.append(Problem(found, place, rule.id, expected, f"Leave payee: out where the {subject} is paid"))
    if problems:
        raise PackError(problems)
