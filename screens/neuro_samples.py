"""Handwriting of neuro checks: the image, and the newest samples side by side."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from charting.models import PatientState
from screens import labels, strip
from screens.access import patient_for, user_of
from vitals.models import Handwriting, NeuroAssessment

SHOWN: Final = 3
# Opened by itself, an image may do nothing at all.
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "inline",
}


@require_safe
def handwriting(request: HttpRequest, patient_id: int, check_id: int) -> HttpResponse:
    """Return the sentence of one check as an image, to those who may see the patient."""
    state = patient_for(user_of(request), patient_id)
    written = Handwriting.objects.filter(
        check_of_id=check_id, check_of__patient_id=state.pk
    ).first()  # fmt: skip
    if written is None:
        raise Http404
    return HttpResponse(written.as_svg(), content_type="image/svg+xml", headers=_HEADERS)


def newest(
    state: PatientState, *, now: datetime, before: NeuroAssessment | None = None
) -> list[dict[str, Any]]:
    """Return the newest samples in force, the newest first; the baseline is among them."""
    rows = NeuroAssessment.objects.filter(patient_id=state.pk, handwriting__isnull=False)
    if before is not None:
        rows = rows.filter(taken_at__lt=before.taken_at)
    found = list(rows.in_force().order_by("-taken_at", "-pk")[:SHOWN])
    baseline = rows.in_force().filter(is_baseline=True).order_by("-taken_at", "-pk").first()
    if baseline is not None and baseline not in found:
        found = [*found[: SHOWN - 1], baseline]
    return [sample(each, state, now=now) for each in found]


def sample(check: NeuroAssessment, state: PatientState, *, now: datetime) -> dict[str, Any]:
    """Return what a page shows of one sample: when it was written, and where the image is."""
    at = labels.clock(check.taken_at, zone=strip.zone_of(state), now=now)
    return {
        "url": f"/patients/{state.pk}/neuro/{check.pk}/handwriting.svg",
        "at": at,
        "age": labels.ago(check.taken_at, now=now),
        "is_baseline": check.is_baseline,
        "words": f"Handwriting of {at}{', the baseline' if check.is_baseline else ''}",
    }
