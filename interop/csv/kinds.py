"""The kinds of file that are understood, told apart by their header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final


class Kind(StrEnum):
    """One kind of file; the value is what the summary calls it."""

    PATIENTS = "patients"
    ENCOUNTERS = "encounters"
    ICU_STAYS = "icu_stays"
    VITALS = "vitals"
    OXYGEN = "oxygen"
    LABS = "labs"
    INFUSIONS = "vasoactive_infusions"
    RATES = "vasoactive_rates_charted"
    GCS = "gcs"
    REJECTS = "rejects"
    WIDE = "wide"
    TIDY = "tidy"
    UNKNOWN = "unknown"


_ICU: Final = "patient_id encounter_id icustay_id"
COLUMNS: Final[dict[Kind, tuple[str, ...]]] = {
    kind: tuple(names.split())
    for kind, names in {
        Kind.PATIENTS: "patient_id gender dob dod",
        Kind.ENCOUNTERS: "patient_id encounter_id admit_time discharge_time death_time "
        "admission_type diagnosis",
        Kind.ICU_STAYS: f"{_ICU} dbsource first_careunit intime outtime",
        Kind.VITALS: f"{_ICU} time vital loinc value unit charted_as unit_as_charted itemid "
        "error_flag",
        Kind.OXYGEN: f"{_ICU} time what value_text value unit_as_charted charted_as",
        Kind.LABS: "patient_id encounter_id time lab specimen category loinc value_text value "
        "unit flag itemid",
        Kind.INFUSIONS: f"{_ICU} drug start stop rate rate_unit status charted_as",
        Kind.RATES: f"{_ICU} drug time rate rate_unit stopped charted_as",
        Kind.GCS: "icustay_id charttime gcs gcsmotor gcsverbal gcseyes endotrachflag",
        Kind.REJECTS: "file line column value outcome reason explanation kind row",
    }.items()
}
# Read where a file has them, and not missed where it has not.
_MAY_HAVE: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.VITALS: (),
    Kind.GCS: ("patient_id", "encounter_id", "error_flag"),
    Kind.OXYGEN: ("error_flag",),
    Kind.LABS: ("icustay_id", "error_flag"),
}
READ: Final[dict[Kind, tuple[str, ...]]] = {
    kind: columns + _MAY_HAVE.get(kind, ()) for kind, columns in COLUMNS.items()
} | {
    Kind.UNKNOWN: (),
    # Tables that a person mapped (interop.tables): cells by what they mean, not as headed.
    Kind.WIDE: ("patient_id", "time", "set", "values"),
    Kind.TIDY: ("patient_id", "time", "until", "set", "target", "loinc", "charted_as", "value",
                "unit", "note"),
}  # fmt: skip
# The one cell of a line that could not be split into columns.
WHOLE_LINE: Final = "text"
# One of these names alone tells the kind.
_TELLS: Final = {
    "explanation": Kind.REJECTS,
    "vital": Kind.VITALS,
    "what": Kind.OXYGEN,
    "lab": Kind.LABS,
    "gcs": Kind.GCS,
    "intime": Kind.ICU_STAYS,
    "admit_time": Kind.ENCOUNTERS,
    "dob": Kind.PATIENTS,
    "stopped": Kind.RATES,
}
_ALIKE_ENOUGH: Final = 0.6  # of a kind's columns, where no telling name stands


class UnknownHeaderError(ValueError):
    """The header is of none of the known kinds."""


def kind_of(header: Sequence[str]) -> Kind:
    """Tell the kind of file by its column names; raises UnknownHeaderError naming those known."""
    present = set(header)
    repeated = sorted({name for name in present if name and list(header).count(name) > 1})
    if repeated:
        raise UnknownHeaderError(f"the column {', '.join(repeated)} stands twice in the header")
    if {"drug", "start"} <= present:
        return Kind.INFUSIONS
    told = {kind for name, kind in _TELLS.items() if name in present}
    if len(told) == 1:
        return told.pop()
    shares = {kind: len(present & set(columns)) / len(columns) for kind, columns in COLUMNS.items()}
    best = max(shares.values())
    alike = [kind for kind, share in shares.items() if share == best]
    if best >= _ALIKE_ENOUGH and len(alike) == 1:
        return alike[0]
    known = "; ".join(f"{kind}: {','.join(columns)}" for kind, columns in COLUMNS.items())
    raise UnknownHeaderError(f"the header is of no known kind. Known are: {known}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in its file; `patient` is the identifier it was traced to."""

    file: int
    line: int
    kind: Kind
    patient: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell without surrounding blanks; empty where the file has no such column."""
        return self.cells.get(column, "")

    def digest(self, *, zone: str) -> str:
        """What makes a row of another file, or of another run, the same row.

        The zone is part of it, because the same wall-clock time elsewhere is
        another moment.
        """
        cells = (self[column] for column in READ[self.kind])
        content = "\x1f".join((self.kind, zone, self.patient, self[WHOLE_LINE], *cells))
        return blake2b(content.encode(), digest_size=16).hexdigest()
