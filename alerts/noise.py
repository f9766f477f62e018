"""How loud alerts are, and how often they were right: arithmetic over what happened, no queries.

The budget is a shipped default, not yet clinically approved.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil
from typing import Final

from alerts.events import Happened

ACTED_WITHIN: Final = timedelta(hours=6)
# In words, for every place that shows the share.
ACTED_WORDS: Final = (
    "An alert counts as acted on when, within 6 hours of it, an anti-cytokine drug, a steroid or "
    "a vasopressor was started, oxygen was started or stepped up, the computed grade rose, a "
    "clinician gave their word on a grade, or somebody answered with the time they come. Alerts "
    "younger than 6 hours count only once they were acted on."
)
PER_PATIENT_DAY: Final = "interruptive alerts per patient-day"
# A grade says how a patient is for so long; after it nothing is known.
GRADE_HOLDS: Final = timedelta(hours=24)
REVIEW_FROM_FIRINGS: Final = 100  # at least
REVIEW_BELOW_PERCENT: Final = 15  # below, not at
# Fewer than these say nothing.
FEWEST: Final = 5
FEWEST_FOR_P90: Final = 10
FEWEST_PATIENT_DAYS: Final = 1.0
INTERRUPTS: Final = frozenset({"P1", "P2"})
_TELLS: Final = frozenset(
    {Happened.RAISED, Happened.WORSENED, Happened.CONFIRMED, Happened.NOT_RECHECKED}
)
_ANSWERS: Final = frozenset(
    {Happened.ACKNOWLEDGED, Happened.HANDED_OVER, Happened.SNOOZED, Happened.CLOSED}
)


class Band(StrEnum):
    """How ill the patient was by the computed CRS grade."""

    CALM = "grade_0_1"
    ILL = "grade_2_and_more"
    UNKNOWN = "grade_unknown"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of an alert; `rule` and `severity` as they stood after it, “” where unchanged."""

    kind: str
    at: datetime
    rule: str = ""
    severity: str = ""
    by_person: bool = False
    eta_given: bool = False


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that asked for somebody: once per alert and rule, at its gravest."""

    patient_id: int
    rule: str
    severity: str
    at: datetime
    eta_given_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How long an alert waited for a person at its severity; None: nobody answered it."""

    severity: str
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many; None percent while there are too few to say."""

    acted: int
    judged: int

    @property
    def percent(self) -> float | None:
        """0 to 100."""
        return 100 * self.acted / self.judged if self.judged >= FEWEST else None


def firings_of(patient_id: int, events: Sequence[Event]) -> list[Firing]:
    """Return which rules an alert fired for; `events` in their order."""
    found: dict[str, Firing] = {}
    rule = ""
    promised = [e.at for e in events if e.kind == Happened.ACKNOWLEDGED and e.eta_given]
    for event in events:
        if event.kind not in _TELLS:
            continue
        rule = event.rule or rule
        held = found.get(rule)
        since = held.at if held else event.at
        gravest = min(event.severity, held.severity) if held else event.severity
        eta = next((at for at in promised if at >= since), None)
        found[rule] = Firing(patient_id, rule, gravest, since, eta)
    return list(found.values())


def interrupted_at(events: Iterable[Event]) -> datetime | None:
    """Return when an alert first interrupted somebody (P1 or P2); None when it never did."""
    return next((e.at for e in events if e.kind in _TELLS and e.severity in INTERRUPTS), None)


def answer_of(events: Sequence[Event]) -> Answer:
    """Return the wait for the first person who took it, put it off or closed it.

    From when it first had the severity that it was answered at, or its gravest if nobody
    answered. What worsens after the answer is another question.
    """
    since: dict[str, datetime] = {}
    for event in events:
        if event.kind in _TELLS:
            gravest = min([event.severity, *since])
            since.setdefault(gravest, event.at)
        elif event.kind in _ANSWERS and event.by_person and since:
            gravest = min(since)
            return Answer(gravest, (event.at - since[gravest]) / timedelta(minutes=1))
    return Answer(min(since, default=""), None)


def was_acted_on(firing: Firing, acts: Sequence[datetime], *, now: datetime) -> bool | None:
    """Whether somebody acted in time (ACTED_WORDS); None while there is time left to.

    `acts` are the patient's, rising; one at the firing itself led to it and does not count.
    """
    until = firing.at + ACTED_WITHIN
    later = bisect_right(acts, firing.at)
    if later < len(acts) and acts[later] <= until:
        return True
    if firing.eta_given_at is not None and firing.eta_given_at <= until:
        return True
    return False if now >= until else None


def share_of(firings: Iterable[Firing], acts: Mapping[int, Sequence[datetime]], *, now: datetime
             ) -> Share:  # fmt: skip
    """Return how many firings were acted on, of those that can be judged."""
    answers = [was_acted_on(each, acts.get(each.patient_id, ()), now=now) for each in firings]
    return Share(answers.count(True), len(answers) - answers.count(None))


def is_to_review(fired: int, share: Share) -> bool:
    """Whether a rule fires so often for so little that people should look at it."""
    percent = share.percent
    return fired >= REVIEW_FROM_FIRINGS and percent is not None and percent < REVIEW_BELOW_PERCENT


def percentile(values: Sequence[float], percent: int, *, fewest: int) -> float | None:
    """Return the nearest-rank percentile; None of fewer values than say anything."""
    if len(values) < fewest:
        return None
    return sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)]


def band_of(grade: int | None, at_least: int) -> Band:
    """At least 2 is known to be that ill; 0 and 1 only count when the grade is known."""
    if at_least >= 2:
        return Band.ILL
    return Band.UNKNOWN if grade is None else Band.CALM


Marks = Sequence[tuple[datetime, Band]]


def band_at(marks: Marks, at: datetime) -> Band:
    """Return how ill the patient was; unknown before the first set and long after the last."""
    index = bisect_right(marks, at, key=lambda mark: mark[0]) - 1
    if index < 0 or at - marks[index][0] >= GRADE_HOLDS:
        return Band.UNKNOWN
    return marks[index][1]


def days_by_band(marks: Marks, *, start: datetime, end: datetime) -> dict[Band, float]:
    """Divide a patient's time into days of each band; the sum is the whole time."""
    edges = {start, end}
    for at, _ in marks:
        edges |= {edge for edge in (at, at + GRADE_HOLDS) if start < edge < end}
    total = dict.fromkeys(Band, 0.0)
    ordered = sorted(edges)
    for begin, stop in pairwise(ordered):
        total[band_at(marks, begin)] += (stop - begin) / timedelta(days=1)
    return total


def rate(count: int, patient_days: float) -> float | None:
    """Return the count per patient-day; None of less than a day."""
    return count / patient_days if patient_days >= FEWEST_PATIENT_DAYS else None
