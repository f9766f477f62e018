"""Find the patient that a request names, within the wards of who asks; else there is none."""

from typing import Any, Final

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from charting import access
from charting.chart import ConflictError
from charting.entry import EntryRefusedError, FieldError
from charting.models import PatientState
from staff.models import Role, User
from staff.prepared import Prepared
from vitals.vocabulary import Source

Permission = access.Verb


def user_of(request: Request) -> User:
    """The signed-in user; the permission classes let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def source_of(user: User) -> str:
    """How a fact came in: another system, or a person."""
    return Source.INTEGRATION if user.role == Role.INTEGRATION else Source.NURSE


def body_of(request: Request) -> dict[str, Any]:
    """The request's JSON object; raises EntryRefusedError for a list or a bare value."""
    if not isinstance(request.data, dict):
        raise EntryRefusedError([FieldError("entry", None, "must be a JSON object")])
    return request.data


def of_patient(row: Any, patient_id: int) -> None:
    """Raise ConflictError for a stored row that this client_id gave to another patient."""
    if row.patient_id != patient_id:
        raise ConflictError(f"client_id {row.client_id} belongs to another entry")


def patient_id_of(request: Request, named: Any, *, may: Permission) -> int:
    """Return the id of the patient named by MRN (text) or id (number).

    A patient on none of the user's wards is answered like one that does not
    exist, so that nobody learns who is in the house.
    """
    if isinstance(named, bool) or not isinstance(named, str | int) or named == "":
        raise EntryRefusedError(
            [FieldError("patient", None, "is required: an MRN as text or an id as a number")]
        )
    if isinstance(named, int) and not 0 < named < 2**63:
        raise NotFound("There is no such patient on your wards.")
    asked = _BY_ID if isinstance(named, int) else _BY_MRN
    state = asked.first(named=named)
    if state is None or not access.may(user_of(request), state, may):
        raise NotFound("There is no such patient on your wards.")
    return state.patient_id


_BY_ID: Final = Prepared(
    lambda named: PatientState.objects.select_related("ward").filter(patient_id=named)
)
_BY_MRN: Final = Prepared(
    lambda named: PatientState.objects.select_related("ward").filter(patient__mrn=named)
)
