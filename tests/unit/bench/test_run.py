"""A run counts only when rows and answers agree."""

from types import SimpleNamespace
from typing import Any

import pytest

from bench import run, ward
from bench.__main__ import main
from bench.house import BY_SESSION, BY_TOKEN
from bench.ward import Charts

BEFORE = Charts(sets=10, grades=10, audited=10, states_behind=0)
STORED = {
    "chart, session, 1 client": 2, "chart, session, 8 clients": 3, "chart, token, 1 client": 4,
    "floor, session, 1 client": 6, "bare floor, 8 clients": 7,
}  # fmt: skip


def miscounts(monkeypatch, *, session=None, floor_rows=14, breaks=0):
    after = {
        BY_SESSION: session or Charts(15, 15, 15, 0),
        BY_TOKEN: Charts(14, 14, 14, 0),
    }
    monkeypatch.setattr(ward, "charts_of", after.__getitem__)
    monkeypatch.setattr(ward, "floor_rows", lambda: floor_rows)
    monkeypatch.setattr(ward, "breaks_in_the_trail", lambda: breaks)
    house: Any = SimpleNamespace(before={BY_SESSION: BEFORE, BY_TOKEN: BEFORE})
    contenders: Any = [SimpleNamespace(name=name, stored=n) for name, n in STORED.items()]
    return run._miscounts(house, contenders)


def test_as_many_rows_as_answers_is_no_fault(monkeypatch):
    assert miscounts(monkeypatch) == []


@pytest.mark.parametrize(
    "after",
    [
        Charts(14, 15, 15, 0),  # a set that was answered and is not there
        Charts(16, 15, 15, 0),
        Charts(15, 14, 15, 0),  # stored and not graded
        Charts(15, 15, 14, 0),  # stored and not in the trail
        Charts(15, 15, 15, 1),  # a state row that did not follow
    ],
)
def test_a_row_too_few_or_too_many_is_a_fault(monkeypatch, after):
    (fault,) = miscounts(monkeypatch, session=after)
    assert fault.startswith("by-session: 5 answers 201")


def test_the_floor_must_have_stored_too(monkeypatch):
    assert miscounts(monkeypatch, floor_rows=13) == ["floor: 13 answers 201, 12 rows"]


def test_a_broken_trail_is_a_fault(monkeypatch):
    assert miscounts(monkeypatch, breaks=2) == ["the audit trail is broken in 2 places"]


def test_too_few_rounds_are_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--rounds", "4"])
    assert "at least 5" in capsys.readouterr().err
