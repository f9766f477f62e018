"""A patient's summary as a PDF: made when asked for, and written into the trail."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import trail
from charting.models import PatientState
from grading.rules import crs_astct, icans_astct
from screens import strip
from screens.access import patient_for, user_of
from screens.answers import pdf_answer
from screens.paper import head
from screens.paper.head import Head
from screens.timeline import reading
from staff import permissions

RULES: Final = f"Rules {crs_astct.RULESET}, {icans_astct.RULESET}"


@require_safe
def summary_pdf(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Answer the patient's course on paper; who took it is on record."""
    user, now = user_of(request), timezone.now()
    # Of a patient who has left, whoever may still read the chart may print it.
    state = patient_for(user, patient_id)
    if user.role not in permissions.PRINT:
        raise Http404
    from screens.paper import record_reading, summary  # the PDF writer loads slowly

    course = reading.read(state, now=now)
    shown = record_reading.read(state, course, now=now)
    content = summary.make(
        head_of(state, "Patient summary", now=now, by=user.display_name()), shown
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


def head_of(state: PatientState, title: str, *, now: datetime, by: str) -> Head:
    """Return the frame of a paper about one patient: name, MRN, birth date, bed, course."""
    shown = strip.strip(state, now=now)
    born = f"born {shown['birth_date']} ({shown['age']})" if shown["birth_date"] else shown["age"]
    place = " ".join(
        part for part in (shown["ward"], f"bed {shown['bed']}" if shown["bed"] else "") if part
    )
    course = ", ".join(part for part in (shown["therapy"], shown["day_label"]) if part)
    parts = [f"MRN {shown['mrn']}", born, place or "on no ward", course or "no dose recorded"]
    return Head(
        title=title,
        who=shown["name"],
        identifiers=" · ".join([*parts, shown["window"]] if course else parts),
        printed=head.printed(now, zone=strip.zone_of(state), by=by),
        rules=RULES,
        notice=head.SYNTHETIC if settings.CRS_DEMO else "",
        landscape=True,
    )
