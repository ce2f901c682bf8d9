"""Parameters: values by date, key and bracket, exact units, and what cannot be a parameter."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from aidrules.errors import PackError
from aidrules.language.declared import read_parameter
from aidrules.language.parameters import Brackets, Cell, Keyed, Parameter, Range
from aidrules.language.units import Quantity, Unit
from aidrules.language.yaml import read_yaml

CNY = Unit.parse("CNY/person/month")


def parameter(text: str) -> Parameter:
    return read_parameter("line", read_yaml(text, "f.yaml"), units=("term",))


def cells(text: str) -> dict[tuple[str, ...], object]:
    return {keys: cell.value for keys, cell in parameter(text).values[0].cells()}


def refused(text: str) -> list[str]:
    with pytest.raises(PackError) as caught:
        parameter(text)
    return [str(problem) for problem in caught.value.problems]


def test_a_year_is_twelve_months_exactly() -> None:
    made = cells("unit: CNY/person/month\nby: area\nvalues: [{is: {urban: 600, rural: 7261 CNY/person/year}}]")
    assert made == {
        ("urban",): Quantity(Fraction(600), CNY),
        ("rural",): Quantity(Fraction(7261, 12), CNY),
    }


@pytest.mark.parametrize(
    ("written", "number"), [("10%", Fraction(1, 10)), ("1.3", Fraction(13, 10)), ("0", Fraction(0))]
)
def test_plain_numbers(written: str, number: Fraction) -> None:
    assert cells(f"values: [{{is: {written}}}]") == {(): Quantity(number, Unit())}


def test_counting_units_of_the_pack() -> None:
    made = cells("unit: CNY/term\nvalues: [{is: 250}]")
    assert made == {(): Quantity(Fraction(250), Unit.parse("CNY/term", ["term"]))}


def test_none_is_said() -> None:
    text = "by: [a, b]\nvalues: [{is: {full: 100%, able: {home: none, institution: 20%}}}]"
    assert cells(text) == {
        ("full",): Quantity(Fraction(1), Unit()),
        ("able", "home"): None,
        ("able", "institution"): Quantity(Fraction(1, 5), Unit()),
    }


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("bool", "true", True),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("text", "3.10", "3.10"),
        ("[low, high]", "high", "high"),
    ],
)
def test_other_types(kind: str, written: str, value: object) -> None:
    assert cells(f"type: {kind}\nvalues: [{{is: {written}}}]") == {(): value}


def test_a_range() -> None:
    unit = Unit.parse("CNY")
    made = cells("type: range\nunit: CNY\nvalues: [{is: [2000, 3000]}]")
    assert made == {(): Range(Quantity(Fraction(2000), unit), Quantity(Fraction(3000), unit))}


def test_brackets_in_the_words_of_the_law() -> None:
    text = """
    by: boats
    values:
      - is:
          - {over: 10, up_to: 20, value: 3}
          - {below: 5, value: 0}
          - {at_least: 5, below: 10, value: 1}
    """
    table = parameter(text).values[0].table
    assert isinstance(table, Brackets)
    found = {
        number: [row.value.written for row in table.rows if row.holds(Fraction(number)) and isinstance(row.value, Cell)]
        for number in (0, 4, 5, 9, 10, 11, 20, 21)
    }
    assert found == {0: ["0"], 4: ["0"], 5: ["1"], 9: ["1"], 10: [], 11: ["3"], 20: ["3"], 21: []}
    assert table.gaps == ("exactly 10",)


def test_brackets_under_a_key() -> None:
    table = parameter("by: [area, n]\nvalues: [{is: {urban: [{below: 5, value: 1}]}}]").values[0].table
    assert isinstance(table, Keyed)
    assert isinstance(table.rows["urban"], Brackets)


def test_a_value_holds_until_the_next() -> None:
    made = parameter(
        "values:\n  - {from: 2025-01-01, is: 3}\n  - {from: 2023-01-01, is: 2}\n  - {until: 2021-12-31, is: 1}"
    )
    spans = [(value.start, value.until) for value in made.values]
    assert spans == [
        (None, date(2021, 12, 31)),
        (date(2023, 1, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), None),
    ]
    assert made.gaps == ((date(2022, 1, 1), date(2022, 12, 31)),)
    assert made.on(date(2022, 6, 1)) is None
    value = made.on(date(2024, 12, 31))
    assert value is not None and value.start == date(2023, 1, 1)
    assert made.boundaries == (date(2022, 1, 1), date(2023, 1, 1), date(2025, 1, 1))


def test_a_formula_beside_the_published_figure() -> None:
    text = """
    unit: CNY/person/month
    values:
      - {from: 2023-09-01, announced: 2023-10-12, formula: "1.3 * base[urban]", round: {to: 1, mode: down},
         published: 955}
    """
    value = parameter(text).values[0]
    assert value.formula == "1.3 * base[urban]"
    assert value.announced == date(2023, 10, 12)
    assert value.published is not None and value.published.value == Quantity(Fraction(955), CNY)


def test_a_required_parameter_needs_no_value() -> None:
    made = parameter("unit: month\nrequired: true\nby: area\nkeys: [first, second]")
    assert (made.values, made.keys) == ((), (("first", "second"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "unit: month\n",
            "f.yaml:1:1: line: no values. Give values:, or required: true where an agency or an argument fills it in",
        ),
        (
            "values:\n  - {from: 2020-01-01, until: 2021-06-30, is: 1}\n  - {from: 2021-06-30, is: 2}\n",
            "f.yaml:3:5: line: two values are in force on 2021-06-30: one from 2020-01-01 until 2021-06-30, "
            "one from 2021-06-30; expected at most one value on each day. "
            "Give from: and until: so that they do not meet",
        ),
        (
            "values:\n  - {is: 1}\n  - {is: 2}\n",
            "f.yaml:3:5: line: two values are in force on every day: one without dates, one without dates; "
            "expected at most one value on each day. Give from: and until: so that they do not meet",
        ),
        (
            "values:\n  - {from: 2021-01-01, until: 2020-01-01, is: 1}\n",
            "f.yaml:2:5: line: until 2020-01-01 is before from 2021-01-01",
        ),
        (
            "unit: CNY/person/month\nvalues: [{is: 7 CNY/month}]\n",
            "f.yaml:2:15: line: 7 CNY/month is not measured in CNY/person/month; "
            "expected a number measured in CNY/person/month",
        ),
        (
            "unit: CNY/month\nvalues: [{is: 10%}]\n",
            "f.yaml:2:15: line: '10%' is a share; expected a number measured in CNY/month",
        ),
        ("unit: CNY/monht\nvalues: [{is: 1}]\n", "f.yaml:1:7: line: unit: unknown unit 'monht'"),
        (
            "values: [{is: {urban: 1}}]\n",
            "f.yaml:1:15: line: values by 1 key; expected a single value. "
            "Say under by: what the value depends on, or under keys: by which names it is looked up",
        ),
        (
            "by: area\nkeys: [urban, rural]\nvalues: [{is: {urban: 1, rurl: 2}}]\n",
            "f.yaml:3:26: line: unknown key 'rurl'; expected one of urban, rural. Did you mean rural?",
        ),
        (
            "type: [low, high]\nvalues: [{is: hihg}]\n",
            "f.yaml:2:15: line: 'hihg'; expected one of low, high. Did you mean high?",
        ),
        (
            "type: range\nvalues: [{is: [3, 2]}]\n",
            "f.yaml:2:15: line: the range 3 to 2; expected the lower number first",
        ),
        (
            "by: n\nvalues: [{is: [{below: 5, value: 1}, {at_least: 4, value: 2}]}]\n",
            "f.yaml:2:38: line: this bracket overlaps the one in line 2; expected each number in at most one bracket",
        ),
        (
            "by: n\nvalues: [{is: [{below: 5, up_to: 6, value: 1}]}]\n",
            "f.yaml:2:16: line: two limits on one side; expected one of below and up_to, one of at_least and over",
        ),
        (
            "by: n\nvalues: [{is: [{at_least: 5, below: 3, value: 1}]}]\n",
            "f.yaml:2:16: line: the upper limit 3 is below the lower limit 5",
        ),
        ("by: n\nvalues: [{is: [{below: 5, amount: 1}]}]\n", "f.yaml:2:27: line: unknown key 'amount'"),
        ("values: [{from: 2020-01-01}]\n", "f.yaml:1:10: line: neither is: nor formula:; expected one of them"),
        ("values: [{is: 1, published: 2}]\n", "f.yaml:1:29: line: published: without formula:"),
        ("values: [{form: 2020-01-01, is: 1}]\n", "f.yaml:1:11: line: unknown key 'form'"),
        ("values: [{is: twelve}]\n", "f.yaml:1:15: line: 'twelve' is not a number"),
    ],
)
def test_says_what_is_wrong(text: str, expected: str) -> None:
    assert any(problem.startswith(expected) for problem in refused(text)), refused(text)
