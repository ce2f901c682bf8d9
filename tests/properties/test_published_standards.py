"""The shipped packs against the standards that places published: what they derive, and who lies below a line."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import RULES

from aidrules import load
from aidrules.engine import Compiled, Run
from aidrules.language.models import Rounding
from aidrules.language.units import Quantity, Unit, decimal_text
from aidrules.language.yaml import read_yaml
from aidrules.thresholds import Standard, published, rounded

ON = date(2025, 6, 1)
NATIONAL, STREET = "cn/national", "cn/guizhou/zunyi/bozhou"
MONTHLY = Unit.parse("CNY/person/month")
FEN = Fraction(1, 100)
TO_THE_FEN = Rounding(to="0.01", mode="half_up")
FAMILIES = tuple(product(range(1, 8), ("urban", "rural")))
"""How many persons, and where they live. A standard takes a compilation; a decision costs next to nothing."""

STANDARDS = published(RULES)
FIGURES = [(standard, name) for standard in STANDARDS for name in standard.figures]
LINES = [(s, name) for s, name in FIGURES if name.startswith("dibao.") and s.figures[name].amount is not None]


def linked(kind: str, times: str | None = None) -> list[Any]:
    """The figures of a kind that follow from a subsistence standard, one for each standard, amount and rounding."""
    found: dict[str, Any] = {}
    for standard, name in FIGURES:
        figure = standard.figures[name]
        base = standard.figures.get(str(figure.of))
        if (
            name.startswith(f"{kind}.")
            and base is not None
            and figure.amount is not None
            and figure.exception is None
            and (times is None or figure.times == Fraction(times))
        ):
            follows = f"{base.amount} {figure.amount} {figure.round}"
            found.setdefault(follows, pytest.param(standard, name, id=f"{standard.source}-{name}"))
    return list(found.values())


@cache
def rules(pack: str, standard: str, **given: str) -> Compiled:
    """A pack with one subsistence standard for town and country."""
    names = {f"dibao_standard[{area}]": standard for area in ("urban", "rural")}
    return load(pack).with_parameters({**names, **given}).on(ON)


def household(
    rules: Compiled, size: int, income: Quantity | None, area: str, member: dict[str, Any], facts: dict[str, Any]
) -> Any:
    """A household of one applicant, a spouse and children, whose whole income is that of the applicant."""
    months = "12" if income is not None and income.unit.power("year") else "1"
    wages = (
        {"kind": "wages", "exempt": "none", "amount": decimal_text(income.number), "months": months} if income else None
    )
    relations = ["applicant", "spouse", *["child"] * size][:size]
    members = [
        {
            "id": f"m{index}",
            "relation": relation,
            "birth_date": "2015-02-01" if relation == "child" else "1950-02-01",
            "lives_here": "true",
            "absence": {"kind": "none", "since": "none"},
            "lives_independently": "true",
            "duty_of_support": "true",
            "education": {"stage": "none"},
            "incomes": [wages] if wages and not index else [],
            "benefits": [],
            **member,
        }
        for index, relation in enumerate(relations)
    ]
    property_rules = ("property_within_dibao_rules", "property_within_marginal_rules")
    text = {
        "id": "published",
        "residence": area,
        "registered_here": "true",
        "members": members,
        "expenses": [],
        "benefits": [],
        "findings": {name: {"value": "true"} for name in property_rules},
        **facts,
    }
    return rules.pack.Household.from_text(text)


def run(
    rules: Compiled,
    size: int,
    income: Quantity | None = None,
    area: str = "urban",
    member: dict[str, Any] | None = None,
    **facts: Any,
) -> Run:
    return rules.run(household(rules, size, income, area, member or {}, facts), ON)


def around(line: Quantity, size: int, times: Fraction = Fraction(1)) -> list[tuple[int, Quantity]]:
    """The household's income a fen below, at and a fen above so many times a standard."""
    at = line.number * times * size
    return [(sign, Quantity(at + sign * FEN, line.unit)) for sign in (-1, 0, 1)]


@settings(max_examples=16)
@given(st.sampled_from(LINES))
def test_a_fen_decides_at_every_published_standard(line: tuple[Standard, str]) -> None:
    standard = line[0].amount(line[1])
    national = rules(NATIONAL, str(standard))
    for size, area in FAMILIES:
        whole = rounded(standard.to(MONTHLY).number * size, TO_THE_FEN)
        assert run(national, size, area=area).value("dibao.top_up") == whole
        for sign, income in around(standard, size):
            assert run(national, size, income, area=area).value("dibao.eligible") is (sign < 0), (line, income)
            assert run(national, size, income, area=area).value("marginal.eligible") is (sign >= 0), (line, income)
        for sign, income in around(standard, size, Fraction("1.5")):
            assert run(national, size, income, area=area).value("marginal.eligible") is (sign < 0), (line, income)


@settings(max_examples=8)
@given(st.sampled_from(LINES))
def test_the_street_plan_reaches_the_low_income_line_itself(line: tuple[Standard, str]) -> None:
    standard = line[0].amount(line[1])
    street = rules(STREET, str(standard))
    for size, area in FAMILIES:
        for sign, income in around(standard, size):
            assert run(street, size, income, area=area).value("dibao.eligible") is (sign < 0), (line, income)
        for sign, income in around(standard, size, Fraction("1.5")):
            assert run(street, size, income, area=area).value("low_income_family") is (sign <= 0), (line, income)


@pytest.mark.parametrize(("standard", "name"), linked("tekun", "1.3"))
def test_the_street_plan_gives_the_published_tekun_standard(standard: Standard, name: str) -> None:
    figure = standard.figures[name]
    street = rules(STREET, str(standard.amount(str(figure.of))))
    person = {
        "disability": {"kind": "none", "grade": "0"},
        "findings": {name: {"value": "true"} for name in ("put_forward_for_tekun", "property_within_tekun_rules")},
    }
    paid = run(street, 1, area="rural", member=person, obligors=[]).value("tekun.basic", 0)
    amount = standard.amount(name)
    assert rounded(Quantity(paid, MONTHLY).to(amount.unit).number, figure.round) == amount.number


@pytest.mark.parametrize(("standard", "name"), linked("low_income_line", "1.5"))
def test_the_street_plan_draws_the_published_low_income_line(standard: Standard, name: str) -> None:
    street = rules(STREET, str(standard.amount(str(standard.figures[name].of))))
    for sign, income in around(standard.amount(name), 3):
        assert run(street, 3, income).value("low_income_family") is (sign <= 0)


@pytest.mark.parametrize(
    ("standard", "name"),
    [
        pytest.param(standard, name, id=f"{standard.source}-{name}")
        for standard, name in FIGURES
        if name.startswith("marginal_line.")
    ],
)
def test_the_marginal_line_can_be_drawn_as_published(standard: Standard, name: str) -> None:
    figure = standard.figures[name]
    base = standard.amount(str(figure.of))
    assert figure.times is not None
    national = rules(NATIONAL, str(base), marginal_multiple=decimal_text(figure.times))
    for sign, income in around(base, 2, figure.times):
        assert run(national, 2, income).value("marginal.eligible") is (sign < 0)


@pytest.mark.parametrize(
    ("standard", "name"),
    [case for case in linked("temporary_aid") if case.values[0].figures[case.values[1]].times <= 6],
)
def test_temporary_assistance_comes_to_the_published_amount(standard: Standard, name: str) -> None:
    figure = standard.figures[name]
    most = {"months_at_most[severe]": "6 month"}
    street = rules(STREET, str(standard.amount(str(figure.of))), **most)
    found = {"months_granted": str(figure.times), "basic_life_in_severe_difficulty": "true", "severity": "severe"}
    aided = run(
        street,
        1,
        registered_here="true",
        events=[{"kind": "fire", "happened_here": "true"}],
        findings={name: {"value": value} for name, value in found.items()},
    )
    assert aided.value("temporary_assistance.aid") == standard.amount(name).number


@pytest.mark.parametrize("file", sorted(RULES.glob("**/overlays/*.yaml")), ids=lambda file: file.stem)
def test_an_overlay_carries_the_published_figures(file: Any) -> None:
    overlay = read_yaml(file).plain()
    (value,) = overlay["parameters"]["dibao_standard"]["values"]
    (standard,) = [
        standard
        for standard in STANDARDS
        if standard.source == overlay["source"]
        and standard.start == value["from"]
        and standard.place.zh.endswith(value["cite"])
    ]
    carried = {area: Quantity.parse(text) for area, text in value["is"].items()}
    assert carried == {area: standard.amount(f"dibao.{area}") for area in ("urban", "rural")}


def test_every_document_is_used() -> None:
    assert set(read_yaml(RULES / "thresholds" / "sources.yaml").items) <= {standard.source for standard in STANDARDS}
