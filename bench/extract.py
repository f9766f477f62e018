"""Invented sets of observations of many patients, as a CSV file, as lines of COPY, as a Bundle."""

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Final

SETS_OF_A_PATIENT: Final = 180  # thirty days, every four hours
_FIRST: Final = datetime(2025, 1, 1, tzinfo=UTC)
_APART: Final = timedelta(hours=4)
# Heading of the file, column of the raw table, and what the column is.
COLUMNS: Final = {
    "patient": "text",
    "taken_at": "timestamptz",
    "temperature_celsius": "numeric(7, 4)",
    "heart_rate_bpm": "smallint",
    "respirations_per_minute": "smallint",
    "systolic_mmhg": "smallint",
    "diastolic_mmhg": "smallint",
    "spo2_percent": "numeric(5, 2)",
    "oxygen_device": "text",
    "consciousness": "text",
}


def sets(count: int, *, prefix: str, seed: int) -> Iterator[dict[str, str]]:
    """Sets patient by patient, oldest first; every number is drawn anew, so few grade alike."""
    source = random.Random(seed)
    for number in range(count):
        patient, place = divmod(number, SETS_OF_A_PATIENT)
        values = (
            f"{prefix}-{patient}",
            (_FIRST + place * _APART).isoformat(),
            str(source.randrange(365, 400) / 10),
            str(source.randrange(60, 130)),
            str(source.randrange(12, 28)),
            str(source.randrange(85, 140)),
            str(source.randrange(40, 80)),
            str(source.randrange(88, 101)),
            "room_air",
            "alert",
        )
        yield dict(zip(COLUMNS, values, strict=True))


def write_csv(file: Path, rows: Iterator[dict[str, str]]) -> None:
    """Write the sets as a wide table under the product's own headings."""
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def as_copy(rows: Iterator[dict[str, str]]) -> StringIO:
    """The sets as COPY reads them in its text form."""
    return StringIO("".join("\t".join(row.values()) + "\n" for row in rows))


def bundle(patients: Sequence[int], *, times: Sequence[datetime]) -> dict[str, Any]:
    """A transaction with one set of five vital signs for each patient at each of the times."""
    resources = [
        {
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"system": _CATEGORY, "code": "vital-signs"}]}],
            "subject": {"reference": f"Patient/{patient}"},
            "effectiveDateTime": at.isoformat(),
            **vital,
        }
        for patient in patients
        for at in times
        for vital in _VITALS
    ]
    request = {"method": "POST", "url": "Observation"}
    entries = [{"resource": each, "request": request} for each in resources]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _quantity(loinc: str, value: float, unit: str) -> dict[str, Any]:
    said = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "valueQuantity": said,
    }


_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_VITALS: Final[tuple[dict[str, Any], ...]] = (
    _quantity("8310-5", 36.8, "Cel"),
    _quantity("8867-4", 80, "/min"),
    _quantity("9279-1", 16, "/min"),
    _quantity("59408-5", 98, "%"),
    {
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "component": [_quantity("8480-6", 120, "mm[Hg]"), _quantity("8462-4", 70, "mm[Hg]")],
    },
)
