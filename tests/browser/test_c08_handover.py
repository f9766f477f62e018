"""C8 in a browser: the giver adds words, the one who comes reads the sheet back, news is bold."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import HandoverReadBack, HandoverWords
from staff.models import Role
from tests.browser.hands import sign_in
from tests.factories.ward import FEVER, GRADE_2, a_patient, a_person, chart_set

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def patient(ward):
    now = timezone.now()
    patient = a_patient(ward, infused_at=now - timedelta(days=3), family_name="Bell")
    chart_set(patient, FEVER, minutes_ago=60, now=now)
    return patient


def test_c8_a_sheet_is_added_to_read_back_and_shows_what_is_new(page, program, ward, patient):
    nurse = a_person(Role.NURSE, ward)
    sign_in(page, program, nurse)
    page.wait_for_url(re.compile("/patients/"))
    page.goto(f"{program}/wards/{ward.code}/handover/")
    page.get_by_role("link", name="Bell").click()
    page.locator("[name=illness][value=watcher]").locator("xpath=..").click()
    page.fill("[name=summary]", "Lives alone")
    page.get_by_role("button", name="Write on the sheet").click()
    page.locator(".ipass__words", has_text="Lives alone").wait_for()
    page.get_by_role("button", name="I have read this back").click()
    page.wait_for_url(re.compile("/handover/$"))
    assert HandoverWords.objects.get().illness == "watcher"
    assert HandoverReadBack.objects.get().by == nurse
    page.goto(f"{program}/patients/{patient.pk}/handover/")
    assert page.locator(".tag--new").count() == 0
    chart_set(patient, GRADE_2, now=timezone.now())
    page.reload()
    news = page.locator("li:has(.tag--new)").all_inner_texts()
    assert any(text.startswith("CRS grade 2") for text in news)
