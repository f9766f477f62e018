"""A dull patient, set by set: what the course tests chart and fold."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from grading import course
from grading.course import CourseState, DrugGiven, Reading, SetValues
from grading.rules.crs_astct import grade_crs
from grading.rules.verdict import Verdict

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
ADULT_LIMIT_MMHG = 90


@dataclass(frozen=True)
class Step:
    """One set, what was known at it, its grade and the state after it."""

    values: SetValues
    reading: Reading
    verdict: Verdict
    state: CourseState = field(repr=False)

    @property
    def at(self) -> datetime:
        return self.values.taken_at


def hour(hours):
    return START + timedelta(hours=hours)


def well(**changed):
    """A whole set of a well patient; None takes a field out."""
    recorded = {
        "temperature_celsius": Decimal("36.8"),
        "systolic_mmhg": 120,
        "spo2_percent": Decimal(98),
        "oxygen_device": "room_air",
        "vasopressors": [],
        "vasopressin": False,
    } | changed
    return {name: value for name, value in recorded.items() if value is not None}


def febrile(celsius="39.0", **changed):
    return well(temperature_celsius=Decimal(celsius), **changed)


def sets(*charted):
    """Sets from pairs of hours after the start and what was recorded."""
    return [
        SetValues(number, at if isinstance(at, datetime) else hour(at), recorded)
        for number, (at, recorded) in enumerate(charted, start=1)
    ]


def drug(code, hours, *, until=None, **does):
    stopped = None if until is None else hour(until)
    return DrugGiven(code, hour(hours), stopped, **does)


def antipyretic(hours, *, until=None, code="paracetamol"):
    return drug(code, hours, until=until, waives_fever=True)


def step(state, values, *, drugs=()):
    """Read, grade and advance over one set."""
    reading = course.read(state, values, drugs=drugs, hypotension_below=ADULT_LIMIT_MMHG)
    verdict = grade_crs(reading.findings)
    after = course.advance(state, reading, verdict, at=values.taken_at, drugs=drugs)
    return Step(values, reading, verdict, after)


def fold(charted, *, drugs=(), after=CourseState()):  # noqa: B008 - frozen
    """Every step of a course, in the order given."""
    steps: list[Step] = []
    for values in charted:
        steps.append(step(steps[-1].state if steps else after, values, drugs=drugs))
    return steps


def last(*charted, drugs=()):
    """The last step of a course told as pairs of hours and recorded values."""
    return fold(sets(*charted), drugs=drugs)[-1]
