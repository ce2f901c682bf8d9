"""What changed between two packs, or two dates of one: what they say, and what cases they now decide otherwise."""

from aidrules.changes.cases import CaseChange, case_changes
from aidrules.changes.packs import Change, Line, changes

__all__ = ["CaseChange", "Change", "Line", "case_changes", "changes"]
