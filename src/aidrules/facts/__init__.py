"""What is known about a household: typed, frozen models with units, in which unknown is None and never zero."""

from aidrules.facts.base import Facts
from aidrules.facts.circumstances import Absence, Disability, Education, Illness, Labour, SelfCare, Status
from aidrules.facts.household import Assets, Case, Household, Housing, Monitoring
from aidrules.facts.items import Benefit, Episode, Event, Expense, Income, Obligor, Payment
from aidrules.facts.member import Member
from aidrules.facts.problems_zh import in_chinese
from aidrules.facts.procedure import Participant, Step

__all__ = [
    "Absence",
    "Assets",
    "Benefit",
    "Case",
    "Disability",
    "Education",
    "Episode",
    "Event",
    "Expense",
    "Facts",
    "Household",
    "Housing",
    "Illness",
    "Income",
    "Labour",
    "Member",
    "Monitoring",
    "Obligor",
    "Participant",
    "Payment",
    "SelfCare",
    "Status",
    "Step",
    "in_chinese",
]
