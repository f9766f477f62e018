"""Who may open which page: everything out of a person's scope answers 404, without a name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from django.http import Http404, HttpRequest, HttpResponse

from alerts.models import Alert
from charting import access
from charting.models import PatientState
from screens import roster
from staff import permissions
from staff.models import User, Ward

View = Callable[..., HttpResponse]
# Whose pages may show a patient at all; the verb and the ward say which patient.
PAGES: Final = permissions.SEE_PATIENTS | permissions.BREAK_GLASS


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

    What belongs to a patient over time, and break-glass, is said in charting.access.
    """
    state = roster.states().filter(pk=patient_id).first()
    # A page shows the patient: who may only send data, such as an integration, has none.
    if state is None or user.role not in PAGES or not access.may(user, state, may):
        raise Http404
    return state


def ward_for(
    user: User,
    code: str,
    *,
    may: Callable[[User, Ward | None], bool] = permissions.can_see_patients,
) -> Ward:
    """Return a ward on which this person may; raises Http404 for any other."""
    ward = access.ward_named(user, code, may)
    if ward is None:
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
    sees = permissions.can_see_patients
    if alert is None or not access.may_with_alert(user, alert, sees):
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
