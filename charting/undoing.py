"""Undo for a minute: whoever charted a set takes it back before anybody has built on it."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from audit import trail
from charting import state
from charting.withdrawing import withdraw
from staff.models import User
from vitals.models import ObservationSet
from vitals.vocabulary import CorrectionCode

WITHIN: Final = timedelta(seconds=60)
_REASON: Final = "Taken back at once by whoever charted it"


class TooLateError(Exception):
    """The set can no longer be taken back; it can be corrected."""


def seconds_left(observations: ObservationSet, *, by: User, now: datetime) -> int:
    """Return for how many seconds this person may still undo the set; 0 when not at all.

    Only a set that was charted, not one that corrects or moves another: what that
    replaced would not come back.
    """
    passed = now - observations.received_at
    is_theirs = observations.charted_by_id == by.pk
    is_plain = observations.supersedes_id is None and observations.moved_from_id is None
    if not (is_theirs and is_plain and timedelta(0) <= passed < WITHIN):
        return 0
    return int((WITHIN - passed).total_seconds())


@transaction.atomic
def undo(*, set_id: int, by: User, now: datetime) -> ObservationSet:
    """Take the set back; asked twice, it answers the same. Raises TooLateError."""
    wrong = ObservationSet.objects.get(pk=set_id)
    current = state.locked(wrong.patient_id)
    client_id = uuid.uuid5(wrong.client_id, "undone")
    done = ObservationSet.objects.filter(client_id=client_id).first()
    if done is not None:
        return done
    if not ObservationSet.objects.filter(pk=set_id).in_force().exists():
        raise TooLateError("This set was corrected in the meantime.")
    if not seconds_left(wrong, by=by, now=now):
        raise TooLateError("The minute for taking it back is over. Correct the set.")
    done = withdraw(
        wrong,
        current,
        client_id=client_id,
        code=CorrectionCode.OTHER,
        reason=_REASON,
        by=by,
        now=now,
    )
    trail.record(
        action="observations.undone",
        actor=by,
        scope=f"patient:{current.pk}",
        subject=f"set:{set_id}",
        at=now,
    )
    return done
