"""Rows and files of a CSV extract, ordinary in every way; a test states what matters."""

import csv
import json
from contextlib import suppress
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command

from interop.csv.kinds import COLUMNS, Kind, Row
from interop.csv.mapped import Setting

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SETTING = Setting(now=NOW, zone=ZoneInfo("UTC"))
AT = "2025-06-01 08:00:00"

_VITALS = {
    # vital: LOINC, unit, charted as, unit as charted
    "temperature": ("8310-5", "[degF]", "Temperature Fahrenheit", "°F"),
    "heart_rate": ("8867-4", "/min", "Heart Rate", "bpm"),
    "respiratory_rate": ("9279-1", "/min", "Respiratory Rate", "insp/min"),
    "sbp": ("8480-6", "mm[Hg]", "Non Invasive Blood Pressure systolic", "mmHg"),
    "dbp": ("8462-4", "mm[Hg]", "Non Invasive Blood Pressure diastolic", "mmHg"),
    "map": ("8478-0", "mm[Hg]", "Non Invasive Blood Pressure mean", "mmHg"),
    "spo2": ("59408-5", "%", "O2 saturation pulseoxymetry", "%"),
    "weight": ("29463-7", "kg", "Daily Weight", "kg"),
}


def vital(name: str, value: object, /, **cells: Any) -> dict[str, Any]:
    """A row of vitals with the code, unit and name that belong to it."""
    loinc, unit, charted, charted_unit = _VITALS[name]
    return {
        "patient_id": "P1", "encounter_id": "E1", "icustay_id": "S1", "time": AT, "vital": name,
        "loinc": loinc, "value": value, "unit": unit, "charted_as": charted,
        "unit_as_charted": charted_unit, "itemid": "1", "error_flag": "0",
    } | cells  # fmt: skip


def arterial(name: str, value: object, **cells: Any) -> dict[str, Any]:
    """A pressure from the arterial line."""
    part = {"sbp": "systolic", "dbp": "diastolic", "map": "mean"}[name]
    return vital(name, value, charted_as=f"Arterial Blood Pressure {part}", **cells)


def oxygen(what: str, text: object = "", /, **cells: Any) -> dict[str, Any]:
    """A row of oxygen: a device in words, or a number in both columns."""
    number = "" if what == "device" else text
    return {
        "patient_id": "P1", "time": AT, "what": what, "value_text": text, "value": number,
        "unit_as_charted": "L/min" if what == "flow_lpm" else "", "charted_as": "O2 Flow"
        if what == "flow_lpm" else "",
    } | cells  # fmt: skip


def lab(loinc: str, text: object, unit: str = "mg/dL", /, **cells: Any) -> dict[str, Any]:
    """A laboratory row whose number, if any, stands in the text."""
    return {
        "patient_id": "P1", "time": AT, "lab": "", "specimen": "Blood", "loinc": loinc,
        "value_text": text, "unit": unit,
    } | cells  # fmt: skip


def gcs(total: object, eyes: object, verbal: object, motor: object, **cells: Any) -> dict[str, Any]:
    """A coma score with its parts."""
    return {
        "icustay_id": "S1", "charttime": AT, "gcs": total, "gcseyes": eyes, "gcsverbal": verbal,
        "gcsmotor": motor, "endotrachflag": "0",
    } | cells  # fmt: skip


def rate(time: str, value: object, stopped: str = "", **cells: Any) -> dict[str, Any]:
    """A charted rate of norepinephrine."""
    return {
        "patient_id": "P1", "drug": "norepinephrine", "time": f"2025-06-01 {time}:00",
        "rate": value, "rate_unit": "mcgkgmin" if value != "" else "", "stopped": stopped,
        "charted_as": "Levophed-k",
    } | cells  # fmt: skip


def infusion(start: str, stop: str, value: object = "0.1", **cells: Any) -> dict[str, Any]:
    """Norepinephrine from start to stop, on one day."""
    return {
        "patient_id": "P1", "drug": "norepinephrine", "start": f"2025-06-01 {start}:00",
        "stop": f"2025-06-01 {stop}:00", "rate": value, "rate_unit": "mcg/kg/min",
        "status": "Stopped", "charted_as": "Norepinephrine",
    } | cells  # fmt: skip


def row(kind: Kind, cells: dict[str, Any]) -> Row:
    """The row as the reader would hand it on."""
    texts = {name: str(value) for name, value in cells.items()}
    return Row(0, 2, kind, texts.get("patient_id", "P1"), texts)


def write(path: Path, kind: Kind, *rows: dict[str, Any]) -> Path:
    """Write a file of one kind."""
    columns = COLUMNS[kind] + tuple(
        sorted({name for cells in rows for name in cells} - {*COLUMNS[kind]})
    )
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def import_files(*paths: Path, **options: Any) -> dict[str, Any]:
    """Run the command and return its summary; `status` is what the shell would see."""
    out, err = StringIO(), StringIO()
    status = 1
    with suppress(SystemExit):
        call_command("import_csv", *map(str, paths), stdout=out, stderr=err, **options)
        status = 0
    summary: dict[str, Any] = json.loads(out.getvalue())
    parts = ("stored", "duplicates", "quarantined", "rejected")
    assert summary["received"] == sum(summary[part] for part in parts)
    for part in ("received", *parts):
        assert summary[part] == sum(file[part] for file in summary["files"])
    assert sum(summary["reasons"].values()) == summary["quarantined"] + summary["rejected"]
    return summary | {"status": status, "err": err.getvalue()}
