"""Read every set of a course at once, as columns: the database sends one row of long texts.

A row for each set would cost as much again to build as to read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from operator import lt
from typing import Any, Final

import orjson
from django.db import models
from django.db.models import Aggregate, F
from django.db.models.functions import Cast

from grading.models import Assessment
from grading.services import SCALE as CRS_SCALE
from screens.timeline.course import Moment, interval_minutes
from screens.timeline.density import SIGNS, Columns
from vitals.models import ObservationSet

_ALSO: Final = ("oxygen_device", "oxygen_flow_lpm", "consciousness", "note")
# JSON knows no decimals: as many places as are stored.
_EXACT: Final = {
    field.name: Decimal(1).scaleb(-field.decimal_places)
    for field in map(ObservationSet._meta.get_field, (*SIGNS, *_ALSO))
    if isinstance(field, models.DecimalField)
}


class _Column(Aggregate):
    """All values of a column in one text, JSON."""

    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        """SQLite answers text."""
        return self.as_sql(compiler, connection, template="json_group_array(%(expressions)s)")

    def as_postgresql(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        """PostgreSQL would hand its JSON to the driver, which reads it more slowly."""
        return self.as_sql(compiler, connection, template="json_agg(%(expressions)s)::text")


def read(patient_id: int, *, begin: datetime, end: datetime) -> Columns:
    """Return the sets between, both ends included, that have a CRS grade in force; one query."""
    text = models.TextField()
    wanted: dict[str, Any] = {
        "at": Cast("taken_at", text),
        "set_id": F("observation_set_id"),
        "assessment_id": F("pk"),
        "grade": F("grade"),
        "at_least": F("at_least"),
        "vasopressors": Cast("observation_set__vasopressors", text),
        **{name: F(f"observation_set__{name}") for name in (*SIGNS, *_ALSO)},
    }
    rows = Assessment.objects.filter(patient_id=patient_id, scale=CRS_SCALE).in_force()
    texts = (
        rows.filter(taken_at__range=(begin, end))
        .order_by()
        .aggregate(**{f"all_{name}": _Column(value) for name, value in wanted.items()})
    )
    found = {name: orjson.loads(texts[f"all_{name}"] or "[]") for name in wanted}
    return _in_order(found)


def moments(columns: Columns, places: Iterable[int]) -> Iterator[Moment]:
    """Return the sets at these places in order of time, without what they carry forward."""
    wanted = sorted(places)
    chosen = {name: [column[place] for place in wanted] for name, column in columns.of.items()}
    for name, exact in _EXACT.items():
        chosen[name] = _each(chosen[name], partial(_decimal, exact))
    chosen["vasopressors"] = _each(chosen["vasopressors"], lambda said: tuple(orjson.loads(said)))
    chosen["interval_minutes"] = _each(chosen["at_least"], interval_minutes)
    chosen["at"] = [_time(columns.at[place]) for place in wanted]
    for row in zip(*chosen.values(), strict=True):
        yield Moment(**dict(zip(chosen, row, strict=True)))


def _decimal(exact: Decimal, said: float) -> Decimal:
    return Decimal(str(said)).quantize(exact)


def _each(column: Sequence[Any], read_as: Callable[[Any], Any]) -> list[Any]:
    """A column read once for each value that differs; None stays None."""
    known = {value: read_as(value) for value in set(column) if value is not None}
    return [known.get(value) for value in column]


def _in_order(found: dict[str, list[Any]]) -> Columns:
    """By time, then by set; no database promises it of what it puts together."""
    at: Sequence[str] = found.pop("at")
    if not all(map(lt, at, islice(at, 1, None))):
        ids = found["set_id"]
        order = sorted(range(len(at)), key=lambda place: (at[place], ids[place]))
        at = [at[place] for place in order]
        found = {name: [column[place] for place in order] for name, column in found.items()}
    return Columns(at, found)


def _time(said: str) -> datetime:
    at = datetime.fromisoformat(said)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
