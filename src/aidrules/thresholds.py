"""Published standards by place and date; a figure that is a multiple of another says of which, and how rounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, StringConstraints, model_validator

from aidrules.errors import PackError, Problem
from aidrules.language import sources as documents
from aidrules.language import tree
from aidrules.language.fields import (
    Flag,
    Label,
    QuantityField,
    RefusedError,
    Strict,
    is_identifier,
    near,
    one_of,
    read_date,
)
from aidrules.language.models import Rounding
from aidrules.language.parse import parse
from aidrules.language.search import inside, roots, shown
from aidrules.language.units import PLAIN, Quantity, UnitError
from aidrules.language.yaml import read_yaml

FOLDER = "thresholds"
TRUST = ("A", "B", "C", "S")
KINDS = {
    "dibao": Label("最低生活保障标准", "subsistence standard"),
    "dibao_mean": Label("各地最低生活保障标准平均值", "mean of the subsistence standards"),
    "dibao_paid": Label("低保分档发放额", "dibao payment by tier"),
    "mean_paid": Label("低保月人均补助水平", "mean dibao payment per person"),
    "least_subsidy": Label("财政补助水平下限", "least dibao payment that public funds support"),
    "least_top_up": Label("最低补差额", "least top-up"),
    "supplement": Label("增发补助金", "supplement"),
    "individual": Label("单人纳入低保的发放额", "payment of a person included individually"),
    "tekun": Label("特困人员基本生活标准", "tekun basic living standard"),
    "tekun_care": Label("特困人员照料护理标准", "tekun care standard"),
    "marginal_line": Label("低保边缘家庭收入线", "income line of marginal households"),
    "low_income_line": Label("低收入家庭收入线", "income line of low-income families"),
    "relapse_line": Label("防返贫监测收入线", "income line of monitoring against relapse into poverty"),
    "property_limit": Label("财产限额", "property limit"),
    "disregard": Label("不计入的就业收入", "earnings that are not counted"),
    "orphan": Label("孤儿基本生活标准", "orphan living standard"),
    "child": Label("困境儿童基本生活补贴标准", "living allowance of a child in difficulty"),
    "disability_subsidy": Label("残疾人补贴标准", "disability subsidy"),
    "temporary_aid": Label("临时救助标准", "standard of temporary assistance"),
    "price_subsidy": Label("价格临时补贴标准", "temporary price subsidy"),
    "minimum_wage": Label("最低工资标准", "minimum wage"),
}
"""What a figure can be; the part of its name before the dot."""


def _read_when(value: object) -> str:
    """A day, or the month or year where a source gives no more."""
    text = value if isinstance(value, str) else ""
    read_date(f"{text}-01-01" if len(text) == 4 else f"{text}-01" if len(text) == 7 else value)
    return text


def _read_times(value: object) -> Fraction:
    """A multiple as `1.3`, `40%` or `1/6`."""
    above, _, below = value.partition("/") if isinstance(value, str) else ("", "", "")
    try:
        number, divisor = Quantity.parse(above), Quantity.parse(below or "1")
    except UnitError:
        number = divisor = Quantity(Fraction(0), PLAIN)
    if number.number <= 0 or divisor.number <= 0 or number.unit != PLAIN or divisor.unit != PLAIN:
        raise RefusedError(f"{tree.short(value)} is not a multiple", "a number above zero such as 1.3, 40% or 1/6")
    return number.number / divisor.number


def _read_name(value: object) -> str:
    kind, dot, variant = value.partition(".") if isinstance(value, str) else ("", "", "")
    if kind in KINDS and dot and is_identifier(variant):
        return f"{kind}.{variant}"
    expected = f"{one_of(KINDS)}, a dot, and which one, such as dibao.urban"
    raise RefusedError(f"{tree.short(value)} names no figure", expected, near(kind, KINDS))


When = Annotated[str, PlainValidator(_read_when)]
Name = Annotated[str, PlainValidator(_read_name)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class Both(Strict):
    """A text in Chinese and in English."""

    zh: Words
    en: Words


class Figure(Strict):
    """One amount of a source.

    Attributes:
        amount: the published amount; None where only its multiple was published.
        times: the multiple of `of`, less `less` where that is given.
        of: another figure of the same standard.
        round: how the product is rounded to the published amount.
        basis: whether the source publishes the multiple, publishes it as the least, or the figures only show it. How
            the product is rounded is always as the figures show: no source says it.
        exception: why the published amount does not follow.
    """

    amount: QuantityField | None = Field(default=None, alias="is")
    times: Annotated[Fraction, PlainValidator(_read_times)] | None = None
    of: Name | None = None
    less: Name | None = None
    round: Rounding | None = None
    basis: Literal["published", "at_least", "inferred"] = "published"
    exception: Both | None = None

    @model_validator(mode="before")
    @classmethod
    def _amount_alone(cls, value: object) -> object:
        return {"is": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        linked = {"of", "times", "less", "round", "basis", "exception"} & self.model_fields_set
        if linked and (self.of is None or self.times is None):
            raise RefusedError(f"{', '.join(sorted(linked))} without a link", "both times: and of:")
        if self.amount is None and (self.of is None or self.basis == "inferred" or self.round or self.exception):
            raise RefusedError("no amount", "is:, or times: and of: as the source publishes them")
        if self.amount is not None and (self.amount.number <= 0 or self.amount.unit.currency is None):
            raise RefusedError(f"the amount {self.amount}", "money above zero, such as 832 CNY/person/month")
        return self


class Standard(Strict):
    """What one source publishes for one place and time.

    Attributes:
        start: from when it holds.
        by: where that is not known, when it held at the latest.
        before: what held until then.
        after: what held some time after.
        undated: the source gives no time.
        source: the key of the document.
    """

    place: Both
    start: When | None = Field(default=None, alias="from")
    by: When | None = None
    before: When | None = None
    after: When | None = None
    undated: Flag = False
    source: str
    figures: dict[Name, Figure] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        times = [self.start, self.by, self.before, self.after, self.undated or None]
        if len(times) - times.count(None) != 1:
            raise RefusedError("not one time", "one of from:, by:, before:, after:, undated:")
        return self

    def product(self, name: str) -> Quantity | None:
        """What the link of a published amount comes to, rounded, in its unit; None where there is no link or amount.

        Raises:
            UnitError: the base is measured in something else.
        """
        figure = self.figures[name]
        if figure.amount is None or figure.times is None:
            return None
        unit = figure.amount.unit
        base, *less = (self.amount(part).to(unit).number for part in (figure.of, figure.less) if part is not None)
        return Quantity(rounded((base - sum(less)) * figure.times, figure.round), unit)

    def amount(self, name: str) -> Quantity:
        """The published amount of a figure.

        Raises:
            KeyError: it was not published here, or only its multiple was.
        """
        found = self.figures[name].amount
        if found is None:
            raise KeyError(name)
        return found


class _File(Strict):
    zh: Words
    en: Words
    standards: tuple[Standard, ...]


def rounded(number: Fraction, how: Rounding | None) -> Fraction:
    """A number brought to a multiple of a step, exactly; halves go up.

    >>> rounded(Fraction("955.5"), Rounding(to="1", mode="up"))
    Fraction(956, 1)
    """
    if how is None:
        return number
    step = Fraction(how.to)
    steps = number / step
    whole = {"up": steps.__ceil__(), "down": steps.__floor__(), "half_up": (steps + Fraction(1, 2)).__floor__()}
    return whole[how.mode] * step


def published(path: str | Path | None = None) -> tuple[Standard, ...]:
    """The standards of every folder of rules: of `path`, of AIDRULES_PATH, and those that come with the library.

    Raises:
        PackError: see `read_standards`.
    """
    found: list[Standard] = []
    for root in roots(path):
        folder = root / FOLDER
        listed = [item for item in (root / documents.FILE, folder / documents.FILE) if item.is_file()]
        read = ((shown(item), documents.read_sources(read_yaml(item, shown(item)))) for item in listed)
        known = documents.merge_sources(read)
        for file in sorted(folder.glob("*.yaml")):
            if file.name != documents.FILE:
                found += read_standards(inside(file, root), known)
    return tuple(found)


def read_standards(file: Path, known: Mapping[str, documents.Source]) -> tuple[Standard, ...]:
    """The standards of one file.

    Args:
        file: such as `rules/thresholds/yunnan.yaml`.
        known: the documents that it may name, each with how far it is trusted.

    Raises:
        PackError: what is not of the form; an unknown document, or one without a mark of trust; a link to nothing; an
            amount that does not follow from its base and is no exception, and an exception that follows.
    """
    node = read_yaml(file, shown(file))
    standards = parse(_File, node).standards
    problems: list[Problem] = []
    seen: dict[object, int] = {}
    for index, standard in enumerate(standards):
        at = ("standards", index)
        problems.extend(_untrusted(tree.find(node, (*at, "source")), known))
        first = seen.setdefault(standard.model_copy(update={"figures": {}}).model_dump_json(), index)
        if first != index:
            hint = f"The first stands in line {node.at(('standards', first)).line}"
            problems.append(Problem("two standards of one place, time and source", node.at(at), hint=hint))
        for name in standard.figures:
            problems.extend(_unfounded(standard, name, tree.find(node, (*at, "figures", name))))
    if problems:
        raise PackError(problems)
    return standards


def _untrusted(source: tree.Node, known: Mapping[str, documents.Source]) -> Iterator[Problem]:
    assert isinstance(source, tree.Text)
    if source.value not in known:
        yield documents.unknown_source(source, known)
    elif known[source.value].trust not in TRUST:
        found = f"the source {source.value!r} without a mark of trust"
        yield Problem(found, source.place, expected=f"trust: {one_of(TRUST)}", hint=f"Write it in {documents.FILE}")


def _unfounded(standard: Standard, name: str, node: tree.Node) -> Iterator[Problem]:
    """What is wrong with the link of a figure."""
    figure = standard.figures[name]
    for base in (figure.of, figure.less) if figure.amount is not None else ():
        if base is not None and (base == name or base not in standard.figures or not standard.figures[base].amount):
            hint = near(base, standard.figures)
            yield Problem(f"{base} has no amount here", node.place, name, "another figure with an amount", hint)
            return
    try:
        product = standard.product(name)
    except UnitError as error:
        yield Problem(str(error), node.place, name, "a base that is measured alike")
        return
    if product is None or figure.amount is None:
        return
    if product.number != figure.amount.number and figure.exception is None:
        hint = "Correct the amount, the multiple or the rounding, or say under exception: why it differs"
        yield Problem(f"{figure.amount} does not follow", node.place, name, f"{product}, from {figure.of}", hint)
    if product.number == figure.amount.number and figure.exception is not None:
        yield Problem("an exception that follows", node.place, name, hint="Leave exception: out")
