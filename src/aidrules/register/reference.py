"""The reference of a pack as Markdown: its programmes and rules in words, with clauses, readings and cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePath

from aidrules.decision.figures import Lang
from aidrules.decision.words.base import capital
from aidrules.language.fields import Label
from aidrules.language.pack import Pack
from aidrules.markdown import plain
from aidrules.register.citing import Citing, CitingCase, tested_names
from aidrules.show import Rows, Shown
from aidrules.show.heads import head

_WORDS: Mapping[str, tuple[str, str]] = {
    "made": (
        "本页由规则包及其案例生成，不手工修改。重新生成：",
        "This page is made from the pack and its cases, not by hand. To make it again:",
    ),
    "day": (
        "所写为 {day} 施行的规则；未另行指定的，取规则最近一次变化之日。",
        "It shows the rules in force on {day}: unless another day was asked for, that of their last change.",
    ),
    "between": ("；", "; "),
    "cases": ("案例", "Cases"),
    "case": ("{name}（{said}）", "{name} ({said})"),
    "definition": ("算式中的数值和名单", "Values and lists in the formulas"),
    "parameter": ("参数", "Parameters"),
    "finding": ("认定事项", "Findings"),
    "input": ("补充事实", "Inputs"),
    "notice": ("告知事项", "Notices"),
    "reading": ("对文本的理解", "Readings"),
}

_SECTIONS = ("definition", "parameter", "finding", "input", "notice", "reading")


def last_change(pack: Pack) -> date:
    """The day of the last change of the law that a pack knows of; today where it knows of none."""
    return max(pack.boundaries, default=date.today())


def page_name(pack: str, lang: Lang) -> str:
    """The file of a reference, from the folder of all references."""
    return f"{pack}.{lang}.md"


@dataclass(frozen=True)
class Reference:
    """The reference of a pack on a day, in one language; headings have the other one beside it.

    Attributes:
        stated: what cites clauses, in all packs.
        cases: the cases of all packs; those of the pack's layers are listed.
    """

    pack: Pack
    on: date
    lang: Lang
    stated: Sequence[Citing]
    cases: Sequence[CitingCase]

    def markdown(self) -> str:
        """The page."""
        return "\n".join(self._lines()).rstrip("\n") + "\n"

    @cached_property
    def _shown(self) -> Shown:
        return Shown(self.pack, self.on, self.lang)

    def _word(self, name: str) -> str:
        return _WORDS[name][self.lang == "en"]

    def _lines(self) -> Iterator[str]:
        compiled, tables = self.pack.on(self.on), list(self._shown.tables())
        yield from (f"# {self._title(self.pack.title)}", "")
        yield f"{self._word('made')} `aidrules reference {self.pack.id} --to docs/reference`"
        if self.pack.boundaries:
            yield from ("", self._word("day").format(day=self.on))
        yield from ("", *_items(row for row in self._shown.head() if row[0] in self._heads("layers", "in_force")), "")
        for programme, table in zip(compiled.programmes.values(), tables, strict=False):
            yield from (f"## {self._title(programme.label)}", "", *_items(self._told("programme", programme.id)), "")
            yield from _table(table)
            for name in programme.rules:
                yield from self._part("rule", name, compiled.rules[name].label)
        sections = {head(name, self.lang): name for name in _SECTIONS}
        in_full = {"definition": self._shown.definitions, "parameter": self._shown.parameters}
        for table in tables[len(compiled.programmes) :]:
            section = sections[table.title]
            yield from (f"## {self._word(section)}", "")
            if section != "definition":
                yield from _table(table)
            for name, entry in in_full.get(section, {}).items():
                yield from self._part(section, name, entry.label)

    def _title(self, label: Label) -> str:
        own, other = (label.zh, label.en) if self.lang == "zh" else (label.en, label.zh)
        return plain(f"{capital(own)} · {other}" if label.zh != label.en else capital(own))

    def _part(self, section: str, name: str, label: Label) -> Iterator[str]:
        """A rule or value: what it is called, what it says in words, its readings, the cases that test it."""
        told = list(self._told(section, name))
        brief = [plain(text) for key, text in told if key in self._heads("kind", "force")]
        yield from (f"### {self._title(label)}", "", " · ".join([f"`{name}`", *brief]), "")
        yield from _items(row for row in told if row[0] not in self._heads("kind", "force"))
        if name in self._cases:
            yield f"- **{self._word('cases')}**"
            for file, labels in self._cases[name].items():
                yield f"  - {plain(file)}: {plain(self._word('between').join(labels))}"
        yield ""

    def _heads(self, *names: str) -> set[str]:
        return {head(name, self.lang) for name in names}

    def _told(self, section: str, name: str) -> Iterator[tuple[str, str]]:
        """What `aidrules show` tells of a part in words, without its dates where they are those of the whole pack."""
        usual = {*self._shown.head(), *((key, head("undated", self.lang)) for key in self._heads("in_force"))}
        gone = self._heads("rule", "definition", "programme", "parameter", "label")
        return (row for row in self._shown.in_words(section, name) if row[0] not in gone and row not in usual)

    @cached_property
    def _cases(self) -> dict[str, dict[str, list[str]]]:
        """The cases that test a part, by its name and their file.

        They expect its result; where none does, they are about a clause that it cites.
        """
        own = [one for one in self.stated if one.pack in self.pack.layers]
        cases = [case for case in self.cases if case.pack in self.pack.layers]
        tested = [(case, tested_names(case, own)) for case in cases]
        named = set().union(*(names for _, names in tested))
        found: dict[str, dict[str, list[str]]] = {}
        for case, names in tested:
            clauses = {(source, clause) for source, clause, _ in case.cites}
            about = {one.name for one in own if clauses & {(source, clause) for source, clause, _ in one.cites}}
            for name in sorted(names | (about - named)):
                listed = found.setdefault(name, {}).setdefault(f"{case.pack}/{PurePath(case.file).stem}", [])
                listed.append(self._case(case))
        return found

    def _case(self, case: CitingCase) -> str:
        """The name of a case, by which it is found in its file, with what its label says."""
        said = case.label.text(self.lang)
        return case.name if said == case.name else self._word("case").format(name=case.name, said=said)


def _items(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"- **{plain(name)}**: {plain(text)}" for name, text in rows if text)


def _table(table: Rows) -> Iterator[str]:
    yield f"| {' | '.join(map(plain, table.heads))} |"
    yield f"|{'---|' * len(table.heads)}"
    yield from (f"| {' | '.join(map(plain, row))} |" for row in table.rows)
    yield ""
