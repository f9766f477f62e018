"""The rows of the four National PEWS charts of NHS England, as published and unaltered."""

from collections.abc import Mapping

from grading.rules.score_bands import Band, bands
from grading.rules.verdict import Criterion
from grading.rules.vocabulary import Labeled

SOURCE = "NHS England, National PEWS inpatient charts"


class Chart(Labeled):
    """The chart of an age, in completed years; its first age stands in CHART_FROM_YEARS."""

    INFANT = "0-11mo", "0 to 11 months"
    YOUNG = "1-4y", "1 to 4 years"
    SCHOOL = "5-12y", "5 to 12 years"
    TEEN = "13y+", "13 years and over"


CHART_FROM_YEARS = {Chart.INFANT: 0, Chart.YOUNG: 1, Chart.SCHOOL: 5, Chart.TEEN: 13}


def _bands(name: str, words: str, *spec: tuple[str | None, int]) -> tuple[Band, ...]:
    return bands(f"pews-{name}", words, spec, source=SOURCE)


def _seven(name: str, words: str, ends: Mapping[Chart, str]) -> dict[Chart, tuple[Band, ...]]:
    """A table for each chart: six ends between points 4 2 1 0 1 2 4, "-" for no such band."""
    points = (4, 2, 1, 0, 1, 2, 4)
    return {
        age: _bands(
            f"{name}-{age.value}",
            f"{words}, {age.label}",
            *(
                (None if end == "open" else end, score)
                for end, score in zip([*line.split(), "open"], points, strict=True)
                if end != "-"
            ),
        )
        for age, line in ends.items()
    }


RESPIRATIONS = _seven(
    "rr",
    "Respirations {} /min",
    {
        Chart.INFANT: "10 20 30 50 60 70",
        Chart.YOUNG: "10 20 - 40 50 60",
        Chart.SCHOOL: "10 15 20 25 40 50",
        Chart.TEEN: "10 - 15 25 30 40",
    },
)
HEART_RATE = _seven(
    "hr",
    "Heart rate {} /min",
    {
        Chart.INFANT: "80 90 110 150 170 180",
        Chart.YOUNG: "60 70 90 140 150 170",
        Chart.SCHOOL: "60 70 80 120 140 160",
        Chart.TEEN: "50 60 70 100 120 130",
    },
)
SYSTOLIC = _seven(
    "sbp",
    "Systolic pressure {} mmHg",
    {
        Chart.INFANT: "50 60 70 90 100 110",
        Chart.YOUNG: "50 60 80 100 120 130",
        Chart.SCHOOL: "70 80 90 110 120 130",
        Chart.TEEN: "80 90 100 120 130 140",
    },
)
SPO2 = _bands("spo2", "SpO2 {} %", ("92", 4), ("95", 1), (None, 0))
# At 0 L/min nothing is given; 0.01 is the least that scores.
FLOW = _bands("flow", "Oxygen {} L/min", ("0.01", 0), ("2.00", 1), ("6.00", 2), (None, 4))
FIO2 = _bands("fio2", "Oxygen, FiO2 {} %", ("30", 1), ("50", 2), (None, 4))
REFILL = _bands("crt", "Capillary refill {} s", ("3", 0), (None, 2))

DISTRESS = {
    word: Criterion(f"pews-distress-{word}", points, f"Respiratory distress: {word}", SOURCE, "V1")
    for word, points in (("none", 0), ("mild", 1), ("moderate", 2), ("severe", 4))
}
AIR = Criterion("pews-air", 0, "Breathing air", SOURCE, "V1")
SUPPORT = Criterion("pews-support", 4, "High flow, CPAP or BiPAP, at any flow", SOURCE, "V1")
VENTILATED = Criterion("pews-ventilated", 4, "Invasive ventilation", SOURCE, "D")
SOME_OXYGEN = Criterion(
    "pews-some-oxygen", 1, "Oxygen with neither flow nor FiO2 written down: at least 1", SOURCE, "D"
)

BY_AGE = {
    "respirations": RESPIRATIONS,
    "heart rate": HEART_RATE,
    "systolic pressure": SYSTOLIC,
}
ANY_AGE = {"SpO2": SPO2, "oxygen flow": FLOW, "FiO2": FIO2, "capillary refill": REFILL}
SINGLE = {
    "respiratory distress": tuple(DISTRESS.values()),
    "oxygen": (AIR, SUPPORT, VENTILATED, SOME_OXYGEN),
}
