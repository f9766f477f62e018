"""Append many facts at once: COPY where the database has it, INSERT in portions where not."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from io import StringIO
from operator import attrgetter
from typing import Any, Final, TypeVar

from django.db import connections, models, router

M = TypeVar("M", bound=models.Model)

# Fewer are not worth a second statement: the ids are drawn by one of their own.
WORTH_A_COPY: Final = 50
_PORTION: Final = 500
_NOTHING: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def append(rows: Sequence[M]) -> list[M]:
    """Store new rows of one model in the caller's transaction, in this order; give them their ids.

    Constraints and triggers hold as for every INSERT; as with `bulk_create`, no `save` is called
    and no signal sent. Raises django.db.IntegrityError or DataError, and nothing is stored.
    """
    if not rows:
        return []
    model = type(rows[0])
    using = router.db_for_write(model)
    if connections[using].vendor == "postgresql" and len(rows) >= WORTH_A_COPY:
        _copy(rows, model, using)
        return list(rows)
    return model._default_manager.using(using).bulk_create(rows, batch_size=_PORTION)


def _copy(rows: Sequence[models.Model], model: type[models.Model], using: str) -> None:
    connection = connections[using]
    table, key = model._meta.db_table, model._meta.pk.column
    quote = connection.ops.quote_name
    names, values_of, writers = _columns(model)
    quoted = ", ".join(map(quote, names))
    lines = StringIO()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [quote(table), key, len(rows)],
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
            row._state.adding, row._state.db = False, using
            cells = zip(writers, values_of(row), strict=True)
            lines.write("\t".join([_NOTHING if v is None else write(v) for write, v in cells]))
            lines.write("\n")
        lines.seek(0)
        with connection.wrap_database_errors:
            cursor.copy_expert(f"COPY {quote(table)} ({quoted}) FROM STDIN", lines)


@cache
def _columns(
    model: type[models.Model],
) -> tuple[list[str], Callable[[models.Model], tuple[Any, ...]], list[Callable[[Any], str]]]:
    """The columns of a table, how to read them off a row, and how to write each as text."""
    fields = model._meta.concrete_fields
    read = attrgetter(*(field.attname for field in fields))
    return [str(f.column) for f in fields], read, [_WRITERS[_kind(f)] for f in fields]


def _kind(field: "models.Field[Any, Any]") -> str:
    """What a column holds; a reference holds what it points at."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field.get_internal_type()


def _text(value: Any) -> str:
    return str(value).translate(_ESCAPES)


def _document(value: Any) -> str:
    # JSON writes line ends and tabs as escapes of its own, so only those need one.
    return _AS_JSON(value).replace("\\", "\\\\")


def _whole(value: Any) -> str:
    return str(int(value))


def _moment(value: date) -> str:
    return value.isoformat()


def _truth(value: Any) -> str:
    return "t" if value else "f"


_AS_JSON: Final = json.JSONEncoder().encode
# What the facts are made of; another kind of column fails at the first row, and is added here.
_WRITERS: Final[dict[str, Callable[[Any], str]]] = {
    "BigAutoField": _whole,
    "BigIntegerField": _whole,
    "BooleanField": _truth,
    "CharField": _text,
    "DateField": _moment,
    "DateTimeField": _moment,
    "DecimalField": str,
    "IntegerField": _whole,
    "JSONField": _document,
    "PositiveBigIntegerField": _whole,
    "PositiveIntegerField": _whole,
    "PositiveSmallIntegerField": _whole,
    "TextField": _text,
    "UUIDField": str,
}
