"""The gates of the charting form without a script: refused, asked again, offered, explained."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert, DueSet
from audit.models import AuditEntry
from tests.factories.ward import FEVER, NOW, WELL, a_patient, chart_set
from tests.integration.screens.test_charting_form import field, form, refusals
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(patient):
    return f"/patients/{patient.pk}/chart/"


def doubts(page):
    return {doubt["field"]: doubt["message"] for doubt in page.context["doubts"]}


# --- Jumps -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "asked"), [("129", False), ("130", True), ("30", True)])
def test_a_jump_from_the_last_set_is_asked_about(rate, asked, url, patient, nurses):
    chart_set(patient, WELL, minutes_ago=58)  # 80 /min
    page = nurses.post(url, form(heart_rate_bpm=rate))
    assert page.status_code == (200 if asked else 302)
    if asked:
        assert f"{rate} /min, after 80 /min before" in doubts(page)[f"heart_rate_bpm={rate}"]
        assert ObservationSet.objects.count() == 1


@pytest.mark.parametrize(("minutes", "asked"), [(240, True), (241, False)])
def test_a_jump_of_temperature_is_one_within_four_hours(minutes, asked, url, patient, nurses):
    chart_set(patient, WELL, minutes_ago=minutes)
    assert nurses.post(url, form(temperature_celsius="38.8")).status_code == (200 if asked else 302)


def test_a_value_that_the_last_set_left_out_is_looked_for_before_it(url, patient, nurses):
    chart_set(patient, WELL, minutes_ago=120)
    chart_set(patient, {"worried": True}, minutes_ago=10)
    assert "heart_rate_bpm=140" in doubts(nurses.post(url, form(heart_rate_bpm="140")))


def test_a_late_set_is_held_against_the_one_before_it(url, patient, nurses):
    chart_set(patient, WELL, minutes_ago=60)
    chart_set(patient, WELL | {"heart_rate_bpm": 150}, minutes_ago=5)
    late = form(heart_rate_bpm="140", taken_at="2026-03-10T11:30")
    assert "after 80 /min" in doubts(nurses.post(url, late))["heart_rate_bpm=140"]


def test_a_flow_through_another_device_is_asked_about(url, patient, nurses):
    chart_set(patient, WELL, minutes_ago=60)
    sent = form(oxygen_device="nasal_cannula", oxygen_flow_lpm="2")
    page = nurses.post(url, sent)
    assert "after Room air before" in doubts(page)["oxygen_flow_lpm=2"]
    assert nurses.post(url, sent | {"confirmed": "oxygen_flow_lpm=2"}).status_code == 302


def test_an_odd_value_that_was_kept_carries_its_flag(url, patient, nurses):
    chart_set(patient, WELL, minutes_ago=58)
    nurses.post(url, form(heart_rate_bpm="165", confirmed="heart_rate_bpm=165"))
    stored = ObservationSet.objects.latest("pk")
    assert stored.doubted == [
        {"field": "heart_rate_bpm", "value": "165", "why": ["unusual", "jump"], "confirmed": True}
    ]
    assert Alert.objects.filter(rule="A38").exists()


def test_a_jump_alone_leaves_its_flag_and_no_note_to_the_charge_nurse(url, patient, nurses):
    chart_set(patient, WELL, minutes_ago=58)
    nurses.post(url, form(heart_rate_bpm="130", confirmed="heart_rate_bpm=130"))
    assert ObservationSet.objects.latest("pk").doubted[0]["why"] == ["jump"]
    assert not Alert.objects.filter(rule="A38").exists()


# --- Conversions -------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "meant"), [("98.6", "37.0"), ("385", "38.5")])
def test_what_a_temperature_may_have_meant_is_offered_and_nothing_stored(typed, meant, url, nurses):
    sent = form(temperature_celsius=typed)
    page = nurses.post(url, sent)
    assert page.status_code == 400
    assert f'name="use" value="temperature_celsius={meant}"' in page.content.decode()
    assert ObservationSet.objects.count() == 0
    chosen = nurses.post(url, sent | {"use": f"temperature_celsius={meant}"})
    assert chosen.status_code == 302
    assert ObservationSet.objects.get().temperature_celsius == Decimal(meant)


def test_nothing_but_a_number_of_the_form_can_be_chosen(url, nurses):
    nurses.post(url, form(use="charted_by=7"))
    assert ObservationSet.objects.get().charted_by_id != 7


# --- Partial sets ------------------------------------------------------------------------------


def test_a_skipped_field_keeps_its_reason_and_the_due_time(url, patient, nurses):
    before = chart_set(patient, FEVER, minutes_ago=20).due.due_at
    sent = form(temperature_celsius="38.6", spo2_percent="", skip_spo2_percent="equipment_missing")
    page = nurses.post(url, sent, follow=True)
    assert ObservationSet.objects.latest("pk").skipped == {"spo2_percent": "equipment_missing"}
    assert DueSet.objects.get(pk=patient.pk).due_at == before
    said = page.content.decode()
    assert "not lower than last (grade 1), SpO₂ missing" in said
    assert "SpO₂ not measured: equipment missing" in said


def test_a_refused_set_is_one_reason(url, patient, nurses):
    chart_set(patient, WELL, minutes_ago=20)
    nothing = dict.fromkeys(
        ("respirations_per_minute", "spo2_percent", "oxygen_device", "systolic_mmhg",
         "diastolic_mmhg", "heart_rate_bpm", "temperature_celsius", "consciousness"), ""
    ) | {"vasopressors": None}  # fmt: skip
    page = nurses.post(url, form(**nothing, skip_set="refused"), follow=True)
    assert ObservationSet.objects.latest("pk").skipped == {"set": "refused"}
    assert "Everything else not measured: refused" in page.content.decode()


def test_what_was_measured_after_all_was_not_skipped(url, nurses):
    nurses.post(url, form(skip_spo2_percent="refused", skip_systolic_mmhg="refused"))
    assert ObservationSet.objects.get().skipped is None


def test_a_pressure_is_skipped_as_one(url, nurses):
    nurses.post(url, form(systolic_mmhg="", diastolic_mmhg="", skip_systolic_mmhg="refused"))
    assert ObservationSet.objects.get().skipped == dict.fromkeys(
        ("diastolic_mmhg", "systolic_mmhg"), "refused"
    )


@pytest.mark.parametrize("signed", [False, True])
def test_asleep_needs_a_signed_order(signed, url, patient, nurses):
    chart_set(patient, WELL, minutes_ago=60)
    if signed:
        hour = timedelta(hours=1)
        DueSet.objects.filter(pk=patient.pk).update(sleep_from=NOW - hour, sleep_until=NOW + hour)
    offered = {c["value"] for c in nurses.get(url).context["skips"]["set"]}
    assert ("asleep" in offered) is signed
    page = nurses.post(url, form(spo2_percent="", skip_spo2_percent="asleep"))
    assert page.status_code == (302 if signed else 400)
    assert ObservationSet.objects.count() == (2 if signed else 1)


# --- Late entries ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken_at", "reason", "status"),
    [
        ("2026-03-10T08:00", "", 302),
        ("2026-03-10T07:59", "", 400),
        ("2026-03-10T07:59", "on_paper", 302),
    ],
)
def test_more_than_four_hours_late_needs_a_reason(taken_at, reason, status, url, nurses):
    page = nurses.post(url, form(taken_at=taken_at, late_reason=reason))
    assert page.status_code == status
    if status == 400:
        assert "more than 4 hours ago" in refusals(page)["late_reason"]


@pytest.mark.parametrize(("taken_at", "tagged"), [("11:45", False), ("11:44", True)])
def test_more_than_a_quarter_of_an_hour_late_is_tagged(taken_at, tagged, url, nurses):
    page = nurses.post(url, form(taken_at=f"2026-03-10T{taken_at}"), follow=True)
    assert ("Late entry, charted 16 min after" in page.content.decode()) is tagged


# --- What opens, and for whom ------------------------------------------------------------------


def test_support_is_open_only_where_it_matters(url, patient, nurses):
    assert nurses.get(url).context["support_is_open"] is False
    chart_set(patient, WELL, minutes_ago=60)
    assert nurses.get(url).context["support_is_open"] is False
    chart_set(patient, WELL | {"fluid_bolus_ml": 500}, minutes_ago=30)
    assert nurses.get(url).context["support_is_open"] is True
    chart_set(patient, FEVER | {"fluid_bolus_ml": 0}, minutes_ago=10)
    assert nurses.get(url).context["support_is_open"] is True


@pytest.mark.parametrize(("born", "child"), [("2008-03-11", True), ("2008-03-10", False)])
def test_the_parent_of_a_child_is_asked_at_each_set(born, child, ward, nurses):
    someone = a_patient(ward, birth_date=born)
    page = nurses.get(f"/patients/{someone.pk}/chart/")
    assert (page.context["carer_says"] is not None) is child


@pytest.mark.parametrize(("says", "raised"), [("worse", True), ("same", False), ("better", False)])
def test_a_parent_who_finds_the_child_worse_raises_a15(says, raised, ward, nurses):
    child = a_patient(ward, birth_date="2020-01-01")
    nurses.post(f"/patients/{child.pk}/chart/", form(carer_says=says))
    assert Alert.objects.filter(rule="A15").exists() is raised


def test_what_only_the_interface_took_is_on_the_form(url, nurses):
    nurses.post(
        url,
        form(
            vasopressors="norepinephrine", dose_norepinephrine="0.08",
            unit_norepinephrine="ug/kg/min", temperature_site="tympanic", pain_score="3",
            urine_ml="250", mean_arterial_mmhg="86", blood_pressure_method="cuff",
            glasgow_coma_score="15", capillary_refill_seconds="2", respiratory_distress="none",
            spo2_scale="2", oxygen_for_comfort="no", hospitalized_for_crs="yes", note="left arm",
        ),
    )  # fmt: skip
    stored = ObservationSet.objects.get()
    assert stored.vasopressor_doses == [
        {"drug": "norepinephrine", "dose": "0.08", "unit": "ug/kg/min"}
    ]
    assert (stored.temperature_site, stored.pain_score, stored.urine_ml) == ("tympanic", 3, 250)
    assert (stored.mean_arterial_mmhg, stored.blood_pressure_method) == (86, "cuff")
    assert (stored.spo2_scale, stored.oxygen_for_comfort) == (2, False)
    assert (stored.hospitalized_for_crs, stored.note) == (True, "left arm")


def test_six_values_are_drawn_and_said(url, patient, nurses):
    for index, rate in enumerate((70, 80, 90, 85, 95, 99, 101)):
        chart_set(patient, WELL | {"heart_rate_bpm": rate}, minutes_ago=70 - 10 * index)
    spark = field(nurses.get(url), "heart_rate_bpm")["spark"]
    assert spark.words == "last 6: 80, 90, 85, 95, 99, 101"
    assert len(spark.points.split()) == 6
    assert field(nurses.get(url), "fluid_bolus_ml")["spark"] is None


# --- Corrections -------------------------------------------------------------------------------


def test_a_correction_shows_both_values_and_leaves_who_and_why(url, patient, nurse, nurses):
    wrong = chart_set(patient, WELL | {"heart_rate_bpm": 180}, minutes_ago=5).observations
    sent = form(taken_at="2026-03-10T11:55", heart_rate_bpm="108", reason="typing")
    page = nurses.post(f"{url}?correct={wrong.pk}", sent, follow=True)
    assert "Heart rate <del>180/min</del> <b>108/min</b>" in page.content.decode()
    entry = AuditEntry.objects.filter(action="observations.corrected").get()
    assert (entry.actor_id, entry.at) == (nurse.pk, NOW)
    assert entry.detail["why"] == "typing"
    assert entry.detail["corrects"] == wrong.pk


def test_a_set_of_the_wrong_patient_moves_with_a_link_on_both_charts(url, ward, patient, nurses):
    right = a_patient(ward, mrn="RIGHT-1")
    wrong = chart_set(patient, FEVER, minutes_ago=5).observations
    sent = {"client_id": str(uuid.uuid4()), "reason": "wrong_patient", "right_mrn": "RIGHT-1"}
    page = nurses.post(f"{url}?correct={wrong.pk}", sent, follow=True)
    moved = ObservationSet.objects.in_force().get()
    assert (moved.patient_id, moved.moved_from_id) == (right.pk, wrong.pk)
    assert page.redirect_chain[-1][0] == f"/patients/{right.pk}/sets/{moved.pk}/"
    assert f'href="/patients/{patient.pk}/sets/{wrong.pk}/"' in page.content.decode()
    old = nurses.get(f"/patients/{patient.pk}/sets/{wrong.pk}/").content.decode()
    assert f'href="/patients/{right.pk}/sets/{moved.pk}/"' in old
    assert "no longer counts. Reason: Wrong patient" in old


def test_a_set_moves_to_no_patient_out_of_reach(url, patient, elsewhere, nurses):
    wrong = chart_set(patient, FEVER, minutes_ago=5).observations
    for mrn in (elsewhere.mrn, "NOBODY", ""):
        sent = {"client_id": str(uuid.uuid4()), "reason": "wrong_patient", "right_mrn": mrn}
        page = nurses.post(f"{url}?correct={wrong.pk}", sent)
        assert page.status_code == 400
        assert "No patient of your wards" in refusals(page)["right_mrn"]
    assert ObservationSet.objects.count() == 1


# --- Laboratory results ------------------------------------------------------------------------


@pytest.mark.parametrize(("crp", "asked"), [("500", False), ("500.1", True)])
def test_an_unusual_result_is_asked_about_before_it_is_stored(crp, asked, patient, nurses):
    sent = {
        "client_id": str(uuid.uuid4()), "analyte": "crp", "value": crp, "unit": "mg/L",
        "taken_at": "2026-03-10T11:00",
    }  # fmt: skip
    url = f"/patients/{patient.pk}/record/lab/"
    page = nurses.post(url, sent)
    assert page.status_code == (200 if asked else 302)
    assert LabResult.objects.exists() is not asked
    if asked:
        (doubt,) = page.context["doubts"]
        assert (doubt["label"], doubt["field"]) == ("C-reactive protein", "crp=500.1")
        assert nurses.post(url, sent | {"confirmed": "crp=500.1"}).status_code == 302
        assert LabResult.objects.get().doubted[0]["confirmed"] is True
