"""Compiling a pack for a date: every name gets its core definition, rules are lowered by their kinds.

Names are lowered when they are first asked for, so that definitions, parameters and rules may stand in any order.
"""

from __future__ import annotations

import graphlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from aidrules.engine import results
from aidrules.engine.applies import Applies
from aidrules.engine.bounds import DivisorError, Interval, bounds
from aidrules.engine.compiled import ParameterUse, Programme, Rule, Stated
from aidrules.engine.findings import Findings
from aidrules.engine.program import Compiled
from aidrules.engine.tables import Tables
from aidrules.errors import PackError, Place, Problem
from aidrules.facts.schema import Path, Subject, subject_at
from aidrules.kinds import KINDS
from aidrules.kinds.base import Lowering, Part, RuleModel, VersionModel
from aidrules.kinds.deduction import total
from aidrules.language import build, core, expressions, tree, undefined
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, Definition, Expr, Ref, Type
from aidrules.language.entries import Entry
from aidrules.language.expressions import End, Items, Keys, Meaning, Period
from aidrules.language.fields import near
from aidrules.language.models import DefinitionModel, FindingModel, Payment
from aidrules.language.names import Names
from aidrules.language.pack import Pack
from aidrules.language.parse import parse
from aidrules.language.units import Quantity

_YES_NO = {
    "eligibility",
    "exclusion",
    "entitlement",
    "referral",
    "gate",
    "deadline",
    "cadence",
    "check",
    "phase_out",
}
"""Kinds whose own name is a condition, known without lowering them."""

_WORD = re.compile(r"[a-z_][a-z0-9_.]*")
"""What may be a name in the text of an expression."""

_STAGES = ("deduction", "imputation")


class Compiler:
    """Lowers everything that a pack has in force on a date; see `names.Catalogue` and `kinds.base.Workshop`."""

    def __init__(self, pack: Pack, day: date) -> None:
        self.pack, self.day = pack, day
        self.schema: Subject = pack.schema
        self.units = pack.units
        self.currency = pack.currency or "CNY"
        self.made: dict[str, Definition] = {}
        self.parts: dict[str, tuple[Part, ...]] = {}
        self.rules: dict[str, Rule] = {}
        self.stated: dict[str, Stated] = {}
        self.places: dict[str, Place] = {}
        self._entries: dict[str, Entry] = dict(pack.definitions)
        self._rule_entries: dict[str, Entry] = {}
        for programme in pack.programmes.values():
            for entry in programme.definitions.values():
                self._entries[entry.id] = entry
            for entry in programme.rules.values():
                self._rule_entries[entry.id] = entry
        self._models: dict[str, RuleModel] = {}
        self._lowerings: dict[str, Lowering] = {}
        self._lists: dict[str, Items] = {}
        self._periods: dict[str, Period] = {}
        self._working: list[str] = []
        self._failed: dict[str, PackError] = {}
        self._staged = self._stages()
        self._tables = Tables(self)
        self._intervals = _Intervals(self)
        self._applies = Applies(self)
        self.findings = Findings(self)

    # The whole.

    def everything(self) -> None:
        """Lower all definitions, rules and results.

        Raises:
            PackError: whatever is wrong in them, all problems that can be told apart.
        """
        problems: list[Problem] = []
        tasks: list[Callable[[], object]] = []
        for name in self._in_order():
            lower = self._definition if name in self._entries else self._rule
            tasks.append(lambda n=name, lower=lower: lower(n))  # type: ignore[misc]
        for name in self.pack.programmes:
            tasks += [lambda n=name: self.members_of(n)]  # type: ignore[misc]
            tasks += [lambda n=f"{name}.{result}": self._result(n) for result in results.SHOWN]  # type: ignore[misc]
        tasks += [self._applies.everything, self.findings.everything]
        tasks += [lambda n=name: self._tables.check(n) for name in self.pack.parameters]  # type: ignore[misc]
        for task in tasks:
            try:
                task()
            except PackError as error:
                problems.extend(error.problems)
        if problems:
            raise PackError(dict.fromkeys(problems))
        self._follow_references()

    def _in_order(self) -> list[str]:
        """Definitions and rules, each after those that its text names, so that long chains are not lowered in depth."""
        entries = {**self._entries, **self._rule_entries}
        named: dict[str, set[str]] = {}
        for name, entry in entries.items():
            words = {
                w for _, node in tree.walk(entry.node) if isinstance(node, tree.Text) for w in _WORD.findall(node.value)
            }
            words |= {word.partition(".")[2] for word in words}
            words |= {f"{entry.programme}.{word}" for word in words if entry.programme}
            named[name] = (words & entries.keys()) - {name}
        try:
            return list(graphlib.TopologicalSorter(named).static_order())
        except graphlib.CycleError:
            return list(entries)

    def _follow_references(self) -> None:
        """Enter the results that something reads and nothing has asked for yet."""
        waiting = list(self.made.values())
        while waiting:
            definition = waiting.pop()
            for part in core.walk(definition.expr):
                if isinstance(part, Ref) and part.name not in self.made:
                    self._ensure(part.name)
                    waiting.append(self.made[part.name])

    def programmes(self) -> dict[str, Programme]:
        """The programmes, with their rules in the order of the files."""
        return {
            name: Programme(
                name,
                programme.entry.label,
                programme.entry.cite,
                self.programme_owner(name) or (),
                tuple(entry.id for entry in programme.rules.values()),
                programme.model.payment,
                programme.model.force,
                programme.entry.readings,
                any(entry.kind in ("eligibility", "exclusion") for entry in programme.rules.values()),
            )
            for name, programme in self.pack.programmes.items()
        }

    def parameters(self) -> dict[str, ParameterUse]:
        """The parameters as they stand on the date."""
        found = {}
        for name, entry in self.pack.parameters.items():
            value = entry.model.on(self.day)
            found[name] = ParameterUse(
                name,
                entry.label,
                str(entry.model.unit) if entry.model.unit.powers else "",
                self.pack.citations(value.cite) if value is not None else entry.cite,
                value.start if value is not None else None,
                value.until if value is not None else None,
                value is None,
                value is not None and value.argument,
                entry.model.required,
                value.announced if value is not None else None,
                value.formula if value is not None else None,
                self._tables.computed(name),
                value.published.value.number
                if value is not None and value.published is not None and isinstance(value.published.value, Quantity)
                else None,
            )
        return found

    # Names.

    def names(self) -> set[str]:
        """See `names.Catalogue`."""
        found = {*self._entries, *self._rule_entries, *self.pack.parameters, *self.made}
        found |= {f"{name}.{result}" for name in self.pack.programmes for result in results.RESULTS}
        return {name for name in found if not (name in self.made and self.made[name].hidden)}

    def has(self, name: str) -> bool:
        """See `names.Catalogue`."""
        if name in self._entries or name in self._rule_entries or name in self.pack.parameters or name in self.made:
            return True
        return results.is_result(self.pack.programmes, name) or self._rule_of(name) is not None

    def is_result(self, name: str) -> bool:
        """See `names.Catalogue`."""
        return results.is_result(self.pack.programmes, name)

    def at_work(self, name: str) -> bool:
        """See `names.Catalogue`."""
        return bool(self._working) and self._working[-1] == name

    def _rule_of(self, name: str) -> str | None:
        """The rule that a longer name (`dibao.top_up.value`) belongs to, if it makes that name."""
        head = name
        while "." in head:
            if head in self._rule_entries:
                if head != name:
                    self._rule(head)
                return head if name in self.made or head == name else None
            if head in self._entries and head != name:
                self._definition(head)
                return None
            head = head.rpartition(".")[0]
        return None

    def meaning(self, name: str, scope: Names) -> Meaning:
        """See `names.Catalogue`."""
        if name in self.pack.parameters:
            return self._tables.value(name, scope)
        if name in self._entries:
            self._definition(name)
            if name in self._lists:
                return self._lists[name]
            if name in self._periods:
                return self._periods[name]
        owner = self.owner(name)
        var = scope.variable(owner)
        if var is not None:
            return self.reference(name, var)
        for wider in (f"{name}.total", f"{name}.any"):
            if self.has(wider) and scope.variable(self.owner(wider)) is not None:
                return self.reference(wider, scope.variable(self.owner(wider)) or core.HOUSEHOLD)
        item = subject_at(self.schema, owner).name
        raise ExpressionError(
            f"{name} is said of each {item}", hint=f"Write any({item[0]}.{name} for {item[0]} in ...) or sum(...)."
        )

    def owner(self, name: str) -> Path:
        """See `names.Catalogue`."""
        if name in self.made:
            return self.made[name].owner
        if results.is_result(self.pack.programmes, name):
            return self.programme_owner(name.rpartition(".")[0]) or ()
        if name in self._rule_entries:
            kind = self._rule_entries[name].kind
            if kind in ("eligibility", "exclusion", "phase_out"):
                return self.programme_owner(self._rule_entries[name].programme or "") or ()
            if kind in _YES_NO:
                return self._rule_owner(name)
        self._ensure(name)
        return self.made[name].owner

    def _type(self, name: str) -> Type:
        if name in self.made:
            return self.made[name].type
        if results.is_result(self.pack.programmes, name):
            fixed = results.type_of(self, name)
            if fixed is not None:
                return fixed
        if name in self._rule_entries and self._rule_entries[name].kind in _YES_NO:
            return BOOL
        self._ensure(name)
        return self.made[name].type

    def _ensure(self, name: str) -> None:
        """Lower whatever makes a name."""
        if name in self._entries:
            self._definition(name)
        elif name in self._rule_entries:
            self._rule(name)
        elif results.is_result(self.pack.programmes, name):
            self._result(name)
        else:
            self._rule_of(name)
        if name not in self.made:
            raise ExpressionError(f"{name} gives no single value", hint=near(name, self.names()))

    def reference(self, name: str, var: str = core.HOUSEHOLD) -> Ref:
        """See `kinds.base.Workshop`."""
        return Ref(name, var, self._type(name))

    def define(self, definition: Definition) -> None:
        """See `kinds.base.Workshop`."""
        if definition.name in self.made:
            place = self.places.get(definition.name)
            raise PackError(Problem(f"{definition.name} is made twice", place, definition.name, hint="Rename one."))
        self.made[definition.name] = definition

    def parameter(
        self, name: str, scope: Names, keys: Keys | None = None, on: Expr | None = None, end: End | None = None
    ) -> Expr:
        """See `names.Catalogue`."""
        if name not in self.pack.parameters:
            raise ExpressionError(f"{name} is not a parameter", hint=near(name, self.pack.parameters))
        return self._tables.value(name, scope, keys, on, end)

    def check_share(self, share: Expr) -> None:
        """See `kinds.base.Workshop`."""
        self._tables.check_share(share)

    def is_parameter(self, name: str) -> bool:
        """See `names.Catalogue`."""
        return name in self.pack.parameters

    def tiers(self, name: str) -> Expr | None:
        """See `names.Catalogue`."""
        return self._tables.tiers(name) if name in self.pack.parameters else None

    def chosen(self, reading: str) -> core.Const:
        """See `names.Catalogue`."""
        if reading not in self.pack.readings:
            raise ExpressionError(f"there is no reading {reading}", hint=near(reading, self.pack.readings))
        model = self.pack.readings[reading].model
        option = self.pack.chosen.get(reading, model.default)
        return core.Const(option, Type("enum", options=tuple(model.options)), option)

    def finding_about(self, name: str) -> str | None:
        """See `names.Catalogue`."""
        return self.pack.findings[name].model.about if name in self.pack.findings else None

    def settled(self, fact: core.Fact, path: Path) -> Expr:
        """See `names.Catalogue`."""
        if fact.path.startswith("findings."):
            return self.findings.settled(fact)
        return self._applies.settled(fact, path)

    def absent(self, finding: str) -> core.Value | None:
        """See `names.Catalogue`."""
        model: FindingModel = self.pack.findings[finding].model
        return results.absent(model, self._finding_field(finding))

    def _finding_field(self, name: str) -> Any:
        about = self.pack.findings[name].model.about
        return subject_at(self.schema, ("members",) if about == "member" else ()).fields[f"findings.{name}"]

    def programme_owner(self, name: str) -> Path | None:
        """See `names.Catalogue`."""
        programme = self.pack.programmes.get(name)
        if programme is None:
            return None
        if programme.model.subject not in ("household", "member"):
            raise PackError(
                Problem(
                    f"the subject {programme.model.subject}",
                    programme.entry.node.at(("subject",)),
                    name,
                    "household or member",
                )
            )
        return ("members",) if programme.model.subject == "member" else ()

    def members_of(self, programme: str | None) -> Meaning | None:
        """See `names.Catalogue`."""
        entry = self.pack.programmes.get(programme or "")
        if entry is None or entry.model.members is None:
            return None
        scope = self.item_scope((), None)
        try:
            found = expressions.read(entry.model.members, scope)
            if not isinstance(found, Items):
                raise ExpressionError(f"members: {entry.model.members} is not a list")
        except ExpressionError as error:
            place = entry.entry.node.at(("members",))
            raise PackError(Problem(error.found, place, programme, error.expected, error.hint)) from None
        return found

    def item_scope(self, owner: Path, programme: str | None) -> Names:
        """See `kinds.base.Workshop`."""
        bound: dict[str, tuple[str, Path]] = {core.HOUSEHOLD: (core.HOUSEHOLD, ())}
        for depth in range(len(owner)):
            item = subject_at(self.schema, owner[:depth]).lists[owner[depth]].item
            bound[item] = (item, owner[: depth + 1])
        return Names(self, programme or None, bound, {})

    def each(self, text: str, names: Names) -> tuple[Path, Expr]:
        """See `kinds.base.Workshop`."""
        parts = tuple(text.replace(" ", "").split("."))
        if parts == ("member",):
            items = names.resolve(("members",))
        else:
            first = parts[0]
            if first == "member" and "member" not in names.bound:
                names = self.item_scope(("members",), names.programme)
            items = names.resolve(parts)
        if not isinstance(items, Items):
            raise ExpressionError(f"each: {text} is not a list", expected="member, member.episodes, household.expenses")
        owner = (*items.source.owner, items.source.name)
        if parts[-1] not in ("member", "members", owner[-1]) and "." in text:
            raise ExpressionError(
                f"each: {text} is who is referred to", hint="Say each: member, and name them inside: any(... for ...)."
            )
        own = subject_at(self.schema, owner).name
        counts = core.TRUE if items.where is None else core.rename(items.where, {items.var: own})
        if len(owner) == 2:
            outer = names.resolve(("members",))
            if isinstance(outer, Items) and outer.where is not None:
                counts = core.conjunction(core.rename(outer.where, {outer.var: "member"}), counts)
        return owner, counts

    def eligibility_of(self, programme: str) -> tuple[str, ...]:
        """See `kinds.base.Workshop`."""
        return tuple(e.id for e in self.pack.programmes[programme].rules.values() if e.kind == "eligibility")

    def rule_names(self, programme: str, *kinds: str) -> tuple[str, ...]:
        """The rules of a programme of some kinds, by full name."""
        return tuple(e.id for e in self.pack.programmes[programme].rules.values() if e.kind in kinds)

    # Definitions.

    @contextmanager
    def _at_work(self, name: str) -> Iterator[None]:
        if name in self._working:
            circle = (*self._working[self._working.index(name) :], name)
            raise PackError(
                Problem(
                    f"{' → '.join(circle)} is a circle",
                    self.places.get(name),
                    name,
                    hint=self._way_out(circle),
                )
            )
        if name in self._failed:
            raise self._failed[name]
        self._working.append(name)
        try:
            yield
        except PackError as error:
            self._failed[name] = error
            raise
        except ExpressionError as error:
            place = self.places.get(name)
            self._failed[name] = PackError(Problem(error.found, place, name, error.expected, error.hint))
            raise self._failed[name] from None
        finally:
            self._working.pop()

    def _way_out(self, circle: tuple[str, ...]) -> str:
        for name in circle:
            programme = self._programme_of(name)
            if programme is not None:
                return (
                    f"What is paid already is a fact: write {programme}.in_payment or {programme}.last_amount "
                    "rather than what is granted now."
                )
        return "Each needs the other first: take from one of them what does not depend on the other."

    def _programme_of(self, name: str) -> str | None:
        """The programme whose result or rule a name is; None for a definition or parameter."""
        head = name.partition(".")[0]
        return head if head in self.pack.programmes and name not in self._entries else None

    def _definition(self, name: str) -> None:
        if name in self.made or name in self._lists or name in self._periods:
            return
        entry = self._entries[name]
        self.places[name] = _essence(entry.node)
        with self._at_work(name):
            if entry.versions:
                raise self._undated(entry, "chosen_by: on a definition")
            model: DefinitionModel = entry.model
            owner = self.programme_owner(entry.programme) or () if entry.programme else ()
            rule = Lowering(self, name, entry.programme or "", owner, entry.node, entry.label, model.each)
            self.stated[name] = Stated(entry.cite, entry.readings, entry.overrode, entry.in_force, entry.origin)
            expr = self._body(name, model, rule)
            self._only_what_fits(model, rule, expr)
            if expr is None:
                return
            if expr.type.name == "number":
                expr = self._measured(model, rule, expr)
                if rule.counts != core.TRUE:
                    expr = build.gate(rule.counts, expr)
            elif expr.type.name == "bool":
                expr = core.conjunction(rule.counts, expr)
            says = None
            if model.says is not None:
                yes, no = model.says.yes, model.says.no
                says = (yes.label(name) if yes else entry.label, no.label(name) if no else entry.label)
            self.define(Definition(name, rule.owner, expr, entry.label, says=says))
            self.parts[name] = tuple(rule.made.parts)

    def _undated(self, entry: Entry, found: str) -> PackError:
        allowed = " or ".join(kind.name for kind in KINDS.values() if kind.versions)
        hint = "Versions without chosen_by: go by the date of the law; or ask for the date in a condition."
        return PackError(Problem(found, entry.node.place, entry.id, f"a rule of kind {allowed}", hint))

    def _body(self, name: str, model: DefinitionModel, rule: Lowering) -> Expr | None:
        if model.value is not None:
            found = self._plain_value(name, model.value, rule)
            if found is None or model.if_undefined is None:
                return found
            otherwise = rule.expr(model.if_undefined, ("if_undefined",), found.type)
            return rule.at(("if_undefined",), lambda: undefined.settled(found, otherwise, self._may_be_zero))
        if model.any_of is not None:
            return rule.named_conditions(model.any_of, "any_of", "or")
        if model.all_of is not None:
            return rule.named_conditions(model.all_of, "all_of", "and")
        if model.cases is not None:
            return self._cases(model, rule)
        return self._income(model, rule)

    def _plain_value(self, name: str, text: str, rule: Lowering) -> Expr | None:
        found = rule.meaning(text, ("value",))
        if isinstance(found, Period):
            start = rule.define("start", found.start, hidden=True)
            end = rule.define("end", found.end, hidden=True)
            self._periods[name] = Period(start, end)
            return None
        if isinstance(found, Items):
            path = (*found.source.owner, found.source.name)
            if path[: len(rule.owner)] != rule.owner or path == rule.owner:
                item = subject_at(self.schema, rule.owner).name
                hint = "Write the comprehension where it is used, or a list of the household."
                raise rule.error(("value",), f"a list of members for each {item} has no name", hint=hint)
            item = subject_at(self.schema, path).name
            where = core.TRUE if found.where is None else core.rename(found.where, {found.var: item})
            inside = f"{name}.counts"
            self.define(Definition(inside, path, where, rule.label, membership=True))
            self._lists[name] = Items(found.source, "item", Ref(inside, "item", BOOL), found.unit)
            return None
        return found

    @staticmethod
    def _only_what_fits(model: DefinitionModel, rule: Lowering, expr: Expr | None) -> None:
        """Fail if a field would say nothing of such a value."""
        found = "a list or a period" if expr is None else str(expr.type)
        fits = {"unit": "number", "floor": "number", "cap": "number", "round": "number", "says": "bool"}
        for key, kind in fits.items():
            if getattr(model, key) is not None and (expr is None or expr.type.name != kind):
                expected = "a number" if kind == "number" else "yes or no"
                raise rule.error((key,), f"{key}: of {found}", expected, f"Leave {key}: out.")

    def _may_be_zero(self, divisor: Expr) -> bool:
        """See `undefined.MayBeZero`."""
        try:
            low, _ = bounds(divisor, self._intervals)
        except DivisorError:
            return True
        if low < 0:
            raise ExpressionError("a division by something that may be negative", hint="Write max(0, ...) around it.")
        return low == 0

    def _cases(self, model: DefinitionModel, rule: Lowering) -> Expr:
        assert model.cases is not None
        conditions: list[Expr] = []
        values: list[tuple[Expr, Expr]] = []
        names = Type("enum", options=tuple(model.cases))
        for key, case in model.cases.items():
            condition = rule.condition(case.when, ("cases", key, "when"))
            if case.otherwise or case.remainder:
                condition = core.conjunction(condition, core.negation(core.disjunction(*conditions)))
            ref = rule.part(key, case.label(key), case.cite, condition)
            conditions.append(ref)
            value: Expr = core.Const(key, names, key)
            if case.value is not None:
                value = rule.expr(case.value, ("cases", key, "value"))
            values.append((ref, value))
        last: Expr = values[-1][1]
        closed = list(model.cases.values())[-1].otherwise
        if not closed and last.type.name == "enum":
            none = Type("enum", options=(*names.options, "none"))
            last = core.Const("none", none, "none")
        elif not closed and last.type.name == "bool":
            last = core.FALSE
        elif not closed:
            raise rule.error(("cases",), "no case says what holds otherwise", hint="End with a case otherwise: true.")
        else:
            values.pop()
        for held, value in reversed(values):
            last = rule.at(("cases",), lambda r=held, v=value, o=last: build.choose(r, v, o))  # type: ignore[misc]
        return last

    def _income(self, model: DefinitionModel, rule: Lowering) -> Expr:
        """`start:`, then what is added and taken off in order, each step by name."""
        assert model.start is not None
        current: Expr = rule.define("start", rule.expr(model.start, ("start",)), hidden=True)
        for key, texts in (("plus", model.plus), ("less", model.less)):
            for index, text in enumerate(texts):
                stage = self._stage_rule(text, rule.programme)
                if stage is None:
                    raise rule.error((key, index), f"there is no deduction or imputation {text}")
                amount = self._lower_stage(stage, current, rule)
                combine = build.add if key == "plus" else build.subtract
                step = rule.at((key, index), lambda f=combine, c=current, a=amount: f(c, a))  # type: ignore[misc]
                current = rule.define(f"after_{stage.rpartition('.')[2]}", step, hidden=True)
        return current

    def _stage_rule(self, text: str, programme: str | None) -> str | None:
        found = [text, *([f"{programme}.{text}"] if programme else [])]
        found += [name for name in self._rule_entries if name.rpartition(".")[2] == text]
        return next((n for n in found if n in self._rule_entries and self._rule_entries[n].kind in _STAGES), None)

    def _stages(self) -> dict[str, str]:
        """Which definition lists each deduction and imputation."""
        listed: dict[str, str] = {}
        for name, entry in self._entries.items():
            for text in (*entry.model.plus, *entry.model.less):
                stage = self._stage_rule(text, entry.programme)
                if stage is not None:
                    listed.setdefault(stage, name)
        return listed

    def _lower_stage(self, stage: str, current: Expr, definition: Lowering) -> Expr:
        if stage not in self.rules:
            self._lower(stage, {"remaining": current})
        lowering = self._lowerings[stage]
        return total(lowering, definition.owner)

    def _measured(self, model: DefinitionModel, rule: Lowering, expr: Expr) -> Expr:
        unit = expr.type.unit
        if model.unit is not None:
            unit = rule.at(("unit",), lambda: build.parse_unit(model.unit or "", self.units))
            expr = rule.at(("value",), lambda: build.as_amount(expr, unit, "the value"))
        if model.floor is not None or model.cap is not None or model.round is not None:
            expr = rule.shaped(expr, model, unit)  # type: ignore[arg-type]
        return expr

    # Rules.

    def _rule_owner(self, name: str) -> Path:
        entry = self._rule_entries[name]
        owner = self.programme_owner(entry.programme or "") or ()
        model = self._rule_model(name)
        if model.each is None:
            return owner
        return self.each(model.each, self.item_scope(owner, entry.programme))[0]

    def _rule_model(self, name: str) -> RuleModel:
        if name not in self._models:
            entry = self._rule_entries[name]
            kind = KINDS.get(entry.kind or "")
            if kind is None:
                raise PackError(
                    Problem(
                        f"there is no kind {entry.kind!r}",
                        entry.node.at(("kind",)),
                        name,
                        f"one of {', '.join(KINDS)}",
                        near(entry.kind or "", KINDS),
                    )
                )
            self._models[name] = parse(kind.model, entry.node, name, self.units)
        return self._models[name]

    def _rule(self, name: str) -> None:
        if name in self.rules:
            return
        kind = self._rule_entries[name].kind
        if kind in _STAGES:
            definition = self._staged.get(name)
            if definition is None:
                raise PackError(
                    Problem(
                        f"no income takes this {kind} into account",
                        self._rule_entries[name].node.place,
                        name,
                        hint="List it under less: or plus: of the income definition that it changes.",
                    )
                )
            if definition not in self._working:
                self._definition(definition)
                return
        self._lower(name, {})

    def _lower(self, name: str, extra: Mapping[str, Expr]) -> None:
        entry = self._rule_entries[name]
        self.places[name] = _essence(entry.node)
        model = self._rule_model(name)
        kind = KINDS[entry.kind or ""]
        programme = entry.programme or ""
        with self._at_work(name):
            if entry.versions and not kind.versions:
                raise self._undated(entry, f"chosen_by: on a rule of kind {kind.name}")
            versions = tuple(
                VersionModel(v.start, v.until, v.node, parse(kind.model, v.node, name, self.units))
                for v in entry.versions
            )
            rule = Lowering(
                self,
                name,
                programme,
                self.programme_owner(programme) or (),
                entry.node,
                entry.label,
                model.each,
                extra,
                versions,
                entry.chosen_by,
            )
            self._lowerings[name] = rule
            kind.lower(rule, model)
        made = rule.made
        payment = self._payment(rule, model)
        self.rules[name] = Rule(
            name,
            kind.name,
            programme,
            made.owner,
            model,
            entry.label,
            entry.cite,
            entry.readings,
            entry.in_force,
            entry.overrode,
            entry.origin,
            made.roles,
            tuple(made.parts),
            made.pays,
            made.details,
            self._staged.get(name),
            payment,
        )

    @staticmethod
    def _terms(model: RuleModel) -> Payment:
        """What a rule itself says about payment."""
        own: Payment = getattr(model, "payment", None) or Payment()
        payee: str | None = getattr(model, "payee", None)
        return own if payee is None else own.model_copy(update={"payee": payee})

    def _payment(self, rule: Lowering, model: RuleModel) -> Payment | None:
        """The terms of what a rule pays; how often follows from its amount, and is said only of sums."""
        made = rule.made
        if made.pays is None:
            return None
        own, programme = self._terms(model), self.pack.programmes[rule.programme].model.payment
        said = own.every
        if made.pays != "once":
            if said not in (None, made.pays):
                found = f"it is paid every {said}, and its amount is per {made.pays}"
                raise rule.error(("payment", "every"), found, hint=f"Leave every: out, or write an amount per {said}.")
            return own.within(programme).model_copy(update={"every": made.pays})
        if said == "month":
            found = "it is paid every month, and its amount is a sum"
            raise rule.error(("payment", "every"), found, hint="Write an amount per month: 100 * CNY / month.")
        if said is None and programme is not None and programme.every != "month":
            said = programme.every
        if said in ("term", "year"):
            made.pays = said
        return own.within(programme).model_copy(update={"every": said or "occasion"})

    def _result(self, name: str) -> None:
        if name in self.made:
            return
        programme = name.rpartition(".")[0]
        self.places.setdefault(name, self.pack.programmes[programme].entry.node.place)
        with self._at_work(name):
            expr = results.lower(self, programme, name.rpartition(".")[2])
            owner = self.programme_owner(programme) or ()
            label = results.label(self.pack.programmes[programme].entry.label, name.rpartition(".")[2])
            self.define(Definition(name, owner, expr, label))


_ESSENCE = ("value", "amount", "claimed", "base", "up_to", "start", "cases", "any_of", "all_of", "when", "must", "from")
"""The fields that hold what a rule computes, the likeliest first."""


def _essence(node: tree.Mapping) -> Place:
    """Where a rule or definition says what it computes: there lies what is wrong with it as a whole."""
    return node.at(next(((key,) for key in _ESSENCE if key in node.items), ()))


class _Intervals(dict[str, Interval]):
    """The intervals of definitions, worked out when they are asked for."""

    def __init__(self, compiler: Compiler) -> None:
        super().__init__()
        self._compiler = compiler

    def __missing__(self, name: str) -> Interval:
        self._compiler._ensure(name)
        self[name] = bounds(self._compiler.made[name].expr, self)
        return self[name]


def compile_pack(pack: Pack, when: date) -> Compiled:
    """Compile what a pack has in force on a date.

    Args:
        pack: already narrowed to the date (`Pack.at`).
        when: the date of the law.

    Raises:
        PackError: everything that does not hold together, with file, line and column.
    """
    compiler = Compiler(pack, when)
    try:
        compiler.everything()
    except RecursionError:
        found = "definitions and rules that refer to each other too deeply"
        raise PackError(Problem(found, rule=pack.id, hint="Break up long chains and circles.")) from None
    return Compiled(
        pack,
        when,
        compiler.made,
        compiler.rules,
        compiler.programmes(),
        compiler.parameters(),
        compiler.parts,
        compiler.stated,
        compiler.places,
        compiler.findings.made,
    )
