"""Published standards: what a file may say, what follows, and what is refused where."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from aidrules import packs
from aidrules.errors import PackError
from aidrules.language.units import Quantity
from aidrules.thresholds import Standard, published

SOURCES = """
bulletin: {zh: 公报, en: Bulletin, issuer: Harbour, date: 2024-05-01, trust: A}
rumour: {zh: 传闻, en: Rumour, issuer: nobody, date: undated}
"""
HEAD = "zh: 港城\nen: Harbour\nstandards:\n"


def entry(figures: str, time: str = "from: 2024-05", source: str = "bulletin") -> str:
    return f"  - place: {{zh: 港城, en: Harbour}}\n    {time}\n    source: {source}\n    figures: {figures}\n"


def read(folder: Path, *entries: str) -> tuple[Standard, ...]:
    """The standards of a folder of rules with one file; those that come with the library follow."""
    (folder / "thresholds").mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (folder / "thresholds" / "harbour.yaml").write_text(HEAD + "".join(entries), encoding="utf-8")
    return tuple(standard for standard in published(folder) if standard.place.en == "Harbour")


def refused(folder: Path, *entries: str) -> str:
    with pytest.raises(PackError) as error:
        read(folder, *entries)
    return str(error.value)


LINE = "dibao.urban: 735 CNY/person/month"


def test_an_amount_that_follows(tmp_path: Path) -> None:
    link = "times: 1.3, of: dibao.urban, round: {to: 1, mode: up}"
    (standard,) = read(tmp_path, entry(f"{{{LINE}, tekun.urban: {{is: 956 CNY/person/month, {link}}}}}"))
    assert (standard.start, standard.place.zh, standard.source) == ("2024-05", "港城", "bulletin")
    assert standard.amount("dibao.urban") == Quantity.parse("735 CNY/person/month")
    assert standard.product("tekun.urban") == standard.amount("tekun.urban")
    assert standard.product("dibao.urban") is None


@pytest.mark.parametrize(
    ("amount", "times", "rounding", "follows"),
    [
        ("955.5 CNY/person/month", "1.3", "", True),
        ("955 CNY/person/month", "1.3", ", round: {to: 1, mode: down}", True),
        ("956 CNY/person/month", "1.3", ", round: {to: 1, mode: half_up}", True),
        ("956 CNY/person/month", "1.3", ", round: {to: 1, mode: down}", False),
        ("960 CNY/person/month", "130%", ", round: {to: 10, mode: up}", True),
        ("11466 CNY/person/year", "1.3", "", True),
        ("245 CNY/person/month", "1/3", "", True),
        ("955.51 CNY/person/month", "1.3", "", False),
    ],
)
def test_what_follows_is_exact(tmp_path: Path, amount: str, times: str, rounding: str, follows: bool) -> None:
    figures = f"{{{LINE}, tekun.urban: {{is: {amount}, times: {times}, of: dibao.urban{rounding}}}}}"
    if follows:
        assert read(tmp_path, entry(figures))
    else:
        assert f"tekun.urban: {amount} does not follow; expected 95" in refused(tmp_path, entry(figures))


def test_a_share_of_a_difference(tmp_path: Path) -> None:
    share = "child.dibao: {is: 100 CNY/person/month, times: 50%, of: orphan.all, less: dibao.urban, basis: inferred}"
    figures = f"{{{LINE}, orphan.all: 935 CNY/person/month, {share}}}"
    assert read(tmp_path, entry(figures))[0].figures["child.dibao"].times == Fraction(1, 2)


def test_an_exception_does_not_follow_and_says_why(tmp_path: Path) -> None:
    why = "exception: {zh: 按旧标准计算, en: from the earlier standard}"
    link = "times: 1.3, of: dibao.urban"
    odd = f"{{{LINE}, tekun.urban: {{is: 910 CNY/person/month, {link}, {why}}}}}"
    exception = read(tmp_path, entry(odd))[0].figures["tekun.urban"].exception
    assert exception is not None
    assert (exception.zh, exception.en) == ("按旧标准计算", "from the earlier standard")
    needless = f"{{{LINE}, tekun.urban: {{is: 955.5 CNY/person/month, {link}, {why}}}}}"
    found = refused(tmp_path, entry(needless))
    assert "harbour.yaml:7:" in found
    assert "tekun.urban: an exception that follows. Leave exception: out" in found


def test_a_multiple_may_be_all_that_was_published(tmp_path: Path) -> None:
    figures = "{tekun_care.able: {times: 1/10, of: minimum_wage.all, basis: at_least}}"
    (standard,) = read(tmp_path, entry(figures, "undated: true"))
    assert standard.product("tekun_care.able") is None
    with pytest.raises(KeyError):
        standard.amount("tekun_care.able")


@pytest.mark.parametrize("time", ["from: 2024-05-01", "by: 2024", "before: 2024-05", "after: 2023", 'undated: "true"'])
def test_times_as_far_as_they_are_known(tmp_path: Path, time: str) -> None:
    assert read(tmp_path, entry(f"{{{LINE}}}", time))


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ("{dibau.urban: 1 CNY}", "'dibau.urban' names no figure; expected one of dibao"),
        ("{dibao: 1 CNY}", "'dibao' names no figure"),
        ("{}", "at least 1 item"),
        ("{dibao.urban: 832 CNY/persn/month}", "unknown unit 'persn'"),
        ("{dibao.urban: 0 CNY/person/month}", "the amount 0 CNY/person/month; expected money above zero"),
        ("{dibao.urban: 832}", "the amount 832; expected money above zero"),
        ("{dibao.urban: {is: 832 CNY, times: 1.3}}", "times without a link; expected both times: and of:"),
        ("{dibao.urban: {is: 832 CNY, exception: {zh: 无, en: none}}}", "exception without a link"),
        ("{dibao.urban: {round: {to: 1, mode: up}}}", "round without a link"),
        ("{tekun.urban: {times: 1.3, of: dibao.urban, basis: inferred}}", "no amount; expected is:, or times: and of:"),
        (
            "{tekun.urban: {is: 1 CNY, times: -1, of: dibao.urban}}",
            "'-1' is not a multiple; expected a number above zero",
        ),
        ("{tekun.urban: {is: 1 CNY, times: 1/0, of: dibao.urban}}", "'1/0' is not a multiple"),
        ("{tekun.urban: {is: 1 CNY, times: 1 month, of: dibao.urban}}", "'1 month' is not a multiple"),
        ("{tekun.urban: {is: 1 CNY, times: 1, of: dibao.urban}}", "tekun.urban: dibao.urban has no amount here"),
        ("{tekun.urban: {is: 1 CNY, times: 1, of: tekun.urban}}", "tekun.urban: tekun.urban has no amount here"),
        (
            f"{{{LINE}, tekun.urban: {{is: 1 CNY/household/month, times: 1, of: dibao.urban}}}}",
            "tekun.urban: 735 CNY/person/month is not measured in CNY/household/month",
        ),
        ("{dibao.urban: {is: 1 CNY, cite: art 1}}", "unknown key 'cite'"),
    ],
)
def test_a_figure_that_cannot_be(tmp_path: Path, figures: str, message: str) -> None:
    found = refused(tmp_path, entry(figures))
    assert "harbour.yaml:" in found
    assert message in found


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ("from: May 2024", "'May 2024' is not a date"),
        ("from: 2024-13", "2024-13-01 is not a day of the calendar"),
        ("from: 2024\n    by: 2024", "not one time; expected one of from:, by:, before:, after:, undated:"),
        ('undated: "false"', "not one time"),
    ],
)
def test_a_time_that_cannot_be(tmp_path: Path, time: str, message: str) -> None:
    assert message in refused(tmp_path, entry(f"{{{LINE}}}", time))


def test_a_document_is_known_and_has_a_mark_of_trust(tmp_path: Path) -> None:
    found = refused(tmp_path, entry(f"{{{LINE}}}", source="buletin"), entry(f"{{{LINE}}}", source="rumour"))
    assert (
        "harbour.yaml:6:13: the unknown source 'buletin'; expected a key of sources.yaml. Did you mean bulletin?"
        in found
    )
    assert "the source 'rumour' without a mark of trust; expected trust: one of A, B, C, S" in found


def test_one_place_and_time_has_one_standard_of_a_source(tmp_path: Path) -> None:
    found = refused(tmp_path, entry(f"{{{LINE}}}"), entry("{tekun.all: 1 CNY/person/month}"))
    assert "two standards of one place, time and source. The first stands in line 4" in found


def test_a_folder_of_standards_is_no_pack(tmp_path: Path) -> None:
    read(tmp_path, entry(f"{{{LINE}}}"))
    assert not any("thresholds" in name for name, _ in packs(tmp_path))


def test_hostile_files_are_bounded(tmp_path: Path) -> None:
    assert "at most" in refused(tmp_path, entry("[" * 60 + "]" * 60))
    assert "bytes" in refused(tmp_path, "#" * 1_100_000)


def test_a_file_of_standards_lies_in_its_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(HEAD + entry(f"{{{LINE}}}"), encoding="utf-8")
    folder = tmp_path / "rules" / "thresholds"
    folder.mkdir(parents=True)
    (folder / "harbour.yaml").symlink_to(outside)
    with pytest.raises(PackError, match="leads out of the folder of rules"):
        published(tmp_path / "rules")
