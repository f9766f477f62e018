"""Queries whose SQL is made once: from one request to the next only their values change.

To put a queryset into words costs Django more than the database needs to answer it. Where a
question is asked on every request, its words are kept by each process.
"""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Generic, TypeVar, cast
from uuid import UUID
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")
One = int | str | datetime | date | UUID
Value = One | Sequence[int] | Sequence[str]

_FIRST_NUMBER: Final = 1_900_000_000  # below 2**31, and no key of anything yet
_FIRST_DAY: Final = datetime(1801, 1, 1, tzinfo=UTC)


_ALL: "Final[WeakSet[Prepared[Any]]]" = WeakSet()


@dataclass(frozen=True, slots=True)
class _Words:
    """A query in words, and where in its parameters each value stands."""

    queryset: "QuerySet[Any, Any]"
    compiler: SQLCompiler
    sql: str
    fixed: tuple[Any, ...]
    places: tuple[tuple[int, str, int], ...]  # parameter, name, index of its values


class Prepared(Generic[Row]):
    """What `build` asks for, with its values filled in; one query, like the queryset it returns.

    `build` is called with a stand-in for each value and must not look at them. A value is a
    number, a text, a moment, a day, a UUID, or a sequence of numbers or texts for `__in`. None
    is none of these: SQL asks for what is missing in other words.
    """

    def __init__(self, build: "Callable[..., QuerySet[Any, Row]]") -> None:
        """Keep how to ask; nothing is asked yet."""
        self._build = build
        self._kept: dict[tuple[Any, ...], _Words] = {}
        _ALL.add(self)

    def __call__(self, **values: Value) -> list[Row]:
        """Ask; nothing is asked for an empty sequence, as nothing is in it."""
        filled = {name: _filled(value) for name, value in values.items()}
        if not all(filled.values()):
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        kind = (connection.vendor, *((n, type(v[0]), len(v)) for n, v in filled.items()))
        words = self._kept.get(kind)
        if words is None:
            words = self._kept[kind] = self._worded(values, filled)
        if words.queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("rows are locked within a transaction only")
        parameters = list(words.fixed)
        for place, name, index in words.places:
            parameters[place] = _adapted(connection, filled[name][index])
        compiler = copy.copy(words.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (words.sql, tuple(parameters))  # type: ignore[method-assign]
        read: Callable[[Any], Iterable[Row]] = cast("Any", words.queryset._iterable_class)
        answering = _Answering(words.queryset.query, compiler)
        return list(read(_Standing(words.queryset, query=answering)))

    def first(self, **values: Value) -> Row | None:
        """Return the first row of a query that is ordered and has few."""
        return next(iter(self(**values)), None)

    def _worded(self, values: Mapping[str, Value], filled: Mapping[str, tuple[One, ...]]) -> _Words:
        connection = connections[DEFAULT_DB_ALIAS]
        marks: dict[Any, tuple[str, int]] = {}
        given: dict[str, Any] = {}
        for name, each in filled.items():
            stand_ins = [_stand_in(value, len(marks) + at) for at, value in enumerate(each)]
            for index, mark in enumerate(stand_ins):
                marks[_adapted(connection, mark)] = (name, index)
            given[name] = stand_ins if _is_many(values[name]) else stand_ins[0]
        queryset = self._build(**given)
        if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise ValueError("a prepared query fetches nothing in a second one")
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        compiler.connection = None  # whoever asks brings theirs; this one may end with its thread
        places = [(i, *marks[p]) for i, p in enumerate(parameters) if _is_mark(p, marks)]
        if missing := {name for name, _ in marks.values()} - {name for _, name, _ in places}:
            raise ValueError(f"nothing is asked with {', '.join(sorted(missing))}")
        return _Words(queryset, compiler, sql, tuple(parameters), tuple(places))


def forget() -> None:
    """Put every question into words anew: for whoever changes the code of one while it runs."""
    for each in _ALL:
        each._kept.clear()


class _Standing:
    """Something with another `query` than its own."""

    def __init__(self, original: Any, **other: Any) -> None:
        self._original = original
        self.__dict__.update(other)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


class _Answering(_Standing):
    """A query that is in words already."""

    def __init__(self, original: Any, compiler: SQLCompiler) -> None:
        super().__init__(original)
        self._compiler = compiler

    def get_compiler(self, *_: Any, **__: Any) -> SQLCompiler:
        return self._compiler


def _is_many(value: Value) -> bool:
    return not isinstance(value, One)


def _filled(value: Value) -> tuple[One, ...]:
    """The values, as many as the next power of two: few lengths, so few different words."""
    if value is None or isinstance(value, bool):
        raise TypeError(f"{value!r} cannot be a value of a prepared query")
    if isinstance(value, One):
        return (value,)
    many = tuple(cast("Sequence[One]", value))
    length = 1
    while length < len(many):
        length *= 2
    return many + many[-1:] * (length - len(many)) if many else many


def _stand_in(value: One, number: int) -> One:
    """A value of the same type that stands nowhere else."""
    if isinstance(value, datetime):
        return _FIRST_DAY + timedelta(days=number)
    if isinstance(value, date):
        return (_FIRST_DAY + timedelta(days=number)).date()
    if isinstance(value, str):
        return f"\ue000{number}"
    if isinstance(value, UUID):
        return UUID(int=number)
    return _FIRST_NUMBER + number


def _adapted(connection: Any, value: One) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _is_mark(parameter: Any, marks: Mapping[Any, object]) -> bool:
    return isinstance(parameter, One) and parameter in marks
