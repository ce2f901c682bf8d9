"""The files that a run writes, and what must hold before it does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aidrules.errors import FilesError, Problem
from aidrules.facts.problems import printable
from aidrules.populations.flat import kind_of

_LONGEST = 220
"""Bytes of a name: systems take 255, and while a file is written there is more behind it."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The files that a run writes.

    Attributes:
        out: what came of the households.
        bad: what is wrong with those that could not be decided.
        persons: what came of persons, where `out` has no lists.
    """

    out: Path
    bad: Path
    persons: Path

    @classmethod
    def of(cls, out: Path, bad: str | Path | None, persons: str | Path | None) -> Targets:
        """The files by their names; those that are not given stand beside the output.

        Raises:
            FilesError: a name that does not say the kind of file, one that stands twice, a folder that is not there.
        """
        beside = [out.with_name(f"{out.stem}.{what}{out.suffix}") for what in ("bad", "persons")]
        made = cls(out, Path(bad or beside[0]), Path(persons or beside[1]))
        problems = []
        for file in made._all:
            _check_name(file)
            kind_of(file)
            if not file.parent.is_dir():
                problems.append(Problem("there is no such folder", str(file.parent), hint="Make it first."))
        if len({file.resolve() for file in made._all}) < len(made._all):
            problems.append(Problem("two outputs have this name", str(out), expected="a name for each of them"))
        if kind_of(made.persons) != "csv" and persons is not None:
            expected = "a name that ends in .csv; in a Parquet output persons are lists"
            problems.append(Problem("persons are written as CSV only", str(persons), expected=expected))
        if problems:
            raise FilesError(dict.fromkeys(problems))
        return made

    @property
    def folder(self) -> Path:
        """Where parts are kept until all are there."""
        return self.out.with_name(f"{self.out.name}.parts")

    @property
    def out_is_csv(self) -> bool:
        """Whether the output is CSV, which has no lists of persons."""
        return kind_of(self.out) == "csv"

    @property
    def _all(self) -> tuple[Path, ...]:
        return self.out, self.bad, self.persons

    def refuse_existing(self) -> None:
        """Fail if one of the files is there already."""
        hint = "Remove it, or give another name."
        found = [
            Problem("this file is there already", str(file), hint=hint) for file in self._all if os.path.lexists(file)
        ]
        if found:
            raise FilesError(found)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Say what to do where the disk is full, or nothing may be written there."""
        try:
            yield
        except OSError as error:
            found, where = error.strerror or str(error), str(error.filename or self.out)
            kept = f"What is finished is kept in {self.folder}: start" if self.folder.exists() else "Start"
            raise FilesError(Problem(found, where, hint=f"{kept} the same again when that is mended.")) from None


def _check_name(file: Path) -> None:
    """Fail if no system takes the name of a file."""
    if "\0" in str(file):
        raise FilesError(Problem("the name has the character NUL in it", printable(str(file))))
    if (size := len(os.fsencode(file.name))) > _LONGEST:
        found, where = f"the name has {size:,} bytes", printable(file.name)
        raise FilesError(Problem(found, where, expected=f"at most {_LONGEST}", hint="Give it a shorter name."))
