"""Take a kept resource once more: what is understood now is history, and pages nobody."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from interop.csv.mapped import Setting
from interop.csv.outcomes import Outcome
from interop.fhir import backload_store, gate, text
from interop.fhir.backload_plan import Arrived, load_of
from interop.fhir.files import Item
from interop.fhir.held import Held
from interop.fhir.outcome import FhirError
from interop.fhir.reading import read
from interop.fhir.reasons import NotChartedError
from interop.fhir.subjects import Subjects
from interop.models import ImportBatch
from interop.quarantine.models import QuarantinedItem
from staff.models import User

_UTC: Final = ZoneInfo("UTC")


@transaction.atomic
def again(item: QuarantinedItem, *, by: User, now: datetime) -> Outcome | None:
    """Stored, or a repeat of what is stored; None while it is still not understood.

    A resource of which other parts were stored before stays: its part is mended by sending
    it corrected, for the same resource twice would be two readings.
    """
    arrived = _arrived(item, now=now)
    if arrived is None:
        return None
    before = Held.of([arrived.read.mark]).said(arrived.read.mark)
    if before is not None:
        is_whole = ".component[" not in item.where
        return Outcome.DUPLICATE if is_whole and before == arrived.read.said else None
    setting = Setting(now=now, zone=_UTC, ward=item.ward)
    known = backload_store.known_of(arrived.read.decoded.mrn)
    load = load_of(arrived.read.decoded.mrn, [arrived], known=known, setting=setting)
    if known.patient is None or arrived.refusals or not load.holds_anything:
        return None
    batch = ImportBatch.objects.create(
        started_at=now, finished_at=now, started_by=by, ward=item.ward, time_zone="UTC",
        files=["quarantine"],
    )  # fmt: skip
    backload_store.store(load, batch=batch, setting=setting, by=by)
    return Outcome.STORED


def _arrived(item: QuarantinedItem, *, now: datetime) -> Arrived | None:
    """The resource read again; None where it is no whole one, or still says too little."""
    patient = item.patient

    def mrn_of(reference: str) -> str | None:
        return patient.mrn if patient is not None and not reference.startswith("Enc") else None

    try:
        resource = text.read(item.raw.encode())
        if gate.faults(resource):
            return None
        return Arrived(Item(0, 1, "", resource), read(resource, Subjects(mrn_of), now=now))
    except (FhirError, NotChartedError):
        return None
