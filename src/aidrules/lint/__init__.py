"""Lint: what authors of rule packs should look at, each with a code, a place, one sentence and a fix."""

from aidrules.lint.check import Check, Finding, Severity
from aidrules.lint.run import CHECKS, lint, lint_overlays

__all__ = ["CHECKS", "Check", "Finding", "Severity", "lint", "lint_overlays"]
