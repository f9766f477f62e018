"""Open another ward's patient with two identifiers and a reason, end it early, and review it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db import transaction

from alerts import bulletins, privacy
from alerts.models import Topic
from audit import trail
from audit.models import AuditEntry
from charting import access
from charting.break_glass.models import BreakGlass, BreakGlassEnd, BreakGlassReview, Reason
from charting.models import PatientState
from staff.models import Role, User

# Two identifiers guessed this often in an hour are a search for somebody, not a slip.
MOST_MISSES: Final = 5
MISSES_WITHIN: Final = timedelta(hours=1)
_MISSED: Final = "break_glass.no_match"


class Outcome(StrEnum):
    """What came of asking."""

    OPENED = "opened"
    YOURS_ANYWAY = "yours_anyway"
    NO_MATCH = "no_match"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Asked:
    """Two identifiers, as typed, and why."""

    mrn: str
    birth_date: date
    reason: Reason
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome; the patient is named only where the asker may read them now."""

    outcome: Outcome
    patient_id: int | None = None
    opening: BreakGlass | None = None


@transaction.atomic
def open_patient(asked: Asked, *, by: User, now: datetime) -> Answer:
    """Let somebody read one patient for CRS_BREAK_GLASS_MINUTES, and owe the notice of it.

    The notice commits with the opening or not at all. No match, a patient whose birth
    date is not known and a wrong birth date are one answer, kept on record; after
    MOST_MISSES of them in an hour nothing is looked up any more.
    """
    # Takes the lock of this person's chain, so that attempts at once are counted one by one.
    _note("break_glass.asked", by, at=now)
    if _misses(by, now=now) >= MOST_MISSES:
        return Answer(Outcome.TOO_MANY)
    state = (
        PatientState.objects.select_related("ward")
        .filter(patient__mrn=asked.mrn, patient__birth_date=asked.birth_date)
        .first()
    )
    if state is None:
        _note(_MISSED, by, at=now)
        return Answer(Outcome.NO_MATCH)
    if access.is_theirs(by, state):
        return Answer(Outcome.YOURS_ANYWAY, state.pk)
    standing = BreakGlass.objects.in_force(now).filter(user=by, patient_id=state.pk).first()
    opening = standing or _opened(asked, state, by=by, now=now)
    return Answer(Outcome.OPENED, state.pk, opening)


@transaction.atomic
def end(opening: BreakGlass, *, now: datetime) -> bool:
    """End one's own opening before its time; false when it had ended."""
    if opening.ends_at <= now:
        return False
    _, is_new = BreakGlassEnd.objects.get_or_create(opening=opening, defaults={"at": now})
    if is_new:
        _on_patient("break_glass.ended", opening, opening.user, at=now)
    return is_new


@transaction.atomic
def review(opening: BreakGlass, *, finding: str, by: User, now: datetime) -> bool:
    """Keep what another person found; false when it was reviewed before, or is one's own."""
    if by.pk == opening.user_id:
        return False
    _, is_new = BreakGlassReview.objects.get_or_create(
        opening=opening, defaults={"at": now, "by": by, "finding": finding}
    )
    if is_new:
        _on_patient("break_glass.reviewed", opening, by, at=now)
    return is_new


def _opened(asked: Asked, state: PatientState, *, by: User, now: datetime) -> BreakGlass:
    opening = BreakGlass.objects.create(
        user=by,
        patient_id=state.pk,
        reason=asked.reason,
        words=asked.words,
        opened_at=now,
        ends_at=now + timedelta(minutes=settings.CRS_BREAK_GLASS_MINUTES),
    )
    _on_patient("break_glass.opened", opening, by, at=now)
    bulletins.write(
        Topic.BREAK_GLASS,
        key=f"break-glass-{opening.code}",
        ward=None,
        to=privacy.holders(),
        now=now,
    )
    return opening


def _misses(by: User, *, now: datetime) -> int:
    rows = AuditEntry.objects.filter(scope=_scope(by), action=_MISSED)
    return rows.filter(at__gt=now - MISSES_WITHIN).count()


def _scope(by: User) -> str:
    return f"break-glass:{by.pk}"


def _note(action: str, by: User, *, at: datetime) -> None:
    trail.record(action=action, actor=by, scope=_scope(by), subject=f"user:{by.pk}", at=at)


def _on_patient(action: str, opening: BreakGlass, by: User, *, at: datetime) -> None:
    trail.record(
        action=action,
        actor=by,
        scope=f"patient:{opening.patient_id}",
        subject=f"break-glass:{opening.code}",
        at=at,
        detail={
            "role": Role(by.role).value,
            "reason": opening.reason,
            "ends_at": opening.ends_at.isoformat(),
        },
    )
