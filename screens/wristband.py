"""From a wristband to the right chart: a scan opens one patient's form, or stops and says why."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from audit import trail
from charting import access
from charting.models import PatientState
from patients.wristband import NotAWristbandError, mrn_of
from screens import roster, strip
from screens.access import patient_for, user_of
from staff import permissions
from staff.models import User
from tablets.session import device_of

_LONGEST_SCAN: Final = 200
_LAST_CHARACTERS: Final = 4
_NOT_HERE: Final = (
    "No patient of your wards has this wristband. You may be on the wrong ward, or the patient is "
    "not admitted here yet. Nothing was opened and nothing was stored."
)
_NOT_THIS_BAND: Final = (
    "These are not the last characters of this patient's MRN. Read them from the wristband, not "
    "from a list, and check that you are at the right bed."
)


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Open the charting form of the patient whose band was scanned; anything else stops."""
    user = user_of(request)
    try:
        mrn = mrn_of(request.POST.get("code", "")[:_LONGEST_SCAN])
    except NotAWristbandError as error:
        return _stop(request, title="Not a wristband", words=str(error), status=422)
    state = roster.states().filter(patient__mrn=mrn).first()
    if state is None or not access.may(user, state, permissions.can_chart):
        if state is not None:
            _note("identity.other_ward", user, state)
        return _stop(request, title="Stop: not a patient of yours", words=_NOT_HERE, status=404)
    if _is_away_from_home(request, state):
        _note("identity.wrong_ward", user, state)
        return _wrong_ward(request, state)
    return redirect(f"/patients/{state.pk}/chart/")


def _is_away_from_home(request: HttpRequest, state: PatientState) -> bool:
    """Whether this tablet belongs to another ward than the one the patient is on."""
    device = device_of(request)
    return device is not None and state.ward is not None and device.ward_id != state.ward.pk


def _wrong_ward(request: HttpRequest, state: PatientState) -> HttpResponse:
    device = device_of(request)
    assert device is not None
    words = (
        f"{state.patient.name} is on {state.ward}; this tablet belongs to {device.ward}. "
        "Go on only if you stand at this patient's bed."
    )
    content = {"title": "Stop: another ward", "words": words, "go_on": state.pk}
    return render(request, "screens/wristband_stop.html", content)


@require_http_methods(["GET", "HEAD", "POST"])
def identify(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Ask for the end of the MRN where two patients of a ward share a surname."""
    user = user_of(request)
    state = patient_for(user, patient_id, may=permissions.can_chart)
    content: dict[str, Any] = {
        "patient": strip.strip(state, now=timezone.now(), shares_surname=True),
        "characters": _LAST_CHARACTERS,
        "whole": _end_is_shared(state),
    }
    if request.method != "POST":
        return render(request, "screens/identify.html", content)
    if _is_theirs(request.POST.get("code", "")[:_LONGEST_SCAN], state):
        return redirect(f"/patients/{patient_id}/chart/")
    _note("identity.mismatch", user, state)
    return render(request, "screens/identify.html", content | {"error": _NOT_THIS_BAND}, status=422)


def _is_theirs(given: str, state: PatientState) -> bool:
    """Whether what was scanned or typed is the patient's MRN, or enough of its end."""
    try:
        said = mrn_of(given)
    except NotAWristbandError:
        return False
    mrn = state.patient.mrn
    if said == mrn:
        return True
    return said.casefold() == _end(mrn) and not _end_is_shared(state)


def _end_is_shared(state: PatientState) -> bool:
    """Whether the end of the MRN cannot tell this patient from a namesake on the ward."""
    namesakes = PatientState.objects.filter(
        ward=state.ward, patient__family_name__iexact=state.patient.family_name
    ).exclude(pk=state.pk)
    ends = {_end(mrn) for mrn in namesakes.values_list("patient__mrn", flat=True)}
    return _end(state.patient.mrn) in ends


def _end(mrn: str) -> str:
    return mrn[-_LAST_CHARACTERS:].casefold()


def _stop(request: HttpRequest, *, title: str, words: str, status: int) -> HttpResponse:
    content = {"title": title, "words": words}
    return render(request, "screens/wristband_stop.html", content, status=status)


def _note(action: str, user: User, state: PatientState) -> None:
    """A near miss is a safety event; it is on the trail of the patient it nearly happened to."""
    trail.record(
        action=action,
        actor=user,
        scope=f"patient:{state.pk}",
        subject=f"patient:{state.pk}",
        at=timezone.now(),
    )
