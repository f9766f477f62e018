"""The examples of the guide for programs are run as they stand, so that they cannot rot."""

import io
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from alerts.models import Alert
from charting import chart
from staff.models import Role
from staff.tokens import Scope
from tests.factories.ward import GRADE_2, a_patient, a_person, a_ward, an_entry

GUIDE = (Path(settings.BASE_DIR) / "docs/api.md").read_text(encoding="utf-8")
# Prints the status of each answer and nothing else.
CURL = 'curl() { command curl --silent --output /dev/null --write-out "%{http_code}\\n" "$@"; }\n'


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def issued(line, ward, **names):
    """Run a command of the guide for this ward; return what it prints."""
    _, command, *words = shlex.split(line)
    out = io.StringIO()
    words = [ward.code if each == "WARD" else names.get(each, each) for each in words]
    call_command(command, *words, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def place(transactional_db, live_server):
    ward, now = a_ward(), timezone.now()
    names = {role: a_person(role, ward).username for role in (Role.INTEGRATION, Role.NURSE)}
    patient = a_patient(ward, infused_at=None)
    other = a_patient(ward, infused_at=None)
    chart.chart_observations(
        patient_id=other.pk, entry=an_entry(GRADE_2, taken_at=now), charted_by=a_person(), now=now
    )
    alert = Alert.objects.filter(patient=other).order_by("pk")[0]
    (commands,) = blocks("console")
    feed, nurse, _ = (issued(line, ward, **names) for line in commands.splitlines())
    return os.environ | {
        "BASE": live_server.url,
        "TOKEN": feed,
        "NURSE_TOKEN": nurse,
        "WARD": ward.code,
        "MRN": patient.mrn,
        "PATIENT": str(patient.pk),
        "ALERT": alert.code,
        "VERSION": str(alert.version),
    }


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here: no example was run")
def test_every_example_answers_what_the_guide_says(place):
    examples = blocks("sh")
    assert len(examples) >= 5
    for example in examples:
        ran = subprocess.run(
            ["bash", "-eu", "-c", CURL + example],
            env=place,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert ran.stdout.split() == re.findall(r"^# (\d{3})$", example, re.MULTILINE), example


def test_the_guide_names_every_scope():
    assert {scope for scope in Scope.values if f"`{scope}`" in GUIDE} == set(Scope.values)
