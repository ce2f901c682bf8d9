"""What a file says, for readers: keys by their names, words of the language and spans of time in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from aidrules.decision.figures import Lang, quantity_text, unit_text
from aidrules.decision.words.base import capital
from aidrules.errors import Place
from aidrules.facts.inputs import Input
from aidrules.language import tree
from aidrules.language.core import Type
from aidrules.language.fields import Cite, Label
from aidrules.language.models import FindingModel, InForce
from aidrules.language.pack import Pack
from aidrules.language.parameters import ParameterValue
from aidrules.language.readings import cites_of
from aidrules.language.sources import Citation
from aidrules.language.units import PLAIN, Quantity, Unit, UnitError
from aidrules.show.heads import head
from aidrules.show.keys import key_label, word_label

_LABELS = frozenset({"zh", "en"})
_OPTIONS = frozenset({"options_zh", "options_en"})
"""Labels that are shown with the options that they name."""
_WORDED = frozenset(
    [
        "about",
        "again",
        "apply",
        "arrears",
        "as",
        "confidential",
        "changes",
        "ends",
        "every",
        "force",
        "if_absent",
        "if_undetermined",
        "keep",
        "many",
        "measured",
        "mode",
        "once_per",
        "optional",
        "ordered",
        "otherwise",
        "past",
        "pays",
        "per",
        "remainder",
        "required",
        "select",
        "share",
        "stacking",
        "starts",
        "subject",
        "type",
    ]
)
"""Keys under which words of the language stand."""
_NAMED = frozenset({"payee", "subject", "to", "who"})
"""Keys under which offices, roles and services are named."""
_FACTS = frozenset({"by", "members"})
"""Keys under which lists and facts are named."""


@dataclass(frozen=True)
class Written:
    """Writes nodes of a pack's files in one language."""

    pack: Pack
    lang: Lang

    def label(self, label: Label) -> str:
        """A label in the language."""
        return label.text(self.lang)

    def key(self, key: str, owner: str = "") -> str:
        """What a key is called, as a head."""
        return capital(self.label(key_label(key, owner)))

    def span(self, dates: InForce | ParameterValue) -> str:
        """Between which days something holds."""
        if dates.start is None and dates.until is None:
            return head("undated", self.lang)
        return f"{dates.start or ''} – {dates.until or ''}".strip()

    def joined(self, parts: Iterable[str]) -> str:
        """Several things in one line."""
        return ("；" if self.lang == "zh" else "; ").join(parts)

    def clauses(self, cited: Sequence[Citation]) -> str:
        """Clauses with the titles of their documents; a title that goes on is said once."""
        found: list[str] = []
        last = None
        for citation in cited:
            title = f"{self.label(citation.title)} " if citation.source != last else ""
            found.append(f"{title}{citation.clause}".strip())
            last = citation.source
        return self.joined(found)

    def cited(self, cites: Sequence[Cite]) -> str:
        """Clauses as a file cites them."""
        return self.clauses(self.pack.citations(cites))

    def word(self, word: str) -> str:
        """A word of the language, or the word itself."""
        found = word_label(word)
        return word if found is None else self.label(found)

    def type_of(self, kind: Type) -> str:
        """What a value is, but for options: its unit where it is a number."""
        if kind.name == "number" and kind.unit != PLAIN:
            return unit_text(kind.unit, self.lang, own=self.pack.content.measures)
        return self.word(kind.name)

    def kind_of(self, declared: Input | FindingModel) -> str:
        """What is recorded for an input or a finding: its type, or its unit where it is a number."""
        if isinstance(declared, Input) and declared.list is not None:
            return f"[{declared.list}]"
        if isinstance(declared.type, tuple):
            return self.options(declared.type, declared.options_zh if self.lang == "zh" else declared.options_en)
        if declared.type is None and declared.unit is None:
            return declared.refers_to or "" if isinstance(declared, Input) else self.word("number")
        return declared.unit or self.word(declared.type or "number")

    def plain_rows(self, said: dict[str, Any], owner: str) -> Iterator[tuple[str, str]]:
        """What is said by key, where no file is at hand."""
        node = tree.from_plain(_as_text(said), Place("", 1, 1))
        assert isinstance(node, tree.Mapping)
        label = node.text(self.lang)
        if label is not None:
            yield self.key("name"), label
        yield from self.rows(node, owner)

    def rows(self, node: tree.Mapping, owner: str, without: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
        """Every key of a node and what it says; named parts have a row each.

        Args:
            node: the fields.
            owner: what they are the fields of: a kind of rule, `finding`, `parameter`.
            without: keys that are shown elsewhere.
        """
        gone = {*_LABELS, *_OPTIONS, "cite", *without}
        for key, item in node.items.items():
            if key in gone:
                continue
            called = self.key(key, owner)
            if key == "type" and isinstance(item, tree.Sequence):
                labels = node.get(f"options_{self.lang}")
                said = map(self.text, labels.items) if isinstance(labels, tree.Sequence) else ()
                yield called, self.options(map(self.text, item.items), said)
            elif isinstance(item, tree.Mapping) and item.items and _named_parts(item):
                for name, part in item.items.items():
                    yield f"{called} · {name}", self.text(part, key)
            else:
                yield called, self.text(item, key, owner=key)

    def options(self, options: Iterable[str], labels: Iterable[str]) -> str:
        """The options of a type, each with its label where it has one."""
        pairs = zip(options, chain(labels, repeat("")), strict=False)
        return self.joined(f"{label} ({option})" if label not in ("", option) else option for option, label in pairs)

    def text(self, node: tree.Node, key: str = "", owner: str = "") -> str:
        """What stands under a key."""
        if isinstance(node, tree.Text):
            return self._scalar(" ".join(node.value.split()), key)
        if isinstance(node, tree.Sequence):
            return self.joined(self.text(item, key) for item in node.items)
        label = node.text(self.lang)
        fields = (
            f"{self.label(key_label(name, owner))}: {self.text(item, name)}"
            for name, item in node.items.items()
            if name not in _LABELS and name != "cite"
        )
        cited = self.cited(cites_of(node))
        said = self.joined([*([label] if label else []), *fields])
        return f"{said} ({cited})" if cited and said else said or cited

    def _scalar(self, text: str, key: str) -> str:
        if key in _WORDED and (word := word_label(text)) is not None:
            return self.label(word)
        if key in _NAMED and (term := self.pack.terms.get(text)) is not None:
            return f"{self.label(term)} ({text})"
        if key == "payee":
            return self.word(text)
        if key in _FACTS and (fact := self._fact(text)) is not None:
            return f"{self.label(fact)} ({text})"
        if key == "unit":
            return self._unit(text)
        try:
            quantity = Quantity.parse(text, self.pack.units)
        except UnitError:
            return text
        if quantity.unit == PLAIN:
            return text
        return quantity_text(quantity.number, quantity.unit, self.lang, own=self.pack.content.measures)

    def _fact(self, text: str) -> Label | None:
        """What a list, a finding or a recorded fact is called."""
        subject, _, name = text.partition(".")
        if subject == "finding" or text in self.pack.definitions:
            entry = self.pack.findings.get(name) or self.pack.definitions.get(text)
            return entry.label if entry else None
        schema = self.pack.schema
        at = schema.lists["members"].subject if subject == "member" and "members" in schema.lists else schema
        path = text if subject == "case" else name
        field = at.lists.get(path) or at.fields.get(path)
        return Label(field.label_zh, field.label_en) if field else None

    def _unit(self, text: str) -> str:
        try:
            unit = Unit.parse(text, self.pack.units)
        except UnitError:
            return text
        words = unit_text(unit, self.lang, own=self.pack.content.measures)
        return f"{words} ({text})" if words and words != text else text


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _named_parts(node: tree.Mapping) -> bool:
    return all(isinstance(item, tree.Mapping) for item in node.items.values())
