"""National Paediatric Early Warning Score of NHS England; not yet clinically approved.

The bands are those of the four national charts and are not to be amended locally.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from grading.rules import pews_bands as bands
from grading.rules.pews_bands import Chart
from grading.rules.pews_findings import (
    CHOICES,
    DEFAULT_PEWS_POLICY,
    Avpu,
    PewsFindings,
    PewsPolicy,
    chart_for,
    check_findings,
)
from grading.rules.ruleset import ruleset_name
from grading.rules.score_bands import Band, Part, band_of, band_problems, part, row_problems
from grading.rules.verdict import Criterion, Reason, Verdict
from grading.rules.vocabulary import OxygenDevice

__all__ = [
    "CHOICES",
    "DEFAULT_PEWS_POLICY",
    "NOT_APPLICABLE",
    "RULESET",
    "SCALE",
    "Avpu",
    "Chart",
    "PewsFindings",
    "PewsFlag",
    "PewsPolicy",
    "chart_for",
    "check_pews_tables",
    "criteria",
    "score_pews",
]

SCALE = "pews"
RULESET = "pews-nhs-england/1"
NOT_APPLICABLE = "not_applicable"
SEPSIS_FROM_CELSIUS = Decimal("38")  # at or above
SEPSIS_BELOW_CELSIUS = Decimal("36")
SUPPORT = frozenset({OxygenDevice.HIGH_FLOW_NASAL_CANNULA, OxygenDevice.CPAP, OxygenDevice.BIPAP})

NOTHING = Criterion("pews-0", 0, "Every parameter scores 0", bands.SOURCE, "D")
TOO_OLD = Criterion("pews-age", 0, "PEWS is for children: use an adult chart", bands.SOURCE, "P")
SPECIAL = (NOTHING, TOO_OLD)


class PewsFlag(StrEnum):
    """Each flag is the sentence a person reads; a flag never changes a score."""

    EMERGENCY = "total 13 or more: emergency escalation"
    HIGH = "total 9 to 12: high escalation"
    MEDIUM = "total 5 to 8: medium escalation"
    LOW = "total 1 to 4: low escalation"
    UNRESPONSIVE = "responds to pain or not at all: emergency escalation, whatever the score"
    VOICE = "responds to voice: high escalation, whatever the score"
    SEPSIS = "temperature of 38 °C or above, or below 36 °C: think of sepsis"
    OTHER_CHART = "scored on the neighboring chart, as chosen, not on that of the age"


def score_pews(findings: PewsFindings, policy: PewsPolicy = DEFAULT_PEWS_POLICY) -> Verdict:
    """The total of PEWS in the place of the grade, with the rows that scored.

    Temperature and level of consciousness are not scored; they trigger flags. A part that was
    not recorded leaves the total open: `at_least` is the sum of the known parts. Raises
    ValueError for a word outside the chart and for a fraction, unless the policy scores it.
    """
    check_findings(findings, policy)
    ruleset = ruleset_name(RULESET, policy=policy, default=DEFAULT_PEWS_POLICY, choices=CHOICES)
    age = findings.age_years
    if age is not None and age >= policy.below_age_years:
        too_old = Reason(TOO_OLD.id, 0, TOO_OLD.words, ())
        return Verdict(SCALE, ruleset, None, 0, (too_old,), outcome=NOT_APPLICABLE)
    parts = _parts(findings)
    at_least = sum(one.at_least for one in parts)
    missing = tuple(dict.fromkeys(name for one in parts for name in one.missing))
    because = tuple(one.reason for one in parts if one.reason is not None)
    if not missing:
        because = because or (Reason(NOTHING.id, 0, NOTHING.words, ()),)
    score = None if missing else at_least
    return Verdict(SCALE, ruleset, score, at_least, because, missing, _flags(findings, at_least))


def check_pews_tables(
    by_age: dict[str, dict[Chart, tuple[Band, ...]]] | None = None,
) -> list[str]:
    """The gaps and overlaps of the four charts; empty when they are whole."""
    found = [
        problem
        for name, charts in (bands.BY_AGE if by_age is None else by_age).items()
        for age in Chart
        for problem in band_problems(f"{name}, {age.label}", charts.get(age, ()))
    ]
    for name, table in bands.ANY_AGE.items():
        found += band_problems(name, table)
    return found + row_problems(
        [*(row for rows in bands.SINGLE.values() for row in rows), *SPECIAL], most=4
    )


def criteria() -> tuple[tuple[str, Criterion], ...]:
    """Every row of the charts with the parameter it stands under."""
    return (
        *(
            (name, band.criterion)
            for name, charts in bands.BY_AGE.items()
            for table in charts.values()
            for band in table
        ),
        *((name, band.criterion) for name, table in bands.ANY_AGE.items() for band in table),
        *((name, row) for name, rows in bands.SINGLE.items() for row in rows),
        *(("", row) for row in SPECIAL),
    )


def _parts(findings: PewsFindings) -> tuple[Part, ...]:
    return (
        _by_age(findings, bands.RESPIRATIONS, "respirations_per_minute", "respirations {} /min"),
        _distress(findings.respiratory_distress),
        _line(bands.SPO2, findings.spo2_percent, "spo2_percent", "SpO2 {} %"),
        _oxygen(findings),
        _by_age(findings, bands.HEART_RATE, "heart_rate_bpm", "heart rate {} /min"),
        _by_age(findings, bands.SYSTOLIC, "systolic_mmhg", "systolic pressure {} mmHg"),
        _line(
            bands.REFILL,
            findings.capillary_refill_seconds,
            "capillary_refill_seconds",
            "capillary refill {} s",
        ),
    )


def _by_age(
    findings: PewsFindings, charts: dict[Chart, tuple[Band, ...]], field: str, said: str
) -> Part:
    value = getattr(findings, field)
    if findings.chart is None and findings.age_years is None:
        return Part(None, 0, missing=("age_years",) if value is not None else (field, "age_years"))
    chart = Chart(findings.chart) if findings.chart else chart_for(findings.age_years or 0)
    return _line(charts[chart], value, field, said)


def _line(table: tuple[Band, ...], value: Decimal | int | None, field: str, said: str) -> Part:
    """A value by its table; between two whole numbers the graver band counts (rule C1.4)."""
    if value is None:
        return Part(None, 0, missing=(field,))
    exact = Decimal(value)
    either = (exact.to_integral_value(ROUND_FLOOR), exact.to_integral_value(ROUND_CEILING))
    graver = max((band_of(table, whole) for whole in either), key=lambda band: band.points)
    return part(graver.criterion, said.format(value))


def _distress(word: str | None) -> Part:
    if word is None:
        return Part(None, 0, missing=("respiratory_distress",))
    return part(bands.DISTRESS[word])


def _oxygen(findings: PewsFindings) -> Part:
    """The graver of flow and FiO2; machines that give pressure or high flow always score 4."""
    device, flow, fio2 = findings.oxygen_device, findings.oxygen_flow_lpm, findings.fio2_percent
    if device == OxygenDevice.ROOM_AIR:
        return part(bands.AIR)
    if device in SUPPORT or device == OxygenDevice.INVASIVE_VENTILATION:
        row = bands.SUPPORT if device in SUPPORT else bands.VENTILATED
        return part(row, OxygenDevice(str(device)).label)
    given = []
    if flow is not None:
        given.append(part(band_of(bands.FLOW, flow).criterion, f"oxygen {flow} L/min"))
    if fio2 is not None:
        given.append(part(band_of(bands.FIO2, fio2).criterion, f"FiO2 {fio2} %"))
    if device is None:
        # A flow alone may come from a machine that scores 4.
        least = max((one.at_least for one in given), default=0)
        if least < max(row.grade for row in bands.SINGLE["oxygen"]):
            return Part(None, least, missing=("oxygen_device",))
    if given:
        return max(given, key=lambda one: one.at_least)
    some = bands.SOME_OXYGEN
    return Part(None, 1, Reason(some.id, 1, some.words, ()), ("oxygen_flow_lpm",))


def _flags(findings: PewsFindings, at_least: int) -> tuple[str, ...]:
    avpu, celsius, age = findings.avpu, findings.temperature_celsius, findings.age_years
    sepsis = celsius is not None and not (SEPSIS_BELOW_CELSIUS <= celsius < SEPSIS_FROM_CELSIUS)
    other = findings.chart is not None and age is not None and findings.chart != chart_for(age)
    raised = (
        (at_least >= 13, PewsFlag.EMERGENCY),
        (9 <= at_least <= 12, PewsFlag.HIGH),
        (5 <= at_least <= 8, PewsFlag.MEDIUM),
        (1 <= at_least <= 4, PewsFlag.LOW),
        (avpu in (Avpu.PAIN, Avpu.UNRESPONSIVE), PewsFlag.UNRESPONSIVE),
        (avpu == Avpu.VOICE, PewsFlag.VOICE),
        (sepsis, PewsFlag.SEPSIS),
        (other, PewsFlag.OTHER_CHART),
    )
    return tuple(flag for wanted, flag in raised if wanted)
