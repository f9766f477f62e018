"""Who may open a page of what comes in or goes out: out of scope answers 404, without a name."""

from typing import cast

from django.http import Http404, HttpRequest

from charting import access
from charting.models import PatientState
from staff import permissions
from staff.models import User, Ward


def user_of(request: HttpRequest) -> User:
    """The person signed in; the middleware has made sure of one."""
    return cast(User, request.user)


def patient_to_export(user: User, patient_id: int) -> PatientState:
    """The state of a patient of a ward whose data this person may take out; or Http404.

    A patient who has left is still one of the wards they were on.
    """
    states = PatientState.objects.select_related("patient", "ward")
    state = states.filter(pk=patient_id).first()
    if state is None or not access.may(user, state, permissions.can_export):
        raise Http404
    return state


def ward_for(user: User, code: str, *, may: access.Verb) -> Ward:
    """A ward on which this person may; or Http404, as for one that does not exist."""
    ward = access.ward_named(user, code, may)
    if ward is None:
        raise Http404
    return ward


def wards_to_import(user: User) -> list[Ward]:
    """The wards this person may load files into; Http404 for nobody's."""
    if user.role not in permissions.IMPORT_FILES:
        raise Http404
    return list(Ward.objects.filter(pk__in=permissions.ward_ids(user)).order_by("name"))
