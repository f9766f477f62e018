"""The other scales of a set: stored with it, superseded with it, and read by no alert."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert
from charting import bulk, chart, state
from charting.models import PatientState
from grading import services as grading
from grading.models import Assessment
from grading.scales import OTHERS
from patients.models import BodyWeight
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    an_entry,
    chart_set,
    give,
)
from vitals.models import ObservationSet, SymptomReport

pytestmark = pytest.mark.django_db
OF_ADULTS = {"lee-2014", "penn", "ctcae5-crs", "cartox", "mskcc", "news2"}
OF_CHILDREN = OF_ADULTS - {"cartox", "news2"} | {"cartox-paediatric", "pews"}


@pytest.fixture
def patient():
    return a_patient(a_ward())


def by_scale(charted):
    return {row.scale: row for row in charted.others}


def in_force(patient, scale):
    rows = Assessment.objects.filter(patient=patient, scale=scale).in_force()
    return list(rows.order_by("taken_at", "observation_set_id"))


def of_course(patient):
    current = state.locked(patient.pk)
    return grading.course_of(patient, zone=state.zone_of(current))


def report(patient, symptom, *, hours_ago, **more):
    return SymptomReport.objects.create(
        client_id=uuid.uuid4(),
        patient=patient,
        symptom=symptom,
        taken_at=NOW - timedelta(hours=hours_ago),
        received_at=NOW,
        **{"is_present": True} | more,
    )


def test_a_set_is_stored_in_every_scale_of_its_age(patient):
    charted = chart_set(patient, GRADE_2)
    assert by_scale(charted).keys() == OF_ADULTS
    stored = Assessment.objects.filter(observation_set=charted.observations)
    assert {row.scale for row in stored} == OF_ADULTS | {"astct-crs"}
    assert all(row.pk and row.ruleset and row.course == {} for row in charted.others)
    child = a_patient(a_ward(), birth_date=(NOW - timedelta(days=3000)).date())
    assert by_scale(chart_set(child, FEVER)).keys() == OF_CHILDREN


def test_a_presumed_hypotension_says_so_but_where_the_table_has_its_own_limit(patient):
    rows = by_scale(chart_set(patient, GRADE_2))
    presumed = {name for name, row in rows.items() if any("presumed" in f for f in row.flags)}
    assert presumed == OF_ADULTS - {"cartox", "news2"}
    assert rows["cartox"].at_least == rows["ctcae5-crs"].at_least == 2
    reasons = [each for each in rows["ctcae5-crs"].because if each["grade"] == 2]
    assert reasons[0]["inputs"] == ["systolic 84 mmHg, below 90 for this age"]


def test_what_is_missing_goes_by_the_name_under_which_it_is_charted(patient):
    part = {"temperature_celsius": Decimal(37), "consciousness": "drowsy_awakens_spontaneously"}
    rows = by_scale(chart_set(patient, part))
    assert {"consciousness", "oxygen_device"} <= set(rows["news2"].missing)
    fields = {each.name for each in ObservationSet._meta.get_fields()}
    assert set(rows["news2"].missing) <= fields


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [(("astct-crs",), set()), (("penn", "news2"), {"penn", "news2"}), (("pews",), set())],
)
def test_only_the_scales_of_the_setting_are_stored(patient, settings, chosen, expected):
    settings.CRS_SCALES = chosen
    assert by_scale(chart_set(patient, FEVER)).keys() == expected


def test_a_scale_no_longer_stored_is_withdrawn_when_its_set_is_graded_again(patient, settings):
    chart_set(patient, FEVER, minutes_ago=10)
    settings.CRS_SCALES = ("penn",)
    chart_set(patient, WELL, minutes_ago=20)
    assert in_force(patient, "lee-2014") == []
    assert len(in_force(patient, "penn")) == 2


def test_a_repeat_answers_every_scale_as_stored(patient):
    nurse, entry = a_person(), an_entry(GRADE_3, taken_at=NOW)
    first, again = (
        chart.chart_observations(patient_id=patient.pk, entry=entry, charted_by=nurse, now=NOW)
        for _ in range(2)
    )
    assert {row.pk for row in again.others} == {row.pk for row in first.others}


def test_a_late_entry_supersedes_every_scale_of_the_sets_after_it(patient):
    later = chart_set(patient, GRADE_3 | {"vasopressor_intensity": "low"})
    assert by_scale(later)["mskcc"].at_least == 2
    chart_set(patient, GRADE_3, minutes_ago=24 * 60)
    for scale in OF_ADULTS | {"astct-crs"}:
        first, second = in_force(patient, scale)
        assert second.supersedes.observation_set == later.observations
        assert (first.supersedes, second.reason) == (None, "late entry")
    assert in_force(patient, "mskcc")[-1].at_least == 3  # 24 h of vasopressor now


def test_a_correction_takes_the_grades_of_the_wrong_set_with_it(patient):
    wrong = chart_set(patient, GRADE_3, minutes_ago=30)
    chart.correct_observations(
        wrong_id=wrong.observations.pk,
        entry=an_entry(FEVER, taken_at=wrong.observations.taken_at),
        corrected_by=a_person(),
        reason="typing",
        now=NOW,
    )
    for scale in OF_ADULTS:
        (row,) = in_force(patient, scale)
        assert row.observation_set.supersedes == wrong.observations
    assert Assessment.objects.filter(withdrawn=True).count() == len(OF_ADULTS) + 1


def test_a_late_medicine_grades_the_other_scales_again(patient):
    charted = chart_set(patient, FEVER)
    assert not by_scale(charted)["penn"].at_least > 1
    give(patient, "cryoprecipitate", minutes_ago=60)
    (row,) = in_force(patient, "penn")
    assert (row.at_least, row.reason) == (3, "late treatment")


def test_the_dose_of_a_medicine_decides_with_a_body_weight(patient):
    give(patient, "norepinephrine", minutes_ago=300, dose_value=Decimal("0.25"),
         dose_unit="ug/kg/min")  # fmt: skip
    open_ = by_scale(chart_set(patient, FEVER | {"hypotension": True}, minutes_ago=5))
    assert (open_["lee-2014"].grade, open_["lee-2014"].at_least) == (None, 2)
    BodyWeight.objects.create(
        patient=patient, weight_kg=80, measured_at=NOW - timedelta(days=1), recorded_at=NOW
    )
    known = by_scale(chart_set(patient, FEVER | {"hypotension": True}))
    assert known["lee-2014"].at_least == 3
    assert any("80 kg" in flag for flag in known["lee-2014"].flags)


def test_vasopressin_that_runs_goes_on_when_an_empty_list_is_charted(patient):
    """The list names the others; vasopressin has an answer of its own, and keeps it."""
    chart_set(patient, FEVER | {"hypotension": True, "vasopressin": True}, minutes_ago=20)
    charted = chart_set(patient, FEVER | {"vasopressors": []})
    assert charted.assessment.grade == 3
    assert by_scale(charted)["penn"].at_least == 4
    stopped = chart_set(patient, FEVER | {"vasopressin": False}, now=NOW + timedelta(minutes=5))
    assert stopped.assessment.grade == 1


def test_a_prescribed_scale_2_stands_until_it_is_changed(patient):
    low = WELL | {"spo2_percent": Decimal(90)}
    chart_set(patient, low | {"spo2_scale": 2}, minutes_ago=9000)
    assert by_scale(chart_set(patient, low, minutes_ago=60))["news2"].grade == 0
    assert by_scale(chart_set(patient, low | {"spo2_scale": 1}))["news2"].grade == 3


def test_capillary_refill_and_distress_are_of_their_own_set_alone():
    child = a_patient(a_ward(), birth_date=(NOW - timedelta(days=3000)).date())
    whole = WELL | {"capillary_refill_seconds": 2, "respiratory_distress": "none"}
    assert by_scale(chart_set(child, whole, minutes_ago=5))["pews"].grade is not None
    missing = by_scale(chart_set(child, WELL))["pews"].missing
    assert {"capillary_refill_seconds", "respiratory_distress"} <= set(missing)


def test_a_drug_event_has_no_warning_score_and_keeps_the_other_doses(patient):
    with_dose = {"vasopressor_doses": [{"drug": "norepinephrine", "dose": "25", "unit": "ug/min"}]}
    chart_set(patient, GRADE_3 | with_dose, minutes_ago=20)
    give(patient, "epinephrine", minutes_ago=5)
    newest = ObservationSet.objects.in_force().latest("taken_at")
    assert newest.vasopressor_doses == with_dose["vasopressor_doses"]
    assert not Assessment.objects.filter(observation_set=newest, scale="news2").exists()


@pytest.mark.parametrize(("hours", "grades"), [(3, [1, 3]), (24, [1, 3]), (25, [1, 1])])
def test_a_symptom_grades_again_what_it_reaches_and_nothing_else(patient, hours, grades):
    chart_set(patient, FEVER, minutes_ago=60 * 30)
    chart_set(patient, FEVER)
    report(patient, "vomiting", hours_ago=hours, grade=3)
    fresh = grading.reassess_other_scales(
        of_course(patient), at=NOW - timedelta(hours=hours), now=NOW, reason="symptom"
    )
    assert [row.at_least for row in in_force(patient, "lee-2014")] == grades
    assert {row.scale for row in fresh} <= {"lee-2014", "penn", "cartox", "mskcc"}
    assert len(in_force(patient, "astct-crs")) == 2
    again = grading.reassess_other_scales(
        of_course(patient), at=NOW - timedelta(hours=hours), now=NOW, reason="symptom"
    )
    assert again == []


def test_findings_of_a_stretch_of_time_are_followed_in_one_go(patient):
    for hours in (60, 30, 0):
        chart_set(patient, FEVER, minutes_ago=60 * hours)
    for hours in (61, 1):
        report(patient, "vomiting", hours_ago=hours, grade=3)
    fresh = grading.reassess_other_scales(
        of_course(patient),
        at=NOW - timedelta(hours=61),
        until=NOW - timedelta(hours=1),
        now=NOW,
        reason="import",
    )
    assert [row.at_least for row in in_force(patient, "lee-2014")] == [3, 1, 3]
    assert len([row for row in fresh if row.scale == "lee-2014"]) == 2


def test_a_symptom_before_any_set_costs_one_look(patient, django_assert_num_queries):
    of = of_course(patient)
    with django_assert_num_queries(1):
        assert grading.reassess_other_scales(of, at=NOW, now=NOW, reason="symptom") == []


def test_history_in_bulk_is_graded_as_one_by_one():
    course = [WELL, FEVER, GRADE_2, GRADE_3, FEVER, WELL]
    times = [NOW - timedelta(hours=len(course) - n) for n in range(len(course))]
    entries = [an_entry(values, taken_at=at) for values, at in zip(course, times, strict=True)]
    by_one, at_once = a_patient(a_ward()), a_patient(a_ward())
    for entry in entries:
        again = an_entry(dict(entry.values), taken_at=entry.taken_at)
        chart.chart_observations(patient_id=by_one.pk, entry=again, charted_by=a_person(), now=NOW)
    bulk.chart_many(patient_id=at_once.pk, entries=entries, charted_by=None, now=NOW)

    def answers(patient):
        rows = Assessment.objects.filter(patient=patient).in_force()
        return [
            (row.taken_at, row.scale, row.grade, row.at_least, row.because, row.missing, row.flags)
            for row in rows.order_by("taken_at", "scale")
        ]

    assert answers(by_one) == answers(at_once)


def test_alerts_the_state_row_and_the_board_read_astct_alone(patient):
    part = {"heart_rate_bpm": 150, "respirations_per_minute": 30}
    charted = chart_set(patient, WELL | part)
    assert by_scale(charted)["news2"].at_least >= 6
    current = PatientState.objects.get(pk=patient.pk)
    assert current.latest_assessment == charted.assessment
    assert state.differs(current, state.rebuild(patient)) == []
    assert not Alert.objects.filter(family="crs_grade").exists()
    assert set(OTHERS) > OF_ADULTS
