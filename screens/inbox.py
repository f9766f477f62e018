"""The alerts of one's wards: waiting, answered, put off, and closed of late."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.models import Alert, AlertState
from screens import access, alert_words
from screens.access import user_of
from staff import permissions

CLOSED_WITHIN: Final = timedelta(hours=12)
_MOST_CLOSED: Final = 30


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the alerts in groups, gravest and oldest first; three queries."""
    user, now = user_of(request), timezone.now()
    if user.role not in permissions.SEE_PATIENTS:
        raise PermissionDenied
    ours = Alert.objects.on_wards(permissions.ward_ids(user)).select_related(
        "ward", "patient__state__bed", "acknowledged_by", "snoozed_by"
    )
    standing = list(ours.not_closed().order_by("severity", "raised_at", "pk"))
    closed = ours.filter(state=AlertState.CLOSED, closed_at__gt=now - CLOSED_WITHIN)
    groups: dict[str, Iterable[Alert]] = {
        state: [each for each in standing if each.state == state]
        for state in (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED)
    }
    groups["closed_recent"] = closed.order_by("-closed_at")[:_MOST_CLOSED]
    shown = {
        str(name): [alert_words.row(each, now=now) for each in group]
        for name, group in groups.items()
    }
    wards = access.clinical_wards(user)
    counted = [ward for ward in wards if permissions.can_see_alert_statistics(user, ward)]
    more = {"groups": shown, "wards": wards, "counted": counted}
    return render(request, "screens/inbox.html", more)
