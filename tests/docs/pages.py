"""The documents and the examples in them: fenced blocks by page, and the folder of rules that a page's YAML makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))
_FOLDERS = ("# rules/", "# drafts/", "# .github/")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text and the line of the page where it begins."""

    language: str
    text: str
    line: int

    @property
    def path(self) -> str | None:
        """The file that a block is, or changes, as its first line says."""
        first = self.text.partition("\n")[0]
        return first.removeprefix("# ") if first.startswith(_FOLDERS) else None


def text_of(page: str) -> str:
    """A page as it is written."""
    return (ROOT / page).read_text(encoding="utf-8")


@cache
def blocks(page: str, language: str | None = None) -> tuple[Block, ...]:
    """The fenced blocks of a page, of one language or of all."""
    found = (
        Block(token.info.strip(), token.content, (token.map or [0])[0] + 2)
        for token in MarkdownIt().parse(text_of(page))
        if token.type == "fence"
    )
    return tuple(block for block in found if language is None or block.language == language)


def prose(page: str) -> list[str]:
    """The lines of a page outside its fenced blocks."""
    fenced, kept = False, []
    for line in text_of(page).splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            kept.append(line)
    return kept


def sections(page: str, level: int) -> dict[str, str]:
    """The prose below each heading of a level, by heading."""
    made: dict[str, list[str]] = {}
    heading = ""
    for line in prose(page):
        mark = line.partition(" ")[0]
        if mark and set(mark) == {"#"}:
            heading = line.removeprefix(mark).strip() if len(mark) == level else heading if len(mark) > level else ""
        if heading:
            made.setdefault(heading, []).append(line)
    return {name: "\n".join(lines) for name, lines in made.items()}


def write_rules(page: str, folder: Path) -> Path:
    """Write the YAML of a page to the files that it names, with its changes; gives the folder of rules."""
    for block in blocks(page):
        if block.language == "yaml":
            there = block.path is not None and (folder / block.path).exists()
            assert not there, f"{page}:{block.line}: {block.path} stands on this page already"
        write(block, folder)
        for old, new in re.findall(r"^\$ mv (rules/\S+) (rules/\S+)$", block.text, re.MULTILINE):
            (folder / old).rename(folder / new)
    return folder / "rules"


def write(block: Block, folder: Path) -> None:
    """Write the file that a block of YAML is, or change one as a block of changes says; nothing for other blocks."""
    if block.language not in ("yaml", "diff"):
        return
    assert block.path is not None, f"line {block.line}: the first line of YAML and of changes is a file, `# rules/…`"
    file = folder / block.path
    if block.language == "yaml":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, encoding="utf-8")
    else:
        file.write_text(_changed(file.read_text(encoding="utf-8"), block), encoding="utf-8")


def _changed(text: str, block: Block) -> str:
    """A text with one passage replaced: lines with - go, those with + come; + alone comes at the end."""
    lines = block.text.splitlines(keepends=True)[1:]
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    assert not old or text.count(old) == 1, f"line {block.line}: to be found once in {block.path}, is {text.count(old)}"
    return text.replace(old, new) if old else text + new


def case_files(page: str) -> Iterator[Block]:
    """The blocks of a page that are files of cases."""
    return (block for block in blocks(page, "yaml") if block.path and "/cases/" in block.path)
