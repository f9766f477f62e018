"""Study tables shaped as SDTM: DM, VS, LB, CM, AE and FA, de-identified, in one archive.

Variable names follow CDISC SDTM 1.7; days are study days (no day 0), dates are left out.
Shaped as SDTM and not validated against it.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Final

from charting import course
from grading.models import Assessment
from grading.rules.icans_astct import SCALE as ICANS
from grading.services import SCALE as CRS
from interop.exports import deidentify, writing
from interop.exports.course import Subject
from interop.exports.values import text_of
from interop.tables import targets
from patients.windows import day_number
from vitals.analytes import ANALYTES, sent_as
from vitals.models import LabResult, NeuroAssessment, ObservationSet

Row = Sequence[object]
_IN_MEMORY: Final = 1 << 20
_VITALS: Final = {
    "temperature_celsius": ("TEMP", "Temperature"),
    "heart_rate_bpm": ("HR", "Heart Rate"),
    "respirations_per_minute": ("RESP", "Respiratory Rate"),
    "systolic_mmhg": ("SYSBP", "Systolic Blood Pressure"),
    "diastolic_mmhg": ("DIABP", "Diastolic Blood Pressure"),
    "mean_arterial_mmhg": ("MAP", "Mean Arterial Pressure"),
    "spo2_percent": ("OXYSAT", "Oxygen Saturation"),
}
_SEX: Final = {"female": "F", "male": "M"}
COLUMNS: Final = {
    "dm": "STUDYID DOMAIN USUBJID SUBJID AGE AGEU SEX",
    "vs": "STUDYID DOMAIN USUBJID VSSEQ VSTESTCD VSTEST VSORRES VSORRESU VSSTRESC VSSTRESN "
    "VSSTRESU VSLOINC VSDY VSELTM",
    "lb": "STUDYID DOMAIN USUBJID LBSEQ LBTESTCD LBTEST LBORRES LBORRESU LBSTRESC LBSTRESN "
    "LBSTRESU LBLOINC LBDY LBELTM",
    "cm": "STUDYID DOMAIN USUBJID CMSEQ CMTRT CMDOSE CMDOSU CMROUTE CMSTDY CMENDY",
    "ae": "STUDYID DOMAIN USUBJID AESEQ AETERM AEDECOD AESER AEOUT AETOXGR AESTDY AEENDY",
    "fa": "STUDYID DOMAIN USUBJID FASEQ FATESTCD FATEST FAOBJ FAORRES FASTRESC FASTRESN FAMETHOD "
    "FADY FAELTM",
}  # fmt: skip


def pack(study: str, subjects: Callable[[], Iterable[Subject]]) -> tuple[IO[bytes], int]:
    """Write the archive and return it, at its beginning, with the number of rows in it."""
    stream: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    rows = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for domain, columns in COLUMNS.items():
            found = (
                [study, domain.upper(), subject.name, *row]
                for subject in subjects()
                for row in _DOMAINS[domain](subject)
            )
            content, count = writing.table(columns.split(), found)
            rows += count
            with archive.open(f"{domain}.csv", "w") as entry:
                while chunk := content.read(_IN_MEMORY):
                    entry.write(chunk)
    stream.seek(0)
    return stream, rows


def study_day(at: datetime | None, subject: Subject) -> str:
    """The study day: day 0 of the course is day 1, the day before it is day -1."""
    if at is None or subject.zero is None:
        return ""
    day = day_number(at, day_zero=subject.zero, zone=subject.zone)
    return str(day + 1 if day >= 0 else day)


def _hours(at: datetime, subject: Subject) -> str:
    """Time since day 0 as an ISO 8601 duration, such as PT26.50H."""
    hours = deidentify.hour(at, zero=subject.zero)
    return f"-PT{hours[1:]}H" if hours.startswith("-") else f"PT{hours}H" if hours else ""


def _dm(subject: Subject) -> Iterator[Row]:
    patient = subject.patient
    age = deidentify.age(patient.birth_date, on=subject.zero_day)
    yield subject.name, age, "YEARS" if age else "", _SEX.get(patient.sex, "U")


def _vs(subject: Subject) -> Iterator[Row]:
    sequence = 0
    rows = ObservationSet.objects.for_patient(subject.state.pk).in_force()
    for row in rows.iterator(500):
        for name, (code, label) in _VITALS.items():
            value = getattr(row, name)
            if value is None:
                continue
            sequence += 1
            table = targets.code_for(name)
            assert table is not None, "every vital sign has a code"
            text = text_of(value)
            entered = (row.as_entered or {}).get(name)
            said = entered if isinstance(entered, dict) else {}
            yield (
                sequence, code, label, said.get("value", text), said.get("unit", table.unit), text,
                text, table.unit, table.code, study_day(row.taken_at, subject),
                _hours(row.taken_at, subject),
            )  # fmt: skip


def _lb(subject: Subject) -> Iterator[Row]:
    rows = LabResult.objects.filter(patient_id=subject.state.pk, value__isnull=False).in_force()
    for sequence, row in enumerate(rows.iterator(500), start=1):
        analyte = ANALYTES.get(row.analyte)
        code = (row.analyte or row.loinc).upper().replace("_", "")[:8]
        said = f"{row.comparator}{text_of(row.value)}"
        canonical = row.canonical_value
        is_plain = canonical is not None and not row.comparator
        yield (
            sequence, code, analyte.label if analyte else f"LOINC {row.loinc}", said, row.unit,
            "" if canonical is None else f"{row.comparator}{text_of(canonical)}",
            text_of(canonical) if is_plain else "", row.canonical_unit,
            sent_as(row.analyte, row.loinc, row.unit),
            study_day(row.taken_at, subject), _hours(row.taken_at, subject),
        )  # fmt: skip


def _cm(subject: Subject) -> Iterator[Row]:
    rows = subject.patient.treatments.in_force()
    for sequence, row in enumerate(rows.iterator(500), start=1):
        dose = "" if row.dose_value is None else text_of(row.dose_value)
        yield (
            sequence, row.get_code_display().upper(), dose, row.dose_unit, row.route,
            study_day(row.started_at, subject), study_day(row.stopped_at, subject),
        )  # fmt: skip


def _ae(subject: Subject) -> Iterator[Row]:
    """Episodes of CRS; whether one was serious is a person's to say, so it stays blank."""
    term = "Cytokine release syndrome"
    for sequence, each in enumerate(course.episodes_of(subject.state), start=1):
        grade = str(each.peak.at_least) if each.peak.is_known else ""
        over = each.signs_gone_at is not None
        yield (
            sequence, term, term, "", "RECOVERED/RESOLVED" if over else "", grade,
            study_day(each.onset_at, subject), study_day(each.signs_gone_at, subject),
        )  # fmt: skip


def _fa(subject: Subject) -> Iterator[Row]:
    sequence = 0
    objects = {CRS: "Cytokine release syndrome", ICANS: "Neurotoxicity (ICANS)"}
    rows = Assessment.objects.filter(patient_id=subject.state.pk, scale__in=objects).in_force()
    for row in rows.order_by("taken_at", "pk").iterator(500):
        sequence += 1
        known = row.grade is not None
        said = str(row.grade) if known else f">={row.at_least}"
        yield (
            sequence, "TOXGR", "Toxicity Grade", objects[row.scale], said, said,
            said if known else "", row.ruleset, study_day(row.taken_at, subject),
            _hours(row.taken_at, subject),
        )  # fmt: skip
    checks = NeuroAssessment.objects.filter(patient_id=subject.state.pk, ice_score__isnull=False)
    for check in checks.in_force().iterator(500):
        sequence += 1
        yield (
            sequence, "ICESCORE", "ICE Score", objects[ICANS], check.ice_score, check.ice_score,
            check.ice_score, "ICE", study_day(check.taken_at, subject),
            _hours(check.taken_at, subject),
        )  # fmt: skip


_DOMAINS: Final[dict[str, Callable[[Subject], Iterator[Row]]]] = {
    "dm": _dm, "vs": _vs, "lb": _lb, "cm": _cm, "ae": _ae, "fa": _fa,
}  # fmt: skip
