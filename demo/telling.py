"""Tell a scripted course to the one door, as a nurse, a laboratory and a pharmacy would."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from alerts.models import DueSet
from charting import chart, doses, results
from charting.entry import Entry
from charting.neuro import record_neuro_check
from charting.symptoms import Report, record_symptoms
from demo import handwriting
from demo.courses import Given, Neuro, Script, at_hour, hour_at
from demo.labs import Result
from demo.symptoms import Asked
from patients.models import Treatment
from staff.models import User
from vitals.models import NeuroAssessment
from vitals.vocabulary import Source

SEED: Final = 7
_NAMES: Final = uuid.UUID("6c8f7d5e-2f5b-4f0e-9a52-0d6b5d1f3c11")
_NUMBERS: Final = ("temperature_celsius", "spo2_percent", "oxygen_flow_lpm", "fio2_percent")
_SAVED_AFTER: Final = timedelta(minutes=2)
_REPORTED_AFTER: Final = timedelta(minutes=75)


@dataclass(frozen=True, slots=True)
class Teller:
    """One patient's script, bound to the row, the start of the story and who charts."""

    script: Script
    patient_id: int
    origin: datetime
    by: User

    def name(self, *parts: object) -> uuid.UUID:
        """The client_id of one event of this story: the same event has the same name."""
        words = [self.script.person.mrn, self.origin.isoformat(), *map(str, parts)]
        return uuid.uuid5(_NAMES, ":".join(words))

    def moment(self, hour: float) -> datetime:
        """An hour of the script in UTC, where two hours later is always two hours later."""
        return at_hour(hour, origin=self.origin).astimezone(UTC)

    def entry(self, values: Mapping[str, Any], *, at: datetime, now: datetime) -> Entry:
        """Return a set as the door takes it."""
        exact = {k: Decimal(v) if k in _NUMBERS else v for k, v in values.items()}
        data: dict[str, Any] = {
            "client_id": self.name("set", at.isoformat()),
            "taken_at": at.astimezone(UTC),
        }
        data["charted_at"] = min(data["taken_at"] + _SAVED_AFTER, now)
        return Entry.parse(data | exact, now=now)

    def chart(self, values: Mapping[str, Any], *, at: datetime, now: datetime) -> chart.Charted:
        """Chart one set."""
        return chart.chart_observations(
            patient_id=self.patient_id,
            entry=self.entry(values, at=at, now=now),
            charted_by=self.by,
            now=now,
            source=Source.SIMULATOR,
        )

    def infuse(self) -> None:
        """Record every dose of the therapy."""
        moments = self.script.dose_times(origin=self.origin)
        for dose, started_at in zip(self.script.doses, moments, strict=True):
            doses.record_infusion(
                patient_id=self.patient_id,
                therapy=self.script.therapy,
                kind=dose.kind,
                started_at=started_at.astimezone(UTC),
                recorded_by=self.by,
                now=started_at.astimezone(UTC) + _SAVED_AFTER,
                dose_value=Decimal(dose.value) if dose.value else None,
                dose_unit=dose.unit,
            )

    def give(self, given: Given, *, now: datetime, at: datetime | None = None) -> Treatment:
        """Record that a treatment was given or started; `at` when it differs from the script."""
        return doses.record_treatment(
            patient_id=self.patient_id,
            client_id=self.name("given", given.code, given.at),
            code=given.code,
            started_at=at or self.moment(given.at),
            recorded_by=self.by,
            now=now,
            source=Source.SIMULATOR,
            dose_value=Decimal(given.dose) if given.dose else None,
            dose_unit=given.unit,
            route=given.route,
            note=given.note,
        )

    def stop(self, given: Given, *, now: datetime, at: datetime | None = None) -> None:
        """Record the stop of what was started, if it still runs."""
        started = Treatment.objects.filter(client_id=self.name("given", given.code, given.at))
        running = started.in_force().first()
        if running is None or given.until is None:
            return
        doses.record_treatment(
            patient_id=self.patient_id,
            client_id=self.name("stopped", given.code, given.at),
            code=given.code,
            started_at=running.started_at,
            stopped_at=at or self.moment(given.until),
            recorded_by=self.by,
            now=now,
            supersedes=running,
            reason="stopped",
            source=Source.SIMULATOR,
            dose_value=running.dose_value,
            dose_unit=running.dose_unit,
            route=running.route,
            note=running.note,
        )

    def check(
        self, neuro: Neuro, *, now: datetime | None = None, at: datetime | None = None
    ) -> None:
        """Record a neuro check, `at` when it differs from the script; a repeat changes nothing."""
        at = at or self.moment(neuro.at)
        client_id = self.name("neuro", neuro.at)
        if NeuroAssessment.objects.filter(client_id=client_id).exists():
            return
        record_neuro_check(
            patient_id=self.patient_id,
            client_id=client_id,
            taken_at=at,
            recorded_by=self.by,
            now=now or at + _SAVED_AFTER,
            findings={
                "ice_score": neuro.ice,
                "handwriting": self._written(neuro, at=at),
                "capd_score": neuro.capd,
                "unable_reason": neuro.unable,
                "consciousness": neuro.consciousness,
                "seizure": neuro.seizure,
                "motor_weakness": False,
                "is_baseline": neuro.is_baseline,
            },
            source=Source.SIMULATOR,
        )

    def _written(self, neuro: Neuro, *, at: datetime) -> list[list[int]] | None:
        """The sentence of a check that was scripted with a score; routine ones go without."""
        if neuro.ice is None or at != self.moment(neuro.at):
            return None
        return handwriting.sentence(neuro.ice, seed=f"{self.script.person.mrn}:{neuro.at}")

    def check_when_due(self, *, after: datetime, until: datetime) -> None:
        """Make every routine neuro check that the schedule asks for by `until`.

        One that a worse grade made due in the past is made at `after`, not before.
        """
        while (due_at := self._neuro_due_at()) is not None and due_at <= until:
            at = max(due_at, after)
            routine = self.script.routine_neuro(hour_at(at, origin=self.origin))
            if routine is None:
                return
            self.check(routine, at=at, now=min(at + _SAVED_AFTER, self.origin.astimezone(UTC)))

    def _neuro_due_at(self) -> datetime | None:
        planned = DueSet.objects.filter(pk=self.patient_id)
        return planned.values_list("neuro_due_at", flat=True).first()

    def look(self, asked: Asked, *, now: datetime | None = None) -> None:
        """Record what a round of questions found; a repeat changes nothing."""
        at = asked.at.astimezone(UTC)
        record_symptoms(
            patient_id=self.patient_id,
            client_id=self.name("symptoms", at.isoformat()),
            reports=[
                Report(code, is_present=grade is not None, taken_at=at, grade=grade)
                for code, grade in asked.found.items()
            ],
            recorded_by=self.by,
            now=now or at + _SAVED_AFTER,
            source=Source.SIMULATOR,
        )

    def report(self, result: Result, *, now: datetime | None = None) -> None:
        """Record a laboratory result; a repeat changes nothing."""
        low, high = result.reference
        results.record_lab(
            patient_id=self.patient_id,
            entry=results.LabEntry(
                client_id=self.name("lab", result.loinc, result.at.isoformat()),
                loinc=result.loinc,
                display=result.name,
                taken_at=result.at.astimezone(UTC),
                value=Decimal(result.value),
                unit=result.unit,
                reference_low=Decimal(low),
                reference_high=Decimal(high),
            ),
            recorded_by=self.by,
            now=now or result.at + _REPORTED_AFTER,
            source=Source.SIMULATOR,
        )
