"""Values that a caller names as the income, the persons or the line of a household: of one unit, not confidential."""

from __future__ import annotations

from aidrules.decision.decide import InForce
from aidrules.decision.names import names_of
from aidrules.errors import DecisionError, Problem
from aidrules.facts.problems import printable
from aidrules.language.fields import near


def measure(rules: InForce, argument: str, name: object, unit: str, advice: str | None = None) -> str:
    """The definition of the household that is meant; the value of a parameter goes by its name.

    Args:
        rules: which define it.
        argument: of the caller.
        name: as it was given.
        unit: which it must have.
        advice: what to do where there is no such value.

    Raises:
        DecisionError: no text, no such value, or one that may not be told: it would stand there for each household.
    """
    expected = f"a value of the household in {unit}"
    if not isinstance(name, str):
        raise DecisionError(Problem(f"found a {type(name).__name__}", argument, expected=f"the name of {expected}"))
    definitions, names = rules.compiled.definitions, names_of(rules.compiled)
    fitting = [
        key
        for key, each in definitions.items()
        if not (each.owner or each.hidden) and each.type.name == "number" and str(names.shown_unit(each.type)) == unit
    ]
    for meant in (name, f"{name}.value"):
        if meant in fitting:
            if not names.may_be_told(meant):
                raise DecisionError(names.confidential(meant, argument))
            return meant
    found = f"'{printable(name)}' is {'not such a value' if name in definitions else 'no value of the pack'}"
    hint = advice or near(name[:60], filter(names.may_be_told, fitting))
    raise DecisionError(Problem(found, argument, expected=expected, hint=hint))
