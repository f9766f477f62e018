"""From when on a value is worse, so that people are told again, is the rulebook's to say."""

from dataclasses import replace
from decimal import Decimal

import pytest

from alerts import rulebook
from alerts.models import Alert
from tests.factories.ward import FEVER, NOW, a_patient, a_ward, chart_set

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("step", "told_again"), [("1.0", True), ("1.5", False)])
def test_a_fever_that_rises_by_a_step_is_told_again(monkeypatch, step, told_again):
    book = rulebook.current()
    steps = replace(book.steps, temperature_celsius=Decimal(step))
    monkeypatch.setattr(rulebook, "current", lambda: replace(book, steps=steps))
    patient = a_patient(a_ward())
    chart_set(patient, FEVER | {"temperature_celsius": Decimal("38.2")}, minutes_ago=30, now=NOW)
    before = Alert.objects.get(family="fever").version
    chart_set(patient, FEVER | {"temperature_celsius": Decimal("39.3")}, now=NOW)
    assert (Alert.objects.get(family="fever").version > before) is told_again
