"""The forms of expression, and the definitions that name them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from aidrules.language.core.types import BOOL, DATE, NUMBER, Type, Value
from aidrules.language.fields import Label

HOUSEHOLD = "(subject)"
"""The variable of what is decided, household or not; no item of a list can have its name."""

Aggregate = Literal["sum", "count", "any", "all", "min", "max", "first", "latest", "longest_run", "count_distinct"]
Rounding = Literal["up", "down", "half_up"]
Comparison = Literal["<", "<=", ">", ">=", "==", "!="]


@dataclass(frozen=True, slots=True)
class Const:
    """A fixed value; `text` is how its author wrote it."""

    value: Value
    type: Type
    text: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that nobody has given (a required parameter).

    Attributes:
        low: numbers are at least this.
        high: and at most this.
        scale: the decimals that it may have once it is given, so that what has to be rounded is known before.
    """

    name: str
    type: Type
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Today:
    """A date of the decision itself: `on` or `this_month`."""

    name: Literal["on", "this_month"]
    type: Type = DATE


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the item bound to a variable.

    Attributes:
        path: dotted, such as `disability.grade`.
        scale: its decimals.
        absent: what it counts as where nobody recorded it; None leaves it unknown.
    """

    var: str
    path: str
    type: Type
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    scale: int = 0
    required: bool = False
    absent: Value | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a definition for the item bound to a variable."""

    name: str
    var: str
    type: Type


@dataclass(frozen=True, slots=True)
class Position:
    """Where the bound item stands in its list, from 0."""

    var: str
    high: int
    type: Type = NUMBER


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter's value as used here: the expression that gives it, under the parameter's name.

    Attributes:
        on: the day whose value it is, where that is not the day of the law; `NO_DATE` for a date of the case.
        keys: those under which it is named, where all of them are fixed.
    """

    name: str
    inner: Expr
    on: int | None = None
    keys: tuple[str, ...] = ()

    @property
    def type(self) -> Type:
        return self.inner.type


@dataclass(frozen=True, slots=True)
class Add:
    terms: tuple[Expr, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Neg:
    inner: Expr

    @property
    def type(self) -> Type:
        return self.inner.type


@dataclass(frozen=True, slots=True)
class Mul:
    factors: tuple[Expr, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Div:
    above: Expr
    below: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or greatest of several numbers."""

    which: Literal["min", "max"]
    args: tuple[Expr, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Round:
    """A number brought to a multiple of `to`: down is towards minus infinity, half_up sends halves upwards."""

    inner: Expr
    to: Fraction
    mode: Rounding

    @property
    def type(self) -> Type:
        return self.inner.type


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two numbers, dates, enums, texts or booleans (the last three with == and != only)."""

    op: Comparison
    left: Expr
    right: Expr
    type: Type = BOOL


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value is one of several fixed ones."""

    item: Expr
    options: tuple[Const, ...]
    type: Type = BOOL


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Expr, ...]
    type: Type = BOOL


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Expr, ...]
    type: Type = BOOL


@dataclass(frozen=True, slots=True)
class Not:
    inner: Expr
    type: Type = BOOL


@dataclass(frozen=True, slots=True)
class IsNone:
    """Whether an optional date is `none` (known not to exist, as against unknown)."""

    inner: Expr
    type: Type = BOOL


@dataclass(frozen=True, slots=True)
class If:
    condition: Expr
    then: Expr
    other: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Call:
    """A function of dates.

    Attributes:
        function: which one:
            `add_days`: a date some days later.
            `add_months`: a date some months later, clamped to the month's end.
            `add_working_days`: a date some working days later, the starting day not counted.
            `age`: full years reached on a date; born on 29 February, on 1 March.
            `day_of`: the day of the month.
            `days_between`: days from one date to another.
            `first_of_month`: the first day of a date's month.
            `last_of_month`: the last day of a date's month.
            `month_of`: the month of a date, 1 to 12.
            `months_between`: the largest n for which a plus n months is not after b.
            `year_of`: the year of a date.
    """

    function: str
    args: tuple[Expr, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class ListUse:
    """A list that is run through: the variable it hangs on, its name and how long it can be."""

    var: str
    name: str
    owner: tuple[str, ...]
    min_items: int
    max_items: int
    required: bool


@dataclass(frozen=True, slots=True)
class Agg:
    """A value over the items of a list for which `where` holds.

    `first` and `latest` give the earliest and the last date (`none` if there is no item); `default` is the value of
    `min` and `max` where no item is left.
    """

    function: Aggregate
    var: str
    source: ListUse
    where: Expr | None
    body: Expr | None
    default: Expr | None
    type: Type


Expr = (
    Const
    | Unknown
    | Today
    | Fact
    | Ref
    | Position
    | Param
    | Add
    | Neg
    | Mul
    | Div
    | Extreme
    | Round
    | Compare
    | In
    | And
    | Or
    | Not
    | IsNone
    | If
    | Call
    | Agg
)

TRUE = Const(True, BOOL, "true")
FALSE = Const(False, BOOL, "false")
ZERO = Const(Fraction(0), NUMBER, "0")


@dataclass(frozen=True, slots=True)
class Definition:
    """A named expression, computed for the household or for each item of its owner list.

    Attributes:
        name: its full name (`dibao.top_up`).
        owner: the list path whose items it is computed for: () is the household, then ("members",) and so on.
        expr: its value; refers to the items by `household` and by the item names along the owner path.
        label: its name for readers.
        hidden: a step of an engine or kind that no reader needs to see by itself.
        parameter: the parameter that it looks up, where it is such a look-up.
        membership: it says which items of its owner belong to a named list.
        says: what it means that it is true, and false, where its author says so.
    """

    name: str
    owner: tuple[str, ...]
    expr: Expr
    label: Label
    hidden: bool = False
    parameter: str | None = None
    membership: bool = False
    says: tuple[Label, Label] | None = None

    @property
    def type(self) -> Type:
        return self.expr.type
