"""What nurses chart between their rounds: a small slip put right, one value looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from simulation.bedside import Bedside
from simulation.tablets import Item, Tablet
from simulation.world import World

# What a hurried look brings: never enough for a grade on its own.
_HURRIED: Final[tuple[tuple[str, ...], ...]] = (
    ("temperature_celsius", "heart_rate_bpm"),
    ("heart_rate_bpm", "spo2_percent"),
    ("temperature_celsius", "heart_rate_bpm", "spo2_percent", "oxygen_device"),
)


def _is_near_the_limit(values: dict[str, Any]) -> bool:
    return 80 <= values.get("systolic_mmhg", 0) < 90 and not values.get("vasopressors")


@dataclass
class Rechecks:
    """One patient's sets that are amended or followed by a partial one."""

    world: World
    tablets: Sequence[Tablet]
    patient_id: int
    bedside: Bedside

    def after(self, item: Item, values: dict[str, Any]) -> None:
        """A round was charted: now and then its heart rate was misread, or somebody looks in."""
        chance, agenda = self.world.chance(f"rechecks {self.patient_id}"), self.world.agenda
        amends, looks = chance.random() < 0.10, chance.random() < 0.12
        amend_after, look_after = chance.uniform(60, 900), chance.uniform(1200, 5400)
        if amends and "heart_rate_bpm" in values:
            agenda.after(amend_after, "nurse", lambda: self._amend(item, values))
        if looks:
            agenda.after(look_after, "nurse", self._look)
        again = self.world.chance(f"second reading {self.patient_id}")
        if _is_near_the_limit(values) and again.random() < 0.6:
            agenda.after(again.uniform(120, 540), "nurse", lambda: self._read_again(values))

    def _amend(self, item: Item, values: dict[str, Any]) -> None:
        """The same set with another heart rate: nothing that a grade rests on."""
        if not item.is_settled or self.world.is_quiet:
            return
        right = values | {"heart_rate_bpm": values["heart_rate_bpm"] + 2}
        tablet = self.tablets[0]
        tablet.enter(self.patient_id, right, taken_at=item.taken_at, corrects=item)

    def _read_again(self, values: dict[str, Any]) -> None:
        """What is asked for after one low pressure: often it is normal, and oxygen is left out."""
        if self.world.is_quiet:
            return
        chance = self.world.chance(f"second reading {self.patient_id}")
        systolic = values["systolic_mmhg"] + (30 if chance.random() < 0.6 else -1)
        again = values | {"systolic_mmhg": systolic, "diastolic_mmhg": systolic - 30}
        if chance.random() < 0.5:
            again = {name: value for name, value in again.items() if not name.startswith("oxygen")}
        tablet = chance.choice(self.tablets)
        tablet.enter(self.patient_id, again, taken_at=tablet.clock())

    def _look(self) -> None:
        if self.world.is_quiet:
            return
        chance = self.world.chance(f"rechecks {self.patient_id}")
        measured, wanted = self.bedside.as_it_stands(chance), chance.choice(_HURRIED)
        values = {name: measured[name] for name in wanted if name in measured}
        if values.get("oxygen_device") == "high_flow_nasal_cannula":
            values["oxygen_flow_lpm"] = measured["oxygen_flow_lpm"]
        tablet = chance.choice(self.tablets)
        taken_at = tablet.clock() - timedelta(seconds=chance.uniform(0, 60))
        tablet.enter(self.patient_id, values, taken_at=taken_at)
