"""Guessing a password ends after a few tries, for that name at that place and nobody else."""

import pytest
from django.conf import settings

from staff.models import User

PASSWORD = "a password of four words"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people():
    for name in ("ada", "bea"):
        User.objects.create_user(username=name, password=PASSWORD)


def try_to_sign_in(client, username: str, password: str, *, address: str = "10.0.0.1") -> bool:
    client.post(
        settings.LOGIN_URL, {"username": username, "password": password}, REMOTE_ADDR=address
    )
    signed_in = "_auth_user_id" in client.session
    client.logout()
    return signed_in


def guess(client, times: int) -> None:
    for _ in range(times):
        assert not try_to_sign_in(client, "ada", "a guess")


@pytest.mark.parametrize(
    ("guesses", "still_let_in"),
    [(settings.AXES_FAILURE_LIMIT - 1, True), (settings.AXES_FAILURE_LIMIT, False)],
)
def test_the_right_password_comes_too_late_after_too_many_guesses(client, guesses, still_let_in):
    guess(client, guesses)
    assert try_to_sign_in(client, "ada", PASSWORD) is still_let_in


def test_a_guesser_locks_out_neither_the_ward_nor_the_name(client):
    guess(client, settings.AXES_FAILURE_LIMIT)
    assert try_to_sign_in(client, "bea", PASSWORD)
    assert try_to_sign_in(client, "ada", PASSWORD, address="10.0.0.2")


def test_signing_in_forgives_the_slips_before(client):
    guess(client, settings.AXES_FAILURE_LIMIT - 1)
    assert try_to_sign_in(client, "ada", PASSWORD)
    guess(client, settings.AXES_FAILURE_LIMIT - 1)
    assert try_to_sign_in(client, "ada", PASSWORD)
