"""Whose data is taken out, and from when its days are counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cached_property

from charting import state as charting_state
from charting.models import PatientState
from interop.exports.deidentify import Mask
from patients.models import Patient
from patients.windows import course_start
from staff.models import Ward
from vitals.models import ObservationSet


@dataclass(frozen=True)
class Subject:
    """One patient of an export: the state, what may be told, and the clock of the ward."""

    state: PatientState
    mask: Mask
    now: datetime

    @property
    def patient(self) -> Patient:
        """The patient."""
        return self.state.patient

    @property
    def name(self) -> str:
        """The study id, or the MRN."""
        return self.mask.subject(patient_id=self.state.pk, mrn=self.patient.mrn)

    @property
    def zone(self) -> tzinfo:
        """The ward's clock; of one who has left, that of the last ward."""
        return self._last_ward.zone if self._last_ward else charting_state.zone_of(self.state)

    @cached_property
    def _last_ward(self) -> Ward | None:
        if self.state.ward is not None:
            return self.state.ward
        stay = self.patient.stays.select_related("ward").order_by("-admitted_at").first()
        return stay.ward if stay else None

    @cached_property
    def zero(self) -> datetime | None:
        """When the newest course began; without a dose, the first set there is."""
        start = course_start(charting_state.doses_of(self.state), at=self.now)
        if start is not None:
            return start.started_at
        sets = ObservationSet.objects.for_patient(self.state.pk).in_force()
        return sets.order_by("taken_at").values_list("taken_at", flat=True).first()

    @property
    def zero_day(self) -> date:
        """The calendar day of day 0; today's where nothing is known."""
        return (self.zero or self.now).astimezone(self.zone).date()


def of_patient(state: PatientState, *, mask: Mask, now: datetime) -> Iterator[Subject]:
    """The one patient."""
    yield Subject(state, mask, now)


def of_ward(ward: Ward, *, mask: Mask, now: datetime) -> Iterator[Subject]:
    """Everybody with a stay on the ward, one at a time."""
    found = PatientState.objects.filter(patient__stays__ward=ward).distinct().order_by("pk")
    for pk in list(found.values_list("pk", flat=True)):
        yield Subject(PatientState.objects.select_related("patient", "ward").get(pk=pk), mask, now)
