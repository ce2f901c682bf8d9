"""What a case can expect: every name must be one of the pack, and every value one that its rules can produce."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.language import core
from aidrules.language.fields import RefusedError, near, one_of, read_date
from aidrules.language.parameters import Cell
from aidrules.language.units import Quantity, Unit, UnitError, decimal_text
from aidrules.testing.cases import PAYMENTS, UNKNOWN, Expectation
from aidrules.testing.impossible import ImpossibleError as ImpossibleError
from aidrules.testing.parameters import cell_of, has_cell
from aidrules.testing.payments import check_term, paying
from aidrules.testing.reads import inputs_of, pattern

if TYPE_CHECKING:
    from aidrules.engine import Compiled

_WITH_UNIT = re.compile(r"\s*([-+]?\d[\d,]*(?:\.\d+)?)\s*[^\d\s.,/]", re.ASCII)
_BOUNDS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:-|–|—|~|至|到|…|\.\.\.)\s*(\d+(?:\.\d+)?)\s*\Z", re.ASCII)
_NAME = re.compile(r"([\w.]+)(?:((?:\[[^\]]+\])+)((?:\.\w+)*))?\Z")
_KINDS = {"entitlements": "entitlement", "referrals": "referral", "gates": "gate"}
_OPEN = ("undetermined", "pending")
_DECIDING = ("eligibility", "exclusion", "phase_out")


@dataclass(frozen=True, slots=True)
class Meant:
    """What an expectation is about.

    Attributes:
        name: the definition, rule, parameter or missing input.
        item: the keys in brackets: ids, places from 1, or the keys of a parameter.
        parameter: whether it is a parameter as such.
    """

    name: str
    item: tuple[str, ...] = ()
    parameter: bool = False


def meant(expectation: Expectation, compiled: Compiled) -> Meant:
    """What an expectation is about.

    Raises:
        ImpossibleError: a name that the pack does not have, or that is something else, or a value it can never have.
    """
    section, value = expectation.section, expectation.value
    if section == "missing":
        return _missing(expectation.name, compiled)
    head, item = split(expectation.name)
    if section == "outcomes":
        return Meant(_outcome(head, item, value, compiled), item)
    if section == "reasons":
        return Meant(_reason(head, item, compiled), item)
    if section == PAYMENTS:
        rule = paying(head, compiled)
        _said_of(head, rule.owner, item, compiled)
        check_term(expectation.term, value)
        if expectation.term == "amount":
            _possible(rule.roles["amount"], value, compiled)
        return Meant(rule.roles["amount"], item)
    if section == "values" and (found := _parameter(head, item, value, compiled)) is not None:
        return found
    if section in _KINDS:
        name = _concluding(head, _KINDS[section], compiled)
        value = "true"
    else:
        name = _definition(head, item, section, value, compiled)
        value = value or "false"
    definition = compiled.definitions[name]
    _said_of(name, definition.owner, item, compiled)
    wanted = {"dates": "date", "amounts": "number", "not": "bool"}.get(section, definition.type.name)
    if definition.type.name != wanted:
        kind = {"date": "a date", "number": "an amount", "bool": "yes or no"}[wanted]
        raise ImpossibleError(f"{name} is {definition.type}", kind)
    _possible(name, value, compiled)
    return Meant(name, item)


def split(name: str) -> tuple[str, tuple[str, ...]]:
    """A name and the keys of an item that it has in brackets."""
    match = _NAME.match(name)
    if match is None:
        return name, ()
    head, keys, tail = match.groups("")
    return head + tail, tuple(re.findall(r"\[([^\]]+)\]", keys))


def _programme(name: str, compiled: Compiled) -> None:
    known = compiled.programmes
    if name not in known:
        raise ImpossibleError(f"there is no programme {name}", one_of(known), near(name, known))


def _outcome(head: str, item: tuple[str, ...], value: str, compiled: Compiled) -> str:
    _programme(head, compiled)
    name = f"{head}.outcome"
    _said_of(head, compiled.definitions[name].owner, item, compiled)
    can = [*leaves(compiled.definitions[name].expr), *_OPEN]
    if value not in can:
        raise ImpossibleError(f"{head} never comes to {value!r}", one_of(can), near(value, can))
    return name


def _reason(head: str, item: tuple[str, ...], compiled: Compiled) -> str:
    rule = compiled.rules.get(head)
    if rule is None or rule.kind not in _DECIDING:
        known = [name for name, each in compiled.rules.items() if each.kind in _DECIDING]
        found = f"there is no rule {head}" if rule is None else f"{head} is of kind {rule.kind} and settles no outcome"
        raise ImpossibleError(found, "a rule of kind eligibility, exclusion or phase_out", _near(head, known))
    _said_of(head, compiled.programmes[rule.programme].owner, item, compiled)
    return head


def _concluding(head: str, kind: str, compiled: Compiled) -> str:
    """A rule of a kind, one of its receivers, or whether it holds of any."""
    known = {rule.id for rule in compiled.rules.values() if rule.kind == kind}
    known |= {f"{name}.any" for name in known if f"{name}.any" in compiled.definitions}
    known |= {part.definition for name in known & compiled.rules.keys() for part in compiled.rules[name].parts}
    if head not in known:
        rule = compiled.rules.get(head)
        found = f"there is no {kind} {head}" if rule is None else f"{head} is of kind {rule.kind}"
        raise ImpossibleError(found, f"a rule of kind {kind}", _near(head, known))
    return head


def _definition(head: str, item: tuple[str, ...], section: str, value: str, compiled: Compiled) -> str:
    """The definition that a name means: the amount of a rule rather than whether it holds, a total without an item."""
    definitions = compiled.definitions
    number = section == "amounts" or (section == "values" and value not in ("true", "false", UNKNOWN))
    names = [f"{head}.amount", head] if number else [head, f"{head}.amount"]
    names = [name for name in names if name in definitions]
    if not names:
        known = [name for name, definition in definitions.items() if not definition.hidden]
        known += compiled.pack.parameters if section == "values" else ()
        raise ImpossibleError(f"nothing is called {head}", hint=_near(head, known))
    if number:
        names.sort(key=lambda name: definitions[name].type.name == "bool")
    name, total = names[0], f"{head}.total"
    return total if len(item) < len(definitions[name].owner) and total in definitions else name


def _parameter(head: str, item: tuple[str, ...], value: str, compiled: Compiled) -> Meant | None:
    """A parameter by its name and keys; None where the name is that of something else, or it is looked up by facts."""
    looked_up = compiled.definitions.get(f"{head}.value")
    if head not in compiled.pack.parameters or head in compiled.definitions:
        return None
    if looked_up is not None and len(item) == len(looked_up.owner) and not (item and has_cell(head, item, compiled)):
        _possible(looked_up.name, value, compiled)
        return Meant(looked_up.name, item)
    cell = cell_of(head, item, compiled)
    if isinstance(cell, Cell) and isinstance(cell.value, Quantity) and value != UNKNOWN:
        _number(head, value, cell.value.unit, compiled, "digits, 1000/3 or unknown")
    return Meant(head, item, parameter=True)


def _near(name: str, known: Iterable[str]) -> str | None:
    """A hint with the names that end in `name`, such as a rule without its programme, or that are like it."""
    known = list(known)
    whole = [each for each in known if each.endswith(f".{name}")][:3]
    return f"Did you mean {' or '.join(whole)}?" if whole else near(name, known)


def _said_of(name: str, owner: tuple[str, ...], item: tuple[str, ...], compiled: Compiled) -> None:
    if len(owner) == len(item):
        return
    if not owner:
        raise ImpossibleError(f"{name} is said of the {compiled.pack.subject.name}", f"{name} alone")
    hint = f"Or write {name}.any" if f"{name}.any" in compiled.definitions else None
    found = f"{name} is said of each item of {' of '.join(reversed(owner))}"
    raise ImpossibleError(found, f"the item in brackets, such as {name}{'[a][1]'[: 3 * len(owner)]}", hint)


def _missing(name: str, compiled: Compiled) -> Meant:
    """A parameter, or an input that a rule reads; members may be named by id."""
    head = name.partition("[")[0]
    if head in compiled.parameters:
        return Meant(name)
    known = inputs_of(compiled)
    if pattern(name) not in known:
        hint = _near(name, [*known, *compiled.parameters])
        raise ImpossibleError(f"no rule reads {name}", "a path such as members[a].incomes, or a parameter", hint)
    return Meant(name)


def _number(name: str, text: str, unit: Unit, compiled: Compiled, expected: str) -> Fraction:
    """A number that is expected, bare or with the unit that it has in the rules."""
    number, (_, _, said) = read_number(text), text.strip().partition(" ")
    try:
        fits = not said or Unit.parse(said, compiled.pack.units) == unit
    except UnitError:
        fits = False
    if number is None:
        raise ImpossibleError(f"{name}: {text!r} is not a number", expected, _bare(text))
    if not fits:
        raise ImpossibleError(f"{name}: {text!r} is not measured in {unit}", expected, _bare(text))
    return number


def _bare(value: str) -> str | None:
    """A hint where a number is written with its unit, or bounds with another sign between them."""
    if ends := _BOUNDS.match(value):
        return f"Write {ends[1]}..{ends[2]}"
    match = _WITH_UNIT.match(value)
    return f"Write {match[1].replace(',', '')} alone: its unit is that of the rules" if match else None


def leaves(expr: core.Expr) -> tuple[str, ...]:
    """The words that an expression can come to."""
    match expr:
        case core.If():
            return tuple(dict.fromkeys((*leaves(expr.then), *leaves(expr.other))))
        case core.Param():
            return leaves(expr.inner)
        case core.Const():
            return (str(expr.value),)
    return expr.type.options


def _possible(name: str, value: str, compiled: Compiled) -> None:
    """Fail if a definition never has a value."""
    expr, kind = compiled.definitions[name].expr, compiled.definitions[name].type
    if value == UNKNOWN:
        return
    if kind.name == "bool":
        can: Iterable[str] = (str(expr.value).lower(),) if isinstance(expr, core.Const) else ("true", "false")
        _among(name, value, can)
    elif kind.name == "enum":
        _among(name, value, leaves(expr))
    elif kind.name == "date" and not (value == "none" and kind.optional):
        try:
            read_date(value)
        except RefusedError as error:
            raise ImpossibleError(f"{name}: {error.found}", error.expected, error.hint) from None
    elif kind.name == "number":
        low, high = compiled.intervals[name]
        for text in value.split("..", 1):
            number = _number(name, text, kind.unit, compiled, "digits, 1000/3, 60..180 or unknown")
            if not low <= number <= high:
                raise ImpossibleError(f"{name} is never {text}", f"{decimal_text(low)} to {decimal_text(high)}")


def _among(name: str, value: str, can: Iterable[str]) -> None:
    if value not in can:
        raise ImpossibleError(f"{name} is never {value!r}", one_of([*can, UNKNOWN]), near(value, can))


def read_number(text: str) -> Fraction | None:
    """A number as a case writes it, whatever its unit, or as a fraction; None where it is none."""
    written = text.strip().partition(" ")[0]
    try:
        return Fraction(written) if "/" in written else Quantity.parse(written).number
    except (ValueError, UnitError, ZeroDivisionError):
        return None
