"""The quarantine of one ward: what came for its patients, from which feed, and why it waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interop import spans
from interop.access import user_of, ward_for
from interop.quarantine import groups, replaying
from interop.quarantine.models import Format, QuarantinedItem
from staff import permissions
from staff.models import Ward

_MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One part that waits, in words; times are those of the ward's clock."""

    what: str
    unit: str
    taken_at: str
    feed: str
    why: str
    detail: str
    since: str
    age: str
    patient: str
    patient_address: str
    address: str
    deed: str


@never_cache
@require_safe
def ward_quarantine(request: HttpRequest, code: str) -> HttpResponse:
    """Show what waits for this ward, what has waited longest first."""
    user, now = user_of(request), timezone.now()
    ward = ward_for(user, code, may=permissions.can_mend_feeds_of_ward)
    waiting = QuarantinedItem.objects.waiting().filter(groups.of_wards([ward.pk]))
    names = permissions.can_see_patients(user, ward)
    items = waiting.select_related("patient").order_by("received_at", "pk")[:_MOST_SHOWN]
    content = {
        "ward": ward,
        "rows": [_row(item, ward=ward, names=names, now=now) for item in items],
        "items": waiting.count(),
    }
    return render(request, "interop/quarantine_ward.html", content)


def _row(item: QuarantinedItem, *, ward: Ward, names: bool, now: datetime) -> Row:
    patient = item.patient if names else None
    return Row(
        what=item.display or item.code or item.where or "a whole message",
        unit=item.unit,
        taken_at=_clock(item.taken_at, ward) if item.taken_at else "",
        feed=f"{item.sender or 'sender not named'}, {Format(item.format).label}",
        why=groups.reason_in_words(item.reason_code),
        detail=item.detail,
        since=_clock(item.received_at, ward),
        age=spans.in_words(now - item.received_at),
        patient=patient.name if patient else "",
        patient_address=f"/patients/{patient.pk}/" if patient else "",
        address=f"/interop/quarantine/group/?{_query(item, ward)}",
        deed=_deed(item),
    )


def _query(item: QuarantinedItem, ward: Ward) -> str:
    key: Mapping[str, Any] = {name: getattr(item, name) for name in groups.KEY}
    return urlencode({**key, "ward": ward.code})


def _deed(item: QuarantinedItem) -> str:
    if item.reason_code in groups.MAPPABLE and item.code:
        return "Fix mapping and replay"
    return "Look and replay" if replaying.can_replay(item) else "Look"


def _clock(at: datetime, ward: Ward) -> str:
    return f"{at.astimezone(ward.zone):%-d %b %H:%M}"
