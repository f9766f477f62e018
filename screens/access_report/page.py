"""Who looked at a record: a page to read together with the patient, on paper, and as a table."""

import csv
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import trail
from charting.models import PatientState
from screens import roster, strip
from screens.access import user_of
from screens.access_report import reading
from screens.access_report.reading import Report
from screens.answers import pdf_answer
from staff import permissions
from staff.models import User

COLUMNS: Final = ("Day", "From", "To", "Who", "Name", "What for", "Times", "Break-glass")
# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class SpanForm(forms.Form):
    """Of which days."""

    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


@require_safe
def access_page(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show who looked, of the last 90 days unless others are asked for."""
    user, report, now = _asked(request, patient_id)
    content = {
        "strip": strip.strip(report.state, now=now),
        "state": report.state,
        "report": report,
        "form": SpanForm(initial={"since": report.since, "until": report.until}),
        "query": f"since={report.since}&until={report.until}",
        "by": user,
    }
    return render(request, "screens/access_report.html", content)


@require_safe
def access_pdf(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Answer the report as PDF, to give away."""
    user, report, now = _asked(request, patient_id)
    from screens.paper import access_report, heads  # the PDF writer loads slowly

    title = "Who looked at this record"
    head = heads.of_patient(report.state, title, now=now, by=user.display_name(), landscape=False)
    _trail(report, user, "access_report.printed", now=now)
    return pdf_answer(access_report.make(head, report), name=f"access-{now:%Y%m%dT%H%MZ}.pdf")


@require_safe
def access_csv(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Answer the report as a table, without the patient's name."""
    user, report, now = _asked(request, patient_id)
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="access-{now:%Y%m%dT%H%MZ}.csv"'},
    )
    table = csv.writer(answer)
    table.writerow(COLUMNS)
    for row in rows(report):
        table.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    _trail(report, user, "access_report.exported", now=now)
    return answer


def rows(report: Report) -> list[tuple[str, ...]]:
    """The lines in cells, as all three show them."""
    return [
        (
            f"{line.day:%d %b %Y}", f"{line.first:%H:%M}", f"{line.last:%H:%M}", line.role,
            line.name, line.what, str(line.times), "yes" if line.is_break_glass else "",
        )
        for line in report.lines
    ]  # fmt: skip


def patient_to_report(user: User, patient_id: int) -> PatientState:
    """The patient whose report this person may read; Http404 for everybody else."""
    state = roster.states().filter(pk=patient_id).first()
    if state is None or not permissions.can_read_audit(user):
        raise Http404
    return state


def span_of(since: date | None, until: date | None, *, today: date) -> tuple[date, date]:
    """The days asked for: at most a year, and the last 90 unless others are named."""
    until = min(until or today, today)
    since = since or until - reading.USUAL
    return max(min(since, until), until - reading.LONGEST), until


def _asked(request: HttpRequest, patient_id: int) -> tuple[User, Report, datetime]:
    user, now = user_of(request), timezone.now()
    state = patient_to_report(user, patient_id)
    form = SpanForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    today = now.astimezone(strip.zone_of(state)).date()
    since, until = span_of(asked.get("since"), asked.get("until"), today=today)
    return user, reading.read(state, since=since, until=until), now


def _trail(report: Report, user: User, action: str, *, now: datetime) -> None:
    trail.record(
        action=action,
        actor=user,
        scope=f"patient:{report.state.pk}",
        subject=f"patient:{report.state.pk}",
        at=now,
        detail={"days": (report.until - report.since + timedelta(days=1)).days},
    )
