"""The pages of files in and data out in a real browser: the walk, and no barrier on the way."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from interop.imports import work
from interop.imports.models import ImportJob, JobState
from staff.models import Role
from tests.browser.hands import sign_in
from tests.factories.ward import FEVER, a_patient, a_person, chart_set

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TABLE = "MRN;taken_at;Temp;HR\nX1;03/04/2025 08:00;38,6;101\nX1;03/04/2025 12:00;391;118\n"


@pytest.fixture
def signed_in(page, web_process, ward, tmp_path, settings):
    settings.CRS_DATA_DIR = tmp_path / "data"
    address = web_process(
        CRS_DEMO="1", CRS_REDIS_URL="", CRS_DATA_DIR=str(tmp_path / "data"), CRS_EMAIL_URL=""
    )
    sign_in(page, address, a_person(Role.ONCOLOGIST, ward))
    page.wait_for_url(re.compile("/patients/"))
    return page, address


def barriers(page):
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        results = Axe().run(page)
        if results.violations_count:
            found.append((page.url, scheme, results.generate_report()))
    return found


def test_a_table_is_asked_about_tried_and_imported(signed_in, tmp_path):
    page, address = signed_in
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    path = tmp_path / "ward.csv"
    path.write_text(TABLE)
    page.goto(f"{address}/import/")
    found = barriers(page)
    page.set_input_files("#file", path)
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_role("heading", name="What ward.csv holds").wait_for()
    found += barriers(page)
    # What is suggested, and what only a person can say.
    assert page.locator("[name=c2]").input_value() == "temperature_celsius"
    assert page.locator("[name=u2]").input_value() == ""
    page.locator("[name=u2]").select_option("Cel")
    page.locator("[name=dates][value=dmy]").check()
    page.locator("[name=decimal][value=comma]").check()
    page.locator("[name=registers]").check()
    page.locator("[name=checked]").check()
    page.get_by_role("button", name="Try it, storing nothing").click()
    page.locator("[data-import]").wait_for()
    found += barriers(page)
    page.reload()  # what it shows is of the row, not of the page
    page.locator("[data-import]").wait_for()
    job = ImportJob.objects.get()
    assert work.work(job.pk, clock=timezone.now)
    page.get_by_role("heading", name="What would come of every row").wait_for()
    found += barriers(page)
    assert "Was 39.1" in page.content()
    page.get_by_role("button", name="Import 1 row").click()
    page.locator("[data-import]").wait_for()
    assert work.work(job.pk, clock=timezone.now)
    page.get_by_role("heading", name="What came of every row").wait_for()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert found == []
    assert complaints == []


def test_no_page_of_data_out_shuts_anybody_out(signed_in, ward):
    page, address = signed_in
    now = timezone.now()
    patient = a_patient(ward)
    chart_set(patient, FEVER, minutes_ago=60, now=now)
    here = f"{address}/patients/{patient.pk}/export"
    found = []
    for where in (f"{here}/", f"{here}/registry/cibmtr/", f"{here}/registry/ebmt/",
                  f"{here}/adverse-event/", f"{address}/wards/7b/export/"):  # fmt: skip
        page.goto(where)
        found += barriers(page)
    page.goto(f"{here}/adverse-event/")
    page.get_by_label("Life-threatening").check()
    page.get_by_role("button", name="Write the draft").click()
    assert "[x] Life-threatening" in page.locator("textarea").input_value()
    found += barriers(page)
    assert found == []
