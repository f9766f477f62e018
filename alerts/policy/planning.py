"""A dose that is planned: A28 where CRS stands against it, A26 where nothing lies ready for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Condition, Family, Rule


@dataclass(frozen=True, slots=True)
class PlannedFacts:
    """The next dose that is planned, and what stands against it.

    `window_opens_at`: of the window that this dose would open, None where it opens none.
    `crs_ended_at`: of the last episode, None while one is open or where there was none.
    `worst_after_first`: the gravest grade since the first dose of the course.
    `supply_seen_at`: when somebody last saw tocilizumab ready, None for never.
    """

    therapy: str
    planned_at: datetime
    recorded_at: datetime
    at_least: int = 0
    window_opens_at: datetime | None = None
    crs_ended_at: datetime | None = None
    worst_after_first: int = 0
    supply_seen_at: datetime | None = None


def next_dose(plan: PlannedFacts | None, book: Rulebook) -> list[Condition]:
    """A28: CRS stands, ended too short a time before, or the first dose was answered gravely."""
    if plan is None:
        return []
    numbers = book.a28
    stands = plan.at_least >= numbers.from_grade
    if not (stands or _is_too_soon(plan, book) or _was_grave(plan, book)):
        return []
    step = plan.at_least if stands else 0
    return [Condition(Rule.A28, Family.DRUG_TIMING, numbers.severity, step, since=plan.recorded_at)]


def supply(plan: PlannedFacts | None, *, at: datetime, book: Rulebook) -> list[Condition]:
    """A26: a window opens within a day, and nobody saw tocilizumab ready in the week before."""
    numbers = book.a26
    if plan is None or plan.window_opens_at is None:
        return []
    due = plan.window_opens_at - timedelta(hours=numbers.hours_before)
    looked_from = plan.window_opens_at - timedelta(days=numbers.counts_for_days)
    is_seen = plan.supply_seen_at is not None and plan.supply_seen_at >= looked_from
    if at < due or is_seen:
        return []
    return [Condition(Rule.A26, Family.DATA_QUALITY, numbers.severity, 0, since=due)]


def _is_too_soon(plan: PlannedFacts, book: Rulebook) -> bool:
    numbers, ended = book.a28, plan.crs_ended_at
    if plan.therapy not in numbers.apart_therapies or ended is None:
        return False
    return plan.planned_at - ended < timedelta(hours=numbers.apart_hours)


def _was_grave(plan: PlannedFacts, book: Rulebook) -> bool:
    numbers = book.a28
    is_of_these = plan.therapy in numbers.split_therapies
    return is_of_these and plan.worst_after_first >= numbers.split_from_grade
