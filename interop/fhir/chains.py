"""Facts that corrected each other are one resource in several versions."""

from typing import Any


def root_of(row: Any) -> tuple[int, int]:
    """The key of the first row of a chain, and the version that `row` is of it, from 1."""
    version = 1
    while row.supersedes_id is not None:
        row = row.supersedes
        version += 1
    return row.pk, version


def newest_of(row: Any) -> Any:
    """The row that counts now, which may be a withdrawal."""
    model = type(row)
    while True:
        after = model.objects.filter(supersedes=row).first()
        if after is None:
            return row
        row = after


def last_that_said(row: Any) -> Any:
    """The newest row of a chain that holds values: of a withdrawal the one it took back."""
    return row.supersedes if row.withdrawn and row.supersedes_id is not None else row
