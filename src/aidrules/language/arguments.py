"""Values of parameters given as arguments: read like those of a file, in force on every day, marked as given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aidrules.errors import PackError, Place, Problem
from aidrules.language import tree
from aidrules.language.fields import near, one_of
from aidrules.language.parameters import Brackets, Cell, Keyed, Parameter, ParameterValue, Table
from aidrules.language.values import Reader

_NAME = re.compile(r"([a-z][a-z0-9_]*)((?:\[[^\[\]]*\])*)\Z")
_ONE_DAY = timedelta(days=1)
GIVEN = "parameters given"
"""Where arguments stand, in the place of a file."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One cell of a parameter, or the whole of one without keys.

    Attributes:
        written: the value as it was given, in text; it gives the same argument again.
    """

    parameter: str
    keys: tuple[str, ...]
    table: Table
    written: tree.Plain

    @property
    def name(self) -> str:
        """How it is written: `dibao_standard[urban]`."""
        return f"{self.parameter}[{', '.join(self.keys)}]" if self.keys else self.parameter

    @property
    def canonical(self) -> list[str]:
        """Name and value in one form, however they were given."""
        return [self.name, _text(self.table)]


def _text(table: Table) -> str:
    if isinstance(table, Cell):
        return "none" if table.value is None else str(table.value)
    if isinstance(table, Keyed):
        return str({key: _text(row) for key, row in table.rows.items()})
    return str([(row.low, row.low_included, row.high, row.high_included, _text(row.value)) for row in table.rows])


def read_arguments(
    values: Mapping[str, object], parameters: Mapping[str, Parameter], units: Sequence[str]
) -> list[Argument]:
    """The cells that arguments give.

    Args:
        values: text, whole numbers, Decimals, dates, or mappings of these by key; by the name of a parameter, with
            keys in brackets or without.
        parameters: those of the pack.
        units: counting units of the pack.

    Raises:
        PackError: an unknown parameter or key, a float, a value that does not fit.
    """
    if not isinstance(values, Mapping):
        raise PackError(Problem(f"found a {type(values).__name__}", "parameters", expected="values by name"))
    found: list[Argument] = []
    problems: list[Problem] = []
    for name, value in values.items():
        try:
            found += _read_argument(name, value, parameters, units)
        except PackError as error:
            problems.extend(error.problems)
    if problems:
        raise PackError(problems)
    return found


def _read_argument(
    name: str, value: object, parameters: Mapping[str, Parameter], units: Sequence[str]
) -> list[Argument]:
    place = Place(GIVEN, 1, 1)
    match = _NAME.match(name) if isinstance(name, str) else None
    parameter = parameters.get(match[1]) if match else None
    if match is None or parameter is None:
        found = match[1] if match else str(name)
        hint = near(found, parameters)
        raise PackError(Problem(f"there is no parameter {found!r}", None, None, one_of(parameters), hint))
    keys = tuple(key.strip() for part in re.findall(r"\[(.*?)\]", match[2]) for key in part.split(","))
    _check_keys(parameter, keys, tuple(units))
    depth = len(parameter.key_kinds)
    reader = Reader(parameter, tuple(units), argument=True)
    try:
        node = tree.from_plain(value, place)
        table = reader.table(node, len(keys))
    except PackError as error:
        raise PackError([_without_place(problem, name) for problem in error.problems]) from error
    if reader.problems:
        raise PackError([_without_place(problem, name) for problem in reader.problems])
    if isinstance(table, Cell) and depth and not keys:
        example = f"{parameter.name}[{(parameter.keys or (('key',),))[0][0]}]"
        raise PackError(Problem("it has values by key", None, name, f"a name with its key, such as {example}"))
    return [
        Argument(parameter.name, (*keys, *below), cell, tree.find(node, below).plain())
        for below, cell in _leaves(table, ())
    ]


def _without_place(problem: Problem, name: str) -> Problem:
    return replace(problem, where=None, rule=name)


def _check_keys(parameter: Parameter, keys: tuple[str, ...], units: tuple[str, ...]) -> None:
    depth = len(parameter.key_kinds)
    if len(keys) > depth:
        expected = f"{depth} keys" if depth else "no key"
        raise PackError(Problem(f"{len(keys)} keys for {parameter.name}", None, parameter.name, expected))
    reader = Reader(parameter, units)
    for level, key in enumerate(keys):
        wrong = reader.wrong_key(key, level)
        if wrong is not None:
            raise PackError(wrong)


def _leaves(table: Table, keys: tuple[str, ...]) -> list[tuple[tuple[str, ...], Table]]:
    if isinstance(table, Keyed):
        return [leaf for key, row in table.rows.items() for leaf in _leaves(row, (*keys, key))]
    return [(keys, table)]


def with_arguments(parameter: Parameter, arguments: Iterable[Argument]) -> Parameter:
    """The parameter with the cells given, on every day; other cells keep their dated values.

    Raises:
        PackError: a key below a value that holds whatever that key is.
    """
    values = parameter.values
    for argument in arguments:
        if not argument.keys:
            values = (ParameterValue(None, None, argument.table, argument=True),)
            continue
        values = tuple(
            replace(value, table=_put(value.table, argument.keys, argument), argument=True)
            for value in _every_day(values)
        )
    return replace(parameter, values=values)


def _put(table: Table | None, keys: tuple[str, ...], argument: Argument) -> Table:
    if not keys:
        return argument.table
    if table is None or isinstance(table, Keyed):
        rows = dict(table.rows) if table is not None else {}
        rows[keys[0]] = _put(rows.get(keys[0]), keys[1:], argument)
        return Keyed(rows)
    what = "brackets" if isinstance(table, Brackets) else "one value for all keys"
    hint = "Give the value without the last key" if isinstance(table, Cell) else "Give all brackets as a list"
    raise PackError(Problem(f"there is {what} at this place", None, argument.name, hint=hint))


def _every_day(values: tuple[ParameterValue, ...]) -> list[ParameterValue]:
    """The values with empty ones for the days on which none is in force."""
    found: list[ParameterValue] = []
    begin: date | None = None
    for value in values:
        if value.start is not None and (begin is None or begin < value.start):
            found.append(ParameterValue(begin, value.start - _ONE_DAY, None))
        found.append(value)
        if value.until is None:
            return found
        begin = value.until + _ONE_DAY
    return [*found, ParameterValue(begin, None, None)]
