"""The alerts of a ward over some days, held against their budget: a handful of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from alerts import acts, noise, tallies
from alerts.acts import Charted
from alerts.events import Happened
from alerts.models import AlertEvent, Notification, SnoozeReason
from alerts.noise import Band, Event, Share
from alerts.tallies import AnswerRow, BandRow, Grades, RuleRow, RungRow, Story
from grading.models import Assessment, Confirmation, Decision
from grading.services import SCALE
from patients.models import Stay, Treatment
from staff.models import Ward

SPANS_DAYS: Final = (7, 28)
# Shipped, not yet clinically approved.
BUDGET_PER_PATIENT_DAY: Final = {Band.CALM: 0.5, Band.ILL: 3.0}  # up to and including
BUDGET_ANSWER_MINUTES: Final = {"P1": 5, "P2": 15}  # the median; up to and including
BUDGET_P1_ACTED_PERCENT: Final = 40  # at least
_WAITS_TOO_LONG: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """The messages of one channel."""

    channel: str
    owed: int
    accepted: int
    refused: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The alerts raised on a ward between two moments."""

    since: datetime
    until: datetime
    alerts: int
    bands: tuple[BandRow, ...]
    rules: tuple[RuleRow, ...]
    answers: tuple[AnswerRow, ...]
    p1_share: Share
    put_off: Mapping[str, int]
    closed: Mapping[str, int]
    rejected_grades: int
    rungs: tuple[RungRow, ...]
    messages: tuple[MessageRow, ...]
    nobody_to_tell: int


def of_ward(ward: Ward, *, days: int, now: datetime) -> Statistics:
    """Return what the ward's alerts of the last days came to; seven queries, however many."""
    since = now - timedelta(days=days)
    stories = _stories(ward, since=since, until=now)
    firings = [f for each in stories for f in noise.firings_of(each.patient_id, each.events)]
    stays = list(
        Stay.objects.filter(Q(discharged_at=None) | Q(discharged_at__gt=since))
        .filter(ward=ward, admitted_at__lt=now)
        .values_list("patient_id", "admitted_at", "discharged_at")
    )
    patients = {row[0] for row in stays} | {each.patient_id for each in stories}
    sets = _sets(patients, since=since - noise.GRADE_HOLDS, until=now)
    said = _confirmations(patients, since=since, until=now)
    done = _acts(patients, sets, said, since=since, until=now)
    return Statistics(
        since=since,
        until=now,
        alerts=len(stories),
        bands=tallies.bands(stories, stays, sets, since=since, until=now),
        rules=tallies.rules(stories, firings, done, now=now),
        answers=tallies.answers(noise.answer_of(each.events) for each in stories),
        p1_share=noise.share_of((f for f in firings if f.severity == "P1"), done, now=now),
        put_off=tallies.counted(stories, Happened.SNOOZED, "reason", dict(SnoozeReason.choices)),
        closed=tallies.counted(stories, Happened.CLOSED, "reason", {}, by_person=True),
        rejected_grades=sum(decision == Decision.REJECTED for _, _, decision in said),
        rungs=tallies.rungs(stories),
        messages=_messages(ward, since=since, now=now),
        nobody_to_tell=sum(
            any(kind == Happened.NOBODY_TO_TELL for kind, _ in each.raw) for each in stories
        ),
    )


def _stories(ward: Ward, *, since: datetime, until: datetime) -> list[Story]:
    rows = AlertEvent.objects.filter(
        alert__ward=ward, alert__raised_at__gte=since, alert__raised_at__lte=until
    ).order_by("alert_id", "seq")
    found: dict[int, Story] = {}
    for alert_id, patient_id, kind, at, by_id, detail in rows.values_list(
        "alert_id", "alert__patient_id", "kind", "at", "by_id", "detail"
    ):
        story = found.setdefault(alert_id, Story(patient_id, [], []))
        story.events.append(
            Event(
                kind,
                at,
                rule=detail.get("rule", ""),
                severity=detail.get("severity", ""),
                by_person=by_id is not None,
                eta_given=detail.get("eta_minutes") is not None,
            )
        )
        story.raw.append((kind, detail))
    return list(found.values())


def _sets(
    patients: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, list[tuple[int | None, Charted]]]:
    """The CRS grade of every set with the support it shows, oldest first."""
    rows = Assessment.objects.filter(
        patient_id__in=list(patients), scale=SCALE, taken_at__gte=since, taken_at__lte=until
    ).in_force()
    found: dict[int, list[tuple[int | None, Charted]]] = defaultdict(list)
    for patient_id, taken_at, grade, at_least, device, flow, pressors in rows.order_by(
        "taken_at", "observation_set_id"
    ).values_list(
        "patient_id", "taken_at", "grade", "at_least", "observation_set__oxygen_device",
        "observation_set__oxygen_flow_lpm", "observation_set__vasopressors",
    ):  # fmt: skip
        running = acts.drugs_among(pressors)
        found[patient_id].append((grade, Charted(taken_at, at_least, device, flow, running)))
    return found


def _confirmations(
    patients: Iterable[int], *, since: datetime, until: datetime
) -> list[tuple[int, datetime, str]]:
    rows = Confirmation.objects.filter(
        patient_id__in=list(patients), recorded_at__gte=since, recorded_at__lte=until
    )
    return list(rows.in_force().values_list("patient_id", "recorded_at", "decision"))


def _acts(
    patients: Iterable[int],
    sets: Grades,
    said: Iterable[tuple[int, datetime, str]],
    *,
    since: datetime,
    until: datetime,
) -> dict[int, list[datetime]]:
    """When somebody acted on each patient, rising (noise.ACTED_WORDS)."""
    done: dict[int, list[datetime]] = defaultdict(list)
    given = Treatment.objects.filter(
        patient_id__in=list(patients), started_at__gte=since, started_at__lte=until
    ).in_force()
    for patient_id, started_at, code in given.values_list("patient_id", "started_at", "code"):
        if acts.is_action(code):
            done[patient_id].append(started_at)
    for patient_id, recorded_at, _ in said:
        done[patient_id].append(recorded_at)
    for patient_id, charted in sets.items():
        done[patient_id] += acts.steps_up(each for _, each in charted)
    return {patient_id: sorted(moments) for patient_id, moments in done.items()}


def _messages(ward: Ward, *, since: datetime, now: datetime) -> tuple[MessageRow, ...]:
    late = Q(due_at__lt=now - _WAITS_TOO_LONG)
    unsent = Q(pk__in=Notification.objects.all().unsent().values("pk"))
    rows = (
        Notification.objects.filter(alert__ward=ward, alert__raised_at__gte=since)
        .filter(alert__raised_at__lte=now, dropped_at=None)
        .order_by("channel")
        .values("channel")
        .annotate(
            owed=Count("pk"),
            accepted=Count("pk", filter=Q(sent_at__isnull=False)),
            refused=Count("pk", filter=Q(failed_at__isnull=False)),
            waiting=Count("pk", filter=late & unsent),
        )
    )
    return tuple(MessageRow(**row) for row in rows)
