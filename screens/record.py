"""Record a treatment, a dose or a laboratory result, each on a page of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from charting import doses, drug_facts, results
from charting.doubts import Doubt, UnconfirmedError
from charting.drug_facts import ReasonNeededError
from charting.entry import EntryRefusedError
from charting.models import PatientState
from patients.dose_facts import DoseFacts
from patients.models import Treatment
from screens import doubts as odd
from screens import drug_facts as facts_words
from screens import running, strip
from screens.access import patient_for, user_of
from screens.record_forms import (
    InfusionForm,
    LabForm,
    RecordForm,
    TreatmentForm,
)
from staff import permissions
from staff.models import User, Ward
from vitals.analytes import ANALYTES
from vitals.vocabulary import Source


@dataclass(frozen=True, slots=True)
class Bench:
    """One person recording for one patient, at one time."""

    user: User
    state: PatientState
    now: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """What differs between the three pages."""

    title: str
    may: Callable[[User, Ward | None], bool]
    form: Callable[[Bench, Any], RecordForm]
    save: Callable[[Bench, Any], str]


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, patient_id: int, kind: str) -> HttpResponse:
    """Show the form; what is right is recorded and leads back to the timeline."""
    page = PAGES.get(kind)
    if page is None:
        raise Http404
    user = user_of(request)
    bench = Bench(user, patient_for(user, patient_id, may=page.may), timezone.now())
    form = page.form(bench, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            messages.success(request, page.save(bench, form))
        except EntryRefusedError as refused:
            form.refuse(refused)
        except UnconfirmedError as asked:
            return _show(request, bench, page, form, kind=kind, doubts=asked.doubts)
        except ReasonNeededError as outside:
            form.asks_why = True
            return _show(request, bench, page, form, kind=kind, beyond=outside.facts)
        else:
            return redirect(f"/patients/{patient_id}/timeline/")
    return _show(request, bench, page, form, kind=kind)


@require_POST
def stop(request: HttpRequest, patient_id: int, treatment_id: int) -> HttpResponse:
    """Record that a running treatment stops now."""
    user, now = user_of(request), timezone.now()
    patient_for(user, patient_id, may=permissions.can_record_treatment)
    treatment = running.of(patient_id, now=now).filter(pk=treatment_id).first()
    if treatment is None:
        messages.warning(request, "This treatment was stopped already.")
    else:
        doses.stop_treatment(treatment, stopped_at=now, recorded_by=user, now=now)
        messages.success(request, f"{treatment.get_code_display()} stopped.")
    return redirect(f"/patients/{patient_id}/record/treatment/")


def _show(
    request: HttpRequest,
    bench: Bench,
    page: Page,
    form: RecordForm,
    *,
    kind: str,
    doubts: Sequence[Doubt] = (),
    beyond: DoseFacts | None = None,
) -> HttpResponse:
    content: dict[str, Any] = {
        "title": page.title,
        "form": form,
        "patient": strip.strip(bench.state, now=bench.now),
        "back_url": f"/patients/{bench.state.pk}/timeline/",
    }
    if kind == "treatment":
        content["running"] = running.rows(bench.state, now=bench.now)
        content["facts"] = facts_words.shown(bench.state, now=bench.now)
    if beyond is not None:
        content["beyond"] = facts_words.asked(beyond, code=form.cleaned_data["code"])
    content["doubts"] = odd.shown(doubts, confirmed=form.confirmed)
    is_asked = bool(doubts) or beyond is not None
    status = 400 if form.is_bound and not is_asked else 200
    return render(request, "screens/record.html", content, status=status)


def _form(cls: type[RecordForm]) -> Callable[[Bench, Any], RecordForm]:
    def make(bench: Bench, data: Any) -> RecordForm:
        return cls(data, zone=strip.zone_of(bench.state), now=bench.now)

    return make


def _save_treatment(bench: Bench, form: TreatmentForm) -> str:
    treatment: Treatment = doses.record_treatment(
        patient_id=bench.state.pk,
        recorded_by=bench.user,
        now=bench.now,
        asks=True,
        **form.cleaned_data,
    )
    facts = drug_facts.of_dose(
        bench.state, code=treatment.code, at=treatment.started_at, apart_from=treatment.pk
    )
    return f"{treatment.get_code_display()} recorded.{facts_words.said(facts)}"


def _save_infusion(bench: Bench, form: InfusionForm) -> str:
    given = {name: each for name, each in form.cleaned_data.items() if name != "client_id"}
    infusion = doses.record_infusion(
        patient_id=bench.state.pk, recorded_by=bench.user, now=bench.now, **given
    )
    return f"{infusion.profile.label} recorded; day numbers and windows follow from it."


def _save_lab(bench: Bench, form: LabForm) -> str:
    given = dict(form.cleaned_data)
    analyte = ANALYTES[given.pop("analyte")]
    given["unit"] = given["unit"] or (analyte.unit if given["value"] is not None else "")
    entry = results.LabEntry(
        loinc=analyte.loinc_in(given["unit"]),
        display=analyte.label,
        confirmed=form.confirmed,
        **given,
    )
    results.record_lab(
        patient_id=bench.state.pk,
        entry=entry,
        recorded_by=bench.user,
        now=bench.now,
        source=Source.NURSE,
    )
    return f"{analyte.label} recorded."


PAGES: Final = {
    "treatment": Page(
        "Record a treatment",
        permissions.can_record_treatment,
        _form(TreatmentForm),
        _save_treatment,
    ),
    "infusion": Page(
        "Record a dose", permissions.can_record_infusion, _form(InfusionForm), _save_infusion
    ),
    "lab": Page(
        "Record a laboratory result", permissions.can_record_treatment, _form(LabForm), _save_lab
    ),
}
