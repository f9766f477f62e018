"""A patient's hand-over: the giver adds words, the one who comes reads the sheet back."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alerts.models import Illness
from charting import handing_over
from charting.chart import ConflictError
from charting.entry import EntryRefusedError
from charting.handing_over import LONGEST, StaleWordsError, Words
from charting.models import PatientState
from screens import labels, strip
from screens.access import patient_for, user_of
from screens.handing import reading
from screens.handing.sheet import SYNTHESIS, TITLES, Section, Sheet
from staff import permissions
from staff.models import User, Ward

_CHANGED = "The sheet changed while you read. Read it again, then read it back."
_WRITTEN = "Somebody else wrote in the meantime. Their words are on the sheet now; yours are below."


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_page(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the sheet; a POST adds words, or says that it was read back as it stood."""
    user, now = user_of(request), timezone.now()
    state = patient_for(user, patient_id, may=permissions.can_hand_over)
    if state.ward is None:
        raise Http404
    if request.method != "POST":
        return _page(request, state, state.ward, now=now)
    try:
        key = uuid.UUID(request.POST.get("client_id", ""))
        if request.POST.get("do") == "read_back":
            return _read_back(request, user, state, state.ward, key=key, now=now)
        return _write(request, user, state, state.ward, key=key, now=now)
    except EntryRefusedError as refused:
        said = [f"{labels.sentence(e.field)} {e.message}." for e in refused.errors]
        return _page(request, state, state.ward, errors=said, now=now, status=400)
    except (ValueError, ConflictError):
        said = ["The form was not understood. Try again."]
        return _page(request, state, state.ward, errors=said, now=now, status=400)


def _write(
    request: HttpRequest, user: User, state: PatientState, ward: Ward, *, key: uuid.UUID,
    now: datetime,
) -> HttpResponse:  # fmt: skip
    typed = _typed(request)
    try:
        handing_over.write_words(
            patient_id=state.pk,
            client_id=key,
            words=typed,
            version_seen=int(request.POST.get("version", "")),
            by=user,
            now=now,
        )
    except StaleWordsError:
        return _page(request, state, ward, errors=[_WRITTEN], typed=typed, now=now, status=409)
    messages.success(request, "Written on the sheet.")
    return redirect(f"/patients/{state.pk}/handover/")


def _read_back(
    request: HttpRequest, user: User, state: PatientState, ward: Ward, *, key: uuid.UUID,
    now: datetime,
) -> HttpResponse:  # fmt: skip
    (sheet,) = reading.of_patient(state, ward, now=now).sheets
    if request.POST.get("digest") != sheet.digest:
        return _page(request, state, ward, errors=[_CHANGED], now=now, status=409)
    handing_over.read_back(
        patient_id=state.pk, client_id=key, lines=sheet.lines(), by=user, now=now
    )
    messages.success(request, "Read back. The next hand-over shows in bold what is new after this.")
    return redirect(f"/wards/{ward.code}/handover/")


def _typed(request: HttpRequest) -> Words:
    posted = request.POST
    return Words(
        illness=posted.get("illness", ""),
        **{
            name: " ".join(posted.get(name, "").split())
            for name in ("summary", "actions", "situation")
        },
    )


def _page(
    request: HttpRequest, state: PatientState, ward: Ward, *, now: datetime,
    errors: list[str] | None = None, typed: Words | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    found = reading.of_patient(state, ward, now=now)
    (sheet,) = found.sheets
    content = {
        "patient": strip.strip(state, now=now),
        "ward": ward,
        "as_of": f"{now.astimezone(ward.zone):%d %b %Y %H:%M %Z}",
        "sheet": sheet,
        "sections": sections(sheet),
        "to_call": found.to_call,
        "for_all": found.for_all,
        "synthesis": SYNTHESIS,
        "fields": _fields(sheet, typed),
        "illnesses": Illness.choices,
        "illness": typed.illness if typed else _illness(sheet),
        "longest": LONGEST,
        "client_id": uuid.uuid4(),
        "errors": errors or [],
    }
    return render(request, "screens/handover_sheet.html", content, status=status)


def sections(sheet: Sheet) -> list[dict[str, object]]:
    """Return the sections as a page shows them, the giver's words with each."""
    return [
        {
            "letter": TITLES[name][0],
            "title": TITLES[name][1],
            "lines": sheet.sections[name],
            "words": sheet.given.words.get(name, ""),
            "name": name.value,
        }
        for name in Section
    ]


def _illness(sheet: Sheet) -> str:
    return sheet.given.illness.lower()


def _fields(sheet: Sheet, typed: Words | None) -> list[dict[str, str]]:
    labels_of = {
        Section.SUMMARY: "Add to the summary",
        Section.ACTIONS: "Add to the actions",
        Section.SITUATION: "Add to what may come",
    }
    return [
        {
            "name": name.value,
            "label": label,
            "value": getattr(typed, name.value) if typed else sheet.given.words.get(name, ""),
        }
        for name, label in labels_of.items()
    ]
