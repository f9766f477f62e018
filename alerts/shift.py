"""What a shift came to on a ward: sets, alerts, overrides, corrections and gaps in the rota."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from statistics import median
from typing import Final

from django.db.models import Min, Q

from alerts import rota_plan, shift_acts
from alerts.events import Happened
from alerts.models import Alert, AlertState, AnsweredDue, DueSet
from alerts.policy import Severity
from alerts.rota_plan import Gap
from alerts.shift_acts import Act
from alerts.today import Compliance
from patients.models import Stay
from staff.models import Ward
from vitals import schedule

CHANGES_AT: Final = (time(7), time(19))  # on the ward's clock; a configuration default


@dataclass(frozen=True, slots=True)
class Span:
    """A shift from and until, as far as it has gone."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies in it; the end belongs to the next."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The alerts of one priority; `median_minutes` None: nobody has answered one."""

    severity: str
    raised: int
    answered: int
    open: int
    median_minutes: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """A shift as it is known now."""

    span: Span
    compliance: Compliance
    lost_by_hour: Mapping[datetime, int]
    answers: Sequence[AnswerRow]
    overrides: Sequence[Act]
    corrections: Sequence[Act]
    gaps: Sequence[Gap]


def span_of(at: datetime, *, zone: tzinfo, back: int = 0) -> Span:
    """Return the shift that holds a moment, or one so many shifts back, on the ward's clock."""
    day = at.astimezone(zone).date()
    marks = sorted(
        datetime.combine(day + timedelta(days=days), clock, tzinfo=zone)
        for days in range(-back - 2, 3)
        for clock in CHANGES_AT
    )
    index = max(n for n, mark in enumerate(marks) if mark <= at) - back
    return Span(marks[index], marks[index + 1])


def report(ward: Ward, span: Span, *, now: datetime) -> Report:
    """Return what came of the shift up to now; as many queries for a full ward as for one bed."""
    until = min(span.end, now)
    here = _patients(ward, span)
    kept, lost = _sets(ward, span, now=now)
    return Report(
        span=span,
        compliance=Compliance(kept, kept + sum(lost.values())),
        lost_by_hour=lost,
        answers=_answers(ward, span),
        overrides=shift_acts.overrides(ward, here, start=span.start, end=span.end),
        corrections=shift_acts.corrections(here, start=span.start, end=span.end),
        gaps=rota_plan.gaps(ward, start=span.start, end=until) if until > span.start else [],
    )


def _patients(ward: Ward, span: Span) -> list[int]:
    rows = Stay.objects.filter(Q(discharged_at=None) | Q(discharged_at__gt=span.start))
    return list(rows.filter(ward=ward, admitted_at__lt=span.end).values_list("patient", flat=True))


def _sets(ward: Ward, span: Span, *, now: datetime) -> tuple[int, dict[datetime, int]]:
    """How many due sets were kept, and by the hour how many passed their grace without one.

    A set that came late lost one due time for each interval that it was late. One that has not
    come yet counts only while the shift lasts; nobody is asked for who is off the ward or asleep.
    """
    rows = AnsweredDue.objects.filter(ward=ward, due_at__gte=span.start, due_at__lt=span.end)
    kept, lost = 0, Counter[datetime]()
    for due_at, interval, count in rows.values_list("due_at", "interval_minutes", "lost"):
        kept += count == 0
        _count(lost, due_at, interval, count, ward.zone)
    if span.holds(now):
        for due in DueSet.objects.filter(ward=ward, due_at__gte=span.start, due_at__lt=now):
            if not _is_excused(due, now=now):
                waiting = schedule.lost_count(
                    now=now, due_at=due.due_at, interval_minutes=due.interval_minutes
                )
                _count(lost, due.due_at, due.interval_minutes, waiting, ward.zone)
    return kept, dict(sorted(lost.items()))


def _count(
    lost: Counter[datetime], due_at: datetime, interval: int, count: int, zone: tzinfo
) -> None:
    for number in range(count):
        at = (due_at + timedelta(minutes=interval * number)).astimezone(zone)
        lost[at.replace(minute=0, second=0, microsecond=0)] += 1


def _is_excused(due: DueSet, *, now: datetime) -> bool:
    asleep = due.sleep_from is not None and due.sleep_until is not None
    return due.is_paused or (asleep and due.sleep_from <= now < due.sleep_until)  # type: ignore[operator]


def _answers(ward: Ward, span: Span) -> list[AnswerRow]:
    first = Min("events__at", filter=Q(events__kind=Happened.ACKNOWLEDGED))
    rows = list(
        Alert.objects.filter(ward=ward, raised_at__gte=span.start, raised_at__lt=span.end)
        .annotate(first_at=first)
        .order_by()
        .values_list("severity", "state", "raised_at", "first_at")
    )
    return [_answer(severity.value, rows) for severity in Severity]


def _answer(severity: str, rows: Iterable[tuple[str, str, datetime, datetime | None]]) -> AnswerRow:
    mine = [row for row in rows if row[0] == severity]
    waits = [(at - raised) / timedelta(minutes=1) for _, _, raised, at in mine if at is not None]
    return AnswerRow(
        severity=severity,
        raised=len(mine),
        answered=len(waits),
        open=sum(state == AlertState.OPEN for _, state, _, _ in mine),
        median_minutes=median(waits) if waits else None,
    )
