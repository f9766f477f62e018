"""What a skip needs before it can be stood by: sleep is no reason without a signed order."""

from datetime import datetime

from charting import due
from charting.entry import Entry, EntryRefusedError, FieldError
from charting.models import PatientState
from vitals.vocabulary import SkipReason


def may_sleep(current: PatientState, *, at: datetime) -> bool:
    """Whether a signed order lets the patient sleep at this time."""
    plan = due.planned(current)
    if plan is None or plan.sleep_from is None or plan.sleep_until is None:
        return False
    return plan.sleep_from <= at < plan.sleep_until


def refuse_unsigned_sleep(entry: Entry, current: PatientState) -> None:
    """Refuse “asleep” for a patient whom nobody ordered to be left asleep."""
    skipped = entry.values.get("skipped") or {}
    if SkipReason.ASLEEP in skipped.values() and not may_sleep(current, at=entry.taken_at):
        words = "“asleep” needs a signed order to let the patient sleep"
        raise EntryRefusedError([FieldError("skipped", SkipReason.ASLEEP.value, words)])
