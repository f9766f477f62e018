"""The floor plan of a ward: where each bed stands, and moving one by drag or by key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from audit import trail
from screens.boards.urgency import natural
from staff.models import Bed, User, Ward
from staff.prepared import Prepared

# As wide as a screen shows with thirty beds, until somebody arranges them.
COLUMNS: Final = 6
MOST_COLUMNS: Final = 12
MOST_ROWS: Final = 100


class NoSuchPlaceError(ValueError):
    """The bed is not of this ward, or the place is outside every plan."""


def places(ward: Ward) -> list[dict[str, Any]]:
    """Return every bed with its place, row by row; one query.

    A bed that nobody has placed yet takes the next free place, in the order of labels.
    """
    beds = sorted(_BEDS(ward=ward.pk), key=lambda bed: natural(bed.label))
    where = _arranged(beds)
    rows = [
        {"id": bed.pk, "label": bed.label, "row": where[bed.pk][0], "column": where[bed.pk][1]}
        for bed in beds
    ]
    return sorted(rows, key=lambda row: (row["row"], row["column"]))


@transaction.atomic
def move(ward: Ward, bed_id: int, *, row: int, column: int, by: User, now: datetime) -> None:
    """Put a bed in a place; whoever stands there takes the place it came from.

    The first move fixes where every other bed is seen to stand. Raises NoSuchPlaceError.
    """
    if not (0 <= row < MOST_ROWS and 0 <= column < MOST_COLUMNS):
        raise NoSuchPlaceError
    Ward.objects.select_for_update().get(pk=ward.pk)
    beds = sorted(_BEDS(ward=ward.pk), key=lambda bed: natural(bed.label))
    where = _arranged(beds)
    if bed_id not in where:
        raise NoSuchPlaceError
    came_from = where[bed_id]
    if came_from == (row, column):
        return
    for other, place in where.items():
        if place == (row, column):
            where[other] = came_from
    where[bed_id] = (row, column)
    # Out of the way first: two beds never stand in one place, not even for a moment.
    Bed.objects.filter(ward=ward).update(plan_row=None, plan_column=None)
    for bed in beds:
        bed.plan_row, bed.plan_column = where[bed.pk]
    Bed.objects.bulk_update(beds, ["plan_row", "plan_column"])
    trail.record(
        action="ward.bed_moved",
        actor=by,
        scope=f"ward:{ward.pk}",
        subject=f"bed:{bed_id}",
        at=now,
        detail={"row": row, "column": column},
    )


def _arranged(beds: Sequence[Bed]) -> dict[int, tuple[int, int]]:
    """Where each bed stands: as somebody placed it, the others in the free places."""
    where = {
        bed.pk: (bed.plan_row, bed.plan_column)
        for bed in beds
        if bed.plan_row is not None and bed.plan_column is not None
    }
    taken = set(where.values())
    free = ((n // COLUMNS, n % COLUMNS) for n in range(len(beds) * 2 + COLUMNS * len(taken) + 1))
    open_places = (place for place in free if place not in taken)
    for bed in beds:
        if bed.pk not in where:
            where[bed.pk] = next(open_places)
    return where


_BEDS: Final = Prepared(lambda ward: Bed.objects.filter(ward_id=ward).order_by())
