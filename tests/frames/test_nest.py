"""Flat tables become one nested frame, and what does not hang together is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from framed import MADE_UP

from aidrules import frames
from aidrules.errors import FactsError
from aidrules.frames import flat

HOUSEHOLDS = {"household": [7, 8, 9], "residence": ["urban", None, "rural"], "assets.savings": ["10", None, "0"]}
MEMBERS = {
    "household": [9, 7, 9, 8],
    "id": ["b", "a", "c", "a"],
    "birth_date": [date(1950, 1, 1), None, date(1990, 5, 5), date(2001, 2, 3)],
    "disability.kind": [None, "visual", None, None],
    "disability.grade": [None, 2, None, None],
    "findings.held": [True, None, None, None],
    "findings.held.quorum": [True, None, None, None],
    "findings.held.on": [date(2025, 1, 1), None, None, None],
}
INCOMES = {
    "household": [7, 9, 7],
    "member": ["a", "c", "a"],
    "kind": ["wages", "transfer", "other"],
    "amount": [1, 2, 3],
}
EXPENSES = {"household": [9], "kind": ["disability"], "member": ["c"], "claimed": ["12.50"]}


def nest(**changed: Any) -> pl.DataFrame:
    return frames.nest(MADE_UP, **{"households": pl.DataFrame(HOUSEHOLDS), "members": pl.DataFrame(MEMBERS), **changed})


def test_tables_that_hang_together_make_households() -> None:
    frame = nest(incomes=pl.DataFrame(INCOMES), expenses=pl.DataFrame(EXPENSES))
    seven, eight, nine = frames.to_households(frame, MADE_UP)
    assert [one.id for one in (seven, eight, nine)] == ["7", "8", "9"]
    assert (seven.residence, eight.residence, eight.assets) == ("urban", None, None)
    assert str(nine.assets.savings) == "0" and nine.assets.vehicles is None
    assert [member.id for member in nine.members] == ["b", "c"]
    assert (seven.members[0].disability.grade, nine.members[0].disability) == (2, None)
    assert nine.members[0].findings.held.value is True and nine.members[1].findings is None
    assert [income.kind for income in seven.members[0].incomes] == ["wages", "other"]
    assert eight.members[0].incomes == () and nine.members[1].incomes[0].exempt == "none"
    assert (nine.expenses[0].member, seven.expenses, seven.benefits) == ("c", (), None)
    assert frames.check(frame, MADE_UP, on=date(2025, 6, 1)).faults.height == 0


def test_what_an_incomplete_table_does_not_hold_is_unknown() -> None:
    frame = nest(incomes=pl.DataFrame(INCOMES), expenses=pl.DataFrame(EXPENSES), incomplete=["incomes", "expenses"])
    seven, eight, _ = frames.to_households(frame, MADE_UP)
    assert (seven.expenses, eight.members[0].incomes, len(seven.members[0].incomes)) == (None, None, 2)


def test_a_nested_table_has_the_columns_that_were_given_and_arrow_those_of_the_pack() -> None:
    table = frames.nest(
        MADE_UP,
        households=pl.DataFrame({"id": ["h"], "residence": ["urban"]}),
        members=pl.DataFrame({"household": ["h"], "id": ["a"]}),
    )
    assert table.columns == ["id", "residence", "members"]
    whole = frames.from_households(frames.to_households(table, MADE_UP), MADE_UP, to="arrow")
    assert whole.schema.equals(MADE_UP.arrow_schema)


def test_lists_that_both_have_are_told_apart() -> None:
    benefits = pl.DataFrame({"household": [7], "programme": ["dibao"]})
    of_members = pl.DataFrame({"household": [9], "member": ["b"], "programme": ["tekun"]})
    seven, _, nine = frames.to_households(nest(benefits=benefits, member_benefits=of_members), MADE_UP)
    assert (seven.benefits[0].programme, seven.members[0].benefits) == ("dibao", ())
    assert (nine.benefits, nine.members[0].benefits[0].programme) == ((), "tekun")


def test_a_list_may_be_nested_already() -> None:
    benefits = {"household": [9], "member": ["b"], "programme": ["tekun"]}
    heads = {**HOUSEHOLDS, "benefits": [[{"programme": "dibao"}], [], None]}
    made = nest(households=pl.DataFrame(heads), member_benefits=pl.DataFrame(benefits))
    seven, eight, nine = frames.to_households(made, MADE_UP)
    assert (seven.benefits[0].programme, eight.benefits, nine.benefits) == ("dibao", (), None)
    assert nine.members[0].benefits[0].programme == "tekun"


@pytest.mark.parametrize("kind", ["lazy", "arrow", "pandas"])
def test_tables_of_all_kinds(kind: str) -> None:
    def given(table: dict[str, list[Any]]) -> Any:
        if kind == "pandas":
            return pytest.importorskip("pandas").DataFrame(table).convert_dtypes()
        return pa.table(table) if kind == "arrow" else pl.LazyFrame(table)

    made = nest(households=given(HOUSEHOLDS), members=given(MEMBERS), incomes=given(INCOMES))
    expected = nest(incomes=pl.DataFrame(INCOMES))
    assert frames.to_households(made, MADE_UP) == frames.to_households(expected, MADE_UP)


def test_households_are_known_by_their_id_as_well() -> None:
    frame = nest(households=pl.DataFrame({"id": ["7", "8", "9"]}), key="household")
    assert frame["id"].to_list() == ["7", "8", "9"] and frame["members"].list.len().to_list() == [1, 1, 2]


def test_a_household_without_members_is_left_for_the_check() -> None:
    frame = nest(households=pl.DataFrame({"household": [7, 8, 9, 10]}))
    checked = frames.check(frame, MADE_UP, on=date(2025, 6, 1))
    assert checked.faults.select("key", "field", "found").rows() == [("10", "members", "no items")]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"members": {"household": [7], "id": ["a"], "birthdate": [None]}}, "members.birthdate: no fact .*birth_date"),
        ({"members": {"household": [7], "id": ["a"], "disability.grad": [1]}}, "Did you mean disability.grade"),
        (
            {"members": {"household": [7], "id": ["a"], "weight": [1]}},
            "members.weight: no fact .* Drop it before; keep",
        ),
        (
            {"households": {"household": [7], "weight": [1]}},
            "households.weight: no fact .*with --keep; nest takes facts only: drop it before, and join it by id",
        ),
        ({"members": {"household": [7]}}, "members.id: the column is missing"),
        ({"members": {"id": ["a"]}}, "members.household: the column is missing"),
        (
            {"households": {"residence": ["urban"]}},
            r"households.household: the column is missing; expected a column household, .*Say with key=",
        ),
        ({"members": {"household": [7, None], "id": ["a", "b"]}}, "members.household: 1 row has no value"),
        (
            {"members": {"household": [7.0], "id": ["a"]}},
            "members.household: a column of Float64; expected text or whole",
        ),
        ({"households": {"household": [7, 7, 8, 9]}}, "households: 1 id stands more than once: 7"),
        ({"members": {"household": [7, 7], "id": [1, 1]}}, "members: 1 id stands more than once: 7/1"),
        (
            {"members": {"household": [1, 2, 3, 4, 4], "id": list("abcde")}},
            "members: 5 rows are of no household that is there: 1, 2, 3 and 1 more; expected the household of a row",
        ),
        ({"incomes": {"household": [7], "member": ["z"], "kind": ["wages"]}}, "incomes: 1 row is of no member .*7/z"),
        ({"incomes": {"household": [7], "kind": ["wages"]}}, "incomes.member: the column is missing"),
        ({"incomes": {"household": [7], "member": ["a"]}}, "incomes: no column is a fact; expected one of kind"),
        ({"expences": {"household": [7]}}, "expences: no list has this name; .*Did you mean expenses"),
        ({"incomplete": ["expenses"]}, "expenses: the table is called incomplete but is not given"),
        ({"households": {"household": [7], "assets.savings": [1.5]}}, "households.assets.savings: a column of Float64"),
        (
            {"households": {"household": [7], "assets.savings": [1], "assets": [{"vehicles": 1}]}},
            "households.assets: its facts have columns of their own as well",
        ),
        (
            {
                "households": {"household": [7], "expenses": [[{"kind": "housing"}]]},
                "expenses": {"household": [7], "kind": ["living"]},
            },
            "households.expenses: a table of its own is this list as well. Keep one",
        ),
        (
            {"households": {"household": [7, 8, 9], "members": [[{"id": "z"}]] * 3}},
            "households.members: a table of its own is this list as well",
        ),
        (
            {
                "members": {"household": [7], "id": ["a"], "incomes": [[{"amount": 9}]]},
                "incomes": {"household": [7], "member": ["a"], "amount": [1]},
            },
            "members.incomes: a table of its own is this list as well",
        ),
        ({"members": [1]}, "members: found a list; expected a Polars DataFrame"),
    ],
)
def test_what_does_not_hang_together_is_told(changed: dict[str, Any], message: str) -> None:
    tables = {name: pl.DataFrame(table) if isinstance(table, dict) else table for name, table in changed.items()}
    with pytest.raises(FactsError, match=message):
        nest(**tables)


NUMBER = "11010519491231002X"
SHOWN = "a text of 18 characters"
ESCAPE, LONG = "\x1b[2Jname", "x" * 100_000


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"households": {"household": [NUMBER] * 2}}, f"households: 1 id stands more than once: {SHOWN};"),
        ({"members": {"household": [7, 7], "id": [NUMBER] * 2}}, f"1 id stands more than once: 7/{SHOWN};"),
        ({"members": {"household": [ESCAPE], "id": ["a"]}}, "no household that is there: a text of 8 characters;"),
        (
            {"incomes": {"household": ["7"], "member": [LONG], "amount": [1]}},
            "no member that is there: 7/a text of 100000 characters;",
        ),
        ({"members": {"household": [7], "id": ["a"], ESCAPE: [1]}}, r"members.\u001b[2Jname: no fact has this name"),
        ({"members": {"household": [7], "id": ["a"], LONG: [1]}}, f"members.{'x' * 40}…: no fact has this name"),
        ({"members": {"id": ["a"], "\x1bhousehold": [7]}}, r"Did you mean \u001bhousehold?"),
        ({ESCAPE: {"household": [7]}}, r"\u001b[2Jname: no list has this name"),
    ],
)
def test_what_may_be_personal_or_cannot_be_printed_is_not_repeated(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(FactsError) as caught:
        nest(**{name: pl.DataFrame(table) for name, table in changed.items()})
    said = str(caught.value)
    assert message in said and len(said) < 3000
    assert not any(each in said for each in (NUMBER, "\x1b", LONG))


def test_of_very_many_wrong_columns_the_first_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []
    unknown = flat.unknown_column
    monkeypatch.setattr(flat, "unknown_column", lambda *given: looked_at.append(given) or unknown(*given))
    with pytest.raises(FactsError) as caught:
        nest(members=pl.DataFrame({"household": [7], "id": ["a"], **{f"column{each}": [1] for each in range(3000)}}))
    assert len(caught.value.problems) == len(looked_at) == 51
    assert str(caught.value.problems[-1]) == "more problems of this kind and others"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            {"registered_here": ["是", "不详"]},
            "households.registered_here: a column of String; expected Boolean. Say what is yes and what is no: such as "
            "pl.col(...).replace_strict({'是': True, '否': False}), which refuses all else.",
        ),
        ({"residence": [1, 2]}, "residence: a column of Int64; expected text: one of rural, urban"),
        ({"registered_here": [1, 0]}, "replace_strict({1: True, 0: False}), which refuses all else."),
        (
            {"assets.vehicles": ["1", "2"]},
            "expected whole numbers. Make numbers of the texts: pl.col(...).cast(pl.Int64)",
        ),
        (
            {"assets.savings": pl.Series(["5", "7.50"], dtype=pl.Categorical)},
            "a column of Categorical; expected Decimal, text such as '832.50', or whole numbers. "
            "Take the texts out of their dictionary: pl.col(...).cast(pl.String).",
        ),
    ],
)
def test_a_column_of_another_type_is_told_how_to_be_made_right(table: dict[str, Any], message: str) -> None:
    with pytest.raises(FactsError) as caught:
        nest(households=pl.DataFrame({"household": [7, 8], **table}))
    assert message in str(caught.value)


def test_what_is_advised_makes_columns_right_and_refuses_all_else() -> None:
    texts = pl.DataFrame(
        {"household": [7, 8, 9], "registered_here": ["是", None, "否"], "assets.savings": ["5", "7", None]}
    )
    savings = pl.col("assets.savings").cast(pl.Categorical).cast(pl.String)
    told = pl.col("registered_here").replace_strict({"是": True, "否": False})
    made = frames.to_households(nest(households=texts.with_columns(told, savings)), MADE_UP)
    assert [one.registered_here for one in made] == [True, None, False]
    assert str(made[1].assets.savings) == "7"
    for other in ("不详", "Y", ""):
        with pytest.raises(pl.exceptions.InvalidOperationError):
            texts.with_columns(registered_here=pl.lit(other)).with_columns(told)


def test_of_very_many_names_a_dozen_are_told_first_those_that_are_like_it() -> None:
    with pytest.raises(FactsError) as caught:
        nest(members=pl.DataFrame({"household": [7], "id": ["a"], "birth": ["1990-01-01"], "街道": ["x"]}))
    like, other = (str(problem.expected).removeprefix("one of ") for problem in caught.value.problems)
    assert like.startswith("birth_date, ") and other.startswith("id, ")
    for told in (like, other):
        names, _, more = told.rpartition(" and ")
        assert len(names.split(", ")) == 12 and more.removesuffix(" more").isdigit()


def test_a_finding_is_told_once_among_the_names() -> None:
    with pytest.raises(FactsError) as caught:
        nest(households=pl.DataFrame({"household": [7], "findings_fair": [True]}))
    names = str(caught.value.problems[0].expected).removeprefix("one of ").partition(" and ")[0].split(", ")
    assert names[0] == "findings.fair" and not any(name.startswith("findings.fair.") for name in names)
    assert caught.value.problems[0].hint == "Did you mean findings.fair?"


def test_a_wrong_key_is_told_once_for_each_table_and_by_its_name() -> None:
    with pytest.raises(FactsError) as caught:
        nest(key="hid", incomes=pl.DataFrame(INCOMES))
    assert [str(problem.where) for problem in caught.value.problems] == [
        "households.hid",
        "members.hid",
        "incomes.hid",
    ]
    for problem in caught.value.problems:
        assert problem.found == "the column is missing"
        assert problem.hint is not None and "Say with key= (--key of the command)" in problem.hint
        assert "Did you mean id?" not in problem.hint or str(problem.where) == "households.hid"


def test_a_key_that_is_almost_right_is_told_with_what_to_say() -> None:
    with pytest.raises(FactsError) as caught:
        nest(members=pl.DataFrame(MEMBERS).rename({"household": "household_no"}))
    (problem,) = caught.value.problems
    assert problem.where == "members.household"
    assert problem.hint is not None and problem.hint.startswith("Did you mean household_no? Say with key=")


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        (
            ["甲", "b", "第二户"],
            "2 ids are no opaque ids: row 0 (a text of 1 character), row 2 (a text of 3 characters)",
        ),
        (["a", "b", NUMBER], "1 id is no opaque id: row 2 (a text of 18 characters)"),
        (["a", "", "c"], "1 id is no opaque id: row 1 (a text of 0 characters)"),
        ([f"{each}户" for each in range(5)], "5 ids are no opaque ids: row 0 (a text of 2 characters), row 1"),
    ],
)
@pytest.mark.parametrize("column", ["id", "household", "户号"])
def test_a_household_whose_id_can_be_none_is_refused_at_once(ids: list[str], found: str, column: str) -> None:
    key = "household" if column == "id" else column
    with pytest.raises(FactsError) as caught:
        nest(households=pl.DataFrame({column: ids}), members=pl.DataFrame({key: ids, "id": ["m"] * len(ids)}), key=key)
    (problem,) = caught.value.problems
    assert problem.found.startswith(found) and problem.where == f"households.{column}"
    assert problem.expected == "1 to 64 of a-z, A-Z, 0-9 and _ . : -, and no resident identity number"
    assert problem.hint is not None and problem.hint.startswith("Number the households")


def test_a_key_beside_the_id_may_be_any_text_and_an_id_unknown() -> None:
    heads = pl.DataFrame({"户号": ["甲", "乙"], "id": ["h1", None]})
    made = nest(households=heads, members=pl.DataFrame({"户号": ["甲", "乙"], "id": ["m", "m"]}), key="户号")
    assert made["id"].to_list() == ["h1", None]
