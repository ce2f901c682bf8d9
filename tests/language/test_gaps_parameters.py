"""Parameters in all their forms: by count, by band, ranges, tiers, years, months, other dates, formulas."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import pytest

from aidrules import decide
from aidrules.engine import Bounds
from aidrules.errors import PackError
from borough import compiled, pack_of, problems_of, run, values

BY_COUNT = """
inputs: {household: {persons: {unit: person, max: 30}, area: {type: [a, b]}}}
parameters:
  need:
    unit: CNY/household/month
    by: household.persons
    values: [{is: {1: 100, 2: 180, 3: 240}, each_more: 50}]
  rent:
    unit: CNY/household/month
    by: [household.area, household.persons]
    values:
      - is: {a: {1: 300, 2: 400}, b: {1: 200, 2: 250}}
        each_more: {a: 70, b: 30.50}
definitions:
  needed: {value: need}
  for_seven: {value: "need[7]"}
  rented: {value: rent}
"""


@pytest.mark.parametrize(
    ("persons", "need", "rent_a", "rent_b"),
    [(1, 100, 300, 200), (3, 240, 470, Fraction("280.5")), (4, 290, 540, 311), (30, 1590, 2360, 1104)],
)
def test_each_more_goes_on_beyond_the_table(
    tmp_path: Path, persons: int, need: int, rent_a: int, rent_b: object
) -> None:
    rules = compiled(tmp_path, BY_COUNT)
    assert values(run(rules, persons=persons, area="a"), "needed", "rented", "for_seven") == [need, rent_a, 440]
    assert run(rules, persons=persons, area="b").value("rented") == rent_b


def test_a_count_that_is_not_known_is_bounded(tmp_path: Path) -> None:
    rules = compiled(tmp_path, BY_COUNT)
    found = run(rules).value("needed")
    assert isinstance(found, Bounds) and found.high >= 1590
    assert run(rules, persons=0).value("needed") == Bounds(Fraction(0), Fraction(10**9))  # no row names nobody


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("{is: 5, each_more: 1}", "each_more: beside what is not a table by count"),
        ("{is: [{below: 5, value: 1}], each_more: 1}", "each_more: beside what is not a table by count"),
        ("{is: {1: 2}, each_more: {1: 2}}", "values by 1 key"),
    ],
)
def test_each_more_needs_a_table_by_count(tmp_path: Path, value: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"parameters: {{p: {{by: count(members), values: [{value}]}}}}")
    assert found in problems_of(error)


BANDS = """
inputs: {household: {cost: {unit: CNY, max: 100000}, cause: {type: [illness, fire]}}}
parameters:
  payout:
    by: household.cost
    apply: marginal
    values: [{is: [{up_to: 1000, value: none}, {over: 1000, up_to: 5000, value: 60%}, {over: 5000, value: 80%}]}]
  by_cause:
    by: [household.cause, household.cost]
    apply: marginal
    values: [{is: {illness: [{below: 200, value: 10%}, {at_least: 200, value: 20.5%}], fire: 50%}}]
  missing: {by: household.cost, apply: marginal, required: true, must: 10% <= value <= 90%}
definitions:
  paid: {value: payout}
  paid_by_cause: {value: by_cause, unit: CNY/household}
  of_named: {value: "payout[7000 * CNY]"}
  open: {value: missing}
"""


@pytest.mark.parametrize(
    ("cost", "paid"),
    [(0, 0), (1000, 0), ("1000.01", "0.006"), (5000, 2400), ("5000.01", "2400.008"), (7000, 4000)],
)
def test_each_band_counts_for_its_own_part(tmp_path: Path, cost: object, paid: object) -> None:
    """Up to 1000 nothing, 60 % of what lies between 1000 and 5000, 80 % of the rest."""
    rules = compiled(tmp_path, BANDS)
    assert values(run(rules, cost=cost), "paid", "of_named") == [Fraction(paid), 4000]


def test_bands_below_another_key(tmp_path: Path) -> None:
    rules = compiled(tmp_path, BANDS)
    assert run(rules, cost=1000, cause="illness").value("paid_by_cause") == 20 + 164
    assert run(rules, cost=1000, cause="fire").value("paid_by_cause") == 500
    assert run(rules, cost=1000).value("paid_by_cause") == Bounds(Fraction(184), Fraction(500))


def test_rates_that_nobody_has_given(tmp_path: Path) -> None:
    rules = compiled(tmp_path, BANDS)
    assert run(rules, cost=1000).value("open") == Bounds(Fraction(100), Fraction(900))
    assert run(rules, cost=0).value("open") == 0


def test_bounds_of_a_band_are_tight(tmp_path: Path) -> None:
    assert run(compiled(tmp_path, BANDS)).value("paid") == Bounds(Fraction(0), Fraction(2400 + 76000))


def test_bands_leave_no_gap(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, BANDS.replace("over: 1000, up_to: 5000", "over: 1200, up_to: 5000"))
    assert "no rate between 1000 and 1200" in problems_of(error)


RANGES = """
parameters:
  months:
    type: range
    unit: month
    by: household.residence
    must: 1 * month <= value <= 6 * month
    values: [{is: {urban: [1, 3], rural: [2, 6]}}]
  grant: {type: range, unit: CNY/household, values: [{from: 2020-01-01, is: [2000, 3000]}]}
definitions:
  least: {value: months.low}
  most: {value: months.high}
  rural_most: {value: "months[rural].high"}
  granted_least: {value: grant.low}
  granted_then: {value: "at(grant, date(2024, 1, 1)).high"}
"""


def test_the_ends_of_a_range(tmp_path: Path) -> None:
    found = run(compiled(tmp_path, RANGES), residence="urban")
    assert values(found, "least", "most", "rural_most", "granted_least", "granted_then") == [1, 3, 6, 2000, 3000]
    assert run(compiled(tmp_path, RANGES)).value("least") == Bounds(Fraction(1), Fraction(2))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("{value: months.low}", "{value: months}", "is a range"),
        ("rural: [2, 6]", "rural: [2, 7]", "2 month–7 month is outside what the text allows"),
        ("{value: grant.low}", "{value: months.middle}", "nothing is called months.middle"),
    ],
)
def test_a_range_is_named_by_an_end_and_keeps_its_bounds(tmp_path: Path, old: str, new: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, RANGES.replace(old, new))
    assert found in problems_of(error)


TIERS = """
inputs: {household: {tier: {unit: "1", min: 1, max: 9}}}
parameters:
  tiers: {unit: CNY/person/month, ordered: true, values: [{is: {1: 300, 2: 420, 3: 500}}]}
  missing: {unit: CNY/person/month, ordered: true, required: true}
definitions:
  raised: {value: "tiers[min(household.tier + 1, count(tiers))]"}
  how_many: {value: count(tiers)}
  how_many_missing: {value: count(missing)}
"""


def test_tiers_can_be_counted_and_climbed(tmp_path: Path) -> None:
    rules = compiled(tmp_path, TIERS)
    assert [run(rules, tier=tier).value("raised") for tier in (1, 2, 3, 9)] == [420, 500, 500, 500]
    assert values(run(rules), "how_many", "how_many_missing") == [3, Bounds(Fraction(1), Fraction(60))]
    given = compiled(tmp_path, TIERS, parameters={"missing": {"1": 10, "2": 20}})
    assert run(given).value("how_many_missing") == 2


@pytest.mark.parametrize("rows", ["{1: 300, 3: 500}", "{2: 300, 1: 500}", "{low: 300}"])
def test_tiers_are_numbered_in_order(tmp_path: Path, rows: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, TIERS.replace("{1: 300, 2: 420, 3: 500}", rows))
    assert "tier" in problems_of(error)


def test_only_tiers_can_be_counted(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(
            tmp_path, "parameters: {p: {by: year, values: [{is: {2024: 1}}]}}\ndefinitions: {x: {value: count(p)}}"
        )
    assert "p is not ordered" in problems_of(error)


SERIES = """
parameters:
  income:
    unit: CNY/person/year
    by: year
    values: [{is: {2023: 35000, 2024: 37000.50}}]
  by_area:
    unit: CNY/person/year
    by: [household.residence, year]
    values: [{is: {urban: {2024: 40000}, rural: {2024: 20000}}}]
  cpi: {series: month, required: true, values: [{is: {2025-05: 3.1%, 2025-06: 3.6%}}]}
definitions:
  last_year: {value: "income[on.year - 1]"}
  then: {value: "income[2023]"}
  here: {value: "by_area[household.residence, on.year - 1]"}
  rising: {value: "cpi[this_month] >= 3.5%"}
  before: {value: "cpi[on - 1 * month]"}
  applied: {value: "cpi[case.applied_on]"}
  named: {value: "cpi[date(2025, 5, 20)]"}
"""


def test_figures_by_year(tmp_path: Path) -> None:
    rules = compiled(tmp_path, SERIES)
    found = run(rules, residence="rural")
    assert values(found, "last_year", "then", "here") == [Fraction("37000.5"), 35000, 20000]
    assert run(rules, date(2024, 12, 31)).value("last_year") == 35000
    assert run(rules, date(2026, 1, 1)).value("last_year") == Bounds(Fraction(0), Fraction(10**9))


def test_figures_by_month(tmp_path: Path) -> None:
    rules = compiled(tmp_path, SERIES)
    found = run(rules, date(2025, 6, 30), case={"applied_on": "2025-05-01"})
    assert values(found, "rising", "before", "applied", "named") == [True, Fraction("0.031")] + [Fraction("0.031")] * 2
    assert run(rules, date(2025, 7, 1)).value("rising") is None
    assert run(rules, case={"applied_on": "none"}).value("applied") == Bounds(Fraction(0), Fraction(10**9))
    given = compiled(tmp_path, SERIES, parameters={"cpi[2025-07]": "4%"})
    assert run(given, date(2025, 7, 1)).value("rising") is True


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("2025-05: 3.1%", "2025-13: 3.1%", "'2025-13' is not a month"),
        ("2023: 35000", "23: 35000", "'23' is not a year"),
        ("{2023: 35000, 2024: 37000.50}", "[{below: 2023, value: 5}]", "brackets of a year"),
        ('"income[2023]"', "income", "income has values by key"),
        ("series: month", "series: month, by: household.residence", "series: beside by:"),
    ],
)
def test_series_that_cannot_be(tmp_path: Path, old: str, new: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, SERIES.replace(old, new, 1))
    assert found in problems_of(error)


def test_a_month_given_as_argument_is_a_month(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        pack_of(tmp_path, SERIES, parameters={"cpi[May]": "4%"})
    assert "'May' is not a month" in problems_of(error)


DATED = """
parameters:
  standard:
    unit: CNY/person/month
    by: household.residence
    keys: [urban, rural]
    values:
      - {from: 2018-01-01, until: 2019-12-31, is: {urban: 500, rural: 400}}
      - {from: 2020-01-01, is: {urban: 600, rural: 480}}
      - {from: 2025-01-01, announced: 2025-03-12, is: {urban: 700, rural: 560}}
definitions:
  now: {value: standard}
  old: {value: "at(standard[rural], date(2018, 6, 30))"}
  own_old: {value: "at(standard, date(2018, 6, 30))"}
  nothing_yet: {value: "at(standard[rural], date(2017, 12, 31))"}
  applied: {value: "at(standard[urban], case.applied_on)"}
  decided: {value: "at(standard, case.decided_on)"}
  per_member: {each: member, value: "at(standard[rural], member.birth_date)"}
"""


def test_the_value_of_a_fixed_date(tmp_path: Path) -> None:
    found = run(compiled(tmp_path, DATED), residence="urban")
    assert values(found, "now", "old", "own_old") == [700, 400, 500]
    assert found.value("nothing_yet") == Bounds(Fraction(0), Fraction(10**9))
    assert run(compiled(tmp_path, DATED, date(2021, 1, 1)), residence="rural").value("now") == 480


@pytest.mark.parametrize(
    ("applied", "value"),
    [
        ("2018-01-01", 500),
        ("2019-12-31", 500),
        ("2020-01-01", 600),
        ("2024-12-31", 600),
        ("2025-01-01", 700),
        ("2017-12-31", Bounds(Fraction(0), Fraction(10**9))),
        ("none", Bounds(Fraction(0), Fraction(10**9))),
        (None, Bounds(Fraction(0), Fraction(10**9))),
    ],
)
def test_the_value_of_a_date_of_the_case(tmp_path: Path, applied: str | None, value: object) -> None:
    found = run(compiled(tmp_path, DATED), residence="urban", case={"applied_on": applied, "decided_on": applied})
    assert values(found, "applied", "decided") == [value, value]


def test_the_value_of_a_date_of_each_member(tmp_path: Path) -> None:
    found = run(compiled(tmp_path, DATED), members=[{"birth_date": "2019-05-05"}, {"birth_date": "2025-05-05"}])
    assert [found.value("per_member", item) for item in (0, 1)] == [400, 560]


def test_when_a_value_became_known_is_kept(tmp_path: Path) -> None:
    assert compiled(tmp_path, DATED).parameters["standard"].announced == date(2025, 3, 12)
    assert compiled(tmp_path, DATED, date(2021, 1, 1)).parameters["standard"].announced is None


FORMULAS = """
parameters:
  urban: {unit: CNY/person/month, values: [{from: 2018-01-01, is: 735}, {from: 2024-01-01, is: 736}]}
  up: {unit: CNY/person/month, values: [{formula: 1.3 * urban, round: {to: 1, mode: up}, published: 957}]}
  down: {unit: CNY/person/month, values: [{formula: 1.3 * urban, round: {to: 1, mode: down}, published: 955}]}
  cents: {unit: CNY/person/month, values: [{formula: urban / 3, round: {to: 0.01, mode: half_up}}]}
  yearly: {unit: CNY/person/year, values: [{formula: "1.3 * per_year(at(urban, date(2018, 6, 30)))"}]}
  dozens: {unit: CNY/person/year, values: [{formula: 10.05 * per_year(urban), round: {to: 12, mode: half_up}}]}
  raised:
    unit: CNY/person/month
    values:
      - {from: 2018-01-01, is: 610}
      - {from: 2024-01-01, formula: "max(at(raised, date(2023, 12, 31)), 80% * urban)", round: {to: 1, mode: up}}
  aged: {unit: CNY/person/month, values: [{formula: "2 * urban if age(member.birth_date, on) >= 80 else urban"}]}
definitions:
  all_of_it: {value: up + down + cents + raised}
  for_each: {each: member, value: aged}
  of_all: {value: sum(m.for_each for m in members)}
"""


def test_formulas_and_what_was_published(tmp_path: Path) -> None:
    """1.3 × 736 = 956.8: 957 up, 956 down; the figure of 955 that was published is what holds."""
    rules = compiled(tmp_path, FORMULAS)
    used = rules.parameters
    assert (used["up"].computed, used["up"].published, used["up"].differs) == (957, 957, False)
    assert (used["down"].computed, used["down"].published, used["down"].differs) == (956, 955, True)
    assert used["cents"].computed == Fraction("245.33")
    assert used["yearly"].computed == Fraction("1.3") * 12 * 735
    assert used["dozens"].computed == 88764  # 10.05 × 8832 = 88761.6, between 7396 and 7397 dozen
    assert used["raised"].computed == 610
    assert run(rules).value("all_of_it") == 957 + 955 + Fraction("245.33") + 610


def test_a_formula_may_be_about_each_member(tmp_path: Path) -> None:
    rules = compiled(tmp_path, FORMULAS)
    found = run(rules, members=[{"birth_date": "1940-01-01"}, {"birth_date": "2000-01-01"}])
    assert [found.value("for_each", item) for item in (0, 1)] == [1472, 736]
    assert rules.parameters["aged"].computed is None
    with pytest.raises(PackError) as error:
        compiled(tmp_path, FORMULAS.replace("{value: sum(m.for_each for m in members)}", "{value: aged}"))
    assert "aged depends on each member" in problems_of(error)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("formula: urban / 3", "formula: cents / 3", "cents → cents is a circle"),
        ("is: 735", "formula: cents", "a circle"),
        ("is: 735", "is: 735, round: {to: 1, mode: up}", "round: without formula:"),
        ("is: 735", "is: 735, published: 735", "published: without formula:"),
        ("formula: urban / 3", "formula: 3", "the formula is measured in a plain number"),
    ],
)
def test_formulas_that_cannot_be(tmp_path: Path, old: str, new: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, FORMULAS.replace(old, new, 1), date(2020, 1, 1) if "735" in old else date(2025, 6, 15))
    assert found in problems_of(error)


@pytest.mark.parametrize(("figure", "fits"), [(7260, True), (7261, False), (605, False)])
def test_a_multiple_of_twelve(tmp_path: Path, figure: int, fits: bool) -> None:
    text = dedent(
        f"""
        parameters:
          rural:
            unit: CNY/person/year
            must: value == 12 * floor(value / 12)
            values: [{{is: {figure}}}]
        """
    )
    if fits:
        assert compiled(tmp_path, text).parameters["rural"].missing is False
        return
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert f"{figure} is outside what the text allows" in problems_of(error)


TOLD = """
parameters:
  urban: {unit: CNY/person/month, zh: 城市标准, en: urban standard, values: [{from: 2024-01-01, is: 736}]}
  basic:
    unit: CNY/person/month
    zh: 基本标准
    en: basic standard
    values:
      - from: 2025-01-01
        announced: 2025-03-12
        formula: 1.3 * urban
        round: {to: 1, mode: down}
        published: 955
  old:
    unit: CNY/person/month
    zh: 旧标准
    en: old standard
    cite: "2"
    values: [{from: 2018-01-01, cite: "1", is: 500}, {from: 2024-01-01, is: 600}]
programmes:
  care:
    zh: 照料
    en: care
    rules:
      basic: {kind: amount, zh: 基本, en: basic, amount: basic * count(members)}
      before: {kind: amount, zh: 从前, en: before, amount: "at(old, date(2020, 5, 1)) * count(members)"}
"""


def test_a_letter_says_what_was_published_and_what_held_on_another_day(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, TOLD)
    decision = decide(pack.Household.model_validate({"members": [{"id": "a"}]}), pack, on=date(2025, 6, 15))
    english, chinese = decision.explain("en"), decision.explain("zh")
    assert "Basic standard: 955 yuan per person per month, in force since 1 January 2025" in english
    assert "This is the figure that was published; its formula comes to 956 yuan per person per month." in english
    assert "按公式计算应为956元" in chinese
    assert "Old standard: 500 yuan per person per month, in force since 1 January 2018. (Byelaw, 1)" in english
    told = {use.name: (use.announced, use.formula_gives) for use in decision.trace.parameters}
    assert told == {"urban": (None, None), "basic": (date(2025, 3, 12), "956"), "old": (None, None)}
