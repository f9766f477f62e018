"""The timeline: what is stored is drawn, for a constant number of queries."""

import uuid
from datetime import timedelta
from decimal import Decimal

import plotly.graph_objects as go
import pytest

from charting import neuro, results, stays
from patients.models import Stay
from screens.timeline import reading
from staff.models import Role
from tests.factories.ward import FEVER, GRADE_2, GRADE_4, NOW, WELL, a_person, chart_set, give
from vitals.vocabulary import Source

pytestmark = pytest.mark.django_db
# Session, user, wards of the user, the state; then sets, neuro checks, labs, drugs, alerts.
FIGURE_QUERIES = 16
PAGE_QUERIES = 24


@pytest.fixture
def figure_url(patient):
    return f"/patients/{patient.pk}/timeline.json"


def a_lab(patient, loinc, value, unit, *, hours_ago):
    results.record_lab(
        patient_id=patient.pk,
        entry=results.LabEntry(
            uuid.uuid4(), loinc, "", NOW - timedelta(hours=hours_ago), Decimal(value), unit=unit
        ),
        recorded_by=a_person(),
        now=NOW,
        source=Source.NURSE,
    )


def a_neuro_check(patient, *, hours_ago, **findings):
    neuro.record_neuro_check(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        taken_at=NOW - timedelta(hours=hours_ago),
        recorded_by=a_person(),
        now=NOW,
        findings=findings,
    )


def fill(patient, sets):
    chart_set(patient, WELL, minutes_ago=7 * 24 * 60)
    for number in range(sets):
        chart_set(patient, GRADE_2 if number % 2 else FEVER, minutes_ago=600 - number)
    chart_set(patient, GRADE_4, minutes_ago=2)
    a_lab(patient, "1988-5", "12", "mg/dL", hours_ago=130)
    a_lab(patient, "1988-5", "240", "mg/L", hours_ago=4)
    a_neuro_check(patient, hours_ago=3, ice_score=8, consciousness="alert", seizure="none")
    give(patient, "tocilizumab", minutes_ago=300, dose_value=Decimal(560), dose_unit="mg")
    give(patient, "dobutamine", minutes_ago=100)


def trace(figure, name):
    return next(each for each in figure["data"] if each["name"] == name)


@pytest.mark.parametrize("sets", [2, 40])
def test_a_long_course_costs_as_many_queries_as_a_short_one(
    sets, patient, figure_url, nurses, django_assert_num_queries
):
    fill(patient, sets)
    page = figure_url.replace(".json", "/")
    nurses.get(page)
    with django_assert_num_queries(FIGURE_QUERIES):
        assert nurses.get(figure_url).status_code == 200
    with django_assert_num_queries(PAGE_QUERIES):
        assert nurses.get(page).status_code == 200


def test_what_is_stored_is_drawn_and_plotly_knows_every_property(patient, figure_url, nurses):
    fill(patient, 6)
    figure = nurses.get(figure_url).json()
    go.Figure({"data": figure["data"], "layout": figure["layout"]})
    assert 38.6 in trace(figure, "Temperature")["y"]
    assert trace(figure, "Given")["text"] == ["T1"]
    assert trace(figure, "CRP mg/L")["y"] == [120.0, None, 240.0]
    assert trace(figure, "ICE")["y"] == [8.0]
    assert "Dobutamine" in trace(figure, "Running")["text"]
    assert set(trace(figure, "Computed")["meta"]["tokens"]) >= {
        "grade-0", "grade-1", "grade-2", "grade-4",
    }  # fmt: skip


def test_the_table_tells_everything_the_figure_draws(patient, figure_url, nurses):
    fill(patient, 3)
    table = nurses.get(figure_url).json()["table"]
    text = "\n".join(" | ".join(row) for row in table["rows"])
    for words in ("38.6", "84/50", "Room air", "Norepinephrine", "Tocilizumab 560 mg",
                  "C-reactive protein: 240 mg/L", "ICE 8", "Alert P1",
                  "tisagenlecleucel"):  # fmt: skip
        assert words in text, words
    assert all(len(row) == len(table["columns"]) for row in table["rows"])


def test_an_empty_course_is_still_a_figure(patient, figure_url, nurses):
    figure = nurses.get(figure_url).json()
    go.Figure({"data": figure["data"], "layout": figure["layout"]})
    assert trace(figure, "Temperature")["y"] == []


def test_nothing_new_is_answered_without_a_body(patient, figure_url, nurses, time_machine):
    fill(patient, 2)
    time_machine.move_to(NOW + timedelta(seconds=10), tick=False)
    first = nurses.get(figure_url)
    time_machine.move_to(NOW + timedelta(seconds=70), tick=False)
    again = nurses.get(figure_url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    chart_set(patient, WELL, now=NOW + timedelta(seconds=70))
    fresh = nurses.get(figure_url, headers={"If-None-Match": first["ETag"]})
    assert fresh.status_code == 200


def test_a_corrected_set_is_not_drawn(patient, figure_url, nurse, nurses):
    from charting import chart
    from tests.factories.ward import an_entry

    wrong = chart_set(patient, FEVER, minutes_ago=30).observations
    chart.correct_observations(
        wrong_id=wrong.pk,
        entry=an_entry(WELL, taken_at=wrong.taken_at),
        corrected_by=nurse,
        reason="typing",
        now=NOW,
    )
    assert trace(nurses.get(figure_url).json(), "Temperature")["y"] == [36.8]


def test_a_course_is_a_month_at_most(patient, now):
    chart_set(patient, WELL, minutes_ago=32 * 24 * 60)
    chart_set(patient, FEVER)
    course = reading.read(patient.state, now=NOW)
    assert [moment.temperature_celsius for moment in course.moments] == [Decimal("38.6000")]
    assert course.end - course.start <= reading.LONGEST_SPAN


def test_the_course_of_one_who_left_ends_with_the_last_set(patient, nurse, now):
    chart_set(patient, WELL, minutes_ago=6 * 24 * 60)
    stays.discharge(Stay.objects.get(patient=patient), at=NOW, by=None, now=NOW)
    patient.refresh_from_db()
    course = reading.read(patient.state, now=NOW + timedelta(days=90))
    assert len(course.moments) == 1
    assert course.end < NOW


def test_before_and_now_stand_side_by_side_and_no_baseline_is_said(patient, nurses):
    fill(patient, 2)
    page = nurses.get(f"/patients/{patient.pk}/timeline/")
    items = {item["label"]: item for item in page.context["baseline_strip"]}
    assert len(items) >= 8
    assert items["CRP mg/L"] == {
        "label": "CRP mg/L", "baseline": "120", "now": "240", "change": "+120", "age_label": "4 h"
    }  # fmt: skip
    assert (items["Ferritin"]["baseline"], items["Ferritin"]["now"]) == ("", "")
    assert items["Temp. °C"]["change"] == "+1.8"


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.NURSE, ["Schedule", "Symptoms", "Treatment", "Lab", "Neuro", "Course"]),
        (
            Role.CHARGE_NURSE,
            ["Schedule", "Symptoms", "Treatment", "Lab", "Neuro", "Dose", "Course"],
        ),
        (
            Role.ONCOLOGIST,
            ["Schedule", "Symptoms", "Treatment", "Lab", "Neuro", "Dose", "Course"],
        ),
    ],
)
def test_each_role_is_offered_what_it_may_record(role, labels, ward, patient, signed_in):
    page = signed_in(a_person(role, ward)).get(f"/patients/{patient.pk}/timeline/")
    assert [link["label"] for link in page.context["links"]] == labels


def test_the_way_to_the_export_leads_to_a_page_that_opens(ward, patient, signed_in):
    oncologist = signed_in(a_person(Role.ONCOLOGIST, ward))
    page = oncologist.get(f"/patients/{patient.pk}/timeline/")
    address = f"/patients/{patient.pk}/export/"
    assert page.content.decode().count(f'href="{address}"') == 1
    assert oncologist.get(address).status_code == 200


def test_who_may_not_export_is_shown_no_way_to_it(ward, patient, signed_in):
    page = signed_in(a_person(Role.CHARGE_NURSE, ward)).get(f"/patients/{patient.pk}/timeline/")
    assert "/export/" not in page.content.decode()
