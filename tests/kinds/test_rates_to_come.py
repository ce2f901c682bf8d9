"""A required value that nobody has given yet: what it may come to is rounded from the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules.errors import PackError
from borough import ON, compiled, pack_of, problems_of, run

AID = """
inputs: {{household: {{income: {{unit: CNY/month}}, rooms: {{unit: "1"}}}}}}
parameters: {{given: {{{given}, required: true}}}}
programmes: {{aid: {{rules: {{gap: {{kind: amount, amount: {amount}}}}}}}}}
"""


def test_a_rate_to_come_has_decimals(tmp_path: Path) -> None:
    text = AID.format(given="must: value <= 100%", amount="given * household.income")
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert "what it pays may have a fraction of a fen" in problems_of(error)
    assert "pack.yaml:8:56" in problems_of(error)  # at the amount
    rounded = text.replace("household.income}", "household.income, round: {to: 0.01, mode: down}}")
    assert (
        run(pack_of(tmp_path, rounded, parameters={"given": "12.34%"}).on(ON), income=1.5).value("aid.gap") is not None
    )


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ("unit: CNY/household/month", "given"),
        ("unit: CNY/person/month", "given * count(members)"),
        ("unit: month", "given * 2 * household.income / (1 * month)"),
    ],
)
def test_money_and_counts_to_come_need_no_rounding(tmp_path: Path, given: str, amount: str) -> None:
    compiled(tmp_path, AID.format(given=given, amount=amount))
