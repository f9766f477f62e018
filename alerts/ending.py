"""End alerts: once, with a reason, and so that those who were told hear of it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from alerts import events, telling
from alerts.events import Happened
from alerts.models import Alert, AlertState, ClosedAs
from alerts.policy import Closing, Family
from staff.models import User


@transaction.atomic
def close(
    alert: Alert,
    *,
    reason: str,
    at: datetime,
    by: User | None = None,
    as_: ClosedAs | None = None,
    absorbed_by: Alert | None = None,
) -> bool:
    """End an alert; false when it was closed already.

    Those who were told hear of the end, unless another alert goes on in its place.
    """
    how = as_ or (ClosedAs.BY_PERSON if by else ClosedAs.RESOLVED)
    closed = (
        Alert.objects.filter(pk=alert.pk)
        .not_closed()
        .update(
            state=AlertState.CLOSED,
            closed_at=at,
            closed_by=by,
            closed_as=how,
            closed_reason=reason,
            absorbed_by=absorbed_by,
            snoozed_until=None,
            next_step_at=None,
            version=F("version") + 1,
        )
        == 1
    )
    if not closed:
        return False
    if by is None:
        events.append(alert, Happened.CLOSED, at=at, reason=reason, how=how)
    else:
        events.by_person(alert, Happened.CLOSED, by=by, at=at, reason=reason, how=how)
    alert.refresh_from_db(fields=["version", "state", "rung"])
    if how not in {ClosedAs.ABSORBED, ClosedAs.NEW_EPISODE}:
        telling.follow_up(alert, by=by, now=at)
    return True


def close_all(
    closings: Iterable[Closing], *, among: dict[Family, Alert], at: datetime
) -> dict[Family, Alert]:
    """End these alerts and return those that stay open.

    What is included in another alert says in which, also when that one is raised only
    afterwards, in the same moment.
    """
    left = dict(among)
    for closing in closings:
        close(
            left.pop(closing.family),
            reason=closing.reason,
            at=at,
            as_=ClosedAs.ABSORBED if closing.into else ClosedAs.RESOLVED,
            absorbed_by=left.get(closing.into) if closing.into else None,
        )
    return left
