"""Checks for what stands in a pack and has no effect: what nothing reads, and changes that change nothing."""

from __future__ import annotations

from collections.abc import Iterator

from aidrules.language import edits, tree
from aidrules.language.statements import Layer, Statement, name_of, statements
from aidrules.lint.check import Hit, check
from aidrules.lint.linted import Linted
from aidrules.lint.reads import reader_name

_FIX = (
    "删去，或者在规则中使用；供下级规则包使用的，在 lint: 写明理由",
    "Take it out, or read it in a rule; where narrower packs are to read it, say so under lint: of the file",
)


def _unread(linted: Linted, section: str) -> Iterator[Hit]:
    for statement, name in linted.declared(section):
        own = {reader_name(statement)}
        words = [name] if section != "definitions" or len(statement.key) == 2 else [name, statement.key[3]]
        if section == "inputs":
            words = [statement.key[2]]
        if not any(_mentioned(linted, word) - own for word in words):
            yield Hit(statement.place, name)


def _mentioned(linted: Linted, word: str) -> frozenset[str]:
    return linted.readers.get(word, frozenset())


@check("L201", "warning", ("没有规则使用参数 {name}", "nothing reads the parameter {name}"), _FIX)
def unread_parameter(linted: Linted) -> Iterator[Hit]:
    """Find parameters that no expression names."""
    return _unread(linted, "parameters")


@check("L202", "warning", ("没有规则使用认定事项 {name}", "nothing reads the finding {name}"), _FIX)
def unread_finding(linted: Linted) -> Iterator[Hit]:
    """Find findings that no expression names."""
    for statement, name in linted.declared("findings"):
        if not _mentioned(linted, f"finding.{name}"):
            yield Hit(statement.place, name)


@check("L203", "warning", ("没有规则使用事实 {name}", "nothing reads the input {name}"), _FIX)
def unread_input(linted: Linted) -> Iterator[Hit]:
    """Find inputs that no expression names."""
    return _unread(linted, "inputs")


@check("L204", "warning", ("没有规则使用定义 {name}", "nothing reads the definition {name}"), _FIX)
def unread_definition(linted: Linted) -> Iterator[Hit]:
    """Find definitions that no expression names."""
    return _unread(linted, "definitions")


@check("L205", "warning", ("没有规则使用名词 {name}", "nothing names the term {name}"), _FIX)
def unread_term(linted: Linted) -> Iterator[Hit]:
    """Find terms that no rule, finding or table names."""
    return _unread(linted, "terms")


@check("L206", "warning", ("没有规则使用解释 {name}", "nothing reads the reading {name}"), _FIX)
def unread_reading(linted: Linted) -> Iterator[Hit]:
    """Find shared readings that no rule refers to."""
    return _unread(linted, "readings")


@check("L207", "warning", ("没有规则使用计数单位 {name}", "nothing is counted in the unit {name}"), _FIX)
def unread_unit(linted: Linted) -> Iterator[Hit]:
    """Find counting units that nothing is measured in."""
    for file in linted.layer.files:
        for unit in getattr(file.header, "units", ()):
            if not _mentioned(linted, unit):
                yield Hit(file.body.place, unit)


@check(
    "L208",
    "warning",
    (
        "{name} 的 {field} 与上级规则包相同，没有改变",
        "{field}: of {name} is what the wider pack says already",
    ),
    ("从 overrides: 中删去", "Take it out of the overrides"),
)
def idle_override(linted: Linted) -> Iterator[Hit]:
    """Find overrides that say what the wider pack says already."""
    before: dict[tuple[str, ...], tree.Mapping] = {}
    for statement in _in_order(linted):
        earlier = before.get(statement.key)
        if not statement.override or earlier is None:
            before[statement.key] = statement.fields
            continue
        if statement.origin.file in linted.files and statement.in_force.undated:
            for key, node in statement.fields.items.items():
                if key not in ("cite", "reading", "without", "replace") and _same(earlier, key, node):
                    said = {"field": key}
                    yield Hit(statement.fields.key_place(key), name_of(statement.key), said)
        before[statement.key] = edits.apply(earlier, statement.fields, statement.section, name_of(statement.key))


def _in_order(linted: Linted) -> Iterator[Statement]:
    layers: list[Layer] = [*linted.pack.content.layers, *(overlay.layer for overlay in linted.pack.overlays)]
    for layer in layers:
        yield from (statement for file in layer.files for statement in statements(file) if not statement.override)
        yield from (statement for file in layer.files for statement in statements(file) if statement.override)


def _same(fields: tree.Mapping, key: str, node: tree.Node) -> bool:
    held: tree.Node | None = fields
    for part in key.split("."):
        held = held.get(part) if isinstance(held, tree.Mapping) else None
    return held is not None and held.plain() == node.plain()


@check(
    "L209",
    "warning",
    ("{name} 的选项 {option} 与 {other} 完全相同", "the options {option} and {other} of {name} come to the same"),
    ("写明该选项改变什么，或者删去", "Write what the option changes, or take it out"),
)
def idle_option(linted: Linted) -> Iterator[Hit]:
    """Find readings of which choosing another option changes nothing."""
    for entry in linted.entries.values():
        said: dict[str, dict[str, tree.Plain]] = {}
        for reading in entry.readings:
            if reading.option is not None and reading.name.startswith(entry.id):
                said[reading.name] = {reading.option: entry.node.plain()}
        for other in entry.alternatives:
            if other.reading not in said or entry.versions:
                continue
            known = said[other.reading]
            plain = other.node.plain()
            twin = next((option for option, fields in known.items() if fields == plain), None)
            if twin is not None:
                yield Hit(linted.place(entry), other.reading, {"option": other.option, "other": twin})
            known[other.option] = plain


CHECKS = (
    unread_parameter,
    unread_finding,
    unread_input,
    unread_definition,
    unread_term,
    unread_reading,
    unread_unit,
    idle_override,
    idle_option,
)
