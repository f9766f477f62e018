"""Who may open which patient, ward or alert: asked here by pages, REST, FHIR and exports alike.

Each `staff.permissions` verb speaks of one ward. What belongs to a patient over time is
said here and nowhere else: reading follows a patient to whoever cared for them before,
every other verb asks about the ward where the patient is now, and break-glass lets
somebody read one patient for a while.
"""

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from alerts.models import Alert
from audit import reading
from charting.break_glass.models import BreakGlass
from charting.models import PatientState
from staff import permissions
from staff.models import User, Ward
from staff.prepared import Prepared

Verb = Callable[[User, Ward | None], bool]

# What break-glass opens: reading, on screens and as resources; never paper, files or writing.
_OPENED: Final[frozenset[Verb]] = frozenset(
    {permissions.can_see_patients, permissions.can_read_resources}
)
# What follows the patient to the staff of every ward they were on.
_FOLLOWS: Final = _OPENED | {permissions.can_print}
# On the ward where the patient is; of somebody who left, on the wards they were on.
_AFTERWARDS: Final[frozenset[Verb]] = frozenset({permissions.can_export})


def may(user: User, state: PatientState, verb: Verb) -> bool:
    """Whether this person may do this with this patient now."""
    is_let = _on_a_ward(user, state, verb) or (
        verb in _OPENED and opening_of(user, state.pk) is not None
    )
    if is_let:
        reading.opened(state.pk)
    return is_let


def ward_named(user: User, code: str, verb: Verb) -> Ward | None:
    """The ward of this code, if this person may do this there; none as for no such ward."""
    ward = _WARD.first(code=code)
    return ward if ward is not None and verb(user, ward) else None


def is_theirs(user: User, state: PatientState) -> bool:
    """Whether this person reads the patient without break-glass."""
    return _on_a_ward(user, state, permissions.can_see_patients)


def may_with_alert(user: User, alert: Alert, verb: Verb) -> bool:
    """Whether this person may do this with this alert; who reads the patient reads it."""
    reads = verb in {permissions.can_see_patients, permissions.can_see_alerts}
    is_let = verb(user, alert.ward) or (reads and opening_of(user, alert.patient_id) is not None)
    if is_let:
        reading.opened(alert.patient_id)
    return is_let


def wards_of(patient_id: int) -> list[Ward]:
    """The wards a patient is or was on."""
    return list(Ward.objects.filter(stays__patient_id=patient_id).distinct().order_by("pk"))


def opening_of(user: User, patient_id: int) -> BreakGlass | None:
    """The opening by which this person reads this patient now; asked once per request."""
    if not permissions.can_break_glass(user):
        return None
    known: dict[int, BreakGlass | None] = getattr(user, "_openings", {})
    if patient_id not in known:
        rows = BreakGlass.objects.in_force(timezone.now())
        known[patient_id] = rows.filter(user=user, patient_id=patient_id).first()
        user._openings = known  # type: ignore[attr-defined]
    return known[patient_id]


def used_opening(user: User) -> BreakGlass | None:
    """The opening that this request needed, for the bar that says so; no query."""
    known: dict[int, BreakGlass | None] = getattr(user, "_openings", {})
    return next((each for each in known.values() if each is not None), None)


def _on_a_ward(user: User, state: PatientState, verb: Verb) -> bool:
    if verb(user, state.ward):
        return True
    if verb in _FOLLOWS or (verb in _AFTERWARDS and state.ward is None):
        return any(verb(user, ward) for ward in wards_of(state.pk))
    return False


_WARD: Final = Prepared(lambda code: Ward.objects.filter(code=code))
