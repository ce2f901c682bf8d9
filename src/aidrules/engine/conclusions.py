"""The second entry: what a programme concludes, chained forward once more from the settled conditions.

Statuses, entitlements, referrals and gates are definitions like all others and were evaluated exactly. Here the same
conclusions become production rules over the conditions that they rest on, and durable-rules chains them; that both
reach the same conclusions is checked at every decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from aidrules.engine.chain import Chain, ChainResult, ChainRule, Condition
from aidrules.engine.layout import item_vars
from aidrules.facts.schema import Path, Subject
from aidrules.language import core
from aidrules.language.core import Definition, Expr
from aidrules.language.recent import Recent

if TYPE_CHECKING:
    from aidrules.engine.compiled import Programme, Rule
    from aidrules.engine.program import Function
    from aidrules.engine.run import Run

Conjunctions = tuple[tuple[Condition, ...], ...]

MAX_ALTERNATIVES = 32
"""A conclusion with more ways to it is chained from fewer, larger conditions."""

_CONCLUDING = ("entitlement", "referral", "gate")
_chains: Recent[Chain] = Recent(64)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A definition that is chained, and the conditions and conclusions that its alternatives ask for."""

    name: str
    alternatives: Conjunctions
    sources: Mapping[str, core.Ref]


class Chained(NamedTuple):
    """The chain of one decision.

    Attributes:
        engine: durable, exact, or exact with the reason why durable-rules did not serve.
        results: for each list and item, what was concluded in which order.
        differing: conclusions on which the second entry differed, with their items; the exact result stands.
    """

    engine: str
    results: tuple[tuple[Path, tuple[int, ...], ChainResult], ...]
    differing: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def order(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The conclusions with their items, in the order in which they were reached."""
        return tuple((name, item) for _, item, result in self.results for name in result.fired)

    @property
    def agrees(self) -> bool:
        """Whether both entries reached the same conclusions."""
        return not self.differing


def chained_names(rules: Mapping[str, Rule], programmes: Iterable[Programme]) -> list[str]:
    """The definitions that are conclusions: statuses of programmes, entitlements, referrals and gates."""
    names = [f"{programme.id}.{result}" for programme in programmes for result in ("eligible", "phasing_out", "active")]
    names += [rule.roles["condition"] for rule in rules.values() if rule.kind in _CONCLUDING]
    return names


def read_together(definitions: Mapping[str, Definition], conclusions: Iterable[Conclusion]) -> dict[Path, list[str]]:
    """What the chain of each owner reads of every item: conditions and conclusions."""
    found: dict[Path, dict[str, None]] = {}
    for conclusion in conclusions:
        own = found.setdefault(definitions[conclusion.name].owner, {})
        own |= dict.fromkeys([conclusion.name, *(one.atom for way in conclusion.alternatives for one in way)])
    return {owner: list(names) for owner, names in found.items()}


def prepare(
    schema: Subject, definitions: Mapping[str, Definition], names: Iterable[str]
) -> tuple[dict[str, Definition], list[Conclusion]]:
    """Name the conditions on which conclusions rest.

    Returns:
        The definitions, with one more for each condition that had no name, and the conclusions.
    """
    made = dict(definitions)
    concluded = {name for name in names if name in made and not isinstance(made[name].expr, core.Const)}
    found: list[Conclusion] = []
    for name in sorted(concluded):
        splitter = _Splitter(schema, made, made[name], concluded)
        expr, alternatives = splitter.split()
        if len(alternatives) > MAX_ALTERNATIVES:
            continue
        made.update(splitter.made)
        made[name] = replace(made[name], expr=expr)
        found.append(Conclusion(name, alternatives, splitter.sources))
    return made, found


class _Splitter:
    """Takes a conclusion apart into alternatives over named conditions."""

    def __init__(
        self,
        schema: Subject,
        definitions: Mapping[str, Definition],
        definition: Definition,
        concluded: set[str],
    ) -> None:
        self._definition, self._definitions, self._concluded = definition, definitions, concluded
        self._own = list(item_vars(schema, definition.owner))[-1]
        self.made: dict[str, Definition] = {}
        self.sources: dict[str, core.Ref] = {}

    def split(self) -> tuple[Expr, Conjunctions]:
        expr = self._definition.expr
        for whole in (False, True):
            self.made, self.sources = {}, {}
            named = self._named(expr, whole)
            alternatives = self._alternatives(named, True)
            if len(alternatives) <= MAX_ALTERNATIVES:
                break
        return named, alternatives

    def _named(self, expr: Expr, whole: bool) -> Expr:
        """The expression with a name for every condition; with `whole`, one name for all that concludes nothing."""
        if isinstance(expr, core.Not):
            return core.Not(self._named(expr.inner, whole))
        if isinstance(expr, core.And | core.Or) and not (whole and not self._concludes(expr)):
            return type(expr)(tuple(self._named(item, whole) for item in expr.items))
        if isinstance(expr, core.Ref | core.Const):
            return expr
        name = f"{self._definition.name}.condition{len(self.made) + 1}"
        self.made[name] = Definition(name, self._definition.owner, expr, self._definition.label, hidden=True)
        return core.Ref(name, self._own, core.BOOL)

    def _concludes(self, expr: Expr) -> bool:
        return any(isinstance(part, core.Ref) and part.name in self._concluded for part in core.walk(expr))

    def _alternatives(self, expr: Expr, holds: bool) -> Conjunctions:
        """Disjunctive normal form of an expression or of its negation."""
        if isinstance(expr, core.Not):
            return self._alternatives(expr.inner, not holds)
        if isinstance(expr, core.Const):
            return ((),) if expr.value is holds else ()
        if isinstance(expr, core.Ref):
            self.sources[expr.name] = expr
            return ((Condition(expr.name, holds),),)
        assert isinstance(expr, core.And | core.Or)
        parts = [self._alternatives(item, holds) for item in expr.items]
        if isinstance(expr, core.Or) is holds:
            return tuple(dict.fromkeys(one for part in parts for one in part))
        joined: Conjunctions = ((),)
        for part in parts:
            joined = tuple(dict.fromkeys(tuple(dict.fromkeys((*left, *right))) for left in joined for right in part))
            if len(joined) > 4 * MAX_ALTERNATIVES:
                break
        return joined


class SecondEntry:
    """Chains the conclusions of one compiled pack and compares them with the exact ones.

    Args:
        definitions: of the compiled pack.
        conclusions: what is chained.
        digest: of the pack.
        remember: how many patterns of conditions each chain remembers; 0 lets the engine run every time.
    """

    def __init__(
        self,
        definitions: Mapping[str, Definition],
        conclusions: Iterable[Conclusion],
        digest: str,
        remember: int = 4096,
    ) -> None:
        self._definitions, self._digest, self._remember = definitions, digest, remember
        self._by_owner: dict[Path, list[Conclusion]] = {}
        for conclusion in conclusions:
            self._by_owner.setdefault(definitions[conclusion.name].owner, []).append(conclusion)
        self._links: dict[tuple[bool, str], tuple[_Link, ...]] = {}

    def run(self, run: Run, function: Function, engine: Literal["durable", "exact"]) -> Chained:
        """Chain the conclusions of a run of a generated function."""
        key = (run.three_valued, engine)
        links = self._links.get(key)
        if links is None:
            links = self._links[key] = tuple(
                _Link(self._definitions, owner, own, self._chain(own, engine), function)
                for owner, own in sorted(self._by_owner.items())
            )
        results: list[tuple[Path, tuple[int, ...], ChainResult]] = []
        differing: list[tuple[str, tuple[int, ...]]] = []
        used: str = engine if links else "exact"
        for link in links:
            for item in link.items(run.values):
                result, different = link.run(run.values, item)
                results.append((link.owner, item, result))
                differing.extend((name, item) for name in different)
                if result.engine != "durable":
                    used = result.engine
        return Chained(used, tuple(results), tuple(differing))

    def _chain(self, conclusions: list[Conclusion], engine: Literal["durable", "exact"]) -> Chain:
        """The chain of an owner; the same for packs that differ in figures only."""
        rules = tuple(ChainRule(conclusion.name, conclusion.alternatives) for conclusion in conclusions)
        return _chains.get(
            (rules, engine, self._remember), lambda: Chain(rules, self._digest, engine, remember=self._remember)
        )


class _Link:
    """One chain with the places of its conditions and conclusions in the values of a run."""

    def __init__(
        self,
        definitions: Mapping[str, Definition],
        owner: Path,
        conclusions: list[Conclusion],
        chain: Chain,
        function: Function,
    ) -> None:
        self.owner, self._chain = owner, chain
        self._names = tuple(conclusion.name for conclusion in conclusions)
        self._gather = _Gather(definitions, owner, (*chain.conditions, *self._names), function)
        self._stage = function.slots[self._names[0]].stage + 1
        self._compared: dict[tuple[Any, ...], tuple[ChainResult, tuple[str, ...]]] = {}

    def items(self, values: tuple[Any, ...]) -> Iterator[tuple[int, ...]]:
        """The positions of the items; none where their list is unknown."""
        return _positions(values[self._stage], len(self.owner)) if self.owner else iter([()])

    def run(self, values: tuple[Any, ...], item: tuple[int, ...]) -> tuple[ChainResult, tuple[str, ...]]:
        """Chain one item's conclusions; the names on which the entries differ."""
        taken = self._gather(values, item)
        return self._compared.get(taken) or self._compare(taken)

    def _compare(self, taken: tuple[Any, ...]) -> tuple[ChainResult, tuple[str, ...]]:
        """What the chain concludes, and where it differs from what was concluded; kept while the chain remembers."""
        both = self._gather.ordered(taken)
        conditions, exact = both[: -len(self._names)], both[-len(self._names) :]
        result = self._chain.run(conditions)
        different = {n for n, a, b in zip(self._names, exact, self._concluded(result), strict=True) if a is not b}
        found = result, tuple(sorted(different | (result.difference or frozenset())))
        if self._chain.remembers(conditions):
            if len(self._compared) >= self._chain.remember:
                self._compared.clear()
            self._compared[taken] = found
        return found

    def _concluded(self, result: ChainResult) -> tuple[bool | None, ...]:
        return tuple(
            True if name in result.certain else None if name in result.possible else False for name in self._names
        )


def _positions(rows: Any, depth: int) -> Iterator[tuple[int, ...]]:
    """The positions of all items in lists of lists."""
    for index, row in enumerate(rows or ()):
        if depth == 1:
            yield (index,)
        else:
            yield from ((index, *rest) for rest in _positions(row, depth - 1))


class _Gather:
    """Takes values of several definitions for one item, as they stand together in its rows; in order on demand."""

    def __init__(
        self, definitions: Mapping[str, Definition], owner: Path, names: tuple[str, ...], function: Function
    ) -> None:
        depths = {function.slots[n].stage + 1 if definitions[n].owner else 0: len(definitions[n].owner) for n in names}
        self._groups = tuple((stage, depth, function.gathers[owner, stage].place) for stage, depth in depths.items())
        self._order: list[tuple[int, int]] = []
        for name in names:
            stage = function.slots[name].stage + 1 if definitions[name].owner else 0
            self._order.append((list(depths).index(stage), function.gathers[owner, stage].places[name]))

    def __call__(self, values: tuple[Any, ...], item: tuple[int, ...]) -> tuple[tuple[Any, ...], ...]:
        taken = []
        for stage, depth, place in self._groups:
            row = values[stage]
            if depth:
                for index in item[:depth]:
                    row = row[index]
            taken.append(row[place])
        return tuple(taken)

    def ordered(self, taken: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
        """What was taken, in the order of the names."""
        return tuple(taken[group][place] for group, place in self._order)
