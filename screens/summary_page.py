"""A patient's summary as a PDF: made when asked for, and written into the trail."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import trail
from screens.access import patient_for, user_of
from screens.answers import pdf_answer
from screens.paper import heads
from screens.timeline import reading
from staff import permissions


@require_safe
def summary_pdf(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Answer the patient's course on paper; who took it is on record."""
    user, now = user_of(request), timezone.now()
    # Of a patient who has left, whoever may still read the chart may print it.
    state = patient_for(user, patient_id, may=permissions.can_print)
    from screens.paper import record_reading, summary  # the PDF writer loads slowly

    course = reading.read(state, now=now)
    shown = record_reading.read(state, course, now=now)
    content = summary.make(
        heads.of_patient(state, "Patient summary", now=now, by=user.display_name()), shown
    )
    trail.record(
        action="patient.summary_printed",
        actor=user,
        scope=f"patient:{state.pk}",
        subject=f"patient:{state.pk}",
        at=now,
        detail={"bytes": len(content)},
    )
    return pdf_answer(content, name=f"summary-{state.pk}-{now:%Y%m%dT%H%MZ}.pdf")
