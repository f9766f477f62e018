"""Two record numbers turn out to be one person's: no fact is moved, edited or lost.

Where only one of the two has anything charted, that one goes on under the surviving
number, with its alerts, and the other number leads to it. Where both have, the sets and
results of the one given up are moved through the doors, which withdraw them there, link
and grade them here. What no door can move - a dose, an open alert - takes a person:
it would be hidden.
"""

from dataclasses import replace
from datetime import datetime
from uuid import uuid5

from alerts.models import Alert
from audit import trail
from charting import state, stays
from charting.moving import move_observations
from charting.results import correct_lab, record_lab
from interop.hl7v2 import demographics, people
from interop.hl7v2.account import DUPLICATE, STORED, Fate, Receiving
from interop.hl7v2.people import Person
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.results import lab_entry
from interop.hl7v2.wire import Message
from interop.models import MergedPatient
from patients.models import Patient, Stay
from vitals.models import LabResult, ObservationSet

# What every patient has, and what follows the patient's place: no facts.
_NO_FACTS = frozenset({"patients.Stay", "charting.PatientState", "alerts.DueSet"})
_MOVABLE = frozenset(
    {"vitals.ObservationSet", "vitals.LabResult", "grading.Assessment", "alerts.Alert"}
)
_WHY = "Two record numbers were one person's"


def merge(
    message: Message, survivor: Person, *, at: datetime, how: Receiving
) -> tuple[Fate, Patient | None]:
    """Merge the prior number of MRG into the survivor's; raises RefusedMessageError."""
    given_up = message.first("MRG")
    if given_up is None:
        raise RefusedMessageError(Reason.NO_PRIOR, "there is no MRG segment", where="MRG")
    prior_mrn = people.record_number(given_up, 1)
    if prior_mrn == survivor.mrn:
        words = "the prior number is the surviving one"
        raise RefusedMessageError(Reason.NO_PRIOR, words, where="MRG-1")
    right, prior = people.known(survivor.mrn), people.known(prior_mrn)
    if prior is None and right is None:
        words = "neither record number is of a patient here"
        raise RefusedMessageError(Reason.UNKNOWN_PATIENT, words, where="PID-3")
    if right is not None and prior is not None and right.pk == prior.pk:
        return DUPLICATE, right
    if prior is None:
        assert right is not None
        _give_up(prior_mrn, right, at=at, how=how)
        return STORED, right
    if right is None:
        _rename(prior, survivor.mrn)
        demographics.fill_in(prior, survivor, by=how.by, now=how.now)
        _give_up(prior_mrn, prior, at=at, how=how)
        return STORED, prior
    return STORED, _merge_known(right, prior, survivor.mrn, prior_mrn, at=at, how=how)


def facts_of(patient: Patient) -> set[str]:
    """The kinds of rows that hang on the patient, but where they are."""
    found = set()
    for relation in patient._meta.get_fields(include_hidden=True):
        if not (relation.one_to_many or relation.one_to_one) or not relation.auto_created:
            continue
        model = relation.related_model
        label = model._meta.label  # type: ignore[union-attr]
        if label in _NO_FACTS or label.startswith("interop."):
            continue
        if model._default_manager.filter(**{relation.field.name: patient}).exists():  # type: ignore[union-attr]
            found.add(label)
    return found


def _merge_known(
    right: Patient, prior: Patient, mrn: str, prior_mrn: str, *, at: datetime, how: Receiving
) -> Patient:
    for pk in sorted({right.pk, prior.pk}):
        state.locked(pk)
    theirs = facts_of(prior)
    if facts_of(right) and theirs:
        _move_facts(prior, right, theirs, how=how)
        theirs = set()
    goes_on, empty = (prior, right) if theirs else (right, prior)
    _hand_over_stay(empty, goes_on, how=how)
    if goes_on.pk == prior.pk:
        # The numbers change places; the row that has nothing keeps the one given up.
        _rename(right, f"merged-{right.pk}")
        _rename(prior, mrn)
        _rename(right, prior_mrn)
        names = ("family_name", "given_name", "birth_date", "sex")
        person = Person(mrn, *(getattr(right, name) for name in names))
        demographics.fill_in(prior, person, by=how.by, now=how.now)
    _give_up(prior_mrn, goes_on, at=at, how=how)
    return goes_on


def _move_facts(prior: Patient, right: Patient, facts: set[str], *, how: Receiving) -> None:
    """Move sets and results; raises RefusedMessageError where anything would stay behind."""
    is_open = Alert.objects.filter(patient=prior).not_closed().exists()
    if is_open or not facts <= _MOVABLE:
        words = (
            "both record numbers have facts, and an open alert or a fact that cannot be moved: "
            "a person must move what belongs to the survivor"
        )
        raise RefusedMessageError(Reason.BOTH_HAVE_FACTS, words, where="MRG-1")
    for row in ObservationSet.objects.for_patient(prior.pk).in_force().order_by("taken_at", "pk"):
        move_observations(
            wrong_id=row.pk,
            to_patient_id=right.pk,
            client_id=uuid5(row.client_id, "merged"),
            moved_by=how.by,
            reason=_WHY,
            now=how.now,
        )
    for lab in LabResult.objects.filter(patient=prior).in_force().order_by("taken_at", "pk"):
        entry = replace(lab_entry(lab), client_id=uuid5(lab.client_id, "merged"))
        correct_lab(
            wrong_id=lab.pk, entry=None, recorded_by=how.by, now=how.now, source=lab.source,
            reason=_WHY,
        )  # fmt: skip
        record_lab(
            patient_id=right.pk, entry=entry, recorded_by=how.by, now=how.now, source=lab.source
        )


def _hand_over_stay(empty: Patient, goes_on: Patient, *, how: Receiving) -> None:
    """One place remains: that of whoever has one, the charted patient's own first."""
    theirs = Stay.objects.filter(patient=empty, discharged_at=None).first()
    if theirs is None:
        return
    ward, bed, admitted_at = theirs.ward, theirs.bed, theirs.admitted_at
    stays.discharge(theirs, at=max(how.now, admitted_at), by=how.by, now=how.now)
    if not Stay.objects.filter(patient=goes_on, discharged_at=None).exists():
        stays.admit(goes_on, ward=ward, bed=bed, at=admitted_at, by=how.by, now=how.now)


def _rename(patient: Patient, mrn: str) -> None:
    patient.mrn = mrn
    patient.save(update_fields=["mrn"])


def _give_up(prior_mrn: str, patient: Patient, *, at: datetime, how: Receiving) -> None:
    MergedPatient.objects.create(mrn=prior_mrn, patient=patient, merged_at=at, received_at=how.now)
    trail.record(
        action="patient.merged",
        actor=how.by,
        scope=f"patient:{patient.pk}",
        subject=f"patient:{patient.pk}",
        at=how.now,
        detail={"source": "hl7v2"},
    )
