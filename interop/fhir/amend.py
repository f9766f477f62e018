"""Correct and withdraw what a resource charted: a new fact, and the old one stays."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from audit import trail
from charting import chart, results, state
from charting.chart import ConflictError, NotInForceError
from charting.entry import READERS, Entry, EntryRefusedError
from charting.withdrawing import withdraw
from interop.csv.cells import minute
from interop.csv.mapped import Setting
from interop.csv.planning import Known
from interop.fhir import access, chains
from interop.fhir.backload_plan import Arrived, Load, load_of
from interop.fhir.files import Item
from interop.fhir.live_facts import correction_id, lab_entry, refused
from interop.fhir.outcome import FhirError, Issue, IssueCode
from interop.fhir.reading import Read
from interop.fhir.targets import TAG_OF, WHOLE
from patients.models import Patient
from staff.models import User
from staff.permissions import can_chart, can_correct
from vitals.models import LabResult, ObservationSet
from vitals.vocabulary import CorrectionCode

CORRECTS: Final = frozenset({"amended", "corrected", "entered-in-error"})
_REASON: Final = "Corrected by the system that sent it"
_TAKEN_BACK: Final = "Entered in error, says the system that sent it"


@transaction.atomic
def amend(
    target: str,
    found: Read,
    resource: dict[str, Any],
    *,
    patient: Patient,
    user: User,
    now: datetime,
) -> str:
    """Correct what `target` shows, or take it back; returns the id, which stays.

    Integrations amend what they sent, clinical staff what is on their wards. Raises
    FhirError where nothing is in force any more, or the correction says another thing.
    """
    prefix, _, rest = target.partition("-")
    number, _, tag = rest.partition("-")
    if prefix == "lab":
        row = LabResult.objects.get(pk=int(number))
        _lab(row, found, resource, patient=patient, user=user, now=now)
    elif prefix == "set":
        wrong = ObservationSet.objects.get(pk=int(number))
        _set(wrong, tag, found, resource, patient=patient, user=user, now=now)
    else:
        words = "cannot be corrected this way: append the right one"
        raise FhirError(405, Issue("Observation", words, IssueCode.NOT_SUPPORTED))
    return target


def _lab(
    row: LabResult,
    found: Read,
    resource: dict[str, Any],
    *,
    patient: Patient,
    user: User,
    now: datetime,
) -> None:
    newest = _in_force(row)
    _refuse_stranger(user, patient, newest.recorded_by_id)
    entry = None
    reason = _TAKEN_BACK
    if found.decoded.status != "entered-in-error":
        load = _planned(found, resource, patient, now)
        if len(load.plan.labs) != 1 or not _is_same(load.plan.labs[0].result, newest):
            raise _another("Observation.code")
        right = lab_entry(load.plan.labs[0])
        mark = correction_id(newest.client_id, found.said)
        entry = replace(right, client_id=mark)
        reason = _REASON
    try:
        results.correct_lab(
            wrong_id=newest.pk, entry=entry, recorded_by=user, now=now,
            source=access.source_of(user), reason=reason,
        )  # fmt: skip
    except EntryRefusedError as error:
        raise refused("Observation", error) from error


def _is_same(right: LabResult, wrong: LabResult) -> bool:
    """Whether two results are of one value; a corrected unit may bring its own code."""
    return right.loinc == wrong.loinc or bool(wrong.analyte and right.analyte == wrong.analyte)


def _set(
    row: ObservationSet,
    tag: str,
    found: Read,
    resource: dict[str, Any],
    *,
    patient: Patient,
    user: User,
    now: datetime,
) -> None:
    wrong = _in_force(row)
    _refuse_stranger(user, patient, wrong.charted_by_id)
    values = {name: getattr(wrong, name) for name in (*READERS, "vasopressor_doses")}
    values = {name: value for name, value in values.items() if value is not None and value != ""}
    fields = set(READERS) if tag == WHOLE else {f for f, each in TAG_OF.items() if each == tag}
    if tag == "oxygen-saturation":
        fields |= {"oxygen_flow_lpm", "fio2_percent"}
    kept = {name: value for name, value in values.items() if name not in fields}
    skipped = {f: why for f, why in (kept.pop("skipped", None) or {}).items() if f not in fields}
    if skipped:
        kept["skipped"] = skipped
    if tag == "blood-pressure":
        kept.pop("blood_pressure_method", None)
    fresh: dict[str, Any] = {}
    if found.decoded.status != "entered-in-error":
        fresh = _fresh_values(wrong, found, resource, patient, now, fields)
    if not {name for name in kept | fresh if name in TAG_OF or name in READERS} - {
        "temperature_site", "late_reason",
    }:  # fmt: skip
        _withdraw(wrong, user=user, now=now)
        return
    mark = correction_id(wrong.client_id, found.said)
    entered = {name: said for name, said in wrong.as_entered.items() if name != "status"}
    entry = Entry(mark, wrong.taken_at, kept | fresh, as_entered=entered)
    try:
        chart.correct_observations(
            wrong_id=wrong.pk, entry=entry, corrected_by=user, now=now,
            reason=_REASON if fresh else _TAKEN_BACK, code=CorrectionCode.OTHER,
        )  # fmt: skip
    except (EntryRefusedError, ConflictError, NotInForceError) as error:
        raise refused("Observation", error) from error


def _fresh_values(
    wrong: ObservationSet,
    found: Read,
    resource: dict[str, Any],
    patient: Patient,
    now: datetime,
    fields: set[str],
) -> dict[str, Any]:
    load = _planned(found, resource, patient, now)
    if len(load.plan.entries) != 1:
        raise _another("Observation")
    entry = load.plan.entries[0]
    if minute(entry.taken_at) != minute(wrong.taken_at):
        words = "says another time: take the old one back, and send the new one as its own"
        raise FhirError(422, Issue("Observation.effectiveDateTime", words, IssueCode.BUSINESS_RULE))
    fresh = dict(entry.values)
    if not fresh.keys() <= fields | {"blood_pressure_method", "skipped"}:
        raise _another("Observation.code")
    return fresh


def _planned(found: Read, resource: dict[str, Any], patient: Patient, now: datetime) -> Load:
    arrived = Arrived(Item(0, 1, "", resource), found)
    setting = Setting(now=now, zone=ZoneInfo("UTC"))
    load = load_of(patient.mrn, [arrived], known=Known(patient), setting=setting)
    if arrived.refusals:
        issues = [
            Issue(each.path, f"{each.words} ({each.reason})", IssueCode.BUSINESS_RULE)
            for each in arrived.refusals
        ]
        raise FhirError(422, *issues)
    return load


def _another(expression: str) -> FhirError:
    words = "is of another quantity than what it would correct"
    return FhirError(422, Issue(expression, words, IssueCode.BUSINESS_RULE))


def _in_force(row: Any) -> Any:
    newest = chains.newest_of(row)
    if newest.withdrawn:
        words = "was taken back before: there is nothing to correct"
        raise FhirError(409, Issue("Observation.status", words, IssueCode.CONFLICT))
    return newest


def _refuse_stranger(user: User, patient: Patient, author_id: int | None) -> None:
    is_author = author_id == user.pk and access.may(user, patient, can_chart)
    if not is_author and not access.may(user, patient, can_correct):
        words = "Clinical staff correct what others charted; an integration what it sent itself."
        raise FhirError(403, Issue("Observation", words, IssueCode.FORBIDDEN))


def _withdraw(wrong: ObservationSet, *, user: User, now: datetime) -> None:
    current = state.locked(wrong.patient_id)
    gone = withdraw(
        wrong, current, client_id=uuid5(wrong.client_id, "withdrawn"),
        code=CorrectionCode.OTHER, reason=_TAKEN_BACK, by=user, now=now,
    )  # fmt: skip
    trail.record(
        action="observations.withdrawn",
        actor=user,
        scope=f"patient:{current.pk}",
        subject=f"set:{gone.pk}",
        at=now,
        detail={"corrects": wrong.pk},
    )
