"""Store one patient's plan: all of it or nothing, so that a run can end anywhere and go on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import uuid5

from django.db import transaction

from audit import appending, trail
from charting import bulk, history, state
from interop.csv import memory
from interop.csv.identity import NAMESPACE
from interop.csv.kinds import Kind
from interop.csv.mapped import Setting
from interop.csv.outcomes import Outcome
from interop.csv.planning import Known, Plan
from interop.models import ImportBatch, ImportedRow, ImportedStay
from patients.models import BodyWeight, Patient, Stay, Treatment
from staff.models import User
from vitals.models import ObservationSet

_BATCH: Final = 500


def known_of(mrn: str) -> Known:
    """Read what the system holds of a patient: rows stored before, medicines left running."""
    patient = Patient.objects.filter(mrn=mrn).first()
    if patient is None:
        return Known()
    stored = ImportedRow.objects.filter(patient=patient, outcome=Outcome.STORED)
    digests = dict(stored.values_list("digest", "kind"))
    return Known(patient, frozenset(digests), _running(patient, digests))


def _running(patient: Patient, digests: Mapping[str, str]) -> dict[str, Treatment]:
    """The open stretches that earlier imports of charted rates left; nobody else's."""
    open_ones = list(Treatment.objects.filter(patient=patient, stopped_at=None).in_force())
    if not open_ones:
        return {}
    ours = {uuid5(NAMESPACE, digest) for digest, kind in digests.items() if kind == Kind.RATES}
    return {each.code: each for each in open_ones if each.client_id in ours}


@transaction.atomic
def store(
    plan: Plan, *, batch: ImportBatch, stays: Sequence[str], setting: Setting, by: User | None
) -> None:
    """Store what the plan says, in one transaction, with the rows it was made of."""
    patient = plan.known.patient
    # What comes beside rows, such as a reading skipped for a reason, is a fact as well.
    beside = plan.beside.checks or plan.beside.reports
    if plan.stored or plan.entries or beside:
        patient = _store_facts(plan, stays=stays, batch=batch, setting=setting, by=by)
    digest_of = plan.digest_of
    met = [memory.stored(row, digest_of[id(row)]) for row in plan.stored]
    met += [memory.refused(each, digest_of[id(each.row)]) for each in plan.refused]
    memory.keep(met, batch=batch, patient=patient)


def _store_facts(
    plan: Plan, *, stays: Sequence[str], batch: ImportBatch, setting: Setting, by: User | None
) -> Patient:
    now = setting.now
    patient, older_fact = _register(plan)
    _store_stays(plan, patient, setting=setting)
    changes = [older_fact] if older_fact else []
    changes += _store_doses(plan, patient, now=now, by=by)
    changes += _store_treatments(plan, patient, now=now, by=by)
    for lab in plan.labs:
        lab.result.patient_id = patient.pk
        lab.result.recorded_by = by
    appending.append([lab.result for lab in plan.labs])
    BodyWeight.objects.bulk_create(
        BodyWeight(
            patient=patient, weight_kg=weight.weight_kg, measured_at=weight.at,
            recorded_by=by, recorded_at=now,
        )
        for weight in plan.weights
    )  # fmt: skip
    state.locked(patient.pk)
    bulk.grade_labs(patient_id=patient.pk, results=[lab.result for lab in plan.labs], now=now)
    bulk.chart_many(
        patient_id=patient.pk,
        entries=plan.entries,
        charted_by=by,
        now=now,
        regrade_from=min(changes, default=None),
    )
    _store_beside(plan, patient, now=now, by=by)
    known = ImportedStay.objects.filter(icustay_id__in=stays).values_list("icustay_id", flat=True)
    ImportedStay.objects.bulk_create(
        ImportedStay(icustay_id=stay, patient=patient) for stay in sorted({*stays} - {*known})
    )
    trail.record(
        action="patient.imported",
        actor=by,
        scope=f"patient:{patient.pk}",
        subject=f"import:{batch.pk}",
        at=now,
        detail={
            "registered": plan.known.patient is None,
            "rows": len(plan.stored),
            "sets": len(plan.entries),
            "labs": len(plan.labs),
            "treatments": len(plan.given),
            "stays": len(plan.visits),
        },
    )
    return patient


def _register(plan: Plan) -> tuple[Patient, datetime | None]:
    """Register the patient, or fill in what was unknown; a new birth date re-grades all sets."""
    patient = plan.known.patient
    diagnosis = next((visit.diagnosis for visit in plan.visits if visit.diagnosis), "")
    if patient is None:
        return Patient.objects.create(
            mrn=plan.mrn, sex=plan.sex, birth_date=plan.birth_date, diagnosis=diagnosis
        ), None
    aged = patient.birth_date is None and plan.birth_date is not None
    patient.sex, patient.birth_date = plan.sex, plan.birth_date
    patient.diagnosis = patient.diagnosis or diagnosis
    patient.save(update_fields=["sex", "birth_date", "diagnosis"])
    if not aged:
        return patient, None
    first = ObservationSet.objects.for_patient(patient.pk).order_by("taken_at").first()
    return patient, first.taken_at if first else None


def _store_stays(plan: Plan, patient: Patient, *, setting: Setting) -> None:
    """Stays that are over; without any, one that spans what was imported shows the patient."""
    if setting.ward is None:
        return
    stays = [
        Stay(
            patient=patient, ward=setting.ward, admitted_at=visit.admitted_at,
            discharged_at=visit.discharged_at,
        )
        for visit in plan.visits
    ]  # fmt: skip
    span = plan.span()
    if not stays and span and not Stay.objects.filter(patient=patient).exists():
        stays = [
            Stay(patient=patient, ward=setting.ward, admitted_at=span[0], discharged_at=span[1])
        ]
    Stay.objects.bulk_create(stays)


def _store_doses(plan: Plan, patient: Patient, *, now: datetime, by: User | None) -> list[datetime]:
    """Append doses of the therapy itself; return since when grades may differ."""
    for dose in plan.beside.doses:
        history.add_dose(
            patient_id=patient.pk,
            therapy=dose.therapy,
            kind=dose.kind,
            started_at=dose.started_at,
            stopped_at=dose.stopped_at,
            dose_value=dose.dose_value,
            dose_unit=dose.dose_unit,
            recorded_by=by,
            now=now,
        )
    return [dose.started_at for dose in plan.beside.doses]


def _store_beside(plan: Plan, patient: Patient, *, now: datetime, by: User | None) -> None:
    """Append neuro checks and symptoms, oldest first."""
    for check in sorted(plan.beside.checks, key=lambda each: each.taken_at):
        history.add_neuro_check(
            patient_id=patient.pk,
            client_id=check.client_id,
            taken_at=check.taken_at,
            findings=check.findings,
            recorded_by=by,
            now=now,
        )
    history.add_symptoms(
        patient_id=patient.pk, reports=plan.beside.reports, recorded_by=by, now=now
    )


def _store_treatments(
    plan: Plan, patient: Patient, *, now: datetime, by: User | None
) -> list[datetime]:
    """Append treatments and the ends of running ones; return since when grades may differ."""
    fresh = [
        Treatment(
            client_id=plan.number_of.get(id(given.row))
            or uuid5(NAMESPACE, plan.digest_of[id(given.row)]),
            patient=patient,
            code=given.code,
            started_at=given.started_at,
            stopped_at=given.stopped_at,
            dose_value=given.dose_value,
            dose_unit=given.dose_unit,
            note=given.note,
            recorded_by=by,
            recorded_at=now,
        )
        for given in plan.given
    ]
    fresh += [_ended(running, at, now=now, by=by) for running, at in plan.ends]
    Treatment.objects.bulk_create(fresh, batch_size=_BATCH)
    return [treatment.started_at for treatment in fresh]


def _ended(running: Treatment, at: datetime, *, now: datetime, by: User | None) -> Treatment:
    return Treatment(
        client_id=uuid5(running.client_id, at.isoformat()),
        patient_id=running.patient_id,
        code=running.code,
        started_at=running.started_at,
        stopped_at=at,
        dose_value=running.dose_value,
        dose_unit=running.dose_unit,
        route=running.route,
        note=running.note,
        recorded_by=by,
        recorded_at=now,
        supersedes=running,
        reason="a later import charted what followed",
    )
