"""Live resources: charted through the tablet's door, each refusal with its path."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert
from audit import reading
from audit.models import AuditEntry
from grading.models import Assessment
from interop.models import HeldResource, QuarantinedItem
from patients.models import BodyWeight, Patient, Stay, Treatment
from staff.models import Role
from tests.factories import fhir, ward
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db
AT = "2026-03-10T11:40:00Z"


@pytest.fixture
def here(monkeypatch):
    """A ward with a patient and the feed of the ward, at twenty minutes past the readings."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: ward.NOW)
    place = ward.a_ward()
    someone = ward.a_patient(place)
    return place, someone, fhir.Sender.of(place)


def test_a_reading_is_charted_graded_and_read_back(here):
    _, someone, sender = here
    answer = sender.send("Observation", fhir.of(someone, fhir.observation("8310-5", 38.6)))
    assert answer.status_code == 201
    row = ObservationSet.objects.get()
    assert (row.temperature_celsius, row.source) == (Decimal("38.6"), "integration")
    assert Assessment.objects.filter(observation_set=row).exists()
    assert answer["Location"].endswith(f"/fhir/Observation/set-{row.pk}-temperature/_history/1")
    assert answer["ETag"] == 'W/"1"'
    again = sender.get(f"/fhir/Observation/set-{row.pk}-temperature").json()
    assert again["valueQuantity"] == fhir.quantity(38.6, "Cel")
    assert again["subject"] == {"reference": f"Patient/{someone.pk}"}


def test_a_fever_in_fahrenheit_is_stored_exactly_and_raises_what_the_tablet_would(here):
    place, someone, sender = here
    sender.send("Observation", fhir.of(someone, fhir.observation("8310-5", 100.4, "[degF]")))
    row = ObservationSet.objects.get()
    assert row.temperature_celsius == Decimal("38")
    assert row.as_entered["temperature_celsius"]["value"] == "100.4"
    by_feed = set(Alert.objects.filter(patient=someone).values_list("rule", "severity"))
    other = ward.a_patient(place)
    ward.chart_set(other, {"temperature_celsius": Decimal("38")}, minutes_ago=20)
    assert by_feed == set(Alert.objects.filter(patient=other).values_list("rule", "severity"))
    assert by_feed


def test_readings_of_one_minute_in_a_bundle_make_one_set(here):
    _, someone, sender = here
    parts = [
        fhir.of(someone, fhir.observation("8867-4", 104)),
        fhir.of(someone, fhir.observation("9279-1", 22)),
        fhir.of(someone, fhir.pressure(110, 60)),
        fhir.of(someone, fhir.observation("8478-0", 77)),
        fhir.of(someone, fhir.observation("59408-5", 93)),
    ]
    answer = sender.send("", fhir.bundle("transaction", *parts))
    assert [each["response"]["status"] for each in answer.json()["entry"]] == ["201 Created"] * 5
    row = ObservationSet.objects.get()
    assert (row.heart_rate_bpm, row.respirations_per_minute) == (104, 22)
    assert (row.systolic_mmhg, row.diastolic_mmhg, row.mean_arterial_mmhg) == (110, 60, 77)
    assert row.spo2_percent == 93


def test_the_same_again_is_answered_and_stored_once(here):
    _, someone, sender = here
    named = {"identifier": [{"system": "urn:feed", "value": "17"}]}
    resource = fhir.of(someone, fhir.observation()) | named
    first = sender.send("Observation", resource)
    second = sender.send("Observation", resource)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    third = sender.send("Observation", resource, **{"If-None-Exist": "identifier=urn:feed|17"})
    assert third.status_code == 200
    assert ObservationSet.objects.count() == 1


def test_another_value_under_the_same_identifier_is_no_repeat(here):
    _, someone, sender = here
    named = {"identifier": [{"system": "urn:feed", "value": "17"}]}
    sender.send("Observation", fhir.of(someone, fhir.observation()) | named)
    answer = sender.send("Observation", fhir.of(someone, fhir.observation(value=99)) | named)
    assert answer.status_code == 409
    assert fhir.places(answer) == ["Observation.identifier"]
    assert ObservationSet.objects.get().heart_rate_bpm == 88


# --- What is refused, and what is kept for a person --------------------------------------------


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (fhir.observation("8310-5", 38, unit="K"), "Observation.valueQuantity.code"),
        (fhir.observation("8310-5", None, valueQuantity={"value": 38}),
         "Observation.valueQuantity"),
        (fhir.observation("3151-8", None, valueQuantity={"value": 40}),
         "Observation.valueQuantity"),
        (fhir.observation("3151-8", 40, unit="%"), "Observation.valueQuantity.code"),
        (fhir.observation("3150-0", 6, unit="L/min"), "Observation.valueQuantity.code"),
        (fhir.observation("8867-4", 88, effectiveDateTime="2026-03-10"),
         "Observation.effectiveDateTime"),
        (fhir.observation("8867-4", 88, effectiveDateTime=None), "Observation.effectiveDateTime"),
        (fhir.observation("8867-4", 88, status="unknown"), "Observation.status"),
        (fhir.observation("8867-4", None, valueString="88"), "Observation.valueString"),
        (fhir.observation("8867-4", None), "Observation"),
        (fhir.observation("8867-4", None, valueQuantity=fhir.quantity(88, "/min")
                          | {"comparator": ">"}), "Observation.valueQuantity.comparator"),
        (fhir.observation("8867-4", 8800), "Observation"),
        (fhir.observation("99999-9", 8), "Observation.code"),
        (fhir.observation("8480-6", 120, code=fhir.code("8480-6", text="Diastolic")),
         "Observation.code"),
        (fhir.observation("26881-3", 80, code=fhir.code("26881-3", text="Procalcitonin")),
         "Observation.code"),
        (fhir.observation("48065-7", 500, unit="ng/mL{DDU}"), "Observation.valueQuantity.code"),
        (fhir.observation("1988-5", None, valueQuantity={"value": 12}),
         "Observation.valueQuantity"),
    ],
)  # fmt: skip
def test_what_a_person_may_mend_is_kept_for_them_and_not_charted(here, resource, path):
    _, someone, sender = here
    answer = sender.send("Observation", fhir.of(someone, resource))
    assert answer.status_code == 202
    assert path in fhir.places(answer)
    assert "Location" not in answer
    assert not ObservationSet.objects.exists()
    assert not LabResult.objects.exists()
    assert json.loads(QuarantinedItem.objects.get().raw)["code"] == resource["code"]


@pytest.mark.parametrize(
    ("resource", "status", "path"),
    [
        (fhir.observation(status="foo"), 422, "Observation.status"),
        (fhir.observation(status="cancelled"), 422, "Observation.status"),
        (fhir.observation(status="entered-in-error"), 422, "Observation.status"),
        (fhir.observation(effectiveDateTime="2099-03-10T11:40:00Z"), 422, "Observation"),
        (fhir.observation(foo=1), 422, "Observation.foo"),
        ({"resourceType": "Observation"}, 422, "Observation.code"),
        ({"resourceType": "Patient"}, 400, "resourceType"),
    ],
)
def test_what_is_wrong_is_refused_with_its_path(here, resource, status, path):
    _, someone, sender = here
    answer = sender.send("Observation", fhir.of(someone, resource))
    assert answer.status_code == status
    assert path in fhir.places(answer)
    assert not ObservationSet.objects.exists()


def test_flow_and_share_that_fit_each_other_s_code_are_both_left_for_a_person(here):
    _, someone, sender = here
    parts = [
        {"code": fhir.code("3151-8"), "valueQuantity": fhir.quantity(40, "L/min")},
        {"code": fhir.code("3150-0"), "valueQuantity": fhir.quantity(6, "%")},
    ]
    resource = fhir.of(someone, fhir.observation("59408-5", 93, component=parts))
    answer = sender.send("Observation", resource)
    assert answer.status_code == 201
    assert "Observation.component[0].code" in fhir.places(answer)
    row = ObservationSet.objects.get()
    assert (row.spo2_percent, row.oxygen_flow_lpm, row.fio2_percent) == (93, None, None)
    assert QuarantinedItem.objects.count() == 2


def test_saturation_by_its_general_code_counts_with_flow_and_share(here):
    _, someone, sender = here
    parts = [
        {"code": fhir.code("3151-8"), "valueQuantity": fhir.quantity(6, "L/min")},
        {"code": fhir.code("3150-0"), "valueQuantity": fhir.quantity(44, "%")},
    ]
    sender.send("Observation", fhir.of(someone, fhir.observation("2708-6", 93, component=parts)))
    row = ObservationSet.objects.get()
    assert (row.spo2_percent, row.oxygen_flow_lpm, row.fio2_percent) == (93, 6, 44)


def test_a_reading_not_made_is_kept_as_not_recorded_with_its_reason(here):
    _, someone, sender = here
    system = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
    reason = {"coding": [{"system": system, "code": "asked-declined"}]}
    resource = fhir.of(someone, fhir.observation("8867-4", None, dataAbsentReason=reason))
    assert sender.send("Observation", resource).status_code == 201
    row = ObservationSet.objects.get()
    assert row.heart_rate_bpm is None
    assert row.skipped == {"heart_rate_bpm": "refused"}
    assert row.as_entered == {"heart_rate_bpm": {"absent": "asked-declined"}}


# --- Corrections -------------------------------------------------------------------------------


def sent_with_identifier(here):
    _, someone, sender = here
    named = {"identifier": [{"system": "urn:feed", "value": "17"}]}
    resource = fhir.of(someone, fhir.observation()) | named
    parts = [resource, fhir.of(someone, fhir.observation("9279-1", 20))]
    answer = sender.send("", fhir.bundle("transaction", *parts))
    return resource, answer.json()["entry"][0]["response"]["location"].split("/_history")[0]


@pytest.mark.parametrize("status", ["corrected", "amended"])
def test_a_correction_under_the_same_identifier_supersedes(here, status):
    resource, place = sent_with_identifier(here)
    right = resource | {"status": status, "valueQuantity": fhir.quantity(98, "/min")}
    answer = here[2].send("Observation", right)
    assert answer.status_code == 200
    assert here[2].send("Observation", right).status_code == 200
    row = ObservationSet.objects.in_force().get()
    assert (row.heart_rate_bpm, row.respirations_per_minute) == (98, 20)
    found = here[2].get(f"/fhir/{place}").json()
    assert (found["status"], found["meta"]["versionId"]) == ("corrected", "2")
    assert found["valueQuantity"]["value"] == 98


def test_entered_in_error_takes_one_reading_back_and_leaves_the_others(here):
    resource, place = sent_with_identifier(here)
    gone = resource | {"status": "entered-in-error"}
    assert here[2].send("Observation", gone).status_code == 200
    row = ObservationSet.objects.in_force().get()
    assert (row.heart_rate_bpm, row.respirations_per_minute) == (None, 20)
    assert here[2].get(f"/fhir/{place}").json()["status"] == "entered-in-error"


def test_a_set_of_one_reading_is_withdrawn_whole(here):
    _, someone, sender = here
    resource = fhir.of(someone, fhir.observation("8310-5", 39))
    made = sender.send("Observation", resource).json()
    before = Alert.objects.not_closed().count()
    gone = resource | {"id": made["id"], "status": "entered-in-error"}
    answer = sender.change(f"Observation/{made['id']}", gone, **{"If-Match": 'W/"1"'})
    assert answer.status_code == 200
    assert answer.json()["status"] == "entered-in-error"
    assert not ObservationSet.objects.in_force().exists()
    assert Alert.objects.not_closed().count() < before


def test_an_update_is_held_to_the_version_it_read(here):
    resource, place = sent_with_identifier(here)
    change = resource | {"id": place.split("/")[1], "status": "corrected"}
    assert here[2].change(place, change, **{"If-Match": 'W/"7"'}).status_code == 412
    assert here[2].change(place, change | {"id": "another"}).status_code == 400
    final = here[2].change(place, change | {"status": "final"})
    assert final.status_code == 405
    assert "appended" in final.json()["issue"][0]["diagnostics"]


def test_the_result_after_a_first_look_supersedes_it(here):
    _, someone, sender = here
    named = {"identifier": [{"system": "urn:lab", "value": "5"}]}
    first = fhir.of(someone, fhir.observation("1988-5", 12, "mg/dL")) | named
    made = sender.send("Observation", first | {"status": "preliminary"}).json()
    assert made["status"] == "preliminary"
    sender.send("Observation", first | {"valueQuantity": fhir.quantity(15, "mg/dL")})
    row = LabResult.objects.in_force().get()
    assert (row.value, row.unit, row.canonical_value) == (15, "mg/dL", 150)


def test_a_result_is_withdrawn_and_another_s_result_is_not_ours_to_change(here):
    place, someone, sender = here
    made = sender.send("Observation", fhir.of(someone, fhir.observation("2276-4", 900))).json()
    gone = made | {"status": "entered-in-error"}
    stranger = fhir.Sender.of(place)
    assert stranger.change(f"Observation/{made['id']}", gone).status_code == 403
    assert sender.change(f"Observation/{made['id']}", gone).status_code == 200
    assert not LabResult.objects.in_force().exists()


# --- Bundles -----------------------------------------------------------------------------------


def test_a_transaction_with_one_wrong_entry_stores_nothing(here):
    _, someone, sender = here
    parts = [
        fhir.patient("NEW1"),
        fhir.of(someone, fhir.observation()),
        fhir.of(someone, fhir.observation(effectiveDateTime="2099-01-01T00:00:00Z")),
    ]
    answer = sender.send("", fhir.bundle("transaction", *parts))
    assert answer.status_code == 422
    assert fhir.places(answer) == ["Bundle.entry[2].resource"]
    assert not ObservationSet.objects.exists()
    assert not Patient.objects.filter(mrn="NEW1").exists()
    assert not HeldResource.objects.exists()


def test_an_invalid_entry_is_named_by_its_place(here):
    _, someone, sender = here
    parts = [fhir.of(someone, fhir.observation()), fhir.of(someone, fhir.observation(status="x"))]
    answer = sender.send("", fhir.bundle("transaction", *parts))
    assert answer.status_code == 422
    assert fhir.places(answer) == ["Bundle.entry[1].resource.status"]


def test_a_batch_takes_each_entry_by_itself(here):
    _, someone, sender = here
    parts = [
        fhir.of(someone, fhir.observation()),
        fhir.of(someone, fhir.observation(status="cancelled")),
        fhir.of(someone, fhir.observation("9279-1", 20)),
    ]
    answer = sender.send("", fhir.bundle("batch", *parts))
    assert answer.status_code == 200
    statuses = [each["response"]["status"] for each in answer.json()["entry"]]
    assert statuses == ["201 Created", "422", "201 Created"]
    outcome = answer.json()["entry"][1]["response"]["outcome"]
    assert outcome["issue"][0]["expression"] == ["Bundle.entry[1].resource.status"]


def test_a_transaction_registers_admits_and_charts_by_its_own_references(here):
    place, _, sender = here
    who = {"reference": "urn:uuid:00000000-0000-4000-8000-000000000000"}
    stay = {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": who,
        "period": {"start": "2026-03-09T10:00:00Z"},
        "location": [{"location": {"display": place.code}}],
    }
    drug = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": {
            "coding": [{"system": "http://www.whocc.no/atc", "code": "L04AC07"}]
        },
        "subject": who,
        "effectiveDateTime": "2026-03-10T11:00:00Z",
        "dosage": {"dose": fhir.quantity(8, "mg/kg")},
    }
    parts = [fhir.patient("NEW1"), stay, drug, fhir.observation("8310-5", 39) | {"subject": who},
             fhir.observation("29463-7", 71.5) | {"subject": who}]  # fmt: skip
    condition = {"ifNoneExist": "identifier=urn:test:mrn|NEW1"}
    sent = fhir.bundle("transaction", *parts)
    sent["entry"][0]["request"] |= condition
    assert sender.send("", sent).status_code == 200
    new = Patient.objects.get(mrn="NEW1")
    assert Stay.objects.get(patient=new).ward == place
    given = Treatment.objects.get(patient=new)
    assert (given.code, given.dose_value, given.dose_unit) == ("tocilizumab", 8, "mg/kg")
    assert ObservationSet.objects.get().patient == new
    assert BodyWeight.objects.get().weight_kg == Decimal("71.5")
    assert sender.send("", sent).status_code == 200
    assert ObservationSet.objects.count() == Treatment.objects.count() == 1


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ({"method": "DELETE", "url": "Observation/1"}, "Bundle.entry[0].request.method"),
        ({"method": "POST", "url": "Patient"}, "Bundle.entry[0].request.url"),
    ],
)
def test_what_a_bundle_may_not_ask_is_refused(here, request_, path):
    _, someone, sender = here
    sent = fhir.bundle("transaction", fhir.of(someone, fhir.observation()))
    sent["entry"][0]["request"] = request_
    answer = sender.send("", sent)
    assert answer.status_code == 422
    assert fhir.places(answer) == [path]


def drip(someone, **fields):
    """Norepinephrine, running."""
    return {
        "resourceType": "MedicationAdministration",
        "identifier": [{"system": "urn:pump", "value": "3"}],
        "status": "in-progress",
        "medicationCodeableConcept": {"text": "Norepinephrine"},
        "subject": {"reference": f"Patient/{someone.pk}"},
        "effectivePeriod": {"start": "2026-03-10T11:00:00Z"},
        "dosage": {"rateQuantity": fhir.quantity(0.1, "ug/kg/min")},
    } | fields


def test_a_drip_that_is_sent_again_with_its_end_is_stopped(here):
    _, someone, sender = here
    assert sender.send("MedicationAdministration", drip(someone)).status_code == 201
    row = Treatment.objects.in_force().get()
    assert (row.code, row.stopped_at, row.dose_unit) == ("norepinephrine", None, "ug/kg/min")
    period = {"start": "2026-03-10T11:00:00Z", "end": "2026-03-10T11:30:00Z"}
    ended = drip(someone, status="completed", effectivePeriod=period)
    assert sender.send("MedicationAdministration", ended).status_code == 200
    assert Treatment.objects.in_force().get().stopped_at.minute == 30


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"medicationCodeableConcept": {"text": "Holy water"}}, 202),
        ({"medicationCodeableConcept": {"text": "Norepinephrine", "coding": [
            {"system": "http://www.whocc.no/atc", "code": "C01CA24"}]}}, 202),
        ({"status": "not-done"}, 422),
        ({"status": "entered-in-error"}, 422),
        ({"status": "completed"}, 202),
        ({"effectivePeriod": {"start": "2026-03-10"}}, 202),
        ({"medicationCodeableConcept": None}, 422),
    ],
)  # fmt: skip
def test_a_medicine_that_is_not_clear_is_not_given(here, change, status):
    _, someone, sender = here
    answer = sender.send("MedicationAdministration", drip(someone, **change))
    assert answer.status_code == status
    assert fhir.places(answer)
    assert not Treatment.objects.exists()


def test_a_stay_that_is_sent_again_with_its_end_is_over(here):
    place, _, sender = here
    new = sender.send("Patient", fhir.patient("NEW1")).json()
    stay = {
        "resourceType": "Encounter",
        "identifier": [{"system": "urn:adt", "value": "9"}],
        "status": "in-progress",
        "class": {"code": "IMP"},
        "subject": {"reference": f"Patient/{new['id']}"},
        "period": {"start": "2026-03-10T08:00:00Z"},
    }
    assert sender.send("Encounter", stay).status_code == 201
    assert Stay.objects.get(patient_id=new["id"]).ward == place
    period = stay["period"] | {"end": "2026-03-10T11:00:00Z"}
    answer = sender.send("Encounter", stay | {"status": "finished", "period": period})
    assert answer.status_code == 200
    assert Stay.objects.get(patient_id=new["id"]).discharged_at.hour == 11


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        (fhir.patient(identifier=None), 422),
        ({"resourceType": "Patient", "gender": "male"}, 202),
        (fhir.patient("X" * 41), 202),
        (fhir.patient(gender="m"), 422),
        (fhir.patient(birthDate="1980"), 201),
    ],
)
def test_a_patient_without_a_clear_number_is_not_registered(here, resource, status):
    before = Patient.objects.count()
    assert here[2].send("Patient", resource).status_code == status
    assert Patient.objects.count() == before + (status == 201)


# --- Who may ------------------------------------------------------------------------------------


def test_a_patient_of_another_ward_is_not_there(here):
    _, someone, _ = here
    stranger = fhir.Sender.of(ward.a_ward())
    for path in (f"Patient/{someone.pk}", f"Patient/{someone.pk}/$everything"):
        assert stranger.get(f"/fhir/{path}").status_code == 404
    sent = stranger.send("Observation", fhir.of(someone, fhir.observation()))
    assert sent.status_code == 202  # whose it is cannot be said: kept for a person
    assert not ObservationSet.objects.exists()
    assert stranger.get(f"/fhir/Observation?patient={someone.pk}").json()["total"] == 0


def test_nobody_is_let_in_without_a_name(client):
    answer = client.get("/fhir/Patient/1")
    assert answer.status_code == 401
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_a_dose_of_cells_is_recorded_by_those_who_may(here):
    place, someone, sender = here
    dose = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"coding": [{"system": "urn:crs-monitor:code", "code": "dose.axi-cel.1.infusion"}]},
        "subject": {"reference": f"Patient/{someone.pk}"},
        "performedDateTime": "2026-03-08T10:00:00Z",
    }
    assert sender.send("Procedure", dose).status_code == 403
    charge = fhir.Sender(ward.a_person(Role.CHARGE_NURSE, place))
    assert charge.send("Procedure", dose).status_code == 201
    assert someone.infusions.filter(therapy="axi-cel").count() == 1


def test_reading_leaves_a_trail(here):
    _, someone, sender = here
    before = AuditEntry.objects.latest("pk").pk
    sender.get(f"/fhir/Patient/{someone.pk}/$everything")
    sender.get(f"/fhir/Observation?patient={someone.pk}")
    after = reading.entries_of(someone.pk).filter(pk__gt=before).order_by("pk")
    assert [(entry.action, entry.detail.get("surface")) for entry in after] == [
        ("patient.exported", None),
        ("chart.read", "fhir/Patient/(ident)/$everything"),
        ("chart.read", "fhir/Observation"),
    ]


# --- Over HTTP ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "path", "status"),
    [
        ("application/fhir+json", "Patient", 200),
        ("application/json", "Patient", 200),
        ("text/html,*/*;q=0.8", "Patient", 200),
        ("application/fhir+xml", "Patient", 406),
        ("*/*", "Patient?_format=xml", 406),
        ("application/fhir+xml", "Patient?_format=json", 200),
        ("*/*", "Nonsense", 404),
        ("*/*", "Patient?nonsense=1", 400),
        ("*/*", "Observation", 400),
        ("*/*", "Observation?patient=1&date=yesterday", 400),
        ("*/*", "Patient/1/nonsense/2/3", 404),
        ("*/*", "Patient/999999", 404),
        ("*/*", "Observation/set-1", 404),
        ("*/*", "Observation/set-99999999999999999999-heart-rate", 404),
    ],
)
def test_every_answer_is_a_resource(here, accept, path, status):
    answer = here[2].get(f"/fhir/{path}", headers={"Accept": accept})
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/fhir+json")
    kind = "Bundle" if status == 200 else "OperationOutcome"
    assert answer.json()["resourceType"] == kind


def test_a_body_of_another_kind_is_not_read(here):
    answer = here[2].post("/fhir/Observation", data="<x/>", content_type="application/fhir+xml")
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["delete", "patch"])
def test_facts_are_not_deleted(here, method):
    answer = getattr(here[2], method)("/fhir/Observation/set-1-heart-rate")
    assert answer.status_code == 405
    assert "never" in answer.json()["issue"][0]["diagnostics"]


def test_what_is_found_comes_in_pages_that_lead_on(here):
    _, someone, sender = here
    for minute in range(5):
        at = f"2026-03-10T11:0{minute}:00Z"
        resource = fhir.observation("8867-4", 80 + minute, effectiveDateTime=at)
        sender.send("Observation", fhir.of(someone, resource))
    address = f"/fhir/Observation?patient={someone.pk}&code=http://loinc.org|8867-4&_count=2"
    seen = []
    while address:
        found = sender.get(address).json()
        assert found["total"] == 5
        seen += [each["resource"]["valueQuantity"]["value"] for each in found.get("entry", [])]
        links = {link["relation"]: link["url"] for link in found["link"]}
        address = links.get("next", "").removeprefix("http://testserver")
    assert seen == [80, 81, 82, 83, 84]
    counted = sender.get(f"/fhir/Observation?patient={someone.pk}&_summary=count").json()
    assert counted["total"] > 5
    assert "entry" not in counted


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("date=ge2026-03-10T11:02:00Z", 3), ("date=gt2026-03-10T11:02:00Z", 2),
        ("date=lt2026-03-10T11:02:00Z", 2), ("date=le2026-03-10T11:02:00Z", 3),
        ("date=2026-03-10", 5), ("date=2026-03-11", 0), ("date=2026", 5),
        ("category=vital-signs", 5), ("category=laboratory", 0), ("code=9279-1", 0),
        ("status=final", 5), ("_lastUpdated=gt2999-01-01", 0),
    ],
)  # fmt: skip
def test_a_search_lets_through_what_it_says(here, query, number):
    _, someone, sender = here
    for minute in range(5):
        ward.chart_set(someone, {"heart_rate_bpm": 80}, by=sender.user, minutes_ago=60 - minute)
    code = "" if "code=" in query else "&code=8867-4"
    found = sender.get(f"/fhir/Observation?patient={someone.pk}{code}&{query}").json()
    assert found["total"] == number


def test_the_statement_names_only_what_answers(here):
    _, someone, sender = here
    statement = sender.get("/fhir/metadata").json()
    for each in statement["rest"][0]["resource"]:
        kind = each["type"]
        done = {one["code"] for one in each["interaction"]}
        assert ("create" in done) is (sender.send(kind, {}).status_code != 405), kind
        search = sender.get(f"/fhir/{kind}?patient={someone.pk}" if kind != "Patient" else
                            "/fhir/Patient")  # fmt: skip
        assert search.status_code == 200, kind
        assert sender.get(f"/fhir/{kind}/none").status_code == 404, kind
        assert ("update" in done) is (
            sender.change(f"{kind}/none", {"resourceType": kind, "id": "none"}).status_code != 405
        ), kind
        for parameter in each["searchParam"]:
            value = "ge2020-01-01" if parameter["type"] == "date" else "1"
            patient = "" if kind == "Patient" or parameter["name"] in ("patient", "subject") else (
                f"&patient={someone.pk}"
            )  # fmt: skip
            asked = sender.get(f"/fhir/{kind}?{parameter['name']}={value}{patient}")
            assert asked.status_code == 200, (kind, parameter)


def test_a_resource_is_judged_without_being_taken(here):
    _, someone, sender = here
    good = sender.send("Observation/$validate", fhir.of(someone, fhir.observation()))
    assert [each["severity"] for each in good.json()["issue"]] == ["information"]
    bad = sender.send("Observation/$validate", fhir.observation(status="foo"))
    assert fhir.places(bad) == ["Observation.status"]
    assert not ObservationSet.objects.exists()


def test_an_uncertain_grade_is_never_a_plain_number(here):
    _, someone, sender = here
    ward.chart_set(someone, {"temperature_celsius": Decimal("39")})
    rows = Assessment.objects.filter(patient=someone, scale="astct-crs")
    row = rows.get()
    assert row.grade is None
    found = sender.get(f"/fhir/Observation/grade-{row.pk}").json()
    assert "valueInteger" not in found
    assert "valueQuantity" not in found
    bound = found["component"][0]["valueQuantity"]
    assert bound == {"value": row.at_least, "comparator": ">="}
    assert found["dataAbsentReason"]
    assert found["derivedFrom"] == [
        {"reference": f"Observation/set-{row.observation_set_id}-whole"}
    ]
    assert found["method"]["text"] == row.ruleset
    assert "sole basis" in found["note"][0]["text"]


def test_times_are_those_of_the_reading_not_of_its_arrival(here):
    _, someone, sender = here
    resource = fhir.observation(effectiveDateTime="2026-03-10T13:40:00+02:00")
    sender.send("Observation", fhir.of(someone, resource))
    row = ObservationSet.objects.get()
    assert row.taken_at.isoformat() == "2026-03-10T11:40:00+00:00"
    assert row.received_at - row.taken_at == timedelta(minutes=20)


@pytest.mark.parametrize(
    "change",
    [
        {"status": None, "_status": {"extension": [{"url": "http://x.org", "valueCode": "a"}]}},
        {"code": {"text": " "}},
        {
            "code": {
                "coding": [{"system": "http://loinc.org", "code": "8867-4", "display": " "}],
                "text": " ",
            }
        },
        {"valueQuantity": None, "valueString": " "},
        {"identifier": [{"system": "urn:x", "value": " "}]},
        {"effectiveDateTime": None, "_effectiveDateTime": {"id": "x"}},
        {"subject": {"identifier": {"value": " "}}},
        {"valueQuantity": {"value": 88, "unit": " "}},
        {"method": {"text": " "}},
        {"valueQuantity": None, "dataAbsentReason": {"text": " "}},
        {"encounter": {"reference": "Encounter/999999"}},
        {"encounter": {"display": "x"}},
    ],
)
def test_what_says_nothing_is_answered_and_never_an_error(change):
    place = ward.a_ward()
    someone = ward.a_patient(place)
    resource = fhir.of(someone, fhir.observation()) | change
    resource = {name: each for name, each in resource.items() if each is not None}
    answer = fhir.Sender.of(place).send("Observation", resource)
    assert answer.status_code in (201, 202, 422)
