"""Every page in a real browser: accessible, by day and by night, under the strict policy."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from alerts.models import Alert
from interop.models import QuarantinedItem
from interop.quarantine.groups import KEY
from staff.models import Role
from tests.browser.hands import sign_in, until
from tests.factories import hl7
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    WELL,
    a_patient,
    a_person,
    chart_set,
    check_neuro,
    give,
    report_symptoms,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


OF_THE_WARD = (
    "/wards/7b/board/",
    "/wards/7b/board/?view=list",
    "/wards/7b/wall/",
    "/wards/7b/alerts/",
    "/wards/7b/handover/",
    "/wards/7b/shift/",
    "/wards/7b/rota/",
    "/wards/7b/agency/",
    "/wards/7b/rules/",
    "/wards/7b/quarantine/",
)
OF_ONESELF = (
    "/devices/",
    "/pin/",
    "/account/",
    "/account/password/",
    "/account/sessions/",
    "/second-factor/set-up/",
)


@pytest.fixture
def addresses(ward, charge):
    """A ward with a short course, an alert, and somebody with nothing charted."""
    now = timezone.now()
    patient = a_patient(ward, infused_at=now - timedelta(days=3))
    a_patient(ward, infused_at=None)
    chart_set(patient, WELL, minutes_ago=1500, now=now)
    chart_set(patient, FEVER, minutes_ago=600, now=now)
    give(patient, "tocilizumab", minutes_ago=500, now=now)
    newest = chart_set(patient, GRADE_2, minutes_ago=5, now=now)
    report_symptoms(patient, {"chills": 2, "rash": None}, now=now)
    report_symptoms(patient, {"fatigue": 3}, minutes_ago=2000, now=now)
    alert = Alert.objects.not_closed().get()
    neuro = check_neuro(patient, now=now, ice_score=10, consciousness="alert", is_baseline=True)
    hl7.send(hl7.msh(at=now), hl7.pid(patient.mrn), hl7.obx("G^Glucose^L", "5"), now=now)
    waiting = QuarantinedItem.objects.get()
    group = urlencode({name: getattr(waiting, name) for name in KEY})
    here = f"/patients/{patient.pk}"
    return [
        "/patients/",
        f"{here}/chart/",
        f"{here}/sets/{newest.observations.pk}/",
        f"{here}/grades/{newest.assessment.pk}/confirm/",
        f"{here}/schedule/",
        f"{here}/plan/",
        f"{here}/timeline/",
        f"{here}/handover/",
        f"{here}/course/",
        f"{here}/body-systems/",
        f"{here}/body-systems/check/",
        *(f"{here}/record/{kind}/" for kind in ("treatment", "infusion", "lab", "neuro")),
        f"{here}/neuro/{neuro.pk}/",
        f"{here}/neuro/{neuro.pk}/correct/",
        *OF_THE_WARD,
        *OF_ONESELF,
        "/alerts/",
        f"/alerts/{alert.code}/",
        "/demo/mailbox/",
        "/tablet/unsent/",
        "/reference/",
        "/reference/?grade=2",
        "/compare/",
        f"/compare/?patients={patient.pk}&cohort=1",
        "/interop/quarantine/",
        f"/interop/quarantine/group/?{group}",
    ]


@pytest.fixture
def signed_in(page, program, charge):
    """A page of the charge nurse, and where the program is."""
    sign_in(page, program, charge)
    page.wait_for_url(re.compile("/wards/7b/board/"))
    return page, program


def test_no_page_shuts_anybody_out_or_breaks_the_policy_by_day_or_by_night(signed_in, addresses):
    page, address = signed_in
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    found = {}
    for where in addresses:
        page.goto(address + where)
        page.wait_for_load_state("networkidle")
        until(page, "document.fonts.status === 'loaded'")
        for scheme in ("light", "dark"):
            # Without motion, or it would be judged on its way from one to the other.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            results = Axe().run(page)
            if results.violations_count:
                found[where, scheme] = results.generate_report()
    assert found == {}
    assert complaints == []


def test_the_chart_cannot_be_shared_with_another_company(signed_in, addresses):
    page, address = signed_in
    page.goto(address + next(where for where in addresses if where.endswith("/timeline/")))
    page.locator(".modebar").wait_for()
    titles = page.locator(".modebar-btn").evaluate_all("all => all.map(b => b.dataset.title)")
    assert titles, "the chart has its buttons"
    assert not [title for title in titles if "hare" in title or "loud" in title]


@pytest.mark.parametrize("size", [(800, 1280), (1280, 800)])
def test_the_save_key_and_the_keypad_are_in_sight(signed_in, addresses, size):
    page, address = signed_in
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address + next(where for where in addresses if where.endswith("/chart/")))
    for part in ("[data-save]", "[data-keypad]"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size[1]


def test_every_field_is_in_sight_on_an_upright_tablet(signed_in, addresses):
    page, address = signed_in
    page.goto(address + next(where for where in addresses if where.endswith("/chart/")))
    dock = page.locator("[data-dock]").bounding_box()
    assert dock is not None
    for tile in page.locator(".entry__fields > .tile").all():
        box = tile.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= dock["y"]
