"""The job in plain Python, as one would write it by hand: what every engine has to come to, and is timed beside."""

from __future__ import annotations

from typing import Any

from dibao_job import ON, STANDARD

_SEVENTY = ON.replace(year=ON.year - 70).toordinal()
_RATES = {standard: [(standard * rate + 50) // 100 for rate in (30, 20, 10)] for standard in STANDARD.values()}

Row = tuple[int, int, int, bool, int, int, int, int, int, int]
Step = tuple[str, tuple[Any, ...], Any]
"""The name of a rule, what it read, what it came to."""


def decided(household: dict[str, Any]) -> Row:
    """The ten outputs."""
    standard = 52_000 if household["urban"] else 41_600
    members = household["members"]
    count = len(members)
    whole = standard * count
    income = sum(member["income"] for member in members) - min(household["claimed"], household["documented"])
    countable = income if income > 0 else 0
    exclusions = (
        (1 if household["cars"] else 0)
        | (2 if household["shops"] else 0)
        | (4 if household["savings"] > 24 * whole else 0)
    )
    per_person = (2 * countable + count) // (2 * count)
    eligible = not exclusions and countable < whole
    top_up = supplement = months = persons = alone_top_up = alone_supplement = 0
    if eligible:
        top_up = whole - countable
        high, aged, low = _RATES[standard]
        single_parent = household["single_parent"]
        for member in members:
            if member["ill"] or 0 < member["grade"] < 3:
                supplement += high
            elif member["born"] <= _SEVENTY:
                supplement += aged
            elif member["student"] or single_parent:
                supplement += low
    elif not exclusions:
        if household["in_payment"] and countable > whole:
            tenth = 10 * countable
            months = 12 if tenth <= 11 * whole else 6 if tenth <= 13 * whole else 3 if tenth <= 15 * whole else 0
        if 2 * countable <= 3 * whole:
            for member in members:
                if (member["ill"] or 0 < member["grade"] < 3) and member["income"] < standard:
                    persons += 1
                    alone_top_up += standard - member["income"]
                    alone_supplement += _RATES[standard][0]
    return (
        exclusions,
        countable,
        per_person,
        eligible,
        top_up,
        supplement,
        months,
        persons,
        alone_top_up,
        alone_supplement,
    )


def traced(household: dict[str, Any]) -> tuple[Row, list[Step]]:
    """The ten outputs, and every rule with what it read and what it came to."""
    standard = 52_000 if household["urban"] else 41_600
    members = household["members"]
    count = len(members)
    whole = standard * count
    incomes = tuple(member["income"] for member in members)
    claimed, documented = household["claimed"], household["documented"]
    income = sum(incomes) - min(claimed, documented)
    countable = income if income > 0 else 0
    car, shop, savings = household["cars"] > 0, household["shops"] > 0, household["savings"] > 24 * whole
    exclusions = car | shop << 1 | savings << 2
    per_person = (2 * countable + count) // (2 * count)
    poor = countable < whole
    eligible = not exclusions and poor
    steps: list[Step] = [
        ("standard", (household["urban"], count), whole),
        ("countable", (incomes, claimed, documented), countable),
        ("per_person", (countable, count), per_person),
        ("car", (household["cars"],), car),
        ("shop", (household["shops"],), shop),
        ("savings", (household["savings"], whole), savings),
        ("means_test", (countable, whole), poor),
        ("eligible", (exclusions, poor), eligible),
    ]
    top_up = supplement = months = persons = alone_top_up = alone_supplement = 0
    if eligible:
        top_up = whole - countable
        steps.append(("top_up", (whole, countable), top_up))
        high, aged, low = _RATES[standard]
        single_parent = household["single_parent"]
        for place, member in enumerate(members):
            if member["ill"] or 0 < member["grade"] < 3:
                grade, amount = "severe", high
            elif member["born"] <= _SEVENTY:
                grade, amount = "aged", aged
            elif member["student"] or single_parent:
                grade, amount = "low", low
            else:
                grade, amount = "none", 0
            supplement += amount
            steps.append(("supplement", (place, grade, standard), amount))
    elif not exclusions:
        if household["in_payment"] and countable > whole:
            tenth = 10 * countable
            months = 12 if tenth <= 11 * whole else 6 if tenth <= 13 * whole else 3 if tenth <= 15 * whole else 0
        steps.append(("months", (household["in_payment"], countable, whole), months))
        within = 2 * countable <= 3 * whole
        steps.append(("in_reach", (countable, whole), within))
        if within:
            for place, member in enumerate(members):
                severe = member["ill"] or 0 < member["grade"] < 3
                included = severe and member["income"] < standard
                steps.append(("alone", (place, severe, member["income"], standard), included))
                if included:
                    persons += 1
                    alone_top_up += standard - member["income"]
                    alone_supplement += _RATES[standard][0]
    row = (
        exclusions,
        countable,
        per_person,
        eligible,
        top_up,
        supplement,
        months,
        persons,
        alone_top_up,
        alone_supplement,
    )
    return row, steps
