"""The page of codes is that of the checks."""

from __future__ import annotations

import re
from pathlib import Path

from aidrules.lint import CHECKS, Check

PAGE = (Path(__file__).parents[2] / "docs" / "lint.md").read_text(encoding="utf-8")


def row(check: Check) -> str:
    """What the page says of a check."""
    finds = (check.find.__doc__ or "").partition("\n")[0].removeprefix("Find ").removesuffix(".")
    return f"| {check.code} | {check.severity} | {finds} | {check.fix.en} |"


def test_the_table_has_every_check_and_no_other() -> None:
    assert re.findall(r"^\| L.*$", PAGE, re.MULTILINE) == [row(check) for check in CHECKS]


def test_codes_are_in_order_and_each_has_a_function_that_finds() -> None:
    codes = [check.code for check in CHECKS]
    assert codes == sorted(set(codes))
    assert all((check.find.__doc__ or "").startswith("Find ") for check in CHECKS)


def test_sentences_and_fixes_are_in_both_languages() -> None:
    for check in CHECKS:
        for label in (check.sentence, check.fix):
            assert re.search("[一-鿿]", label.zh) and not re.search("[一-鿿]", label.en)
            assert not label.en.endswith((".", ":"))
