"""The trail's pages in a real browser: accessible by day and by night, and searched in a body."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from staff.models import Role
from tests.browser.hands import sign_in
from tests.factories.ward import FEVER, a_patient, a_person, chart_set

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_officer_finds_who_looked_at_a_record(page, web_process, ward, tmp_path):
    now = timezone.now()
    patient = a_patient(ward, infused_at=now - timedelta(days=3))
    chart_set(patient, FEVER, minutes_ago=5, now=now)
    address = web_process(
        CRS_DEMO="1", CRS_REDIS_URL="", CRS_DATA_DIR=str(tmp_path / "data"), CRS_EMAIL_URL=""
    )
    officer = a_person(Role.SAFETY_OFFICER, ward)
    sign_in(page, address, officer)
    page.wait_for_load_state("networkidle")
    page.goto(f"{address}/audit/")
    page.get_by_label("MRN").fill(patient.mrn)
    page.get_by_role("button", name="Search").click()
    page.wait_for_load_state("networkidle")
    assert page.url == f"{address}/audit/"
    found = {}
    for here in ("search", "report"):
        if here == "report":
            page.get_by_role("link", name="Who looked at this record").click()
            page.wait_for_load_state("networkidle")
            assert page.get_by_role("row").filter(has_text="Wrote in the record").count() >= 1
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            results = Axe().run(page)
            if results.violations_count:
                found[here, scheme] = results.generate_report()
    assert found == {}
