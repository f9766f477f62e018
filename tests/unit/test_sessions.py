"""A session lives while its person works, and dies twelve hours after."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from crs_monitor.sessions import RENEW_AFTER, SlidingSessionMiddleware
from staff.models import User

SIGNED_IN = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)


def visit(session: SessionStore, *, path: str = "/patients/", signed_in: bool = True) -> bool:
    """Visit a page; return whether the session will be saved, and so live on."""
    session.modified = False
    request = RequestFactory().get(path)
    request.session = session
    request.user = User() if signed_in else AnonymousUser()
    SlidingSessionMiddleware(lambda _: HttpResponse())(request)
    return session.modified


@pytest.fixture
def session() -> SessionStore:
    store = SessionStore()
    with time_machine.travel(SIGNED_IN, tick=False):
        visit(store)
    return store


@pytest.mark.parametrize(
    ("later", "renewed"),
    [
        (RENEW_AFTER - timedelta(seconds=1), False),
        (RENEW_AFTER, True),
        (timedelta(hours=11), True),
    ],
)
def test_work_renews_the_session_every_ten_minutes(session, later, renewed):
    with time_machine.travel(SIGNED_IN + later, tick=False):
        assert visit(session) is renewed


def test_a_page_that_asks_by_itself_does_not_keep_anybody_signed_in(session):
    with time_machine.travel(SIGNED_IN + timedelta(hours=2), tick=False):
        assert visit(session, path="/wards/east/board.json") is False


def test_a_stranger_gets_no_session():
    assert visit(SessionStore(), signed_in=False) is False


def test_a_clock_set_back_does_not_end_the_renewal_for_good(session):
    with time_machine.travel(SIGNED_IN - timedelta(hours=1), tick=False):
        assert visit(session) is True


def test_a_session_lasts_twelve_hours():
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == timedelta(hours=12)
