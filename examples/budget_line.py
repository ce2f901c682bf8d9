"""The budget line of the example family: what it gets and has as the father's wage rises, and where it loses at once.

    python examples/budget_line.py

The rates come from `office.yaml`, which is invented.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import aidrules

HERE = Path(__file__).parent
WAGE = "members[0].incomes[0].amount"


def main() -> None:
    """Print the line and its cliffs."""
    pack = aidrules.load("cn/guizhou/zunyi/bozhou", overlays=["cn/guizhou/zunyi/overlays/2025", HERE / "office.yaml"])
    family = pack.Household.model_validate_json((HERE / "household.json").read_text(encoding="utf-8"))
    line = aidrules.sweep(family, WAGE, 0, 4000, 500, pack, on=date(2025, 6, 1), outcomes=["dibao"])
    print("     wage       aid  together  lost of each yuan more")
    for row in line.frame.iter_rows(named=True):
        print(f"{row['value']:>9} {row['monthly']:>9} {row['after_aid']:>9}  {row['marginal_rate'] or ''}")
    for cliff in line.cliffs:
        print(f"From {cliff.below} to {cliff.above} yuan, aid changes by {cliff.change} a month:")
        for rule in cliff.rules:
            cited = ", ".join(clause.clause for clause in rule.clauses)
            print(f"  {rule.rule} ({cited}): {rule.before} -> {rule.after}")


if __name__ == "__main__":
    main()
