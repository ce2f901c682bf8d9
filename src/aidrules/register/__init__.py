"""The register of clauses: what each document has a program decide, and which rules and cases answer it."""

from aidrules.register.citing import Citing, TestCase, citing, test_cases
from aidrules.register.clauses import Clause, Document, read_register
from aidrules.register.coverage import Answer, Coverage, covered, in_total
from aidrules.register.findings import all_findings, answered_though_not_computed, unanswered, unregistered

__all__ = [
    "Answer",
    "Citing",
    "Clause",
    "Coverage",
    "Document",
    "TestCase",
    "all_findings",
    "answered_though_not_computed",
    "citing",
    "covered",
    "in_total",
    "read_register",
    "test_cases",
    "unanswered",
    "unregistered",
]
