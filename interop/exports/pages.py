"""What can be taken out of a patient's chart, or of a ward's; each time is put on record."""

from collections.abc import Callable, Iterable
from typing import IO, Any, Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charting.models import PatientState
from interop.access import patient_to_export, user_of, ward_for
from interop.exports import adverse_event, course, deidentify, registry, sdtm, tidy, wide, writing
from interop.exports.course import Subject
from interop.exports.deidentify import Mask
from interop.exports.models import ExportEntry, ExportKey, ExportKind
from interop.exports.registry_facts import Facts
from interop.exports.writing import Order
from staff import permissions
from staff.models import User, Ward

_MOST_SHOWN: Final = 10
_REGISTRIES: Final = {"cibmtr": ExportKind.CIBMTR, "ebmt": ExportKind.EBMT}
_LONGEST_KEY: Final = 60


@never_cache
@require_safe
def patient_export(request: HttpRequest, patient_id: int) -> HttpResponse:
    """List everything that can be taken out of one chart, and what was."""
    state = patient_to_export(user_of(request), patient_id)
    taken = ExportEntry.objects.filter(patient_id=state.pk).select_related("by", "key")
    content = {
        "state": state,
        "here": f"/patients/{state.pk}/export",
        "keys": ExportKey.objects.all(),
        "taken": taken.order_by("-pk")[:_MOST_SHOWN],
    }
    return render(request, "interop/export.html", content)


@never_cache
@require_POST
def patient_table(request: HttpRequest, patient_id: int, kind: str) -> HttpResponseBase:
    """Give one patient's tidy, wide or study tables."""
    user = user_of(request)
    state = patient_to_export(user, patient_id)
    return _table(request, user, kind, state=state)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ward_export(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show what can be taken out of a ward; a POST gives it."""
    user, now = user_of(request), timezone.now()
    ward = ward_for(user, code, may=permissions.can_export)
    if request.method == "POST":
        return _table(request, user, request.POST.get("kind", ""), code=code)
    count = sum(1 for _ in course.of_ward(ward, mask=Mask(), now=now))
    taken = ExportEntry.objects.filter(ward=ward).select_related("by", "key").order_by("-pk")
    content = {
        "ward": ward, "count": count, "few": count < deidentify.FEW_PATIENTS,
        "least": deidentify.FEW_PATIENTS, "keys": ExportKey.objects.all(),
        "taken": taken[:_MOST_SHOWN],
        "here_now": PatientState.objects.filter(ward=ward).select_related("patient", "bed")
        .order_by("bed__label", "pk"),
        "others": Ward.objects.filter(pk__in=permissions.ward_ids(user)).exclude(pk=ward.pk)
        .order_by("name"),
    }  # fmt: skip
    return render(request, "interop/export_ward.html", content)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def registry_page(request: HttpRequest, patient_id: int, form: str) -> HttpResponseBase:
    """Show the draft of a registry's answers; a POST gives it as a table and logs it."""
    user, now = user_of(request), timezone.now()
    state = patient_to_export(user, patient_id)
    kind = _REGISTRIES.get(form)
    if kind is None:
        raise Http404
    facts = Facts(Subject(state, Mask(), now))
    parts = registry.draft(kind, facts)
    if request.method != "POST":
        content = {"state": state, "parts": parts, "title": kind.label, "facts": facts,
                   "period": [facts.day(each) for each in facts.period]}  # fmt: skip
        return render(request, "interop/registry.html", content)
    columns = ("form", "part", "question", "answer", "standing", "note", "sources")
    rows = (
        (kind.label, part.title, each.question, each.value or "not known", each.standing.value,
         each.note, " | ".join(f"{s.words} {s.href}" for s in each.sources))
        for part in parts for each in part.answers
    )  # fmt: skip
    stream, count = writing.table(columns, rows)
    content = {"onsets": registry.onsets(facts)}
    order = Order(kind, user, now, patient=state, content=content)
    writing.put_on_record(order, rows=count)
    return _file(stream, f"{form}-draft-{state.pk}-{now:%Y%m%d}.csv")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def adverse_event_page(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the draft of a report; a POST writes it with what a person ticked, and logs it."""
    user, now = user_of(request), timezone.now()
    state = patient_to_export(user, patient_id)
    facts = Facts(Subject(state, Mask(), now))
    ticked = [name for name in request.POST.getlist("serious") if name in adverse_event.SERIOUSNESS]
    draft = ""
    if request.method == "POST":
        draft = adverse_event.text(facts, serious=ticked)
        order = Order(ExportKind.ADVERSE_EVENT, user, now, patient=state)
        writing.put_on_record(order, rows=draft.count("\n") + 1)
    content = {
        "state": state, "draft": draft, "episodes": len(facts.episodes),
        "criteria": [(name, words, name in ticked)
                     for name, words in adverse_event.SERIOUSNESS.items()],
    }  # fmt: skip
    return render(request, "interop/adverse_event.html", content)


def _table(
    request: HttpRequest,
    user: User,
    kind: str,
    *,
    state: PatientState | None = None,
    code: str = "",
) -> HttpResponseBase:
    """Write a table of one patient or of a ward, put it on record, and give it."""
    now = timezone.now()
    if kind not in {ExportKind.TIDY, ExportKind.WIDE, ExportKind.SDTM}:
        raise Http404
    is_open = request.POST.get("identified") == "on" and kind != ExportKind.SDTM
    key = None if is_open else _key(request, user)
    if key is None and (not is_open or kind == ExportKind.SDTM):
        return HttpResponse("Name the study or registry this is for.", status=400)
    if kind == ExportKind.WIDE and key is not None:
        return HttpResponse("The wide table names the patient: tick that it may.", status=400)
    mask = Mask(key.secret if key else None)
    ward = ward_for(user, code, may=permissions.can_export) if code else None

    def subjects() -> Iterable[Subject]:
        if ward is not None:
            return course.of_ward(ward, mask=mask, now=now)
        assert state is not None, "a table is of a patient or of a ward"
        return course.of_patient(state, mask=mask, now=now)

    stream, rows = _WRITERS[kind](subjects, mask, key)
    patients = sum(1 for _ in subjects()) if ward else 1
    order = Order(ExportKind(kind), user, now, patient=state, ward=ward, key=key,
                  patients=patients)  # fmt: skip
    writing.put_on_record(order, rows=rows)
    of = f"ward-{ward.code}" if ward else f"patient-{state.pk if key is None and state else 'x'}"
    end = "zip" if kind == ExportKind.SDTM else "csv"
    return _file(stream, f"{kind}-{of}-{now:%Y%m%dT%H%M}.{end}")


def _key(request: HttpRequest, user: User) -> ExportKey | None:
    """The key of a study by its name; a new name makes a new key."""
    name = " ".join(request.POST.get("key", "").split())[:_LONGEST_KEY]
    if not name:
        return None
    defaults = {"created_by": user, "created_at": timezone.now()}
    return ExportKey.objects.get_or_create(name=name, defaults=defaults)[0]


Writer = Callable[[Callable[[], Iterable[Subject]], Mask, ExportKey | None], tuple[IO[bytes], int]]


def _tidy(subjects: Any, mask: Mask, _key: ExportKey | None) -> tuple[IO[bytes], int]:
    columns = tidy.DEIDENTIFIED if mask.hides else tidy.COLUMNS
    return writing.table(columns, tidy.rows(subjects()))


def _wide(subjects: Any, _mask: Mask, _key: ExportKey | None) -> tuple[IO[bytes], int]:
    return writing.table(wide.COLUMNS, wide.rows(subjects()))


def _sdtm(subjects: Any, _mask: Mask, key: ExportKey | None) -> tuple[IO[bytes], int]:
    return sdtm.pack(key.name if key else "", subjects)


_WRITERS: Final[dict[str, Writer]] = {
    ExportKind.TIDY: _tidy, ExportKind.WIDE: _wide, ExportKind.SDTM: _sdtm,
}  # fmt: skip


def _file(stream: IO[bytes], name: str) -> FileResponse:
    kind = "application/zip" if name.endswith(".zip") else "text/csv; charset=utf-8"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=kind)
