"""How a product's courses went at this center: median and 10 to 90 % of patients, per bin.

Local data, not a prediction. The database aggregates per patient and bin in two queries; what
comes back is one number per patient, bin and value, however dense the courses were.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from statistics import median, quantiles
from typing import Any, Final

from django.db import models
from django.db.models import Avg, F, Func, QuerySet
from django.db.models.functions import TruncDate

from patients.models import Infusion
from patients.windows import COURSE_OPENERS
from screens.compare.aligned import BANDED, LOWEST_LAB, REACH, Scale
from vitals.models import LabResult, ObservationSet

# Below this many patients a bin is not shown: it would be about persons.
FEWEST_PATIENTS: Final = 10
# The newest courses of a product at most; so much the answer can never outgrow.
MOST_COURSES: Final = 1000
BIN_HOURS: Final = 6
CAPTION: Final = "Local data, not a prediction"
_SIGNS: Final = tuple(lane.name for lane in BANDED if not lane.is_lab)
_LABS: Final = tuple(lane.name for lane in BANDED if lane.is_lab)
_STARTED_AT: Final = "patient__infusions__started_at"


@dataclass(frozen=True, slots=True)
class Bin:
    """One stretch of the axis: how many patients, and where 10, 50 and 90 % of them lie."""

    begin: float
    end: float
    patients: int
    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Band:
    """The bins of each lane that enough patients were seen in; `patients` had the product."""

    patients: int
    lanes: Mapping[str, tuple[Bin, ...]] = field(default_factory=dict)

    @property
    def is_hidden(self) -> bool:
        """Whether no bin has enough patients."""
        return not any(self.lanes.values())


class _SixHours(Func):
    """Whole six hours from the second of two times to the first."""

    output_field = models.IntegerField()
    _WIDTH: Final = BIN_HOURS * 3600

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        """SQLite keeps a time as text, and divides whole numbers to whole numbers."""
        template = f"(strftime('%%%%s', %(expressions)s)) / {self._WIDTH}"
        joiner = ") - strftime('%%s', "
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner)

    def as_postgresql(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        """PostgreSQL counts with fractions."""
        template = f"CAST(FLOOR(EXTRACT(EPOCH FROM (%(expressions)s)) / {self._WIDTH}) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ")


def read(
    therapy: str,
    *,
    without: Collection[int],
    scale: Scale,
    zone: tzinfo,
    with_synthetic: bool,
) -> Band:
    """Return the band of a product from day 0; three queries, or one where too few had it.

    Each patient counts once per bin, by the mean of their values. The patients in `without`,
    and synthetic ones unless asked for, are not part of it. Days are those of `zone`.
    """
    began = _courses(therapy, without=without, with_synthetic=with_synthetic)
    if len(began) < FEWEST_PATIENTS:
        return Band(len(began))
    infusions = [infusion for infusion, _ in began.values()]
    days = {patient: at.astimezone(zone).date() for patient, (_, at) in began.items()}
    binned: dict[str, dict[int, array[float]]] = defaultdict(lambda: defaultdict(_numbers))
    for patient, where, name, value in _values(infusions, scale=scale, zone=zone):
        number = (where - days[patient]).days if isinstance(where, date) else where
        binned[name][number].append(value)
    return Band(len(began), {name: tuple(_bins(binned[name], scale)) for name in (*_SIGNS, *_LABS)})


def _numbers() -> "array[float]":
    return array("d")


def _courses(
    therapy: str, *, without: Collection[int], with_synthetic: bool
) -> dict[int, tuple[int, datetime]]:
    """The first course of each patient with the product, the newest of them."""
    rows = Infusion.objects.filter(therapy=therapy, kind__in=COURSE_OPENERS).in_force()
    if not with_synthetic:
        rows = rows.filter(patient__is_synthetic=False)
    found: dict[int, tuple[int, datetime]] = {}
    newest_first = rows.exclude(patient_id__in=list(without)).order_by("-started_at", "-pk")
    for patient, pk, at in newest_first.values_list("patient_id", "pk", "started_at").iterator():
        if patient in found or len(found) < MOST_COURSES:
            found[patient] = (pk, at)
    return found


def _values(
    infusions: Collection[int], *, scale: Scale, zone: tzinfo
) -> Iterator[tuple[int, Any, str, float]]:
    """Patient, bin, name and mean of every value; two queries, read as they come."""
    sets = _since_dose(ObservationSet.objects.in_force(), infusions, scale=scale, zone=zone)
    means = {f"mean_{name}": Avg(name, output_field=models.FloatField()) for name in _SIGNS}
    rows = sets.annotate(**means).values_list("patient_id", "bin", *means)
    for patient, where, *values in rows.iterator():
        known = zip(_SIGNS, values, strict=True)
        yield from ((patient, where, name, value) for name, value in known if value is not None)
    results = LabResult.objects.in_force().filter(analyte__in=_LABS, canonical_value__isnull=False)
    labs = _since_dose(results, infusions, scale=scale, zone=zone, also=("analyte",))
    mean = Avg("canonical_value", output_field=models.FloatField())
    by_lab = labs.annotate(mean=mean).values_list("patient_id", "bin", "analyte", "mean")
    for patient, where, name, value in by_lab.iterator():
        yield patient, where, name, max(value, LOWEST_LAB)


def _since_dose(
    rows: QuerySet[Any],
    infusions: Collection[int],
    *,
    scale: Scale,
    zone: tzinfo,
    also: Iterable[str] = (),
) -> QuerySet[Any]:
    """Rows from the dose to the end of the axis, grouped by patient and bin."""
    reach = timedelta(hours=REACH[scale][1]) if scale is Scale.HOUR else timedelta(days=31)
    where: Any = (
        _SixHours(F("taken_at"), F(_STARTED_AT))
        if scale is Scale.HOUR
        else TruncDate("taken_at", tzinfo=zone)
    )
    grouped: QuerySet[Any] = (
        rows.filter(
            patient__infusions__in=infusions,
            taken_at__gte=F(_STARTED_AT),
            taken_at__lt=F(_STARTED_AT) + reach,
        )
        .annotate(bin=where)
        .order_by()
        .values("patient_id", "bin", *also)
    )
    return grouped


def _bins(by_number: Mapping[int, "array[float]"], scale: Scale) -> Iterator[Bin]:
    """Bins with enough patients in order; the others are as if there were nothing."""
    width = float(BIN_HOURS) if scale is Scale.HOUR else 1.0
    for number, values in sorted(by_number.items()):
        if len(values) >= FEWEST_PATIENTS:
            tenths = quantiles(values, n=10, method="inclusive")
            begin = number * width
            yield Bin(begin, begin + width, len(values), tenths[0], median(values), tenths[-1])
