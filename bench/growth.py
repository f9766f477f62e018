"""A copy of the database with years of history in it, for the same boards."""

import psycopg2  # type: ignore[import-untyped]
from django.apps import apps
from django.db import connections

from bench.postgres import Postgres

SETS = 90_000
COPY = "grown"


def make_grown_copy(postgres: Postgres, *, ward: str) -> str:
    """Copy the database, give one ward's patients 90,000 sets of the past, return the URL.

    Each new row repeats an old one at an earlier moment, with its grade; the state rows and so
    the board's content stay as they are.
    """
    connections.close_all()  # a database in use cannot be copied
    _execute(postgres, "postgres", f"CREATE DATABASE {COPY} TEMPLATE postgres")
    sets = _execute(postgres, COPY, _more_sets(), ward)
    grades = _execute(postgres, COPY, _more_grades())
    if sets != SETS or grades != SETS:
        raise RuntimeError(f"{sets} sets and {grades} grades of history instead of {SETS}")
    _execute(postgres, COPY, "VACUUM ANALYZE")
    return postgres.url(COPY)


def _execute(postgres: Postgres, database: str, statement: str, *values: str) -> int:
    link = psycopg2.connect(host=str(postgres.folder), user="postgres", dbname=database)
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(statement, values or None)
            return int(cursor.rowcount)
    finally:
        link.close()


def _columns(table: str) -> list[str]:
    fields = apps.get_model(table)._meta.concrete_fields
    return [field.column for field in fields if not field.primary_key]


def _more_sets() -> str:
    new = {
        "client_id": "gen_random_uuid()",
        "taken_at": "s.taken_at - number * interval '10 minutes' - interval '1 day'",
    }
    names = _columns("vitals.ObservationSet")
    return (
        f"INSERT INTO vitals_observationset ({', '.join(names)}) "
        f"SELECT {', '.join(new.get(name, f's.{name}') for name in names)} "
        "FROM vitals_observationset s JOIN staff_ward w ON w.id = s.ward_id, "
        f"generate_series(1, {SETS} / (SELECT count(*) FROM vitals_observationset v "
        f"JOIN staff_ward x ON x.id = v.ward_id WHERE x.code = w.code)) AS number "
        "WHERE w.code = %s"
    )


def _more_grades() -> str:
    """One grade for each set that has none, like the first grade of its patient."""
    names = _columns("grading.Assessment")
    new = {"observation_set_id": "s.id", "taken_at": "s.taken_at"}
    return (
        f"INSERT INTO grading_assessment ({', '.join(names)}) "
        f"SELECT {', '.join(new.get(name, f'a.{name}') for name in names)} "
        "FROM vitals_observationset s "
        "JOIN LATERAL (SELECT * FROM grading_assessment g WHERE g.patient_id = s.patient_id "
        "ORDER BY g.id LIMIT 1) a ON true "
        "WHERE NOT EXISTS (SELECT 1 FROM grading_assessment e WHERE e.observation_set_id = s.id)"
    )
