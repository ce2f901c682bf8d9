"""Nodes of a rule file that remember where they were written, so that every error can name its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from aidrules.errors import PackError, Place, Problem
from aidrules.visible import HIDDEN

LABELS = frozenset({"zh", "en", "options_zh", "options_en"})
LABEL_LIMIT = 500
_MOST_DIGITS = 30

_ESCAPES = {"'": "''", '"': "\\"}

Path = tuple[str | int, ...]
Plain = str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar; always text, typed later by the field that it fills.

    Attributes:
        written: how it stands in the file, where that differs from the value: in quotes or over several lines; empty
            for a text that stands nowhere as it is, such as one with a part replaced.
    """

    value: str
    place: Place = field(compare=False)
    written: str | None = field(default=None, compare=False, repr=False)

    def plain(self) -> Plain:
        """The text itself."""
        return self.value

    def at(self, _: Path, column: int | None = None) -> Place:
        """The place of this text, or of a column of it; a path, which all nodes take, cannot lead further.

        Args:
            column: from 0, in the text with its white space made single spaces, as expressions count.
        """
        if column is None or self.written == "":
            return self.place
        if self.written is None:
            return replace(self.place, column=self.place.column + column)
        return _place_in(self.written, self.place, " ".join(self.value.split())[:column])


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place = field(compare=False)

    def plain(self) -> Plain:
        """The same as a plain list."""
        return [item.plain() for item in self.items]

    def at(self, path: Path, column: int | None = None) -> Place:
        """The place of the node at `path`, or of the nearest one above it that exists; see `Text.at`."""
        return _at(self, path, column)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Named nodes in the order in which they were written."""

    items: dict[str, Node]
    key_places: dict[str, Place] = field(compare=False)
    place: Place = field(compare=False)

    def plain(self) -> dict[str, Plain]:
        """The same as a plain dictionary."""
        return {key: item.plain() for key, item in self.items.items()}

    def at(self, path: Path, column: int | None = None) -> Place:
        """The place of the node at `path`, or of the nearest one above it that exists; see `Text.at`."""
        return _at(self, path, column)

    def get(self, key: str) -> Node | None:
        """The node under `key`, or None."""
        return self.items.get(key)

    def text(self, key: str) -> str | None:
        """The text under `key`; None where there is none or it is not a text."""
        node = self.items.get(key)
        return node.value if isinstance(node, Text) else None

    def mapping(self, key: str) -> Mapping | None:
        """The mapping under `key`; None where there is none or it is something else."""
        node = self.items.get(key)
        return node if isinstance(node, Mapping) else None

    def key_place(self, key: str) -> Place:
        """Where the key itself stands."""
        return self.key_places.get(key, self.place)

    def with_items(self, changes: AnyMapping[str, Node], places: AnyMapping[str, Place] | None = None) -> Mapping:
        """The same mapping with some nodes set; new keys come last."""
        where = {key: node.place for key, node in changes.items() if key not in self.key_places}
        return Mapping({**self.items, **changes}, {**self.key_places, **where, **(places or {})}, self.place)

    def without(self, keys: Iterable[str]) -> Mapping:
        """The same mapping with some keys left out."""
        gone = set(keys)
        if not gone & self.items.keys():
            return self
        kept = {key: node for key, node in self.items.items() if key not in gone}
        return Mapping(kept, {key: self.key_place(key) for key in kept}, self.place)

    def only(self, keys: Iterable[str]) -> Mapping:
        """The same mapping with nothing but some keys."""
        return self.without(self.items.keys() - set(keys))


Node = Text | Sequence | Mapping


def find(node: Node, path: Path) -> Node:
    """The node at `path`, or the nearest one above it that exists.

    Parts of the path that lead nowhere are passed over, since a validator's path holds more than the tree
    (a single item that was read as a list of one, for instance).
    """
    for part in path:
        if isinstance(node, Mapping) and part in node.items:
            node = node.items[str(part)]
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
    return node


def _at(node: Node, path: Path, column: int | None) -> Place:
    found = find(node, path)
    return found.at((), column) if isinstance(found, Text) else found.place


def _place_in(written: str, start: Place, before: str) -> Place:
    """Where the text after `before` stands in a scalar as it is written, in quotes or in a block."""
    quote = written[0] if written[0] in "\"'" else ""
    position = 1 if quote else written.find("\n") + 1 if written[0] in "|>" else 0
    left = sum(not character.isspace() for character in before)
    while position < len(written) - 1:
        position += bool(quote) and written.startswith(_ESCAPES[quote], position)
        if not written[position].isspace():
            if left == 0:
                break
            left -= 1
        position += 1
    line = written.count("\n", 0, position)
    column = position - written.rfind("\n", 0, position) if line else start.column + position
    return Place(start.file, start.line + line, column)


def walk(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every node below and including this one with its path, in reading order."""
    yield path, node
    if isinstance(node, Mapping):
        for key, item in node.items.items():
            yield from walk(item, (*path, key))
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from walk(item, (*path, str(index)))


def texts(node: Node) -> Iterator[str]:
    """Every text below and including a node, in no order."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Text):
            yield found.value
        else:
            waiting.extend(found.items.values() if isinstance(found, Mapping) else found.items)


def short(text: object) -> str:
    """A text for the sentence of an error, cut where it is long.

    >>> short("3.10")
    "'3.10'"
    """
    shown = text if isinstance(text, str) else str(text)
    return repr(shown if len(shown) <= 60 else f"{shown[:57]}...")


def describe(node: Node) -> str:
    """What a node is, for the sentence of an error."""
    if isinstance(node, Text):
        return f"the text {short(node.value)}"
    if isinstance(node, Sequence):
        return f"a list of {len(node.items)}"
    return f"a mapping with {', '.join(key[:40] for key in list(node.items)[:6])}" if node.items else "an empty mapping"


def wrong_character(text: str, *, label: bool = False) -> str | None:
    """What a text holds that its reader would not see; in a label, which is one line, a line end too, or too much."""
    hidden = HIDDEN.search(text)
    if hidden:
        return f"the invisible character U+{ord(hidden[0]):04X}"
    if label and len(text) > LABEL_LIMIT:
        return f"a label of {len(text):,} characters, over {LABEL_LIMIT}"
    return "a line end in a label" if label and ("\n" in text.rstrip("\n") or "\r" in text) else None


def is_blank(text: str, key: str | None) -> bool:
    """Whether a text is a label and says nothing; labels of options are looked at together."""
    return key in ("zh", "en") and not text.strip()


def from_plain(value: object, place: Place, depth: int = 0, key: str = "") -> Node:
    """Nodes for a Python value given as an argument: texts, whole numbers, Decimals, dates, lists, mappings.

    Raises:
        PackError: a float (its decimals are not what was written), a number without end, a character that nobody
            sees, or anything else that a file cannot hold.
    """
    if depth > 40:
        raise PackError(Problem("an argument nested over 40 deep", place))
    if isinstance(value, str):
        return _plain_text(value, place, key)
    if isinstance(value, bool):
        return Text("true" if value else "false", place)
    if isinstance(value, int):
        if abs(value) >= 10**_MOST_DIGITS:
            raise _too_many_digits(place)
        return Text(str(value), place)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise PackError(Problem(f"the Decimal {value} is no number", place, expected="a finite number"))
        exponent = value.as_tuple().exponent
        if value.adjusted() >= _MOST_DIGITS or (isinstance(exponent, int) and abs(exponent) > _MOST_DIGITS):
            raise _too_many_digits(place)
        return Text(format(value, "f"), place)
    if isinstance(value, date) and not isinstance(value, datetime):
        return Text(value.isoformat(), place)
    if isinstance(value, AnyMapping):
        keys = {_plain_text(str(inner), place).value: item for inner, item in value.items()}
        items = {inner: from_plain(item, place, depth + 1, inner) for inner, item in keys.items()}
        return Mapping(items, dict.fromkeys(items, place), place)
    if isinstance(value, (list, tuple)):
        return Sequence(tuple(from_plain(item, place, depth + 1, key) for item in value), place)
    hint = "Write the number as text or as a Decimal" if isinstance(value, float) else None
    raise PackError(
        Problem(
            f"{value if value is None or isinstance(value, float) else 'this'} is a {type(value).__name__}",
            place,
            expected="text, a whole number, a Decimal, a date, a list or a mapping",
            hint=hint,
        )
    )


def _plain_text(text: str, place: Place, key: str = "") -> Text:
    if wrong := wrong_character(text, label=key in LABELS):
        raise PackError(Problem(wrong, place, expected="plain text", hint="Write it without"))
    if is_blank(text, key):
        hint = "Write it, or leave the key out"
        raise PackError(Problem("a label without a word", place, expected="what it is called", hint=hint))
    return Text(text, place)


def _too_many_digits(place: Place) -> PackError:
    return PackError(Problem(f"a number of more than {_MOST_DIGITS} digits", place, expected="a number of that size"))


def in_reading_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, line and column, each once; those without a place come last."""
    return sorted(dict.fromkeys(problems), key=_position)


def _position(problem: Problem) -> tuple[bool, str, int, int]:
    where = problem.where
    if isinstance(where, Place):
        return False, where.file, where.line, where.column
    return True, str(where or ""), 0, 0
