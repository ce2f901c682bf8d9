"""Letters: what is laid over a pack is named, and what it changes or fills in is told to be so by it."""

from __future__ import annotations

from typing import Any

import pytest
from vale import decided, pack

from aidrules.decision import Decision

NOTICE = {"zh": "县局通知", "en": "Notice of the Bureau", "issuer": "bureau", "date": "undated"}
LINE: dict[str, Any] = {"line": {"values": [{"is": 900, "cite": "三"}]}}
MEANS = {"programmes": {"allowance": {"rules": {"means": {"when": "true", "cite": "四"}}}}}


def laid_over(*overlays: dict[str, Any]) -> Decision:
    return decided(rules=pack().with_overlay(*({"sources": {"notice": NOTICE}, **overlay} for overlay in overlays)))


def test_overlays_are_named_after_the_pack_by_their_own_title_or_that_of_their_document() -> None:
    titled = {"overlay": "office", "source": "notice", "zh": "本县安排", "en": "arrangements of the county"}
    decision = laid_over(titled, {"overlay": "wages", "source": "notice"}, {"overlay": "bare"})
    assert decision.explain("en").splitlines()[2] == (
        "Laid over these rules, and going before them where they differ: arrangements of the county (office); "
        "Notice of the Bureau (wages); bare."
    )
    named = "上述规定之上另有叠加文件，不一致的以叠加文件为准：本县安排（office）；县局通知（wages）；bare。"
    assert decision.explain("zh").splitlines()[2] == named
    assert f"<p>{named}</p>" in decision.to_html(lang="zh")
    assert "叠加文件" not in decided().explain("zh")


def test_a_condition_that_an_overlay_changed_is_told_to_be_so_by_it() -> None:
    decision = laid_over({"overlay": "office", "source": "notice", "overrides": MEANS})
    assert (
        "  1. Income per person is below the line: met. Nothing needs to be shown. (Notice of the Bureau, 四)\n"
        "     - The overlay “office” puts this in the place of the wider rule "
        "(Vale County Allowance Act, 第二条 (art. 2)).\n"
    ) in decision.explain("en")
    assert (
        "  1. 月人均收入低于补助标准：符合。无须另行审查。（依据：《县局通知》四）\n"
        "     - 此项由叠加文件“office”改定，取代原规定（依据：《谷地县补助法》第二条）。\n"
    ) in decision.explain("zh")


def test_a_figure_that_an_overlay_reckons_otherwise_is_told_to_be_so_by_it() -> None:
    twice = {"definitions": {"per_person": {"value": "counted / count(members) * 2", "cite": "五"}}}
    letter = laid_over({"overlay": "office", "source": "notice", "overrides": twice}).explain("en")
    figure, changed = letter[letter.index("- Income per person =") :].splitlines()[:2]
    assert figure.endswith("(Notice of the Bureau, 五)") and "The overlay “office” puts this" in changed


@pytest.mark.parametrize(("source", "named"), [("vale-act", True), ("notice", False)])
def test_a_value_by_a_document_of_the_packs_own_is_told_to_be_the_overlays(source: str, named: bool) -> None:
    decision = laid_over({"overlay": "office", "source": source, "parameters": LINE})
    assert ("900 yuan per person per month, as the overlay “office” has it." in decision.explain("en")) is named
    assert ("补助标准为900元/人/月（由叠加文件“office”填入）。" in decision.explain("zh")) is named
