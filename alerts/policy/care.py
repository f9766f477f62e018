"""What a palliative plan changes: a grade is shown, and calls nobody at once. No Django here."""

from collections.abc import Sequence
from dataclasses import replace

from alerts.policy.vocabulary import Condition, Family, Severity


def softened(found: Sequence[Condition]) -> list[Condition]:
    """Return the conditions as they stand under a palliative plan.

    A grade alert that would be P1, or would become it by silence, is P3: on the board, with
    the plan beside it. Nothing is left out, and what is no grade stays as grave as it is.
    """
    return [
        replace(each, severity=Severity.P3, is_provisional=False, confirm_within_minutes=None)
        if each.family is Family.CRS_GRADE and _is_urgent(each)
        else each
        for each in found
    ]


def _is_urgent(condition: Condition) -> bool:
    return condition.severity is Severity.P1 or condition.is_provisional
