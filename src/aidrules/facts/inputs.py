"""What a pack asks beyond the shipped facts, and the typed household, or other thing, that holds both."""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from threading import Lock
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar
from weakref import WeakValueDictionary

from pydantic import create_model

from aidrules.errors import PackError, Problem
from aidrules.facts.base import Facts
from aidrules.facts.decided import Decided, Thing
from aidrules.facts.declared import FindingInput, Input
from aidrules.facts.fact import OPAQUE_ID, Fact, Group, Items, money_unit
from aidrules.facts.findings import BESIDE
from aidrules.facts.household import Case, Household
from aidrules.facts.items import Reference
from aidrules.facts.member import Member

__all__ = ["FindingInput", "Input", "Inputs", "extend"]

Model = TypeVar("Model", bound=Facts)
Inputs = Mapping[str, Mapping[str, Input]]

HOUSEHOLD = ("household", "家庭", "household")
"""What packs are about that say nothing of it: its name, and its label in Chinese and in English."""

RESERVED = frozenset({"household", "member", "members", "case", "finding", "findings", "none", "on", "this_month"})
"""What no input, and nothing that a pack is about, can be called."""
_A_NAME = "a word of lower-case letters, digits and _ that the language does not use itself"
_SHIPPED: Mapping[str, type[Facts]] = {"household": Household, "member": Member, "case": Case}
_NO_FIELDS: Mapping[str, Any] = MappingProxyType({})
_DECLARED = set(FindingInput.model_fields)
_building = Lock()


def extend(
    inputs: Inputs,
    findings: Mapping[str, FindingInput] | None = None,
    *,
    currency: str = "CNY",
    subject: tuple[str, str, str] = HOUSEHOLD,
) -> type[Decided]:
    """Make the typed model of what a pack decides; the same declarations give the same class.

    Args:
        inputs: inputs by subject (`household`, `member` and `case`, or the pack's own) and name.
        findings: findings by name.
        currency: what the pack counts money in; amounts of the shipped facts are in it too.
        subject: what the pack is about: its name, and its label in Chinese and in English.

    Raises:
        PackError: an input whose name is taken or cannot be one, or which is in another currency.
    """
    shipped = _SHIPPED if subject == HOUSEHOLD else {subject[0]: Thing}
    problems = [
        problem
        for about in shipped
        for name, declared in inputs.get(about, {}).items()
        for problem in (*name_problems(about, name, declared), *_unit_problems(f"{about}.{name}", declared, currency))
    ]
    if problems:
        raise PackError(problems)
    declarations = {
        "currency": currency,
        "inputs": {name: _written(given) for name, given in inputs.items() if given},
        "findings": _written(findings or {}),
        **({} if subject == HOUSEHOLD else {"subject": subject}),
    }
    with _building:
        return model_of(json.dumps(declarations, ensure_ascii=False))


_models: WeakValueDictionary[str, type[Decided]] = WeakValueDictionary()


@lru_cache(maxsize=64)
def model_of(declarations: str) -> type[Decided]:
    """The model of what is decided that a text of declarations describes: one as long as anybody holds it."""
    if (held := _models.get(declarations)) is not None:
        return held
    given = json.loads(declarations)
    inputs = {
        subject: {name: Input.model_validate(declared) for name, declared in named.items()}
        for subject, named in given["inputs"].items()
    }
    findings = {name: FindingInput.model_validate(declared) for name, declared in given["findings"].items()}
    subject = given.get("subject")
    model = _thing(subject, inputs, findings) if subject else _household(inputs, findings)
    model.currency = given["currency"]
    model.declarations = declarations
    model.model_rebuild(force=True)
    _models[declarations] = model
    return model


def _household(inputs: Inputs, findings: Mapping[str, FindingInput]) -> type[Decided]:
    on_member = {name: finding for name, finding in findings.items() if finding.about == "member"}
    on_household = {name: finding for name, finding in findings.items() if finding.about != "member"}
    member: Any = _extended(Member, inputs.get("member", {}), on_member)
    case: Any = _extended(Case, inputs.get("case", {}))
    narrowed = {
        "members": (_again("members", tuple[member, ...]), ...),
        "case": (_again("case", case | None), None),
    }
    household = _extended(Household, inputs.get("household", {}), on_household, narrowed)
    household.references = (*Household.references, *_references(inputs))
    return household


def _thing(subject: Sequence[str], inputs: Inputs, findings: Mapping[str, FindingInput]) -> type[Decided]:
    name, zh, en = subject
    own_id = {"id": (Annotated[str | None, Fact(f"{zh}编号", f"opaque id of the {en}", pattern=OPAQUE_ID)], None)}
    thing = _extended(Thing, inputs.get(name, {}), findings, own_id, name.title().replace("_", ""))
    thing.subject_name, thing.__doc__ = name, f"One {en}. An unknown fact is None, an empty list is none."
    return thing


def _references(inputs: Mapping[str, Mapping[str, Input]]) -> Iterator[tuple[str, ...]]:
    """The paths of the inputs that name members."""
    for subject, holder in (("household", ()), ("member", ("members",)), ("case", ("case",))):
        for name, declared in inputs.get(subject, {}).items():
            if declared.refers_to is not None:
                yield (*holder, name, *(("id",) if declared.many else ()))
            for key, inner in (declared.fields or {}).items():
                if inner.refers_to is not None:
                    yield (*holder, name, key)


def restore(declarations: str, text: str) -> Decided:
    """A household, or other thing, from its model's declarations and its own JSON text; what a pickle holds."""
    model = model_of(declarations) if declarations else Household
    return model.model_validate_json(text)


def _written(declared: Mapping[str, Input]) -> dict[str, Any]:
    return {
        name: one.model_dump(mode="json", exclude_defaults=True, include=_DECLARED) for name, one in declared.items()
    }


def _extended(
    base: type[Model],
    inputs: Mapping[str, Input],
    findings: Mapping[str, FindingInput] = MappingProxyType({}),
    narrowed: Mapping[str, Any] = _NO_FIELDS,
    name: str = "",
) -> type[Model]:
    """A model with the fields of `base`, of which some narrowed, and the pack's own."""
    called = name or base.__name__
    fields: dict[str, Any] = {**narrowed, **{name: (_input(name, one), None) for name, one in inputs.items()}}
    if findings:
        records = {name: (_finding(name, finding), None) for name, finding in findings.items()}
        group: Any = _created(f"{called}Findings", Facts, records)
        fields["findings"] = (Annotated[group | None, Group("认定事项", "findings")], None)
    return _created(called, base, fields) if fields else base


def _created(name: str, base: type[Model], fields: Mapping[str, Any]) -> type[Model]:
    definitions: dict[str, Any] = dict(fields)
    return create_model(name, __base__=base, __doc__=base.__doc__, **definitions)


def _again(name: str, annotation: Any) -> Any:
    """A shipped field of the household with a narrower type and the same declaration."""
    return Annotated[annotation, *Household.model_fields[name].metadata]


def _input(name: str, declared: Input) -> Any:
    """The annotation of one input: a fact, or a list with a model of its items."""
    if declared.many:
        references = Items(name, *_labels(name, declared), unit="person", at_most=30, refers_to=declared.refers_to)
        return Annotated[tuple[Reference, ...] | None, references]
    if declared.list is None:
        return _fact(name, declared)
    fields = {
        # What is confidential of a list is so of all that its items hold.
        key: (_fact(key, inner.model_copy(update={"confidential": inner.confidential or declared.confidential})), None)
        for key, inner in (declared.fields or {}).items()
    }
    item: Any = _created(declared.list.title().replace("_", ""), Facts, fields)
    items = Items(declared.list, *_labels(name, declared), at_most=declared.max_items, ordered_by=declared.ordered_by)
    return Annotated[tuple[item, ...] | None, items]


def _finding(name: str, declared: FindingInput) -> Any:
    """The annotation of a finding: its value, and by whom, when and why it was recorded."""
    zh, en = _labels(name, declared)
    beside = dict(BESIDE)
    if declared.lapses:  # rules read the day, which then has a label of its own
        beside["on"] = (date, replace(BESIDE["on"][1], zh=f"{zh}的认定日期", en=f"day of the finding: {en}"))
    for need in (*declared.needs, *declared.may_need):
        # What was held was held: a finding for which it was not is none.
        beside.setdefault(need, (Literal[True], Fact(need, need.replace("_", " "))))
    fields: dict[str, Any] = {"value": (_fact(name, declared, required=True), ...)}
    for key, (kind, fact) in beside.items():
        needed = key in declared.needs
        fields[key] = (Annotated[kind if needed else kind | None, fact], ... if needed else None)
    record: Any = _created(f"{name.title().replace('_', '')}Finding", Facts, fields)
    return Annotated[record | None, Group(zh, en, lapses=declared.lapses)]


def _fact(name: str, declared: Input, required: bool = False) -> Any:
    note = f"where {declared.applies_when}; elsewhere {declared.counts_as}" if declared.applies_when else ""
    kind, fact = _kind(declared), Fact(*_labels(name, declared), confidential=declared.confidential, note=note)
    if declared.past:
        fact = replace(fact, past=True)
    if declared.numeric:
        low, high = declared.range
        unit = None if declared.unit in (None, "1") else declared.unit
        fact = replace(fact, unit=unit, low=_plain(low), high=_plain(high), scale=declared.scale)
    elif declared.refers_to is not None:
        fact = replace(fact, pattern=OPAQUE_ID, refers_to=declared.refers_to)
    else:
        fact = replace(fact, options_zh=declared.options_zh, options_en=declared.options_en)
    return Annotated[kind if required else kind | None, fact]


def _kind(declared: Input) -> Any:
    """The Python type of a declared value."""
    if isinstance(declared.type, tuple):
        return Literal[declared.type]
    if declared.numeric:
        return Decimal if declared.scale else int
    if declared.type == "date" and declared.optional:
        return date | Literal["none"]
    return {"bool": bool, "date": date}.get(str(declared.type), str)


def _labels(name: str, declared: Input) -> tuple[str, str]:
    return declared.zh or name, declared.en or name.replace("_", " ")


def _plain(number: Decimal) -> int | Decimal:
    return int(number) if number == int(number) else number


def name_problems(about: str, name: str, declared: Input) -> Iterator[Problem]:
    """Why a pack's input cannot be called so, or cannot stand beside the shipped facts.

    Args:
        about: what it is asked of: `household`, `member` or `case`, or what the pack is about.
        name: its name.
        declared: the input.
    """
    model, rule = _SHIPPED.get(about, Thing), f"inputs.{about}.{name}"
    if name in model.model_fields:
        hint = "Use the shipped fact, or give the input another name."
        yield Problem(f"{about}.{name} is a shipped fact already", rule=rule, hint=hint)
    elif name in RESERVED or cannot_be_called(name, model):
        yield Problem(f"{name!r} cannot be the name of an input", rule=rule, expected=_A_NAME)
    for field in declared.fields or ():
        if cannot_be_called(field):
            yield Problem(f"{field!r} cannot be the name of a field", rule=f"{rule}.{field}", expected=_A_NAME)
    if model is Thing and any(one.refers_to for one in (declared, *(declared.fields or {}).values())):
        hint = "Declare a list under inputs:, and say of each item what rules ask"
        yield Problem("refers_to: member, in a pack about what has no members", rule=rule, hint=hint)


def cannot_be_called(name: str, model: type[Facts] = Facts) -> bool:
    """Whether no fact can have this name: Python or the models of facts use it themselves (`class`, `copy`)."""
    return not name.isidentifier() or keyword.iskeyword(name) or hasattr(model, name)


def _unit_problems(path: str, declared: Input, currency: str) -> Iterator[Problem]:
    """Amounts in another currency than the pack's."""
    for one in (declared, *(declared.fields or {}).values()):
        unit = one.unit
        if unit and money_unit(unit) and unit.partition("/")[0] != currency:
            found, expected = f"the unit {unit} is not in the pack's currency", f"an amount in {currency}"
            yield Problem(found, rule=f"inputs.{path}", expected=expected)
