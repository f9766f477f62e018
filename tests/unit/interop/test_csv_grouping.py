"""Sets of one minute: what belongs together, what stands apart, what contradicts itself."""

import pytest

from interop.csv.grouping import grouped
from interop.csv.kinds import Kind
from interop.csv.mapped import DeviceNotAgreed
from interop.csv.outcomes import Reason
from interop.csv.oxygen import map_oxygen
from interop.csv.vitals import map_vital
from tests.factories.extract import SETTING, arterial, oxygen, row, vital

CANNULA = oxygen("device", "Nasal cannula")
MASK = oxygen("device", "Non-rebreather")
TENT = oxygen("device", "Face tent")
AIR = oxygen("device", "None")
ADDITIONAL = {"charted_as": "O2 Flow (additional cannula)"}


def of_minute(*cells):
    """The sets as dictionaries, and the reasons of what was refused."""
    mapped = [
        map_oxygen(row(Kind.OXYGEN, each), SETTING)
        if "what" in each
        else map_vital(row(Kind.VITALS, each), SETTING)
        for each in cells
    ]
    not_agreed = [each for each in mapped if isinstance(each, DeviceNotAgreed)]
    readings = [each for each in mapped if not isinstance(each, DeviceNotAgreed)]
    sets, refused = grouped(readings, not_agreed)
    plain = [
        {each.field: str(each.value) for each in one.readings}
        | ({"method": method} if (method := "".join({r.method for r in one.readings})) else {})
        for one in sets
    ]
    return plain, [refusal.error.reason for refusal in refused]


def test_rows_of_one_minute_are_one_set():
    sets, refused = of_minute(
        vital("temperature", "98.6", time="2025-06-01 08:00:05"),
        vital("heart_rate", 80, time="2025-06-01 08:00:55"),
        CANNULA,
        oxygen("flow_lpm", 2),
    )
    assert sets == [
        {"temperature_celsius": "37", "heart_rate_bpm": "80", "oxygen_device": "nasal_cannula",
         "oxygen_flow_lpm": "2"}
    ]  # fmt: skip
    assert refused == []


def test_the_next_minute_is_the_next_set():
    sets, _ = of_minute(
        vital("heart_rate", 80, time="2025-06-01 08:00:59"),
        vital("heart_rate", 81, time="2025-06-01 08:01:00"),
    )
    assert sets == [{"heart_rate_bpm": "80"}, {"heart_rate_bpm": "81"}]


def test_cuff_and_line_are_two_sets_and_the_line_stands_last():
    sets, refused = of_minute(
        arterial("sbp", 101), arterial("dbp", 60), vital("sbp", 95), vital("dbp", 55)
    )
    assert sets == [
        {"systolic_mmhg": "95", "diastolic_mmhg": "55", "method": "cuff"},
        {"systolic_mmhg": "101", "diastolic_mmhg": "60", "method": "arterial"},
    ]
    assert refused == []


def test_a_second_value_goes_to_a_further_set_and_the_same_value_confirms():
    sets, _ = of_minute(
        vital("respiratory_rate", 15),
        vital("respiratory_rate", 15, charted_as="Resp Rate (Total)"),
        vital("respiratory_rate", 17, charted_as="Resp Rate (Total)"),
        vital("heart_rate", 80),
    )
    assert sets == [
        {"respirations_per_minute": "15", "heart_rate_bpm": "80"},
        {"respirations_per_minute": "17"},
    ]


@pytest.mark.parametrize(
    ("diastolic", "kept"),
    [
        (119, {"systolic_mmhg": "120", "diastolic_mmhg": "119", "mean_arterial_mmhg": "80"}),
        (120, {"mean_arterial_mmhg": "80"}),
        (121, {"mean_arterial_mmhg": "80"}),
    ],
)
def test_a_pair_that_cannot_be_is_quarantined_and_the_rest_is_kept(diastolic, kept):
    sets, refused = of_minute(
        vital("sbp", 120), vital("dbp", diastolic), vital("map", 80), vital("heart_rate", 70)
    )
    assert sets == [kept | {"heart_rate_bpm": "70", "method": "cuff"}]
    assert refused == ([] if len(kept) == 3 else [Reason.PRESSURE_PAIR] * 2)


def test_a_bad_pair_of_the_cuff_leaves_the_line_alone():
    sets, refused = of_minute(
        vital("sbp", 60), vital("dbp", 70), arterial("sbp", 110), arterial("dbp", 70)
    )
    assert sets == [{"systolic_mmhg": "110", "diastolic_mmhg": "70", "method": "arterial"}]
    assert len(refused) == 2


@pytest.mark.parametrize(
    ("cells", "sets", "refused"),
    [
        ((AIR,), [{"oxygen_device": "room_air"}], []),
        ((AIR, oxygen("flow_lpm", 0)), [{"oxygen_device": "room_air", "oxygen_flow_lpm": "0"}], []),
        ((AIR, oxygen("flow_lpm", 2)), [], [Reason.CONTRADICTION] * 2),
        ((AIR, oxygen("fio2", 21)), [{"oxygen_device": "room_air", "fio2_percent": "21"}], []),
        ((AIR, oxygen("fio2", 22)), [], [Reason.CONTRADICTION] * 2),
        ((AIR, CANNULA), [{"oxygen_device": "nasal_cannula"}], [Reason.CONTRADICTION]),
        ((AIR, TENT), [], [Reason.CONTRADICTION]),
        ((TENT, oxygen("flow_lpm", 10)), [{"oxygen_flow_lpm": "10"}], []),
        (
            (MASK, CANNULA),
            [{"oxygen_device": "nasal_cannula"}, {"oxygen_device": "non_rebreather"}],
            [],
        ),
        (
            (CANNULA, MASK, oxygen("flow_lpm", 12)),
            [{"oxygen_device": "nasal_cannula"}, {"oxygen_device": "non_rebreather"}],
            [Reason.WHICH_DEVICE],
        ),
        (
            (MASK, CANNULA, oxygen("flow_lpm", 12), oxygen("flow_lpm", 4, **ADDITIONAL)),
            [
                {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": "4"},
                {"oxygen_device": "non_rebreather", "oxygen_flow_lpm": "12"},
            ],
            [],
        ),
        (
            (TENT, CANNULA, oxygen("flow_lpm", 40), oxygen("flow_lpm", 4, **ADDITIONAL)),
            [
                {"oxygen_flow_lpm": "40"},
                {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": "4"},
            ],
            [],
        ),
        ((TENT, CANNULA, oxygen("flow_lpm", 40)), [{"oxygen_device": "nasal_cannula"}],
         [Reason.WHICH_DEVICE]),
        (
            (CANNULA, oxygen("flow_lpm", 4), oxygen("flow_lpm", 2)),
            [
                {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": "2"},
                {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": "4"},
            ],
            [],
        ),
        (
            (CANNULA, oxygen("flow_lpm", 4, **ADDITIONAL)),
            [{"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": "4"}],
            [],
        ),
    ],
)  # fmt: skip
def test_a_flow_goes_to_the_device_the_chart_says_and_to_no_other(cells, sets, refused):
    assert of_minute(*cells) == (sets, refused)
