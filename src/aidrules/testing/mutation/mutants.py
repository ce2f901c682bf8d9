"""Mutants of a pack: each a small change of its own files, with the place where it is made."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from aidrules.errors import Place
from aidrules.kinds import KINDS
from aidrules.language import tree
from aidrules.language.content import Content, digest_of
from aidrules.language.edits import whole
from aidrules.language.fields import Label, is_identifier, read_date
from aidrules.language.pack import Pack
from aidrules.language.statements import File, Key, name_of
from aidrules.testing.mutation.texts import changes_of

Path = tuple[str | int, ...]

_WORDS = frozenset({"zh", "en", "cite", "source", "options_zh", "options_en", "who", "needs", "says", "opens"})
"""What is only said."""
_NAMES = frozenset({"kind", "unit", "type", "by", "keys", "per", "each", "rates", "amounts", "as", "replace"})
"""What names something; another name is another rule."""
_PAYMENT, _PAYEE = "payment", "payee"
_TERMS: Mapping[str, tuple[str, ...]] = {
    "starts": ("next_month", "this_month"),
    "ends": ("next_month", "this_month"),
    "every": ("occasion", "life"),
    "as": ("cash", "loan", "kind"),
}
"""The terms of payment on which something is computed, and what each may say; the unit of an amount says the rest."""
_PARTS = frozenset({"also", "any_of", "all_of", "cases", "grades", "items", "must", "to"})
"""The fields that hold parts, any of which can be left out."""
_LEFT_OUT = frozenset({"unless", "waived_when", "extended_when", "extend_to", "cancelled_when", "floor", "cap"})
_LEFT_OUT |= {"otherwise", "once_per", "each_more", "beyond"}
"""The fields that lift, bound or end something, and can be left out."""
_SWAPPED: Mapping[str, tuple[str, ...]] = {
    "stacking": ("highest_per_person", "once_per_person", "sum"),
    "force": ("must", "may", "in_principle"),
    "starts": ("next_month", "this_month"),
    "select": ("one", "first", "all"),
    "pays": ("frozen", "recomputed"),
    "mode": ("up", "down", "half_up"),
    "if_absent": ("true", "false"),
    "if_undetermined": ("needed", "not_needed"),
}
"""Words of the language that stand for one of several ways."""
_FORCEFUL = ("eligibility", "exclusion")
"""The kinds whose force bears on what a programme comes to."""
_AT = re.compile(r"\bat\(\s*(\w+)")
_SECTIONS = ("inputs", "findings", "parameters", "readings", "definitions", "programmes")
_OF_INPUTS = frozenset({"applies_when", "counts_as"})

UNCOMPUTED = Label("尚不参与计算的发放约定", "terms of payment that nothing computes with")
TO_WHOM = Label("送达对象", "to whom something is due")
FORCE = Label("不决定结果的规则的效力", "force of rules that settle no outcome")
NOT_IN_FORCE = Label("规则包未施行的日期", "days on which the pack is not in force")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A pack with one thing changed.

    Attributes:
        name: what is changed, as reasons name it: `relief.need when: < -> <=`.
        about: the rule, definition, parameter, finding, input, reading or programme that is changed.
        key: the section and names under which that stands.
        was: what stood there.
        becomes: what stands there now; empty where it was left out.
        file: where it is made.
        path: the changed node in what the file says.
        node: what stands there now; None where nothing does.
        dated: whether it changes the days on which something holds.
        also: what options of readings replace, changed with the text that they replace.
    """

    name: str
    about: str
    key: Key
    place: Place
    was: str
    becomes: str
    file: str
    path: Path
    node: tree.Node | None
    dated: bool = False
    also: tuple[tuple[Path, tree.Node], ...] = ()

    def __str__(self) -> str:
        changed = f"`{self.was}` -> `{self.becomes}`" if self.becomes else f"`{self.was}` left out"
        return f"{self.place}: {self.about}: {changed}"

    def content(self, content: Content) -> Content:
        """What the files of the pack say with the change made."""
        layers = tuple(
            replace(layer, files=tuple(self._file(file) for file in layer.files)) for layer in content.layers
        )
        return replace(content, layers=layers, digest=digest_of([content.digest, self.name]))

    def _file(self, file: File) -> File:
        if file.origin.file != self.file:
            return file
        body: tree.Node | None = file.body
        for path, node in (*self.also, (self.path, self.node)):
            assert body is not None
            body = _put(body, path, node)
        assert isinstance(body, tree.Mapping)
        return replace(file, body=body)


def _put(node: tree.Node, path: Path, new: tree.Node | None) -> tree.Node | None:
    """A node with another in the place of the one at a path, or with that left out."""
    if not path:
        return new
    head, *rest = path
    if isinstance(node, tree.Mapping):
        below = _put(node.items[str(head)], tuple(rest), new)
        return node.without([str(head)]) if below is None else node.with_items({str(head): below})
    assert isinstance(node, tree.Sequence) and isinstance(head, int)
    made = (*node.items[:head], _put(node.items[head], tuple(rest), new), *node.items[head + 1 :])
    return tree.Sequence(tuple(item for item in made if item is not None), node.place)


@dataclass(frozen=True)
class Mutants:
    """All mutants of a pack's own files.

    Attributes:
        made: in the order of files and lines.
        skipped: how many changes no case can judge, by what they are about.
    """

    made: tuple[Mutant, ...]
    skipped: Mapping[Label, int]


def mutants_of(pack: Pack) -> Mutants:
    """All mutants of what the pack itself says; what it takes over is for the wider pack's cases."""
    content = pack.content
    found: list[Mutant] = []
    skipped: Counter[Label] = Counter()
    for layer in content.layers:
        if layer.name == pack.id:
            for file in layer.files:
                for said in _said(file.body, _kinds(pack)):
                    parameter = pack.parameters.get(name_of(said.key)) if said.key[0] == "parameters" else None
                    money = parameter is not None and pack.currency in dict(parameter.model.unit.powers)
                    maker = _Maker(file, said, money)
                    found += maker.all()
                    skipped += maker.skipped
    read_otherwise = _read_on_other_days(content)
    seen = [each for each in found if each.about in read_otherwise or not _moves_unseen(each, pack)]
    skipped[NOT_IN_FORCE] += len(found) - len(seen)
    found = seen
    found.sort(key=lambda each: (each.file, each.place.line, each.place.column, each.name))
    numbered: dict[str, int] = {}
    for index, mutant in enumerate(found):
        number = numbered[mutant.name] = numbered.get(mutant.name, 0) + 1
        if number > 1:
            found[index] = replace(mutant, name=f"{mutant.name} ({number})")
    return Mutants(tuple(found), +skipped)


def _moves_unseen(mutant: Mutant, pack: Pack) -> bool:
    """Whether a day is moved, and what holds differs only on a day on which the pack is not in force."""
    if not mutant.dated:
        return False
    days = sorted((read_date(mutant.was), read_date(mutant.becomes)))
    return not pack.in_force.covers(days[0] if mutant.path[-1] == "from" else days[1])


def _read_on_other_days(content: Content) -> frozenset[str]:
    """The parameters that something looks up on another day than that of the law."""
    files = (file for layer in content.layers for file in layer.files)
    return frozenset(name for file in files for text in tree.texts(file.body) for name in _AT.findall(text))


@dataclass(frozen=True, slots=True)
class _Said:
    """What a file says of one id: its place in the file, and its fields."""

    key: Key
    path: Path
    fields: tree.Mapping
    kind: str | None


def _kinds(pack: Pack) -> dict[str, str | None]:
    """The kind of every rule, which an override does not repeat."""
    return {entry.id: entry.kind for each in pack.programmes.values() for entry in each.rules.values()}


def _said(body: tree.Mapping, kinds: Mapping[str, str | None]) -> Iterator[_Said]:
    overrides = body.get("overrides")
    for within, holder in ((), body), (("overrides",), overrides):
        if not isinstance(holder, tree.Mapping):
            continue
        for section in _SECTIONS:
            for path, node in _entries(holder.get(section), (*within, section), section):
                names = path[len(within) :]
                key = tuple(str(name) for name in names)
                if len(key) == 4:
                    key = (*key[:2], "definitions" if key[2] == "definitions" else "rules", key[3])
                yield _Said(key, path, node, kinds.get(name_of(key)))


def _entries(holder: tree.Node | None, path: Path, section: str) -> Iterator[tuple[Path, tree.Mapping]]:
    """The entries of a section; rules may stand in groups by their kind."""
    for name, node in _mappings(holder):
        if section == "inputs":
            yield from (((*path, name, inner), fields) for inner, fields in _mappings(node))
        else:
            yield (*path, name), node
            groups = ("definitions", "rules", *KINDS) if section == "programmes" else ()
            for group, listed in _mappings(node):
                if group in groups:
                    for inner, fields in _mappings(listed):
                        yield (*path, name, group, inner), fields


def _mappings(node: tree.Node | None) -> Iterator[tuple[str, tree.Mapping]]:
    for name, item in node.items.items() if isinstance(node, tree.Mapping) else ():
        if isinstance(item, tree.Mapping):
            yield name, item


class _Maker:
    """Makes the mutants of what a file says of one id."""

    def __init__(self, file: File, said: _Said, money: bool) -> None:
        self.file, self.said, self.money = file, said, money
        self.about = name_of(said.key)
        self.section = said.key[0]
        self.skipped: Counter[Label] = Counter()

    def all(self) -> list[Mutant]:
        """The thing itself left out, and everything that can be changed in it."""
        said = self.said
        fields = said.fields
        if self.section == "programmes" and len(said.key) == 2:
            fields = fields.without(("definitions", "rules", *KINDS))
        if self.section == "inputs":
            fields = fields.only(_OF_INPUTS)
        found: list[Mutant] = []
        ruled = len(said.key) == 4 or self.section == "definitions"
        if ruled and {key.rpartition(".")[2] for key in fields.items} - _WORDS - {"reading"}:
            found.append(self._dropped((), fields, self.about))
        return [*found, *self._inside(fields, ())]

    def _inside(self, node: tree.Node, path: Path) -> Iterator[Mutant]:
        if isinstance(node, tree.Text):
            yield from self._text(node, path)
        elif isinstance(node, tree.Sequence):
            for index, item in enumerate(node.items):
                if len(node.items) > 1:
                    yield self._dropped((*path, index), item, _short(item))
                yield from self._inside(item, (*path, index))
        else:
            yield from self._fields(node, path)

    def _fields(self, node: tree.Mapping, path: Path) -> Iterator[Mutant]:
        for key, item in node.items.items():
            here, named = (*path, key), key.rpartition(".")[2]  # an override may name a part by a dotted key
            if key in _WORDS or key in _NAMES or (named in _WORDS and not isinstance(item, tree.Mapping)):
                continue
            if key == _PAYMENT and isinstance(item, tree.Mapping):
                yield from self._terms(item, here)
                continue
            if key == _PAYEE and isinstance(item, tree.Text):
                yield self._paid_to_another(item, here)
                continue
            if key == "to" and isinstance(item, tree.Sequence):
                self.skipped[TO_WHOM] += len(item.items)
                continue
            if key == "reading" or "reading" in path:
                yield from self._reading(key, item, here, node)
                continue
            if key in _LEFT_OUT or (key.split(".")[0] in _PARTS and "." in key):
                yield self._dropped(here, item, key)
            if key in _PARTS and isinstance(item, tree.Mapping):
                for part in item.items if len(item.items) > 1 else ():
                    yield self._dropped((*here, part), item.items[part], part)
            yield from self._inside(item, here)

    def _terms(self, terms: tree.Mapping, path: Path) -> Iterator[Mutant]:
        """Each term of payment said otherwise."""
        for key, item in terms.items.items():
            if not isinstance(item, tree.Text) or key in _WORDS:
                continue
            if key == _PAYEE:
                yield self._paid_to_another(item, (*path, key))
            elif key in _TERMS and item.value in _TERMS[key]:
                for way in _TERMS[key]:
                    if way != item.value:
                        yield self._changed((*path, key), item, 0, item.value, way, way)
            elif key not in _TERMS:
                self.skipped[UNCOMPUTED] += 1

    def _paid_to_another(self, payee: tree.Text, path: Path) -> Mutant:
        other = "member" if payee.value == "household" else "household"
        return self._changed(path, payee, 0, payee.value, other, other)

    def _reading(self, key: str, item: tree.Node, here: Path, node: tree.Mapping) -> Iterator[Mutant]:
        """Another default of a reading, and changes of what its options say."""
        options = node.get("options")
        if key == "default" and isinstance(options, tree.Mapping) and isinstance(item, tree.Text):
            for option in options.items:
                if option != item.value:
                    yield self._changed(here, item, 0, item.value, option, option)
        elif isinstance(item, tree.Mapping):
            yield from self._fields(item, here)
        elif key not in ("default", "options"):
            yield from self._inside(item, here)

    def _text(self, node: tree.Text, path: Path) -> Iterator[Mutant]:
        key = next((part for part in reversed(path) if isinstance(part, str)), "").split(".")[-1]
        ways = _SWAPPED.get(key, ())
        if node.value in ways or (key == "if_absent" and node.value == "unknown"):
            if key == "force" and len(self.said.key) == 4 and self.said.kind not in _FORCEFUL:
                self.skipped[FORCE] += len(ways) - 1
                return
            for way in ways:
                if way != node.value:
                    yield self._changed(path, node, 0, node.value, way, way)
        elif key == "to" and "round" in path:
            other = "0.01" if node.value == "1" else "1"
            yield self._changed(path, node, 0, node.value, other, other)
        elif not is_identifier(node.value):
            for change in changes_of(node.value, money=self.money):
                yield self._changed(path, node, change.column, change.was, change.becomes, change.text)

    def _changed(self, path: Path, node: tree.Text, column: int, was: str, becomes: str, text: str) -> Mutant:
        new = tree.Text(text, node.place, written="")
        dated = path[-1] in ("from", "until") and ("values" in path or "in_force" in path or "versions" in path)
        made = self._mutant(path, node.at((), column), was, becomes, new, dated)
        return replace(made, also=tuple(self._replaced(node.value, made)))

    def _replaced(self, before: str, mutant: Mutant) -> Iterator[tuple[Path, tree.Node]]:
        """The texts that options of readings look for, where they would not find them any more."""
        assert isinstance(mutant.node, tree.Text)
        for path, node in tree.walk(self.said.fields):
            if path[-2:] != ("replace", "0") or not isinstance(node, tree.Text):
                continue
            flat = " ".join(node.value.split())
            old, new = whole(flat), flat.replace(mutant.was, mutant.becomes)
            if old.search(" ".join(before.split())) and not old.search(mutant.node.value) and new in mutant.node.value:
                yield (*self.said.path, *path[:-1], 0), tree.Text(new, node.place, written="")

    def _dropped(self, path: Path, node: tree.Node, was: str) -> Mutant:
        place = node.place
        if path and isinstance(path[-1], str):
            holder = tree.find(self.said.fields, path[:-1])
            place = holder.key_place(path[-1]) if isinstance(holder, tree.Mapping) else place
        return self._mutant(path, place, was, "", None, False)

    def _mutant(self, path: Path, place: Place, was: str, becomes: str, node: tree.Node | None, dated: bool) -> Mutant:
        field = ".".join(str(part) for part in path)
        said = f"{_cut(was)} -> {_cut(becomes)}" if becomes else f"without {_cut(was)}"
        name = f"{self.about} {field}: {said}"
        if node is None and not field:
            name = f"{self.about}: left out"
        elif node is None and field.endswith(was):
            name = f"{self.about}: without {field}"
        path = (*self.said.path, *path)
        file = self.file.origin.file
        return Mutant(name, self.about, self.said.key, place, was, becomes, file, path, node, dated)


def _short(node: tree.Node) -> str:
    return node.value if isinstance(node, tree.Text) else tree.describe(node)


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:57]}..."
