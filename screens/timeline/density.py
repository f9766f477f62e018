"""Which sets of a dense course are drawn: those that hold an extreme, a change or a gap's edge.

The database looks at every set and answers with few ids; no row is built here. Exact in both
databases: value and id travel through MIN and MAX as one whole number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models
from django.db.models import Case, F, Func, Max, Min, Q, QuerySet, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Concat, Lag, Round

from grading.models import Assessment
from grading.services import SCALE as CRS_SCALE
from vitals.models import ObservationSet

# At most this many sets are drawn one and all.
EVERY_SET_UP_TO: Final = 1500
# No line is broken sooner, so no two neighbors that were kept lie a false gap apart.
WIDEST_BUCKET: Final = timedelta(hours=2)
NARROWEST_BUCKET: Final = timedelta(minutes=1)
# Whole steps of each sign, so that no rounding makes two values one.
_STEPS: Final = {
    "temperature_celsius": 10_000,
    "heart_rate_bpm": 1,
    "respirations_per_minute": 1,
    "systolic_mmhg": 1,
    "diastolic_mmhg": 1,
    "mean_arterial_mmhg": 1,
    "spo2_percent": 100,
}
# Drawn as lines: of these a bucket's ends are kept too, because there gaps are looked for.
_LINES: Final = (
    "temperature_celsius", "heart_rate_bpm", "respirations_per_minute", "spo2_percent",
)  # fmt: skip
_ROOM_FOR_IDS: Final = 2**40
_IN_ORDER: Final = ("taken_at", "observation_set_id")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a course, and into how many buckets it is cut at most."""

    begin: datetime
    end: datetime
    buckets: int

    @property
    def bucket_seconds(self) -> int:
        """How long a bucket is: a minute at least, two hours at most."""
        wanted = (self.end - self.begin) / max(self.buckets, 1)
        return round(min(max(wanted, NARROWEST_BUCKET), WIDEST_BUCKET).total_seconds())


def count(patient_id: int, *, begin: datetime, end: datetime) -> int:
    """Return how many sets in force lie in a span, both ends included."""
    return _sets(patient_id, begin, end).count()


def telling(patient_id: int, part: Part) -> set[int]:
    """Return the ids of the sets of a part that hold all there is to see; two queries."""
    return _extremes(patient_id, part) | _changes(patient_id, part)


class _UnixSeconds(Func):
    """Whole seconds since 1970."""

    output_field = models.BigIntegerField()

    # Twice two: Django fills in the template, then the database its parameters.
    _SQLITE: Final = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
    _POSTGRESQL: Final = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT)"

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        """SQLite keeps a time as text."""
        return self.as_sql(compiler, connection, template=self._SQLITE)

    def as_postgresql(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        """PostgreSQL counts with fractions."""
        return self.as_sql(compiler, connection, template=self._POSTGRESQL)


def _sets(patient_id: int, begin: datetime, end: datetime) -> QuerySet[ObservationSet]:
    sets = ObservationSet.objects.for_patient(patient_id).in_force()
    return sets.filter(taken_at__range=(begin, end))


def _extremes(patient_id: int, part: Part) -> set[int]:
    width = part.bucket_seconds
    seconds = _UnixSeconds(F("taken_at"))
    since = _with_id(seconds - int(part.begin.timestamp()))
    wanted: dict[str, Any] = {"first": Min(since), "last": Max(since)}
    for sign, steps in _STEPS.items():
        value = _with_id(Cast(Round(F(sign) * steps), models.BigIntegerField()))
        wanted |= {f"{sign}_low": Min(value), f"{sign}_high": Max(value)}
    for sign in _LINES:
        at = Case(When(~Q(**{sign: None}), then=since))
        wanted |= {f"{sign}_first": Min(at), f"{sign}_last": Max(at)}
    rows = (
        _sets(patient_id, part.begin, part.end)
        .annotate(bucket=seconds / width)
        .order_by()
        .values("bucket")
        .annotate(**wanted)
        .values_list(*wanted)
    )
    return {each % _ROOM_FOR_IDS for row in rows for each in row if each is not None}


def _with_id(value: Any) -> Any:
    """A whole number that sorts by value and remembers whose it is."""
    return value * Value(_ROOM_FOR_IDS, output_field=models.BigIntegerField()) + F("pk")


def _changes(patient_id: int, part: Part) -> set[int]:
    """Sets whose grade, device or vasopressors are others than before, and the set before them.

    Sets with a note are kept too.
    """
    text = models.TextField()
    told = Concat(
        Cast("at_least", text),
        _word("/"),
        Coalesce(Cast("grade", text), _word("?")),
        _word("/"),
        Cast("observation_set__oxygen_device", text),
        _word("/"),
        Coalesce(Cast("observation_set__vasopressors", text), _word("")),
        output_field=text,
    )
    rows = (
        Assessment.objects.filter(patient_id=patient_id, scale=CRS_SCALE)
        .in_force()
        .filter(taken_at__range=(part.begin, part.end))
        .annotate(told=told)
        .annotate(
            before=Window(Lag("told"), order_by=_IN_ORDER),
            before_id=Window(Lag("observation_set_id"), order_by=_IN_ORDER),
        )
        .filter(Q(before=None) | ~Q(before=F("told")) | ~Q(observation_set__note=""))
        .order_by()
        .values_list("observation_set_id", "before_id")
    )
    return {each for row in rows for each in row if each is not None}


def _word(said: str) -> Value:
    """PostgreSQL joins text to text and to nothing else."""
    return Value(said, output_field=models.TextField())
