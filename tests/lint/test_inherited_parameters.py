"""What a pack takes over without a value is listed where the pack itself is linted."""

from __future__ import annotations

from pathlib import Path

from aidrules.lint.run import lint

WIDE = (
    "pack: wide\nsource: act\nparameters: {line: {required: true}, rate: {required: true}, day: {values: [{is: 3}]}}\n"
)
NARROW = "pack: wide/narrow\nsource: act\noverrides: {parameters: {rate: {values: [{is: 5}], cite: art 1}}}\n"


def test_required_parameters_of_wider_packs_are_listed_unless_the_pack_gives_them(tmp_path: Path) -> None:
    (tmp_path / "wide" / "narrow").mkdir(parents=True)
    (tmp_path / "sources.yaml").write_text("act: {zh: 法, en: Act, issuer: Town, date: 2020-01-01}\n", encoding="utf-8")
    (tmp_path / "wide" / "pack.yaml").write_text(WIDE, encoding="utf-8")
    (tmp_path / "wide" / "narrow" / "pack.yaml").write_text(NARROW, encoding="utf-8")
    listed = {
        pack: [one.name for one in lint([pack], tmp_path) if one.code == "L401"] for pack in ("wide", "wide/narrow")
    }
    assert listed == {"wide": ["line", "rate"], "wide/narrow": ["line"]}
