"""The shipped packs have the properties of every sensible pack; what a text makes otherwise is named."""

from __future__ import annotations

from shipped import NAMES, ON, shipped

from aidrules.testing import properties

# Up to 1.5 times the line a person is taken in alone, and is paid the whole standard; see test_cliffs.py.
CLIFFS = {"more_income_never_pays_more": {"dibao_individual": "taken in alone above the line, up to 1.5 times it"}}

test_national_framework = properties.suite(shipped(NAMES[0]).pack, on=ON, excused=CLIFFS, lang="en")
test_street_plan = properties.suite(shipped(NAMES[1]).pack, on=ON, excused=CLIFFS, lang="en")
