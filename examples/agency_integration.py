"""A case system with aidrules behind it: read a household, decide, write the letter, keep a record, check it later.

    python examples/agency_integration.py examples/household.json --out /tmp/case

What it prints is what a case system would do with the result: payments to book, tasks to open, questions to ask.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import aidrules
from aidrules.decision.forms import Bounds

HERE = Path(__file__).parent
PACK = "cn/guizhou/zunyi/bozhou"
STANDARDS = "cn/guizhou/zunyi/overlays/2025"
OFFICE = HERE / "office.yaml"


def rules() -> aidrules.Pack:
    """Load the rules once, when the system starts; they are checked in full here, and may be shared by threads."""
    return aidrules.load(PACK, overlays=[STANDARDS, OFFICE])


def handle(text: bytes, pack: aidrules.Pack, on: date, out: Path) -> aidrules.Decision:
    """Decide one case and keep what an agency keeps: the letter and the record."""
    household = pack.Household.model_validate_json(text)
    decision = aidrules.decide(household, pack, on=on)
    out.mkdir(parents=True, exist_ok=True)
    (out / "letter.zh.txt").write_text(decision.explain("zh"), encoding="utf-8")
    (out / "letter.en.txt").write_text(decision.explain("en"), encoding="utf-8")
    (out / "record.json").write_text(decision.record(), encoding="utf-8")
    return decision


def report(decision: aidrules.Decision) -> None:
    """What happens next."""
    dibao = decision.outcomes["dibao"]
    print(f"dibao: {dibao.status}, {shown(dibao.monthly, dibao.monthly_bounds)} {dibao.currency} a month")
    for line in decision.payments:
        whose = f" for {line.member}" if line.member else ""
        amount = shown(line.amount, line.bounds)
        settled = line.state != "undetermined" and line.amount is not None
        word = "pay" if settled else "not to be paid yet, to"
        print(f"{word} {line.payee}{whose}: {amount} by {line.rule}, every {line.every}, from {line.starts}")
    for deadline in decision.deadlines:
        if deadline.state != "undetermined":
            print(f"deadline {deadline.rule}: {deadline.due}, {deadline.state}")
    for missing in decision.missing:
        who = f" ({' or '.join(missing.who)})" if missing.who else ""
        print(f"ask {missing.kind} {missing.input}{who}")


def shown(amount: Decimal | None, bounds: Bounds | None) -> str:
    """An amount, or between what it lies while something is missing."""
    if amount is not None:
        return str(amount)
    return f"between {bounds.low} and {bounds.high}" if bounds is not None else "not settled"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("household", type=Path)
    parser.add_argument("--on", type=date.fromisoformat, default=date(2025, 6, 1))
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    pack = rules()
    try:
        decision = handle(given.household.read_bytes(), pack, given.on, given.out)
    except aidrules.FactsError as error:
        # For the clerk who typed it in: one problem a line, each with the field that it is about.
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    report(decision)
    again = aidrules.verify((given.out / "record.json").read_text(encoding="utf-8"))
    print(f"record: {again.state}")
    return 3 if decision.is_open else 0


if __name__ == "__main__":
    sys.exit(main())
