"""Who may open which page: everything out of a person's scope answers 404, without a name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse

from alerts.models import Alert
from charting.models import PatientState
from screens import roster
from staff import permissions
from staff.models import User, Ward

View = Callable[..., HttpResponse]


def user_of(request: HttpRequest) -> User:
    """Return the person signed in; LoginRequiredMiddleware has made sure of one."""
    return cast(User, request.user)


def patient_for(
    user: User,
    patient_id: int,
    *,
    may: Callable[[User, Ward | None], bool] = permissions.can_see_patients,
) -> PatientState:
    """Return the patient's current state; raises Http404 when this is not the person's patient.

    Reading follows the patient into the past: staff of a ward the patient was on may
    still read. Every other verb asks about the ward where the patient is now.
    """
    state = roster.states().filter(pk=patient_id).first()
    if state is None:
        raise Http404
    sees = permissions.can_see_patients
    # A page shows the patient: who may only send data, such as an integration, has none.
    if sees(user, state.ward) and may(user, state.ward):
        return state
    if may is sees and _was_theirs(user, patient_id):
        return state
    raise Http404


def ward_for(
    user: User,
    code: str,
    *,
    may: Callable[[User, Ward | None], bool] = permissions.can_see_patients,
) -> Ward:
    """Return a ward on which this person may; raises Http404 for any other."""
    ward = Ward.objects.filter(code=code).first()
    if ward is None or not may(user, ward):
        raise Http404
    return ward


def alert_for(user: User, code: str) -> Alert:
    """Return an alert of one of the person's wards; raises Http404 for any other."""
    rows = Alert.objects.select_related(
        "ward",
        "patient__state__bed",
        "patient__state__ward",
        "patient__state__latest_assessment",
        "acknowledged_by",
    )
    alert = rows.filter(code=code).first()
    if alert is None or not permissions.can_see_patients(user, alert.ward):
        raise Http404
    return alert


def clinical_wards(user: User) -> list[Ward]:
    """Return the wards whose patients this person sees, by name."""
    if user.role not in permissions.SEE_PATIENTS:
        return []
    return own_wards(user)


def own_wards(user: User) -> list[Ward]:
    """Return the wards this person works on, by name, whatever they may do there."""
    return list(Ward.objects.filter(pk__in=permissions.ward_ids(user)).order_by("name"))


def private(view: View) -> View:
    """Keep the page out of every cache: a shared tablet's Back key must not show it again."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    return answer


def _was_theirs(user: User, patient_id: int) -> bool:
    wards = Ward.objects.filter(stays__patient_id=patient_id).distinct()
    return any(permissions.can_see_patients(user, ward) for ward in wards)
