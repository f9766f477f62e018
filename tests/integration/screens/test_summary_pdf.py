"""O7: the course on one landscape page, with the patient, the time and the rules on it."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import OrderKind
from audit.models import AuditEntry
from charting import care
from charting.confirming import confirm_grade
from charting.neuro import record_neuro_check
from grading.confirming import Word
from staff.models import Role
from tests.factories.paper import fonts_of, pages_of, text_of
from tests.factories.ward import FEVER, GRADE_2, NOW, WELL, a_patient, a_person, chart_set, give

pytestmark = pytest.mark.django_db
# Session, user, wards of the user, state; the course; reasons, words, alerts; the trail.
QUERIES = 22


@pytest.fixture
def url(patient):
    return f"/patients/{patient.pk}/summary.pdf"


@pytest.fixture
def course(patient):
    chart_set(patient, WELL, minutes_ago=2000)
    chart_set(patient, FEVER, minutes_ago=600)
    give(patient, "tocilizumab", minutes_ago=500, dose_value=Decimal(8), dose_unit="mg/kg")
    give(patient, "tocilizumab", minutes_ago=20, dose_value=Decimal(8), dose_unit="mg/kg")
    return chart_set(patient, GRADE_2, minutes_ago=5)


def printed(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return answer.content


def test_o7_the_summary_names_the_patient_the_time_the_rules_and_the_page(course, url, nurses):
    first = pages_of(printed(nurses, url))[0]
    for words in (
        "Bell, Ada", "born 1 May 1980 (45 y)", "Ward 7B bed 12", "Kymriah", "D5",
        "Printed 10 Mar 2026 12:00 GMT", "astct-crs-2019/1", "Page 1 of 2",
        "not for use as the sole basis for a decision", "COPY",
    ):  # fmt: skip
        assert words in first, words


def test_page_one_has_the_sets_the_grades_with_reasons_and_the_alerts(course, url, nurses):
    first = " ".join(pages_of(printed(nurses, url))[0].split())
    assert "D5 11:55 2 38.6 84/50 80 16 98 Air" in first
    assert "CRS 1 Temperature 38.6 °C" in first
    assert "P1 Recorded values" in first
    assert "Nobody has answered" in first
    assert "T1" in first
    assert "T2" in first


def test_medicines_are_counted_behind_page_one(course, url, nurses):
    text = text_of(printed(nurses, url))
    assert "Tocilizumab (dose 2) 8 mg/kg" in text


def test_what_a_clinician_said_stands_beside_the_computed_grade(
    course, patient, url, nurses, oncologist
):
    confirm_grade(
        assessment_id=course.assessment.pk,
        client_id=uuid.uuid4(),
        word=Word("confirmed", 2, "", "seen at the bedside"),
        by=oncologist,
        now=NOW,
    )
    text = text_of(printed(nurses, url))
    assert f"{oncologist.display_name()} confirmed: grade 2. seen at the bedside" in text


def test_what_was_not_recorded_is_a_dash_and_no_zero(patient, url, nurses):
    chart_set(patient, {"heart_rate_bpm": 80}, minutes_ago=5)
    row = " ".join(pages_of(printed(nurses, url))[0].split())
    assert "D5 11:55 ? – – 80 – – – – –" in row


def test_a_patient_without_a_set_still_has_a_page(ward, nurses):
    nobody = a_patient(ward, infused_at=None, birth_date=None)
    (only,) = pages_of(printed(nurses, f"/patients/{nobody.pk}/summary.pdf"))
    assert "no dose recorded" in only
    assert "age not known" in only
    assert "nothing recorded" in only


def test_a_long_course_goes_on_behind_a_whole_first_page(patient, url, nurses):
    for minutes in range(60, 60 * 61, 60):
        chart_set(patient, WELL, minutes_ago=minutes)
    pages = pages_of(printed(nurses, url))
    assert len(pages) >= 2
    assert "of 60; more follows" in pages[0]
    assert sum(page.count("\n36.8") for page in pages[1:]) == 60


def test_a_course_too_dense_to_draw_lists_its_newest_sets_without_a_gap(
    patient, url, nurses, monkeypatch
):
    monkeypatch.setattr("screens.timeline.reading.EVERY_SET_UP_TO", 10)
    for minutes in range(10, 310, 10):
        chart_set(patient, WELL, minutes_ago=minutes)
    first = pages_of(printed(nurses, url))[0]
    assert "of 30; more follows" in first
    for clock in ("D5 11:50", "D5 11:40", "D5 11:30", "D5 11:20"):
        assert clock in first


def test_names_of_europe_are_text_in_an_embedded_font(ward, nurses):
    person = a_patient(ward, family_name="Ąęśćż Þór", given_name="Łukasz Müller")
    pdf = printed(nurses, f"/patients/{person.pk}/summary.pdf")
    assert "Ąęśćż Þór, Łukasz Müller" in pages_of(pdf)[0]
    named, carried = fonts_of(pdf)
    assert named == carried > 0


def test_markup_in_a_note_is_text(patient, url, nurses):
    give(patient, "antibiotic", minutes_ago=60, note="<b>2 g</b> & more")
    assert "<b>2 g</b> & more" in text_of(printed(nurses, url))


def test_the_same_facts_at_the_same_time_are_the_same_bytes(course, url, nurses):
    assert printed(nurses, url) == printed(nurses, url)


def test_each_print_is_in_the_trail(course, patient, url, nurse, nurses):
    printed(nurses, url)
    entry = AuditEntry.objects.get(action="patient.summary_printed")
    assert (entry.actor, entry.subject) == (nurse, f"patient:{patient.pk}")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTEGRATION])
def test_who_treats_nobody_prints_nobody(role, ward, url, signed_in):
    assert signed_in(a_person(role, ward)).get(url).status_code == 404


def test_a_patient_of_another_ward_has_no_paper(elsewhere, nurses):
    assert nurses.get(f"/patients/{elsewhere.pk}/summary.pdf").status_code == 404
    assert not AuditEntry.objects.filter(action="patient.summary_printed").exists()


def test_the_name_of_the_file_says_nothing_of_the_person(course, patient, url, nurses):
    name = nurses.get(url)["Content-Disposition"]
    assert patient.mrn not in name
    assert "Bell" not in name
    assert nurses.get(url)["Cache-Control"] == "no-store, private"


def write(patient, nurse, *, minutes_ago, **more):
    at = NOW - timedelta(minutes=minutes_ago)
    findings = {"ice_score": 10, "handwriting": [[1, 1, 5, 5], [9, 9]], **more}
    record_neuro_check(
        patient_id=patient.pk, client_id=uuid.uuid4(), recorded_by=nurse, taken_at=at, now=at,
        findings=findings,
    )  # fmt: skip


def test_the_newest_handwriting_and_the_baseline_are_on_paper(course, patient, nurse, url, nurses):
    write(patient, nurse, minutes_ago=2000, is_baseline=True)
    for number in range(11):
        write(patient, nurse, minutes_ago=1000 - 60 * number)
    words = text_of(printed(nurses, url))
    assert "Handwriting" in words
    assert words.count(", ICE 10") == 10
    assert words.count(", ICE 10, baseline") == 1


def test_who_never_wrote_has_no_handwriting_on_paper(course, url, nurses):
    assert "Handwriting" not in text_of(printed(nurses, url))


def test_the_ward_and_intensive_care_are_on_paper_and_on_the_screen(course, patient, url, nurses):
    care.order_care(
        patient_id=patient.pk, client_id=uuid.uuid4(), kind=OrderKind.ICU,
        until=NOW + timedelta(days=1), why="decided on the round",
        ordered_by=a_person(Role.ONCOLOGIST),
        now=NOW - timedelta(hours=20),
    )  # fmt: skip
    first = pages_of(printed(nurses, url))[0]
    assert "Ward 7B" in first
    assert "ICU" in first
    drawn = nurses.get(url.replace("summary.pdf", "timeline.json")).json()["data"]
    (ward,) = (trace for trace in drawn if trace["name"] == "Ward")
    assert ward["text"] == ["Ward 7B", "ICU"]
    assert ward["meta"]["said"][1].startswith("ICU, by order, since ")


def test_a_long_course_costs_as_many_queries_as_a_short_one(
    patient, url, nurses, django_assert_num_queries
):
    for days in (1, 2, 3):
        chart_set(patient, WELL, minutes_ago=days * 1440)
    printed(nurses, url)  # the first one opens the trail of the patient
    with django_assert_num_queries(QUERIES):
        printed(nurses, url)
    for minutes in range(5, 300, 20):
        chart_set(patient, FEVER, minutes_ago=minutes)
    with django_assert_num_queries(QUERIES):
        printed(nurses, url)
