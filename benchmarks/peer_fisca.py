"""The job on OpenFisca-core and on PolicyEngine-core, which grew out of it: the same variables on either."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from dibao_job import ON, STANDARD, Population, Result

MONTH = f"{ON:%Y-%m}"
_SEVENTY = np.datetime64(ON.replace(year=ON.year - 70))
_HOUSEHOLD = {
    "urban": bool,
    "single_parent": bool,
    "in_payment": bool,
    "cars": int,
    "shops": int,
    "savings": int,
    "claimed": int,
    "documented": int,
}
_PERSON = {"grade": int, "ill": bool, "student": bool, "income": int}


class Fisca:
    """One of the two cores with the rules of the job.

    Args:
        core: `openfisca_core` or `policyengine_core`.
    """

    def __init__(self, core: str) -> None:
        self._builder = import_module(f"{core}.simulations").SimulationBuilder
        build_entity = import_module(f"{core}.entities").build_entity
        self._person = build_entity("person", "persons", "a person", is_person=True)
        roles = [{"key": "member", "plural": "members", "label": "a member"}]
        self._household = build_entity("household", "households", "a household", roles=roles)
        self.system = import_module(f"{core}.taxbenefitsystems").TaxBenefitSystem([self._person, self._household])
        self._periods = import_module(f"{core}.periods")
        self._variable = import_module(f"{core}.variables").Variable
        self._add_inputs()
        self._add_rules()

    def _add(self, name: str, entity: Any, kind: type, formula: Any = None) -> None:
        body = {
            "value_type": kind,
            "entity": entity,
            "definition_period": self._periods.MONTH,
            "label": name,
            **({} if formula is None else {"formula": formula}),
        }
        self.system.add_variable(type(name, (self._variable,), body))

    def _add_inputs(self) -> None:
        import datetime

        for name, kind in _HOUSEHOLD.items():
            self._add(name, self._household, kind)
        for name, kind in _PERSON.items():
            self._add(name, self._person, kind)
        self._add("born", self._person, datetime.date)

    def _add_rules(self) -> None:
        def standard(household: Any, period: Any) -> Any:
            return np.where(household("urban", period), STANDARD["urban"], STANDARD["rural"])

        def whole(household: Any, period: Any) -> Any:
            return household("standard", period) * household.nb_persons()

        def countable(household: Any, period: Any) -> Any:
            income = household.sum(household.members("income", period))
            return np.maximum(0, income - np.minimum(household("claimed", period), household("documented", period)))

        def per_person(household: Any, period: Any) -> Any:
            count = household.nb_persons()
            return (2 * household("countable", period) + count) // (2 * count)

        def exclusions(household: Any, period: Any) -> Any:
            savings = household("savings", period) > 24 * household("whole", period)
            return (household("cars", period) > 0) + 2 * (household("shops", period) > 0) + 4 * savings

        def eligible(household: Any, period: Any) -> Any:
            return (household("exclusions", period) == 0) & (
                household("countable", period) < household("whole", period)
            )

        def top_up(household: Any, period: Any) -> Any:
            gap = household("whole", period) - household("countable", period)
            return np.where(household("eligible", period), gap, 0)

        def severe(person: Any, period: Any) -> Any:
            grade = person("grade", period)
            return person("ill", period) | (grade == 1) | (grade == 2)

        def own_supplement(person: Any, period: Any) -> Any:
            low = person("student", period) | person.household("single_parent", period)
            tests = [person("severe", period), person("born", period) <= _SEVENTY, low]
            rate = np.select(tests, [30, 20, 10], 0)
            return (person.household("standard", period) * rate + 50) // 100

        def supplement(household: Any, period: Any) -> Any:
            return np.where(
                household("eligible", period), household.sum(household.members("own_supplement", period)), 0
            )

        def months(household: Any, period: Any) -> Any:
            tenth, line = 10 * household("countable", period), household("whole", period)
            after = household("in_payment", period) & (household("exclusions", period) == 0) & (tenth > 10 * line)
            found = np.select([tenth <= 11 * line, tenth <= 13 * line, tenth <= 15 * line], [12, 6, 3], 0)
            return np.where(after, found, 0)

        def in_reach(household: Any, period: Any) -> Any:
            within = 2 * household("countable", period) <= 3 * household("whole", period)
            return (household("exclusions", period) == 0) & ~household("eligible", period) & within

        def alone(person: Any, period: Any) -> Any:
            poor = person("income", period) < person.household("standard", period)
            return person.household("in_reach", period) & person("severe", period) & poor

        def persons_alone(household: Any, period: Any) -> Any:
            return household.sum(household.members("alone", period))

        def own_top_up(person: Any, period: Any) -> Any:
            gap = person.household("standard", period) - person("income", period)
            return np.where(person("alone", period), gap, 0)

        def top_up_alone(household: Any, period: Any) -> Any:
            return household.sum(household.members("own_top_up", period))

        def supplement_alone(household: Any, period: Any) -> Any:
            own = household.members("alone", period) * household.members("own_supplement", period)
            return household.sum(own)

        for rule in (severe, alone):
            self._add(rule.__name__, self._person, bool, rule)
        for rule in (own_supplement, own_top_up):
            self._add(rule.__name__, self._person, int, rule)
        for rule in (eligible, in_reach):
            self._add(rule.__name__, self._household, bool, rule)
        for rule in (
            standard,
            whole,
            countable,
            per_person,
            exclusions,
            top_up,
            supplement,
            months,
            persons_alone,
            top_up_alone,
            supplement_alone,
        ):
            self._add(rule.__name__, self._household, int, rule)

    def decided(self, people: Population, *, trace: bool = False) -> Result:
        """The ten outputs of all households; the simulation is built and run."""
        builder = self._builder()
        builder.create_entities(self.system)
        builder.declare_person_entity("person", np.arange(people.first[-1]))
        household = builder.declare_entity("household", np.arange(len(people)))
        of_household = np.repeat(np.arange(len(people)), people.sizes)
        builder.join_with_persons(household, of_household, ["member"] * int(people.first[-1]))
        simulation = builder.build(self.system)
        simulation.trace = trace
        for name in (*_HOUSEHOLD, *_PERSON, "born"):
            simulation.set_input(name, MONTH, getattr(people, name))
        return Result(*(simulation.calculate(name, MONTH) for name in Result.names()))
