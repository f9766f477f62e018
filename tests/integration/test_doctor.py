"""`manage.py doctor` says what is well, and ends with 1 when something must be mended."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from alerts import pulse
from audit import append_only
from crs_monitor import health
from crs_monitor.management.commands import doctor
from tests.factories.ward import NOW

pytestmark = pytest.mark.django_db


def all_turn():
    for name in (pulse.SENDER, pulse.SWEEP):
        pulse.beat(name, now=NOW)


def said(mark):
    return [found.words for found in doctor.look(now=NOW) if found.mark == mark]


def test_a_ward_that_is_well_has_nothing_to_mend():
    all_turn()
    assert said("BAD") == []
    assert "Alerts go out" in said("ok")
    assert any("tables of facts take no change" in words for words in said("ok"))


def test_no_backup_is_something_to_see_to():
    assert "No backup has been made." in said("LOOK")


def test_that_nothing_is_sent_is_bad_and_the_command_says_so(time_machine):
    time_machine.move_to(NOW)
    out = StringIO()
    with pytest.raises(CommandError, match="must be mended"):
        call_command("doctor", stdout=out)
    assert "BAD  No sender has run yet" in out.getvalue()


def test_a_table_whose_facts_could_be_changed_is_bad(monkeypatch):
    all_turn()
    held = append_only.guarded(connection) - {"vitals_observationset"}
    monkeypatch.setattr(append_only, "guarded", lambda connection: held)
    assert said("BAD") == ["The database would let facts be changed: vitals_observationset"]


def test_a_database_behind_the_code_is_bad_and_is_asked_nothing_more(monkeypatch):
    monkeypatch.setattr(health, "reasons_not_ready", lambda: ["Migration x is not applied."])
    found = list(doctor.look(now=NOW))
    assert [each.mark for each in found if each.mark == "BAD"] == ["BAD"]
    assert found[-1].words == "Migration x is not applied."
