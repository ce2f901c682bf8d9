"""simulate_file: a population in files decided part by part, with what is finished kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aidrules.callers import check_list
from aidrules.decision.decide import in_force
from aidrules.decision.wanted import wanted
from aidrules.errors import FilesError, Problem
from aidrules.frames.declared import declared
from aidrules.populations import joining, sealed, told
from aidrules.populations.claimed import LAID_OUT
from aidrules.populations.deciding import OUTCOMES, Decider, decide_all
from aidrules.populations.flat import HOUSEHOLDS, MEMBERS, Tables, kind_of
from aidrules.populations.manifest import Seen, manifest
from aidrules.populations.nested import Nested
from aidrules.populations.part import KEY, ROW, Part, Source
from aidrules.populations.parts import Parts, opened
from aidrules.populations.spread import Laid, lay_out, nobody
from aidrules.populations.targets import Targets

if TYPE_CHECKING:
    from aidrules.language.pack import Pack
    from aidrules.language.subject import SubjectModel

Stage = Literal["reading", "deciding", "joining"]
Progress = Callable[[Stage, int, int | None], None]
"""Is told the stage, how far it is, and how far it goes, where that is known."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a population in files.

    Attributes:
        households: how many there are.
        decided: how many of them stand in `out`.
        refused: how many stand in `bad`, each with what is wrong.
        out: the file of outcomes.
        bad: the file of what is wrong; None where nothing is.
        persons: the file of persons; None where there is none.
    """

    households: int
    decided: int
    refused: int
    out: Path
    bad: Path | None
    persons: Path | None


def simulate_file(
    source: str | Path,
    out: str | Path,
    pack: Pack,
    *,
    on: date,
    law: date | None = None,
    known: date | None = None,
    parameters: Mapping[str, object] | None = None,
    readings: Mapping[str, str] | None = None,
    overlays: Sequence[str | Path | Mapping[str, object]] = (),
    outcomes: Sequence[str] | None = None,
    entitlements: bool = False,
    values: Sequence[str] = (),
    keep: Sequence[str] = (),
    members: str | Path | None = None,
    tables: Mapping[str, str | Path] | None = None,
    incomplete: Collection[str] = (),
    key: str | None = None,
    bad: str | Path | None = None,
    persons: str | Path | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> Outcome:
    """Decide a population in files that may be larger than memory.

    What is decided is kept in a folder beside `out`, named as it with `.parts` behind, until all is. A run that was
    stopped, however that was, goes on from there when it is called again with the same arguments.

    Args:
        source: a Parquet file of households, as of `pack.arrow_schema`; or, with `members`, a flat table of households,
            Parquet or CSV, as of `aidrules.frames.nest`.
        out: the file to write, Parquet or CSV by its name: a row for each household that can be decided, in their
            order, with the columns of `simulate`; texts in the place of enums. `row` is the place in `source`, from 0.
            In CSV there are no lists of persons.
        pack: the rules.
        on: the date of the facts.
        law: as of `simulate`.
        known: as of `simulate`.
        parameters: as of `simulate`.
        readings: as of `simulate`.
        overlays: as of `simulate`.
        outcomes: as of `simulate`.
        entitlements: as of `simulate`.
        values: as of `simulate`. In CSV a fraction takes two columns, and there are none of lists.
        keep: columns of `source` that stand in `out` as they were. They need not be facts.
        members: the flat table of members.
        tables: other flat tables by the names that `nest` has.
        incomplete: flat tables that do not hold everything.
        key: of flat tables the column that names the household, `household` unless given; of nested ones a column
            that is no fact. It stands in `out` as it was.
        bad: the file for what is wrong with households that cannot be decided, a line for each thing, by `row`; beside
            `out` unless given. It is written only if there are some.
        persons: the file for persons where `out` is CSV, a line for each person and programme; beside `out` unless
            given. It is written only if a programme is about persons.
        workers: parts that are decided at the same time, by threads.
        progress: is told how far it is.

    Raises:
        FilesError: a file that cannot be read or written; an output that is there already, or that another run is
            writing; parts that were begun with something else.
        DecisionError: as of `simulate`.
        PackError: as of `simulate`.
        FactsError: as of `simulate` and `nest`.
    """
    check_list(incomplete, "incomplete", FilesError)
    check_list(keep, "keep", FilesError, ordered=True)
    if workers < 1:
        raise FilesError(Problem(f"{workers} workers", "workers", expected="1 or more"))
    carried = ({} if key is None else {key: "key"}) | {name: "keep" for name in keep if name != key}
    if blank := [where for name, where in carried.items() if not str(name).strip()]:
        raise FilesError(Problem("a column has no name", blank[0], hint="Give its name, or leave it out."))
    if used := carried.keys() & {ROW, KEY}:
        where = carried[used.pop()]
        raise FilesError(Problem("a column of this name is used while parts are decided", where, hint=told.RENAME))
    told_of = progress or (lambda *_: None)
    paths = _paths(Path(source), members, tables or {}, incomplete, pack.subject)
    targets = Targets.of(Path(out), bad, persons)
    if not targets.folder.exists():
        targets.refuse_existing()
    rules = in_force(pack, on, law, known, parameters, readings, overlays)
    programmes = wanted(rules, outcomes)
    files = {name: Seen.of(path) for name, path in paths.items()}
    flat = members is not None
    given: Tables | Nested
    if flat:
        given = Tables(rules.pack, paths, key or "household", tuple(incomplete), keep)
    else:
        given = Nested(paths[HOUSEHOLDS], carried, declared(rules.pack.Subject).parts)
    none = nobody(given) if isinstance(given, Tables) else given.none
    decider = Decider(rules, known, programmes, entitlements, values)
    # Of nobody, so that columns and rules are looked at before anything is written.
    bare = decider.tables(replace(none, kept=()))[OUTCOMES]
    told.check_columns(none, bare, given.carried, values, targets.out_is_csv)
    nothing = decider.tables(none)
    wanted_too = {"columns kept": [*given.carried], "entitlements": entitlements, "values": [*values]}
    begun = manifest(rules, known, programmes, files, wanted_too, tuple(incomplete))
    with targets.writing(), opened(targets.folder, begun) as parts:
        ended = parts.joined()
        if ended is None:
            targets.refuse_existing()
            households = _laid(given, none, parts, told_of) if isinstance(given, Tables) else given
            decide_all(households, decider, parts, workers, lambda done, of: told_of("deciding", done, of))
            for seen in files.values():
                seen.check()
            counts = joining.counts(parts, households.households, len(households.numbers))
            targets.refuse_existing()
            ended = parts.join(counts)
        elif not targets.out.exists():
            joining.check(parts, ended)
        if not targets.out.exists():
            joining.join(parts, targets, nothing, ended, lambda done, of: told_of("joining", done, of))
        parts.remove()
    return Outcome(
        **ended.counts,
        out=targets.out,
        bad=targets.bad if ended.counts["refused"] else None,
        persons=targets.persons if targets.out_is_csv and told.lists(nothing[OUTCOMES]) else None,
    )


def _paths(
    source: Path,
    members: str | Path | None,
    tables: Mapping[str, str | Path],
    incomplete: Collection[str],
    subject: SubjectModel,
) -> dict[str, Path]:
    """The files of the input, by the names of their tables."""
    if not subject.is_household and (members is not None or kind_of(source) == "csv"):
        expected = f"a Parquet file with a row for each {subject.name}"
        hint = "Read them into a frame, nest their lists, and write it with write_parquet."
        raise FilesError(Problem("flat tables and CSV hold households only", str(source), expected=expected, hint=hint))
    if members is None:
        if tables or incomplete:
            found = "there are tables of lists and none of members"
            raise FilesError(Problem(found, "members", expected="the flat table of members as well"))
        if kind_of(source) == "csv":
            found = "households in CSV have no members in them"
            raise FilesError(Problem(found, str(source), expected="the flat table of members as well: --members"))
        return {HOUSEHOLDS: source}
    if several := tables.keys() & {HOUSEHOLDS, MEMBERS}:
        raise FilesError(Problem("the table is given twice", min(several), hint="Leave it out of the other tables."))
    return {HOUSEHOLDS: source, MEMBERS: Path(members), **{name: Path(file) for name, file in tables.items()}}


def _laid(tables: Tables, none: Part, parts: Parts, progress: Progress) -> Source:
    """The households of flat tables, put together unless that was done before."""
    if parts.laid_out.exists():
        sealed.check(parts.laid_out)
    else:
        with parts.made(LAID_OUT) as folder:
            lay_out(tables, folder, lambda done, of: progress("reading", done, of))
    return Laid(parts.laid_out, none)
