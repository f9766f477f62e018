"""A small body is read field by field, and everything wrong is told at once."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from charting.api.fields import Body
from charting.entry import EntryRefusedError


def read(method, value, **bounds):
    """What one field reads as, and what the body refuses in the end."""
    body = Body({"field": value} if value is not ... else {})
    found = getattr(body, method)("field", **bounds)
    return found, refused(body)


def refused(body):
    try:
        body.finish()
    except EntryRefusedError as error:
        return [(each.field, each.message) for each in error.errors]
    return []


@pytest.mark.parametrize(
    ("method", "value", "bounds", "expected"),
    [
        ("text", "ab", {"longest": 2}, "ab"),
        ("text", "", {"longest": 2}, ""),
        ("text", None, {"longest": 2}, ""),
        ("text", ..., {"longest": 2}, ""),
        ("moment", "2026-03-01T14:10:00Z", {}, datetime(2026, 3, 1, 14, 10, tzinfo=UTC)),
        ("moment", "2026-03-01T14:10:00+01:00", {}, datetime(2026, 3, 1, 13, 10, tzinfo=UTC)),
        ("moment", None, {"required": False}, None),
        ("day", "2026-03-01", {}, date(2026, 3, 1)),
        ("day", ..., {}, None),
        ("number", Decimal("0.5"), {}, Decimal("0.5")),
        ("number", -7, {}, Decimal(-7)),
        ("number", 10**12 - 1, {}, Decimal(10**12 - 1)),
        ("number", 0, {}, Decimal(0)),
        ("number", None, {}, None),
        ("whole", 0, {"highest": 10}, 0),
        ("whole", 10, {"highest": 10}, 10),
        ("whole", None, {"highest": 10}, None),
        ("truth", False, {}, False),
        ("truth", True, {}, True),
        ("truth", None, {}, None),
        ("choice", "b", {"choices": ["a", "b"]}, "b"),
        ("choice", None, {"choices": ["a", "b"]}, ""),
    ],
)
def test_a_good_field_is_read_and_a_missing_one_is_not_recorded(method, value, bounds, expected):
    found, errors = read(method, value, **bounds)
    assert errors == []
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("method", "value", "bounds", "words"),
    [
        ("text", "abc", {"longest": 2}, "at most 2 characters"),
        ("text", 7, {"longest": 2}, "must be text"),
        ("text", "a\n", {"longest": 2}, "control characters"),
        ("text", "\x00", {"longest": 2}, "control characters"),
        ("text", ..., {"longest": 2, "required": True}, "is required"),
        ("text", "", {"longest": 2, "required": True}, "is required"),
        ("text", "  ", {"longest": 2, "required": True}, "is required"),
        ("moment", ..., {}, "is required"),
        ("moment", "2026-03-01", {}, "offset"),
        ("moment", "2026-03-01T14:10:00", {}, "offset"),
        ("moment", "14:10", {}, "ISO 8601"),
        ("moment", 1772366100, {}, "ISO 8601"),
        ("moment", "0001-01-01T00:00:00+14:00", {}, "ISO 8601"),
        ("moment", "9999-12-31T23:59:00-14:00", {"required": False}, "ISO 8601"),
        ("day", "2026-02-30", {}, "a date"),
        ("day", 20260301, {}, "a date"),
        ("number", "7", {}, "must be a number"),
        ("number", True, {}, "must be a number"),
        ("number", 7.0, {}, "must be a number"),
        ("number", Decimal("NaN"), {}, "below 10^12"),
        ("number", Decimal("Infinity"), {}, "below 10^12"),
        ("number", 10**12, {}, "below 10^12"),
        ("number", -(10**12), {}, "below 10^12"),
        ("whole", -1, {"highest": 10}, "from 0 to 10"),
        ("whole", 11, {"highest": 10}, "from 0 to 10"),
        ("whole", True, {"highest": 10}, "from 0 to 10"),
        ("whole", Decimal(5), {"highest": 10}, "from 0 to 10"),
        ("truth", 0, {}, "true or false"),
        ("truth", "true", {}, "true or false"),
        ("choice", "c", {"choices": ["a", "b"]}, "one of a, b"),
        ("choice", "", {"choices": ["a", "b"]}, "one of a, b"),
        ("choice", [], {"choices": ["a", "b"]}, "one of a, b"),
        ("choice", None, {"choices": ["a"], "required": True}, "is required"),
    ],
)
def test_a_wrong_field_is_refused_by_name(method, value, bounds, words):
    _, errors = read(method, value, **bounds)
    assert [name for name, _ in errors] == ["field"]
    assert words in errors[0][1]


@pytest.mark.parametrize("value", [None, "", 7, "abc"])
def test_a_client_id_is_a_uuid_and_refused_once(value):
    body = Body({"client_id": value})
    body.client_id()
    assert [name for name, _ in refused(body)] == ["client_id"]


def test_a_client_id_is_read():
    name = "5f0c3c58-9f5d-4d3a-9b63-0f6f4c8a1c11"
    body = Body({"client_id": name})
    assert str(body.client_id()) == name
    assert refused(body) == []


def test_what_nobody_asked_for_is_refused_in_a_steady_order():
    sent = {"zeta": 1, "patient": "P1", "alpha": None, "day": "tomorrow"}
    body = Body(sent, besides=["patient"])
    body.day("day")
    assert [name for name, _ in refused(body)] == ["day", "alpha", "zeta"]
