"""The same readings by tablet, REST, HL7 v2 live and from files, and by CSV: the same grades."""

import random
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert, Notification
from grading.models import Assessment
from interop.csv.kinds import Kind
from staff.models import Role
from tests.factories import extract, hl7
from tests.factories.ward import NOW, a_patient, a_person, a_ward, chart_set
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db

_CSV = {
    "temperature_celsius": ("temperature", "Cel", "Temperature Celsius", "C"),
    "heart_rate_bpm": ("heart_rate", "/min", "Heart Rate", "bpm"),
    "respirations_per_minute": ("respiratory_rate", "/min", "Respiratory Rate", "insp/min"),
    "systolic_mmhg": ("sbp", "mm[Hg]", "Non Invasive Blood Pressure systolic", "mmHg"),
    "diastolic_mmhg": ("dbp", "mm[Hg]", "Non Invasive Blood Pressure diastolic", "mmHg"),
    "spo2_percent": ("spo2", "%", "O2 saturation pulseoxymetry", "%"),
}


def readings(rng):
    """Three sets an hour apart, each with some of its fields, near every limit."""
    sets = []
    for hour in (3, 2, 1):
        systolic = rng.choice((84, 89, 90, 117))
        values = {
            "temperature_celsius": rng.choice(("36.8", "37.9", "38", "38.6", "40.2")),
            "heart_rate_bpm": rng.choice((61, 118, 131)),
            "respirations_per_minute": rng.choice((11, 22, 26)),
            "systolic_mmhg": systolic,
            "diastolic_mmhg": systolic - rng.choice((20, 34)),
            "spo2_percent": rng.choice(("97", "92", "88.5")),
        }
        left_out = rng.choice((*values, None, None))
        if left_out not in (None, "systolic_mmhg", "diastolic_mmhg"):
            del values[left_out]
        sets.append((NOW - timedelta(hours=hour), values))
    return sets


def as_charted(values):
    """The values as a form hands them on."""
    exact = {"temperature_celsius", "spo2_percent"}
    return {name: Decimal(v) if name in exact else v for name, v in values.items()}


def graded(patient):
    rows = Assessment.objects.in_force().filter(patient=patient).exclude(observation_set=None)
    return sorted(rows.values_list("taken_at", "scale", "grade", "at_least", "because"), key=str)


def alerted(patient):
    return sorted(Alert.objects.filter(patient=patient).values_list("family", "severity", "state"))


@pytest.fixture
def ward():
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    return ward


def by_tablet(patient, sets):
    for at, values in sets:
        chart_set(patient, as_charted(values), now=at)


def by_rest(client, patient, sets, monkeypatch):
    for at, values in sets:
        monkeypatch.setattr("django.utils.timezone.now", lambda at=at: at)
        body = {"client_id": str(uuid.uuid4()), "patient": patient.mrn, "taken_at": at.isoformat()}
        numbers = {name: float(v) for name, v in values.items()}
        whole = {name: int(v) if v == int(v) else v for name, v in numbers.items()}
        answer = client.post("/api/v1/observations/", body | whole, "application/json")
        assert answer.status_code == 201, answer.content
    monkeypatch.undo()


def by_message(patient, sets, *, live):
    for at, values in sets:
        vitals = [hl7.vital(name, v, at=at) for name, v in values.items()]
        setting = {"live": live, "now": at if live else NOW}
        header = hl7.msh(at=at), hl7.pid(patient.mrn), hl7.obr(at=at)
        assert hl7.send(*header, *vitals, **setting).code == "AA"


def by_csv(patient, sets, folder):
    rows = []
    for at, values in sets:
        for name, value in values.items():
            code, unit, charted, charted_unit = _CSV[name]
            rows.append(
                extract.vital(
                    code,
                    value,
                    patient_id=patient.mrn,
                    time=f"{at:%Y-%m-%d %H:%M:%S}",
                    unit=unit,
                    charted_as=charted,
                    unit_as_charted=charted_unit,
                )
            )
    summary = extract.import_files(extract.write(folder / "v.csv", Kind.VITALS, *rows))
    assert summary["stored"] == len(rows)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_readings_are_graded_and_alerted_alike_by_every_way_in(
    ward, client, monkeypatch, tmp_path, seed
):
    sets = readings(random.Random(seed))
    people = {way: a_patient(ward) for way in ("tablet", "rest", "live", "file", "csv")}
    client.force_login(a_person(Role.NURSE, ward), backend="staff.backends.OpenAccountBackend")
    by_tablet(people["tablet"], sets)
    by_rest(client, people["rest"], sets, monkeypatch)
    by_message(people["live"], sets, live=True)
    told = Notification.objects.count()
    by_message(people["file"], sets, live=False)
    by_csv(people["csv"], sets, tmp_path)
    assert Notification.objects.count() == told
    for way in ("rest", "live", "file", "csv"):
        assert graded(people[way]) == graded(people["tablet"]), way
        assert ObservationSet.objects.filter(patient=people[way]).count() == len(sets)
    for way in ("rest", "live"):
        assert alerted(people[way]) == alerted(people["tablet"]), way
    for way in ("file", "csv"):
        assert alerted(people[way]) == []
