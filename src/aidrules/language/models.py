"""What the parts of a rule file look like: definitions, findings, readings, programmes, headers, sources."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

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
    is_identifier,
    near,
    read_date,
    text_under,
)
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
    """How an amount is paid."""

    every: Literal["month", "term", "year", "occasion", "life"] = "month"
    starts: Literal["this_month", "same_month", "next_month"] | None = None
    changes: Literal["this_month", "same_month", "next_month"] | None = None
    ends: Literal["this_month", "same_month", "next_month"] | None = None
    arrears: Literal["difference", "none"] | None = None
    payee: str | None = None
    form: Literal["cash", "loan", "kind"] = Field(default="cash", alias="as")


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

    each: Expression | None = None
    unit: str | None = None
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


class FindingModel(Labelled):
    """What the text leaves to people: an input that somebody records and no rule computes."""

    about: Literal["household", "member", "case"]
    type: Annotated[str | tuple[str, ...] | None, PlainValidator(read_type)] = None
    unit: str | None = None
    min: Expression | None = None
    max: Expression | None = None
    who: Texts = ()
    needs: Identifiers = ()
    if_absent: str = "unknown"

    @model_validator(mode="after")
    def _typed(self) -> Self:
        if self.type is not None and (self.unit or self.min or self.max):
            raise RefusedError("a type: beside unit:, min: or max:", "type: or, for a number, unit: and bounds")
        if self.type is None and self.unit is None and self.min is None and self.max is None:
            raise RefusedError("neither type: nor unit:", "type: bool, date, text or a list of options, or unit:")
        return self


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
    """A programme without its rules and definitions: what it is about and how it pays."""

    subject: Identifier = "household"
    members: Expression | None = None
    force: Force = "must"
    payment: Payment | None = None


def _read_currency(value: object) -> str:
    if isinstance(value, str) and is_currency(value):
        return value
    raise RefusedError(f"{short(value)} is not a currency", "a code of three capitals such as CNY")


class FileHeader(Strict):
    """What a file of a pack says about itself."""

    pack: str
    extends: str | None = None
    source: str | None = None
    zh: str | None = None
    en: str | None = None
    in_force: InForce = ALWAYS
    currency: Annotated[str | None, PlainValidator(_read_currency)] = None
    units: Identifiers = ()


class OverlayHeader(Strict):
    """What an overlay says about itself."""

    overlay: str
    pack: Texts = ()
    source: str | None = None
    zh: str | None = None
    en: str | None = None


class SourceModel(Strict):
    """A document that rules cite."""

    zh: str
    en: str
    issuer: str
    number: str | None = None
    date: Annotated[date | Literal["undated"], PlainValidator(lambda v: v if v == "undated" else read_date(v))]
    kind: str | None = None
    trust: str | None = None
