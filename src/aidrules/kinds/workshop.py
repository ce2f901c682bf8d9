"""What a kind of rule is offered by the compiler that it lowers into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from aidrules.facts.schema import Path
from aidrules.language import core
from aidrules.language.core import Expr, Ref
from aidrules.language.fields import Label
from aidrules.language.names import Names


class Workshop(Protocol):
    """What a pack's compiler offers to a kind."""

    units: tuple[str, ...]
    currency: str

    @property
    def programmes(self) -> Mapping[str, Label]:
        """The label of every programme."""

    def programme_owner(self, name: str) -> Path | None:
        """For which list's items a programme is; None where there is no such programme."""

    def combinations(self) -> Mapping[str, tuple[str, ...]]:
        """The programmes of each combination of which some give way, in the order of the rules."""

    def define(self, definition: core.Definition) -> None:
        """Enter a definition."""

    def owner(self, name: str) -> Path:
        """For which list's items a name is computed."""

    def reference(self, name: str, var: str = core.HOUSEHOLD) -> Ref:
        """A reference to a definition, for the item bound to a variable."""

    def each(self, text: str, names: Names) -> tuple[Path, Expr]:
        """The list that `each:` names, and the condition for its items to count."""

    def item_scope(self, owner: Path, programme: str | None) -> Names:
        """The names inside a rule for the items of a list."""

    def check_share(self, share: Expr) -> None:
        """Refuse a share above the whole that is written without the sign %."""

    def term(self, name: str) -> Label:
        """What the pack calls an office or role; the id itself where it has no term for it."""

    def eligibility_of(self, programme: str) -> tuple[str, ...]:
        """The eligibility rules of a programme, by full name."""
