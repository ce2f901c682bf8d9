"""What things of a compiled pack are called for readers, and what of it is confidential: the same for every run."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

from aidrules.engine.layout import item_vars
from aidrules.errors import Problem
from aidrules.facts.schema import subject_at
from aidrules.kinds import check
from aidrules.kinds.steps import STATES
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.fields import Label
from aidrules.language.units import Unit

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.engine.compiled import Programme, Rule
    from aidrules.facts.schema import ListField, Subject
    from aidrules.kinds.steps import Taken

Index = tuple[int, ...]


STAGES = frozenset({"deduction", "imputation"})
"""Kinds of rules that come to a figure of the reckoning, not to something that is decided."""

PAYING = frozenset({"top_up", "amount", "supplement", "phase_out"})
"""Kinds of rules that pay."""

CLASSES = frozenset({"classification", "risk_elimination"})
"""Kinds of rules that come to a class."""

_SETTLING = frozenset({"eligibility", "exclusion", "phase_out"})

_OPENED = ("claimed", "value", "applies", "waived", "extended", "counted_from", "done", "trigger", "cancelled")
"""Roles of inner steps that stand for their formula."""

_STEPS: Mapping[str, Label] = {
    "due": Label("“{}”的期限", "deadline of “{}”"),
    "start": Label("渐退期首日", "first day of the phase-out"),
    "months": Label("渐退期月数", "months of the phase-out"),
    "end": Label("渐退期末日", "last day of the phase-out"),
    "earlier_items": Label("在先各项占用的额度", "what the items before it take"),
    "paid_before": Label("此前已付金额", "what was paid before"),
}
"""What inner steps are called that have a name of their own, with the name of the rule in its place."""

NO_CASE: Mapping[str, Label] = {"none": Label("无", "none"), "ambiguous": Label("同时属于几类", "several at once")}
"""What a classification is called that comes to no case, or to more than one."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the facts: the list path that it stands on and its place along that path.

    Without places it stands for any item of the list.
    """

    owner: tuple[str, ...] = ()
    index: Index = ()


HOUSEHOLD = Item()
MOST_KEPT = 20_000
"""So many things that were worked out for one pack are kept at the most."""
Bindings = Mapping[str, Item]

_known: WeakKeyDictionary[Compiled, Names] = WeakKeyDictionary()


def names_of(compiled: Compiled) -> Names:
    """The names of a compiled pack, worked out once."""
    found = _known.get(compiled)
    if found is None:
        found = _known.setdefault(compiled, Names(compiled))
    return found


@dataclass(frozen=True, slots=True)
class Effects:
    """The rules of a programme by what they do to its outcome, in the order of the pack.

    Attributes:
        settling: those that settle it, or leave it open.
        paying: those that pay.
        phase_outs: those of them by which payment goes on for a time.
    """

    settling: tuple[Rule, ...]
    paying: tuple[Rule, ...]
    phase_outs: tuple[Rule, ...]


def _effects(rules: Iterable[Rule]) -> Effects:
    listed = tuple(rules)
    return Effects(
        settling=tuple(rule for rule in listed if rule.kind in _SETTLING),
        paying=tuple(rule for rule in listed if rule.kind in PAYING and rule.pays),
        phase_outs=tuple(rule for rule in listed if rule.kind == "phase_out"),
    )


class Names:
    """Labels, units, options and confidence of one compiled pack.

    Attributes:
        measures: what the pack calls its counting units.
        kinds: the type of each definition, and on how many lists its items stand.
        steps: the inner steps of rules, which stand for their formula rather than for a name.
        required: what checks require, where these are several things with a name each.
        decided: the programmes that have conditions or pay, and so an outcome.
        by_effect: their rules by what these do to the outcome.
        referring: those of them that only hand somebody over, and give nothing themselves.
        relying: whether expressions can rely on conventions, as far as that was asked; each with its expression.
        resting: whether definitions can rest on findings, as far as that was asked.
    """

    def __init__(self, compiled: Compiled) -> None:
        self._pack, self._definitions = compiled.pack, compiled.definitions
        self._rules, self._programmes = compiled.rules, compiled.programmes
        self._parameters, self._parts = compiled.parameters, compiled.parts
        self.schema: Subject = compiled.pack.schema
        self._called_parameters: dict[tuple[str, tuple[str, ...]], Label] = {}
        self.measures = compiled.pack.content.measures
        self.kinds = {name: (one.type, len(one.owner)) for name, one in compiled.definitions.items()}
        self.steps = frozenset(
            rule.roles[role]
            for rule in compiled.rules.values()
            for role in _OPENED
            if rule.roles.get(role, rule.id) != rule.id
        )
        self.required = frozenset(
            part.definition
            for rule in compiled.rules.values()
            if isinstance(rule.model, check.Model) and isinstance(rule.model.must, dict)
            for part in rule.parts
            if part.id in rule.model.must
        )
        self._called = {
            rule.roles[role]: Label(called.zh.format(rule.label.zh), called.en.format(rule.label.en))
            for rule in compiled.rules.values()
            for role, called in _STEPS.items()
            if role in rule.roles
        }
        self.decided: Mapping[str, Programme] = {
            name: programme
            for name, programme in compiled.programmes.items()
            if programme.tested or any(compiled.rules[rule].pays for rule in programme.rules)
        }
        self.by_effect = {
            name: _effects(self._rules[rule] for rule in programme.rules) for name, programme in self.decided.items()
        }
        self.referring = frozenset(name for name in self.decided if self._only_refers(compiled.programmes[name]))
        self.relying: dict[int, tuple[Expr, bool]] = {}
        self.resting: dict[str, bool] = {}
        self._private: dict[str, bool] = {}
        self._shown: dict[Unit, Unit] = {}
        self._bound: dict[tuple[tuple[str, ...], Index], Bindings] = {}
        self._asked: dict[int, tuple[Expr, bool]] = {}

    def _only_refers(self, programme: Programme) -> bool:
        rules = [self._rules[name] for name in programme.rules]
        kinds = {rule.kind for rule in rules}
        return "referral" in kinds and "entitlement" not in kinds and not any(rule.pays for rule in rules)

    # Items

    def subject(self, owner: tuple[str, ...]) -> Subject:
        """The schema of the items on a list path."""
        return subject_at(self.schema, owner)

    def list_field(self, owner: tuple[str, ...]) -> ListField:
        """The schema of a list path."""
        return self.subject(owner[:-1]).lists[owner[-1]]

    def bindings(self, item: Item) -> Bindings:
        """The variables of a definition computed for an item."""
        key = item.owner, item.index
        found = self._bound.get(key)
        if found is None:
            if len(self._bound) >= MOST_KEPT:
                self._bound.clear()
            names = item_vars(self.schema, item.owner)
            found = self._bound[key] = {name: Item(path, item.index[: len(path)]) for name, path in names.items()}
        return found

    # Labels

    def shown_unit(self, kind: core.Type) -> Unit:
        """A unit without the counting units of list items, unless the pack says what readers call them."""
        found = self._shown.get(kind.unit)
        if found is None:
            found = self._shown[kind.unit] = kind.unit.without("household", self.schema.unit, *self._item_units)
        return found

    @cached_property
    def _item_units(self) -> tuple[str, ...]:
        listed: set[str] = set()
        for subject in self._subjects():
            listed.update(field.unit for field in subject.lists.values() if field.unit == field.item)
        return tuple(sorted(listed - dict(self.measures).keys()))

    def _subjects(self) -> Iterator[Subject]:
        waiting = [self.schema]
        while waiting:
            subject = waiting.pop()
            yield subject
            waiting.extend(listed.subject for listed in subject.lists.values())

    def option(self, options: tuple[str, ...], value: str) -> Label | None:
        """An enum value for readers: as the fact, the rule or the definition declares it."""
        declared = self._options.get((options, value))
        unlabelled = declared in (None, Label(value, value), Label(value, value.replace("_", " ")))
        if declared is None or unlabelled:
            return self.term(value) or NO_CASE.get(value)
        return declared

    @cached_property
    def _options(self) -> dict[tuple[tuple[str, ...], str], Label]:
        return dict(self._declared_options())

    def _declared_options(self) -> Iterator[tuple[tuple[tuple[str, ...], str], Label]]:
        for rule in self._rules.values():
            if role := next((role for role in ("class", "stands_at") if role in rule.roles), None):
                options = self._definitions[rule.roles[role]].type.options
                yield from (((options, part.id), part.label) for part in rule.parts)
        yield from (((tuple(STATES), state), label) for state, label in STATES.items())
        for name, parts in self._parts.items():
            definition = self._definitions.get(name)
            if definition is not None and definition.type.name == "enum":
                yield from (((definition.type.options, part.id), part.label) for part in parts)
        for subject in self._subjects():
            for field in subject.fields.values():
                for option, zh, en in zip(field.options, field.options_zh, field.options_en, strict=True):
                    yield (field.options, option), Label(zh, en)

    def named(self, name: str) -> Label | None:
        """The label of a programme, rule or step, where a text is its name; steps of one name may differ."""
        if name in self._programmes:
            return self._programmes[name].label
        if name in self._rules:
            return self._rules[name].label
        steps = self._steps.get(name, ())
        return next(iter(steps)) if len(steps) == 1 else None

    @cached_property
    def _steps(self) -> Mapping[str, set[Label]]:
        labels: dict[str, set[Label]] = defaultdict(set)
        for rule in self._rules.values():
            for step in cast("tuple[Taken, ...]", rule.details.get("steps", ())):
                labels[step.id].add(step.label)
        return labels

    def term(self, name: str) -> Label | None:
        """The label of an office, role or service, where the pack declares it."""
        return self._terms.get(name)

    @cached_property
    def _terms(self) -> Mapping[str, Label]:
        return self._pack.terms

    def definition(self, name: str) -> Label:
        """What a definition is called: as declared, and a step of a rule by what it is."""
        return self._called.get(name) or self._definitions[name].label

    def parameter(self, name: str, keys: Sequence[str] = ()) -> Label:
        """The name of a parameter for readers, with the labels of its keys: `standard[urban]` is “standard (urban)”."""
        asked = name, tuple(keys)
        if asked not in self._called_parameters:
            self._called_parameters[asked] = self._parameter(*asked)
        return self._called_parameters[asked]

    def _parameter(self, name: str, keys: tuple[str, ...]) -> Label:
        head, *written = re.findall(r"[^][,]+", name)
        use = self._parameters.get(head)
        if use is None:
            return Label(name, name)
        if not keys and not written:
            return use.label
        called = self.keys(head, keys or [key.strip() for key in written])
        return Label(f"{use.label.zh}（{called.zh}）", f"{use.label.en} ({called.en})")

    def keys(self, parameter: str, keys: Sequence[str]) -> Label:
        """Keys of a parameter for readers, one of each axis."""
        axes = self._pack.parameters[parameter].model.keys
        fixed = (frozenset(axis) for axis in chain(axes, repeat(())))
        labels = [*map(self._key_label, keys, fixed)]
        return Label("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))

    def _key_label(self, key: str, axis: Collection[str]) -> Label:
        """As the part of a rule, the enum that has just the options of the axis, any enum or a term calls it."""
        grades = {p.label for r in self._rules.values() for p in r.parts if p.id == key and p.value is not None}
        options = {enum: label for (enum, option), label in self._options.items() if option == key}
        same = {label for enum, label in options.items() if set(enum) - {"none"} == axis}
        plain = key.replace("_", " ")
        found = (labels.pop() for labels in (grades, same, set(options.values())) if len(labels) == 1)
        return next(found, self.term(key)) or Label(plain, plain)

    # Confidence

    @cached_property
    def _results(self) -> frozenset[str]:
        """What rules and programmes decide: it is told, also where it rests on something confidential."""
        from aidrules.engine.results import RECKONED, RESULTS

        deciding = [rule for rule in self._rules.values() if rule.kind not in STAGES]
        totals = (rule.roles[role] for rule in deciding for role in ("total", "any") if role in rule.roles)
        results = (f"{programme}.{result}" for programme in self._programmes for result in RESULTS.keys() - RECKONED)
        return frozenset([*(rule.id for rule in deciding), *totals, *results])

    @cached_property
    def _secret(self) -> frozenset[str]:
        """The paths of confidential facts, whatever they are facts of."""
        return frozenset(
            field.name for subject in self._subjects() for field in subject.fields.values() if field.confidential
        )

    def is_private(self, expr: Expr) -> bool:
        """Whether an expression reads a confidential fact; what follows from a rule's result does not."""
        if not self._secret:
            return False  # a confidential list has confidential fields
        # By identity: expressions are compared part by part. Each is kept, so that nothing else has its identity.
        found = self._asked.get(id(expr))
        if found is None:
            if len(self._asked) >= MOST_KEPT:
                self._asked.clear()
            found = self._asked[id(expr)] = expr, self._reads_secret(expr)
        return found[1]

    def _reads_secret(self, expr: Expr) -> bool:
        for part in core.walk(expr):
            if isinstance(part, core.Fact) and part.path in self._secret:
                return True
            if isinstance(part, core.Agg) and self.list_field(list_of(part)).confidential:
                return True
            if isinstance(part, core.Ref) and part.name not in self._results and self.is_private_value(part.name):
                return True
        return False

    def may_be_told(self, name: str) -> bool:
        """Whether the value of a definition may be told: a rule or programme decides it, or nothing is confidential."""
        return name in self._results or not self.is_private_value(name)

    @staticmethod
    def confidential(name: str, where: str) -> Problem:
        """What is said to who asks for a value that may not be told."""
        found, hint = f"{name} is confidential, or is reckoned from what is", "What rules decide from it is told."
        return Problem(found, where, hint=hint)

    def is_private_value(self, name: str) -> bool:
        """Whether a definition reads a confidential fact."""
        if name not in self._private:
            self._private[name] = self.is_private(self._definitions[name].expr)
        return self._private[name]


def list_of(expr: core.Agg) -> tuple[str, ...]:
    """The path of the list that an aggregate runs over."""
    return (*expr.source.owner, expr.source.name)
