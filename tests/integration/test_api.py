"""The REST door: what an integration relies on."""

import json
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from alerts.models import Alert
from patients.models import Treatment
from staff.models import ApiToken, Role
from tests.factories.ward import a_patient, a_person, a_ward
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db
URL = "/api/v1/observations/"


@pytest.fixture
def now(time_machine):
    from tests.factories.ward import NOW

    time_machine.move_to(NOW, tick=False)
    return NOW


@pytest.fixture
def ward(now):
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def api(ward):
    """An integration of the ward with its bearer token."""
    _, secret = ApiToken.issue(a_person(Role.INTEGRATION, ward), label="monitor gateway")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def body(patient, now, /, **values):
    return {
        "client_id": str(uuid.uuid4()),
        "patient": patient.mrn,
        "taken_at": now.isoformat(),
        "temperature_celsius": 38.6,
        "systolic_mmhg": 84,
        "diastolic_mmhg": 50,
        "mean_arterial_mmhg": 54,
        "spo2_percent": 97,
        "oxygen_device": "room_air",
        "vasopressors": [],
        **values,
    }


def errors_of(response):
    return {error["field"]: error["message"] for error in response.json()["errors"]}


def test_a_set_is_answered_with_its_grade_reasons_and_what_is_next(api, patient, now):
    answer = api.post(URL, body(patient, now), format="json")
    assert answer.status_code == 201
    document = answer.json()
    crs = document["grades"]["astct_crs"]
    assert (crs["grade"], crs["at_least"], crs["missing"]) == (2, 2, [])
    assert crs["ruleset"] == "astct-crs-2019/1"
    assert any("38.6" in words for words in crs["because"])
    assert document["next_due_at"] == "2026-03-10T12:15:00Z"
    (alert,) = document["alerts"]
    assert (alert["rule"], alert["severity"], alert["is_new"]) == ("A03", "P1", True)
    assert Alert.objects.get().code == alert["code"]


def test_the_same_entry_again_answers_200_and_the_same_set(api, patient, now):
    entry = body(patient, now)
    first = api.post(URL, entry, format="json")
    again = api.post(URL, entry, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["grades"] == again.json()["grades"]
    assert ObservationSet.objects.count() == 1


def test_the_same_id_with_another_body_answers_409(api, patient, now):
    entry = body(patient, now)
    api.post(URL, entry, format="json")
    answer = api.post(URL, entry | {"systolic_mmhg": 120}, format="json")
    assert answer.status_code == 409
    assert ObservationSet.objects.count() == 1


def test_a_patient_may_be_named_by_id_as_a_number(api, patient, now):
    answer = api.post(URL, body(patient, now, patient=patient.pk), format="json")
    assert answer.status_code == 201


def test_text_is_an_mrn_and_never_an_id(api, ward, patient, now):
    """An MRN of another patient may look like this patient's id."""
    answer = api.post(URL, body(patient, now, patient=str(patient.pk)), format="json")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("temperature_celsius", 45.1, "25.0 to 45.0"),
        ("temperature_celsius", 101.3, "38.5 °C"),
        ("temperature_celsius", "38.6", "must be a number"),
        ("temperature_celsius", True, "must be a number"),
        ("heart_rate_bpm", 9, "10 to 350"),
        ("heart_rate_bpm", 80.5, "whole number"),
        ("systolic_mmhg", 0, "20 to 300"),
        ("spo2_percent", 101, "30 to 100"),
        ("oxygen_flow_lpm", -1, "0 to 80"),
        ("fio2_percent", 0.4, "21 to 100"),
        ("oxygen_device", "snorkel", "must be one of room_air"),
        ("consciousness", "A", "must be one of alert"),
        ("vasopressors", ["milrinone"], "milrinone"),
        ("vasopressors", "none", "must be a list"),
        ("taken_at", "2026-03-10T12:00:00", "offset"),
        ("taken_at", "2026-03-10T12:06:00Z", "future"),
        ("taken_at", "yesterday", "ISO 8601"),
        ("client_id", "7", "UUID"),
        ("temprature", 38.6, "is not a field"),
        ("note", "a\u0000b", "control characters"),
    ],
)
def test_a_refusal_names_field_value_and_bound(api, patient, now, field, value, words):
    answer = api.post(URL, body(patient, now, **{field: value}), format="json")
    assert answer.status_code == 400
    assert words in errors_of(answer)[field]
    assert not ObservationSet.objects.exists()


def test_every_wrong_field_is_named_at_once(api, patient, now):
    wrong = body(patient, now, systolic_mmhg=0, spo2_percent=101, oxygen_device="snorkel")
    answer = api.post(URL, wrong, format="json")
    assert set(errors_of(answer)) == {"systolic_mmhg", "spo2_percent", "oxygen_device"}


@pytest.mark.parametrize(
    "text",
    [
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"temperature_celsius": 41, "temperature_celsius": 37}',
        "[1, 2]",
        "7",
        "{",
        '{"a": 1e999999999}',
        '{"a": ' + "9" * 5000 + "}",
        "[" * 40_000,
        '{"a": "\\ud800"}',
        "\xff\xfe",
    ],
)
def test_hostile_json_is_refused_and_never_a_crash(api, text):
    answer = api.generic("POST", URL, text.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_a_body_over_the_limit_says_so(api):
    answer = api.post(URL, '{"note": "' + "x" * 70_000 + '"}', content_type="application/json")
    assert answer.status_code == 413


def test_a_temperature_just_below_fever_is_not_rounded_into_one(api, patient, now):
    text = json.dumps(body(patient, now, systolic_mmhg=120)).replace("38.6", "37.99999999")
    answer = api.generic("POST", URL, text, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["grades"]["astct_crs"]["grade"] == 0


@pytest.mark.parametrize(
    ("role", "own_ward", "status"),
    [
        (Role.NURSE, True, 201),
        (Role.CHARGE_NURSE, True, 201),
        (Role.ONCOLOGIST, True, 201),
        (Role.INTEGRATION, True, 201),
        (Role.ADMINISTRATOR, True, 404),
        (Role.NURSE, False, 404),
        (Role.INTEGRATION, False, 404),
    ],
)
def test_who_may_chart(ward, patient, now, role, own_ward, status):
    client = APIClient()
    client.force_authenticate(a_person(role, ward if own_ward else a_ward()))
    assert client.post(URL, body(patient, now), format="json").status_code == status


def test_nobody_charts_without_signing_in(patient, now):
    assert APIClient().post(URL, body(patient, now), format="json").status_code == 401


def test_a_revoked_token_opens_nothing(ward, patient, now):
    token, secret = ApiToken.issue(a_person(Role.INTEGRATION, ward), label="old gateway")
    token.revoke(at=now)
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert client.post(URL, body(patient, now), format="json").status_code == 401


def test_a_patient_elsewhere_answers_like_one_that_does_not_exist(api, patient, now):
    other = a_patient(a_ward())
    elsewhere = api.post(URL, body(other, now), format="json")
    nowhere = api.post(URL, body(patient, now, patient="MRN-NOBODY"), format="json")
    assert elsewhere.status_code == nowhere.status_code == 404
    assert elsewhere.json() == nowhere.json()


def test_sets_are_listed_newest_first_with_what_was_recorded_only(ward, patient, now):
    nurse = APIClient()
    nurse.force_authenticate(a_person(Role.NURSE, ward))
    for minutes in (20, 10):
        taken_at = (now - timedelta(minutes=minutes)).isoformat()
        nurse.post(URL, body(patient, now, taken_at=taken_at, diastolic_mmhg=None), format="json")
    assert nurse.get(URL, {"patient": patient.mrn}).status_code == 400
    rows = nurse.get(URL, {"patient": patient.pk}).json()["sets"]
    assert [row["taken_at"] for row in rows] == ["2026-03-10T11:50:00Z", "2026-03-10T11:40:00Z"]
    assert "diastolic_mmhg" not in rows[0]
    assert rows[0]["grades"]["astct_crs"]["grade"] == 2


def test_a_correction_needs_a_reason(ward, patient, now):
    nurse = APIClient()
    nurse.force_authenticate(a_person(Role.NURSE, ward))
    wrong = nurse.post(URL, body(patient, now), format="json").json()["id"]
    right = {k: v for k, v in body(patient, now, systolic_mmhg=120).items() if k != "patient"}
    url = f"{URL}{wrong}/corrections/"
    assert "reason" in errors_of(nurse.post(url, right, format="json"))
    answer = nurse.post(url, right | {"reason": "typing"}, format="json")
    assert answer.status_code == 201
    assert answer.json()["grades"]["astct_crs"]["grade"] == 1
    assert nurse.post(url, right | {"client_id": str(uuid.uuid4()), "reason": "again"},
                      format="json").status_code == 409  # fmt: skip


def test_a_treatment_is_recorded_once_and_stopped(api, patient, now):
    given = {
        "client_id": str(uuid.uuid4()),
        "patient": patient.mrn,
        "code": "norepinephrine",
        "started_at": (now - timedelta(minutes=9)).isoformat(),
        "dose_value": 0.05,
        "dose_unit": "ug/kg/min",
    }
    first = api.post("/api/v1/treatments/", given, format="json")
    again = api.post("/api/v1/treatments/", given, format="json")
    assert first.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    stop = f"/api/v1/treatments/{first.json()['id']}/stop/"
    stopped = api.post(stop, {"stopped_at": now.isoformat()}, format="json")
    assert stopped.status_code == 201
    assert Treatment.objects.in_force().get().stopped_at == now
    assert api.post(stop, {"stopped_at": now.isoformat()}, format="json").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "water"}, "code"),
        ({"dose_unit": "drops"}, "dose_unit"),
        ({"dose_value": -1}, "dose_value"),
        ({"dose_value": 10**11}, "dose_value"),
        ({"stopped_at": "2026-03-10T10:00:00Z"}, "stopped_at"),
    ],
)
def test_a_treatment_that_makes_no_sense_is_refused(api, patient, now, change, field):
    given = {
        "client_id": str(uuid.uuid4()),
        "patient": patient.mrn,
        "code": "tocilizumab",
        "started_at": now.isoformat(),
        "dose_value": 400,
        "dose_unit": "mg",
    }
    answer = api.post("/api/v1/treatments/", given | change, format="json")
    assert answer.status_code == 400
    assert field in errors_of(answer)


@pytest.mark.parametrize(
    ("value", "unit", "canonical"),
    [(12, "mg/dL", 120), (120, "mg/L", 120)],
)
def test_a_result_keeps_its_unit_and_gains_the_canonical_one(
    api, patient, now, value, unit, canonical
):
    result = {
        "client_id": str(uuid.uuid4()),
        "patient": patient.mrn,
        "loinc": "1988-5",
        "taken_at": now.isoformat(),
        "value": value,
        "unit": unit,
    }
    assert api.post("/api/v1/labs/", result, format="json").status_code == 201
    row = LabResult.objects.get()
    assert (row.value, row.unit) == (value, unit)
    assert (row.canonical_value, row.canonical_unit) == (Decimal(canonical), "mg/L")


def test_a_result_in_a_strange_unit_is_refused(api, patient, now):
    result = {
        "client_id": str(uuid.uuid4()),
        "patient": patient.mrn,
        "loinc": "1988-5",
        "taken_at": now.isoformat(),
        "value": 12,
        "unit": "furlongs",
    }
    answer = api.post("/api/v1/labs/", result, format="json")
    assert answer.status_code == 400
    assert "known units: mg/L, mg/dL" in errors_of(answer)["unit"]


@pytest.mark.parametrize(("ice", "grade"), [(10, 0), (7, 1), (6, 2), (2, 3)])
def test_a_neuro_check_answers_its_icans_grade(api, patient, now, ice, grade):
    check = {
        "client_id": str(uuid.uuid4()),
        "patient": patient.mrn,
        "taken_at": now.isoformat(),
        "ice_score": ice,
        "consciousness": "alert",
        "seizure": "none",
        "motor_weakness": False,
    }
    answer = api.post("/api/v1/neuro-checks/", check, format="json")
    assert answer.status_code == 201
    assert answer.json()["grades"]["astct_icans"]["grade"] == grade


def test_only_a_charge_nurse_or_oncologist_records_a_dose(ward, patient, now):
    dose = {
        "patient": patient.mrn,
        "therapy": "blina-rr",
        "kind": "cycle_1_start",
        "started_at": now.isoformat(),
    }
    for role, status in ((Role.NURSE, 404), (Role.ONCOLOGIST, 201), (Role.CHARGE_NURSE, 201)):
        client = APIClient()
        client.force_authenticate(a_person(role, ward))
        assert client.post("/api/v1/infusions/", dose, format="json").status_code == status


def test_a_dose_of_a_kind_the_product_does_not_know_is_refused(ward, patient, now):
    client = APIClient()
    client.force_authenticate(a_person(Role.ONCOLOGIST, ward))
    dose = {
        "patient": patient.mrn,
        "therapy": "tisa-cel",
        "kind": "step_1",
        "started_at": now.isoformat(),
    }
    answer = client.post("/api/v1/infusions/", dose, format="json")
    assert "infusion" in errors_of(answer)["kind"]


def test_an_alert_is_acknowledged_as_it_was_seen(ward, api, patient, now):
    charge = APIClient()
    charge.force_authenticate(a_person(Role.CHARGE_NURSE, ward))
    api.post(URL, body(patient, now), format="json")
    (alert,) = charge.get("/api/v1/alerts/").json()["alerts"]
    url = f"/api/v1/alerts/{alert['code']}/acknowledgement/"
    assert charge.post(url, {"version": 99}, format="json").status_code == 409
    done = charge.post(url, {"version": alert["version"], "eta_minutes": 5}, format="json")
    assert (done.status_code, done.json()["state"]) == (200, "acknowledged")
    assert charge.post(url, {"version": alert["version"]}, format="json").status_code == 409
    assert api.post(url, {"version": 2}, format="json").status_code == 404


def test_the_patients_of_ones_wards_are_listed(ward, patient, now):
    a_patient(a_ward())
    nurse = APIClient()
    nurse.force_authenticate(a_person(Role.NURSE, ward))
    assert [row["mrn"] for row in nurse.get("/api/v1/patients/").json()["patients"]] == [
        patient.mrn
    ]


def test_the_openapi_document_describes_the_door(api):
    document = api.get("/api/schema/", {"format": "json"}).json()
    post = document["paths"]["/api/v1/observations/"]["post"]
    assert {"200", "201", "400", "404", "409"} <= post["responses"].keys()
    schema = document["components"]["schemas"]["ObservationSetRequest"] if (
        "ObservationSetRequest" in document["components"]["schemas"]
    ) else document["components"]["schemas"]["ObservationSet"]  # fmt: skip
    assert schema["properties"]["temperature_celsius"]["maximum"] == 45


def test_charting_over_http_costs_a_known_number_of_queries(
    api, patient, now, django_assert_num_queries
):
    quiet = {"systolic_mmhg": 120, "mean_arterial_mmhg": 87, "temperature_celsius": 36.8}
    api.post(URL, body(patient, now, taken_at=(now - timedelta(hours=4)).isoformat(), **quiet),
             format="json")  # fmt: skip
    entry = body(patient, now, **quiet)
    with django_assert_num_queries(20):
        assert api.post(URL, entry, format="json").status_code == 201


def test_a_vasopressor_may_come_with_its_dose_which_is_kept(api, patient, now):
    dose = {"drug": "norepinephrine", "dose": 0.1, "unit": "ug/kg/min"}
    answer = api.post(URL, body(patient, now, vasopressors=[dose]), format="json")
    assert answer.json()["grades"]["astct_crs"]["grade"] == 3
    row = ObservationSet.objects.get()
    assert row.vasopressors == ["norepinephrine"]
    assert row.as_entered == {"vasopressors": [dose | {"dose": "0.1"}]}
    assert row.vasopressor_doses == [dose | {"dose": "0.1"}]
    strange = body(patient, now, vasopressors=[dose | {"unit": "mg"}])
    assert "not mg" in errors_of(api.post(URL, strange, format="json"))["vasopressors"]
    strange = body(patient, now, vasopressors=[{"drug": "water"}])
    assert "water" in errors_of(api.post(URL, strange, format="json"))["vasopressors"]
    strange = body(patient, now, vasopressors=[["norepinephrine"], 7])
    assert "vasopressors" in errors_of(api.post(URL, strange, format="json"))


def test_every_stored_scale_is_answered_and_listed(api, ward, patient, now):
    doses = [{"drug": "norepinephrine", "dose": 0.1, "unit": "ug/kg/min"}]
    more = {"vasopressors": doses, "spo2_scale": 1, "hospitalized_for_crs": True}
    answer = api.post(URL, body(patient, now, **more), format="json").json()
    assert set(answer["grades"]) == {
        "astct_crs", "lee_2014", "penn", "ctcae5_crs", "cartox", "mskcc", "news2",
    }  # fmt: skip
    penn = answer["grades"]["penn"]
    assert (penn["grade"], penn["at_least"]) == (None, 3)
    assert "vasopressor_intensity" in penn["missing"]
    assert penn["ruleset"] == "penn-2018/1"
    nurse = APIClient()
    nurse.force_authenticate(a_person(Role.NURSE, ward))
    (listed,) = nurse.get(URL, {"patient": patient.pk}).json()["sets"]
    assert listed["grades"] == answer["grades"]
    assert listed["vasopressor_doses"] == [doses[0] | {"dose": "0.1"}]
    assert (listed["spo2_scale"], listed["hospitalized_for_crs"]) == (1, True)
