"""English: the sentences of letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aidrules.decision.forms import Deadline, Every, State, Status
from aidrules.decision.words.addressed import EnglishAddressed
from aidrules.decision.words.base import between, capital, quoted

_EVERY = {"month": "a month", "term": "a term", "year": "a year", "occasion": "once", "life": "once"}


class EnglishLetter(EnglishAddressed):
    """The sentences of letters in English."""

    outcomes: Mapping[Status, str] = {
        "eligible": "eligible",
        "at_discretion": "at the authority's discretion, which may grant or refuse it",
        "exception_possible": "not eligible in principle; an exception is possible under the rules",
        "phasing_out": "no longer eligible, in phase-out",
        "suspended": "suspended",
        "pending": "awaits a finding",
        "undetermined": "cannot be settled yet",
        "ineligible": "not eligible",
        "not_opened": "not in question",
    }
    handed_over: Mapping[Status, str] = {
        "eligible": "to be handed over",
        "at_discretion": "at the agency's discretion, which may hand it over or not",
        "ineligible": "not to be handed over",
    }
    ineligible_if_asked = "not eligible (whether it is in question at all is not settled)"
    nothing_to_hand_over = "in question, with nothing to be handed over now"
    to_hand_over_open = "in question; whether anything is to be handed over is not settled yet"
    conditions: Mapping[State, str] = {
        "applied": "met",
        "not_applied": "not met",
        "undetermined": "not settled",
        "not_reached": "not examined",
    }
    exclusions: Mapping[State, str] = {
        "applied": "this is the case",
        "not_applied": "this is not the case",
        "undetermined": "not settled",
        "not_reached": "not examined",
    }
    headings: Mapping[str, str] = {
        "payments": "Payments",
        "classes": "Classes",
        "services": "Services and rights",
        "referrals": "Referrals",
        "procedure": "Procedure",
        "deadlines": "Deadlines and recurring tasks",
        "checks": "For the agency to attend to",
        "doubts": "To be checked in the record",
        "missing": "What is missing",
        "notices": "Please note",
        "readings": "Where the texts leave something open, they were read as follows",
        "conventions": "Where the rules say nothing, this was done",
        "others": "Other programmes",
    }
    none_stands = "No ground was found that stands against it"
    confidential = "a confidential circumstance"
    confidential_day = "a confidential day"
    stop = "."
    pays_nothing = "with nothing to pay"
    gave_way = "Not paid beside {0}: {1}."
    figures = "The figures behind this:"
    findings = "The findings behind this:"

    def closing(self, digest: str, sources: Sequence[str]) -> tuple[str, ...]:
        listed = (f"Documents cited: {'; '.join(sources)}.",) if sources else ()
        return (*listed, f"Digest of the rules: {digest}.")

    def source(self, title: str, number: str | None) -> str:
        return f"{title} ({number})" if number else title

    def heading(self, label: str) -> str:
        return capital(label)

    def headline(self, programme: str, outcome: str, amounts: Sequence[str], persons: str | None) -> str:
        whose = f" ({persons})" if persons else ""
        return f"{capital(programme)}{whose}: {', '.join([outcome, *amounts])}."

    def each_time(self, amount: str, every: Every) -> str:
        return f"{amount} {_EVERY[every]}"

    def still_open(self, every: Every, bounds: str | None) -> str:
        kind = {"month": "monthly", "term": "termly", "year": "yearly"}.get(every, "one-off")
        return f"the {kind} amount is not settled" + (f" ({bounds})" if bounds else "")

    def unchanged(self, until: str | None) -> str:
        return f"The monthly total is what is paid now; it goes on{f' until {until}' if until else ''}."

    def until(self, day: str | None) -> str:
        return f"until {day}" if day else "until when is not yet known"

    def persons(self, members: Sequence[str]) -> str:
        return f"member {members[0]}" if len(members) == 1 else f"members {', '.join(members)}"

    def each(self, persons: str) -> str:
        return f"{persons}, each"

    def condition(self, label: str, state: str, statement: str, force: str) -> str:
        soft = " (a condition in principle)" if force == "in_principle" else ""
        return f"{capital(label)}{soft}: {state}." + (f" {capital(statement)}." if statement else "")

    def clear(self, rules: str) -> str:
        return f"{self.none_stands}. Looked at, and not applying: {rules}."

    def waived(self, label: str, statement: str) -> str:
        return f"{capital(label)}: need not be examined. {capital(statement)}."

    def listed(self, names: Sequence[str]) -> str:
        return "; ".join(names)

    def some(self, names: Sequence[str], more: int) -> str:
        return f"{'; '.join(names)}; and {more} more"

    def not_in_question(self, names: Sequence[str], number: int) -> str:
        more = f"; and {number - len(names)} more" if number > len(names) else ""
        return f"Not in question here, which is no refusal: {'; '.join(names)}{more}."

    def unmet(self, programme: str, reasons: Sequence[str]) -> str:
        return f"{programme} (not met: {', '.join(reasons)})" if reasons else programme

    def amount(self, label: str, persons: str | None, amount: str, reckoning: str, *, settled: bool) -> str:
        whose = f" ({persons})" if persons else ""
        by = f", which is {reckoning}" if settled else f". {capital(reckoning)}"
        return f"{capital(label)}{whose}: {amount}{by if reckoning not in ('', label) else ''}."

    def reckoning(self, formula: str, with_values: str, result: str) -> str:
        return " = ".join(dict.fromkeys(part for part in (formula, with_values, result) if part))

    def figure(self, label: str, reckoning: str) -> str:
        return f"{capital(label)} = {reckoning}."

    def tier(self, label: str, grade: str, why: str) -> str:
        return f"{capital(label)}: {grade}. {capital(why)}."

    def nothing_allowed(self, item: str, claimed: str, why: Sequence[str]) -> str:
        return f"{capital(item)}: {claimed} claimed, nothing allowed. {capital('; '.join(why))}."

    def left_out(self, item: str, amount: str | None, why: Sequence[str]) -> str:
        return f"Not counted: {item}{f', {amount}' if amount else ''} ({'; '.join(why)})."

    def recorded(self, finding: str, value: str, by: str | None, on: str | None, reason: str | None) -> str:
        made = ", ".join([by or "by whom is not recorded", *([on] if on else [])])
        why = f" Reason: {reason.rstrip('。；.; ')}." if reason else ""
        return f"{self.heading(finding)}: {value} ({made}).{why}"

    def parameter(self, label: str, value: str, since: str | None, overlay: str | None, *, given: bool) -> str:
        start = f", in force since {since}" if since and not given else ""
        said = ", as given by the agency" if given else f", as the overlay {quoted(overlay)} has it" if overlay else ""
        return f"{capital(label)}: {value}{start}{said}."

    def formula_differs(self, value: str) -> str:
        return f" This is the figure that was published; its formula comes to {value}."

    def rounded_result(self, rounded: str, result: str) -> str:
        return f"{rounded}: {result}"

    def grade(self, label: str, reckoning: str, why_open: str) -> str:
        if why_open:
            return f"Whether {quoted(label)} applies is not settled ({why_open}); if so: {reckoning}."
        return f"{quoted(capital(label))} applies: {reckoning}."

    def stacking(self, how: str) -> str:
        return {
            "highest_per_person": "Where several apply, the highest is paid, and they do not add up.",
            "once_per_person": "Where several apply, only the first in the list is paid.",
            "sum": "Where several apply, they add up.",
        }[how]

    def phase_out(self, start: str, end: str, months: int, decided: str | None) -> str:
        so_granted = "" if decided else ", as it was granted"
        said = f"From {start}, for {_months(months)}{so_granted}, until {end}."
        return said + (self._if_decided(decided) if decided else "")

    def phase_out_open(
        self, start: str, least: tuple[int, str] | None, most: tuple[int, str] | None, decided: str | None
    ) -> str:
        ends = [
            f"{word} {_months(end[0])} (until {end[1]})"
            for word, end in (("at least", least), ("at most", most))
            if end is not None
        ]
        said = f"From {start}; for how many months is not yet {'settled' if decided else 'recorded'}"
        said += f": {', '.join(ends)}." if ends else "."
        return said + (self._if_decided(decided) if decided else "")

    def _if_decided(self, day: str) -> str:
        return f" These months are counted as if the decision were taken on {day}; another day may move them."

    def granted_before(self, since: str, *, running: bool) -> str:
        open_ = "for how many months is not recorded, so it is not known whether it has ended"
        return f"it was granted from {since}{' and has not ended' if running else f'; {open_}'}"

    def outcome_of(self, label: str) -> str:
        return f"the outcome of {label}"

    def length_of(self, label: str) -> str:
        return f"length of: {label}"

    def schedule(self, months: Sequence[tuple[str, str]]) -> str:
        return "; ".join(f"{month} {amount}" for month, amount in months) + "."

    def case(self, label: str, persons: str | None, name: str) -> str:
        whose = f" ({persons})" if persons else ""
        return f"{capital(label)}{whose}: {name}."

    def ambiguous(self, names: str) -> str:
        return f"several hold ({names}), for the agency to settle"

    def clauses(self, cited: Sequence[tuple[str, Sequence[str]]]) -> str:
        return f" ({'; '.join(', '.join([title, *filter(None, clauses)]) for title, clauses in cited)})"

    def overrode(self, clauses: str, overlay: str | None) -> str:
        said = f"The overlay {quoted(overlay)} puts this" if overlay else "It stands"
        return f"{said} in the place of the wider rule{clauses}."

    def open_still(self, outcome: str, names: Sequence[str]) -> str:
        return f"{capital(outcome)}: {'; '.join(names)}."

    def other(self, headline: str, reasons: Sequence[str], standing: Sequence[str] = ()) -> str:
        failing = f" Not met: {'; '.join(reasons)}." if reasons else ""
        return headline + failing + (f" This is the case: {'; '.join(standing)}." if standing else "")

    def point(self, label: str, persons: str | None) -> str:
        return f"{label} ({persons})" if persons else label

    def paid(self, label: str, persons: str | None, amount: str) -> str:
        whose = f" ({persons})" if persons else ""
        return f"{label}{whose}, {amount}"

    def payment(self, payee: str, paid: Sequence[str], starts: str | None, form: str) -> str:
        since = f"{'; each' if len(paid) > 1 else ','} from {starts}" if starts else ""
        kind = {"cash": "", "loan": " (a loan)", "kind": " (in kind)"}[form]
        return f"To {payee}{kind}: {'; '.join(paid)}{since}."

    def not_settled(self, names: Sequence[str]) -> str:
        return f"Not settled yet, nor how much: {'; '.join(names)}."

    def counted_from(self, day: str, confirmed: str | None) -> str:
        counted = f"The first month paid is counted as if the decision were taken on {day}"
        if confirmed is None:
            return f"{counted}; another day may move it."
        recorded = f"The day of confirmation on record is {confirmed}"
        return f"{counted}. {recorded}: what was confirmed then is counted from it."

    def confirmed_once(self, day: str, programmes: Sequence[str]) -> str:
        counted = f"The one day of confirmation on record, {day}, counts as done for: {'; '.join(programmes)}"
        return f"{counted}. What was confirmed on another day belongs in a record of its own."

    def right_ends(self, by: str, unpaid: str) -> str:
        return f"As the facts stand, the conditions hold no longer by {by}; nothing is paid from {unpaid}."

    def ended(self, month: str, day: str) -> str:
        return f"What is in payment now: if this is decided on {day}, {month} is the last month paid."

    def run_out(self, day: str, unpaid: str) -> str:
        return f"What is in payment now: the phase-out ran out on {day}; nothing is paid from {unpaid}."

    def phase_out_over(self, end: str, *, ended: bool) -> str:
        met = f"The conditions are met again; the phase-out that was to run until {end} is over."
        return f"The phase-out ran out on {end}." if ended else met

    def replaced(self, former: str, last: str, first: str) -> str:
        return f"The {former} a month in payment now is paid up to and including {last}, the new amount from {first}."

    def nothing(self, amount: str, former: str | None) -> str:
        ends = f"; the {former} a month paid until now ends" if former else ""
        return f"What is paid: the rules come to {amount} a month{ends}."

    def entitlement(self, programme: str, label: str, persons: str | None, to: Sequence[str], *, may: bool) -> str:
        whose = f" ({persons})" if persons else ""
        given = f": {', '.join(to)}" if to else ""
        named = f": {label}" if label != programme else ""
        return f"{capital(programme)}{whose}{named}{given}{' (may be given)' if may else ''}."

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
        whose = f" ({persons})" if persons else ""
        where = f"{', to' if offices else ':'} {', '.join(to)}" if to else ""
        when = f", by {due}" if due else ""
        return f"{capital(label)}{whose}{where}{f', {task}' if task else ''}{when}."

    def time_counts(self, day: str) -> str:
        return f"The time counts from {day}."

    def gate(self, label: str, *, needed: bool | None, certain: bool, task: str | None, unknown: str) -> str:
        if needed is None:
            return f"{capital(label)}: whether it is needed is not settled; not known: {unknown}."
        said = ("needed" if certain else "to be done unless it proves needless") if needed else "may be left out"
        return f"{capital(label)}: {said}{f', {task}' if task else ''}."

    def deadline(self, label: str, deadline: Deadline, due: str, done: str | None) -> str:
        longer = " (extended under the rules)" if deadline.extended else ""
        name = capital(label)
        return {
            "running": f"{name}: to be done by {due}{longer}.",
            "met": f"{name}: done in time on {done}; the deadline was {due}{longer}.",
            "late": f"{name}: done on {done}, after the deadline of {due}{longer}.",
            "overdue": f"{name}: the deadline of {due} has passed and it is not done{longer}.",
            "undetermined": f"{name}: due by {due}{longer}; whether it was done is not recorded.",
        }[deadline.state]

    def passed(self, day: str) -> str:
        return f"{day} (which has passed)"

    def estimated(self, day: str) -> str:
        return f"{day} (an estimate: the holidays on the way are not announced yet)"

    def deadline_open(self, label: str, due: str, extended: str, unknown: str) -> str:
        return f"{capital(label)}: to be done by {due}, or by {extended} if extended; not known: {unknown}."

    def cadence(self, label: str, about: str | None, due: str, *, overdue: bool) -> str:
        whose = f" ({about})" if about else ""
        return f"{capital(label)}{whose}: " + (
            f"was due by {due} and is overdue." if overdue else f"next due by {due}."
        )

    def check(self, label: str, persons: str | None, state: str, shortfall: str | None, why: str) -> str:
        whose = f" ({persons})" if persons else ""
        lacks = between(shortfall or "", " to ")
        short = f", {lacks} short" if lacks and lacks not in why else ""
        said = {"not_kept": f"not so now{short}", "undetermined": "it is not settled whether that is so"}[state]
        return f"Required: {quoted(label)}{whose}; {said}. {capital(why)}."

    def asked_office(self, offices: Sequence[str]) -> str:
        return capital(" or ".join(offices) or "the agency")

    def asked(self, whom: str, what: str) -> str:
        return f"{whom}: {what}".rstrip()

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
        named = ", ".join(quoted(label) for label in labels) + (f" ({persons})" if persons else "")
        said = {
            "fact": f"{named} {'is' if len(labels) == 1 else 'are'} not recorded",
            "list": f"{named}: nothing is recorded, not even that there are none",
            "finding": f"{named} {'awaits' if len(labels) == 1 else 'await'} a finding",
            "parameter": f"no local value has been given for {named}",
        }[kind]
        if lapsed is not None and kind == "parameter":
            later = "has been given" if known is None else f"was announced by {known}"
            said = f"the last value of {named} was in force until {lapsed}, and no later one {later}"
        elif lapsed is not None:
            said = f"the finding on {named} lapsed on {lapsed} and awaits a new one"
        if begins is not None:
            said = f"{named} has a value only from {begins}"
        turns_on = f"this bears on: {bears_on}." if bears_on else "other answers may make this needless."
        return f"{said}; " + (f"with it this is settled: {settles}." if settles else turns_on)

    def deadlines_open(self, labels: Sequence[str], deadlines: Sequence[str]) -> str:
        missing, open_ = (", ".join(quoted(name) for name in names) for names in (labels, deadlines))
        return f"{missing} {'is' if len(labels) == 1 else 'are'} not recorded; not settled for that: {open_}."

    def reading(self, rule: str, label: str, option: str | None, alternatives: Sequence[str], *, default: bool) -> str:
        if option is None:
            return f"{capital(rule)}: {label}."
        chosen = f"Taken as {quoted(option)}" if default else f"As chosen, taken as {quoted(option)}"
        other = f"; the other reading is {' or '.join(map(quoted, alternatives))}" if alternatives else ""
        return f"{capital(rule)}: {label}. {chosen}{other}."

    def notice(self, about: str, text: str) -> str:
        return f"{capital(about)}: {text}."

    def convention(self, sentence: str, rules: Sequence[str]) -> str:
        return f"{capital('; '.join(dict.fromkeys(rules)))}: {sentence}."

    def differs(self, names: Sequence[str]) -> str:
        return f"The second engine derived these conclusions differently; the exact result stands: {', '.join(names)}."


def _months(count: int) -> str:
    return f"{count} month{'' if count == 1 else 's'}"
