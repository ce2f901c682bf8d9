"""What a parameter is on the day of a case, by its name and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aidrules.engine import Result
from aidrules.language.fields import one_of
from aidrules.language.parameters import Cell, Parameter, Range
from aidrules.language.units import Quantity, decimal_text
from aidrules.testing.impossible import ImpossibleError

if TYPE_CHECKING:
    from aidrules.engine import Compiled


def cell_of(name: str, keys: tuple[str, ...], compiled: Compiled) -> Cell | None:
    """The cell of a parameter that its keys name; None where it has no value on the day of the law.

    Raises:
        ImpossibleError: keys that it does not have, or a formula that depends on the household.
    """
    parameter: Parameter = compiled.pack.parameters[name].model
    value = parameter.on(compiled.law)
    if value is None:
        return None
    cells = dict(value.cells())
    if not cells:
        hint = f"Expect the value that reads it; what {name} comes to depends on the household"
        raise ImpossibleError(f"{name} follows from a formula", hint=hint)
    if keys not in cells:
        found = f"{name} has no value for {'/'.join(keys)}" if keys else f"{name} has a value for each key"
        raise ImpossibleError(found, one_of(f"{name}{''.join(f'[{key}]' for key in known)}" for known in cells))
    return cells[keys]


def has_cell(name: str, keys: tuple[str, ...], compiled: Compiled) -> bool:
    """Whether the keys name a cell of a parameter."""
    value = compiled.pack.parameters[name].model.on(compiled.law)
    return value is not None and keys in dict(value.cells())


def worth(cell: Cell | None) -> Result:
    """What a cell says, as a case compares it."""
    value = None if cell is None else cell.value
    if isinstance(value, Quantity):
        return value.number
    if isinstance(value, Range):
        return f"{decimal_text(value.low.number)}..{decimal_text(value.high.number)}"
    return "none" if value is None and cell is not None else value
