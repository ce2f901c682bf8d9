"""What a letter about a decision must be able to say, in any language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from aidrules.decision.forms import Deadline, Every, State, Status


class LetterWords(Protocol):
    """The sentences of letters; each ends with its full stop unless it is a heading."""

    title: str
    office: str
    outcomes: Mapping[Status, str]
    handed_over: Mapping[Status, str]
    ineligible_if_asked: str
    nothing_to_hand_over: str
    to_hand_over_open: str
    conditions: Mapping[State, str]
    exclusions: Mapping[State, str]
    headings: Mapping[str, str]
    payees: Mapping[str, str]
    none_stands: str
    confidential: str
    confidential_day: str
    figures: str
    findings: str
    pays_nothing: str
    gave_way: str
    stop: str

    def opening(
        self, subject_id: str | None, on: date, law: date, known: date | None, pack: str, overlays: Sequence[str]
    ) -> tuple[str, ...]:
        """Whom and what the letter is about, by which rules, and what is laid over these."""

    def named(self, title: str, name: str) -> str:
        """A pack or overlay by its title, with the name by which it is found."""

    def closing(self, digest: str, sources: Sequence[str]) -> tuple[str, ...]:
        """Which documents and rules it rests on."""

    def source(self, title: str, number: str | None) -> str:
        """A document."""

    def heading(self, label: str) -> str:
        """A label as a heading."""

    def headline(self, programme: str, outcome: str, amounts: Sequence[str], persons: str | None) -> str:
        """What a programme comes to."""

    def each_time(self, amount: str, every: Every) -> str:
        """An amount and how often it is paid."""

    def still_open(self, every: Every, bounds: str | None) -> str:
        """An amount that is not settled."""

    def unchanged(self, until: str | None) -> str:
        """That a monthly total stays what it is, and the day up to which, where that is known."""

    def until(self, day: str | None) -> str:
        """How long something goes on; None where that is open."""

    def persons(self, members: Sequence[str]) -> str:
        """Several members."""

    def each(self, persons: str) -> str:
        """Several persons of whom what follows holds one by one."""

    def condition(self, label: str, state: str, statement: str, force: str) -> str:
        """A condition, whether it is met, and why."""

    def clear(self, rules: str) -> str:
        """That no exclusion was found; of which rules, without laying any at somebody's door."""

    def waived(self, label: str, statement: str) -> str:
        """A condition that need not be looked at."""

    def listed(self, names: Sequence[str]) -> str:
        """Names side by side."""

    def some(self, names: Sequence[str], more: int) -> str:
        """Some names, and how many more there are."""

    def not_in_question(self, names: Sequence[str], number: int) -> str:
        """Some of the programmes whose route is not open, and how many they are; that is no refusal."""

    def unmet(self, programme: str, reasons: Sequence[str]) -> str:
        """A programme that is not in question, with the conditions that are not met."""

    def amount(self, label: str, persons: str | None, amount: str, reckoning: str, *, settled: bool) -> str:
        """An amount with how it is reckoned; of one that is not settled, how it will be."""

    def reckoning(self, formula: str, with_values: str, result: str) -> str:
        """A formula, the same with values, and what comes out."""

    def figure(self, label: str, reckoning: str) -> str:
        """A value behind an amount or a condition."""

    def tier(self, label: str, grade: str, why: str) -> str:
        """The grade by which a value was chosen, and on what it rests."""

    def nothing_allowed(self, item: str, claimed: str, why: Sequence[str]) -> str:
        """That nothing of what was claimed for an expense is deducted, and why."""

    def left_out(self, item: str, amount: str | None, why: Sequence[str]) -> str:
        """That an item is not counted, and on what ground."""

    def recorded(self, finding: str, value: str, by: str | None, on: str | None, reason: str | None) -> str:
        """A finding as somebody recorded it: who, on what day, why."""

    def parameter(self, label: str, value: str, since: str | None, overlay: str | None, *, given: bool) -> str:
        """A parameter's value, since when it is in force, the overlay it stands in, or that the agency gave it."""

    def formula_differs(self, value: str) -> str:
        """That the figure was published so, although its formula comes to another."""

    def rounded_result(self, rounded: str, result: str) -> str:
        """What rounding came to."""

    def grade(self, label: str, reckoning: str, why_open: str) -> str:
        """A grade that a person is in, or may be in, with what is open of that, and what it gives."""

    def stacking(self, how: str) -> str:
        """Which of several grades is paid."""

    def phase_out(self, start: str, end: str, months: int, decided: str | None) -> str:
        """From when to when a phase-out runs, if it is decided on a day; without one, as it was granted before."""

    def phase_out_open(
        self, start: str, least: tuple[int, str] | None, most: tuple[int, str] | None, decided: str | None
    ) -> str:
        """A phase-out of which the months are open: the fewest and the most, each with its last day."""

    def granted_before(self, since: str, *, running: bool) -> str:
        """A phase-out that was granted and has not ended, or may have, as a statement."""

    def outcome_of(self, label: str) -> str:
        """The outcome of a programme that pays, as something that is open, apart from what it pays."""

    def length_of(self, label: str) -> str:
        """How long a phase-out goes on, as something that is open."""

    def schedule(self, months: Sequence[tuple[str, str]]) -> str:
        """What is paid month by month."""

    def case(self, label: str, persons: str | None, name: str) -> str:
        """The case that a classification comes to."""

    def ambiguous(self, names: str) -> str:
        """Several cases hold where one is wanted."""

    def clauses(self, cited: Sequence[tuple[str, Sequence[str]]]) -> str:
        """Clauses in brackets, those of one document together."""

    def overrode(self, clauses: str, overlay: str | None) -> str:
        """Which wider rule this one stands in the place of, and the overlay that says so, if one does."""

    def open_still(self, outcome: str, names: Sequence[str]) -> str:
        """Programmes of which it is open what they come to."""

    def other(self, headline: str, reasons: Sequence[str], standing: Sequence[str] = ()) -> str:
        """A programme in one line, with the conditions that are not met and the exclusions that hold."""

    def point(self, label: str, persons: str | None) -> str:
        """Something open, with the persons concerned."""

    def paid(self, label: str, persons: str | None, amount: str) -> str:
        """What is paid, and how much."""

    def payment(self, payee: str, paid: Sequence[str], starts: str | None, form: str) -> str:
        """A payment line: what one payee is paid from the same month on."""

    def not_settled(self, names: Sequence[str]) -> str:
        """Payments that are not settled, in one line."""

    def counted_from(self, day: str, confirmed: str | None) -> str:
        """On which day the decision is taken to be made, since the first month paid hangs on it.

        Args:
            day: the day that is taken.
            confirmed: the day of confirmation on record where that is in another month.
        """

    def confirmed_once(self, day: str, programmes: Sequence[str]) -> str:
        """That the one day of confirmation on record counts for the deadlines of several programmes."""

    def right_ends(self, by: str, unpaid: str) -> str:
        """That a right ends with the passing of time by a day, and from which month nothing is paid."""

    def ended(self, month: str, day: str) -> str:
        """The last month paid of a benefit that has ended, if that is decided on a day."""

    def run_out(self, day: str, unpaid: str) -> str:
        """That a phase-out ran out on a day, and from which month nothing is paid."""

    def phase_out_over(self, end: str, *, ended: bool) -> str:
        """That a phase-out on record has run out on its last day, or is over because the conditions are met again."""

    def replaced(self, former: str, last: str, first: str) -> str:
        """Up to which month the amount in payment is paid, and from which the new one."""

    def nothing(self, amount: str, former: str | None) -> str:
        """That an amount comes to 0, and that what was paid before ends."""

    def entitlement(self, programme: str, label: str, persons: str | None, to: Sequence[str], *, may: bool) -> str:
        """A service or right that a programme opens."""

    def referral(
        self,
        label: str,
        persons: str | None,
        to: Sequence[str],
        due: str | None,
        task: str | None,
        *,
        offices: bool,
    ) -> str:
        """A hand-over to offices, or to what may as well be something done."""

    def time_counts(self, day: str) -> str:
        """From which day a time counts."""

    def gate(self, label: str, *, needed: bool | None, certain: bool, task: str | None, unknown: str) -> str:
        """A step that is needed, or held to be needed as long as that is open, or waived, or of which that is open."""

    def deadline(self, label: str, deadline: Deadline, due: str, done: str | None) -> str:
        """A deadline."""

    def passed(self, day: str) -> str:
        """A day by which something was to be done."""

    def estimated(self, day: str) -> str:
        """A day that counts working days of a year whose holidays are not announced."""

    def deadline_open(self, label: str, due: str, extended: str, unknown: str) -> str:
        """A deadline of which it is open whether it is extended, and what is not known."""

    def cadence(self, label: str, about: str | None, due: str, *, overdue: bool) -> str:
        """What recurs."""

    def check(self, label: str, persons: str | None, state: str, shortfall: str | None, why: str) -> str:
        """What is required and is not so, or of which that is open."""

    def asked_family(self, persons: str | None) -> str:
        """Whom of the family to ask: some members, or the household."""

    def asked_office(self, offices: Sequence[str]) -> str:
        """Which offices have to find something, or the agency."""

    def asked(self, whom: str, what: str) -> str:
        """Whom to ask, and what; without it, a heading."""

    def missing(
        self,
        labels: Sequence[str],
        kind: str,
        persons: str | None,
        settles: str,
        bears_on: str,
        lapsed: str | None,
        begins: str | None,
        known: str | None,
    ) -> str:
        """Inputs that are missing, findings that lapsed or parameters that begin on a day, and what they would settle.

        Otherwise what they bear on; of those that another answer may make needless, neither is given. What was
        announced after the day `known`, if there is one, is left out.
        """

    def deadlines_open(self, labels: Sequence[str], deadlines: Sequence[str]) -> str:
        """Deadlines of which nothing can be said yet, and what is missing for that."""

    def reading(self, rule: str, label: str, option: str | None, alternatives: Sequence[str], *, default: bool) -> str:
        """A choice of reading."""

    def notice(self, about: str, text: str) -> str:
        """A sentence of the rules, and the outcomes that it belongs to."""

    def convention(self, sentence: str, rules: Sequence[str]) -> str:
        """What was done where rule and text are silent, and the rules that relied on it."""

    def differs(self, names: Sequence[str]) -> str:
        """That the second engine came to something else."""
