"""A recorded neuro check as its form shows it, to be put right."""

from typing import Any, Final

from grading.rules.icans_findings import CAPD_ITEMS
from grading.rules.vocabulary import CapdAnswer
from screens.neuro_form import RIGHT, WRONG
from vitals.models import NeuroAssessment

_AS_THEY_ARE: Final = (
    "ice_score", "capd_score", "unable_reason", "consciousness", "seizure", "seizure_minutes",
    "cerebral_edema", "raised_pressure_signs", "language", "is_baseline",
)  # fmt: skip
_YES_NO: Final = (
    "interpreter", "consciousness_other_cause", "motor_weakness", "edema_due_to_hemorrhage",
    "intracranial_hemorrhage", "global_aphasia", "headache", "tremor", "myoclonus",
)  # fmt: skip
_SAID: Final = {True: "yes", False: "no", None: ""}
_ANSWERS: Final = tuple(CapdAnswer)


def known_of(check: NeuroAssessment) -> dict[str, Any]:
    """Return the form's initial values; a total that its items give is left to them."""
    known = {name: getattr(check, name) for name in _AS_THEY_ARE}
    known |= {name: _SAID[getattr(check, name)] for name in _YES_NO}
    if check.ice_items is not None:
        known |= _marks(check.ice_items) | {"ice_score": None}
    if check.capd_items is not None:
        known |= _answers(check.capd_items) | {"capd_score": None}
    return known | _asked(check.asked or {})


def _marks(items: dict[str, int | None]) -> dict[str, str]:
    """Right and wrong by button; which of three objects were named wrongly is not on record."""
    marks = {
        f"ice_{name}": RIGHT if points else WRONG
        for name, points in items.items()
        if points is not None and name != "naming"
    }
    named = items.get("naming")
    if named is not None:
        marks |= {f"ice_naming_{n}": RIGHT if n <= named else WRONG for n in (1, 2, 3)}
    return marks


def _answers(points: list[int | None]) -> dict[str, str]:
    """How often each was seen; the first four were scored in reverse (Traube 2014)."""
    said = {}
    for place in range(CAPD_ITEMS):
        got = points[place]
        if got is not None:
            said[f"capd_{place + 1}"] = _ANSWERS[got if place >= 4 else 4 - got].value
    return said


def _asked(asked: dict[str, Any]) -> dict[str, Any]:
    objects = asked.get("objects") or ["", "", ""]
    return {
        **{f"asked_object_{n}": word for n, word in enumerate(objects, start=1)},
        "asked_command": asked.get("command", ""),
        "asked_sentence": asked.get("sentence", ""),
        "anchors": asked.get("anchors", ""),
    }
