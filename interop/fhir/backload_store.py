"""Store what files say of one patient: all of it or nothing, and nobody is paged."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from alerts.models import Alert, AlertEvent, AlertState, ClosedAs
from charting import bulk, history, results, state
from grading.models import Confirmation
from interop.csv import storing
from interop.csv.mapped import Setting
from interop.csv.planning import Known
from interop.fhir import held, targets, text
from interop.fhir.backload_plan import Load
from interop.fhir.coding import words_of
from interop.fhir.decoded import Dose
from interop.fhir.files import Item
from interop.fhir.identity import identifiers
from interop.fhir.own import SOURCE
from interop.fhir.reasons import Refusal, Why
from interop.models import ImportBatch
from interop.quarantine import keeping
from interop.quarantine.models import Format
from patients import therapies
from patients.models import Infusion, Patient, Sex, Stay, Treatment
from staff.models import User
from vitals.models import LabResult, NeuroAssessment, ObservationSet, SymptomReport

OURS: Final = "ours"
_OPEN_THERE: Final = "It was still open where it came from; its history was loaded here."
_MODELS: Final[tuple[Any, ...]] = (
    ObservationSet, LabResult, Treatment, NeuroAssessment, SymptomReport, Confirmation,
)  # fmt: skip
_LONGEST_RAW: Final = 100_000


def known_of(mrn: str) -> Known:
    """What the system holds of a patient already."""
    return storing.known_of(mrn)


def own_known(resource: dict[str, Any] | None) -> str | None:
    """OURS when this very system holds the fact that a resource was made of; else None."""
    if not resource or (resource.get("meta") or {}).get("source") != SOURCE:
        return None
    kind = resource["resourceType"]
    if kind == "Flag":
        return OURS if Alert.objects.filter(code__in=_values(resource)).exists() else None
    for value in _values(resource):
        try:
            mark = UUID(value.partition(".")[0])
        except ValueError:
            continue
        for model in _MODELS:
            if model.objects.filter(client_id=mark).exists():
                return OURS
    return None


def _values(resource: dict[str, Any]) -> list[str]:
    return [value for _, value in identifiers(resource)]


@transaction.atomic
def store(load: Load, *, batch: ImportBatch, setting: Setting, by: User | None) -> None:
    """Store one patient's load, with what remembers each resource."""
    now = setting.now
    patient = _register(load, now=now)
    load.plan.known.patient = patient
    state.locked(patient.pk)
    dosed_since = [_record_dose(dose, patient, now=now, by=by) for _, dose in load.doses]
    if any(dosed_since):
        state.refresh_place(patient)
    _store_stays(load, patient, setting)
    storing.store(load.plan, batch=batch, stays=(), setting=setting, by=by)
    moments = [at for at in dosed_since if at is not None]
    if moments:
        results.follow_doses(state.locked(patient.pk), now=now)
        bulk.regrade(patient.pk, since=min(moments), now=now, reason="import")
    for each, word in load.words:
        if not history.add_confirmation(patient_id=patient.pk, word=word, by=by, now=now):
            each.is_stored = False
            words = f"there is no grade of {word.scale} at that time here"
            each.refuse(Why.HOLDS_NOTHING, "Observation.derivedFrom", words)
    for found in load.histories:
        _record_alert(found, patient, now=now)
    _remember(load, patient, now=now, by=by)


def _register(load: Load, *, now: datetime) -> Patient:
    """Register the patient, or fill in what was unknown; age decides grades, so they follow."""
    patient = load.plan.known.patient
    person = load.person
    born = load.plan.birth_date or (person.birth_date if person else None)
    sex = person.sex if person and load.plan.sex == Sex.UNKNOWN else load.plan.sex
    if patient is None:
        patient = Patient.objects.create(mrn=load.mrn, birth_date=born, sex=sex)
    aged = patient.birth_date != born
    if person is not None:
        patient.family_name = patient.family_name or person.family_name
        patient.given_name = patient.given_name or person.given_name
    patient.birth_date, patient.sex = born, sex
    patient.save(update_fields=["family_name", "given_name", "birth_date", "sex"])
    load.plan.birth_date, load.plan.sex = born, sex
    first = ObservationSet.objects.for_patient(patient.pk).order_by("taken_at").first()
    if aged and first is not None:
        bulk.regrade(patient.pk, since=first.taken_at, now=now, reason="import")
    return patient


def _store_stays(load: Load, patient: Patient, setting: Setting) -> None:
    """Stays that are over; those of a place and time that are known are not repeated."""
    if setting.ward is None:
        return
    for visit in load.visits:
        Stay.objects.get_or_create(
            patient=patient,
            admitted_at=visit.admitted_at,
            defaults={"ward": setting.ward, "discharged_at": visit.discharged_at},
        )


def _record_dose(
    dose: Dose, patient: Patient, *, now: datetime, by: User | None
) -> datetime | None:
    """Append a dose of the past; the same one is known by therapy and start."""
    if patient.infusions.filter(therapy=dose.therapy, started_at=dose.started_at).exists():
        return None
    edition = dose.edition or therapies.profile(dose.therapy).edition
    Infusion.objects.create(
        patient=patient,
        therapy=dose.therapy,
        therapy_edition=edition,
        kind=dose.kind,
        started_at=dose.started_at,
        stopped_at=dose.stopped_at,
        dose_value=dose.dose_value,
        dose_unit=dose.dose_unit,
        recorded_by=by,
        recorded_at=now,
    )
    return dose.started_at


def _record_alert(found: dict[str, Any], patient: Patient, *, now: datetime) -> None:
    """Append an alert that is over: it was raised elsewhere, and tells nobody here."""
    if Alert.objects.filter(code=found["code"]).exists():
        return
    fields = {name: value for name, value in found.items() if value is not None}
    fields.setdefault("last_seen_at", found["raised_at"])
    fields.setdefault("respond_by", found["raised_at"])
    fields.pop("acknowledged_at", None)  # by whom is not carried, and the two go together
    if "closed_at" not in fields:
        fields |= {"closed_at": now, "closed_reason": _OPEN_THERE}
    fields["closed_as"] = fields["closed_as"] or ClosedAs.RESOLVED
    alert = Alert.objects.create(patient=patient, ward=None, state=AlertState.CLOSED, **fields)
    AlertEvent.objects.create(alert=alert, seq=1, kind="imported", at=now)


def _remember(load: Load, patient: Patient, *, now: datetime, by: User | None) -> None:
    found = targets.of_client_ids(each.set_id for each in load.arrived if each.set_id)
    rows = []
    for each in load.arrived:
        if each.is_stored and each.item.resource is not None:
            target = targets.target_of(each.read.decoded, found.get(each.set_id), patient)
            rows.append(
                held.remember(
                    each.item.resource, mark=each.read.mark, said=each.read.said,
                    target=target, patient=patient, now=now, by=by,
                )
            )  # fmt: skip
    held.keep(rows)


def _name(resource: dict[str, Any] | None) -> str:
    """How the resource calls what it measures, for the person who looks at it."""
    return words_of((resource or {}).get("code"))


def quarantine(
    item: Item,
    refusals: Sequence[Refusal],
    *,
    now: datetime,
    patient: Patient | None,
    sender: str = "file",
) -> None:
    """Keep what a person may mend, whole, with the reason and the place."""
    raw = text.write(item.resource).decode() if item.resource else item.raw
    waiting = [
        keeping.Waiting(
            raw=raw[:_LONGEST_RAW],
            reason_code=each.reason,
            detail=each.words,
            where=each.path,
            sender=sender,
            display=_name(item.resource),
            patient_id=patient.pk if patient else None,
        )
        for each in refusals
        if each.outcome.value == "quarantined"
    ]
    if waiting:
        keeping.keep(waiting, form=Format.FHIR, now=now)
