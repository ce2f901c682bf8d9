"""What is wrong with given facts, said in sentences: turns pydantic's errors into `FactsError`."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from aidrules.errors import FactsError, Problem
from aidrules.facts.fact import (
    AS_NUMBER,
    AS_TEXT,
    CURRENCY,
    FIRST_DAY,
    IDENTITY_NUMBER,
    ISO_DAY,
    LAST_DAY,
    OPAQUE_ID,
    RULE_ID,
    TEXT_LIMIT,
    WRITTEN_TEXT,
)
from aidrules.facts.findings import BESIDE
from aidrules.facts.nobody import names_nobody
from aidrules.facts.schema import Field, ListField, Subject, field_of, schema_of
from aidrules.visible import HIDDEN, on_one_line

MOST_PROBLEMS_READ = 2000
NOT_SHOWN = "a value that is not shown"
MOST_PROBLEMS_TOLD = 50
_PERSONAL = {"name", "full_name", "address", "phone", "mobile", "id_number", "id_card", "identity_number"} | {
    "姓名",
    "住址",
    "地址",
    "电话",
    "手机",
    "身份证",
    "身份证号",
}
_BESIDE = {name: replace(field_of(name, *said, CURRENCY), required=True) for name, said in BESIDE.items()}
_RECORD = ("value", *_BESIDE)
_NEGATIVE = r"-[0-9]+(\.[0-9]+)?\Z"
_IMPOSSIBLE = "facts_do_not_fit"
_LONG_NUMBER = re.compile(r"\d{11,}[Xx]?")
"""What may be the number of a person, or of a telephone; amounts are shorter."""


def facts_error(error: ValidationError, model: type[BaseModel], text: str | bytes | bytearray = b"") -> FactsError:
    """Say what pydantic found wrong.

    Args:
        error: what pydantic raised.
        model: the model that was to be built.
        text: the JSON text that was read, if any.
    """
    count = error.error_count()
    if count > MOST_PROBLEMS_READ:
        return FactsError(Problem(f"{count} problems, too many to list", expected=f"the facts of one {_called(model)}"))
    subject = schema_of(model)
    problems: list[Problem] = []
    for detail in error.errors(include_url=False):
        if _of_the_other_form(detail):
            continue
        if detail["type"] == _IMPOSSIBLE:
            problems.extend(detail["ctx"]["problems"])
        elif detail["type"] in ("json_invalid", "json_type", "string_unicode") and not detail["loc"]:
            problems.append(_not_json(detail, text))
        elif detail["type"] != "too_short" or not detail["input"]:
            # Pydantic counts only right items, so a list of one wrong item is "too short" to it as well.
            problems.append(_problem(detail, Spot.of(subject, detail["loc"])))
    if len(problems) > MOST_PROBLEMS_TOLD:
        left = len(problems) - MOST_PROBLEMS_TOLD
        problems = [*problems[:MOST_PROBLEMS_TOLD], Problem(f"{left} more problems of this kind and others")]
    return FactsError(problems)


def _of_the_other_form(detail: ErrorDetails) -> bool:
    """Whether pydantic tells why an amount given as text is no number, or the other way round."""
    form = detail["loc"][-1] if detail["loc"] else None
    return form == (AS_NUMBER if isinstance(detail["input"], str) else AS_TEXT)


def impossible(problems: Sequence[Problem]) -> PydanticCustomError:
    """Facts that are each possible but do not fit together; for a model's own validator to raise."""
    return PydanticCustomError(
        _IMPOSSIBLE, "{count} facts do not fit together", {"count": len(problems), "problems": tuple(problems)}
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a household a problem is, and what is declared there.

    Attributes:
        path: as a person writes it, such as `members[2].incomes[0].amount`.
        declared: the field or list, where there is one.
        beside: the names known in the object that holds it.
        inside: the names known within it, where it is an object.
    """

    path: str
    declared: Field | ListField | None
    beside: tuple[str, ...]
    inside: tuple[str, ...]

    @classmethod
    def of(cls, subject: Subject, steps: Sequence[int | str]) -> Spot:
        """Follow the steps of a pydantic error location."""
        path, prefix, declared = "", "", None
        beside: tuple[str, ...] = ()
        inside = _names(subject, "")
        for step in steps:
            if isinstance(step, int):
                path += f"[{step}]"
                if isinstance(declared, ListField):
                    subject, prefix, declared = declared.subject, "", None
                    inside = _names(subject, "")
                continue
            if step in (AS_TEXT, AS_NUMBER):
                continue
            written = printable(step)
            path += f".{written}" if path else written
            beside = inside
            if isinstance(declared, Field):
                declared, inside = _of_finding(declared, step), ()
                continue
            declared = subject.fields.get(prefix + step) or subject.lists.get(prefix + step)
            prefix += f"{step}."
            recorded = isinstance(declared, Field) and declared.finding is not None
            inside = _RECORD if recorded else _names(subject, prefix)
        return cls(path, declared, beside, inside)


def _of_finding(finding: Field, step: str) -> Field | None:
    """The value of a finding, or what is recorded beside it."""
    beside = _BESIDE.get(step)
    if beside is None:
        return finding if step == "value" else None
    return replace(beside, confidential=finding.confidential)


def _names(subject: Subject, prefix: str) -> tuple[str, ...]:
    known = [name[len(prefix) :] for name in (*subject.fields, *subject.lists) if name.startswith(prefix)]
    return tuple(dict.fromkeys(name.split(".")[0] for name in known))


def _problem(detail: ErrorDetails, spot: Spot) -> Problem:
    where = spot.path or None
    kind, value = detail["type"], detail.get("input")
    if kind == "extra_forbidden":
        return _unknown_field(str(detail["loc"][-1]), spot)
    if kind == "identity_number":
        return Problem(
            "what looks like a resident identity number",
            where=where,
            expected="an opaque id of your own, such as m1",
            hint="Facts hold no personal identifiers; keep the link between ids and persons in your own system.",
        )
    expected = _expected(spot)
    if kind == "missing":
        return Problem("missing", where=where, expected=expected)
    if kind in ("too_long", "too_short") and isinstance(spot.declared, ListField):
        return _wrong_length(value, spot.declared, where)
    found, hint = _found(kind, value, None if spot.inside else spot.declared)
    if "value" in spot.inside and isinstance(value, str | bool | int | float | Decimal):
        hint = 'What was found stands under value, such as {"value": true}.'
    # What to do may tell what was given, such as the option that is nearest to it.
    hushed = spot.declared is not None and spot.declared.confidential
    return Problem(found, where=where, expected=expected, hint=None if hushed else hint)


def _found(kind: str, value: Any, declared: Field | ListField | None) -> tuple[str, str | None]:
    shown = _shown(value, declared)
    if not isinstance(declared, Field):
        return f"found {shown}", None
    if declared.type in ("money", "number"):
        return _found_number(kind, value, shown, declared)
    if declared.type == "enum" and isinstance(value, str):
        return f"{shown} is not one of its values", _near(value, declared.options)
    if declared.type == "text" and isinstance(value, str) and (hidden := HIDDEN.search(value)):
        return f"found {shown}", f"It holds the invisible character U+{ord(hidden[0]):04X}."
    if declared.type == "date" and isinstance(value, str) and _names_no_day(value):
        return f"{shown} is not a day of the calendar", None
    return f"found {shown}", None


def _names_no_day(text: str) -> bool:
    """Whether a text is written like a date, and the calendar has no such day."""
    if not re.match(ISO_DAY, text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return True
    return False


def _found_number(kind: str, value: Any, shown: str, field: Field) -> tuple[str, str | None]:
    if kind == "decimal_max_places" and isinstance(value, float):
        hint = "A float is not exact: give the amount as text or Decimal, rounded as your records have it."
        given = shown if field.confidential else f"the float {shown}"
        return f"{given} has more than {field.scale} decimals", hint
    if kind == "decimal_max_places" or (kind == "string_pattern_mismatch" and _decimals(value) > field.scale):
        return f"{shown} has more than {field.scale} decimals", None
    if kind == "greater_than_equal" or (kind == "string_pattern_mismatch" and re.match(_NEGATIVE, value)):
        return f"{shown} is below {field.low}", None
    if kind == "less_than_equal":
        return f"{shown} is above {field.high}", None
    if isinstance(value, str) and field.scale and re.search(r"\d", value):
        return f"found {shown}", "Write digits and a decimal point only, without separators or a currency."
    return f"found {shown}", None


def _decimals(text: str) -> int:
    """How many decimals a plain number in a text has."""
    return len(text.partition(".")[2]) if re.match(r"-?[0-9]+\.[0-9]+\Z", text) else 0


def _wrong_length(value: Any, declared: ListField, where: str | None) -> Problem:
    if declared.min_items and not value:
        return Problem("no items", where=where, expected=f"at least {declared.min_items} {declared.item}")
    told = isinstance(value, list | tuple) and not declared.confidential
    length = f"{len(value)} items" if told else "more"
    return Problem(
        length,
        where=where,
        expected=f"at most {declared.max_items} {declared.label_en}",
        hint="Add up small items of one kind.",
    )


_DECLARED = "What only one policy asks is declared by its pack. `aidrules schema PACK` prints all that there is."
_FINDINGS = "Findings stand with the household, or with the member whom they are about."


def _unknown_field(name: str, spot: Spot) -> Problem:
    if name.lower() in _PERSONAL:
        hint = "Facts hold no personal identifiers; an opaque id is enough."
        return Problem("unknown field", where=spot.path, hint=hint)
    near = _near(name, spot.beside) if name != "findings" else _FINDINGS
    if near:
        return Problem("unknown field", where=spot.path, hint=near)
    return Problem("unknown field", where=spot.path, expected="one of " + ", ".join(spot.beside), hint=_DECLARED)


def _near(name: str, known: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(name[:60].lower(), list(known), n=2, cutoff=0.6)
    return f"Did you mean {' or '.join(near)}?" if near else None


def _expected(spot: Spot) -> str | None:
    declared = spot.declared
    if isinstance(declared, ListField):
        return f"a list of {declared.label_en}" + ("" if declared.required else ", or null if unknown")
    if isinstance(declared, Field) and (declared.finding is None or spot.path.endswith(".value")):
        return _expected_value(declared) + ("" if declared.required else ", or null if unknown")
    return "an object with " + ", ".join(spot.inside) if spot.inside else None


def _expected_value(field: Field) -> str:
    match field.type:
        case "money":
            return (
                f"{field.label_en}: an amount in {field.unit} from {field.low} to {field.high} "
                f'with at most {field.scale} decimals, such as 832 or "832.50"'
            )
        case "number":
            number = f"a number with at most {field.scale} decimals" if field.scale else "a whole number"
            unit = f" in {field.unit}" if field.unit else ""
            return f"{field.label_en}: {number}{unit} from {field.low} to {field.high}"
        case "bool":
            return f"{field.label_en}: true or false"
        case "date":
            none = ', or "none"' if field.optional else ""
            return f"{field.label_en}: a date from {FIRST_DAY} to {LAST_DAY} written YYYY-MM-DD{none}"
        case "enum":
            return f"{field.label_en}: one of {', '.join(field.options)}"
        case "text":
            return f"{field.label_en}: {_expected_text(field)}"


def _expected_text(field: Field) -> str:
    if field.pattern == OPAQUE_ID:
        return "1 to 64 of a-z, A-Z, 0-9 and _ . : -"
    if field.pattern == RULE_ID:
        return "an id as rules have it: small letters, digits and _"
    if field.pattern == WRITTEN_TEXT:
        return f"text on one line, not blank, of at most {TEXT_LIMIT} characters"
    return f"text on one line, of at most {TEXT_LIMIT} characters"


def _not_json(detail: ErrorDetails, text: str | bytes | bytearray) -> Problem:
    hint: str | None = None
    if detail["type"] == "json_type":
        hint = "Read the file first, or build from Python values with model_validate."
        return Problem(f"found {_shown(detail['input'], None)}", expected="JSON text", hint=hint)
    reason, _, position = str(detail.get("ctx", {}).get("error", "half a surrogate pair")).partition(" at line ")
    if "unicode" in reason and isinstance(text, bytes | bytearray):
        hint = "The text is not UTF-8; if it comes from an older system it may be GB 18030: decode it first."
    elif "recursion" in reason:
        reason = "it is nested too deeply"
    elif text[:4] in ("PAR1", b"PAR1"):
        reason, hint = "this is a Parquet file", "Tables of households are for aidrules simulate."
    return Problem(
        f"the text is not JSON: {reason}",
        where=f"line {position}" if position else None,
        expected="one JSON object in UTF-8",
        hint=hint,
    )


def printable(text: str) -> str:
    """A text that others wrote, short, with what nobody sees escaped and without what may be a person's number."""
    return on_one_line(_short(text))


def _quoted(text: str) -> str:
    return on_one_line(json.dumps(_short(text), ensure_ascii=False))


def _short(text: str) -> str:
    text = _LONG_NUMBER.sub("…", text)
    return text if len(text) <= 40 else text[:40] + "…"


def shown_id(given: str) -> str:
    """An id as a sentence may show it: never what is no opaque id, or looks like a resident identity number."""
    return given if is_opaque(given) else _of_length(given)


def _of_length(text: str) -> str:
    return f"a text of {len(text)} character{'' if len(text) == 1 else 's'}"


def shown_written(text: str, *, confidential: bool) -> str:
    """A text in the place of a number, or of yes or no, as a sentence may show it: never what may name a person."""
    if confidential:
        return NOT_SHOWN
    return _quoted(text) if names_nobody(_short(text)) else _of_length(text)


def is_opaque(given: str) -> bool:
    """Whether a text can be an id that tells nothing of a person."""
    return bool(re.match(OPAQUE_ID.replace("$", r"\Z"), given)) and not IDENTITY_NUMBER.search(given)


def _shown(value: Any, declared: Field | ListField | None) -> str:
    """A value as a sentence may show it: short, and never confidential, a free text, or what may name a person."""
    if declared is not None and declared.confidential:
        return NOT_SHOWN
    match value:
        case None | bool():
            return json.dumps(value)
        case str():
            return _shown_text(value, declared)
        case int() | float() | Decimal():
            return shown_number(value)
        case date():
            return value.isoformat()
        case dict():
            return "an object"
        case list() | tuple() | set() | frozenset():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


def _shown_text(text: str, declared: Field | ListField | None) -> str:
    free = declared is None or (isinstance(declared, Field) and declared.type == "text")
    # A word in small letters is most likely an option of another list.
    option = isinstance(declared, Field) and declared.type == "enum" and re.fullmatch("[a-z_]+", text)
    near_an_option = option or (isinstance(declared, Field) and _near(text, declared.options))
    if free or not (near_an_option or names_nobody(_short(text))):
        return _of_length(text)
    return _quoted(text)


def shown_number(number: float | Decimal) -> str:
    """A number as a sentence may show it: not one so long that it may be a person's."""
    if not Decimal(number).is_finite() or -(10**10) < number < 10**10:
        return f"{number}"[:40]
    if -(10**30) < number < 10**30:
        return f"a number of {len(str(abs(int(number))))} digits"
    return "a number of more than 30 digits"


def _called(model: type[BaseModel]) -> str:
    return model.__name__.lower()
