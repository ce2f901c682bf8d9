"""Populations in and out: households as data frames, one row per household with its members nested.

Two frames hold the same households.

**The public frame** is what people write and read; `pack.arrow_schema` is the type of one with all columns, as
`from_households` makes it; a frame may have fewer, and other types that say the same. Columns are the fields of
`pack.Household` by name: a group is a struct, a list is a list of structs. Amounts are Decimal128 with the decimals of
the fact; whole numbers Int64; enums and texts strings; dates date32; yes or no bool; a date that may be "none" is text,
as in JSON. Null is unknown, of a list as of a fact; an empty list is none. A column that is left out has what the model
takes as unsaid: unknown, but "none" for `died_on` and the like, and 1 for the months that an income covers.

**The kernel frame** is what `check` gives to the columnar engine (`Checked.frame`), and what it may rely on:

- a Polars DataFrame in one chunk, one row per household that is right, in the order given; `Checked.rows` has the place
  of each in the frame that was given;
- the same names and nesting; only columns that were given and of which anything is known, except that a fact whose
  unsaid value is not "unknown" is always there where the struct that holds it is. Whatever else is not there, a fact, a
  group or a list, is unknown throughout;
- numbers are Int64 in the smallest decimal of the fact (fen for yuan with two decimals), within the declared range;
- dates are Date. `column.to_physical() + 719_163` is the ordinal that the exact engine uses; "none" is ordinal 0, which
  Python's own dates cannot show;
- enums are Polars Enum of the declared options, in their order; texts and ids String; yes or no Boolean;
- null is unknown; a null struct is a group, or a finding, of which nothing is recorded; the value of a finding is the
  field `value` of its struct;
- lists are `List(Struct)`, of no more items than declared; a null list is unknown, no item is null;
- all that `pack.Household` refuses, and all that is dated after the day of the facts, is out of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from aidrules.extras import needs_columns

if TYPE_CHECKING:
    from aidrules.frames.checked import Checked, check
    from aidrules.frames.households import from_households, to_households
    from aidrules.frames.nesting import nest

_LAZY = {
    "Checked": "checked",
    "check": "checked",
    "from_households": "households",
    "nest": "nesting",
    "to_households": "households",
}

__all__ = ["Checked", "check", "from_households", "nest", "to_households"]


def __getattr__(name: str) -> object:
    """Load a name when it is first used: only who has tables needs Polars and Arrow."""
    if name not in _LAZY:
        raise AttributeError(f"module 'aidrules.frames' has no attribute {name!r}")
    with needs_columns():
        return getattr(import_module(f"aidrules.frames.{_LAZY[name]}"), name)
