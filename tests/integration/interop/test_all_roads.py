"""The same readings by every road give the same sets, grades and alerts; back-loads call nobody.

Live: the tablet's form, REST, FHIR and HL7 v2. Back-load: files of FHIR, HL7 v2, tidy CSV and a
mapped wide table. A road is one function that takes a patient and readings.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from alerts.models import Alert, Notification
from grading.models import Assessment
from interop.csv.kinds import Kind
from staff.models import Role
from tests.factories import extract, fhir, hl7
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from tests.integration.interop.test_hl7_every_way import _CSV
from tests.integration.interop.test_import_fhir import import_fhir
from tests.integration.interop.test_import_tables import mapped, table
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
EXAMPLES = 6
LOINC = {
    "temperature_celsius": "8310-5",
    "heart_rate_bpm": "8867-4",
    "respirations_per_minute": "9279-1",
    "spo2_percent": "59408-5",
}
FIELDS = (*LOINC, "systolic_mmhg", "diastolic_mmhg")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where readings are sent from: a nurse's browser, a feed, a folder, and how time is set."""

    ward: Any
    browser: Any
    feed: fhir.Sender
    folder: Path
    clock: Any

    def at(self, moment):
        """Make it this time."""
        self.clock.move_to(moment, tick=False)


def by_form(stand, patient, sets):
    for at, values in sets:
        stand.at(at)
        form: dict[str, Any] = {name: f"{value:g}" for name, value in values.items()}
        form |= {"client_id": str(uuid.uuid4()), "taken_at": f"{at:%Y-%m-%dT%H:%M}"}
        page = stand.browser.post(f"/patients/{patient.pk}/chart/", form)
        assert page.status_code in (200, 302)
        if page.status_code == 200:  # asked whether it was meant
            form["confirmed"] = [each["field"] for each in page.context["doubts"]]
            page = stand.browser.post(f"/patients/{patient.pk}/chart/", form)
        assert page.status_code == 302, page.content.decode()[:4000]


def by_rest(stand, patient, sets):
    for at, values in sets:
        stand.at(at)
        sent = {"client_id": str(uuid.uuid4()), "patient": patient.mrn, "taken_at": at.isoformat()}
        answer = stand.feed.post("/api/v1/observations/", sent | values, "application/json")
        assert answer.status_code == 201, answer.content


def resources(values, at):
    """The readings of one minute as Observations; a pressure as the panel it is."""
    when = {"effectiveDateTime": at.isoformat()}
    found = [
        fhir.observation(LOINC[name], value, **when)
        for name, value in values.items()
        if name in LOINC
    ]
    if "systolic_mmhg" in values:
        found.append(fhir.pressure(values["systolic_mmhg"], values["diastolic_mmhg"], **when))
    return found


def by_fhir(stand, patient, sets):
    for at, values in sets:
        stand.at(at)
        parts = [fhir.of(patient, each) for each in resources(values, at)]
        answer = stand.feed.send("", fhir.bundle("transaction", *parts))
        assert answer.status_code == 200, answer.content


def by_message(stand, patient, sets, *, live=True):
    for at, values in sets:
        stand.at(at if live else NOW)
        header = hl7.msh(at=at), hl7.pid(patient.mrn), hl7.obr(at=at)
        vitals = [hl7.vital(name, f"{value:g}", at=at) for name, value in values.items()]
        answer = hl7.send(*header, *vitals, live=live, now=at if live else NOW)
        assert answer.code == "AA"


def from_messages(stand, patient, sets):
    by_message(stand, patient, sets, live=False)


def from_fhir(stand, patient, sets):
    parts = [fhir.patient(patient.mrn) | {"id": "m1"}]
    parts += [each for at, values in sets for each in resources(values, at)]
    for number, each in enumerate(parts[1:]):
        each["id"] = f"o{number}"
    book: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    book["entry"] = [
        {"fullUrl": f"https://feed.example/{each['resourceType']}/{each['id']}", "resource": each}
        for each in parts
    ]
    path = stand.folder / f"{uuid.uuid4()}.json"
    path.write_text(json.dumps(book))
    done = import_fhir(path, ward=stand.ward.code)
    assert (done["quarantined"], done["rejected"]) == (0, 0), done


def from_tidy(stand, patient, sets):
    rows = [
        extract.vital(
            _CSV[name][0],
            f"{value:g}",
            patient_id=patient.mrn,
            time=f"{at:%Y-%m-%d %H:%M:%S}",
            unit=_CSV[name][1],
            charted_as=_CSV[name][2],
            unit_as_charted=_CSV[name][3],
        )
        for at, values in sets
        for name, value in values.items()
    ]
    done = extract.import_files(
        extract.write(stand.folder / f"{uuid.uuid4()}.csv", Kind.VITALS, *rows)
    )
    assert done["stored"] == len(rows), done


def from_wide(stand, patient, sets):
    columns: dict[str, Any] = {"MRN": "patient", "When": "taken_at"}
    columns |= {name: name for name in FIELDS}
    columns["temperature_celsius"] = {"target": "temperature_celsius", "unit": "Cel"}
    mapping = {"shape": "wide", "zone": "UTC", "columns": columns}
    rows = [
        [
            patient.mrn,
            f"{at:%Y-%m-%d %H:%M}",
            *(f"{values[name]:g}" if name in values else "" for name in FIELDS),
        ]
        for at, values in sets
    ]
    path = table(stand.folder / f"{uuid.uuid4()}.csv", ["MRN", "When", *FIELDS], *rows)
    done = extract.import_files(path, mapping=mapped(stand.folder, mapping))
    assert done["stored"] == len(rows), done


LIVE = {"form": by_form, "rest": by_rest, "fhir": by_fhir, "hl7": by_message}
BACKLOAD = {
    "fhir file": from_fhir,
    "hl7 file": from_messages,
    "tidy csv": from_tidy,
    "wide csv": from_wide,
}


@st.composite
def readings(draw):
    """One to three sets, each with some of its fields, on both sides of every limit."""
    sets = []
    for number in range(draw(st.integers(1, 3))):
        values = {
            "temperature_celsius": draw(st.sampled_from([35.9, 36.8, 37.9, 38, 38.5, 40.2])),
            "heart_rate_bpm": draw(st.sampled_from([61, 100, 118, 131])),
            "respirations_per_minute": draw(st.sampled_from([11, 20, 22, 26])),
            "spo2_percent": draw(st.sampled_from([97, 92, 90, 88.5])),
        }
        kept = draw(st.sets(st.sampled_from(sorted(values)), min_size=1))
        chosen = {name: values[name] for name in values if name in kept}
        if draw(st.booleans()):
            systolic = draw(st.sampled_from([84, 89, 90, 117]))
            chosen |= {"systolic_mmhg": systolic}
            chosen["diastolic_mmhg"] = systolic - draw(st.sampled_from([20, 34]))
        sets.append((NOW - timedelta(hours=3 - number), chosen))
    return sets


def sets_of(patient):
    rows = ObservationSet.objects.filter(patient=patient).in_force().order_by("taken_at")
    return list(rows.values_list("taken_at", *FIELDS))


def grades_of(patient):
    rows = Assessment.objects.in_force().filter(patient=patient).exclude(observation_set=None)
    said = rows.values_list("taken_at", "scale", "grade", "at_least", "because", "missing")
    return sorted(said, key=str)


def alerts_of(patient):
    return sorted(
        Alert.objects.filter(patient=patient).values_list("rule", "family", "severity", "state")
    )


@seed(20260310)
@settings(
    max_examples=EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(sets=readings())
def test_all_roads_give_the_same(client, time_machine, tmp_path, sets):
    time_machine.move_to(NOW, tick=False)
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    people = {road: a_patient(ward) for road in (*LIVE, *BACKLOAD)}
    client.force_login(a_person(Role.NURSE, ward), "staff.backends.OpenAccountBackend")
    stand = Stand(ward, client, fhir.Sender.of(ward), tmp_path, time_machine)
    for road, send in LIVE.items():
        send(stand, people[road], sets)
    stand.at(NOW)
    told = Notification.objects.count()
    for road, load in BACKLOAD.items():
        load(stand, people[road], sets)
    assert Notification.objects.count() == told
    first = people["form"]
    assert len(sets_of(first)) == len(sets)
    for road, patient in people.items():
        assert sets_of(patient) == sets_of(first), road
        assert grades_of(patient) == grades_of(first), road
        assert alerts_of(patient) == (alerts_of(first) if road in LIVE else []), road
