"""Mutation check: small changes of a pack's own rules, and whether a case notices each."""

from aidrules.testing.mutation.judge import Verdict
from aidrules.testing.mutation.mutants import Mutant, mutants_of
from aidrules.testing.mutation.run import Asked, Checked, checked

__all__ = ["Asked", "Checked", "Mutant", "Verdict", "checked", "mutants_of"]
