"""Each test judges alerting with fresh eyes: rows of another test may carry the same numbers."""

import pytest

from alerts import health, leases, pulse, set_back, ward_notes
from screens import context
from screens.boards import header


@pytest.fixture(autouse=True)
def _fresh_eyes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_witness", pulse.Witness())
    monkeypatch.setattr(context, "KEPT", ward_notes.Kept())
    monkeypatch.setattr(header, "KEPT", header.Kept())
    monkeypatch.setattr(set_back.of_this_process, "_last", None)
    monkeypatch.setattr(leases.of_this_process, "_last", None)
    monkeypatch.setattr(leases.of_this_process, "_doubts_until", 0.0)
