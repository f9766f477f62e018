"""Search the trail: by person, patient, what was done and when, a page at a time."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit import reading as looks
from audit.models import AuditEntry
from patients.models import Patient
from screens.access import user_of
from screens.access_report import reading, words
from staff import permissions
from staff.models import User

MOST: Final = 50
_HIGHEST: Final = 2**63 - 1


class SearchForm(forms.Form):
    """Everything may be left open."""

    person = forms.CharField(label="Sign-in name", required=False, max_length=150)
    patient = forms.CharField(label="MRN", required=False, max_length=40)
    action = forms.CharField(
        label="What was done, or its beginning",
        required=False,
        max_length=60,
        widget=forms.TextInput({"placeholder": "chart.read"}),
    )
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    # A record by its number, as the report of it links here.
    record = forms.IntegerField(
        required=False, min_value=1, max_value=_HIGHEST, widget=forms.HiddenInput
    )
    before = forms.IntegerField(
        required=False, min_value=1, max_value=_HIGHEST, widget=forms.HiddenInput
    )


@require_http_methods(["GET", "HEAD", "POST"])
def audit_page(request: HttpRequest) -> HttpResponse:
    """Show what matches, the newest first; asked for in a body, so that no log holds an MRN."""
    if not permissions.can_read_audit(user_of(request)):
        raise PermissionDenied
    form = SearchForm(request.POST or request.GET)
    asked = form.cleaned_data if form.is_valid() else None
    found = list(matching(asked)[: MOST + 1]) if asked is not None else []
    patient = _patient(asked) if asked else None
    rows = found[:MOST]
    kept = {name: value for name, value in form.data.items() if name in form.fields and value}
    content = {
        "form": form,
        "rows": [row_of(each) for each in rows],
        "kept": {name: value for name, value in kept.items() if name != "before"},
        "older": rows[-1].pk if len(found) > MOST else None,
        "is_older": "before" in kept,
        "record": patient.pk if patient else None,
    }
    return render(request, "screens/audit_search.html", content)


def matching(asked: dict[str, Any]) -> QuerySet[AuditEntry]:
    """The entries that were asked for, the newest first; none for a name that nobody has."""
    rows = AuditEntry.objects.select_related("actor").order_by("-pk")
    if asked.get("patient") or asked.get("record"):
        patient = _patient(asked)
        found = reading.entries(patient.pk) if patient else AuditEntry.objects.none()
        rows = found.select_related("actor").order_by("-pk")
        if patient is not None:
            looks.opened(patient.pk)
    if asked.get("person"):
        rows = rows.filter(actor__in=User.objects.filter(username=asked["person"].strip()))
    if asked.get("action"):
        rows = rows.filter(action__startswith=asked["action"].strip())
    if asked.get("since"):
        rows = rows.filter(at__gte=_midnight(asked["since"]))
    if asked.get("until"):
        rows = rows.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
    if asked.get("before"):
        rows = rows.filter(pk__lt=asked["before"])
    return rows


def _patient(asked: dict[str, Any]) -> Patient | None:
    if asked.get("patient"):
        return Patient.objects.filter(mrn=asked["patient"].strip()).first()
    return Patient.objects.filter(pk=asked["record"]).first() if asked.get("record") else None


def row_of(entry: AuditEntry) -> dict[str, Any]:
    """One entry; ids and codes, as the trail holds them."""
    role, name = (entry.actor.role_label(), entry.actor.get_username()) if entry.actor else ("", "")
    more = {key: value for key, value in entry.detail.items() if key != "surface"}
    return {
        "id": entry.pk,
        "at": entry.at,
        "who": name or reading.SYSTEM,
        "role": role,
        "action": entry.action,
        "subject": entry.subject,
        "surface": str(entry.detail.get("surface", "")),
        "more": ", ".join(f"{key} {value}" for key, value in sorted(more.items())),
        "chain": f"{entry.scope} #{entry.seq}",
        "is_break_glass": words.is_break_glass(entry),
    }


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=timezone.get_default_timezone())
