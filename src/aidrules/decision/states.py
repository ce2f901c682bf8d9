"""What became of each rule: it applied, did not, is open, or was not reached."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from aidrules.decision.forms import State
from aidrules.decision.names import PAYING, STAGES, Item
from aidrules.decision.shown import Interval, Shown
from aidrules.decision.view import View
from aidrules.language import core
from aidrules.language.core import Expr, Type

if TYPE_CHECKING:
    from aidrules.engine.compiled import Rule


def main_of(rule: Rule) -> str:
    """The definition that says what a rule computes for one of its items."""
    roles = rule.roles
    wanted = ("each", "class", "condition")
    if rule.kind in PAYING | STAGES:
        wanted = ("value", "amount", "amount")
    return next(roles[role] for role in (*wanted, "condition", "amount") if role in roles)


def result_of(rule: Rule) -> str:
    """The definition of what a rule comes to: whether it holds, the case, or the amount due."""
    wanted = ("amount",) if rule.kind in PAYING | STAGES else ("each", "class", "condition")
    return next(rule.roles[role] for role in (*wanted, "condition") if role in rule.roles)


@dataclass(frozen=True)
class States:
    """What the rules of one run came to, for the items that they are about."""

    view: View

    def items_of(self, rule: Rule) -> list[Item]:
        """The items that a rule is about; none where its list is unknown."""
        return list(self.view.items(rule.owner) or ())

    def states_of(self, rule: Rule) -> tuple[State, ...]:
        """The state of a rule for each of its items."""
        if rule.id not in self._states:
            self._states[rule.id] = tuple([self.state(rule, item) for item in self.items_of(rule)])
        return self._states[rule.id]

    @cached_property
    def _states(self) -> dict[str, tuple[State, ...]]:
        return {}

    def result(self, rule: Rule, item: Item) -> tuple[Shown, Type]:
        """What a rule comes to for an item: whether it holds, the case, or the amount due."""
        name = result_of(rule)
        return self.view.definition(name, item), self.view.compiled.definitions[name].type

    def held(self, rule: Rule, item: Item, role: str = "condition") -> bool | None:
        """Whether the definition in a role holds for an item; True where the rule has none."""
        name = rule.roles.get(role)
        if name is None:
            return True
        value = self.view.definition(name, item)
        return value if isinstance(value, bool) else None

    def state(self, rule: Rule, item: Item) -> State:
        """Whether a rule applied to an item, did not, is open, or was not reached."""
        if not self.reached(rule, item):
            return "not_reached"
        if rule.kind in PAYING and rule.kind != "phase_out":
            return self._state_of_amount(rule, item)
        if rule.kind in STAGES:
            return truth(self.held(rule, item))
        if rule.kind == "check":
            return "not_applied" if self.held(rule, item, "applies") is False else truth(self.held(rule, item))
        if "class" in rule.roles:
            found = self.view.definition(rule.roles["class"], item)
            return "undetermined" if found is None else "not_applied" if found == "none" else "applied"
        return truth(self.held(rule, item, "each" if "each" in rule.roles else "condition"))

    def _state_of_amount(self, rule: Rule, item: Item) -> State:
        amount = self.view.definition(rule.roles["amount"], item)
        if amount is None or isinstance(amount, Interval):
            return "undetermined"
        if amount != 0:
            return "applied"
        value = self.view.compiled.definitions[rule.roles["value"]]
        gate = _gate(self._behind(value.expr))
        if gate is None:
            return "applied"
        return "applied" if self.view.value(gate, self.view.names.bindings(item)) else "not_applied"

    def _behind(self, expr: Expr) -> Expr:
        """What is shaped: the amount before its limits and rounding."""
        while True:
            if isinstance(expr, core.Round):
                expr = expr.inner
            elif isinstance(expr, core.Ref) and self.view.compiled.definitions[expr.name].hidden:
                expr = self.view.compiled.definitions[expr.name].expr
            elif isinstance(expr, core.Extreme) and isinstance(expr.args[0], core.Ref):
                expr = expr.args[0]
            else:
                return expr

    def reached(self, rule: Rule, item: Item) -> bool:
        """A rule is out of reach where its programme's route is closed, or where it would pay and nothing is due."""
        programme = self.view.compiled.programmes.get(rule.programme)
        if programme is None or rule.kind in STAGES or not programme.tested:
            return True
        whose = Item(programme.owner, item.index[: len(programme.owner)])
        if rule.opens_route:
            return True
        if self.view.definition(f"{programme.id}.outcome", whose) == "not_opened":
            return False
        if "before_combination" in rule.roles and self.view.definition(f"{programme.id}.gives_way", whose) is True:
            return False
        if rule.kind == "phase_out":
            return self.view.definition(f"{programme.id}.eligible", whose) is not True
        if rule.kind in PAYING:
            return self.view.definition(f"{programme.id}.eligible", whose) is not False
        if rule.kind in ("entitlement", "referral"):
            return self.view.definition(f"{programme.id}.active", whose) is not False
        return True


def _gate(expr: Expr) -> Expr | None:
    """The condition under which an amount is paid at all, where there is one."""
    return expr.condition if isinstance(expr, core.If) and expr.other == core.ZERO else None


def truth(value: bool | None) -> State:
    """The state of a condition by whether it holds; None is not known."""
    return "undetermined" if value is None else "applied" if value else "not_applied"
