"""Incomplete sets, unusual values, late entries, and whether alerting itself works."""

from decimal import Decimal

import pytest

from alerts.policy import Condition, Family, Rule, Severity, SystemFacts, quality, system_conditions
from tests.spec.alerts.charts import BOOK, chart, only

PARTIAL = {"is_complete": False}


@pytest.mark.parametrize(
    ("now", "before", "grade", "at_least", "expected"),
    [
        (PARTIAL, PARTIAL, None, 0, ["A31 P3"]),
        (PARTIAL, PARTIAL, None, 1, ["A31 P2"]),
        (PARTIAL, PARTIAL, 0, 0, []),
        (PARTIAL, {}, None, 0, []),
        ({}, PARTIAL, None, 0, []),
    ],
)
def test_two_partial_sets_in_a_row_and_no_grade(now, before, grade, at_least, expected):
    facts = chart(now, [(60, before)], grade=grade, at_least=at_least)
    assert only(facts, "data_quality") == expected


def test_one_partial_set_is_no_pattern():
    assert only(chart(PARTIAL, grade=None), "data_quality") == []


@pytest.mark.parametrize(("count", "expected"), [(0, []), (1, ["A38 P4"]), (3, ["A38 P4"])])
def test_a_value_kept_although_unusual_is_known(count, expected):
    assert only(chart(unusual_values=count), "data_quality") == expected


@pytest.mark.parametrize(
    ("minutes", "severity", "expected"),
    [(60, Severity.P1, ["A04"]), (60.1, Severity.P1, ["A45"]), (60.1, Severity.P2, ["A45"]),
     (60.1, Severity.P3, []), (60, Severity.P3, ["A04"])],
)  # fmt: skip
def test_what_was_entered_late_pages_only_while_it_is_young(minutes, severity, expected):
    found = [Condition(Rule.A04, Family.CRS_GRADE, severity, 3)]
    told = quality.of_late_entry(found, minutes_late=minutes, book=BOOK)
    assert [each.rule for each in told] == expected


def test_a_normal_set_entered_late_leaves_no_note():
    assert quality.of_late_entry([], minutes_late=300, book=BOOK) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"hours_to_rota_gap": Decimal(24)}, ["A40 P3"]),
        ({"hours_to_rota_gap": Decimal("24.1")}, []),
        ({"hours_to_rota_gap": Decimal("0.1")}, ["A40 P3"]),
        ({"hours_to_rota_gap": Decimal(0)}, ["A40 P1"]),
        ({"message_refused": True}, ["A41 P1"]),
        ({"oldest_urgent_message_minutes": Decimal(2)}, []),
        ({"oldest_urgent_message_minutes": Decimal("2.1")}, ["A41 P1"]),
        ({"heartbeat_age_minutes": Decimal(2)}, []),
        ({"heartbeat_age_minutes": Decimal("2.1")}, ["A42 P1"]),
        ({"database_is_read_only": True}, ["A42 P1"]),
        ({"database_is_read_only": True, "hours_to_rota_gap": Decimal(5)}, ["A42 P1", "A40 P3"]),
    ],
)
def test_alerting_tells_of_itself(facts, expected):
    found = system_conditions(SystemFacts(**facts), BOOK)
    assert [f"{each.rule} {each.severity}" for each in found] == expected
    assert all(each.family is Family.SYSTEM for each in found)
