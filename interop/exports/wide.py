"""The wide table: a row is a set of observations, under the names an entry knows."""

from collections.abc import Iterable, Iterator
from typing import Final

from charting.entry import READERS
from interop.exports import values
from interop.exports.course import Subject
from interop.tables.targets import Role
from vitals.models import ObservationSet

COLUMNS: Final = (Role.PATIENT, Role.TIME, Role.SET, *READERS)
_AT_ONCE: Final = 500


def rows(subjects: Iterable[Subject]) -> Iterator[list[str]]:
    """Yield the sets in force; a blank cell is not recorded."""
    for subject in subjects:
        found = ObservationSet.objects.for_patient(subject.state.pk).in_force()
        for row in found.iterator(_AT_ONCE):
            said = dict(values.fields_of(row))
            cells = [values.text_of(said[name]) if name in said else "" for name in READERS]
            yield [subject.name, row.taken_at.isoformat(), str(row.client_id), *cells]
