"""Several files that are wrong together, and what is no mistake: by code, with the place and what is said of it."""

from __future__ import annotations

from bad_packs import LEVEL, VALUES
from drafted import GOOD, changed, with_rules


def clauses(*numbers: str, more: str = "") -> str:
    listed = "".join(
        f"  art {number}: {{programme: {{zh: 救济, en: relief}}, kind: eligibility{more}}}\n" for number in numbers
    )
    return f"source: act\nclauses:\n{listed}"


HILL = """pack: town/hill
source: act
zh: 山
en: Hill
in_force: undated
overrides:
  programmes:
    relief:
      rules:
        means: {when: earned < line, cite: art 2}
"""
OPEN = clauses("1", "2", "3", "4", "5").replace(
    "art 5: {", "art 5: {open_point: {zh: 未写铁匠是谁, en: who is a smith}, "
)
BAD_FILES: dict[str, tuple[dict[str, str], str, str]] = {
    "L208": (
        {"town/hill/pack.yaml": HILL},
        "when: earned < line",
        "when: of relief.means is what the wider pack says already",
    ),
    "L702": (
        {"clauses/act.yaml": clauses("1", "2", "3", "4"), "town/pack.yaml": GOOD},
        "art 5",
        "relief.smith cites art 5, which the register of act does not list; it lists art 4, art 3, art 2",
    ),
    "L704": (
        {
            "clauses/act.yaml": clauses("1", "2", "3", "4", "5").replace(
                "eligibility}", "eligibility, not_computed: {zh: 无, en: x}}", 1
            )
        },
        "art 1",
        "act art 1 is registered as not computed, and line, relief cites it",
    ),
    "L705": (
        {"town/pack.yaml": GOOD, "clauses/act.yaml": OPEN},
        "smith: {kind",
        "act art 5 leaves open: who is a smith; nothing that cites it has a reading",
    ),
    "L706": (
        {"town/clauses/act.yaml": clauses("1")},
        "source: act",
        "nothing reads the register town/clauses/act.yaml in the folder of a pack",
    ),
}

TOLD: dict[str, tuple[dict[str, str], str, str]] = {
    "L305": (
        {
            "town/pack.yaml": with_rules(
                LEVEL.replace("select: one", "select: first").replace("earned >= line", "earned >= line / 2")
            )
        },
        "high: {",
        "relief.level.high and relief.level.low can hold together; their order decides",
    ),
    "L401": (
        {"town/pack.yaml": changed((VALUES, "    required: true\n"))},
        "line:\n    unit",
        "line is required and has no value",
    ),
    "L703": ({"clauses/act.yaml": clauses("1", "2", "3", "4", "5", "6")}, "art 6", "no rule implements act art 6"),
}
