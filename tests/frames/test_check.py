"""A frame is taken apart into what the models take and what they refuse, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from framed import BOZHOU, MADE_UP, ordinal
from hypothesis import given, settings
from hypothesis import strategies as st

import aidrules
from aidrules import frames, testing
from aidrules.errors import FactsError
from aidrules.facts.days import not_yet
from aidrules.frames import fits
from aidrules.frames.declared import Listed, Record, Value, declared
from aidrules.frames.households import facts_of

ON = date(2025, 6, 1)
IDENTITY_NUMBERS = ("11010519491231002X", "110105491231002", "a11010519491231002Xb", "911010519491231002X")


@pytest.mark.parametrize("pack", [BOZHOU, MADE_UP], ids=["bozhou", "made-up"])
def test_what_the_models_refuse_is_refused_and_nothing_else(pack: aidrules.Pack) -> None:
    record = declared(pack.Household)

    @settings(max_examples=60)
    @given(st.data())
    def alike(data: st.DataObject) -> None:
        drawn = data.draw(st.lists(testing.households(pack, on=ON, known=0.8, everything=True), min_size=1, max_size=3))
        rows = [loose(record, one.model_dump()) for one in drawn]
        for row in rows:
            for _ in range(data.draw(st.integers(0, 3))):
                spoil(record, row, data)
        accepted = [household for row in rows if (household := built(record, row, pack)) is not None]

        checked = frames.check(pl.DataFrame(rows, schema=loose_schema(record)), pack, on=ON)

        refused = [place for place, row in enumerate(rows) if built(record, row, pack) is None]
        assert checked.faults["row"].unique(maintain_order=True).to_list() == refused
        assert sorted([*checked.rows, *refused]) == list(range(len(rows)))
        assert numbered(checked.frame, record) == [expected(record, one.model_dump()) for one in accepted]
        assert checked.frame.schema == kept(kernel_schema(record), checked.frame.schema)
        typed = frames.check(frames.from_households(accepted, pack), pack, on=ON)
        assert numbered(typed.frame, record) == numbered(checked.frame, record)

    alike()


def built(record: Record, row: dict[str, Any], pack: aidrules.Pack) -> aidrules.Household | None:
    """The household that can be decided, if the models take it."""
    try:
        household = pack.Household.model_validate(facts_of(record, row))
    except FactsError:
        return None
    return None if list(not_yet(household, ON)) else household


def loose(record: Record, facts: dict[str, Any]) -> dict[str, Any]:
    """A household whose amounts and days are text, in which more can be wrong than in typed columns."""
    return {name: _over(part, facts[name], loose, _text) for name, part in record.parts.items()}


def expected(record: Record, facts: dict[str, Any]) -> dict[str, Any] | None:
    """A household as the kernel has it, days counted; a group of which nothing is known is not there."""
    made = {name: _over(part, facts[name], expected, _counted) for name, part in record.parts.items()}
    return made if any(value is not None for value in made.values()) else None


def _over(part: Any, value: Any, of_record: Any, of_value: Any) -> Any:
    if value is None:
        return None
    if isinstance(part, Record):
        return of_record(part, value)
    return [of_record(part.each, item) for item in value] if isinstance(part, Listed) else of_value(part, value)


def _text(_: Value, value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value


def _counted(part: Value, value: Any) -> Any:
    if part.shape.type == "date":
        return ordinal(value)
    return int(value * 10**part.fact.scale) if part.shape.type == "money" else value


def numbered(frame: pl.DataFrame, record: Record) -> list[Any]:
    """The rows of a kernel frame with all that could be in them; days are counted, since Python has no day 0."""
    plain = frame.cast({name: without_days(dtype) for name, dtype in frame.schema.items()})  # type: ignore[arg-type]
    return [_whole(record, row) for row in plain.to_dicts()]


def _whole(record: Record, row: dict[str, Any]) -> dict[str, Any] | None:
    made = {name: _over(part, row.get(name), _whole, lambda _, value: value) for name, part in record.parts.items()}
    return made if any(value is not None for value in made.values()) else None


def without_days(dtype: Any) -> Any:
    if isinstance(dtype, pl.List):
        return pl.List(without_days(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pl.Struct({name: without_days(inner) for name, inner in dict(dtype).items()})
    return pl.Int32 if dtype == pl.Date else pl.String if isinstance(dtype, pl.Enum) else dtype


def kernel_schema(record: Record) -> dict[str, Any]:
    """What is promised to the kernel."""
    return {name: _kernel_type(part) for name, part in record.parts.items()}


def _kernel_type(part: Any) -> Any:
    if isinstance(part, Record):
        return pl.Struct(kernel_schema(part))
    if isinstance(part, Listed):
        return pl.List(pl.Struct(kernel_schema(part.each)))
    types = {"money": pl.Int64, "number": pl.Int64, "date": pl.Date, "text": pl.String, "bool": pl.Boolean}
    options = part.shape.options
    return pl.Boolean if options == (True,) else pl.Enum(options) if options else types[part.shape.type]


def kept(promised: Any, there: Any) -> Any:
    """Of what is promised, what is there."""
    if isinstance(there, pl.List):
        return pl.List(kept(promised.inner, there.inner))
    if isinstance(there, pl.Struct):
        return pl.Struct(kept(dict(promised), dict(there)))
    if isinstance(there, dict):
        return {name: kept(promised[name], dtype) for name, dtype in there.items()}
    return promised


def loose_schema(record: Record) -> dict[str, Any]:
    return {name: _loose_type(part) for name, part in record.parts.items()}


def _loose_type(part: Any) -> Any:
    if isinstance(part, Record):
        return pl.Struct(loose_schema(part))
    if isinstance(part, Listed):
        return pl.List(pl.Struct(loose_schema(part.each)))
    held = part.shape.options == (True,)
    return pl.Boolean if held or part.shape.type == "bool" else pl.Int64 if part.shape.type == "number" else pl.String


def spoil(record: Record, row: dict[str, Any], data: st.DataObject) -> None:
    """Put something else into one place of a household, most often something that cannot be."""
    sites = list(_sites(record, row))
    holder, name, part = sites[data.draw(st.integers(0, len(sites) - 1))]
    values = list(_spoilt(part, holder[name], row))
    holder[name] = values[data.draw(st.integers(0, len(values) - 1))]


def _sites(record: Record, row: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, Any]]:
    for name, part in record.parts.items():
        yield row, name, part
        inside = row[name]
        if isinstance(part, Record) and inside is not None:
            yield from _sites(part, inside)
        elif isinstance(part, Listed):
            for item in inside or ():
                if item is not None:
                    yield from _sites(part.each, item)


def _spoilt(part: Any, now: Any, household: dict[str, Any]) -> Iterator[Any]:
    yield None
    if isinstance(part, Record):
        yield dict.fromkeys(part.parts)
    elif isinstance(part, Listed):
        yield []
        if now:
            yield [*now, None]
            yield [*now, now[0]]
            yield [now[0]] * part.items.at_most
            yield [now[0]] * (part.items.at_most + 1)
    elif part.shape.type == "money":
        low, high, step = Decimal(part.fact.low), Decimal(part.fact.limit), Decimal(1).scaleb(-part.fact.scale)
        yield from map(str, (low, high, low - step, high + step, step / 10, 0))
        yield from ("1e3", "2_600", "２", "", " 1", "+1", "1.", ".5", "-0", "0" * 45 + "1.5", "9" * 60, "1,5", "1\n")
    elif part.shape.type == "number":
        yield from (part.fact.low, part.fact.limit, part.fact.low - 1, part.fact.limit + 1, -(2**63), 2**63 - 1)
    elif part.shape.type == "bool" or part.shape.options == (True,):
        yield from (True, False)
    elif part.shape.type == "enum":
        yield from (*part.shape.options, "", "nobody", part.shape.options[0].upper())
    elif part.shape.type == "date":
        yield from ("none", "1880-01-01", "1879-12-31", "2199-12-31", "2200-01-01", "2025-06-01", "2025-06-02")
        yield from (
            "2025-02-29",
            "2024-02-29",
            "2024-2-9",
            "20240229",
            "",
            "0000-01-01",
            "２０２４-01-01",
            "2024-01-01T00:00",
        )
    else:
        ids = [member["id"] for member in household["members"] or () if member is not None]
        yield from (
            *ids,
            "none",
            "",
            "x" * 64,
            "x" * 65,
            "x" * 200,
            "x" * 201,
            "字" * 200,
            "a\x7f",
            "a\nb",
            "m 1",
            "dibao",
        )
        yield from IDENTITY_NUMBERS


MEMBERS = [[{"id": "m"}]]


def faults(**columns: list[Any]) -> list[tuple[Any, ...]]:
    frame = pl.DataFrame({"id": ["h"], "members": MEMBERS, **columns})
    return frames.check(frame, MADE_UP, on=ON).faults.rows()


def test_a_fault_says_where_what_and_what_to_do() -> None:
    assert faults(residence=["Urban"]) == [
        (
            0,
            "h",
            "residence",
            '"Urban" is not one of its values',
            "urban or rural residence: one of urban, rural, or null if unknown",
            "Did you mean urban or rural?",
        )
    ]
    assert faults(expenses=[[{"member": "n"}]]) == [
        (0, "h", "expenses[0].member", "there is no member 'n'", "the id of a member: m", None)
    ]
    ahead = "2025-06-02 is after the date of the facts, 2025-06-01"
    assert [fault[2:4] for fault in faults(moved_in=[date(2025, 6, 2)])] == [("moved_in", ahead)]


@pytest.mark.parametrize(
    ("ids", "field"),
    [
        (["ba", "ab", "ba"], "members[2].id"),
        (["ab", "ba", "ab"], "members[2].id"),
        (["2", "10", "2"], "members[2].id"),
        (["person-1", "person-2", "person-1"], "members[2].id"),
        (["a", "b!"], "members[1].id"),
        (["a", "b\0"], "members[1].id"),
        (["a", ""], "members[1].id"),
        (["a", "é"], "members[1].id"),
        (["3", "20", "100", "m1"], None),
        (["person-2", "person-1", "b", "ab", "ba"], None),
    ],
)
def test_ids_of_all_lengths_are_told_apart_and_read(ids: list[str], field: str | None) -> None:
    found = faults(members=[[{"id": each} for each in ids]])
    assert [fault[2] for fault in found] == ([] if field is None else [field])


def test_a_payment_recorded_twice_is_a_fault_unless_something_of_it_is_unknown() -> None:
    paid = {"rule": "a.b", "amount": "300", "paid_on": "2025-03-01"}
    lists = [
        [paid, {**paid, "amount": "300.00"}],
        [paid, {**paid, "rule": "a.c"}],
        [{**paid, "paid_on": None}] * 2,
        [{**paid, "amount": "1"}, paid, paid],
    ]
    rows = [{"members": [{"id": "a", "payments": payments}]} for payments in lists]
    rows += [{"members": [{"id": "a", "payments": [paid]}, {"id": "b", "payments": [paid]}]}]
    checked = frames.check(pl.DataFrame(rows), MADE_UP, on=ON)
    told = list(zip(checked.faults["row"], checked.faults["field"], strict=True))
    assert told == [(0, "members[0].payments[1]"), (3, "members[0].payments[2]")]


def test_households_of_one_id_are_told_apart_by_their_row() -> None:
    frame = pl.DataFrame({"id": ["a", "a"], "residence": ["urban", "x"], "members": [[{"id": "m"}]] * 2})
    checked = frames.check(frame, MADE_UP, on=date(2025, 6, 1))
    assert checked.rows.to_list() == [0]
    assert checked.faults.select("row", "key", "field").rows() == [(1, "a", "residence")]


def test_an_id_that_must_not_be_there_is_not_repeated() -> None:
    assert [fault[:3] for fault in faults(id=["11010519491231002X"])] == [(0, None, "id")]


def test_an_id_that_must_not_be_there_is_not_repeated_where_rows_are_not_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aidrules.frames.checked.MOST_EXPLAINED", 0)
    assert [fault[:2] for fault in faults(id=["11010519491231002X"])] == [(0, None)]
    assert [fault[:2] for fault in faults(residence=["?"])] == [(0, "h")]


def test_confidential_facts_are_not_repeated() -> None:
    (fault,) = faults(remark=["x" * 201])
    assert "a value that is not shown" in fault[3]


def test_nothing_is_dropped() -> None:
    frame = pl.DataFrame({"id": ["a", "b", "c"], "residence": ["urban", "?", "rural"], "members": MEMBERS * 3})
    checked = frames.check(frame, MADE_UP, on=ON)
    assert checked.rows.to_list() == [0, 2]
    assert checked.frame["id"].to_list() == ["a", "c"]
    assert checked.bad.equals(frame[1:2])


@pytest.mark.parametrize("ids", [["m"] * 5000, [f"m{each}" for each in range(5000)]], ids=["same", "distinct"])
def test_a_list_that_is_too_long_is_not_searched_to_its_end(ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    searched = []

    def again(columns: Any, owners: pl.Series) -> pl.Series:
        searched.append((len(owners), len(found := search(columns, owners))))
        return found

    search = fits._again
    monkeypatch.setattr(fits, "_again", again)
    members = [[{"id": "a"}, {"id": "b"}], [{"id": each} for each in ids]]
    checked = frames.check(pl.DataFrame({"id": ["right", "long"], "members": members}), MADE_UP, on=ON)

    most = declared(MADE_UP.Household).parts["members"].items.at_most
    assert searched == [(2 + most, most - 1 if len(set(ids)) == 1 else 0)]
    assert checked.rows.to_list() == [0] and checked.frame["members"].list.len().to_list() == [2]
    assert checked.faults.select("row", "field", "found").rows() == [(1, "members", "5000 items")]
    assert checked.bad["members"].list.len().to_list() == [5000]


@pytest.mark.parametrize(
    ("amounts", "fen"),
    [
        (pl.Series([Decimal("1.25")], dtype=pl.Decimal(10, 2)), 125),
        (pl.Series([Decimal("1.5")], dtype=pl.Decimal(10, 1)), 150),
        (pl.Series([Decimal("1.2500")], dtype=pl.Decimal(20, 4)), 125),
        (pl.Series(["1.5"]), 150),
        (pl.Series([7], dtype=pl.UInt8), 700),
        (pl.Series([7], dtype=pl.Int128), 700),
    ],
)
def test_amounts_come_in_several_types(amounts: pl.Series, fen: int) -> None:
    frame = pl.DataFrame({"members": MEMBERS, "assets": pl.DataFrame({"savings": amounts}).to_struct()})
    assert frames.check(frame, MADE_UP, on=ON).frame["assets"].to_list() == [{"savings": fen}]


@pytest.mark.parametrize(
    "amount",
    [
        pl.Series([Decimal("1.255")], dtype=pl.Decimal(10, 3)),
        pl.Series([2**64 - 1], dtype=pl.UInt64),
        pl.Series([-(2**100)], dtype=pl.Int128),
        pl.Series([Decimal(10) ** 30], dtype=pl.Decimal(38, 2)),
    ],
)
def test_amounts_that_do_not_fit_are_not_wrapped(amount: pl.Series) -> None:
    frame = pl.DataFrame({"members": MEMBERS, "assets": pl.DataFrame({"savings": amount}).to_struct()})
    checked = frames.check(frame, MADE_UP, on=ON)
    assert checked.faults["field"].to_list() == ["assets.savings"] and checked.frame.height == 0


def test_moments_at_midnight_are_days() -> None:
    noon = datetime(2024, 5, 1, 12)
    assert faults(moved_in=[datetime(2024, 5, 1)]) == []
    assert [fault[2] for fault in faults(moved_in=[noon])] == ["moved_in"]


@pytest.mark.parametrize(
    "members", [[[{"id": "m", "incomes": []}]], [[{"id": "m", "incomes": [{}]}]], [[{"id": "m", "incomes": None}]]]
)
def test_lists_of_which_nothing_is_said(members: list[Any]) -> None:
    """Polars knows no type of their items."""
    checked = frames.check(pl.DataFrame({"members": members}), MADE_UP, on=ON)
    (member,) = checked.frame.cast({"members": without_days(checked.frame.schema["members"])})[0, "members"].to_list()
    given = members[0][0]["incomes"]
    unsaid = {"exempt": "none", "months": 1, "received_on": ordinal("none")}
    assert member.get("incomes") == (given and [unsaid])


def test_a_slice_of_a_frame_is_read_as_what_it_shows() -> None:
    whole = pl.DataFrame({"id": ["a", "b"], "members": [[{"id": "m"}, {"id": "m"}], [{"id": "n"}]]})
    checked = frames.check(whole[1:], MADE_UP, on=ON)
    assert checked.faults.height == 0
    assert checked.frame["members"].explode().struct.field("id").to_list() == ["n"]
    assert frames.check(whole[:0], MADE_UP, on=ON).frame.height == 0


def test_many_wrong_rows_are_all_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aidrules.frames.checked.MOST_EXPLAINED", 2)
    frame = pl.DataFrame({"residence": ["?"] * 3, "members": MEMBERS * 3})
    checked = frames.check(frame, MADE_UP, on=ON)
    assert checked.faults["row"].to_list() == [0, 1, 2] and checked.bad.height == 3
    assert checked.faults["found"][2] == "wrong too, as 2 rows before it"


def test_a_range_that_64_bits_do_not_hold_is_told(tmp_path: Any) -> None:
    from borough import pack_of

    wide = pack_of(
        tmp_path, "inputs:\n  household:\n    huge: {unit: CNY, max: 1000000000000000, decimals: 6, zh: 大, en: huge}\n"
    )
    with pytest.raises(FactsError, match="huge: the range 0 to 1000000000000000 with 6 decimals"):
        frames.check(pl.DataFrame({"members": MEMBERS, "huge": [1]}), wide, on=ON)
