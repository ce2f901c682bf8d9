"""Every kind of rules has a name in both languages."""

from __future__ import annotations

from aidrules.kinds import KINDS
from aidrules.show.kinds import kind_label


def test_every_kind_is_called_something_in_both_languages() -> None:
    for kind in KINDS:
        label = kind_label(kind)
        assert label.zh.endswith(f"（{kind}）") and label.zh != f"（{kind}）" and label.en
