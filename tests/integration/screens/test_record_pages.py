"""What is given and found is recorded on a page of its own, as strictly as a set."""

import uuid
from datetime import date
from decimal import Decimal

import pytest

from charting.models import PatientState
from grading.models import Assessment
from patients.models import Infusion, Treatment
from staff.models import Role
from tests.factories.ward import NOW, WELL, a_patient, a_person, chart_set, give
from vitals.models import LabResult, NeuroAssessment

pytestmark = pytest.mark.django_db
AT = "2026-03-10T11:40"


def send(client, patient, kind, /, **typed):
    sent = {"client_id": str(uuid.uuid4())} | typed
    return client.post(f"/patients/{patient.pk}/record/{kind}/", sent)


def test_a_treatment_is_recorded_once_however_often_it_is_sent(patient, nurse, nurses):
    sent = {"client_id": str(uuid.uuid4()), "code": "tocilizumab", "started_at": AT,
            "dose_value": "560", "dose_unit": "mg", "route": "IV"}  # fmt: skip
    for _ in range(2):
        assert send(nurses, patient, "treatment", **sent).status_code == 302
    given = Treatment.objects.get()
    assert (given.code, given.dose_value, given.dose_unit) == ("tocilizumab", Decimal(560), "mg")
    assert given.recorded_by == nurse
    assert (NOW - given.started_at).seconds == 20 * 60


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": "aspirin"}, "code"),
        ({"dose_value": "5,5", "dose_unit": "mg"}, "dose_value"),
        ({"dose_value": "5"}, "dose_unit"),
        ({"dose_value": "٥", "dose_unit": "mg"}, "dose_value"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "2026-03-10T12:30"}, "started_at"),
        ({"stopped_at": "2026-03-10T11:00"}, "stopped_at"),
        ({"client_id": "7"}, "client_id"),
    ],
)
def test_a_treatment_that_cannot_be_is_refused_at_its_field(typed, field, patient, nurses):
    page = send(nurses, patient, "treatment", **{"code": "paracetamol", "started_at": AT} | typed)
    assert page.status_code == 400
    assert field in page.context["form"].errors
    assert Treatment.objects.count() == 0


def test_what_runs_is_listed_and_stopped_with_one_button(patient, nurses):
    running = give(patient, "norepinephrine", minutes_ago=60)
    give(patient, "paracetamol", minutes_ago=60)
    page = nurses.get(f"/patients/{patient.pk}/record/treatment/")
    (row,) = page.context["running"]
    assert (row["label"], row["since_label"]) == ("Norepinephrine", "11:00")
    nurses.post(row["stop_url"])
    stopped = Treatment.objects.in_force().get(code="norepinephrine")
    assert (stopped.supersedes_id, stopped.stopped_at) == (running.pk, NOW)
    assert "stopped already" in nurses.post(row["stop_url"], follow=True).content.decode()
    assert Treatment.objects.filter(code="norepinephrine").count() == 2


def test_a_treatment_of_another_patient_is_not_stopped(patient, elsewhere, nurses):
    theirs = give(elsewhere, "norepinephrine", minutes_ago=60)
    nurses.post(f"/patients/{patient.pk}/record/treatment/{theirs.pk}/stop/")
    assert Treatment.objects.in_force().get(code="norepinephrine").stopped_at is None


def test_a_dose_moves_the_day_numbers(ward, charge_nurse, signed_in):
    fresh = a_patient(ward, infused_at=None)
    client = signed_in(charge_nurse)
    send(client, fresh, "infusion", therapy="tisa-cel", kind="infusion", started_at=AT)
    assert Infusion.objects.get(patient=fresh).recorded_by == charge_nurse
    assert client.get(f"/patients/{fresh.pk}/timeline/").context["patient"]["day_label"] == "D0"


def test_a_dose_kind_the_product_does_not_know_is_refused(patient, oncologist, signed_in):
    client = signed_in(oncologist)
    page = send(client, patient, "infusion", therapy="tisa-cel", kind="step_1", started_at=AT)
    assert "kind" in page.context["form"].errors
    assert Infusion.objects.count() == 1


def test_a_result_takes_the_usual_unit_unless_another_is_named(patient, nurses):
    send(nurses, patient, "lab", analyte="crp", value="12", taken_at=AT)
    send(nurses, patient, "lab", analyte="crp", value="12", unit="mg/dL", taken_at=AT)
    assert [row.canonical_value for row in LabResult.objects.order_by("pk")] == [12, 120]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"value": ""}, "value"),
        ({"value": "12", "unit": "furlong"}, "unit"),
        ({"value": "1001"}, "value"),
        ({"value": "12", "comparator": "~"}, "comparator"),
    ],
)
def test_a_result_that_cannot_be_is_refused(typed, field, patient, nurses):
    page = send(nurses, patient, "lab", **{"analyte": "crp", "taken_at": AT} | typed)
    assert field in page.context["form"].errors
    assert LabResult.objects.count() == 0


def test_a_culture_is_reported_in_words(patient, nurses):
    send(nurses, patient, "lab", analyte="blood_culture", text="no growth", taken_at=AT)
    assert LabResult.objects.get().text == "no growth"


@pytest.mark.parametrize(
    ("kind", "field"),
    [("treatment", "code"), ("lab", "analyte"), ("infusion", "therapy"), ("infusion", "kind")],
)
def test_nothing_is_chosen_before_somebody_chooses(kind, field, patient, oncologist, signed_in):
    form = signed_in(oncologist).get(f"/patients/{patient.pk}/record/{kind}/").context["form"]
    assert form[field].value() is None
    assert form.fields[field].choices[0][0] == ""
    assert form.fields[field].required


@pytest.mark.parametrize(
    ("born", "score"), [("2015-01-01", "capd_score"), ("2014-03-10", "ice_score")]
)
def test_the_score_asked_for_fits_the_age(born, score, ward, nurses):
    child = a_patient(ward, birth_date=born)
    fields = nurses.get(f"/patients/{child.pk}/record/neuro/").context["form"].fields
    assert {"ice_score", "capd_score"} & fields.keys() == {score}


def test_an_unknown_age_is_asked_for_either_score(ward, nurses):
    unknown = a_patient(ward, birth_date=None)
    fields = nurses.get(f"/patients/{unknown.pk}/record/neuro/").context["form"].fields
    assert {"ice_score", "capd_score"} <= fields.keys()


def test_a_neuro_check_is_graded_and_says_so(patient, nurses):
    answer = nurses.post(
        f"/patients/{patient.pk}/record/neuro/",
        {"client_id": str(uuid.uuid4()), "taken_at": AT, "ice_score": "8",
         "consciousness": "alert", "seizure": "none", "motor_weakness": "no"},
        follow=True,
    )  # fmt: skip
    check = NeuroAssessment.objects.get()
    assert (check.ice_score, check.motor_weakness, check.seizure) == (8, False, "none")
    assert PatientState.objects.get(pk=patient.pk).latest_icans.grade == 1
    assert "Recorded values meet ASTCT ICANS grade 1 criteria" in answer.content.decode()


@pytest.mark.parametrize("score", ["11", "-1", "7.5", "x"])
def test_a_score_outside_its_bounds_is_refused(score, patient, nurses):
    page = send(nurses, patient, "neuro", taken_at=AT, ice_score=score)
    assert "ice_score" in page.context["form"].errors
    assert NeuroAssessment.objects.count() == 0


@pytest.mark.parametrize("typed", [{}, {"is_baseline": "on"}])
def test_a_check_that_found_nothing_out_is_no_check(typed, patient, nurses):
    assert send(nurses, patient, "neuro", taken_at=AT, **typed).status_code == 400
    assert not Assessment.objects.filter(neuro_check__isnull=False).exists()


def test_a_nurse_does_not_record_a_dose(patient, nurses):
    answer = send(nurses, patient, "infusion", therapy="tisa-cel", kind="infusion", started_at=AT)
    assert answer.status_code == 404
    assert Infusion.objects.count() == 1


def test_an_unknown_record_is_no_page(patient, nurses):
    assert nurses.get(f"/patients/{patient.pk}/record/blood/").status_code == 404


@pytest.mark.parametrize("role", [Role.NURSE, Role.ONCOLOGIST])
def test_a_pressor_recorded_here_moves_the_grade_at_once(role, ward, patient, signed_in):
    chart_set(patient, WELL | {"temperature_celsius": Decimal("38.6")}, minutes_ago=30)
    client = signed_in(a_person(role, ward))
    send(client, patient, "treatment", code="norepinephrine", started_at=AT)
    assert PatientState.objects.get(pk=patient.pk).latest_assessment.at_least == 3


ICE_SHEET = {f"ice_{item}": "1" for item in ("year", "month", "city", "hospital", "naming_1",
             "naming_2", "naming_3", "commands", "writing", "attention")}  # fmt: skip


def test_ten_buttons_give_the_ice_score(patient, nurses):
    typed = ICE_SHEET | {"ice_naming_2": "0", "ice_year": "0"}
    send(nurses, patient, "neuro", taken_at=AT, consciousness="alert", seizure="none",
         motor_weakness="no", **typed)  # fmt: skip
    check = NeuroAssessment.objects.get()
    assert check.ice_items["naming"] == 2
    assert check.ice_score == 8


def test_a_button_that_nobody_pressed_leaves_the_total_open(patient, nurses):
    typed = {name: mark for name, mark in ICE_SHEET.items() if name != "ice_naming_3"}
    send(nurses, patient, "neuro", taken_at=AT, **(typed | {"ice_year": "0"}))
    check = NeuroAssessment.objects.get()
    assert (check.ice_score, "naming" in check.ice_items) == (None, False)
    assert Assessment.objects.get(neuro_check=check).at_least == 1


def test_a_total_that_the_buttons_contradict_is_refused_with_both_named(patient, nurses):
    page = send(nurses, patient, "neuro", taken_at=AT, ice_score="4", **ICE_SHEET)
    assert page.status_code == 400
    words = page.content.decode()
    assert "4 does not agree with ice_items (10)" in words
    assert not NeuroAssessment.objects.exists()


def test_a_child_is_asked_eight_questions_and_the_first_four_count_in_reverse(ward, nurses):
    child = a_patient(ward, birth_date=date(2021, 5, 1))
    page = nurses.get(f"/patients/{child.pk}/record/neuro/")
    (sheet,) = page.context["form"].sheets
    assert len(sheet["steps"]) == 8
    said = {f"capd_{n}": "always" if n < 5 else "never" for n in range(1, 9)}
    send(nurses, child, "neuro", taken_at=AT, **(said | {"capd_1": "rarely", "capd_8": "often"}))
    check = NeuroAssessment.objects.get()
    assert check.capd_items == [3, 0, 0, 0, 0, 0, 0, 3]
    assert check.capd_score == 6


def test_what_imaging_and_signs_show_reaches_the_grade(patient, nurses):
    send(nurses, patient, "neuro", taken_at=AT, ice_score="10", consciousness="alert",
         seizure="none", motor_weakness="no", raised_pressure_signs=["papilloedema"],
         tremor="yes", language="Turkish", interpreter="yes")  # fmt: skip
    check = NeuroAssessment.objects.get()
    assert (check.tremor, check.interpreter, check.language) == (True, True, "Turkish")
    assert Assessment.objects.get(neuro_check=check).grade == 4


def test_a_result_keeps_its_limits_and_what_was_said_of_symptoms(patient, nurses):
    send(nurses, patient, "lab", analyte="potassium", value="3.2", reference_low="3.5",
         reference_high="5.1", symptomatic="yes", taken_at=AT)  # fmt: skip
    result = LabResult.objects.get()
    assert (result.reference_low, result.symptomatic) == (Decimal("3.5"), True)
    graded = Assessment.objects.get(lab_result=result)
    assert (graded.term, graded.grade) == ("Hypokalemia", 2)


# --- Facts at the moment of charting -----------------------------------------------------------


def toci(**more):
    return {"code": "tocilizumab", "started_at": "2026-03-10T12:00", "dose_value": "8",
            "dose_unit": "mg/kg"} | more  # fmt: skip


def test_o4_a_second_dose_at_7_h_30_shows_the_interval_and_is_saved_with_a_reason(patient, nurses):
    give(patient, "tocilizumab", minutes_ago=450)
    page = send(nurses, patient, "treatment", **toci())
    words = page.content.decode()
    assert page.status_code == 200
    assert "Min interval 8 h: 7 h 30 min to another dose" in words
    assert "With this dose: count 2/3 (24 h), 2/4 (course)" in words
    assert words.count('name="beyond_reason"') == 1
    assert Treatment.objects.count() == 1

    answer = nurses.post(
        f"/patients/{patient.pk}/record/treatment/",
        toci(client_id=str(uuid.uuid4()), beyond_reason="worse, consultant at the bed"),
        follow=True,
    )
    assert Treatment.objects.latest("pk").beyond_reason == "worse, consultant at the bed"
    assert "Tocilizumab recorded. Count 2/3 (24 h), 2/4 (course)." in answer.content.decode()


def test_a_reason_that_was_written_is_not_lost_to_another_mistake(patient, nurses):
    give(patient, "tocilizumab", minutes_ago=450)
    page = send(nurses, patient, "treatment", **toci(dose_value="eight", beyond_reason="worse"))
    assert page.status_code == 400
    assert page.content.decode().count('name="beyond_reason"') == 1
    assert page.context["form"]["beyond_reason"].value() == "worse"


def test_o4_at_8_h_nobody_is_asked(patient, nurses):
    give(patient, "tocilizumab", minutes_ago=480)
    assert send(nurses, patient, "treatment", **toci()).status_code == 302
    assert Treatment.objects.latest("pk").beyond_reason == ""


def test_the_page_says_what_was_given_before_anything_is_chosen(patient, nurses):
    chart_set(patient, WELL | {"temperature_celsius": Decimal("38.6")}, minutes_ago=600)
    give(patient, "tocilizumab", minutes_ago=450)
    give(patient, "dexamethasone", minutes_ago=60, dose_value=Decimal(10), dose_unit="mg")
    page = nurses.get(f"/patients/{patient.pk}/record/treatment/")
    facts = page.context["facts"]
    rows = {row["code"]: row for row in facts["rows"]}
    assert rows.keys() == {"tocilizumab", "dexamethasone"}
    assert rows["tocilizumab"]["last"] == "Last 7 h 30 min ago"
    assert "Min interval 8 h, at most 3 in 24 h, 4 in total" in rows["tocilizumab"]["limits"]
    assert rows["dexamethasone"]["counts"] == "Count 1 (24 h), 1 (course), 1 (episode)"
    assert rows["dexamethasone"]["times"] == ["11:00 10 mg"]
    assert facts["waived"] == ["tocilizumab since 04:30", "dexamethasone (steroid) since 11:00"]
    assert 'name="beyond_reason"' not in page.content.decode()


def test_no_dose_of_tocilizumab_is_said_too(patient, nurses):
    (row,) = nurses.get(f"/patients/{patient.pk}/record/treatment/").context["facts"]["rows"]
    assert (row["code"], row["counts"], row["last"]) == ("tocilizumab", "None recorded", "")


def test_a_bispecific_is_told_the_narrower_count(ward, nurses):
    given = a_patient(ward, therapy="teclistamab", kind="step_1", infused_at=NOW)
    (row,) = nurses.get(f"/patients/{given.pk}/record/treatment/").context["facts"]["rows"]
    assert "2 in 24 h in some bispecific labels" in row["limits"]


def test_the_facts_never_recommend(patient, nurses):
    give(patient, "tocilizumab", minutes_ago=60)
    words = send(nurses, patient, "treatment", **toci()).content.decode().lower()
    for order in ("should", "must not", "do not give", "recommend", "contraindicated"):
        assert order not in words
