"""The sweep looks at every patient on a ward by the clock, each in turn."""

from datetime import timedelta

import pytest

from alerts import sweep
from alerts.models import Alert
from charting import alerting, alerting_sweep, stays
from tests.factories.ward import FEVER, NOW, a_patient, a_ward, chart_set

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def looked_at(monkeypatch):
    seen = []

    def look(pk, *, now):
        assert now.tzinfo is not None
        seen.append(pk)

    monkeypatch.setattr(alerting, "evaluate_clock", look)
    return seen


def ten_minutes(start=NOW):
    return [
        alerting_sweep.look_at_the_clock(now=start + minutes * MINUTE)
        for minutes in range(alerting_sweep.ROUND_MINUTES)
    ]


def test_everybody_on_a_ward_is_looked_at_once_in_ten_minutes(ward, looked_at):
    patients = [a_patient(ward) for _ in range(12)]
    assert sum(ten_minutes()) == 12
    assert sorted(looked_at) == sorted(patient.pk for patient in patients)


def test_who_has_left_is_not_looked_at(ward, looked_at):
    patient = a_patient(ward)
    stays.discharge(patient.stays.get(), at=NOW, by=None, now=NOW)
    assert sum(ten_minutes()) == 0
    assert looked_at == []


def test_one_failure_keeps_nobody_else_from_being_looked_at(ward, monkeypatch):
    patients = [a_patient(ward) for _ in range(3 * alerting_sweep.ROUND_MINUTES)]
    turn = next(
        NOW + minutes * MINUTE
        for minutes in range(alerting_sweep.ROUND_MINUTES)
        if int((NOW + minutes * MINUTE).timestamp() // 60) % 10 == patients[0].pk % 10
    )
    seen = []

    def look(pk, *, now):
        seen.append(pk)
        if pk == patients[0].pk:
            raise RuntimeError("a row that cannot be read")

    monkeypatch.setattr(alerting, "evaluate_clock", look)
    with pytest.raises(RuntimeError):
        alerting_sweep.look_at_the_clock(now=turn)
    assert len(seen) == 3


def test_the_sweep_that_delivers_alerts_finds_a_fever_that_lasts(ward):
    patient = a_patient(ward)
    for hours in (0, 12, 24):
        chart_set(patient, FEVER, now=NOW + timedelta(hours=hours))
    for minutes in range(alerting_sweep.ROUND_MINUTES):
        assert sweep.derive(now=NOW + timedelta(hours=24, minutes=1 + minutes))
    assert Alert.objects.get(rule="A06").severity == "P3"
