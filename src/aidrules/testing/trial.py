"""A case tried: decided as any household is, and compared with what it expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aidrules.decision.decide import decide
from aidrules.errors import AidrulesError, PackError, Place, Problem
from aidrules.language.fields import Label
from aidrules.testing.assumed import Assumed
from aidrules.testing.cases import UNKNOWN, Case
from aidrules.testing.comparison import Comparison, Difference, Said
from aidrules.testing.located import of_choice
from aidrules.testing.reads import findings, read_by

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.language.pack import Pack

State = Literal["passed", "failed", "error"]
_ACCEPTED = Label("未被拒绝", "it is accepted")


@dataclass(frozen=True)
class Trial:
    """What came of trying a case.

    Attributes:
        differences: what it expects and does not get.
        problems: why it could not be tried, or cannot pass whatever the rules come to.
        of_pack: whether these are the pack's, or of what its file chooses for all cases, whatever the case says.
        decision: the decision of the household, where there is one.
    """

    case: Case
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    decision: Decision | None = field(default=None, repr=False)
    _about: tuple[str, ...] = field(default=(), repr=False)
    of_pack: bool = False

    @property
    def state(self) -> State:
        """How it ended."""
        return "error" if self.problems else "failed" if self.differences else "passed"

    @property
    def assumed(self) -> tuple[Assumed, ...]:
        """What the case does not give and what it expects rests on: defaults, and findings that nobody made."""
        if self.decision is None:
            return self.case.assumed
        read = read_by(self.decision.run.compiled, self._about)
        return tuple(each for each in (*self.case.assumed, *_not_made(self.decision)) if each.bears_on(read))

    def sentences(self) -> list[str]:
        """A sentence for each thing that is wrong."""
        return [*map(str, self.problems), *(f"{each.place}: {self.case.name}: {each}" for each in self.differences)]


def _not_made(decision: Decision) -> Iterator[Assumed]:
    """The findings that nobody made and that count as something all the same."""
    for each in findings(decision):
        if not each.made and each.if_absent != UNKNOWN:
            yield Assumed(each.path, each.item, f"{each.if_absent} (if_absent)")


def differences(case: Case, pack_name: str, *, path: Path | None = None) -> list[str]:
    """What is wrong with a case, each with its file, line and name; nothing where it passes.

    Args:
        case: the case.
        pack_name: the pack that it stands beside.
        path: the folder of packs, where it is not one that is searched anyway.
    """
    return tried(case, pack_name, path=path).sentences()


def tried(case: Case, pack_name: str, *, path: Path | None = None) -> Trial:
    """Try a case; see `differences`."""
    return tried_on(case, lambda: case.pack(pack_name, path))


def tried_on(case: Case, laid_over: Callable[[], Pack]) -> Trial:
    """Try a case on a pack with what the case chooses in it; a pack that is refused is the case's refusal."""
    try:
        pack = laid_over()
        decision = decide(pack.Subject.from_text(case.given), pack, on=case.on, chain="exact")
    except AidrulesError as error:
        if case.refused is not None:
            return Trial(case, _refused(case, str(error)))
        if isinstance(error, PackError) and all(isinstance(each.where, Place) for each in error.problems):
            return Trial(case, problems=error.problems, of_pack=True)
        told = [of_choice(case, each) for each in error.problems]
        return Trial(case, problems=tuple(each for each, _ in told), of_pack=all(shared for _, shared in told))
    if case.refused is not None:
        return Trial(case, _refused(case, _ACCEPTED), decision=decision)
    comparison = Comparison(case, decision)
    found = tuple(comparison.differences())
    return Trial(case, found, tuple(comparison.problems), decision, tuple(comparison.about))


def _refused(case: Case, found: Said) -> tuple[Difference, ...]:
    if isinstance(found, str) and case.refused is not None and case.refused in found:
        return ()
    place = case.written.at(("refused",))
    expected = Label(f"被拒绝，且说明中有 {case.refused!r}", f"a refusal that says {case.refused!r}")
    return (Difference(place, "refused", "refused", expected, found),)
