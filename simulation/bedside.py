"""How a simulated patient does, and what a nurse writes down of it."""

import random
from copy import copy
from decimal import Decimal
from typing import Any, Final

# Well, fever, low pressure, high-flow oxygen, one vasopressor, two; a course moves by steps.
_WELL, _FEVER, _LOW_PRESSURE, _HIGH_FLOW, _PRESSOR, _PRESSORS = range(6)
_NEXT: Final = {
    _WELL: (_WELL, _WELL, _FEVER),
    _FEVER: (_FEVER, _FEVER, _LOW_PRESSURE, _WELL),
    _LOW_PRESSURE: (_LOW_PRESSURE, _HIGH_FLOW, _PRESSOR, _FEVER, _WELL),
    _HIGH_FLOW: (_HIGH_FLOW, _PRESSOR, _FEVER, _WELL),
    _PRESSOR: (_PRESSOR, _PRESSORS, _FEVER, _WELL),
    _PRESSORS: (_PRESSORS, _PRESSOR, _WELL),
}
_OPTIONAL: Final = (
    ("temperature_celsius",),
    ("systolic_mmhg", "diastolic_mmhg"),
    ("spo2_percent",),
    ("oxygen_device", "oxygen_flow_lpm"),
    ("vasopressors",),
)


class Bedside:
    """One patient: where the course stands, and the next set of it."""

    def __init__(self, chance: random.Random, *, writes_air: bool = True) -> None:
        """Most begin well. `writes_air`: whether somebody writes down that there is no oxygen."""
        self._chance, self._writes_air = chance, writes_air
        self._stage = chance.choice((_WELL, _WELL, _FEVER))

    def next_set(self) -> dict[str, Any]:
        """Measure: the course moves on, and not everything is always measured."""
        self._stage = self._chance.choice(_NEXT[self._stage])
        values = self._measured(self._stage)
        if not self._writes_air and values.get("oxygen_device") == "room_air":
            values.pop("oxygen_device")
        return values

    def as_it_stands(self, chance: random.Random) -> dict[str, Any]:
        """Measure all of it once more by another's chance; the course does not move on."""
        other = copy(self)
        other._chance = chance
        return other._measured(other._stage, all_of=True)

    def mistaken(self, right: dict[str, Any]) -> dict[str, Any]:
        """What a slip of the hand makes of a set: another stage's values in the same fields."""
        other = self._measured(self._chance.choice((_WELL, _LOW_PRESSURE, _PRESSOR)), all_of=True)
        wrong = {name: other.get(name, value) for name, value in right.items()}
        if wrong.get("oxygen_device") == "room_air":
            wrong.pop("oxygen_flow_lpm", None)
        return wrong

    def _measured(self, stage: int, *, all_of: bool = False) -> dict[str, Any]:
        chance = self._chance
        febrile = stage == _FEVER or (stage > _FEVER and chance.random() < 0.7)
        celsius = chance.uniform(38.0, 40.5) if febrile else chance.uniform(36.2, 37.9)
        low = stage in (_LOW_PRESSURE, _PRESSOR, _PRESSORS)
        systolic = chance.randint(74, 89) if low else chance.randint(100, 135)
        values: dict[str, Any] = {
            "temperature_celsius": Decimal(str(round(celsius, 1))),
            "heart_rate_bpm": chance.randint(70, 120),
            "systolic_mmhg": systolic,
            "diastolic_mmhg": systolic - 30,
            "spo2_percent": Decimal(chance.randint(94, 99)),
            "oxygen_device": "room_air",
            "vasopressors": ["norepinephrine", "epinephrine"][: max(0, stage - _HIGH_FLOW)],
        }
        if stage == _HIGH_FLOW:
            values |= {"oxygen_device": "high_flow_nasal_cannula", "oxygen_flow_lpm": Decimal(40)}
        if chance.random() < 0.06:
            values["worried"] = True
        if not all_of and chance.random() < 0.3:
            for fields in chance.sample(_OPTIONAL, chance.choice((1, 1, 2, 3))):
                for name in fields:
                    values.pop(name, None)
        return values
