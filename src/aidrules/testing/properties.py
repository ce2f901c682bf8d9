"""What holds for every sensible pack, whatever its policy says: properties, each a test over households of the pack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from aidrules.decision.decide import decide
from aidrules.decision.figures import places
from aidrules.engine import Bounds, Result, Run
from aidrules.engine.results import paid_by
from aidrules.errors import DecisionError, Problem
from aidrules.facts.fact import CURRENCY
from aidrules.facts.schema import Subject
from aidrules.language.fields import near, one_of
from aidrules.language.units import decimal_text
from aidrules.testing.assertions import ExplainedError
from aidrules.testing.held import held
from aidrules.testing.promises import PROMISES, SENSIBLE, Breach, above_highest, broken, everyone, least, most
from aidrules.testing.strategies import Draw, households

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from aidrules.decision.figures import Lang
    from aidrules.engine import Compiled
    from aidrules.engine.compiled import Rule
    from aidrules.facts.decided import Decided
    from aidrules.language.core import Definition
    from aidrules.language.pack import Pack

_STEPS = tuple(Decimal(step) for step in (100, 10, 50, 250, 1000))
_RUNGS = 16
"""So many incomes of one household are compared, by steps of so much."""
_TOLD = 5
"""So many breaches are told."""
Facts = dict[str, Any]
Excuses = Mapping[str, str | Mapping[str, str]]
"""By property: why it does not hold at all; or, by programme, rule or definition, why it does not hold there."""


@dataclass(frozen=True)
class Tested:
    """What properties are tested on.

    Attributes:
        income: the facts that are income, by their paths without items.
        options: how households are drawn; see `households`.
    """

    pack: Pack
    on: date
    income: tuple[str, ...]
    options: Mapping[str, Any]

    @cached_property
    def compiled(self) -> Compiled:
        """The rules of the day."""
        return self.pack.on(self.on)

    @property
    def has_income(self) -> bool:
        """Whether rules read an income."""
        read = {".".join((*path, name)) for path, row in self.compiled.rows.items() for name in row.fields}
        return not read.isdisjoint(self.income)

    def rules(self, kind: str) -> Iterator[Rule]:
        """The rules of a kind."""
        return (rule for rule in self.compiled.rules.values() if rule.kind == kind)

    def households(self, name: str) -> SearchStrategy[Decided]:
        """Households for a property: all that rules read is known, unless it holds of any other too."""
        drawn = (households(self.pack, on=self.on, **{**each, **self.options}) for each in _DRAWN.get(name, ({},)))
        return st.one_of(*drawn)

    def run(self, household: Decided) -> Run:
        """Decide a household."""
        return self.compiled.run(household, self.on)

    def changed(self, facts: Facts) -> Decided:
        """A household from the plain values of another, some of them changed."""
        return self.pack.Subject.model_validate(facts)


Check = Callable[[Tested, "Decided", Draw], Iterator[Breach]]


def more_income_never_pays_more(tested: Tested, household: Decided, draw: Draw) -> Iterator[Breach]:
    """A programme that does not phase out pays no more because one income is higher, but for rounding line by line."""
    facts = household.model_dump()
    incomes = [each for each in held(tested.compiled.schema, facts) if each.path in tested.income and each.field]
    assume(incomes)
    # Counted round: the number that was drawn still names one when a failing household shrinks.
    income, step = incomes[draw(st.integers(0, 999)) % len(incomes)], draw(st.sampled_from(_STEPS))
    assert income.field is not None
    top = min(_RUNGS * step, Decimal(income.field.high or 0))
    ladder = sorted({each for each in (*(step * rung for rung in range(_RUNGS)), income.value) if each <= top})
    runs = []
    for amount in ladder:
        income.put(facts, amount)
        runs.append(tested.run(tested.changed(facts)))
    for (low, before), (high, after) in pairwise(zip(ladder, runs, strict=True)):
        for name, programme in tested.compiled.programmes.items():
            for item in before.items(programme.owner):
                if any(run.value(f"{name}.outcome", *item) in ("phasing_out", None) for run in (before, after)):
                    continue
                who = f" to {before.item_id(programme.owner, item)}" if item else ""
                for result in paid_by(tested.compiled, name).values():
                    then = most(before.value(f"{name}.{result}", *item))
                    now = least(after.value(f"{name}.{result}", *item))
                    if now > then and now > then + _rounding(tested.compiled, (before, after), name, item):
                        paid = (
                            f"{decimal_text(then)} where {income} is {low} and {decimal_text(now)} where it is {high}"
                        )
                        yield Breach(name, f"{name}.{result} pays{who} {paid}", _opened(before, after))


def _rounding(compiled: Compiled, runs: tuple[Run, Run], programme: str, item: tuple[int, ...]) -> Fraction:
    """By how much a sum may rise only because its lines are rounded each by itself: one line alone never does."""
    paying = [rule for name in compiled.programmes[programme].rules if (rule := compiled.rules[name]).pays]
    lines = {
        (rule.id, one)
        for run in runs
        for rule in paying
        for one in run.items(rule.owner)
        if one[: len(item)] == item and most(run.value(rule.roles["amount"], *one)) != 0
    }
    return Fraction(max(0, len(lines) - 1), 10 ** places(compiled.pack.currency or CURRENCY))


def _opened(before: Run, after: Run) -> tuple[str, ...]:
    """The alternatives that hold in one run and did not in the other."""
    names = (part.definition for parts in before.compiled.parts.values() for part in parts)
    return tuple(
        name
        for name in names
        if dict(everyone(before, name)) != dict(everyone(after, name))
        and any(value is True for _, value in everyone(after, name))
    )


def nobody_excluded_is_paid(tested: Tested, household: Decided, _: Draw) -> Iterator[Breach]:
    """Where an item of an exclusion list stands, its programme pays nothing."""
    run = tested.run(household)
    for rule in tested.rules("exclusion"):
        for item, stands in everyone(run, rule.roles["condition"]):
            for result in paid_by(tested.compiled, rule.programme).values() if stands else ():
                paid = least(run.value(f"{rule.programme}.{result}", *item))
                if paid > 0:
                    found = f"{rule.programme}.{result} is {decimal_text(paid)} although {rule.id} stands against it"
                    yield Breach(rule.id, found)


def no_supplement_above_its_highest_rate(tested: Tested, household: Decided, _: Draw) -> Iterator[Breach]:
    """A supplement is at most what the dearest grade comes to that the person is in."""
    run = tested.run(household)
    for rule in tested.rules("supplement"):
        yield from (Breach(rule.id, line) for line in above_highest(run, rule))


def rules_keep_what_their_kinds_promise(tested: Tested, household: Decided, _: Draw) -> Iterator[Breach]:
    """No amount is negative or finer than its rounding, no deduction above what is claimed, and so on, kind by kind."""
    yield from broken(tested.run(household), PROMISES, SENSIBLE)


def order_changes_nothing(tested: Tested, household: Decided, draw: Draw) -> Iterator[Breach]:
    """The order in which members and their papers are listed changes no value."""
    shuffled = draw(st.booleans())
    facts = _reordered(household.model_dump(), tested.compiled.schema, draw if shuffled else None)
    reordered = tested.changed(facts)
    one, other = tested.run(household), tested.run(reordered)
    # How papers of one day share a cap goes by that order, as the language says; what they get together does not.
    sharing = [rule for rule in tested.compiled.rules.values() if "earlier_items" in rule.roles]
    by_place = {name for rule in sharing if rule.owner != ("members",) for name in (rule.id, *rule.roles.values())}
    for definition in tested.compiled.definitions.values():
        if definition.name in by_place:
            continue
        before, after = (_by_member(run, definition) for run in (one, other))
        if before != after:
            yield Breach(definition.name, f"{definition.name} is {before} in one order and {after} in another")


def filling_in_contradicts_nothing(tested: Tested, household: Decided, draw: Draw) -> Iterator[Breach]:
    """What is settled while facts are unknown stays as it is once they are known, whatever they are."""
    facts = household.model_dump()
    # A finding that counts as something where nobody made it is not unknown then: the facts would be others.
    settled = {name for name, entry in tested.pack.findings.items() if entry.model.if_absent != "unknown"}
    known = [
        each for each in held(tested.compiled.schema, facts) if not each.field or each.field.finding not in settled
    ]
    forgotten = draw(st.lists(st.sampled_from(known), unique_by=str, max_size=len(known)))
    for each in sorted(forgotten, key=lambda each: -len(each.steps)):
        each.put(facts, None)
    before, after = tested.run(tested.changed(facts)), tested.run(household)
    for name in tested.compiled.definitions:
        for item, found in everyone(before, name):
            later = after.value(name, *item)
            if not _leaves_open(found, later):
                yield Breach(name, f"{name} is {found} while {forgotten} are unknown, and {later} once they are known")


def facts_read_back_the_same(tested: Tested, household: Decided, _: Draw) -> Iterator[Breach]:
    """A household written as JSON and read back is the same to the smallest unit of money, and decided the same."""
    text = household.model_dump_json()
    # Its own class: packs of the same content have one each, and those of two classes are never equal.
    again = type(household).model_validate_json(text)
    if again != household or again.model_dump_json() != text:
        yield Breach("household", f"{text} reads back as {again.model_dump_json()}")
    one, other = tested.run(household), tested.run(again)
    for name in tested.compiled.definitions:
        if list(everyone(one, name)) != list(everyone(other, name)):
            yield Breach(name, f"{name} is decided otherwise once the household was written and read")


CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        more_income_never_pays_more,
        nobody_excluded_is_paid,
        no_supplement_above_its_highest_rate,
        rules_keep_what_their_kinds_promise,
        order_changes_nothing,
        filling_in_contradicts_nothing,
        facts_read_back_the_same,
    )
}
"""Every property by its name."""


_DRAWN: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "order_changes_nothing": ({}, {"known": 0.9}),
    "facts_read_back_the_same": ({"everything": True}, {"everything": True, "known": 0.8}),
}
"""Of which households a property holds, where these are others than those about which all is known."""


@dataclass(frozen=True)
class Property:
    """One property of one pack: call it to test it.

    Attributes:
        name: such as `more_income_never_pays_more`.
        excused: why it does not hold for some rules or programmes, or, under `""`, at all.
    """

    name: str
    tested: Tested
    excused: Mapping[str, str]
    lang: Lang

    def __repr__(self) -> str:
        return f"{self.name}({self.tested.pack.id}, on={self.tested.on})"

    @property
    def says(self) -> str:
        """What holds, as a sentence."""
        return (CHECKS[self.name].__doc__ or "").strip()

    def __call__(self) -> None:
        """Test it with Hypothesis, by the profile that is loaded.

        Raises:
            ExplainedError: it does not hold; an `AssertionError`.
        """

        # The first household waits for the pack to be compiled; which lines of the library ran explains no pack.
        phases = [each for each in settings().phases if each is not Phase.explain]

        @settings(deadline=None, suppress_health_check=list(HealthCheck), phases=phases)
        @given(household=self.tested.households(self.name), data=st.data())
        def test(household: Decided, data: st.DataObject) -> None:
            self.check(household, data.draw)

        test()

    @staticmethod
    def _excuses(name: str, breach: Breach) -> bool:
        return breach.subject == name or breach.subject.startswith(f"{name}.") or name in breach.through

    def check(self, household: Decided, draw: Draw) -> None:
        """Fail if it does not hold for a household; `draw` draws what the property changes about it."""
        found = [
            breach
            for breach in CHECKS[self.name](self.tested, household, draw)
            if not any(self._excuses(name, breach) for name in self.excused)
        ]
        if found:
            decision = decide(household, self.tested.pack, on=self.tested.on, chain="exact")
            heads = dict.fromkeys(breach.subject.partition(".")[0] for breach in found)
            lines = (self.says, *(breach.found for breach in found[:_TOLD]))
            programmes = [head for head in heads if head in self.tested.compiled.programmes]
            raise ExplainedError(lines, decision, programmes, self.lang)


def all_of(
    pack: Pack,
    *,
    on: date,
    excused: Excuses | None = None,
    income: Sequence[str] = ("members.incomes.amount",),
    lang: Lang = "zh",
    **options: Any,
) -> tuple[Property, ...]:
    """Every property of a pack, each to be called.

    Args:
        pack: the rules, with the values that they need.
        on: the date of the facts, and of the law.
        excused: where a property is known not to hold, and why: the clause, say. By property, either a text, or texts
            by programme, rule or definition; what lies below a name is excused with it. An alternative, such as
            `emergency_cause.uninsured_jobless`, excuses what is paid more where it comes to hold with more income.
        income: the facts that are income, by their paths without items. Where rules read none of them, nothing is said
            of income.
        lang: the language of letters where a property fails.
        options: how households are drawn, see `households`.

    Raises:
        DecisionError: an excuse for what there is not, or without a reason.
    """
    tested = Tested(pack, on, tuple(income), options)
    given_ = {name: {"": why} if isinstance(why, str) else dict(why) for name, why in (excused or {}).items()}
    _check_excuses(given_, tested.compiled)
    names = [name for name in CHECKS if tested.has_income or name != more_income_never_pays_more.__name__]
    return tuple(Property(name, tested, given_.get(name, {}), lang) for name in names)


def suite(pack: Pack, *, on: date, **options: Any) -> Callable[..., None]:
    """The properties of a pack as tests of pytest, one for each: `test_pack = properties.suite(pack, on=day)`.

    A property that is excused as a whole is skipped, with its reason. Arguments as for `all_of`.
    """
    import pytest

    found = all_of(pack, on=on, **options)
    skipped = {each.name: each.excused[""] for each in found if "" in each.excused}
    marked = [
        pytest.param(each, id=each.name, marks=[pytest.mark.skip(skipped[each.name])] if each.name in skipped else [])
        for each in found
    ]

    @pytest.mark.parametrize("holds", marked)
    def test(holds: Property) -> None:
        holds()

    return test


def _check_excuses(excused: Mapping[str, Mapping[str, str]], compiled: Compiled) -> None:
    """Fail if an excuse is for what there is not, or gives no reason."""
    names = {*compiled.programmes, *compiled.rules, *compiled.definitions, "household", ""}
    problems = []
    for name, reasons in excused.items():
        if name not in CHECKS:
            problems.append(
                Problem(f"there is no property {name!r}", "excused", None, one_of(CHECKS), near(name, CHECKS))
            )
        for subject, reason in reasons.items():
            if subject not in names:
                expected = "a programme, rule or definition"
                problems.append(
                    Problem(f"nothing is called {subject!r}", "excused", name, expected, near(subject, names))
                )
            if not reason.strip():
                problems.append(Problem(f"no reason for {subject!r}", "excused", name, "a sentence that says why"))
    if problems:
        raise DecisionError(problems)


def _reordered(facts: Facts, subject: Subject, draw: Draw | None) -> Facts:
    """The facts with their lists, and those of their items, in another order; without `draw`, the other way round."""
    made = dict(facts)
    for name, listed in subject.lists.items():
        if made.get(name):
            items = [_reordered(item, listed.subject, draw) for item in made[name]]
            made[name] = draw(st.permutations(items)) if draw is not None and len(items) > 1 else items[::-1]
    return made


def _by_member(run: Run, definition: Definition) -> list[str]:
    """A value, where it is said of members by their ids; of their papers without regard to the order."""
    said_of_members = definition.owner[:1] == ("members",)
    found = everyone(run, definition.name)
    return sorted(
        f"{run.item_id(('members',), item[:1])}: {value}" if said_of_members else str(value) for item, value in found
    )


def _leaves_open(found: Result, later: Result) -> bool:
    """Whether something that is known in part allows for what it is later."""
    if isinstance(found, Bounds):
        low, high = (later.low, later.high) if isinstance(later, Bounds) else (later, later)
        return isinstance(low, Fraction) and isinstance(high, Fraction) and found.low <= low <= high <= found.high
    return found is None or found == later
