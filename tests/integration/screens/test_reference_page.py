"""The reference card opens at the grade it was asked for, and says what it is on every line."""

import re

import pytest

from grading import reference
from grading.reference import Scale
from screens.reference_page import url_of
from tests.factories.ward import FEVER, GRADE_2, a_patient, chart_set, check_neuro

pytestmark = pytest.mark.django_db


def opened(page):
    return [
        section["anchor"]
        for group in page.context["groups"]
        for section in group["sections"]
        if section["is_open"]
    ]


def test_without_a_grade_everything_is_open(nurses):
    assert len(opened(nurses.get("/reference/"))) == len(reference.card().sections)


@pytest.mark.parametrize(
    ("asked", "sections"),
    [
        ("?grade=2", ["crs-any", "crs-2"]),
        ("?icans=3", ["icans-any", "icans-3"]),
    ],
)
def test_a_grade_opens_its_own_section(asked, sections, nurses):
    page = nurses.get(f"/reference/{asked}")
    assert opened(page) == sections
    assert page.context["wanted"] == sections[1]


@pytest.mark.parametrize("asked", ["?grade=0", "?grade=5", "?grade=two", "?grade=٢", "?icans="])
def test_a_grade_the_card_does_not_have_opens_everything(asked, nurses):
    page = nurses.get(f"/reference/{asked}")
    assert page.status_code == 200
    assert len(opened(page)) == len(reference.card().sections)


def test_the_page_says_what_it_is_and_where_each_line_comes_from(nurses):
    words = nurses.get("/reference/").content.decode()
    assert "not yet clinically approved" in words
    assert "Not for use as the sole basis for a decision" in words
    lines = re.findall(r'<li class="line.*?</li>', words, re.DOTALL)
    card = reference.card()
    assert len(lines) == sum(len(part.lines) for part in card.parts)
    assert [line for line in lines if 'class="tag"' not in line] == []


def test_nobody_reads_it_without_signing_in(client):
    assert client.get("/reference/").status_code == 302


def test_the_result_of_a_set_leads_to_its_grade(ward, nurses):
    patient = a_patient(ward)
    chart_set(patient, FEVER, minutes_ago=10)
    newest = chart_set(patient, GRADE_2)
    page = nurses.get(f"/patients/{patient.pk}/sets/{newest.observations.pk}/")
    assert page.context["reference_url"] == "/reference/?grade=2#crs-2"
    assert 'href="/reference/?grade=2#crs-2"' in page.content.decode()


def test_a_neuro_check_leads_to_its_grade(ward, nurses):
    patient = a_patient(ward)
    check = check_neuro(patient, ice_score=5, consciousness="alert", seizure="none")
    page = nurses.get(f"/patients/{patient.pk}/neuro/{check.pk}/")
    assert 'href="/reference/?icans=2#icans-2"' in page.content.decode()


@pytest.mark.parametrize(
    ("grade", "at_least", "url"),
    [
        (None, 0, "/reference/"),
        (0, 0, "/reference/"),
        (1, 1, "/reference/?grade=1#crs-1"),
        (None, 3, "/reference/?grade=3#crs-3"),  # not known: the least it can be
        (5, 5, "/reference/"),
    ],
)
def test_a_grade_that_is_not_known_leads_to_the_least_it_can_be(grade, at_least, url):
    assert url_of(grade, at_least=at_least) == url
    assert url_of(2, scale=Scale.ICANS) == "/reference/?icans=2#icans-2"
