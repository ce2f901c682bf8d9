"""Payments as a letter tells them: the totals of an outcome, and each payment with its payee and first month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules import calendar
from aidrules.decision.figures import Lang, date_text, is_wide, month_text
from aidrules.decision.forms import OPEN, Bounds, PaymentLine, PhaseOut
from aidrules.decision.grounds import Grounds
from aidrules.decision.letter import Line
from aidrules.decision.months import stage_of
from aidrules.decision.words import LetterWords, letter_words
from aidrules.language.fields import Label

if TYPE_CHECKING:
    from aidrules.decision.decision import Decision


@dataclass(frozen=True)
class Payments:
    """Tells the payments of one decision in one language."""

    decision: Decision
    lang: Lang
    grounds: Grounds

    @property
    def words(self) -> LetterWords:
        """The sentences of the language."""
        return letter_words(self.lang, self.decision.pack.subject)

    def totals(self, paid: Sequence[PaymentLine], currency: str, phase_out: PhaseOut | None) -> list[str]:
        """What is paid in all, by how often; nothing for what pays nothing. Loans are not added."""
        found = []
        for every in dict.fromkeys(line.every for line in paid if line.form != "loan"):
            lines = [line for line in paid if line.every == every and line.form != "loan"]
            if any(line.amount is None for line in lines):
                found.append(self.words.still_open(every, self._bounds(_added(lines), currency)))
            else:
                total = sum(line.amount for line in lines if line.amount is not None)
                found.append(self.words.each_time(self.grounds.money(total, currency), every))
        if phase_out is not None and found and (phase_out.end is not None or self._ends_openly(phase_out, paid)):
            end = phase_out.end and self._end_of_stage(phase_out)
            found.append(self.words.until(date_text(end, self.lang) if end else None))
        return found

    def _end_of_stage(self, phase_out: PhaseOut) -> date | None:
        """The last day on which a phase-out pays what it pays now."""
        stage = stage_of(phase_out, self.decision.on)
        return calendar.last_of_month(stage[-1].month) if stage else phase_out.end

    def _ends_openly(self, phase_out: PhaseOut, paid: Iterable[PaymentLine]) -> bool:
        """Whether a phase-out that certainly pays has an end that is not known, and not only confidential."""
        rule = self.decision.run.compiled.rules[phase_out.rule]
        is_private = self.decision._view.names.is_private_value(rule.roles["end"])
        return not is_private and all(line.amount is not None for line in paid)

    def _bounds(self, bounds: Bounds | None, currency: str) -> str | None:
        if bounds is None or is_wide(bounds.high - bounds.low):
            return None
        low, high = (self.grounds.money(end, currency) for end in (bounds.low, bounds.high))
        return self.grounds.phrases.words.between(low, high)

    def lines(self, programmes: Sequence[str] | None) -> list[Line]:
        """The payments that are settled, and in one line those that are not."""
        lines: list[Line] = []
        told = [p for p in self.decision.payments if programmes is None or p.programme in programmes]
        settled = [p for p in told if p.state not in OPEN and p.amount is not None]
        dated = False
        anew = False  # whether a payment begins that is not in payment already
        groups: dict[tuple[str, str | None, str, bool, date | None, date | None], list[str]] = {}
        for payment in settled:
            payee = self.words.payees.get(payment.payee) or self.grounds.office(payment.payee)
            whose = self.words.persons([payment.member]) if payment.member else None
            if payment.payee == "member" and whose is not None:
                payee, whose = whose, None
            going_on = self._goes_on(payment)
            starts = month_text(payment.starts, self.lang) if payment.starts and not going_on else None
            if starts is not None and payment.state != "phasing_out":
                dated, anew = True, anew or self.former(payment.programme, payment.member) is None
            amount = self.words.each_time(self.grounds.money(payment.amount, payment.currency), payment.every)
            paid = self.words.paid(self._label(payment.label), whose, amount)
            until = self._until(payment) if going_on else None
            groups.setdefault((payee, starts, payment.form, going_on, payment.ends, until), []).append(paid)
        for (payee, starts, form, going_on, ends, until), paid_to in groups.items():
            goes_on = self.words.unchanged(date_text(until, self.lang) if until else None)
            below = [Line(goes_on)] if going_on and not ends else []
            if ends is not None:
                unpaid = month_text(calendar.first_of_month(ends, 1), self.lang)
                by = date_text(calendar.last_of_month(self.decision.on), self.lang)
                below.append(Line(self.words.right_ends(by, unpaid)))
            lines.append(Line(self.words.payment(payee, paid_to, starts, form), below=tuple(below)))
        still_open = self._still_open([p for p in told if p not in settled])
        lines += [Line(self.words.not_settled(still_open))] if still_open else []
        if dated:
            confirmed = self._confirmed_in_another_month() if anew else None
            said = None if confirmed is None else date_text(confirmed, self.lang)
            lines.append(Line(self.words.counted_from(date_text(self.decision.on, self.lang), said)))
        return lines

    def _confirmed_in_another_month(self) -> date | None:
        """The day of confirmation on record, where months counted from it are not those told.

        It is one day for the whole case, and may be that of an older confirmation: what it stands for, a person says.
        """
        case = getattr(self.decision.subject, "case", None)
        day = case.decided_on if case is not None else None
        on = self.decision.on
        return day if isinstance(day, date) and (day.year, day.month) != (on.year, on.month) else None

    def _still_open(self, payments: Iterable[PaymentLine]) -> list[str]:
        """Payments of which it is not known whether, or how much, with the members concerned."""
        found: dict[str, list[str]] = {}
        for payment in payments:
            members = found.setdefault(self._label(payment.label), [])
            if payment.member is not None and payment.member not in members:
                members.append(payment.member)
        return [self.words.point(name, self.words.persons(who) if who else None) for name, who in found.items()]

    def _goes_on(self, payment: PaymentLine) -> bool:
        """Whether a payment belongs to a monthly amount that is paid already and stays the same."""
        outcome = self.decision.outcomes[payment.programme]
        whose = outcome.persons.get(payment.member or "", outcome)
        former = self.former(payment.programme, payment.member)
        stays = whose.phase_out is None or len({month.amount for month in whose.phase_out.schedule}) < 2
        return payment.every == "month" and former is not None and former == whose.monthly and stays

    def _until(self, payment: PaymentLine) -> date | None:
        """The last day of the phase-out that a payment belongs to."""
        outcome = self.decision.outcomes[payment.programme]
        phase_out = outcome.persons.get(payment.member or "", outcome).phase_out
        return phase_out.end if phase_out is not None else None

    def former(self, programme: str, member: str | None) -> Fraction | None:
        """What was last paid a month to who is in payment of a programme; None where nobody is, or it is unknown."""
        view, compiled = self.decision._view, self.decision.run.compiled
        names = f"{programme}.in_payment", f"{programme}.last_amount"
        if not all(name in compiled.definitions for name in names):
            return None
        for item in self.decision._outcomes.items_of(compiled.programmes[programme]):
            if view.member_id(item) == member or not item.owner:
                paid, last = (view.definition(name, item) for name in names)
                return last if paid is True and isinstance(last, Fraction) else None
        return None

    def _label(self, label: Label) -> str:
        return label.text(self.lang)


def _added(lines: Sequence[PaymentLine]) -> Bounds | None:
    if any(line.amount is None and line.bounds is None for line in lines):
        return None
    low = sum(line.bounds.low if line.bounds else line.amount or 0 for line in lines)
    high = sum(line.bounds.high if line.bounds else line.amount or 0 for line in lines)
    return Bounds(Decimal(low), Decimal(high))
