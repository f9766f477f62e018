"""Course and scores: what is known is shown with its age, what is missing is said."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from charting import results
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    an_infusion,
    chart_set,
)
from vitals.vocabulary import Source

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 14
DAY = 24 * 60


@pytest.fixture
def url(patient):
    return f"/patients/{patient.pk}/course/"


def lab(patient, loinc, value, unit, *, hours_ago, comparator=""):
    results.record_lab(
        patient_id=patient.pk,
        entry=results.LabEntry(
            uuid.uuid4(), loinc, "", NOW - timedelta(hours=hours_ago), Decimal(value),
            unit=unit, comparator=comparator,
        ),
        recorded_by=a_person(),
        now=NOW,
        source=Source.NURSE,
    )  # fmt: skip


def fill(patient, sets=2):
    chart_set(patient, GRADE_2, minutes_ago=4 * DAY)
    chart_set(patient, WELL, minutes_ago=4 * DAY - 120)
    chart_set(patient, WELL, minutes_ago=3 * DAY - 120)
    for number in range(sets):
        chart_set(patient, FEVER, minutes_ago=90 - number)
    chart_set(patient, {"temperature_celsius": Decimal("38.4")}, minutes_ago=1)
    lab(patient, "2532-0", 420, "U/L", hours_ago=33)
    lab(patient, "777-3", 56, "10*9/L", hours_ago=2)
    lab(patient, "1988-5", 5, "mg/L", hours_ago=2, comparator="<")


def text_of(answer):
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", plain)


def card_of(answer, name):
    return next(card for card in answer.context["scores"] if card["name"] == name)


@pytest.mark.parametrize("sets", [2, 40])
def test_a_long_course_costs_as_many_queries_as_a_short_one(
    sets, url, patient, nurses, django_assert_num_queries
):
    fill(patient, sets)
    nurses.get(url)
    with django_assert_num_queries(PAGE_QUERIES):
        assert nurses.get(url).status_code == 200


def test_the_episodes_stand_newest_first_each_with_its_own_peak(url, patient, nurses):
    fill(patient)
    answer = nurses.get(url)
    newest, oldest = answer.context["episodes"]
    assert (newest["number"], oldest["number"]) == (2, 1)
    assert (oldest["onset"], oldest["after_dose"]) == ("12:00, 6 Mar", "D1, 24 h after the dose")
    assert (oldest["peak"]["label"], oldest["peak_words"]) == ("Grade 2", "Grade 2")
    assert (oldest["signs_gone_at"], oldest["resolved_at"]) == ("14:00, 6 Mar", "14:00, 7 Mar")
    assert (oldest["lasted"], oldest["fever"]) == ("0.1 d", "2 h")
    assert (newest["recurrence_of"], newest["resolved_at"]) == (1, "")
    text = text_of(answer)
    assert "Recurrence of 1" in text
    assert "so far" in text


def test_a_peak_that_could_have_been_graver_says_at_least(url, patient, nurses, time_machine):
    fill(patient, sets=0)
    answer = nurses.get(url)
    newest = answer.context["episodes"][0]
    assert (newest["peak"]["short"], newest["peak_words"]) == ("≥1", "At least grade 1")
    assert newest["not_fully_graded"] == 1
    assert "1 set not fully graded" in text_of(answer)


def test_an_onset_before_the_dose_and_one_without_a_dose_say_so(ward, nurses):
    early, never = (a_patient(ward, infused_at=None) for _ in range(2))
    for patient in (early, never):
        chart_set(patient, FEVER, minutes_ago=60)
    an_infusion(early, started_at=NOW - timedelta(minutes=30))
    words = [
        nurses.get(f"/patients/{patient.pk}/course/").context["episodes"][0]["after_dose"]
        for patient in (early, never)
    ]
    assert words == ["D0, less than 1 h before the dose", "no dose recorded"]


def test_a_score_shows_its_values_with_unit_time_and_age(url, patient, nurses):
    fill(patient)
    card = card_of(nurses.get(url), "s-easix")
    assert (card["value"], card["reading"]) == ("7.5", "log2 is 2.91")
    ldh, platelets = (part["used"][0] for part in card["parts"])
    assert ldh == {
        "said": "Lactate dehydrogenase 420 U/L",
        "at": "D4 03:00, 9 Mar",
        "age": "1 d 9 h ago",
        "is_old": True,
    }
    assert (platelets["age"], platelets["is_old"]) == ("2 h ago", False)
    assert card["apart"] == "From values up to 31 h apart."
    assert card["parts"][0]["source"] == "Pennisi 2021, V2"


@pytest.mark.parametrize(
    ("minutes", "is_old"), [(DAY, False), (DAY + 1, True)]
)  # a day is not yet more than a day
def test_a_value_is_old_after_a_day(minutes, is_old, url, patient, nurses):
    lab(patient, "2532-0", 420, "U/L", hours_ago=minutes / 60)
    card = card_of(nurses.get(url), "s-easix")
    assert card["parts"][0]["used"][0]["is_old"] is is_old


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "From values taken together."),
        (60, "From values up to 1 h apart."),
        (61, "From values up to 2 h apart."),
    ],
)
def test_how_far_apart_the_values_are_is_never_rounded_down(minutes, words, url, patient, nurses):
    lab(patient, "2532-0", 420, "U/L", hours_ago=5)
    lab(patient, "777-3", 56, "10*9/L", hours_ago=5 - minutes / 60)
    assert card_of(nurses.get(url), "s-easix")["apart"] == words


def test_values_from_before_the_cells_are_meant_to_be_old(url, patient, nurses):
    lab(patient, "777-3", 60, "10*9/L", hours_ago=150)
    card = card_of(nurses.get(url), "car-hematotox")
    used = card["parts"][0]["used"][0]
    assert (used["at"], used["is_old"]) == ("D−1 06:00, 4 Mar", False)
    assert card["parts"][0]["points"] == 2


def test_what_is_missing_and_what_is_refused_is_said_in_words(url, patient, nurses):
    fill(patient)
    answer = nurses.get(url)
    card = card_of(answer, "m-easix")
    assert (card["value"], card["missing"]) == ("", ["C-reactive protein"])
    assert card["refused"] == ("C-reactive protein <5 mg/L is a bound, not a value",)
    text = text_of(answer)
    assert "Not computed" in text
    assert "Missing: Known immunosuppression; Enlarged liver" in text
    assert "not validated after CAR-T cells" in text


def test_points_are_whole_numbers_and_say_their_row(url, patient, nurses):
    for loinc, value, unit in (
        ("777-3", 120, "10*9/L"), ("751-8", 3, "10*9/L"), ("718-7", 80, "g/L"),
        ("1988-5", 30, "mg/L"), ("2276-4", 300, "ng/mL"),
    ):  # fmt: skip
        lab(patient, loinc, value, unit, hours_ago=150)
    card = card_of(nurses.get(url), "car-hematotox")
    assert card["value"] == "3"
    assert card["parts"][0]["words"] == "Platelets ≥ 75 and ≤ 175 x10^9/L"


def test_the_flag_is_shown(url, patient, nurses):
    fill(patient)
    assert "an HLH-like picture is not ruled out" in text_of(nurses.get(url))


def test_an_empty_course_says_so(url, patient, nurses):
    answer = nurses.get(url)
    assert "No fever that counts for CRS has been charted" in text_of(answer)
    assert all(card["value"] == "" for card in answer.context["scores"])


def test_a_statement_without_a_time_has_no_age(now):
    from grading.rules.scores import Used
    from screens.course_page import _Clock, _used

    clock = _Clock(NOW, NOW.tzinfo, [])
    assert _used(Used("stated"), clock, may_be_old=False)["age"] == ""


def test_the_timeline_leads_to_the_course_and_back(url, patient, nurses):
    timeline = nurses.get(f"/patients/{patient.pk}/timeline/").content.decode()
    assert f'href="{url}"' in timeline
    assert f'href="/patients/{patient.pk}/timeline/"' in nurses.get(url).content.decode()


@pytest.mark.parametrize("role", [Role.CHARGE_NURSE, Role.ONCOLOGIST, Role.NURSE])
def test_the_staff_of_the_ward_opens_it(role, ward, url, signed_in):
    assert signed_in(a_person(role, ward)).get(url).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_nobody_else_does(role, ward, next_door, url, elsewhere, signed_in):
    client = signed_in(a_person(role, ward))
    assert client.get(f"/patients/{elsewhere.pk}/course/").status_code == 404
    assert signed_in(a_person(role, next_door)).get(url).status_code == 404


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTEGRATION])
def test_who_only_administers_or_sends_does_not(role, ward, url, signed_in):
    assert signed_in(a_person(role, ward)).get(url).status_code == 404


def test_it_is_private_and_says_what_it_is_not(url, nurses):
    answer = nurses.get(url)
    assert "no-store" in answer["Cache-Control"]
    assert "not for use as the sole basis for a decision" in answer.content.decode()
    assert nurses.post(url).status_code == 405
