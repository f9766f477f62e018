"""Admissions by HL7 v2 ADT: who is where, and two numbers that are one person's."""

from datetime import timedelta

import pytest

from alerts.models import Alert
from audit import trail
from charting.models import PatientState
from interop.models import MergedPatient, QuarantinedItem
from patients.models import Patient, Stay
from staff.models import Bed
from tests.factories.hl7 import CRP, msh, obr, obx, pid, send, stamp, vital
from tests.factories.ward import GRADE_2, NOW, WELL, a_patient, a_ward, chart_set
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db

AGO = NOW - timedelta(hours=3)


@pytest.fixture
def ward():
    return a_ward(code="7b", name="Ward 7B")


def adt(event, *segments, at=AGO):
    return send(msh(f"ADT^{event}"), f"EVN|{event}|{stamp(at)}", *segments)


def pv1(place="7B^12^A", *, admitted="", discharged=""):
    fields = [""] * 46
    fields[:4] = ["PV1", "1", "I", place]
    fields[44], fields[45] = admitted, discharged
    return "|".join(fields)


def where(mrn):
    state = PatientState.objects.select_related("ward", "bed").get(patient__mrn=mrn)
    return (state.ward and state.ward.code, state.bed and state.bed.label)


def test_a_patient_is_admitted_moved_and_discharged(ward):
    assert adt("A01", pid("P1", sex="F"), pv1()).code == "AA"
    patient = Patient.objects.get()
    assert (patient.family_name, patient.given_name, patient.sex) == ("DEMO", "PATIENT", "female")
    assert where("P1") == ("7b", "12-A")
    other = a_ward(code="icu")
    assert adt("A02", pid("P1"), pv1("ICU^^4"), at=AGO + timedelta(minutes=9)).code == "AA"
    assert where("P1") == (other.code, "4")
    gone = stamp(NOW - timedelta(hours=1))
    assert adt("A03", pid("P1"), pv1("ICU^^4", discharged=gone)).code == "AA"
    assert where("P1") == (None, None)
    assert Stay.objects.get().discharged_at == NOW - timedelta(hours=1)
    assert adt("A13", pid("P1"), pv1("ICU^^4")).code == "AA"
    assert where("P1") == (other.code, "4")


def test_the_same_admission_again_changes_nothing(ward):
    for _ in range(2):
        assert adt("A01", pid("P1"), pv1()).code == "AA"
    assert Stay.objects.count() == Bed.objects.count() == 1


def test_an_admission_by_mistake_is_taken_back_unless_something_was_charted(ward):
    adt("A01", pid("P1"), pv1())
    assert adt("A11", pid("P1"), pv1()).code == "AA"
    assert where("P1") == (None, None)
    adt("A01", pid("P2"), pv1("7B^^2"))
    send(msh(), pid("P2"), obr(), vital("heart_rate_bpm", 90))
    assert adt("A11", pid("P2"), pv1("7B^^2")).code == "AE"
    assert where("P2") == ("7b", "2")


def test_a_patient_stays_on_the_board_when_the_new_place_is_not_known(ward):
    adt("A01", pid("P1"), pv1())
    assert adt("A02", pid("P1"), pv1("NOWHERE^1^1")).code == "AE"
    assert where("P1") == ("7b", "12-A")
    assert QuarantinedItem.objects.get().reason_code == "unknown_ward"


@pytest.mark.parametrize(
    ("event", "place", "hours_earlier", "reason"),
    [
        ("A03", "7B^12^A", 1, "out_of_order"),
        ("A02", "7B^12^B", 1, "out_of_order"),
        ("A01", "7B^12^B", 1, "out_of_order"),
    ],
)
def test_an_event_older_than_the_stay_moves_nobody(ward, event, place, hours_earlier, reason):
    adt("A01", pid("P1"), pv1())
    answer = adt(event, pid("P1"), pv1(place), at=AGO - timedelta(hours=hours_earlier))
    assert answer.code == "AE"
    assert QuarantinedItem.objects.get().reason_code == reason
    assert where("P1") == ("7b", "12-A")


def test_a_bed_that_is_taken_is_not_given_twice(ward):
    adt("A01", pid("P1"), pv1())
    assert adt("A01", pid("P2"), pv1()).code == "AE"
    assert QuarantinedItem.objects.get().reason_code == "bed_taken"
    assert not Patient.objects.filter(mrn="P2").exists()


def test_a_correction_of_the_birth_date_grades_again_and_a_null_forgets(ward):
    patient = a_patient(ward)
    chart_set(patient, GRADE_2)
    assert adt("A08", pid(patient.mrn, born="20200101", name="NEW^NAME")).code == "AA"
    patient.refresh_from_db()
    assert (str(patient.birth_date), patient.family_name) == ("2020-01-01", "NEW")
    graded = ObservationSet.objects.get().assessments.in_force().get(scale="astct-crs")
    assert graded.reason == "birth date corrected"
    adt("A08", pid(patient.mrn, born='""', name=""))
    patient.refresh_from_db()
    assert (patient.birth_date, patient.family_name) == (None, "NEW")


def a40(survivor, prior):
    return adt("A40", pid(survivor), f"MRG|{prior}^^^HOSP^MR")


def test_a_number_that_is_given_up_leads_to_the_patient_and_takes_sets_and_alerts_along(ward):
    patient = a_patient(ward, mrn="OLD")
    chart_set(patient, GRADE_2)
    alerts = list(Alert.objects.filter(patient=patient).not_closed().values_list("pk", flat=True))
    assert alerts
    assert a40("NEW", "OLD").code == "AA"
    patient.refresh_from_db()
    assert patient.mrn == "NEW"
    send(msh(), pid("OLD"), obr(), vital("heart_rate_bpm", 90))
    assert ObservationSet.objects.filter(patient=patient).count() == 2
    assert set(alerts) <= set(Alert.objects.filter(patient=patient).values_list("pk", flat=True))
    assert a40("NEW", "OLD").code == "AA"
    assert MergedPatient.objects.count() == 1


@pytest.mark.parametrize("charted", ["OLD", "NEW"])
def test_of_two_patients_the_charted_one_goes_on_under_the_surviving_number(ward, charted):
    both = {mrn: a_patient(ward, mrn=mrn, infused_at=None) for mrn in ("OLD", "NEW")}
    chart_set(both[charted], GRADE_2)
    assert a40("NEW", "OLD").code == "AA"
    survivor = Patient.objects.get(mrn="NEW")
    assert survivor == both[charted]
    assert survivor.observation_sets.count() == 1
    assert survivor.stays.filter(discharged_at=None).count() == 1
    assert Stay.objects.filter(discharged_at=None).count() == 1
    assert MergedPatient.objects.get().patient == survivor


def test_of_two_charted_patients_sets_and_results_move_and_none_is_lost(ward):
    both = {mrn: a_patient(ward, mrn=mrn, infused_at=None) for mrn in ("OLD", "NEW")}
    at = NOW - timedelta(hours=1)
    for mrn, rate in (("OLD", 91), ("NEW", 72)):
        rows = vital("heart_rate_bpm", rate, at=at), obx(CRP, str(rate), "mg/L", number=2, at=at)
        assert send(msh(), pid(mrn), obr(f"F{mrn}", at=at), *rows).code == "AA"
    assert a40("NEW", "OLD").code == "AA"
    sets = ObservationSet.objects.in_force().filter(patient=both["NEW"])
    labs = LabResult.objects.in_force().filter(patient=both["NEW"])
    assert set(sets.values_list("heart_rate_bpm", flat=True)) == {91, 72}
    assert set(labs.values_list("value", flat=True)) == {91, 72}
    assert sets.get(heart_rate_bpm=91).moved_from.patient == both["OLD"]
    assert not ObservationSet.objects.in_force().filter(patient=both["OLD"]).exists()
    assert sets.get(heart_rate_bpm=91).assessments.in_force().exists()
    assert where("OLD") == (None, None)
    assert trail.verify() == []


@pytest.mark.parametrize("why", ["open alert", "dose"])
def test_what_a_merge_would_hide_takes_a_person(ward, why):
    both = [
        a_patient(ward, mrn=mrn, **({} if why == "dose" else {"infused_at": None}))
        for mrn in ("OLD", "NEW")
    ]
    for patient in both:
        chart_set(patient, GRADE_2 if why == "open alert" else WELL)
    assert a40("NEW", "OLD").code == "AE"
    assert QuarantinedItem.objects.get().reason_code == "both_have_facts"
    assert set(Patient.objects.values_list("mrn", flat=True)) == {"OLD", "NEW"}
    assert not MergedPatient.objects.exists()


def test_an_admission_may_bring_a_weight(ward):
    weight = "OBX|1|NM|29463-7^Body weight^LN||71.5|kg|||||F|||" + stamp(AGO)
    assert adt("A01", pid("P1"), pv1(), weight).code == "AA"
    assert Patient.objects.get().weights.get().weight_kg == pytest.approx(71.5)
