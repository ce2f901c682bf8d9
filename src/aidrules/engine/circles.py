"""Names that are being lowered: one that is needed for itself is a circle, and what failed once fails again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aidrules.errors import PackError, Problem
from aidrules.language.build import ExpressionError

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler


class Circles:
    """Watches over a compiler as it lowers names inside each other."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._open: list[str] = []
        self._failed: dict[str, PackError] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._open

    @property
    def innermost(self) -> str:
        """What is being lowered, inside all others; empty where nothing is."""
        return self._open[-1] if self._open else ""

    def is_innermost(self, name: str) -> bool:
        """Whether this very name is being lowered, inside all others."""
        return self._open[-1:] == [name]

    @contextmanager
    def lowering(self, name: str) -> Iterator[None]:
        """Lower a name inside; what goes wrong there is reported at its place.

        Raises:
            PackError: the name needs itself, or what it says does not hold together.
        """
        if name in self._open:
            circle = (*self._open[self._open.index(name) :], name)
            raise PackError(
                Problem(
                    f"{' → '.join(circle)} is a circle",
                    self._compiler.places.get(name),
                    name,
                    hint=self._way_out(circle),
                )
            )
        if name in self._failed:
            raise self._failed[name]
        self._open.append(name)
        try:
            yield
        except PackError as error:
            self._failed[name] = error
            raise
        except ExpressionError as error:
            place = self._compiler.places.get(name)
            self._failed[name] = PackError(Problem(error.found, place, name, error.expected, error.hint))
            raise self._failed[name] from None
        finally:
            self._open.pop()

    def _way_out(self, circle: tuple[str, ...]) -> str:
        for name in circle:
            programme = self._programme_of(name)
            if programme is not None:
                return (
                    f"What is paid already is a fact: write {programme}.in_payment or {programme}.last_amount "
                    "rather than what is granted now."
                )
        return "Each needs the other first: take from one of them what does not depend on the other."

    def _programme_of(self, name: str) -> str | None:
        """The programme whose result or rule a name is; None for a definition or parameter."""
        if name in self._compiler.definitions.entries:
            return None
        head = name.partition(".")[0]
        return head if head in self._compiler.pack.programmes else None
