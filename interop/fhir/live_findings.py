"""Chart neuro checks and symptoms that a live feed sends, through the doors of the tablet."""

from datetime import datetime

from charting import neuro, symptoms
from charting.entry import EntryRefusedError
from interop.fhir import access
from interop.fhir.backload_plan import Load
from interop.fhir.live_facts import refused
from interop.fhir.outcome import IssueCode, refusal
from patients.models import Patient
from staff.models import User


def chart(load: Load, patient: Patient, *, user: User, now: datetime) -> None:
    """Record what stands beside sets, oldest first. Raises FhirError."""
    if load.words:
        words = "a word on a grade is said by the person whose word it is, at /api/v1/"
        raise refusal(422, "Observation.code", words, IssueCode.NOT_SUPPORTED)
    beside, source = load.plan.beside, access.source_of(user)
    try:
        for check in sorted(beside.checks, key=lambda each: each.taken_at):
            neuro.record_neuro_check(
                patient_id=patient.pk,
                client_id=check.client_id,
                taken_at=check.taken_at,
                recorded_by=user,
                now=now,
                findings=check.findings,
                source=source,
            )
        for number, report in beside.reports:
            symptoms.record_symptoms(
                patient_id=patient.pk,
                client_id=number,
                reports=[report],
                recorded_by=user,
                now=now,
                source=source,
                number=number,
            )
    except EntryRefusedError as error:
        raise refused("Observation", error) from error
