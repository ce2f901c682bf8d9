"""Where a compiled pack draws lines: every comparison, choice and list, each once, with the rules that read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeGuard

from aidrules.decision.names import Bindings, Item, list_of
from aidrules.engine.divisors import is_divisor
from aidrules.engine.layout import item_vars
from aidrules.language import build, core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.view import View
    from aidrules.engine import Compiled
    from aidrules.facts.schema import Path
    from aidrules.testing.boundaries.boundary import Form


@dataclass(frozen=True, slots=True)
class Site:
    """A place at which households part.

    Attributes:
        definition: in which it stands.
        owner: the list for whose items the definition is computed.
        around: the lists that are run through around it, outermost first.
        form: a line between two sides, options of one value, or the items of a list that count.
        expr: the comparison; what has options; the number of items that count.
        tests: the comparisons that stand for it in the definition; a limit has none there but is compared all the same.
        rules: the rules that read it.
    """

    definition: str
    owner: Path
    around: tuple[core.Agg, ...]
    form: Form
    expr: Expr
    tests: tuple[Expr, ...]
    rules: tuple[str, ...]

    @property
    def sides(self) -> tuple[Expr, ...]:
        """Both sides of a line; of others the one value that has options or is counted."""
        if self.form == "line" and isinstance(self.expr, core.Compare):
            return self.expr.left, self.expr.right
        return (self.expr,)

    def bindings(self, view: View) -> Iterator[Bindings]:
        """What its variables stand for in a household: every item that it can be about."""
        for item in view.items(self.owner) or ():
            yield from self._inside(view, view.names.bindings(item), self.around)

    def _inside(self, view: View, bound: Bindings, around: tuple[core.Agg, ...]) -> Iterator[Bindings]:
        if not around:
            yield bound
            return
        for item in view.items(list_of(around[0]), bound[around[0].source.var]) or ():
            yield from self._inside(view, {**bound, around[0].var: item}, around[1:])


def sites(compiled: Compiled) -> list[Site]:
    """Every site once, under the first rule of the pack that reads it; what stands in the rule itself comes last."""
    readers = _Readers(compiled)
    found: list[Site] = []
    for definition in compiled.definitions.values():
        here: dict[object, Site] = {}
        for site in _in(definition, readers.of(definition.name)):
            key = site.form, site.expr, site.around
            tests = (*here[key].tests, *site.tests) if key in here else site.tests
            here[key] = replace(site, tests=tuple(dict.fromkeys(tests)))
        found.extend(here.values())
    return sorted(found, key=readers.place)


def _in(definition: core.Definition, rules: tuple[str, ...]) -> Iterator[Site]:
    """The sites of one definition."""
    parts = list(_walk(definition.expr, ()))
    lines = {side for part, _ in parts if _is_line(part) for side in (part.left, part.right)}
    for part, around in parts:
        # What keeps a divisor from zero is no line of a text.
        made = None if isinstance(part, core.Extreme) and is_divisor(definition) else _made(part, lines)
        if made is not None:
            form, expr = made
            test = expr if isinstance(part, core.Extreme) else part
            yield Site(definition.name, definition.owner, around, form, expr, (test,), rules)


def _made(part: Expr, lines: set[Expr]) -> tuple[Form, Expr] | None:
    match part:
        case core.Compare() if _is_line(part):
            return "line", part
        case core.Compare():
            turned = isinstance(part.left, core.Const) and not isinstance(part.right, core.Const)
            plain = isinstance(part.right, core.Const)
            return "options", part.right if turned else part.left if plain else part
        case core.In():
            return "options", part.item
        case core.Extreme() if part.which == "min" and len(part.args) == 2:
            return "line", core.Compare("<=", *part.args)
        case core.Extreme() if len(part.args) == 2 and not any(map(build.is_zero, part.args)):
            # Nor is that nothing falls below zero.
            return "line", core.Compare(">=", *part.args)
        case core.Fact() if part.type.name == "bool":
            return "options", part
        case core.IsNone() if part.inner not in lines:
            return "options", part
        case core.Agg():
            return "items", core.Agg("count", part.var, part.source, _counts(part), None, None, core.NUMBER)
    return None


def _counts(part: core.Agg) -> Expr | None:
    """Which items an aggregate turns on."""
    where, body = part.where or core.TRUE, part.body or core.TRUE
    if part.function == "any":
        where = core.conjunction(where, body)
    elif part.function == "all":
        where = core.conjunction(where, core.negation(body))
    return None if where == core.TRUE else where


def _is_line(part: Expr) -> TypeGuard[core.Compare]:
    return isinstance(part, core.Compare) and part.left.type.name in ("number", "date")


def _walk(expr: Expr, around: tuple[core.Agg, ...]) -> Iterator[tuple[Expr, tuple[core.Agg, ...]]]:
    """Every part of an expression with the lists that are run through around it."""
    yield expr, around
    inner = (*around, expr) if isinstance(expr, core.Agg) else around
    for child in core.children(expr):
        yield from _walk(child, around if isinstance(expr, core.Agg) and child is expr.default else inner)


class _Readers:
    """Which rules read a definition, be it through other definitions."""

    def __init__(self, compiled: Compiled) -> None:
        self._rules = compiled.rules
        self._direct: dict[str, list[str]] = {}
        for definition in compiled.definitions.values():
            for part in core.walk(definition.expr):
                if isinstance(part, core.Ref):
                    self._direct.setdefault(part.name, []).append(definition.name)
        listed = (name for programme in compiled.programmes.values() for name in programme.rules)
        self._order = {name: place for place, name in enumerate(listed)}

    def place(self, site: Site) -> tuple[int, bool]:
        """Where a site is listed: those that no rule reads come last."""
        if not site.rules:
            return len(self._order), False
        return self._order[site.rules[0]], self._rule(site.definition) is not None

    def _rule(self, name: str) -> str | None:
        """The rule that a definition is a part of."""
        while name:
            if name in self._rules:
                return name
            name = name.rpartition(".")[0]
        return None

    def of(self, name: str) -> tuple[str, ...]:
        """The rules, in the order of the pack."""
        waiting, seen, found = [name], set[str](), set[str]()
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            rule = self._rule(here)
            if rule is not None:
                found.add(rule)
            else:
                waiting.extend(self._direct.get(here, ()))
        return tuple(sorted(found, key=self._order.__getitem__))


def item_of(site: Site, bound: Bindings, view: View) -> Item:
    """The item for which the definition is computed."""
    own = list(item_vars(view.compiled.schema, site.owner))[-1]
    return bound[own]


def settled_both_ways(site: Site, definition: core.Expr) -> tuple[core.Expr, ...] | None:
    """A site's definition with each of its comparisons true, and false; None where one is no part of it."""
    within = set(core.walk(definition))
    if not all(test.type.name == "bool" and test in within for test in site.tests):
        return None
    return tuple(_replaced(definition, test, value) for test in site.tests for value in (core.TRUE, core.FALSE))


def _replaced(expr: core.Expr, old: core.Expr, new: core.Expr) -> core.Expr:
    return new if expr == old else core.rebuild(expr, lambda inner: _replaced(inner, old, new))
