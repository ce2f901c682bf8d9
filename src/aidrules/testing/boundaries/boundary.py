"""What a boundary is: a comparison of a pack, and households on both sides of it with what each comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from aidrules.engine import Result
from aidrules.language.core import Type
from aidrules.language.fields import Label

if TYPE_CHECKING:
    from aidrules.decision.forms import Way
    from aidrules.facts.decided import Decided
    from aidrules.language.sources import Citation

Form = Literal["line", "options", "items"]
"""Two sides with an order; a value that is one of several; how many items of a list count."""
Position = Literal["below", "on", "above", "none", "other"]
"""Where the left side lies; earlier is below. `none` where a date is none, `other` where there is no order."""
Why = Literal["no_case", "out_of_reach", "unknown", "fixed"]
"""Why a boundary is not reached."""

REASONS: Mapping[Why, Label] = {
    "no_case": Label("案例中没有相应的人员或事项", "no case has such an item"),
    "out_of_reach": Label("改变任何一项事实都达不到界线另一侧", "no change of one fact reaches its other side"),
    "unknown": Label("各案例均未给出所需事实或标准", "the cases leave open what it needs"),
    "fixed": Label("两侧由规则固定，与事实无关", "the rules fix both sides, whatever the facts"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comparison stands.

    Attributes:
        definition: the rule or definition in which it stands.
        rules: the rules that read it, be it through definitions; what goes on from their results is not counted.
        cite: the clauses of the rule, definition or parameter.
        own: whether the pack itself states it, or changes more of it than words; else a wider pack does.
    """

    definition: str
    rules: tuple[str, ...]
    cite: tuple[Citation, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Paid:
    """What a programme comes to, for the household or a person.

    Attributes:
        status: eligible, ineligible, undetermined ...
        amounts: what is paid in each of its ways, such as `monthly`; bounds or None where that is open.
    """

    status: str
    amounts: Mapping[Way, Result] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Side:
    """One household at a boundary.

    Attributes:
        position: where the left side lies.
        input: the fact or list that differs from the case, by its path; `on` is the day of the facts.
        given: what it is here; of a list, how many items.
        left: the left side, or what has options, or how many items count.
        right: the right side of a line; None of others.
        holds: whether the comparison holds; None where a side is none, which there is nothing to compare with.
        value: what the definition in which it stands comes to.
        household: the typed facts.
        on: the day of the facts.
        rules: what each rule that reads the comparison comes to, `rule` or `rule[item]`.
        programmes: what each programme comes to, `programme` or `programme[member]`.
    """

    position: Position
    input: str
    given: Result
    left: Result
    right: Result
    holds: bool | None
    value: Result
    household: Decided = field(repr=False)
    on: date = field(repr=False)
    rules: Mapping[str, Result] = field(repr=False, hash=False)
    programmes: Mapping[str, Paid] = field(repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """An option of a reading that is not taken and under which the sides part at another place.

    Attributes:
        rules: what rules that part elsewhere come to, side by side; a few of them.
        programmes: what programmes that part elsewhere come to.
    """

    reading: str
    option: str
    rules: Mapping[str, tuple[Result, ...]] = field(hash=False)
    programmes: Mapping[str, tuple[Paid, ...]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Boundary:
    """A comparison, or what else divides households, with its sides.

    Attributes:
        name: the definition in which it stands and its number there, `relief.need#1`.
        place: where it stands and what it feeds.
        form: line, options or items.
        words: the comparison in words.
        kind: what the left side is: a number with its unit, a date, options.
        case: the case from which the households are made, each by changing one input.
        sides: in their order; none where it was not reached.
        unreached: why there are no sides.
        otherwise: the options of readings that draw the line elsewhere.
    """

    name: str
    place: Place
    form: Form
    words: Label
    kind: Type
    case: str = ""
    sides: tuple[Side, ...] = ()
    unreached: Why | None = None
    otherwise: tuple[Otherwise, ...] = ()

    @property
    def households(self) -> tuple[Decided, ...]:
        """The household of each side."""
        return tuple(side.household for side in self.sides)

    @property
    def exact(self) -> bool:
        """Whether a household lies exactly on the line."""
        return any(side.position == "on" for side in self.sides)

    @property
    def moved(self) -> tuple[str, ...]:
        """The rules, or rules of an item, that do not come to the same on all sides."""
        return _differing([side.rules for side in self.sides])

    @property
    def decided(self) -> tuple[str, ...]:
        """The programmes that do not come to the same on all sides."""
        return _differing([side.programmes for side in self.sides])

    @property
    def options_left(self) -> tuple[str, ...]:
        """The options that no side has."""
        had = {side.left for side in self.sides}
        return tuple(option for option in self.kind.options if option not in had) if self.sides else ()

    @property
    def masked(self) -> bool:
        """Whether something else decides: the definition, or every rule that reads it, is the same on all sides."""
        return bool(self.sides) and not shows(self.place, self.sides)


def shows(place: Place, sides: Sequence[Side]) -> bool:
    """Whether sides come to something else where the comparison stands, and in a rule if rules read it."""
    if not differ(side.value for side in sides):
        return False
    return not place.rules or bool(_differing([side.rules for side in sides]))


def _differing(sides: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    names = dict.fromkeys(name for side in sides for name in side)
    return tuple(name for name in names if differ(side.get(name, "absent") for side in sides))


def differ(values: Iterable[object]) -> bool:
    """Whether values are not all the same; true is not 1."""
    return len({(type(value), value) for value in values}) > 1
