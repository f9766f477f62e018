"""Whatever a screen can do, a program can do by the same door; what it cannot has its reason."""

import re
import uuid
from typing import Any

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from interop.imports.urls import urlpatterns as of_a_file
from screens import plan_page
from screens.boards import acts
from screens.record import PAGES
from screens.schedule_verbs import VERBS
from screens.urls import urlpatterns
from staff.models import Role
from tests.factories.ward import a_person, a_ward
from tests.integration.test_headers import with_words

pytestmark = pytest.mark.django_db
API = "/api/v1"

# Each address of a screen that takes a POST, with each thing that can be asked of it.
TWINS = {
    "patients/<row:patient_id>/chart/": {
        "chart": "/observations/",
        "correct": "/observations/1/corrections/",
        "wrong patient": "/observations/1/move/",
    },
    "patients/<row:patient_id>/sets/<row:set_id>/undo/": {"undo": "/observations/1/undo/"},
    "patients/<row:patient_id>/schedule/": {
        "pause": "/patients/1/orders/off-ward/",
        "return": "/orders/1/end/",
        "sleep": "/patients/1/orders/sleep/",
        "interval": "/patients/1/orders/interval/",
        "icu": "/patients/1/orders/care/",
        "home": "/patients/1/orders/care/",
        "palliative": "/patients/1/orders/care/",
        "end_place": "/orders/1/care-end/",
        "end_palliative": "/orders/1/care-end/",
    },
    "patients/<row:patient_id>/plan/": {
        "plan": "/patients/1/plans/",
        "cancel": "/plans/1/cancel/",
        "confirm": "/patients/1/supply/",
    },
    "patients/<row:patient_id>/grades/<row:assessment_id>/confirm/": {
        "say": "/assessments/1/confirmations/"
    },
    "patients/<row:patient_id>/confirmations/<row:confirmation_id>/agree/": {
        "agree": "/confirmations/1/second/"
    },
    "patients/<row:patient_id>/body-systems/check/": {"record": "/symptoms/"},
    "patients/<row:patient_id>/handover/": {
        "write": "/patients/1/handover/words/",
        "read back": "/patients/1/handover/read-back/",
    },
    "patients/<row:patient_id>/record/neuro/": {"record": "/neuro-checks/"},
    "patients/<row:patient_id>/neuro/<row:check_id>/correct/": {
        "correct": "/neuro-checks/1/corrections/"
    },
    "patients/<row:patient_id>/record/<slug:kind>/": {
        "treatment": "/treatments/",
        "infusion": "/infusions/",
        "lab": "/labs/",
    },
    "patients/<row:patient_id>/record/treatment/<row:treatment_id>/stop/": {
        "stop": "/treatments/1/stop/"
    },
    "wards/<slug:code>/board/acts/": {
        "acknowledge": "/alerts/x/acknowledgement/",
        "call_next": "/alerts/x/call-next/",
        "assign": "/patients/1/nurses/",
        "move_bed": "/wards/x/beds/1/place/",
    },
    "break-glass/": {"open": "/break-glass/"},
    "break-glass/<slug:code>/end/": {"end": "/break-glass/x/end/"},
    "break-glass/openings/": {"review": "/break-glass/x/review/"},
    "alerts/<slug:code>/": {
        "acknowledge": "/alerts/x/acknowledgement/",
        "cannot come": "/alerts/x/cannot-come/",
    },
    "alerts/<slug:code>/close/": {"close": "/alerts/x/closure/"},
    "alerts/<slug:code>/snooze/": {"snooze": "/alerts/x/snooze/"},
    "wards/<slug:code>/handover/": {"accept": "/wards/x/handover/"},
    "wards/<slug:code>/rota/": {
        "add": "/wards/x/rota/",
        "swap": "/wards/x/rota/1/swap/",
        "cancel": "/wards/x/rota/1/cancel/",
        "test": "/wards/x/rota/test/",
    },
    "wards/<slug:code>/rules/": {
        "propose": "/wards/x/rules/",
        "decide": "/wards/x/rules/1/decision/",
    },
    "wards/<slug:code>/agency/": {
        "open": "/wards/x/agency/",
        "close": "/wards/x/agency/x/end/",
    },
}
WITHOUT = {
    "audit/": "a search that stores nothing; GET /audit/ of the interface answers the same",
    "": "leads on to the page of one's role, and does nothing",
    "sign-in/": "a program has a token, which signs in with each request",
    "sign-out/": "a program has no session to end",
    "second-factor/": "a program has a token, which needs no second factor",
    "second-factor/set-up/": "what a person holds: a phone or a key, never a program",
    "account/password/": "a person's own secret; a program has a token",
    "account/sessions/": "a program has no session",
    "people/<row:user_id>/": "an administrator looks who asks, by face or by calling back, before "
    "a second factor goes or a password is given; a program cannot",
    "switch/": "two people share a tablet; each program has a token of its own",
    "lock/": "only a screen can be left unattended",
    "still-here/": "only a session ends by waiting",
    "pin/": "a person's own secret, set by that person on a ward's tablet",
    "patients/scan/": "whether the right patient lies there is read off the band at the bed",
    "patients/<row:patient_id>/identify/": "the same: the end of the MRN is read at the bed",
    "compare/": "a search that stores nothing; /patients/ lists whom one may see",
    "tablet/beat.json": "says that this very tablet lives",
    "tablet/queued.json": "a tablet's own queue; a program repeats its POST to /observations/",
    "tablet/discarded.json": "a tablet's own queue",
}
# Has both: what a program can do of it, and why it cannot do the rest.
IN_PART = {
    "devices/": (
        {"revoke": "/wards/x/devices/1/revoke/"},
        "a tablet is registered on itself: its secret goes into its own cookie",
    ),
}
READS = {
    "patients/<row:patient_id>/access/": "/patients/1/access/",
    "audit/": "/audit/",
    "break-glass/openings/": "/break-glass/",
    "wards/<slug:code>/board.json": "/wards/x/board/",
    "patients/": "/patients/",
    "patients/<row:patient_id>/": "/patients/1/",
    "patients/<row:patient_id>/sets/<row:set_id>/": "/observations/1/",
    "patients/<row:patient_id>/course/": "/patients/1/course/",
    "patients/<row:patient_id>/timeline.json": "/patients/1/timeline/",
    "patients/<row:patient_id>/timeline/why/<row:assessment_id>/": "/assessments/1/",
    "patients/<row:patient_id>/neuro/<row:check_id>/": "/neuro-checks/1/",
    "patients/<row:patient_id>/body-systems/": "/patients/1/symptoms/",
    "patients/<row:patient_id>/schedule/": "/patients/1/schedule/",
    "patients/<row:patient_id>/plan/": "/patients/1/plans/",
    "patients/<row:patient_id>/handover/": "/patients/1/handover/",
    "alerts/": "/alerts/",
    "alerts/<slug:code>/": "/alerts/x/",
    "wards/<slug:code>/alerts/": "/wards/x/alert-statistics/",
    "wards/<slug:code>/rota/": "/wards/x/rota/",
    "wards/<slug:code>/handover/": "/wards/x/handover/",
    "wards/<slug:code>/rules/": "/wards/x/rules/",
    "wards/<slug:code>/agency/": "/wards/x/agency/",
    "devices/": "/wards/x/devices/",
}
# What a person does of an upload in four steps, a program asks for at once.
OF_A_FILE = {
    "": ("post", "/imports/"),
    "<uuid:job_id>/map/": ("post", "/imports/?mapping=…&dry_run=true"),
    "<uuid:job_id>/start/": ("post", "/imports/?mapping=…"),
    "<uuid:job_id>/again/": ("post", "/imports/?mapping=…"),
    "<uuid:job_id>/": ("get", f"/imports/{uuid.UUID(int=1)}/"),
    "<uuid:job_id>/progress.json": ("get", f"/imports/{uuid.UUID(int=1)}/"),
    "<uuid:job_id>/rejects.csv": ("get", f"/imports/{uuid.UUID(int=1)}/rejects/"),
}
ROUTES = [str(pattern.pattern) for pattern in urlpatterns]


def takes_a_post(pattern, person):
    """Whether the view lets a POST in; what it then makes of an empty one does not matter."""
    request = RequestFactory().post("/" + with_words(str(pattern.pattern)))
    with_session: Any = request
    with_session.user, with_session.session = person, {}
    with_session._messages = FallbackStorage(request)
    named = dict.fromkeys(re.findall(r"<\w+:(\w+)>", str(pattern.pattern)), "1")
    try:
        return pattern.callback(request, **named).status_code != 405
    except Exception:  # let in, and then surprised
        return True


def twins():
    parts = [*TWINS.items(), *((route, given) for route, (given, _) in IN_PART.items())]
    return [(route, act, address) for route, acts_of in parts for act, address in acts_of.items()]


def test_every_post_of_a_screen_has_its_twin_or_a_reason():
    person = a_person(Role.CHARGE_NURSE, a_ward())
    found = {str(each.pattern) for each in urlpatterns if takes_a_post(each, person)}
    assert len(found) > 20
    assert found == TWINS.keys() | WITHOUT.keys() | IN_PART.keys()


@pytest.mark.parametrize(("route", "act", "address"), twins())
def test_the_twin_of_a_post_takes_a_post(route, act, address):
    try:
        found: Any = resolve(API + address).func
    except Resolver404:
        pytest.fail(f"{route} ({act}): {address} is no address")
    assert hasattr(found.cls, "post")


@pytest.mark.parametrize(("route", "address"), READS.items())
def test_what_a_screen_shows_can_be_read(route, address):
    assert route in ROUTES
    found: Any = resolve(API + address).func
    assert hasattr(found.cls, "get")


def test_whatever_is_done_with_a_file_has_its_twin():
    assert {str(each.pattern) for each in of_a_file} == OF_A_FILE.keys()
    for verb, address in OF_A_FILE.values():
        found: Any = resolve(API + address.partition("?")[0]).func
        assert hasattr(found.cls, verb)


def test_every_act_of_a_page_that_knows_several_is_among_them():
    assert TWINS["wards/<slug:code>/board/acts/"].keys() == acts._VERBS.keys()
    assert TWINS["patients/<row:patient_id>/plan/"].keys() == plan_page.VERBS.keys()
    assert TWINS["patients/<row:patient_id>/schedule/"].keys() == VERBS.keys()
    assert TWINS["patients/<row:patient_id>/record/<slug:kind>/"].keys() == PAGES.keys()
