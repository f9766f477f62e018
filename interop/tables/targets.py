"""What a cell of a table can be: a value of a set, a weight, a result, or its place and time."""

from enum import StrEnum
from functools import cache
from typing import Final

from charting.entry import READERS
from interop import codes
from interop.codes import Code, Kind
from interop.units import code_in, listed
from patients.medicines import CLASS_OF
from vitals.analytes import ANALYTES
from vitals.models import NeuroAssessment
from vitals.symptoms import SYMPTOMS


class Role(StrEnum):
    """Columns that hold no value of their own."""

    PATIENT = "patient"
    TIME = "taken_at"
    DAY = "taken_on"
    CLOCK = "taken_clock"
    UNTIL = "until"
    SET = "set"
    NAME = "name"
    CODE = "code"
    VALUE = "value"
    UNIT = "unit"
    NOTE = "remark"


IGNORE: Final = "ignore"
WEIGHT: Final = "weight_kg"
LAB: Final = "loinc:"
TREATMENT: Final = "treatment:"
INFUSION: Final = "infusion:"
NEURO: Final = "neuro:"
SYMPTOM: Final = "symptom:"
BIRTH_DATE: Final = "patient:birth_date"
SEX: Final = "patient:sex"
# Told by events, not by a column of a wide table.
OF_EVENTS: Final = (TREATMENT, INFUSION, NEURO, SYMPTOM, "patient:")
NEURO_FIELDS: Final = (
    "ice_score", "capd_score", "unable_reason", "consciousness", "seizure", "motor_weakness",
    "ice_items", "capd_items", "consciousness_other_cause", "seizure_minutes", "cerebral_edema",
    "raised_pressure_signs", "intracranial_hemorrhage", "edema_due_to_hemorrhage",
    "global_aphasia", "headache", "tremor", "myoclonus", "language", "interpreter",
    "is_baseline", "asked",
)  # fmt: skip
_ROLE_LABELS: Final = {
    Role.PATIENT: "Patient’s number (MRN)", Role.TIME: "Time taken (day and clock)",
    Role.DAY: "Day taken", Role.CLOCK: "Clock time taken", Role.UNTIL: "Time it ended",
    Role.SET: "Number of the set", Role.NAME: "Name of the value", Role.CODE: "Code (LOINC)",
    Role.VALUE: "Value", Role.UNIT: "Unit", Role.NOTE: "Remark",
}  # fmt: skip

_VALUE_LABELS: Final = {
    "temperature_celsius": "Temperature", "heart_rate_bpm": "Heart rate",
    "respirations_per_minute": "Respirations", "systolic_mmhg": "Systolic pressure",
    "diastolic_mmhg": "Diastolic pressure", "mean_arterial_mmhg": "Mean arterial pressure",
    "spo2_percent": "SpO₂", "fio2_percent": "FiO₂", "oxygen_flow_lpm": "Oxygen flow",
    "fluid_bolus_ml": "Fluid bolus, mL", "urine_ml": "Urine, mL",
    "capillary_refill_seconds": "Capillary refill, s", "glasgow_coma_score": "Glasgow coma score",
    "baseline_home_oxygen_lpm": "Oxygen at home, L/min", "skipped": "Why not measured (JSON)",
}  # fmt: skip


def is_role(what: str) -> bool:
    """Whether this is a place or a time and no value."""
    return what in _ROLE_LABELS


def is_value(what: str) -> bool:
    """Whether cells of this are facts."""
    return what != IGNORE and not is_role(what) and is_known(what)


@cache
def is_known(what: str) -> bool:
    """Whether a mapping may name it."""
    if what == IGNORE or is_role(what) or what in READERS or what in {WEIGHT, BIRTH_DATE, SEX}:
        return True
    if what.startswith(LAB):
        return codes.is_well_formed_loinc(what.removeprefix(LAB))
    if what.startswith(INFUSION):
        return True  # asked of the profiles when the dose is stored
    prefixes = {TREATMENT: CLASS_OF, NEURO: NEURO_FIELDS, SYMPTOM: SYMPTOMS}
    return any(
        what.startswith(prefix) and what.removeprefix(prefix) in known
        for prefix, known in prefixes.items()
    )


@cache
def code_for(what: str) -> Code | None:
    """The row of the code table that says what unit this value may be in; None for words."""
    if what.startswith(LAB):
        return codes.field_for(what.removeprefix(LAB))
    try:
        return codes.code_of(what)
    except KeyError:
        return None


def in_unit(what: str, unit: str) -> str:
    """The same value under the code that goes with the unit; itself where there is but one."""
    if not what.startswith(LAB):
        return what
    return f"{LAB}{code_in(what.removeprefix(LAB), unit)}"


def units_of(what: str) -> tuple[str, ...]:
    """The units a person can choose from; empty where a value has none."""
    code = code_for(what)
    if code is None:
        return ()
    if code.kind is Kind.LAB:
        analyte = ANALYTES[code.analyte]
        return tuple(unit for unit in analyte.factors if analyte.takes(code.code, unit))
    more = {"temperature_celsius": ("[degF]",), "fio2_percent": ("{fraction}",), WEIGHT: ("lb",)}
    return (code.unit, *more.get(what, ()))


def sole_unit(what: str) -> str:
    """The unit of a vital sign that is kept in one unit alone; a column mapped to it is in it."""
    units = units_of(what)
    return units[0] if len(units) == 1 and not what.startswith(LAB) else ""


def unit_problem(what: str, unit: str) -> str:
    """Why this unit cannot be used with this value; blank when it can.

    Where two units are in use a blank is refused: nothing guesses which.
    """
    units = units_of(what)
    code = code_for(what)
    if code is None:
        return ""
    if code.kind is Kind.LAB:
        if listed(code.analyte, unit) is None:
            return f"choose the unit of {label(what)}: {', '.join(units)}"
        return ""
    if len(units) > 1 and unit not in units:
        return f"choose the unit of {label(what)}: {', '.join(units)}"
    return ""


@cache
def label(what: str) -> str:
    """What the page calls it."""
    if what in _ROLE_LABELS:
        return _ROLE_LABELS[Role(what)]
    if what.startswith(LAB):
        code = codes.field_for(what.removeprefix(LAB))
        return _label_of_lab(code) if code and code.analyte else what
    named = _VALUE_LABELS | {
        WEIGHT: "Body weight",
        BIRTH_DATE: "Birth date",
        SEX: "Sex",
        IGNORE: "Do not read",
    }
    if what in named:
        return named[what]
    prefix, _, rest = what.rpartition(":")
    words = rest.replace("_", " ")
    return f"{prefix.capitalize()}: {words}" if prefix else words[:1].upper() + words[1:]


def _label_of_lab(code: Code) -> str:
    analyte = ANALYTES[code.analyte]
    # By mass and by moles are two codes of one name: the unit tells them apart.
    unit = f", {code.unit}" if analyte.by_mass and analyte.molar else ""
    return f"{analyte.label}{unit} ({code.code})"


def choices(*, tidy: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of what a column, or with `tidy` a name in a tidy table, can be mapped to."""
    values = [(name, label(name)) for name in (*READERS, WEIGHT)]
    labs = {
        f"{LAB}{each.code}": label(f"{LAB}{each.code}")
        for each in codes.ALL.values()
        if each.kind is Kind.LAB and each.system == codes.LOINC
    }
    found = [
        ("A set of observations", values),
        ("Laboratory", sorted(labs.items(), key=lambda row: row[1])),
    ]
    if not tidy:
        return found
    return [
        *found,
        ("Treatments", [(f"{TREATMENT}{code}", label(f"{TREATMENT}{code}")) for code in CLASS_OF]),
        ("Neuro checks", [(f"{NEURO}{name}", label(f"{NEURO}{name}")) for name in NEURO_FIELDS]),
        ("Symptoms", [(f"{SYMPTOM}{code}", label(f"{SYMPTOM}{code}")) for code in SYMPTOMS]),
        ("The patient", [(BIRTH_DATE, label(BIRTH_DATE)), (SEX, label(SEX))]),
    ]


def roles(*, tidy: bool) -> list[tuple[str, str]]:
    """The places and times a column can be."""
    only_tidy = {Role.NAME, Role.CODE, Role.VALUE, Role.UNIT, Role.UNTIL, Role.NOTE}
    return [
        (role.value, words) for role, words in _ROLE_LABELS.items() if tidy or role not in only_tidy
    ]


def neuro_kind(name: str) -> str:
    """How a finding of a neuro check is written: truth, number, json or words."""
    field = NeuroAssessment._meta.get_field(name).get_internal_type()
    return {
        "BooleanField": "truth", "PositiveSmallIntegerField": "number", "JSONField": "json",
    }.get(field, "words")  # fmt: skip
