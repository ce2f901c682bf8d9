"""What the parts of a rule file look like: definitions, findings, readings, programmes, headers, sources."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, PlainValidator, StringConstraints, model_validator

from aidrules.language.counting import Units
from aidrules.language.fields import (
    Day,
    DecimalNumber,
    Expression,
    Expressions,
    Flag,
    Force,
    Identifier,
    Identifiers,
    Labelled,
    RefusedError,
    Strict,
    Texts,
    UnitText,
    is_identifier,
    near,
    one_or_many,
    plain_number,
    read_date,
    text_under,
    told_apart,
)
from aidrules.language.subject import SubjectModel
from aidrules.language.tree import short
from aidrules.language.units import is_currency


class InForce(Strict):
    """The days between which something is in force, both included; None is without limit."""

    start: Day | None = Field(default=None, alias="from")
    until: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _undated(cls, value: object) -> object:
        if isinstance(value, str):
            if value != "undated":
                raise RefusedError(f"{short(value)}", "from: and until: dates, or undated")
            return {}
        return value

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start and self.until and self.until < self.start:
            raise RefusedError(f"until {self.until} is before from {self.start}", "until on or after from")
        return self

    @property
    def undated(self) -> bool:
        """Whether there is no limit on either side."""
        return self.start is None and self.until is None

    def covers(self, day: date) -> bool:
        """Whether something is in force on a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)


ALWAYS = InForce()


class Rounding(Strict):
    """To which step an amount is rounded, and which way."""

    to: DecimalNumber = Field(gt=0)
    mode: Literal["up", "down", "half_up"]


class Floor(Labelled):
    """The least that an amount comes to, everywhere or only where `when` holds."""

    at: Expression
    when: Expression | None = None


class Cap(Labelled):
    """The most that an amount comes to: per what it holds, and what lifts it."""

    at: Expression
    per: Expressions = ()
    unless: Expression | None = None


FloorField = Annotated[Floor, text_under("at")]
CapField = Annotated[Cap, text_under("at")]


class Condition(Labelled):
    """One named alternative of `any_of`, or one of the conditions of `all_of`."""

    when: Expressions


Conditions = dict[Identifier, Annotated[Condition, text_under("when")]]


class TermModel(Labelled):
    """What readers call an office, role or service that rules name by an id."""


class Lasts(Strict):
    """From which date and for how long something holds."""

    start: Expression = Field(alias="from")
    duration: Expression = Field(alias="for")


class Payment(Labelled):
    """How an amount is paid; a rule says only what differs from its programme.

    Attributes:
        every: month, term or year where the amount is per month, term or year; else each occasion, or once in a life.
        starts: whether the first payment is for the month of the decision or for the next.
        changes: from which month a changed amount is paid.
        ends: from which month nothing is paid, where the right ends in this one.
        arrears: whether months since a value that became known late are paid up.
        payee: who receives it.
        form: money, a loan, or things in kind.
    """

    every: Literal["month", "term", "year", "occasion", "life"] | None = None
    starts: Literal["this_month", "next_month"] | None = None
    changes: Literal["this_month", "next_month"] | None = None
    ends: Literal["this_month", "next_month"] | None = None
    arrears: Literal["difference", "none"] | None = None
    payee: str | None = None
    form: Literal["cash", "loan", "kind"] = Field(default="cash", alias="as")

    def within(self, wider: Payment | None) -> Payment:
        """These terms, completed by those of the programme."""
        if wider is None:
            return self
        return wider.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})


class Says(Strict):
    """The two sentences of a yes-or-no definition."""

    yes: Labelled | None = Field(default=None, alias="true")
    no: Labelled | None = Field(default=None, alias="false")


class DefinitionCase(Labelled):
    """One case of a definition: the value where it holds, or the name itself where no value is given."""

    when: Expressions = ()
    otherwise: Flag = False
    remainder: Flag = False
    value: Expression | None = None


class DefinitionModel(Labelled):
    """A named value: an expression, named conditions, cases, or a start with imputations and deductions.

    Attributes:
        if_undefined: what a `value` is where it is divided by zero.
    """

    taken_out: ClassVar = ("reading", "in_force", "versions")

    each: Expression | None = None
    unit: UnitText | None = None
    value: Expression | None = None
    any_of: Conditions | None = None
    all_of: Conditions | None = None
    cases: dict[Identifier, DefinitionCase] | None = None
    start: Expression | None = None
    plus: Texts = ()
    less: Texts = ()
    floor: FloorField | None = None
    cap: CapField | None = None
    round: Rounding | None = None
    if_undefined: Expression | None = None
    says: Says | None = None

    @model_validator(mode="before")
    @classmethod
    def _open_stays_open(cls, given: object) -> object:
        if isinstance(given, dict) and "if_undetermined" in given:
            raise RefusedError(
                "if_undetermined: of a definition",
                "a value that follows from what is known",
                "What holds as long as an input is missing may not hold once it is known. Let a person record it as a "
                "finding with if_absent:, or say it on the gate that needs it",
            )
        return given

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        bodies = [name for name in BODIES if getattr(self, name) is not None]
        if len(bodies) != 1:
            found = f"it has {' and '.join(bodies)}" if bodies else "it says no value"
            raise RefusedError(found, f"exactly one of {', '.join(BODIES)}")
        if self.start is None and (self.plus or self.less):
            raise RefusedError("plus: or less: without start:", "start: with what is added to and taken off")
        if self.value is None and self.if_undefined is not None:
            raise RefusedError(f"if_undefined: beside {bodies[0]}:", "value:", "Name the quotient by a definition")
        return self


BODIES = ("value", "any_of", "all_of", "cases", "start")


def read_type(value: object) -> str | tuple[str, ...]:
    """`bool`, `date`, `text`, or the list of options."""
    if isinstance(value, list) and value and all(isinstance(item, str) and is_identifier(item) for item in value):
        return tuple(value)
    if isinstance(value, str) and value in ("bool", "date", "text"):
        return value
    raise RefusedError("this is not a type", "bool, date, text or a list of options such as [low, high]")


class Beyond(Strict):
    """How far a finding may go beyond its bounds, and what must then be recorded."""

    up_to: Expression
    needs: Identifiers = Field(min_length=1)


class FindingModel(Labelled):
    """What the text leaves to people: an input that somebody records and no rule computes.

    Attributes:
        options_zh: labels in Chinese of the options of `type:`, in their order.
        options_en: labels in English of the options of `type:`, in their order.
        min: the least that can be recorded, in digits.
        max: the greatest that can be recorded, in digits.
        within: the bounds that the text sets: two expressions, or a parameter that is a range.
        beyond: an exception to the upper bound.
        needs: what must be recorded beside the value.
        if_absent: what it counts as where nobody recorded it; `lower` is the lower bound.
        valid: how long it counts, from the day on which it was recorded; then it counts as if nobody had.
    """

    about: Identifier
    type: Annotated[str | tuple[str, ...] | None, PlainValidator(read_type)] = None
    options_zh: Texts = ()
    options_en: Texts = ()
    unit: UnitText | None = None
    min: DecimalNumber | None = None
    max: DecimalNumber | None = None
    within: Annotated[tuple[Expression, ...], Field(max_length=2), BeforeValidator(one_or_many)] = ()
    beyond: Beyond | None = None
    who: Texts = ()
    needs: Identifiers = ()
    if_absent: str = "unknown"
    valid: Expression | None = None

    @model_validator(mode="after")
    def _typed(self) -> Self:
        numeric = self.unit or self.min is not None or self.max is not None or self.within
        for key, labels in (("options_zh", self.options_zh), ("options_en", self.options_en)):
            if labels and (not isinstance(self.type, tuple) or len(self.type) != len(labels)):
                raise RefusedError(f"{key}: does not fit", "one label for each option of type:, in their order")
            if not told_apart(labels):
                raise RefusedError(f"{key}: labels that are empty or the same", "labels that tell the options apart")
        if self.type is not None and numeric:
            expected = "type: or, for a number, unit: and bounds"
            raise RefusedError("a type: beside unit:, min:, max: or within:", expected)
        if self.type is None and not numeric:
            raise RefusedError("neither type: nor unit:", "type: bool, date, text or a list of options, or unit:")
        if self.beyond is not None and not self.within:
            raise RefusedError("beyond: without within:", "within: the bounds that it may go beyond")
        if not self._can_be(self.if_absent):
            raise RefusedError(f"if_absent: {self.if_absent}", f"unknown, or {self._kinds()}")
        return self

    def _can_be(self, absent: str) -> bool:
        if absent == "unknown" or self.type == "text":
            return True
        if self.type is None:
            return absent == "lower" or plain_number(absent) is not None
        if self.type == "date":
            try:
                return absent == "none" or read_date(absent) is not None
            except RefusedError:
                return False
        return absent in (("true", "false") if self.type == "bool" else self.type)

    def _kinds(self) -> str:
        if self.type is None:
            return "lower, or digits"
        return {"bool": "true or false", "date": "none or a date"}.get(str(self.type), f"one of {', '.join(self.type)}")

    @property
    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        """The least and the greatest that can be recorded, as far as they are the same for everybody."""
        low, high = self.min, self.max
        if len(self.within) == 2:
            top = self.beyond.up_to if self.beyond is not None else self.within[1]
            low = plain_number(self.within[0]) if low is None else low
            high = plain_number(top) if high is None else high
        return low, high

    @property
    def lowered(self) -> bool:
        """Whether rules read more of it than the value: bounds that have to be computed, or its day."""
        return self.bounded or self.valid is not None

    @property
    def bounded(self) -> bool:
        """Whether its bounds have to be computed."""
        plain = len(self.within) == 2 and all(plain_number(text) is not None for text in self.within)
        return bool(self.within) and (self.beyond is not None or not plain)


class OptionModel(Labelled):
    """One option of a pack-level reading."""


def _options(value: object) -> object:
    return {str(item): {} for item in value} if isinstance(value, (list, tuple)) else value


class ReadingModel(Labelled):
    """A reading that several rules share, read in expressions as `reading.name == option`."""

    default: str
    options: Annotated[dict[Identifier, OptionModel], BeforeValidator(_options)] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_default(self) -> Self:
        if self.default not in self.options:
            raise RefusedError(
                f"the default {self.default!r} is not an option",
                f"one of {', '.join(self.options)}",
                near(self.default, self.options),
            )
        return self


class ProgrammeModel(Labelled):
    """A programme without its rules and definitions: what it is about, how it pays, and what falls to each member."""

    taken_out: ClassVar = ("definitions", "rules", "reading", "in_force")

    subject: Identifier | None = None
    members: Expression | None = None
    force: Force = "must"
    payment: Payment | None = None
    share: dict[Identifier, Literal["equal", "own"]] | None = Field(default=None, min_length=1)


def _read_currency(value: object) -> str:
    if isinstance(value, str) and is_currency(value):
        return value
    raise RefusedError(f"{short(value)} is not a currency", "a code of three capitals such as CNY")


Excuses = dict[
    Annotated[str, StringConstraints(pattern=r"^L[0-9]{3}( [a-z0-9_.-]+( \S[^\r\n]{0,79})?)?$")],
    Annotated[str, StringConstraints(min_length=1, max_length=400)],
]
"""Why something that lint finds is meant: the reason by its code, alone or with the name of what it is found in."""


class FileHeader(Strict):
    """What a file of a pack says about itself."""

    pack: str
    extends: str | None = None
    include: Texts = ()
    source: str | None = None
    zh: str | None = None
    en: str | None = None
    in_force: InForce = ALWAYS
    currency: Annotated[str | None, PlainValidator(_read_currency)] = None
    units: Units = Field(default_factory=dict)
    subject: SubjectModel | None = None
    lint: Excuses = Field(default_factory=dict)


class OverlayHeader(Strict):
    """What an overlay says about itself."""

    overlay: str
    pack: Texts = ()
    source: str | None = None
    zh: str | None = None
    en: str | None = None
    lint: Excuses = Field(default_factory=dict)
