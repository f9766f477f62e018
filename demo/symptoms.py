"""The symptoms of a scripted course, as a nurse asks for them each day. Standard library only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from demo.courses import ROOM_AIR, Phase, Script, at_hour, hour_at

_ASKED_AT: Final = 8  # o'clock, ward time
# By severity of the phase: symptom and the row picked; what is asked and not there is absent.
_FELT: Final[dict[int, dict[str, int]]] = {
    0: {},
    1: {"chills": 1, "fatigue": 1, "loss_of_appetite": 1, "muscle_pain": 1},
    2: {"chills": 2, "fatigue": 2, "loss_of_appetite": 2, "headache": 1, "fast_heart_rate": 2},
    3: {"fatigue": 3, "loss_of_appetite": 2, "nausea": 2, "fast_heart_rate": 2, "edema": 2},
    4: {"fast_heart_rate": 3, "edema": 3, "capillary_leak": 3},
}
_ASKED: Final = (
    "chills", "fatigue", "loss_of_appetite", "nausea", "vomiting", "headache", "rash",
    "fast_heart_rate", "edema", "confusion", "seizure", "shaking", "cough",
    "shortness_of_breath", "muscle_pain",
)  # fmt: skip
_LOW_PRESSURE: Final = {2: 2, 3: 3, 4: 4}
_BREATHLESS: Final = {2: 1, 3: 2}
_TUBE: Final = "invasive_ventilation"
# Nobody can be asked how they feel who does not wake.
_CANNOT_SAY: Final = frozenset({"unarousable", "awakens_to_tactile"})
_SEEN: Final = frozenset({"rash", "edema", "seizure", "shaking", "fast_heart_rate"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One round of questions: every symptom asked, with its grade, None where absent."""

    at: datetime
    found: dict[str, int | None]


def checks_between(
    script: Script, *, start: float, end: float, origin: datetime
) -> Iterator[Asked]:
    """Return the round of each morning from hour `start` up to but not at `end`."""
    if not script.phases:
        return
    first = at_hour(max(start, script.phases[0].at), origin=origin)
    ask = first.replace(hour=_ASKED_AT, minute=0, second=0, microsecond=0)
    while (hour := hour_at(ask, origin=origin)) < end:
        phase = script.phase_at(hour)
        if ask >= first and phase is not None:
            yield Asked(ask, _found(phase))
        ask += timedelta(days=1)


def _found(phase: Phase) -> dict[str, int | None]:
    asked = [code for code in _ASKED if phase.consciousness not in _CANNOT_SAY or code in _SEEN]
    present: dict[str, int] = dict(_FELT[phase.level])
    if phase.hypotension and phase.level in _LOW_PRESSURE:
        present["low_blood_pressure"] = _LOW_PRESSURE[phase.level]
    if phase.device == _TUBE:
        present |= {"reduced_oxygen": 4, "decreased_lung_function": 4}
    elif phase.device != ROOM_AIR and phase.level in _BREATHLESS:
        present |= {"shortness_of_breath": _BREATHLESS[phase.level], "reduced_oxygen": 3}
    if phase.consciousness == "new_confusion":
        present["confusion"] = 2
    if phase.consciousness in _CANNOT_SAY:
        present = {code: grade for code, grade in present.items() if code in _SEEN or grade >= 3}
    return {**dict.fromkeys(asked), **present}
