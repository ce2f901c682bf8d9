"""Reads YAML into marked nodes: all scalars stay text, and nothing that could surprise a reader is let in."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml import events

from aidrules.errors import PackError, Place, Problem
from aidrules.language.hints import WIDE, plain_hint
from aidrules.language.tree import LABELS, Mapping, Node, Sequence, Text, is_blank, short, wrong_character
from aidrules.visible import HIDDEN

PACK_BYTES = 1_000_000
CASE_BYTES = 20_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000
_MAX_PROBLEMS = 20
_MAX_KEY = 200

_KEY_LINE = re.compile(r"(\s*)[\w.]+:(?=\s|$)")
_WIDE_KEY = re.compile(r"\s*(?:-\s+)*[\w.]+\s*：")
_CLOSE_KEY = re.compile(r"\s*(?:-\s+)*([a-z_]+:)(?=[^\s:/])")
_HEAD, _TAIL = re.compile(r"[-+]?\d{1,3}\Z", re.ASCII), re.compile(r"\d{3}(\.\d+)?\Z", re.ASCII)
_WIDE_IN_FLOW = re.compile("[，；：、]")
_SIGN_FIRST = re.compile(r"[:{\[,-]\s+([>|!&])[^'\"]*\Z")
_NEAR = 80
_SIGNS = {
    ">": "Write what is compared before the sign >, or a figure alone",
    "|": "Write or, with a condition on each side of it, in the place of |",
    "&": "Write and, with a condition on each side of it, in the place of &",
    "!": "Write not in the place of !",
}
_NOTHING = ("null", "Null", "NULL", "~")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

COMMA_HINT = (
    "Inside {…} and […] a comma ends the value: put an expression with a comma or brackets in quotes, "
    "or write it in block style on a line of its own"
)


def read_yaml(
    source: Path | str, file: str | None = None, *, max_bytes: int = PACK_BYTES, max_nodes: int = MAX_NODES
) -> Mapping:
    """Read one YAML document whose outermost node is a mapping.

    Args:
        source: a file, or the YAML text itself.
        file: the name that errors show.
        max_bytes: a larger file is refused before it is read.
        max_nodes: a text with more nodes is refused.

    Raises:
        PackError: not YAML, or YAML that rule files do not use: anchors, tags, merge keys, keys given twice,
            keys without a value, too large or too deep.
    """
    if isinstance(source, Path):
        name = file or str(source)
        return read_text(decode(read_bytes(source, name, max_bytes), name), name, max_nodes)
    name = file or "text"
    if len(source) > max_bytes:
        raise _too_large(name, len(source), max_bytes)
    return read_text(source, name, max_nodes)


def read_bytes(path: Path, name: str, max_bytes: int) -> bytes:
    """The content of a regular file of at most `max_bytes`."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for
            raise PackError(Problem("this is not a file that can be read", name, expected="a YAML file"))
        if found.st_size > max_bytes:
            raise _too_large(name, found.st_size, max_bytes)
        with path.open("rb") as stream:
            content = stream.read(max_bytes + 1)
    except OSError as error:
        raise PackError(Problem(f"the file cannot be read: {error.strerror}", name)) from error
    if len(content) > max_bytes:
        raise _too_large(name, len(content), max_bytes)
    return content


def _too_large(name: str, size: int, limit: int) -> PackError:
    return PackError(
        Problem(f"the file has {size:,} bytes", name, expected=f"at most {limit:,}", hint="Split it into several")
    )


def decode(content: bytes, name: str) -> str:
    """UTF-8 text without a byte order mark.

    Raises:
        PackError: another encoding; the error names the line of the first byte that does not fit.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise PackError(
            Problem(
                f"byte 0x{content[error.start]:02x} is not UTF-8",
                Place(name, before.count(b"\n") + 1, column),
                expected="text in UTF-8",
                hint=f"Save the file as UTF-8{_likely_encoding(content)}",
            )
        ) from error


def _likely_encoding(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "; it looks like UTF-16"
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "; it looks like GB18030"


def read_text(text: str, name: str, max_nodes: int = MAX_NODES) -> Mapping:
    """Read one YAML document from text; see `read_yaml`."""
    hidden = HIDDEN.search(text)
    if hidden:
        line = text.count("\n", 0, hidden.start()) + 1
        column = hidden.start() - text.rfind("\n", 0, hidden.start())
        raise PackError(
            Problem(
                f"the invisible character U+{ord(hidden.group()):04X}",
                Place(name, line, column),
                expected="plain text",
                hint="Delete it",
            )
        )
    return _Builder(name, max_nodes).build(text)


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been read yet."""

    place: Place
    flow: bool
    is_map: bool
    nodes: dict[str, Node] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    key: str | None = None
    repeated: bool = False
    cut: bool = False

    def close(self) -> Node:
        if self.is_map:
            return Mapping(self.nodes, self.places, self.place)
        return Sequence(tuple(self.items), self.place)


def _thousands(top: _Open) -> str | None:
    """A hint where a comma between thousands has cut a number in two."""
    before = list(top.nodes.values())[-1:]
    if before and isinstance(before[0], Text) and _HEAD.match(before[0].value) and _TAIL.match(top.key or ""):
        return f"Write {before[0].value}{top.key}, without a comma in it"
    return None


class _Builder:
    """Turns the parser's events into nodes without recursion and collects what is wrong on the way."""

    def __init__(self, name: str, max_nodes: int) -> None:
        self.name = name
        self.text = ""
        self.max_nodes = max_nodes
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.count = 0
        self.documents = 0

    def build(self, text: str) -> Mapping:
        self.text = text
        try:
            for event in self._events(text):
                self._take(event)
        except yaml.YAMLError as error:
            in_flow = bool(self.stack and self.stack[-1].flow)
            self.problems.append(_syntax_problem(error, self.name, in_flow, text))
        if self.problems:
            raise PackError(self.problems[:_MAX_PROBLEMS])
        if not isinstance(self.root, Mapping):
            found = "an empty file" if self.root is None else "this is not a mapping"
            place = Place(self.name, 1, 1) if self.root is None else self.root.place
            raise PackError(Problem(found, place, expected="keys with values, such as `pack: …`"))
        return self.root

    def _events(self, text: str) -> Iterator[events.Event]:
        parsed: Iterator[events.Event] = yaml.parse(text, Loader=_LOADER)
        return parsed

    def _place(self, event: events.Event) -> Place:
        mark = event.start_mark
        assert mark is not None
        return Place(self.name, mark.line + 1, mark.column + 1)

    def _written(self, event: events.ScalarEvent) -> str | None:
        """A scalar in quotes or over several lines as it stands in the file."""
        start, end = event.start_mark, event.end_mark
        assert start is not None and end is not None
        return self.text[start.index : end.index] if event.style or end.line > start.line else None

    def _refuse(self, found: str, place: Place, expected: str | None = None, hint: str | None = None) -> None:
        self.problems.append(Problem(found, place, expected=expected, hint=hint))
        if len(self.problems) >= _MAX_PROBLEMS:
            raise PackError(self.problems)

    def _take(self, event: events.Event) -> None:
        if isinstance(event, events.ScalarEvent):
            place = self._place(event)
            self._open_checks(event, place)
            self._scalar(event, place)
        elif isinstance(event, (events.MappingStartEvent, events.SequenceStartEvent)):
            place = self._place(event)
            self._open_checks(event, place)
            if len(self.stack) >= MAX_DEPTH:
                self.problems.append(Problem("nested too deeply", place, expected=f"at most {MAX_DEPTH} levels"))
                raise PackError(self.problems)
            parent = self.stack[-1] if self.stack else None
            if parent is not None and parent.is_map and parent.key is None:
                self._refuse("a key that is not text", place, "a word or text before the colon", COMMA_HINT)
                raise PackError(self.problems)
            is_map = isinstance(event, events.MappingStartEvent)
            self.stack.append(_Open(place, bool(event.flow_style), is_map))
        elif isinstance(event, (events.MappingEndEvent, events.SequenceEndEvent)):
            self._put(self.stack.pop().close())
        elif isinstance(event, events.AliasEvent):
            place = self._place(event)
            self._refuse(f"the alias *{str(event.anchor)[:40]}", place, "the value itself", "Write the value out")
            if self.stack and self.stack[-1].is_map and self.stack[-1].key is None:
                raise PackError(self.problems)
            self._put(Text("", place))
        elif isinstance(event, events.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse("a second document", self._place(event), "one document", "Remove the line ---")
                raise PackError(self.problems)

    def _open_checks(self, event: events.NodeEvent, place: Place) -> None:
        self.count += 1
        if self.count > self.max_nodes:
            raise PackError(Problem(f"more than {self.max_nodes:,} values in one file", place))
        if event.anchor is not None:
            self._refuse(f"the anchor &{event.anchor[:40]}", place, "the value alone", "Write the value out")
        tag = getattr(event, "tag", None)
        if tag is not None:
            hint = "Remove the tag; where something must not hold, write not"
            self._refuse(f"the tag {tag[:80]}", place, "the value alone; every scalar is text", hint)

    def _scalar(self, event: events.ScalarEvent, place: Place) -> None:
        plain = not event.style
        top = self.stack[-1] if self.stack else None
        # Of labels in a list, the key is that of the list.
        holder = top if top is None or top.is_map or len(self.stack) == 1 else self.stack[-2]
        label = holder is not None and holder.key in LABELS
        if (label or not plain) and (wrong := wrong_character(event.value, label=label)):
            # Quotes can hold what the file itself does not: "\u202e".
            self._refuse(wrong, place, "plain text", "Write it without")
        if top is not None and top.is_map and is_blank(event.value, top.key):
            self._refuse("a label without a word", place, "what it is called", "Write it, or leave the key out")
        if plain and top is not None and top.flow and event.value.count("(") > event.value.count(")"):
            top.cut = True
            hint = plain_hint(event.value[:1]) or COMMA_HINT
            self._refuse(f"{short(event.value)} is cut off after a comma", place, "a whole expression", hint)
        if top is not None and top.is_map and top.key is None:
            self._key(top, event.value, plain, place)
            return
        if plain and event.value in ("", *_NOTHING):
            self._empty(top, event.value, place)
        self._put(Text(event.value, place, self._written(event)))

    def _key(self, top: _Open, key: str, plain: bool, place: Place) -> None:
        top.repeated = key in top.nodes
        if plain and key == "<<":
            self._refuse("the merge key <<", place, "the keys themselves", "Write the keys out")
        elif not key or len(key) > _MAX_KEY:
            self._refuse("a key that is empty or very long", place, f"1 to {_MAX_KEY} characters")
        elif top.repeated:
            first = top.places[key]
            self._refuse(f"the key {short(key)} is given twice", place, hint=f"It stands in line {first.line} already")
        top.key = key
        top.places.setdefault(key, place)

    def _empty(self, top: _Open | None, value: str, place: Place) -> None:
        if top is None or top.cut:
            return
        if value:
            self._refuse(f"the value {value}", place, "a value", "Write none, or leave the key out")
        elif top.flow:
            what = f"the key {short(top.key)} has no value" if top.is_map else "an item without a value"
            hint = plain_hint("：") if "：" in (top.key or "") else _thousands(top) or COMMA_HINT
            self._refuse(what, top.places[top.key] if top.key else place, "a value", hint)
        else:
            what = f"the key {short(top.key)} has no value" if top.is_map else "an item without a value"
            where = top.places[top.key] if top.key else place
            hint = "Write the value, or {} where there is nothing to say; what stands below it is indented further"
            self._refuse(what, where, "a value", hint)

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.is_map:
            top.items.append(node)
            return
        assert top.key is not None
        if not top.repeated:
            top.nodes[top.key] = node
        top.key = None


def _key_gone_wrong(pattern: re.Pattern[str], lines: list[str], place: Place | str) -> Place | None:
    """A key that is written so in the line that cannot be read, or in the one before it: the place of its colon."""
    if not isinstance(place, Place):
        return None
    for number in (place.line, place.line - 1):
        found = pattern.match(lines[number - 1]) if 0 < number <= len(lines) else None
        if found is not None:
            return Place(place.file, number, found.end())
    return None


def _outdented(lines: list[str], place: Place | str) -> tuple[Place, int] | None:
    """The line before the one that cannot be read, where it begins further left than the keys around it; how far."""
    if not isinstance(place, Place) or not 2 < place.line <= len(lines):
        return None
    found = [_KEY_LINE.match(line) for line in lines[place.line - 3 : place.line]]
    above, wrong, here = (None if match is None else len(match[1]) for match in found)
    if wrong is None or here is None or above is None or not wrong < here <= above:
        return None
    return Place(place.file, place.line - 1, wrong + 1), here - wrong


def _wide_in_flow(lines: list[str], place: Place | str) -> tuple[Place, str] | None:
    """A wide comma or colon before the place in a line at which {…} or […] cannot be read on."""
    if not isinstance(place, Place) or place.line > len(lines):
        return None
    found = [*_WIDE_IN_FLOW.finditer(lines[place.line - 1][: place.column])]
    return (Place(place.file, place.line, found[-1].start() + 1), found[-1].group()) if found else None


def _is_key(line: str, column: int) -> bool:
    """Whether the colon at which a line cannot be read is that of its key."""
    found = _KEY_LINE.match(line)
    return found is not None and column < found.end()


def _syntax_problem(error: yaml.YAMLError, name: str, in_flow: bool, text: str) -> Problem:
    """What the parser could not read, in a sentence, with the usual cause."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(f"this is not YAML: {error}", name)
    mark = error.problem_mark or error.context_mark
    place: Place | str = Place(name, mark.line + 1, mark.column + 1) if mark else name
    lines = text.splitlines()
    line = lines[mark.line : mark.line + 1] if mark else []
    problem = error.problem or "it cannot be read"
    context = error.context or ""
    hint = "Check the indentation and the quotes of this line and the one before"
    if line and line[0].startswith("\t"):
        hint = "Indent with spaces, not with tabs"
    elif mark and line and (sign := _SIGN_FIRST.search(line[0][: mark.column + 1][-_NEAR:])):
        hint = f"{_SIGNS[sign[1]]}; an expression that begins with {sign[1]} is put in quotes"
    elif "flow" in context or in_flow:
        hint = COMMA_HINT
        if (found := _wide_in_flow(lines, place)) is not None:
            place, hint = found[0], f"Write the plain {WIDE[found[1]]} and a space in the place of {found[1]}"
    elif (wide := _key_gone_wrong(_WIDE_KEY, lines, place)) is not None:
        place, hint = wide, "Write the plain : and a space in the place of ："
    elif (close := _key_gone_wrong(_CLOSE_KEY, lines, place)) is not None:
        place, hint = close, "Write a space after the colon of a key"
    elif "mapping values are not allowed" in problem and (out := _outdented(lines, place)) is not None:
        place = out[0]
        hint = f"This line begins further left than the keys above and below it: indent it by {out[1]} more spaces"
    elif "mapping values are not allowed" in problem and mark and line and _is_key(line[0], mark.column):
        hint = "Check the indentation: this key is further in than the keys beside it, or the line above has a value"
    elif "mapping values are not allowed" in problem:
        hint = "Put a text that holds a colon and a space in quotes"
    elif "quoted scalar" in context:
        hint = "A quotation mark is not closed"
    elif "alias" in context or "anchor" in context:
        hint = "Put a text that begins with * or & in quotes"
    elif "did not find expected key" in problem:
        hint = "Check the indentation: this line begins further left or right than the keys that it belongs to"
    elif "cannot start any token" in problem:
        hint = "Put a text that begins with %, @ or ` in quotes"
    return Problem(f"this is not YAML: {f'{context}, ' if context else ''}{problem}", place, hint=hint)
