"""A population: chunk after chunk decided by the kernel that fits what is unknown in it, and told in one frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from aidrules.columns.chunk import Chunk, same
from aidrules.columns.entitlements import MEMBERS
from aidrules.columns.folds import of_few
from aidrules.columns.kernel import STATUS, Came, Held, Kernel
from aidrules.columns.missing import Lacking, Missing
from aidrules.columns.outcomes import Bits
from aidrules.columns.patterns import Patterns, Texts
from aidrules.columns.reads import Reads, Unknowns
from aidrules.decision.decide import InForce
from aidrules.decision.forms.outcomes import STATUSES
from aidrules.decision.outcomes import Outcomes
from aidrules.engine.compiled import Programme
from aidrules.facts.schema import Path
from aidrules.language.recent import Recent

_PENDING, _OPEN, _NOT_OPENED = (STATUSES.index(name) for name in ("pending", "undetermined", "not_opened"))
_MANY = 20_000
"""Of fewer households, those of which something is unknown are not taken apart: that takes a kernel more."""
_TEXTS = ("reasons", "missing", "entitlements", "entitlements_open")
_reads: Recent[Reads] = Recent(32)
_kernels: Recent[Kernel] = Recent(32)
_missing: Recent[Missing] = Recent(16)


@dataclass(frozen=True, slots=True)
class Part:
    """The columns of one programme in one chunk.

    Attributes:
        household: along the households.
        persons: along the members, for a programme about persons or with entitlements of persons.
        offsets: where the members of each household begin, and the last ones end.
        beyond: the places of the households that are paid too much to be told.
    """

    household: dict[str, pl.Series]
    persons: dict[str, pl.Series]
    offsets: Any
    beyond: Any

    def with_rows(self, rows: Any, others: Part) -> Part:
        """The same with what others have for some households, of which `rows` says yes."""
        persons = self.persons
        if persons:
            persons = _replaced(persons, np.repeat(rows, np.diff(self.offsets)), others.persons)
        beyond = np.concatenate([self.beyond, np.flatnonzero(rows)[others.beyond]])
        return Part(_replaced(self.household, rows, others.household), persons, self.offsets, beyond)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """The households of a chunk of which something is open, and what is missing for them.

    Attributes:
        rows: which households these are.
        missing: what was computed for them.
        lacking: by programme.
    """

    rows: Any
    missing: Missing
    lacking: list[Lacking]


class Population:
    """Decides chunks of households; safe to use from several threads.

    Args:
        rules: what they are decided by.
        programmes: which are wanted.
        entitlements: whether these are wanted too.
    """

    def __init__(self, rules: InForce, programmes: Sequence[str], *, entitlements: bool = False) -> None:
        self._entitlements = entitlements
        self._compiled, self._on, self._names = rules.compiled, rules.on, tuple(programmes)
        self._programmes: list[Programme] = [rules.compiled.programmes[name] for name in programmes]
        key = (rules.compiled, self._names)
        self._reads = _reads.get(key, lambda: Reads(rules.compiled, programmes))
        self._texts = {(name, column): Texts() for name in programmes for column in _TEXTS}
        self._patterns: dict[tuple[str, object], Patterns] = {}

    def known_nowhere(self, types: Iterable[Mapping[str, Any]]) -> Set[tuple[Path, str]]:
        """The facts of which no chunk has a column, by the types of their kernel frames."""
        return set.intersection(*map(self._reads.known_nowhere, types))

    def decided(self, frame: pl.DataFrame, nowhere: Set[tuple[Path, str]]) -> list[Part]:
        """The columns of every programme for a chunk of a kernel frame.

        Args:
            frame: the chunk.
            nowhere: the facts of which no chunk has a column.
        """
        chunk = Chunk(frame, self._compiled.schema)
        unknowns = self._reads.unknowns_in(chunk, nowhere)
        if unknowns.open and chunk.height >= _MANY:
            rows = self._reads.incomplete(chunk, unknowns)
            if 2 * np.count_nonzero(rows) <= chunk.height and self._reads.fill(chunk, unknowns):
                # Few rows are decided by themselves; the others need no bounds.
                complete = Unknowns(frozenset(), frozenset(), unknowns.empty)
                parts = self._decided(frame, chunk, complete, rows)
                few = self.decided(frame.filter(pl.Series(rows)), nowhere)
                return [part.with_rows(rows, own) for part, own in zip(parts, few, strict=True)]
        return self._decided(frame, chunk, unknowns, np.zeros(chunk.height, dtype=bool))

    def _decided(self, frame: pl.DataFrame, chunk: Chunk, unknowns: Unknowns, unused: Any) -> list[Part]:
        """The same by one kernel; nothing is told of the rows that are `unused`."""
        asked = (self._compiled, self._names, unknowns, self._on)
        kernel = _kernels.get((*asked, self._entitlements), lambda: Kernel(*asked, entitlements=self._entitlements))
        found = kernel.run(chunk)
        unsettled = self._unsettled(frame, chunk, kernel, [came.own for came in found], unknowns, unused)
        return [self._part(place, kernel, came, chunk, unsettled, unused) for place, came in enumerate(found)]

    def _unsettled(
        self,
        frame: pl.DataFrame,
        chunk: Chunk,
        kernel: Kernel,
        found: Sequence[Held],
        unknowns: Unknowns,
        unused: Any,
    ) -> Unsettled | None:
        """What is missing, if anything is open."""
        rows = np.zeros(chunk.height, dtype=bool)
        for programme, own in zip(self._programmes, found, strict=True):
            here = own.status.to_numpy() == _OPEN
            if own.unsettled is not None:
                here = here | own.unsettled.to_numpy()
            if here.any():
                rows[_households(chunk, kernel, programme)[here]] = True
        rows &= ~unused
        if not rows.any():
            return None
        key = (self._compiled, self._names, unknowns, self._on)
        missing = _missing.get(key, lambda: Missing(self._compiled, self._names, unknowns, self._on))
        left = chunk if rows.all() else Chunk(frame.filter(pl.Series(rows)), self._compiled.schema)
        return Unsettled(rows, missing, missing.run(left))

    def _part(
        self, place: int, kernel: Kernel, came: Came, chunk: Chunk, unsettled: Unsettled | None, unused: Any
    ) -> Part:
        programme, own, household = self._programmes[place], came.own, came.household
        apart = unused[_households(chunk, kernel, programme)] if unused.any() else None
        status = own.status
        lacks: dict[int, Any] = {}
        if unsettled is not None:
            here = unsettled.rows[_households(chunk, kernel, programme)]
            status, lacks = _with_what_is_missing(status, here, unsettled.missing, unsettled.lacking[place])
        columns = {
            "status": status,
            "reasons": self._reasons(kernel, programme, [status.cast(pl.Int64), *own.held], apart),
            "missing": self._named(unsettled, programme, lacks, len(status)),
            **own.columns,
            **self._entitled(place, kernel, came.entitled, apart),
        }
        beyond = came.beyond[~unused[came.beyond]]
        if household is None:
            if not came.members:
                return Part(columns, {}, None, beyond)
            rows = kernel.rows.own(MEMBERS)
            others = None if apart is None else apart[chunk.under(rows, kernel.rows.own(())).to_numpy()]
            each = {"id": chunk.item_ids(MEMBERS), **self._entitled(place, kernel, came.members, others)}
            return Part(columns, each, chunk.offsets(rows), beyond)
        offsets = chunk.offsets(kernel.rows.own(programme.owner))
        owners = _households(chunk, kernel, programme)
        together = {word: of_few(owners, chunk.height, bits, np.bitwise_or, 0) for word, bits in lacks.items()}
        best = of_few(owners, chunk.height, status.to_numpy(), np.minimum, _NOT_OPENED)
        told = {
            "status": pl.Series(best),
            "missing": self._named(unsettled, programme, together, chunk.height),
            **household,
        }
        return Part(told, {"id": chunk.item_ids(programme.owner), **columns}, offsets, beyond)

    # Reasons and missing inputs

    def _reasons(self, kernel: Kernel, programme: Programme, numbers: Sequence[pl.Series], unused: Any) -> pl.Series:
        key = (programme.id, kernel)
        if key not in self._patterns:
            rules, bits = self._compiled.rules, kernel.bits(programme)

            def tell(found: tuple[int, ...]) -> list[str]:
                status, *words = found
                return [name for name, one in bits.items() if _settles(status, rules[name], one, words)]

            self._patterns[key] = Patterns(self._texts[programme.id, "reasons"], tell)
        return self._patterns[key].places([number.to_numpy() for number in numbers], unused)

    def _named(
        self, unsettled: Unsettled | None, programme: Programme, lacks: Mapping[int, Any], count: int
    ) -> pl.Series:
        if unsettled is None or not lacks:
            return same(self._texts[programme.id, "missing"].place(""), count, pl.UInt32)
        key = (programme.id, unsettled.missing)
        if key not in self._patterns:
            texts = self._texts[programme.id, "missing"]
            self._patterns[key] = Patterns(texts, unsettled.missing.named)
        nothing = np.zeros(count, dtype=np.int64)
        words = [lacks.get(word, nothing) for word in range(max(lacks) + 1)]
        return self._patterns[key].places(words)

    def _entitled(self, place: int, kernel: Kernel, words: Sequence[pl.Series], unused: Any) -> dict[str, pl.Series]:
        """The entitlements that are given, and those that are open."""
        entitled, programme = kernel.entitled[place], self._programmes[place]
        if entitled is None:
            return {}
        found = {}
        for state, column in enumerate(("entitlements", "entitlements_open"), 1):
            key = (programme.id, (kernel, column))
            if key not in self._patterns:
                self._patterns[key] = Patterns(self._texts[programme.id, column], entitled.named(state))
            found[column] = self._patterns[key].places([word.to_numpy() for word in words], unused)
        return found

    # All chunks together

    def finished(self, parts: Sequence[Sequence[Part]]) -> pl.DataFrame:
        """The columns of all programmes for all chunks, with texts for places."""
        found: list[pl.Series | pl.Expr] = []
        for programme, chunks in zip(self._programmes, zip(*parts, strict=True), strict=True):
            found += self._told(programme, [part.household for part in chunks], f"{programme.id}.")
            if chunks[0].persons:
                persons = pl.select(self._told(programme, [part.persons for part in chunks], ""))
                lengths = np.concatenate([np.diff(part.offsets) for part in chunks])
                found.append(_listed(persons, lengths).alias(f"{programme.id}.persons"))
        return pl.select(found)

    def _told(
        self, programme: Programme, chunks: Sequence[Mapping[str, pl.Series]], before: str
    ) -> list[pl.Series | pl.Expr]:
        found: list[pl.Series | pl.Expr] = []
        for name in chunks[0]:
            column = pl.concat([columns[name] for columns in chunks]) if len(chunks) > 1 else chunks[0][name]
            column = column.alias(f"{before}{name}")
            if name in _TEXTS:
                places, texts = self._texts[programme.id, name].ordered(column)
                found.append(pl.lit(places).cat.to(texts))
            else:
                found.append(pl.lit(column).cat.to(STATUS) if name == "status" else column)
        return found


def _replaced(columns: Mapping[str, pl.Series], rows: Any, others: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    places = np.flatnonzero(rows)
    # Some columns are one and the same, and each is changed where it is: a clone shares what it holds until then.
    return {name: column.clone().scatter(places, others[name]) for name, column in columns.items()}


def _households(chunk: Chunk, kernel: Kernel, programme: Programme) -> Any:
    """The household of each row that a programme is about."""
    if not programme.owner:
        return np.arange(chunk.height)
    return chunk.under(kernel.rows.own(programme.owner), kernel.rows.own(())).to_numpy()


def _with_what_is_missing(
    status: pl.Series, here: Any, missing: Missing, lacking: Lacking
) -> tuple[pl.Series, dict[int, Any]]:
    """The statuses, pending where all that is missing is what a person finds; and what is missing."""
    every = status.to_numpy().copy()
    some = every[here]
    open_ = some == _OPEN
    pending = missing.awaits_findings(lacking.outcome, len(some)).to_numpy()
    some[open_ & pending] = _PENDING
    every[here] = some
    lacks: dict[int, Any] = {}
    for word in lacking.outcome.keys() | lacking.amounts.keys():
        bits = np.zeros(len(some), dtype=np.int64)
        if word in lacking.outcome:
            bits |= np.where(open_, lacking.outcome[word].to_numpy(), 0)
        if word in lacking.amounts:
            bits |= lacking.amounts[word].to_numpy()
        lacks[word] = np.zeros(len(every), dtype=np.int64)
        lacks[word][here] = bits
    return pl.Series(every), lacks


def _settles(status: int, rule: Any, bits: Bits, words: Sequence[int]) -> bool:
    return Outcomes.settles(STATUSES[status], rule, bits.read(words))


def _listed(persons: pl.DataFrame, lengths: Any) -> pl.Series:
    offsets = pl.Series(np.concatenate([[0], np.cumsum(lengths)])).to_arrow()  # not by pa.array: it imports pandas
    values = persons.rechunk().to_struct("person").to_arrow(compat_level=pl.CompatLevel.newest())
    made = pl.from_arrow(pa.LargeListArray.from_arrays(offsets, values))
    assert isinstance(made, pl.Series)
    return made
