"""One INSERT, and one indexed query: no ORM, no serializer, no rule."""

import json
from typing import Final

from django.db import connection
from django.http import HttpRequest, JsonResponse

TABLE: Final = """
CREATE TABLE bench_floor (
    id bigserial PRIMARY KEY, client_id uuid NOT NULL UNIQUE, patient text NOT NULL,
    taken_at timestamptz NOT NULL, temperature_celsius numeric(7,4), heart_rate_bpm smallint,
    respirations_per_minute smallint, systolic_mmhg smallint, diastolic_mmhg smallint,
    spo2_percent numeric(5,2), oxygen_device text, vasopressors jsonb, consciousness text);
CREATE INDEX bench_floor_by_patient_time ON bench_floor (patient, taken_at)
"""
_COLUMNS: Final = (
    "client_id", "patient", "taken_at", "temperature_celsius", "heart_rate_bpm",
    "respirations_per_minute", "systolic_mmhg", "diastolic_mmhg", "spo2_percent",
    "oxygen_device", "consciousness",
)  # fmt: skip
_INSERT: Final = (
    f"INSERT INTO bench_floor ({', '.join(_COLUMNS)}, vasopressors) "
    f"VALUES ({'%s, ' * len(_COLUMNS)}%s) RETURNING id"
)
_SELECT: Final = f"SELECT id, {', '.join(_COLUMNS)} FROM bench_floor WHERE id = %s"


def store(request: HttpRequest) -> JsonResponse:
    """Store one set; the statement commits by itself."""
    body = json.loads(request.body)
    values = [body[name] for name in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*values, json.dumps(body["vasopressors"])])
        (set_id,) = cursor.fetchone()
    return JsonResponse({"id": set_id, "client_id": body["client_id"]}, status=201)


def show(request: HttpRequest, set_id: int) -> JsonResponse:
    """Show one row, found by its primary key."""
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [set_id])
        row = cursor.fetchone()
    return JsonResponse(dict(zip(("id", *_COLUMNS), row, strict=True)))
