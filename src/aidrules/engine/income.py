"""Incomes: where they start, and the deductions and imputations that they take into account, in order."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from aidrules.kinds.base import Lowering
from aidrules.kinds.deduction import total
from aidrules.language import build
from aidrules.language.core import Expr
from aidrules.language.models import DefinitionModel

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler

STAGES = ("deduction", "imputation")
"""The kinds of rules that an income definition lists."""


class Income:
    """Lowers income definitions, and with each of their steps the rule that it names.

    Attributes:
        listed: which definition lists each deduction and imputation.
    """

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self.listed = self._stages()

    def body(self, model: DefinitionModel, rule: Lowering) -> Expr:
        """`start:`, then what is added and taken off in order, each step by name."""
        assert model.start is not None
        current: Expr = rule.define("start", rule.expr(model.start, ("start",)), hidden=True)
        for key, texts in (("plus", model.plus), ("less", model.less)):
            for index, text in enumerate(texts):
                stage = self._stage_rule(text, rule.programme)
                if stage is None:
                    raise rule.error((key, index), f"there is no deduction or imputation {text}")
                amount = self._lower_stage(stage, current, rule)
                combine = build.add if key == "plus" else build.subtract
                step = rule.at((key, index), lambda f=combine, c=current, a=amount: f(c, a))  # type: ignore[misc]
                current = rule.define(f"after_{stage.rpartition('.')[2]}", step, hidden=True)
        return current

    def _stage_rule(self, text: str, programme: str | None) -> str | None:
        rules = self._compiler.rules.entries
        local = (f"{programme}.{text}",) if programme else ()
        anywhere = (name for name in rules if name.rpartition(".")[2] == text)
        found = chain((text, *local), anywhere)
        return next((name for name in found if name in rules and rules[name].kind in STAGES), None)

    def _stages(self) -> dict[str, str]:
        """Which definition lists each deduction and imputation."""
        listed: dict[str, str] = {}
        for name, entry in self._compiler.definitions.entries.items():
            for text in (*entry.model.plus, *entry.model.less):
                stage = self._stage_rule(text, entry.programme)
                if stage is not None:
                    listed.setdefault(stage, name)
        return listed

    def _lower_stage(self, stage: str, current: Expr, definition: Lowering) -> Expr:
        lowering = self._compiler.rules.lowered(stage, current)
        return total(lowering, definition.owner)
