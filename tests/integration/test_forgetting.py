"""Requests are known again for ninety days, and then forgotten in portions."""

from datetime import timedelta
from uuid import uuid4

import pytest

from alerts import sweep
from audit.models import KeptRequest
from charting.forgetting import KEPT, forget_requests
from tests.factories.ward import NOW

pytestmark = pytest.mark.django_db


def kept(ago):
    return KeptRequest.objects.create(client_id=uuid4(), digest="d", at=NOW - ago)


def test_only_what_is_older_than_ninety_days_is_forgotten():
    old, edge, new = (kept(KEPT + timedelta(seconds=each)) for each in (1, 0, -1))
    assert forget_requests(now=NOW) == 1
    assert set(KeptRequest.objects.all()) == {edge, new}
    assert old.client_id not in {each.client_id for each in KeptRequest.objects.all()}


def test_a_portion_is_forgotten_at_a_time(monkeypatch):
    monkeypatch.setattr("charting.forgetting._AT_ONCE", 2)
    for _ in range(3):
        kept(KEPT * 2)
    assert [forget_requests(now=NOW) for _ in range(3)] == [2, 1, 0]


def test_the_sweep_forgets():
    kept(KEPT * 2)
    sweep.derive(now=NOW)
    assert not KeptRequest.objects.exists()
