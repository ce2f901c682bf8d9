"""Checks of conditions: what can never hold, or always does; what another covers; what only the order decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from aidrules.errors import Place
from aidrules.language import core, tree
from aidrules.language.core import Expr
from aidrules.language.entries import Entry
from aidrules.language.fields import Label
from aidrules.language.units import decimal_text
from aidrules.lint.check import Hit, check
from aidrules.lint.linted import Linted
from aidrules.lint.logic import Logic, Stretch

if TYPE_CHECKING:
    from aidrules.engine import Compiled

_OWN = ("each", "condition", "applies", "trigger")
"""The roles of the definition that holds a rule's own condition, the nearest to the text first."""
_WRITTEN = ("when", "any_of", "all_of", "items", "needed_when", "value")
_ALTERNATIVES = ("any_of", "also", "items")
_LONG = 4
"""Of how many parts an expression must be for its being written twice to matter."""


@dataclass(frozen=True, slots=True)
class _Condition:
    """A condition of a rule, definition or part, with where it stands."""

    name: str
    place: Place
    expr: Expr
    entry: Entry
    node: tree.Node


def _conditions(linted: Linted, compiled: Compiled) -> Iterator[_Condition]:
    """The conditions that the files state, as they are lowered on a day."""
    for entry in linted.entries.values():
        rule = compiled.rules.get(entry.id)
        names = [rule.roles[role] for role in _OWN if role in rule.roles][:1] if rule else [entry.id]
        for name in names:
            found = compiled.definitions.get(name)
            if found is not None and found.type == core.BOOL:
                yield _Condition(entry.id, linted.place(entry), found.expr, entry, entry.node)
    for part in linted.parts():
        found = compiled.definitions.get(part.id)
        if found is not None and found.type == core.BOOL:
            yield _Condition(part.id, part.place, found.expr, part.entry, part.node)


def _deliberate(condition: _Condition) -> bool:
    """Whether a constant is what the author wrote, or what an option of a shared reading makes of it."""
    silent = {"otherwise", "remainder", "zh", "en"}
    texts = [
        item.value for path, item in tree.walk(condition.node) if isinstance(item, tree.Text) and not silent & {*path}
    ]
    return any(text.strip() in ("true", "false") or "reading." in text for text in texts)


_Search = Callable[[Linted, "Compiled", Logic], Iterator[Hit]]


def _on_every_day(linted: Linted, search: _Search) -> Iterator[Hit]:
    """What is found on each of the days on which the thing found is in force."""
    hits: dict[tuple[str, str], Hit] = {}
    found_on: dict[tuple[str, str], int] = {}
    there_on: dict[str, int] = {}
    for compiled in linted.compiled():
        for name in compiled.definitions:
            there_on[name] = there_on.get(name, 0) + 1
        today = {(hit.name, str(hit.said.get("other"))): hit for hit in search(linted, compiled, Logic(compiled))}
        for key, hit in today.items():
            hits.setdefault(key, hit)
            found_on[key] = found_on.get(key, 0) + 1
    for key, hit in hits.items():
        if found_on[key] >= there_on.get(hit.name, 1):
            yield hit


@check(
    "L301",
    "error",
    ("{name} 永远不会成立：条件自相矛盾", "{name} can never hold: its conditions contradict each other"),
    ("检查各项比较和顺序；前面的情形可能已经包括它", "Look at the comparisons; an earlier case may cover it already"),
)
def never(linted: Linted) -> Iterator[Hit]:
    """Find rules, definitions and parts that nothing can fulfil, and cases to which earlier ones leave nothing."""
    return _on_every_day(linted, _never)


def _never(linted: Linted, compiled: Compiled, logic: Logic) -> Iterator[Hit]:
    for condition in _conditions(linted, compiled):
        if not _deliberate(condition) and not logic.possible(condition.expr):
            yield Hit(condition.place, condition.name)
    for _, cases in _case_lists(linted, compiled, "first"):
        for number, case in enumerate(cases[1:], 1):
            earlier = [core.Not(one.expr) for one in cases[:number]]
            if not _deliberate(case) and not logic.possible(case.expr, *earlier):
                yield Hit(case.place, case.name)


def _case_lists(
    linted: Linted, compiled: Compiled, select: str, *, definitions: bool = True
) -> Iterator[tuple[Entry, list[_Condition]]]:
    """The cases of each rule or definition of which the first, or exactly one, counts; without the remainder."""
    by_entry: dict[str, list[_Condition]] = {}
    for part in linted.parts("cases"):
        rule = compiled.rules.get(part.entry.id)
        chosen = "first" if rule is None else rule.details.get("select")
        found = compiled.definitions.get(part.id)
        if chosen != select or found is None or (rule is None and not definitions):
            continue
        if isinstance(part.node, tree.Mapping) and part.node.items.keys() & {"otherwise", "remainder"}:
            continue
        condition = _Condition(part.id, part.place, found.expr, part.entry, part.node)
        by_entry.setdefault(part.entry.id, []).append(condition)
    for cases in by_entry.values():
        yield cases[0].entry, cases


@check(
    "L302",
    "warning",
    ("{name} 总是成立：条件不起作用", "{name} always holds: its condition decides nothing"),
    ("检查各项比较；不需要条件的，删去 when:", "Look at the comparisons; where no condition is meant, leave when: out"),
)
def always(linted: Linted) -> Iterator[Hit]:
    """Find conditions that everybody fulfils."""
    return _on_every_day(linted, _always)


def _always(linted: Linted, compiled: Compiled, logic: Logic) -> Iterator[Hit]:
    for condition in _conditions(linted, compiled):
        node = condition.node
        written = not isinstance(node, tree.Mapping) or bool(node.items.keys() & set(_WRITTEN))
        if written and not _deliberate(condition) and logic.certain(condition.expr):
            yield Hit(condition.place, condition.name)


@check(
    "L303",
    "warning",
    (
        "{name} 成立时 {other} 总是成立，这一项不起作用",
        "where {name} holds, {other} always does, so that it decides nothing",
    ),
    (
        "检查两项条件；条文分别列出的，在 lint: 写明理由",
        "Look at both; where the text lists both, say so under lint: of the file",
    ),
)
def covered(linted: Linted) -> Iterator[Hit]:
    """Find exclusions and alternatives that another of the same list, or programme, covers."""
    return _on_every_day(linted, _covered)


def _covered(linted: Linted, compiled: Compiled, logic: Logic) -> Iterator[Hit]:
    for listed in _alternatives(linted, compiled):
        done: set[str] = set()
        for one, other in permutations(listed, 2):
            if one.name in done or other.name in done or one.place.file not in linted.files:
                continue
            if _deliberate(one) or _deliberate(other) or not logic.possible(one.expr):
                continue
            if logic.implies(one.expr, other.expr):
                done.add(one.name)
                yield Hit(one.place, one.name, {"other": other.name})


def _alternatives(linted: Linted, compiled: Compiled) -> Iterator[Sequence[_Condition]]:
    """Lists of conditions of which any decides: the alternatives of a rule, the exclusions of a programme."""
    for entry in linted.entries.values():
        for key in _ALTERNATIVES:
            node = entry.node.mapping(key)
            names = list(node.items) if node is not None else []
            found = [(name, compiled.definitions.get(f"{entry.id}.{name}")) for name in names]
            if node is not None:
                yield [
                    _Condition(made.name, node.key_place(name), made.expr, entry, node.items[name])
                    for name, made in found
                    if made is not None and made.type == core.BOOL
                ]
    for programme in compiled.programmes.values():
        rules = [compiled.rules[name] for name in programme.rules if compiled.rules[name].kind == "exclusion"]
        listed = linted.pack.programmes[programme.id].rules
        yield [
            _Condition(rule.id, linted.place(entry), made.expr, entry, entry.node)
            for rule in rules
            for entry in [listed[rule.id.rpartition(".")[2]]]
            for made in [compiled.definitions[rule.roles["condition"]]]
        ]


@check(
    "L304",
    "warning",
    (
        "{name} 与 {other} 可以同时成立，分类将不唯一",
        "{name} and {other} can hold together, so that no one class is found",
    ),
    ("划清界限，或者写 select: first", "Draw the line between them, or write select: first"),
)
def overlapping(linted: Linted) -> Iterator[Hit]:
    """Find classes of which more than one may hold where exactly one should."""
    return _on_every_day(linted, partial(_together, "one"))


@check(
    "L305",
    "information",
    ("{name} 与 {other} 可以同时成立，由先后次序决定", "{name} and {other} can hold together; their order decides"),
    ("核对次序是否与条文一致", "See that the order is that of the text"),
)
def ordered(linted: Linted) -> Iterator[Hit]:
    """Find pairs of cases that only their order decides."""
    return _on_every_day(linted, partial(_together, "first"))


def _together(select: str, linted: Linted, compiled: Compiled, logic: Logic) -> Iterator[Hit]:
    for _, cases in _case_lists(linted, compiled, select, definitions=False):
        for one, other in combinations(cases, 2):
            if logic.possible(one.expr, other.expr):
                yield Hit(other.place, other.name, {"other": one.name})


@check(
    "L306",
    "warning",
    ("{name} 的各种情形之间有空档：{gap}", "the cases of {name} leave a gap: {gap}"),
    ("把空档归入其中一种情形，或者增加一种", "Let one of the cases take it in, or add a case"),
)
def gapped(linted: Linted) -> Iterator[Hit]:
    """Find classes by a number that leave a stretch between them to none."""
    return _on_every_day(linted, _gapped)


def _gapped(linted: Linted, compiled: Compiled, logic: Logic) -> Iterator[Hit]:
    for select in ("one", "first"):
        for entry, cases in _case_lists(linted, compiled, select):
            node = entry.node.mapping("cases")
            closed = len(cases) < len(node.items if node is not None else ())
            gap = None if closed else _gap([_stretch(logic, case.expr) for case in cases])
            if gap is not None:
                yield Hit(cases[0].place, entry.id, {"gap": gap})


def _stretch(logic: Logic, expr: Expr) -> tuple[object, Stretch] | None:
    """The stretch of one number to which a condition comes; None where it says anything else."""
    parts = expr.items if isinstance(expr, core.And) else (expr,)
    form: object = None
    stretch = Stretch()
    for part in parts:
        boundary = logic.boundary(part) if isinstance(part, core.Compare) else None
        if boundary is None or boundary.sign in ("==", "!=") or form not in (None, boundary.form):
            return None
        form = boundary.form
        included = "=" in boundary.sign
        above = boundary.sign.startswith(">")
        stretch = stretch.above(boundary.number, included) if above else stretch.below(boundary.number, included)
    return (form, stretch) if form is not None else None


def _gap(found: Sequence[tuple[object, Stretch] | None]) -> Label | None:
    """What lies between stretches of the same number and on none of them, in words."""
    known = [one for one in found if one is not None]
    if len(known) < 2 or len(known) < len(found) or len({form for form, _ in known}) > 1:
        return None
    stretches = sorted((stretch for _, stretch in known), key=lambda one: (one.low is not None, one.low or 0))
    end = stretches[0]
    for following in stretches[1:]:
        if end.high is None or following.low is None:
            return None
        low, high = decimal_text(end.high), decimal_text(following.low)
        if following.low > end.high:
            return Label(f"{low} 与 {high} 之间", f"between {low} and {high}")
        if following.low == end.high and not end.high_in and not following.low_in:
            return Label(f"恰为 {low}", f"exactly {low}")
        if following.high is None or following.high > end.high:
            end = following
    return None


@check(
    "L307",
    "warning",
    ("{name} 与 {other} 的表达式相同", "{name} says the same as {other}"),
    ("改用前一个名称，避免两处日后不一致", "Use the one name, so that the two cannot come apart"),
)
def repeated(linted: Linted) -> Iterator[Hit]:
    """Find definitions and conditions that repeat what a definition says already."""
    return _on_every_day(linted, _repeated)


def _repeated(linted: Linted, compiled: Compiled, _: Logic) -> Iterator[Hit]:
    known: dict[tuple[object, Expr], str] = {}
    for name in compiled.stated:
        made = compiled.definitions.get(name)
        if made is not None and sum(1 for _ in core.walk(made.expr)) >= _LONG:
            first = known.setdefault((made.owner, _in_full(compiled, made.expr)), name)
            if first != name and name in linted.entries:
                yield Hit(linted.place(linted.entries[name]), name, {"other": first})
    for condition in _conditions(linted, compiled):
        made = compiled.definitions.get(condition.name)
        first = condition.name
        if made is not None:
            first = known.get((made.owner, _in_full(compiled, condition.expr)), condition.name)
        if first not in (condition.name, condition.entry.id):
            yield Hit(condition.place, condition.name, {"other": first})


@check(
    "L308",
    "error",
    ("{name} 在规则包施行期间从不有效", "{name} is in force on no day on which its pack is"),
    ("改正 in_force:，或者删去", "Correct in_force:, or take it out"),
)
def never_in_force(linted: Linted) -> Iterator[Hit]:
    """Find rules and definitions whose dates lie outside those of the pack."""
    pack = linted.pack.in_force
    for entry in linted.entries.values():
        own = entry.in_force
        before = own.until is not None and pack.start is not None and own.until < pack.start
        after = own.start is not None and pack.until is not None and own.start > pack.until
        if before or after:
            yield Hit(linted.place(entry), entry.id)


def _in_full(compiled: Compiled, expr: Expr) -> Expr:
    """An expression with its unnamed steps written out, which the compiler names after what they are steps of."""
    if isinstance(expr, core.Ref) and (step := compiled.definitions.get(expr.name)) is not None and step.hidden:
        return _in_full(compiled, step.expr)
    return core.rebuild(expr, lambda inner: _in_full(compiled, inner))


CHECKS = (never, always, covered, overlapping, ordered, gapped, repeated, never_in_force)
