"""ASTCT CRS: a hundred situations against a table written out by hand."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from grading.rules.crs_astct import grade_crs
from tests.spec.grading.findings import well

PRESSURE: dict[str, dict[str, Any]] = {
    "normal": {},
    "fluid": {"hypotension_present": True, "fluid_bolus_given": True},
    "vasopressin and one": {"vasopressors": frozenset({"dopamine"}), "vasopressin": True},
    "one": {"vasopressors": frozenset({"norepinephrine"})},
    "two": {"vasopressors": frozenset({"norepinephrine", "epinephrine"})},
}
OXYGEN: dict[str, dict[str, Any]] = {
    "air": {"oxygen_device": "room_air"},
    "low": {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(4)},
    "high": {"oxygen_device": "high_flow_nasal_cannula", "oxygen_flow_lpm": Decimal(30)},
    "mask": {"oxygen_device": "simple_facemask", "oxygen_flow_lpm": Decimal(6)},
    "pressure": {"oxygen_device": "cpap", "ventilation_reason": "hypoxia"},
}
# Columns: air, low, high, mask, pressure.
WITH_FEVER = {
    "normal": (1, 2, 3, 3, 4),
    "fluid": (2, 2, 3, 3, 4),
    "vasopressin and one": (3, 3, 3, 3, 4),
    "one": (3, 3, 3, 3, 4),
    "two": (4, 4, 4, 4, 4),
}
TREATED_WITHOUT_FEVER = WITH_FEVER | {"normal": (0, 2, 3, 3, 4)}
NEITHER = dict.fromkeys(PRESSURE, (0, 0, 0, 0, 0))
SITUATIONS = list(product((True, False), (True, False), PRESSURE, OXYGEN))


def test_there_are_a_hundred_situations():
    assert len(SITUATIONS) == 100


@pytest.mark.parametrize(("fever", "after_treatment", "pressure", "oxygen"), SITUATIONS)
def test_every_combination_has_the_grade_of_the_table(fever, after_treatment, pressure, oxygen):
    table = WITH_FEVER if fever else TREATED_WITHOUT_FEVER if after_treatment else NEITHER
    verdict = grade_crs(
        well(
            temperature_celsius=Decimal("39.1" if fever else "36.9"),
            fever_within_course=after_treatment,
            fever_waiving_treatment_given=after_treatment,
            **PRESSURE[pressure],
            **OXYGEN[oxygen],
        )
    )
    assert verdict.grade == table[pressure][list(OXYGEN).index(oxygen)]
    assert verdict.at_least == verdict.grade
