"""A tablet says that it is there and what it holds; it hears the time, and keeps its leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from alerts import tablets
from alerts.tablets import Said
from charting.models import PatientState
from screens.access import clinical_wards, user_of
from screens.tablet.envelope import MalformedError, moment_of, number_of, object_of
from staff import offline_grant, permissions
from staff.models import User, Ward
from tablets import session

_MOST_UNSENT: Final = 10_000
_FARTHEST_CLOCK_SECONDS: Final = 2**31 - 1


@require_POST
def beat(request: HttpRequest) -> JsonResponse:
    """Keep what the tablet says; asking keeps nobody signed in."""
    user, now = user_of(request), timezone.now()
    try:
        said = _said(object_of(request.body))
    except MalformedError as error:
        return JsonResponse({"errors": [{"label": "", "message": str(error)}]}, status=400)
    wards = clinical_wards(user)
    if wards:
        device = session.device_of(request)
        tablets.heard(said, ward=device.ward if device else wards[0], now=now)
    may_chart = user.role in permissions.CHART and bool(wards)
    return JsonResponse(
        {
            "owner": user.pk,
            "server_time": now.isoformat(),
            "grant": _leave(user, wards, now=now) if may_chart else None,
        }
    )


def _leave(user: User, wards: Sequence[Ward], *, now: datetime) -> str:
    """A patient who is moved to another ward later was this person's when the set was taken."""
    patients = PatientState.objects.filter(ward__in=wards).values_list("pk", flat=True)
    return offline_grant.issue(user, patients=patients, now=now)


def _said(said: dict[str, Any]) -> Said:
    unsent, off = said.get("unsent"), said.get("clock_off_seconds")
    if type(unsent) is not int or not 0 <= unsent <= _MOST_UNSENT:
        raise MalformedError("unsent must be a number of sets")
    if off is not None and (type(off) is not int or abs(off) > _FARTHEST_CLOCK_SECONDS):
        raise MalformedError("clock_off_seconds must be a whole number")
    return Said(
        tablet=number_of(said, "tablet"),
        unsent=unsent,
        oldest_at=_oldest(said),
        is_on_duty=said.get("is_on_duty") is not False,
        clock_off_seconds=off,
    )


def _oldest(said: dict[str, Any]) -> datetime | None:
    return None if said.get("oldest_at") is None else moment_of(said, "oldest_at")
