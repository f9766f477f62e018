"""A result in moles under a code by mass waits; a person names the value, the code its unit."""

import csv
import itertools
import json
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from charting.models import PatientState
from interop.exports import sdtm, tidy, writing
from interop.exports.course import Subject
from interop.exports.deidentify import Mask
from interop.models import LocalMapping, QuarantinedItem
from interop.quarantine import mapping, replaying
from staff.models import Role
from tests.factories import fhir
from tests.factories.extract import import_files
from tests.factories.hl7 import msh, obr, obx, pid, send
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from vitals.models import LabResult

pytestmark = pytest.mark.django_db
GLUCOSE = "2345-7^Glucose [Mass/volume] in Serum or Plasma^LN"
TWICE = "2345-7^Glucose^LN^GLU^Glucose^LAB1"


@pytest.fixture
def patient():
    return a_patient(a_ward())


def kept():
    """Code, value and unit of every result, in order."""
    rows = LabResult.objects.in_force().order_by("pk")
    return [(row.loinc, float(row.value), row.unit) for row in rows]


_orders = itertools.count(1)


def message(patient, *results):
    return send(msh(), pid(patient.mrn), obr(f"F{next(_orders)}"), *results)


def say(code, *, target="2345-7", unit="mmol/L", stated="mmol/L", system="LN"):
    """A person's word on a code of the laboratory, in one of its units."""
    group = {"sender": "LAB1@HOSP", "code_system": system, "code": code, "unit": stated}
    made = mapping.propose(
        group, target=target, unit=unit, by=a_person(Role.CHARGE_NURSE), now=NOW, reason="its list"
    )
    return mapping.keep(made, by=made.recorded_by, now=NOW)


@pytest.mark.parametrize(
    ("code", "value", "unit", "words"),
    [
        (GLUCOSE, "5.4", "mmol/L", "the code of that is 14749-6"),
        ("2345-7^Glucose^LN^14749-6^Glucose^LN", "5.4", "mmol/L", "2345-7 is"),
        ("14749-6^Glucose^LN^2345-7^Glucose^LN", "5.4", "mmol/L", "2345-7 is"),
        ("2000-8^Calcium^LN", "9.1", "mg/dL", "the code of that is 17861-6"),
        ("718-7^Hemoglobin^LN", "6.1", "mmol/L", "the code of that is 59260-0"),
        ("2345-7^Glucose [Moles/volume] in Serum^LN", "99", "mg/dL", "is called [Moles/volume]"),
        ("76485-2^Interleukin 2 receptor [Mass/volume]^LN", "900", "U/mL", "is called"),
    ],
)
def test_by_message_what_contradicts_its_code_waits_and_the_rest_is_stored(
    patient, code, value, unit, words
):
    message(patient, obx(code, value, unit), obx("2951-2^Sodium^LN", "139", "mEq/L", number=2))
    assert kept() == [("2951-2", 139.0, "mEq/L")]
    item = QuarantinedItem.objects.get()
    assert (item.reason_code, item.unit) == ("code_and_unit_disagree", unit)
    assert words in item.detail


def test_a_person_s_word_on_a_code_and_its_unit_stores_it_under_the_code_of_the_unit(patient):
    message(patient, obx(GLUCOSE, "5.4", "mmol/L"))
    row = say("2345-7")
    assert (row.target, row.unit) == ("14749-6", "mmol/L")
    replaying.replay(QuarantinedItem.objects.waiting(), by=row.recorded_by, now=NOW)
    message(patient, obx(GLUCOSE, "6.2", "mmol/L"))
    assert kept() == [("14749-6", 5.4, "mmol/L"), ("14749-6", 6.2, "mmol/L")]
    # The name it came by says mass: it does not stand beside what is in moles.
    assert {row.display for row in LabResult.objects.all()} == {
        "Glucose [Moles/volume] in Serum or Plasma"
    }
    # In its own unit the laboratory's code is what it always was.
    message(patient, obx(GLUCOSE, "99", "mg/dL"))
    assert kept()[-1] == ("2345-7", 99.0, "mg/dL")


def test_a_word_given_before_codes_followed_units_is_read_as_it_was_meant(patient):
    LocalMapping.objects.create(
        sender="LAB1@HOSP", code_system="LAB1", code="GLU", stated_unit="MMOLL", target="2345-7",
        unit="mmol/L", recorded_by=a_person(), recorded_at=NOW, reason="its list",
    )  # fmt: skip
    for unit in ("MMOLL", "mmol/L", "mg/dL"):
        message(patient, obx("GLU^Glucose^LAB1", "50" if unit == "mg/dL" else "5.4", unit))
    assert kept() == [
        ("14749-6", 5.4, "mmol/L"), ("14749-6", 5.4, "mmol/L"), ("2345-7", 50.0, "mg/dL"),
    ]  # fmt: skip


def test_a_word_on_another_unit_settles_nothing_between_a_loinc_code_and_its_unit(patient):
    say("2345-7", stated="MMOLL")
    message(patient, obx(GLUCOSE, "5.4", "mmol/L"))
    assert not LabResult.objects.exists()
    message(patient, obx(GLUCOSE, "5.4", "MMOLL"))
    assert kept() == [("14749-6", 5.4, "mmol/L")]


def test_of_two_codings_the_one_a_person_spoke_of_decides(patient):
    message(patient, obx(TWICE, "5.4", "mmol/L"))
    assert not LabResult.objects.exists()
    say("GLU", system="LAB1")
    message(patient, obx(TWICE, "5.5", "mmol/L"))
    assert kept() == [("14749-6", 5.5, "mmol/L")]
    # Not where the other coding is of something else.
    message(patient, obx("2951-2^Sodium^LN^GLU^Glucose^LAB1", "5.5", "mmol/L"))
    assert QuarantinedItem.objects.filter(reason_code="codes_disagree").count() == 1


def test_a_result_is_taken_back_whatever_its_unit_says_by_then(patient):
    order = obr("F0")
    send(msh(), pid(patient.mrn), order, obx(GLUCOSE, "99", "mg/dL"))
    assert kept() == [("2345-7", 99.0, "mg/dL")]
    send(msh(), pid(patient.mrn), order, obx(GLUCOSE, "99", "mmol/L", status="D"))
    assert not LabResult.objects.in_force().filter(withdrawn=False).exists()
    assert not QuarantinedItem.objects.exists()


def a_contradiction(patient, **more):
    """A result as it was kept before codes were held to their units."""
    row = LabResult(
        client_id=uuid.uuid4(), patient=patient, analyte="glucose", loinc="2345-7",
        display="Glucose [Mass/volume] in Serum or Plasma", taken_at=NOW - timedelta(hours=1),
        received_at=NOW, source="integration", value=Decimal("5.4"), unit="mmol/L",
        canonical_value=Decimal("97.308"), canonical_unit="mg/dL", **more,
    )  # fmt: skip
    row.save()
    return row


def subject(patient):
    state = PatientState.objects.select_related("patient", "ward").get(pk=patient.pk)
    return Subject(state, Mask(), NOW)


def test_what_was_kept_under_the_wrong_code_goes_out_under_the_right_one(patient):
    row = a_contradiction(patient)
    sender = fhir.Sender.of(patient.stays.get().ward)
    sent = sender.get(f"/fhir/Observation/lab-{row.pk}").json()
    assert sent["code"]["coding"][0]["code"] == "14749-6"
    assert sent["code"]["text"] == "Glucose [Moles/volume] in Serum or Plasma"
    assert sent["valueQuantity"]["code"] == "mmol/L"
    (line,) = (each for each in tidy.rows([subject(patient)]) if "mmol/L" in each)
    assert {"loinc:14749-6", "14749-6"} <= set(line)
    assert "2345-7" not in " ".join(line)
    assert "Mass" not in " ".join(line)
    (lb,) = sdtm._lb(subject(patient))
    assert lb[-3] == "14749-6"


def test_what_went_out_under_the_right_code_is_known_where_it_came_from(patient, tmp_path):
    a_contradiction(patient)
    path = tmp_path / "out.csv"
    stream, _ = writing.table(tidy.COLUMNS, tidy.rows(iter([subject(patient)])))
    path.write_bytes(stream.read())
    done = import_files(path, tidy=True)
    assert (done["quarantined"], done["duplicates"]) == (0, done["received"]), done["reasons"]
    assert kept() == [("2345-7", 5.4, "mmol/L")]


def test_what_was_kept_under_the_wrong_code_is_corrected_as_it_is_shown(patient):
    row = a_contradiction(patient)
    sender = fhir.Sender.of(patient.stays.get().ward)
    shown = sender.get(f"/fhir/Observation/lab-{row.pk}").json()
    shown["valueQuantity"]["value"] = 6.4
    shown["status"] = "corrected"
    charge = a_person(Role.CHARGE_NURSE, patient.stays.get().ward)
    sender = fhir.Sender(charge)
    answer = sender.change(f"Observation/lab-{row.pk}", shown)
    assert answer.status_code == 200, answer.content
    assert kept() == [("14749-6", 6.4, "mmol/L")]


def test_by_fhir_a_contradiction_waits_and_is_told_at_its_place_in_words(patient):
    sender = fhir.Sender.of(patient.stays.get().ward)
    resource = fhir.of(patient, fhir.observation("2345-7", 5.4, "mmol/L"))
    answer = sender.send("Observation", resource)
    assert answer.status_code == 202  # taken, and waiting
    assert fhir.places(answer) == ["Observation.valueQuantity"]
    assert "the code of that is 14749-6" in answer.content.decode()
    # The unit as shown is held to the code as well, and so is every coding.
    resource["valueQuantity"] = {"value": 5.4, "unit": "mmol/L"}
    assert sender.send("Observation", resource).status_code == 202
    resource["code"]["coding"].insert(0, {"system": "http://loinc.org", "code": "14749-6"})
    assert sender.send("Observation", resource).status_code == 202
    assert not LabResult.objects.exists()
    resource["code"]["coding"].pop()
    assert sender.send("Observation", resource).status_code == 201
    assert kept() == [("14749-6", 5.4, "mmol/L")]


def test_of_a_code_that_is_not_known_unit_and_shown_unit_must_be_of_one_property(patient):
    sender = fhir.Sender.of(patient.stays.get().ward)
    resource = fhir.of(patient, fhir.observation("20565-8", 24, "mmol/L"))
    resource["category"] = fhir.observation("1988-5")["category"]
    resource["valueQuantity"]["unit"] = "mg/dL"
    answer = sender.send("Observation", resource)
    assert (answer.status_code, fhir.places(answer)) == (202, ["Observation.valueQuantity"])
    resource["valueQuantity"]["unit"] = "mEq/L"
    assert sender.send("Observation", resource).status_code == 201


def test_by_rest_a_contradiction_is_refused_and_each_unit_taken_under_its_code(patient):
    client = APIClient()
    client.force_authenticate(a_person(Role.CHARGE_NURSE, patient.stays.get().ward))

    def post(loinc, unit, value):
        sent = {"client_id": str(uuid.uuid4()), "taken_at": NOW.isoformat(), "loinc": loinc,
                "patient": patient.mrn, "value": value, "unit": unit}  # fmt: skip
        return client.post("/api/v1/labs/", sent, format="json")

    for loinc, unit in (("2345-7", "mmol/L"), ("14749-6", "mg/dL"), ("2000-8", "mg/dL")):
        answer = post(loinc, unit, 8)
        assert answer.status_code == 400
        assert "the code of that unit is" in answer.content.decode()
    assert not LabResult.objects.exists()
    assert post("14749-6", "mmol/L", 5.4).json()["loinc"] == "14749-6"
    assert post("2345-7", "mg/dL", 99).json()["loinc"] == "2345-7"


@pytest.mark.parametrize(
    ("analyte", "unit", "loinc"),
    [
        ("glucose", "mmol/L", "14749-6"), ("glucose", "mg/dL", "2345-7"),
        ("glucose", "", "2345-7"), ("calcium", "mmol/L", "2000-8"), ("sodium", "mEq/L", "2951-2"),
        ("creatinine_si", "", "14682-9"), ("bilirubin", "umol/L", "14631-6"),
    ],
)  # fmt: skip
def test_on_the_page_the_code_follows_the_unit_that_was_typed(
    client, patient, analyte, unit, loinc
):
    nurse = a_person(Role.NURSE, patient.stays.get().ward)
    client.force_login(nurse, backend="staff.backends.OpenAccountBackend")
    value = {"sodium": "139", "creatinine_si": "80", "calcium": "2.2"}.get(analyte, "9")
    sent = {"client_id": str(uuid.uuid4()), "analyte": analyte, "value": value, "unit": unit,
            "taken_at": f"{NOW - timedelta(minutes=5):%Y-%m-%dT%H:%M}"}  # fmt: skip
    answer = client.post(f"/patients/{patient.pk}/record/lab/", sent)
    assert answer.status_code == 302, answer.context["form"].errors
    assert LabResult.objects.get().loinc == loinc


WIDE = {
    "shape": "wide", "zone": "UTC",
    "columns": {"MRN": "patient", "When": "taken_at", "HR": "heart_rate_bpm",
                "Glu": {"target": "loinc:2345-7", "unit": "mmol/L"}},
}  # fmt: skip
TIDY = {
    "shape": "tidy", "zone": "UTC",
    "columns": {"MRN": "patient", "When": "taken_at", "What": "name", "Code": "code",
                "Value": "value", "Unit": "unit"},
    "names": {"Glu": {"target": "loinc:2345-7"},
              "GluSI": {"target": "loinc:2345-7", "unit": "mmol/L"},
              "2345-7": {"target": "loinc:2345-7", "unit": "mmol/L"}},
}  # fmt: skip


def read_in(tmp_path, mapping_, *rows):
    said, path = tmp_path / "m.json", tmp_path / "t.csv"
    said.write_text(json.dumps(mapping_))
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([list(mapping_["columns"]), *rows])
    return import_files(path, mapping=said)


def test_a_column_that_a_person_mapped_in_moles_is_stored_under_the_code_of_moles(tmp_path):
    done = read_in(tmp_path, WIDE, ["P1", "2025-06-01 08:00", "88", "5.4"])
    assert done["stored"] == 1, done
    assert kept() == [("14749-6", 5.4, "mmol/L")]


@pytest.mark.parametrize(
    ("name", "code", "value", "unit", "stored"),
    [
        ("Glu", "", "5.4", "mmol/L", ("14749-6", 5.4, "mmol/L")),
        ("Glu", "", "99", "mg/dL", ("2345-7", 99.0, "mg/dL")),
        ("GluSI", "", "5.4", "", ("14749-6", 5.4, "mmol/L")),
        ("GluSI", "2345-7", "5.4", "", ("14749-6", 5.4, "mmol/L")),
        ("GluSI", "", "99", "mg/dL", ("2345-7", 99.0, "mg/dL")),
        ("GluSI", "2345-7", "5.4", "mmol/L", ("14749-6", 5.4, "mmol/L")),
        ("GluSI", "14749-6", "99", "mg/dL", None),
        ("", "2345-7", "5.4", "", ("14749-6", 5.4, "mmol/L")),
        ("", "2345-7", "99", "mg/dL", ("2345-7", 99.0, "mg/dL")),
        ("Glu", "2345-7", "5.4", "mmol/L", None),
        ("Glu", "14749-6", "5.4", "mmol/L", ("14749-6", 5.4, "mmol/L")),
        ("Glu", "14749-6", "99", "mg/dL", None),
        ("GluSI", "2951-2", "5.4", "", None),
    ],
)
def test_a_name_that_a_person_mapped_follows_the_unit_and_a_code_beside_it_is_held_to_it(
    tmp_path, name, code, value, unit, stored
):
    done = read_in(tmp_path, TIDY, ["P1", "2025-06-01 08:00", name, code, value, unit])
    assert kept() == ([stored] if stored else [])
    assert done["quarantined"] == (0 if stored else 1)


@pytest.mark.django_db(transaction=True)
def test_molar_and_mass_results_leave_and_come_back_as_they_were(tmp_path):
    patient = a_patient(a_ward(), mrn="RT9")
    message(
        patient, obx("14749-6^Glucose^LN", "5.4", "mmol/L"),
        obx("2345-7^Glucose^LN", "99", "mg/dL", number=2),
        obx("17861-6^Calcium^LN", "9.1", "mg/dL", number=3),
        obx("2000-8^Calcium^LN", "2.2", "mmol/L", number=4),
        obx("2823-3^Potassium^LN", "4.1", "mEq/L", number=5),
    )  # fmt: skip
    before = sorted(kept())
    assert len(before) == 5
    path = tmp_path / "out.csv"
    stream, _ = writing.table(tidy.COLUMNS, tidy.rows(iter([subject(patient)])))
    path.write_bytes(stream.read())
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
    done = import_files(path, tidy=True)
    assert done["quarantined"] == 0, done["reasons"]
    assert sorted(kept()) == before
