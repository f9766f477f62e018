"""The hand-over as PDF: a patient's sheet, a ward's sheets, and the ward on one page."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import trail
from screens.access import patient_for, user_of, ward_for
from screens.answers import pdf_answer
from screens.handing import reading
from screens.paper import heads
from staff import permissions
from staff.models import User, Ward


@require_safe
def sheet_pdf(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Answer one patient's sheet."""
    user, now = user_of(request), timezone.now()
    state = patient_for(user, patient_id, may=permissions.can_hand_over)
    if state.ward is None:
        raise Http404
    from screens.paper import handover  # the PDF writer loads slowly

    found = reading.of_patient(state, state.ward, now=now)
    top = heads.of_patient(
        state, "Hand-over (I-PASS)", now=now, by=user.display_name(), landscape=False
    )
    content = handover.make(top, found.sheets, to_call=found.to_call, for_all=found.for_all)
    trail.record(
        action="handover.printed", actor=user, scope=f"patient:{state.pk}",
        subject=f"patient:{state.pk}", at=now,
    )  # fmt: skip
    return pdf_answer(content, name=f"handover-{state.pk}-{now:%Y%m%dT%H%MZ}.pdf")


@require_safe
def sheets_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the sheets of everybody on the ward."""
    user, ward, now = _asked(request, code)
    from screens.paper import handover

    found = reading.of_ward(ward, now=now)
    top = heads.of_ward(
        ward, "Hand-over (I-PASS)", f"{len(found.sheets)} patients", now=now,
        by=user.display_name(),
    )  # fmt: skip
    content = handover.make(top, found.sheets, to_call=found.to_call, for_all=found.for_all)
    _trail("handover.printed", ward, user, patients=len(found.sheets), now=now)
    return pdf_answer(content, name=f"handover-{ward.code}-{now:%Y%m%dT%H%MZ}.pdf")


@require_safe
def ward_sheet_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the ward on one page, with no name and no number of a patient."""
    user, ward, now = _asked(request, code)
    from screens.paper import ward_sheet

    found = reading.of_ward(ward, now=now)
    top = heads.of_ward(
        ward, "Ward sheet", "Initials only. Keep it on you.", now=now, by=user.display_name(),
        landscape=True,
    )  # fmt: skip
    content = ward_sheet.make(top, found.sheets, found.known)
    _trail("ward_sheet.printed", ward, user, patients=len(found.sheets), now=now)
    return pdf_answer(content, name=f"ward-{ward.code}-{now:%Y%m%dT%H%MZ}.pdf")


def _asked(request: HttpRequest, code: str) -> tuple[User, Ward, datetime]:
    user = user_of(request)
    ward = ward_for(user, code)
    if not permissions.can_hand_over(user, ward):
        raise Http404
    return user, ward, timezone.now()


def _trail(action: str, ward: Ward, user: User, *, patients: int, now: datetime) -> None:
    trail.record(
        action=action, actor=user, scope=f"ward:{ward.pk}", subject=f"ward:{ward.pk}", at=now,
        detail={"patients": patients},
    )  # fmt: skip
