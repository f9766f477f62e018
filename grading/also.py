"""Every scale of a set beside the ASTCT grade, each from the same facts and never from a grade."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final

from django.conf import settings

from grading import early_warning, scales, support_reading
from grading.course import Reading
from grading.models import columns_of
from grading.rules import cartox, cartox_paediatric, news2
from grading.rules.crs_pressure import HYPOTENSION_PRESENT
from grading.rules.support_findings import SupportFindings
from grading.rules.verdict import Verdict
from grading.support_reading import Around
from patients.models import BodyWeight

# These tables have a pressure limit of their own: only a clinician's word is passed on as such.
_OWN_LIMIT: Final = frozenset({cartox.TABLE.scale, cartox_paediatric.TABLE.scale})
# What to chart for a finding that goes by another name.
_CHARTED_AS: Final = {
    "acvpu": "consciousness",
    "on_oxygen": "oxygen_device",
    "fio2_fraction": "fio2_percent",
}


class Weights:
    """The body weights of a patient, read when a dose first needs one."""

    def __init__(self, patient_id: int) -> None:
        """Read nothing yet."""
        self._patient_id = patient_id

    def at(self, moment: datetime) -> Decimal | None:
        """The newest weight in kg measured by then; None when there is none."""
        return next((kg for measured_at, kg in self._rows if measured_at <= moment), None)

    @cached_property
    def _rows(self) -> list[tuple[datetime, Decimal]]:
        rows = BodyWeight.objects.filter(patient_id=self._patient_id).in_force()
        return list(rows.order_by("-measured_at").values_list("measured_at", "weight_kg"))


def stored() -> frozenset[str]:
    """The scales this installation stores beside astct-crs."""
    return frozenset(settings.CRS_SCALES)


def columns(around: Around, weights: Weights) -> Iterator[dict[str, Any]]:
    """The scale and verdict of every other scale that a set can be graded in, as columns."""
    wanted = list(scales.for_age(stored(), around.age_years))
    tables = [scale for scale in wanted if scale in scales.TABLES]
    if tables:
        yield from _by_tables(tables, around, weights)
    for scale in wanted:
        verdict = _score(scale, around)
        if verdict is not None:
            yield _named(verdict)


def _by_tables(tables: list[str], around: Around, weights: Weights) -> Iterator[dict[str, Any]]:
    said: list[str] = []
    if support_reading.needs_weight(around):
        around = replace(around, weight_kg=weights.at(around.at))
        if around.weight_kg is not None:
            said.append(
                f"doses were worked out with a weight of {around.weight_kg.normalize():f} kg"
            )
    findings = support_reading.findings_of(around)
    for scale in tables:
        if scale in _OWN_LIMIT:
            yield _named(_verdict(scale, _as_measured(findings, around)), said)
        else:
            yield presumed(_named(_verdict(scale, findings), said), around.read)


@lru_cache(maxsize=1024)
def _verdict(scale: str, findings: SupportFindings) -> Verdict:
    """One set after another finds the same of a quiet patient, and a table is pure."""
    table = scales.TABLES[scale]
    return table.grade(findings, table.default)


def presumed(columns: dict[str, Any], read: Reading) -> dict[str, Any]:
    """Let a presumed hypotension say so, and show what it rests on."""
    below = read.presumed_hypotension_below_mmhg
    if below is None:
        return columns
    systolic = read.known["pressure"].values["systolic_mmhg"]
    words = f"systolic {systolic} mmHg, below {below} for this age"
    for reason in columns["because"]:
        reason["inputs"] = [
            words if said == HYPOTENSION_PRESENT else said for said in reason["inputs"]
        ]
    columns["flags"].append(
        f"Hypotension is presumed: systolic pressure below {below} mmHg for this age. "
        "A clinician has not judged it against the patient's own baseline."
    )
    return columns


def _as_measured(findings: SupportFindings, around: Around) -> SupportFindings:
    pressure = around.read.known.get("pressure")
    values = pressure.values if pressure else {}
    return replace(
        findings,
        hypotension_present=values.get("hypotension"),
        systolic_mmhg=values.get("systolic_mmhg"),
    )


def _score(scale: str, around: Around) -> Verdict | None:
    if scale == news2.SCALE:
        prescribed = around.read.known.get("spo2_scale")
        return early_warning.news2(
            around.read.recorded,
            age_years=around.age_years,
            spo2_scale=prescribed.values["spo2_scale"] if prescribed else 1,
        )
    if scale in scales.SCORES:
        return early_warning.pews(around.read.recorded, age_years=around.age_years)
    return None


def _named(verdict: Verdict, said: list[str] | None = None) -> dict[str, Any]:
    row = columns_of(verdict)
    row["scale"] = verdict.scale
    row["missing"] = list(dict.fromkeys(_CHARTED_AS.get(name, name) for name in row["missing"]))
    row["flags"] += said or []
    return row
