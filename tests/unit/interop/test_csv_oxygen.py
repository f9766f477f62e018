"""Oxygen and coma scores: what is charted, and what only looks as if it were."""

from decimal import Decimal

import pytest

from interop.csv.kinds import Kind
from interop.csv.mapped import DeviceNotAgreed
from interop.csv.outcomes import Reason, RefusedError
from interop.csv.oxygen import map_gcs, map_oxygen
from tests.factories.extract import SETTING, gcs, oxygen, row


def read(cells):
    return map_oxygen(row(Kind.OXYGEN, cells), SETTING)


def reason_of(call):
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.reason


@pytest.mark.parametrize(
    ("text", "unit", "percent", "reason"),
    [
        ("0.21", "", "21", None),
        (".60000002384185791", "", "60", None),
        ("0.999", "", "99.9", None),
        ("1", "", None, Reason.AMBIGUOUS_FIO2),
        ("1.0", "", None, Reason.AMBIGUOUS_FIO2),
        ("1", "fraction", "100", None),
        ("0.2", "", None, Reason.IMPOSSIBLE),
        ("20.9", "", None, Reason.IMPOSSIBLE),
        ("21", "", "21", None),
        ("100", "%", "100", None),
        ("100.1", "", None, Reason.IMPOSSIBLE),
        ("0.5", "%", None, Reason.IMPOSSIBLE),
        ("0.6", "torr", None, Reason.UNKNOWN_UNIT),
        ("1", "torr", None, Reason.UNKNOWN_UNIT),
        ("40", "torr", None, Reason.UNKNOWN_UNIT),
        ("", "", None, Reason.NO_VALUE),
    ],
)
def test_fio2_is_a_fraction_or_a_percentage_and_a_bare_1_is_neither(text, unit, percent, reason):
    cells = oxygen("fio2", text, unit_as_charted=unit)
    if reason is None:
        assert read(cells).value == Decimal(percent)
    else:
        assert reason_of(lambda: read(cells)) is reason


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("0", "L/min", None), ("80", "lpm", None), ("2", "", None),
        ("20.9", "", None), ("21", "", Reason.AMBIGUOUS_FIO2), ("40", "", Reason.AMBIGUOUS_FIO2),
        ("80.001", "L/min", Reason.IMPOSSIBLE), ("100", "L/min", Reason.IMPOSSIBLE),
        ("-1", "L/min", Reason.IMPOSSIBLE), ("200", "mL/min", Reason.UNKNOWN_UNIT),
        ("2-4", "L/min", Reason.NOT_A_NUMBER),
    ],
)  # fmt: skip
def test_a_flow_is_in_liters_a_minute(text, unit, reason):
    cells = oxygen("flow_lpm", text, unit_as_charted=unit)
    if reason is None:
        assert read(cells).value == Decimal(text)
    else:
        assert reason_of(lambda: read(cells)) is reason


def test_two_columns_that_differ_are_not_chosen_between():
    cells = oxygen("flow_lpm", "2", value="3.0")
    assert reason_of(lambda: read(cells)) is Reason.VALUES_DISAGREE


def test_an_alarm_limit_is_no_fio2():
    cells = oxygen("fio2", "40", charted_as="FiO2 Alarm-Low")
    assert reason_of(lambda: read(cells)) is Reason.NOT_THE_PATIENT


def test_a_device_that_is_not_agreed_is_known_to_have_been_there():
    assert isinstance(read(oxygen("device", "Face tent")), DeviceNotAgreed)
    assert read(oxygen("device", "None")).value == "room_air"
    assert reason_of(lambda: read(oxygen("device", ""))) is Reason.NO_VALUE


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (gcs("15.0", "4.0", "5.0", "6.0"), None),
        (gcs("3", "1", "1", "1"), None),
        (gcs("14", "", "", ""), None),
        (gcs("2", "", "", ""), Reason.IMPOSSIBLE),
        (gcs("16", "", "", ""), Reason.IMPOSSIBLE),
        (gcs("14.5", "", "", ""), Reason.IMPOSSIBLE),
        (gcs("", "4", "5", "6"), Reason.NO_VALUE),
        (gcs("15", "1", "0", "4"), Reason.GCS_PARTS),
        (gcs("12", "1", "", ""), Reason.GCS_PARTS),
        (gcs("15", "4", "5", "5"), Reason.GCS_PARTS),
        (gcs("15", "4", "5", "6", endotrachflag="1"), Reason.INTUBATED),
    ],
)
def test_a_coma_score_is_the_sum_of_what_was_tested(cells, reason):
    if reason is None:
        assert map_gcs(row(Kind.GCS, cells), SETTING).value == int(Decimal(cells["gcs"]))
    else:
        assert reason_of(lambda: map_gcs(row(Kind.GCS, cells), SETTING)) is reason
