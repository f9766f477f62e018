"""The rows of the NEWS2 chart (c) Royal College of Physicians 2017, as printed and unaltered."""

from grading.rules.score_bands import Band, bands
from grading.rules.verdict import Criterion

SOURCE = "Royal College of Physicians, NEWS2, 2017"
TAG = "V2"  # read in two reproductions of the chart


def _bands(name: str, words: str, *spec: tuple[str | None, int]) -> tuple[Band, ...]:
    return bands(f"news2-{name}", words, spec, source=SOURCE, tag=TAG)


# Each pair is where a band ends (the next begins there) and its points.
RESPIRATIONS = _bands(
    "rr", "Respirations {} /min", ("9", 3), ("12", 1), ("21", 0), ("25", 2), (None, 3)
)
SPO2_SCALE_1 = _bands("spo2", "SpO2 {} % (scale 1)", ("92", 3), ("94", 2), ("96", 1), (None, 0))
# Scale 2 is for a prescribed target of 88 to 92 %; above it only oxygen scores.
SPO2_SCALE_2_ON_AIR = _bands(
    "spo2-air", "SpO2 {} % on air (scale 2)", ("84", 3), ("86", 2), ("88", 1), (None, 0)
)
SPO2_SCALE_2_ON_OXYGEN = _bands(
    "spo2-oxygen",
    "SpO2 {} % on oxygen (scale 2)",
    ("84", 3),
    ("86", 2),
    ("88", 1),
    ("93", 0),
    ("95", 1),
    ("97", 2),
    (None, 3),
)
SYSTOLIC = _bands(
    "sbp", "Systolic pressure {} mmHg", ("91", 3), ("101", 2), ("111", 1), ("220", 0), (None, 3)
)
PULSE = _bands(
    "hr", "Pulse {} /min", ("41", 3), ("51", 1), ("91", 0), ("111", 1), ("131", 2), (None, 3)
)
TEMPERATURE = _bands(
    "temp", "Temperature {} °C", ("35.1", 3), ("36.1", 1), ("38.1", 0), ("39.1", 1), (None, 2)
)
AIR = Criterion("news2-air", 0, "Breathing air", SOURCE, TAG)
OXYGEN = Criterion("news2-oxygen", 2, "Oxygen given", SOURCE, TAG)
ALERT = Criterion("news2-alert", 0, "Alert", SOURCE, TAG)
NOT_ALERT = Criterion(
    "news2-cvpu", 3, "New confusion, or responds to voice, to pain or not at all", SOURCE, TAG
)

TABLES = {
    "respirations": RESPIRATIONS,
    "SpO2, scale 1": SPO2_SCALE_1,
    "SpO2, scale 2 on air": SPO2_SCALE_2_ON_AIR,
    "SpO2, scale 2 on oxygen": SPO2_SCALE_2_ON_OXYGEN,
    "systolic pressure": SYSTOLIC,
    "pulse": PULSE,
    "temperature": TEMPERATURE,
}
SINGLE = {"air or oxygen": (AIR, OXYGEN), "consciousness": (ALERT, NOT_ALERT)}
