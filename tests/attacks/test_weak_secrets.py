"""The program does not start on a secret that others know, or could guess."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as product
from django.contrib.auth.hashers import make_password

from crs_monitor import checks
from crs_monitor.environment import Environment, SettingRefused
from staff.models import Role
from tests.factories.ward import a_person

GOOD = "9f2b6d41c07e85a3d1f4b7926ce08a5db3e17f60429c8d5ea1b3f7c60d92e84b"


def asked(value, tmp_path):
    return Environment({"CRS_SECRET_KEY": value}).secret(
        "CRS_SECRET_KEY", kept_in=tmp_path / "key", shared=True, is_public=True
    )


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        GOOD[:49],
        "a" * 64,
        "changeme" * 8,
        "0123456789" * 6,
        "django-insecure-" + GOOD,
        "your-secret-key-here-your-secret-key-here-your-secret-key-here",
        "insert a random key of fifty characters in this place, please",
    ],
)
def test_a_weak_signing_key_is_refused_without_being_repeated(weak, tmp_path):
    with pytest.raises(SettingRefused) as refused:
        asked(weak, tmp_path)
    assert "openssl rand -hex 32" in str(refused.value)
    assert weak not in str(refused.value)


@pytest.mark.parametrize(
    "good", [GOOD, GOOD[:50], "kV3x+9Qe/Tz1mB7hYp0LrWc5uJ8dFs2aNgXo4iEvKqRtMyCwZbHj6PUl"]
)
def test_a_random_one_is_taken(good, tmp_path):
    assert asked(good, tmp_path) == good


def started(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "CRS_DATA_DIR": str(tmp_path), "CRS_DEMO": "0"}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=product.BASE_DIR, env=environment | variables, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_details_of_errors_are_not_shown_to_people_on_https(tmp_path):
    found = started(tmp_path, CRS_DEBUG="1", CRS_BASE_URL="https://crs.hospital.example",
                    CRS_SECRET_KEY=GOOD)  # fmt: skip
    assert found.returncode != 0
    assert "CRS_DEBUG" in found.stderr


def test_a_shared_database_without_a_key_stops_the_start(tmp_path):
    found = started(tmp_path, CRS_DATABASE_URL="postgresql://crs@127.0.0.1/crs")
    assert found.returncode != 0
    assert "CRS_SECRET_KEY" in found.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "refused"), [("demo-only-nurse", True), ("another one of four words", False)]
)
def test_a_demo_password_in_a_real_wards_database_stops_the_server(password, refused, settings):
    settings.CRS_DEMO = False
    person = a_person(Role.NURSE)
    type(person).objects.filter(pk=person.pk).update(
        username="nurse", password=make_password(password)
    )
    found = checks.no_demo_password_is_left(None, databases=["default"])
    assert [each.id for each in found] == (["crs_monitor.E010"] if refused else [])


@pytest.mark.django_db
def test_the_demo_itself_may_have_them(settings):
    settings.CRS_DEMO = True
    assert checks.no_demo_password_is_left(None, databases=["default"]) == []
