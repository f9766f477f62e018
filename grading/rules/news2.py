"""National Early Warning Score 2 for adults; not yet clinically approved.

Source and credit: Royal College of Physicians. National Early Warning Score (NEWS) 2. London:
RCP, 2017. The chart is reproduced as published and is not to be altered.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from grading.rules import news2_bands as chart
from grading.rules.score_bands import Band, Part, band_problems, part, row_problems, scored
from grading.rules.verdict import Criterion, Reason, Verdict
from grading.rules.vocabulary import Labeled

SCALE = "news2"
RULESET = "news2-2017/1"
NOT_APPLICABLE = "not_applicable"
ADULT_YEARS = 16  # at or above; RCP 2017
FEVER_CELSIUS = Decimal("38.0")  # of CRS; scores 0 here

NOTHING = Criterion("news2-0", 0, "Every parameter scores 0", chart.SOURCE, "D")
TOO_YOUNG = Criterion(
    "news2-age", 0, "NEWS2 is for 16 years and over: use a pediatric chart", chart.SOURCE, "V2"
)
PREGNANT = Criterion("news2-pregnant", 0, "NEWS2 is not for pregnancy", chart.SOURCE, "V2")
SPECIAL = (NOTHING, TOO_YOUNG, PREGNANT)


class Acvpu(Labeled):
    """Level of consciousness as the chart charts it."""

    ALERT = "A", "Alert"
    CONFUSION = "C", "New confusion"
    VOICE = "V", "Responds to voice"
    PAIN = "P", "Responds to pain"
    UNRESPONSIVE = "U", "Unresponsive"


class News2Flag(StrEnum):
    """Each flag is the sentence a person reads; a flag never changes a score."""

    SINGLE = "one parameter alone scores 3: urgent review by a ward clinician"
    MEDIUM = "total 5 or 6: urgent response"
    HIGH = "total 7 or more: emergency response"
    FEVER = "38.0 °C scores 0 here and is fever for CRS"
    SCALE_2 = "SpO2 scale 2 is only for a prescribed target of 88 to 92 %: confirm"


@dataclass(frozen=True, slots=True)
class News2Findings:
    """One full set for NEWS2; None is "not recorded" and never "normal".

    Whole numbers for rates (per minute), SpO2 (percent) and systolic pressure (mmHg);
    temperature in Celsius, rounded to one decimal before it is scored. `spo2_scale` is 1
    unless somebody prescribed 2.
    """

    age_years: Decimal | int | None = None
    pregnant: bool | None = None
    respirations_per_minute: int | None = None
    spo2_percent: int | None = None
    spo2_scale: int | None = 1
    on_oxygen: bool | None = None
    systolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    acvpu: str | None = None
    temperature_celsius: Decimal | None = None


def score_news2(findings: News2Findings) -> Verdict:
    """The total of NEWS2 (0 to 20) in the place of the grade, with the rows that scored.

    A part that was not recorded leaves the total open: `at_least` is the sum of the known
    parts. Outcome "not_applicable" below 16 years and in pregnancy. Raises ValueError for a
    scale other than 1 and 2 or a word outside ACVPU.
    """
    _check(findings)
    age = findings.age_years
    if age is not None and age < ADULT_YEARS:
        return _not_applicable(TOO_YOUNG)
    if findings.pregnant:
        return _not_applicable(PREGNANT)
    parts = _parts(findings)
    at_least = sum(one.at_least for one in parts)
    missing = [name for one in parts for name in one.missing]
    if age is None:
        missing.append("age_years")
    because = tuple(one.reason for one in parts if one.reason is not None)
    if not missing:
        because = because or (Reason(NOTHING.id, 0, NOTHING.words, ()),)
    flags = _flags(findings, parts, at_least)
    score = None if missing else at_least
    return Verdict(SCALE, RULESET, score, at_least, because, tuple(dict.fromkeys(missing)), flags)


def check_news2_tables(tables: dict[str, tuple[Band, ...]] | None = None) -> list[str]:
    """The gaps and overlaps of the chart; empty when it is whole."""
    found = [
        problem
        for name, table in (chart.TABLES if tables is None else tables).items()
        for problem in band_problems(name, table)
    ]
    single = [row for rows in chart.SINGLE.values() for row in rows]
    return found + row_problems([*single, *SPECIAL], most=3)


def criteria() -> tuple[tuple[str, Criterion], ...]:
    """Every row of the chart with the parameter it stands under."""
    return (
        *((name, band.criterion) for name, table in chart.TABLES.items() for band in table),
        *((name, row) for name, rows in chart.SINGLE.items() for row in rows),
        *(("", row) for row in SPECIAL),
    )


def _check(findings: News2Findings) -> None:
    if findings.spo2_scale not in (None, 1, 2):
        raise ValueError(f"spo2_scale must be 1 or 2, not {findings.spo2_scale}")
    if findings.acvpu is not None and findings.acvpu not in frozenset(Acvpu):
        raise ValueError(f"acvpu must be one of A, C, V, P, U, not {findings.acvpu!r}")


def _parts(findings: News2Findings) -> tuple[Part, ...]:
    return (
        scored(
            chart.RESPIRATIONS,
            findings.respirations_per_minute,
            field="respirations_per_minute",
            said="respirations {} /min",
        ),
        _saturation(findings),
        _oxygen(findings.on_oxygen),
        scored(
            chart.SYSTOLIC,
            findings.systolic_mmhg,
            field="systolic_mmhg",
            said="systolic pressure {} mmHg",
        ),
        scored(chart.PULSE, findings.heart_rate_bpm, field="heart_rate_bpm", said="pulse {} /min"),
        _consciousness(findings.acvpu),
        _temperature(findings.temperature_celsius),
    )


def _saturation(findings: News2Findings) -> Part:
    spo2, oxygen = findings.spo2_percent, findings.on_oxygen
    field, said = "spo2_percent", "SpO2 {} %"
    if spo2 is None:
        return Part(None, 0, missing=(field,))
    if findings.spo2_scale == 1:
        return scored(chart.SPO2_SCALE_1, spo2, field=field, said=said)
    on_air = scored(chart.SPO2_SCALE_2_ON_AIR, spo2, field=field, said=said)
    on_oxygen = scored(chart.SPO2_SCALE_2_ON_OXYGEN, spo2, field=field, said=said)
    if findings.spo2_scale is None:
        # Scale 2 on air never scores more than scale 1: it is the least the score can be.
        return Part(None, on_air.at_least, on_air.reason, ("spo2_scale",))
    if on_air.points == on_oxygen.points:
        return on_air
    if oxygen is None:
        return Part(None, on_air.at_least, missing=("on_oxygen",))
    return on_oxygen if oxygen else on_air


def _oxygen(on_oxygen: bool | None) -> Part:
    if on_oxygen is None:
        return Part(None, 0, missing=("on_oxygen",))
    return part(chart.OXYGEN) if on_oxygen else part(chart.AIR)


def _consciousness(acvpu: str | None) -> Part:
    if acvpu is None:
        return Part(None, 0, missing=("acvpu",))
    word = Acvpu(acvpu)
    return part(chart.ALERT if word == Acvpu.ALERT else chart.NOT_ALERT, word.label)


def _temperature(celsius: Decimal | None) -> Part:
    rounded = None if celsius is None else _to_one_decimal(celsius)
    return scored(chart.TEMPERATURE, rounded, field="temperature_celsius", said="temperature {} °C")


def _to_one_decimal(celsius: Decimal) -> Decimal:
    return celsius.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _flags(findings: News2Findings, parts: tuple[Part, ...], at_least: int) -> tuple[str, ...]:
    celsius = findings.temperature_celsius
    fever = celsius is not None and celsius >= FEVER_CELSIUS and _to_one_decimal(celsius) <= 38
    raised = (
        (at_least >= 7, News2Flag.HIGH),
        (5 <= at_least <= 6, News2Flag.MEDIUM),
        (any(one.points == 3 for one in parts), News2Flag.SINGLE),
        (fever, News2Flag.FEVER),
        (findings.spo2_scale == 2, News2Flag.SCALE_2),
    )
    return tuple(flag for wanted, flag in raised if wanted)


def _not_applicable(row: Criterion) -> Verdict:
    because = (Reason(row.id, 0, row.words, ()),)
    return Verdict(SCALE, RULESET, None, 0, because, outcome=NOT_APPLICABLE)
