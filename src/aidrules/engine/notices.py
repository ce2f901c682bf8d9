"""Notices of a pack, lowered: for each programme that a notice is said of, a condition that tells whether it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidrules.engine.results import OUTCOME, OUTCOMES
from aidrules.language import core
from aidrules.language.core import Definition, Expr
from aidrules.language.fields import Label
from aidrules.language.sources import Citation

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler
    from aidrules.language.entries import Entry


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it was compiled.

    Attributes:
        when: what it belongs to: outcomes, and what becomes of a benefit in payment.
        conditions: by programme, the definition that says whether it is given there.
    """

    name: str
    label: Label
    cite: tuple[Citation, ...]
    when: tuple[str, ...]
    conditions: dict[str, str]


class Notices:
    """Lowers the notices of a pack.

    Attributes:
        made: the notices that were lowered, by name.
    """

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self.made: dict[str, Notice] = {}

    def everything(self) -> None:
        """Lower all of them, for the programmes in force that have an outcome of their own."""
        compiler = self._compiler
        for name, entry in compiler.pack.notices.items():
            if name in self.made:
                continue
            conditions: dict[str, str] = {}
            for programme in compiler.pack.programmes:
                if programme in (entry.model.programmes or (programme,)) and compiler.rule_names(programme, *_DECIDING):
                    conditions[programme] = f"{programme}.{name}"
                    self._lower(conditions[programme], programme, entry)
            self.made[name] = Notice(name, entry.label, entry.cite, tuple(entry.model.when), conditions)

    def _lower(self, full: str, programme: str, entry: Entry) -> None:
        compiler = self._compiler
        owner = compiler.programme_owner(programme) or ()
        var = "member" if owner else core.HOUSEHOLD
        options = tuple(core.Const(word, OUTCOME, word) for word in entry.model.when if word in OUTCOMES)
        parts: list[Expr] = [
            compiler.reference(f"{programme}.{word}", var) for word in entry.model.when if word not in OUTCOMES
        ]
        if options:
            parts.append(core.In(compiler.reference(f"{programme}.outcome", var), options))
        compiler.places[full] = entry.node.place
        compiler.define(Definition(full, owner, core.disjunction(*parts), entry.label, hidden=True))


_DECIDING = ("eligibility", "exclusion", "top_up", "amount", "supplement", "phase_out")
"""Kinds of rules of which one at least makes a programme come to an outcome."""
