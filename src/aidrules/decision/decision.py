"""Decision: what came of deciding one household; everything beyond the run is worked out when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, cast

from aidrules.decision.figures import Lang
from aidrules.decision.forms import (
    Cadence,
    ChainTrace,
    Check,
    Classification,
    Deadline,
    Doubt,
    Entitlement,
    Gate,
    Missing,
    Notice,
    Outcome,
    PaymentLine,
    Procedure,
    ReadingUse,
    Referral,
)
from aidrules.errors import DecisionError, Problem

if TYPE_CHECKING:
    from aidrules.decision.document import DecisionDocument, Trace
    from aidrules.decision.outcomes import Outcomes
    from aidrules.decision.tasks import Tasks
    from aidrules.decision.trace import Tracer
    from aidrules.decision.view import View
    from aidrules.engine import Bounds, Run
    from aidrules.engine.conclusions import Chained
    from aidrules.facts.decided import Decided
    from aidrules.facts.household import Household
    from aidrules.language.pack import Pack

SCHEMA_VERSION = "1"


class Decision:
    """What the rules of a pack come to for one household on one date; made by `decide`.

    Attributes:
        run: every value that was computed.
        pack: the rules, with what was laid over them.
        law: the date of the law applied.
        known: values announced after this day are left out; None leaves none out.
        chained: the conclusions as they were reached a second time; `chain` shows them.
    """

    run: Run
    pack: Pack
    law: date
    known: date | None
    chained: Chained

    def __init__(self, run: Run, pack: Pack, law: date, known: date | None, chained: Chained) -> None:
        own = self.__dict__
        own["run"], own["pack"], own["law"], own["known"], own["chained"] = run, pack, law, known, chained

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a decision cannot be changed: {name}")

    def __copy__(self) -> Decision:
        return self

    def __deepcopy__(self, memo: object) -> Decision:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a decision holds the compiled rules and cannot be pickled: send decision.to_json() or decision.record(), "
            "or the household and the pack, and decide there"
        )

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={outcome.status}" for name, outcome in self.outcomes.items())
        return f"Decision({self.pack.id!r}, on={self.on}, {shown})"

    @property
    def schema_version(self) -> str:
        """The version of the JSON form."""
        return SCHEMA_VERSION

    @property
    def on(self) -> date:
        """The date of the facts."""
        return self.run.on

    @property
    def household(self) -> Household:
        """The household that was decided; a `DecisionError` of a pack about something else."""
        if not self.pack.subject.is_household:
            found, hint = f"it is about the {self.pack.subject.name}, and no household", "Use decision.subject"
            raise DecisionError(Problem(found, "household", hint=hint))
        return cast("Household", self.run.household)

    @property
    def subject(self) -> Decided:
        """What was decided, as it was given: the household, or the other thing that the pack is about."""
        return cast("Decided", self.run.household)

    @property
    def pack_digest(self) -> str:
        """The digest of the rules with overlays, readings and parameters."""
        return self.pack.digest

    # What came of it

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The outcome of every programme that has conditions or pays, by its name."""
        return self._outcomes.by_programme

    @cached_property
    def payments(self) -> tuple[PaymentLine, ...]:
        """All payments, by payee."""
        lines = [line for outcome in self.outcomes.values() for line in outcome.lines]
        own = self.pack.subject.name
        return tuple(sorted(lines, key=lambda line: (line.payee != own, line.payee)))

    @cached_property
    def classifications(self) -> tuple[Classification, ...]:
        """The cases that classifications come to."""
        return self._tasks.classifications()

    @cached_property
    def entitlements(self) -> tuple[Entitlement, ...]:
        """Services and rights that are open, or may be."""
        return self._tasks.entitlements()

    @cached_property
    def referrals(self) -> tuple[Referral, ...]:
        """Hand-overs to be made, or that may have to be."""
        return self._tasks.referrals()

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """Steps of procedure, needed, waived or open."""
        return self._tasks.gates()

    @cached_property
    def procedures(self) -> tuple[Procedure, ...]:
        """Steps that are to be taken in their order, and at which of them the case stands."""
        return self._tasks.procedures()

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Deadlines that run or have run."""
        return self._tasks.deadlines()

    @cached_property
    def cadences(self) -> tuple[Cadence, ...]:
        """What recurs, with its next date."""
        return self._tasks.cadences()

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Lines that the agency, or the case, must keep."""
        return self._tasks.checks()

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """What families are told beside the outcomes, such as what they may do if they disagree."""
        return self._tasks.notices()

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """Inputs on which something open depends, what settles most first."""
        from aidrules.decision.missing import missing_inputs

        return missing_inputs(self._outcomes)

    @property
    def parameters_wanted(self) -> Mapping[str, tuple[str, ...]]:
        """The required parameters without a value that leave something open, with what; see `strict`."""
        from aidrules.decision.missing import parameters_wanted

        return parameters_wanted(self._outcomes)

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What may be a slip in the record: ids like those of the rules that are none of them, items listed twice."""
        from aidrules.decision.doubts import doubts_of

        return doubts_of(self._view)

    @cached_property
    def readings(self) -> tuple[ReadingUse, ...]:
        """The readings relied on, each with its alternatives."""
        return self._tracer.readings()

    @property
    def is_open(self) -> bool:
        """Whether an outcome, a payment, or a class that no open outcome has is still open."""
        return self.is_open_in(None)

    def is_open_in(self, programmes: Collection[str] | None) -> bool:
        """Whether something is still open of these programmes; None takes all."""
        from aidrules.decision.missing import open_classes

        names = self.outcomes if programmes is None else programmes
        if any(self.outcomes[name].is_open for name in names):
            return True
        rules = self.run.compiled.rules
        classes = (rules[point.name.partition("[")[0]].programme for point in open_classes(self._outcomes))
        return any(programmes is None or name in programmes for name in classes)

    def value(self, name: str) -> bool | Fraction | date | str | Bounds | None:
        """The value of a definition, such as `income_per_person` or, for an item, `aged[m1]`.

        Numbers are exact and in the definition's own unit, amounts in yuan and not in fen; the steps of
        `trace.values` name the unit. A number known only to lie between two is `aidrules.engine.Bounds`; what is
        unknown is None.

        Raises:
            KeyError: there is no such definition or item; the message names near ones.
            DecisionError: the name is no text.
        """
        from aidrules.decision.unnamed import no_item, no_value

        if not isinstance(name, str):
            raise DecisionError(Problem(f"found a {type(name).__name__}", "name", expected="the name of a value"))
        head, _, key = name.removesuffix("]").partition("[")
        definition = self.run.compiled.definitions.get(head)
        if definition is None:
            raise KeyError(no_value(head, self.pack, self.run.compiled))
        items = list(self._view.items(definition.owner) or ())
        for item in items:
            if self._view.key(item) == key:
                return self.run.value(head, *item.index)
        each = self._view.names.list_field(definition.owner).item if definition.owner else None
        raise KeyError(no_item(head, key, each, [self._view.key(item) for item in items]))

    # How it came about

    @cached_property
    def trace(self) -> Trace:
        """Every rule, value and parameter."""
        from aidrules.decision.document import trace_of

        return trace_of(self._tracer.text())

    @cached_property
    def chain(self) -> ChainTrace:
        """The conclusions in the order in which they were reached, and whether the second engine agrees."""
        owners = {name: definition.owner for name, definition in self.run.compiled.definitions.items()}
        return ChainTrace(
            self.chained.engine,
            tuple(self._with_item(name, owners[name], item) for name, item in self.chained.order),
            tuple(self._with_item(name, owners[name], item) for name, item in self.chained.differing),
        )

    def _with_item(self, name: str, owner: tuple[str, ...], index: tuple[int, ...]) -> str:
        from aidrules.decision.names import Item

        key = self._view.key(Item(owner, index[: len(owner)]))
        return f"{name}[{key}]" if key else name

    def explain(self, lang: Lang = "zh", programmes: Sequence[str] | None = None) -> str:
        """The decision as a letter, in Chinese (`zh`) or English (`en`).

        Args:
            lang: the language.
            programmes: tell of these only.

        Raises:
            DecisionError: there is no such programme or language.
        """
        from aidrules.decision.explain import explain

        return explain(self, lang, programmes)

    def why(self, programme: str, lang: Lang = "zh") -> str:
        """What a programme's outcome rests on, clause by clause.

        Raises:
            DecisionError: there is no such programme or language.
        """
        from aidrules.decision.explain import why

        return why(self, programme, lang)

    def why_not(self, programme: str, lang: Lang = "zh") -> str:
        """What stands against a programme: the conditions that fail or are open, and where the line lies.

        Raises:
            DecisionError: there is no such programme or language.
        """
        from aidrules.decision.explain import why_not

        return why_not(self, programme, lang)

    # Forms

    @cached_property
    def document(self) -> DecisionDocument:
        """The decision as one record with a stable form."""
        from aidrules.decision.document import document_of

        return document_of(self)

    def to_dict(self, *, trace: bool = True) -> dict[str, Any]:
        """The JSON form as Python values: amounts are decimal text, dates ISO text.

        Args:
            trace: whether the trace is in it; without it, `trace` is None and the rest is a few dozen kilobytes.
        """
        plain: dict[str, Any] = json.loads(self.to_json(trace=trace))
        return plain

    def to_json(self, indent: int | None = None, *, trace: bool = True) -> str:
        """The JSON form; amounts are decimal text, the order of fields is stable; see `to_dict`."""
        from aidrules.decision.document import document_text

        text = document_text(self, trace=trace)
        return text if indent is None else json.dumps(json.loads(text), ensure_ascii=False, indent=indent)

    @staticmethod
    def schema() -> dict[str, Any]:
        """The JSON Schema of `to_json`."""
        from aidrules.decision.document import json_schema

        return json_schema()

    def to_html(self, lang: Lang = "zh") -> str:
        """A self-contained HTML page.

        Raises:
            DecisionError: there is no such language.
        """
        from aidrules.decision.html import page

        return page(self, lang)

    def _repr_html_(self) -> str:
        from aidrules.decision.html import fragment

        return fragment(self, "zh")

    def record(self, *, confidential: bool = False) -> str:
        """The decision with all that it rests on, as canonical JSON with its own digest; see `verify`.

        Args:
            confidential: whether confidential inputs are written out; otherwise the record lists what was withheld.
        """
        from aidrules.decision.record import record_text

        return record_text(self, confidential=confidential)

    # Parts that are worked out once

    @cached_property
    def _view(self) -> View:
        from aidrules.decision.view import View

        return View(self.run.compiled, self.run)

    @cached_property
    def _tracer(self) -> Tracer:
        from aidrules.decision.trace import Tracer

        return Tracer(self._view)

    @cached_property
    def _outcomes(self) -> Outcomes:
        from aidrules.decision.outcomes import Outcomes

        return Outcomes(self._tracer)

    @cached_property
    def _tasks(self) -> Tasks:
        from aidrules.decision.tasks import Tasks

        return Tasks(self._tracer)
