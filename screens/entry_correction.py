"""What a person who corrects a set is asked: what was wrong with it, and whose set it is."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from charting import access, moving
from charting.chart import Charted
from charting.entry import EntryRefusedError, FieldError
from charting.models import PatientState
from screens.entry_form import LONGEST_REASON, Typed
from staff import permissions
from staff.models import User
from vitals.models import ObservationSet
from vitals.vocabulary import CorrectionCode

_NOT_FOUND = "No patient of your wards has this MRN"


def is_of_another(form: Typed) -> bool:
    """Whether the set was charted for the wrong patient."""
    return form.text("reason") == CorrectionCode.WRONG_PATIENT


def refusals(form: Typed, *, by: User) -> list[FieldError]:
    """What is wrong with what was said of the correction."""
    code, text = form.text("reason"), form.text("reason_text")
    if code not in CorrectionCode.values:
        return [FieldError("reason", code or None, "Say what was wrong with the set")]
    if len(text) > LONGEST_REASON:
        return [FieldError("reason", text, f"At most {LONGEST_REASON} characters")]
    if code == CorrectionCode.OTHER and not text:
        return [FieldError("reason", None, "Say in words what was wrong")]
    if code == CorrectionCode.WRONG_PATIENT and _right(form, by=by) is None:
        return [FieldError("right_mrn", form.text("right_mrn") or None, _NOT_FOUND)]
    return []


def in_words(form: Typed) -> str:
    """The reason as charts show it."""
    label, text = CorrectionCode(form.text("reason")).label, form.text("reason_text")
    return f"{label}: {text}" if text else label


def move(form: Typed, *, wrong: ObservationSet, by: User, now: datetime) -> Charted:
    """Move the set, as it was charted, to the patient whose it is."""
    right = _right(form, by=by)
    if right is None:
        raise EntryRefusedError([FieldError("right_mrn", form.text("right_mrn"), _NOT_FOUND)])
    try:
        client_id = uuid.UUID(form.text("client_id"))
    except ValueError:
        words = "must be a UUID made by the client"
        raise EntryRefusedError([FieldError("client_id", None, words)]) from None
    return moving.move_observations(
        wrong_id=wrong.pk,
        to_patient_id=right.pk,
        client_id=client_id,
        moved_by=by,
        reason=in_words(form),
        now=now,
    )


def asked(form: Typed, wrong: ObservationSet, errors: Sequence[FieldError]) -> dict[str, Any]:
    """What the page asks, with what was answered."""
    said = {error.field: error.message for error in errors}
    return {
        "set_id": wrong.pk,
        "codes": [
            {"value": value, "label": label, "checked": form.text("reason") == value}
            for value, label in CorrectionCode.choices
        ],
        "text": form.text("reason_text"),
        "right_mrn": form.text("right_mrn"),
        "error": said.get("reason") or said.get("right_mrn"),
    }


def _right(form: Typed, *, by: User) -> PatientState | None:
    found = PatientState.objects.filter(patient__mrn=form.text("right_mrn")).select_related("ward")
    state = found.first()
    if state is None or not access.may(by, state, permissions.can_correct):
        return None
    return state
