"""From one whole set to its early-warning score: nothing carried but a prescribed SpO2 scale."""

from collections.abc import Mapping
from typing import Any, Final

from grading.rules.answers import Answer
from grading.rules.news2 import Acvpu, News2Findings, score_news2
from grading.rules.pews import DEFAULT_PEWS_POLICY, PewsFindings, PewsPolicy, score_pews
from grading.rules.pews_findings import WHOLE
from grading.rules.verdict import Verdict
from grading.rules.vocabulary import CANNULAS
from vitals.vocabulary import Consciousness, OxygenDevice

_OF_BOTH: Final = frozenset(
    {
        "respirations_per_minute",
        "heart_rate_bpm",
        "systolic_mmhg",
        "spo2_percent",
        "oxygen_device",
        "temperature_celsius",
        "consciousness",
    }
)
_OF_CHILDREN: Final = _OF_BOTH | {"capillary_refill_seconds", "respiratory_distress"}
# Drowsy is in neither chart: somebody has to say whether it is alert, new confusion or voice.
_ACVPU: Final[dict[str, str]] = {
    Consciousness.ALERT: Acvpu.ALERT,
    Consciousness.NEW_CONFUSION: Acvpu.CONFUSION,
    Consciousness.VOICE: Acvpu.VOICE,
    Consciousness.TACTILE: Acvpu.PAIN,
    Consciousness.UNAROUSABLE: Acvpu.UNRESPONSIVE,
}
_AVPU: Final[dict[str, str]] = {
    word: letter for word, letter in _ACVPU.items() if letter != Acvpu.CONFUSION
}
_GRAVER_OF_TWO: Final = PewsPolicy(fractions_take_graver_band=True)


def news2(recorded: Mapping[str, Any], *, age_years: int | None, spo2_scale: int) -> Verdict | None:
    """NEWS2 of a set; None for a set that measured nothing of it, such as a drug event."""
    if _OF_BOTH.isdisjoint(recorded):
        return None
    return score_news2(
        News2Findings(
            age_years=age_years,
            respirations_per_minute=recorded.get("respirations_per_minute"),
            spo2_percent=recorded.get("spo2_percent"),
            spo2_scale=spo2_scale,
            on_oxygen=_on_oxygen(recorded),
            systolic_mmhg=recorded.get("systolic_mmhg"),
            heart_rate_bpm=recorded.get("heart_rate_bpm"),
            acvpu=_ACVPU.get(recorded.get("consciousness", "")),
            temperature_celsius=recorded.get("temperature_celsius"),
        )
    )


def pews(recorded: Mapping[str, Any], *, age_years: int | None) -> Verdict | None:
    """National PEWS of a set; None for a set that measured nothing of it.

    A value between two whole numbers takes the graver band (rule C1.4), and the ruleset says so.
    """
    if _OF_CHILDREN.isdisjoint(recorded):
        return None
    whole = all(recorded.get(name, 0) == int(recorded.get(name, 0)) for name in WHOLE)
    return score_pews(
        PewsFindings(
            age_years=age_years,
            avpu=_AVPU.get(recorded.get("consciousness", "")),
            **{name: recorded.get(name) for name in _SAME},
        ),
        DEFAULT_PEWS_POLICY if whole else _GRAVER_OF_TWO,
    )


_SAME: Final = (
    "respirations_per_minute",
    "respiratory_distress",
    "spo2_percent",
    "oxygen_device",
    "oxygen_flow_lpm",
    "fio2_percent",
    "heart_rate_bpm",
    "systolic_mmhg",
    "capillary_refill_seconds",
    "temperature_celsius",
)


def _on_oxygen(recorded: Mapping[str, Any]) -> Answer:
    device = recorded.get("oxygen_device")
    if device is None:
        return None
    if device in CANNULAS and recorded.get("oxygen_flow_lpm") == 0:
        return False
    return bool(device != OxygenDevice.ROOM_AIR)
