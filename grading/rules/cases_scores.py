"""JSON cases of the early-warning scores, read into their findings and scored."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grading.rules.case_fields import (
    CaseRefused,
    Reader,
    celsius,
    number,
    one_of,
    read_all,
    whole,
    yes_or_no,
)
from grading.rules.news2 import Acvpu, News2Findings, score_news2
from grading.rules.pews import Avpu, Chart, PewsFindings, score_pews
from grading.rules.verdict import Verdict
from grading.rules.vocabulary import Labeled, OxygenDevice


class _Distress(Labeled):
    NONE = "none", "none"
    MILD = "mild", "mild"
    MODERATE = "moderate", "moderate"
    SEVERE = "severe", "severe"


# Case key: the field it fills.
NEWS2_FIELD_OF = {
    "rr": "respirations_per_minute",
    "spo2": "spo2_percent",
    "spo2_scale": "spo2_scale",
    "on_oxygen": "on_oxygen",
    "sbp": "systolic_mmhg",
    "hr": "heart_rate_bpm",
    "acvpu": "acvpu",
    "temperature_c": "temperature_celsius",
    "pregnant": "pregnant",
}
PEWS_FIELD_OF = {
    "chart": "chart",
    "rr": "respirations_per_minute",
    "resp_distress": "respiratory_distress",
    "spo2": "spo2_percent",
    "oxygen_device": "oxygen_device",
    "oxygen_flow_lpm": "oxygen_flow_lpm",
    "fio2": "fio2_percent",
    "hr": "heart_rate_bpm",
    "sbp": "systolic_mmhg",
    "crt_s": "capillary_refill_seconds",
    "temperature_c": "temperature_celsius",
    "avpu": "avpu",
}
_WHOLE: dict[str, Reader] = {
    "rr": whole(0, 120),
    "spo2": whole(30, 100),
    "sbp": whole(20, 300),
    "hr": whole(0, 350),
    "temperature_c": celsius,
}
_NEWS2: dict[str, Reader] = _WHOLE | {
    "spo2_scale": whole(1, 2),
    "on_oxygen": yes_or_no,
    "acvpu": one_of(Acvpu),
    "pregnant": yes_or_no,
}
_PEWS: dict[str, Reader] = _WHOLE | {
    "chart": one_of(Chart),
    "resp_distress": one_of(_Distress),
    "oxygen_device": one_of(OxygenDevice),
    "oxygen_flow_lpm": number(0, 80, "L/min"),
    "fio2": number("0.21", 1),
    "crt_s": whole(0, 60),
    "avpu": one_of(Avpu),
}


def grade_news2_case(
    case: Mapping[str, Any], age_years: Decimal | None, assume_normal: bool
) -> Verdict:
    """NEWS2 of a case; raises CaseRefused.

    By the convention of case files no oxygen device means air; a vital sign that is absent is
    missing under both readings, for no value is normal enough to make up.
    """
    values = read_all(case, _NEWS2, frozenset())
    filled = {NEWS2_FIELD_OF[key]: value for key, value in values.items()}
    if assume_normal:
        filled = {"on_oxygen": False} | filled
    return score_news2(News2Findings(age_years=age_years, **filled))


def grade_pews_case(
    case: Mapping[str, Any], age_years: Decimal | None, assume_normal: bool
) -> Verdict:
    """PEWS of a case; raises CaseRefused. An absent device is air by the case convention."""
    values = read_all(case, _PEWS, frozenset())
    filled = {PEWS_FIELD_OF[key]: value for key, value in values.items()}
    if filled.get("fio2_percent") is not None:
        filled["fio2_percent"] *= 100
    if assume_normal and not (filled.get("oxygen_flow_lpm") or filled.get("fio2_percent")):
        filled = {"oxygen_device": OxygenDevice.ROOM_AIR} | filled
    try:
        return score_pews(PewsFindings(age_years=age_years, **filled))
    except ValueError as refused:
        raise CaseRefused([str(refused)]) from refused
