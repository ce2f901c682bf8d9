"""The register of clauses: what each document has a program decide, and which rules and cases answer it."""

from aidrules.register.citing import Citing, CitingCase, citing, citing_cases
from aidrules.register.clauses import Clause, Document, read_register
from aidrules.register.coverage import Answer, Coverage, covered, in_total
from aidrules.register.findings import all_findings, answered_though_not_computed, unanswered, unregistered

__all__ = [
    "Answer",
    "Citing",
    "CitingCase",
    "Clause",
    "Coverage",
    "Document",
    "all_findings",
    "answered_though_not_computed",
    "citing",
    "citing_cases",
    "covered",
    "in_total",
    "read_register",
    "unanswered",
    "unregistered",
]
