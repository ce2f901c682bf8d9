"""A pack comes to the same in every process: no order of a set shows in code, digests, boundaries or decisions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACK = """
pack: p
zh: 试
en: trial
currency: CNY
extends: none
inputs:
  household: {rent: {unit: CNY/month, max: 9000}, fee: {unit: CNY/month, max: 900}, alone: {type: bool}}
definitions:
  all: {value: delta + alpha + charlie + bravo + echo}
  many: {value: "count([bravo > 1 * CNY / month, echo > 2 * CNY / month, alpha > 3 * CNY / month, poor, rich]) > 2"}
  echo: {value: household.rent * 5}
  delta: {value: household.rent * 4}
  charlie: {value: household.rent * 3}
  bravo: {value: household.fee * 2}
  alpha: {value: household.fee}
  rich: {value: household.rent > 800 * CNY / month}
  poor: {value: household.rent < 80 * CNY / month}
programmes:
  aid:
    zh: 补助
    en: aid
    payment: {every: month, starts: this_month, ends: this_month, payee: household}
    rules:
      need: {kind: eligibility, zh: 需要, en: need, any_of: {a: poor, b: many, c: household.alone}}
      rich: {kind: exclusion, zh: 富裕, en: rich, when: rich and many}
      sum: {kind: amount, zh: 金额, en: amount, amount: "min(all, 300 * CNY / month)"}
"""
SAY = """
import ast, sys
from datetime import date
from aidrules import decide, load
from aidrules.testing import plain
from aidrules.testing.boundaries import boundaries
from aidrules.testing.boundaries.told import lines
on = date(2025, 6, 1)
pack = load("p", path=sys.argv[1])
rules = pack.on(on)
known = plain(pack, on=on).having({"members": [{"id": "a"}], "rent": 70, "fee": 10})
print(pack.digest, *rules.definitions, *rules.rules, *rules.stated)
print(*(ast.unparse(rules._write(facts_known)[0]) for facts_known in (True, False)), sep="\\n")
for household in (known, pack.Household.model_validate({"members": [{"id": "a"}]})):
    decision = decide(household, pack, on=on)
    print(decision.to_json(), decision.record(), decision.explain("zh"), sep="\\n")
print(lines(boundaries(pack, on, own=True, path=sys.argv[1])))
"""


def said(folder: Path, seed: int) -> bytes:
    """All that a process with its own order of sets says of the pack."""
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(sys.path)}
    asked = [sys.executable, "-c", SAY, str(folder)]
    return subprocess.run(asked, env=environment, capture_output=True, check=True).stdout


def test_processes_with_other_orders_of_sets_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "pack.yaml").write_text(PACK, encoding="utf-8")
    first, *others = (said(tmp_path, seed) for seed in range(4))
    assert len(first) > 5000
    assert [other == first for other in others] == [True] * 3
