"""What came of parts, counted and put into the outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from aidrules.errors import FilesError
from aidrules.populations import joined, sealed, told
from aidrules.populations.deciding import FAULTS, OUTCOMES
from aidrules.populations.parts import Ended, Parts
from aidrules.populations.targets import Targets


def counts(parts: Parts, households: int, number: int) -> dict[str, int]:
    """How many households there are, by what came of them.

    Args:
        parts: all of them, finished.
        households: how many there are in the input.
        number: how many parts there are.

    Raises:
        FilesError: parts are not as they were finished.
    """
    parts.check(number)
    decided = sum(joined.rows_of(file) for file in parts.files(OUTCOMES))
    refused = sum(pl.scan_ipc(file).select(pl.col("row").n_unique()).collect().item() for file in parts.files(FAULTS))
    if decided + refused != households:
        found = f"of {households:,} households {decided:,} were decided and {refused:,} refused"
        raise FilesError(sealed.damaged(parts.folder, found))
    return {"households": households, "decided": decided, "refused": refused}


def check(parts: Parts, ended: Ended) -> None:
    """Fail if parts do not come to what was counted before a run was stopped.

    Raises:
        FilesError: they do not.
    """
    if counts(parts, ended.counts["households"], len(parts.finished)) != ended.counts:
        raise FilesError(sealed.damaged(parts.folder, "the parts do not come to what was counted"))


def join(
    parts: Parts,
    targets: Targets,
    nothing: Mapping[str, pl.DataFrame],
    ended: Ended,
    done: Callable[[int, int], None],
) -> None:
    """Write the outputs; that of households last, so that all is done where it is.

    Args:
        parts: all of them, finished.
        targets: the outputs.
        nothing: the tables of a part of no households.
        ended: what was counted.
        done: is told how many places of the input were passed, of how many.

    Raises:
        FilesError: parts hold other rows than were counted.
    """
    of, mark = ended.counts["households"], ended.mark

    def rows(table: str, columns: Sequence[str]) -> joined.Frames:
        return joined.in_order(parts.files(table), columns, of, lambda passed: done(passed, of))

    def all_of(frames: joined.Frames, expected: int) -> joined.Frames:
        """The same, and an error at the end if there were not as many: so no output is put in its place."""
        found = 0
        for frame in frames:
            found += frame.height
            yield frame
        if found != expected:
            raise FilesError(sealed.damaged(parts.folder, f"{found:,} rows of {expected:,} came of the parts"))

    none = nothing[OUTCOMES]
    if ended.counts["refused"]:
        lines = sum(joined.rows_of(file) for file in parts.files(FAULTS))
        columns = nothing[FAULTS].columns
        joined.write(targets.bad, all_of(rows(FAULTS, columns), lines), nothing[FAULTS], mark)
    if targets.out_is_csv and told.lists(none):
        joined.write(targets.persons, told.persons(rows(OUTCOMES, none.columns)), told.no_persons(none), mark)
    if targets.out_is_csv:
        none = none.drop(told.lists(none))
    joined.write(targets.out, all_of(rows(OUTCOMES, none.columns), ended.counts["decided"]), none, mark)
