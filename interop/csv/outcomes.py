"""What can become of a row, and why: every row ends in exactly one outcome."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from interop.csv.kinds import Row


class Outcome(StrEnum):
    """Where a row went; the names are the keys of the summary."""

    STORED = "stored"
    DUPLICATE = "duplicates"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why a row was not stored: a code that can be counted."""

    UNKNOWN_HEADER = "unknown_header"
    MALFORMED_ROW = "malformed_row"
    NO_PATIENT = "no_patient"
    UNKNOWN_STAY = "unknown_stay"
    FLAGGED_ERROR = "flagged_error"
    REWRITTEN = "rewritten_at_source"
    NO_VALUE = "no_value"
    NOT_A_NUMBER = "not_a_number"
    BAD_TIME = "bad_time"
    FUTURE_TIME = "future_time"
    ENDS_NOTHING = "ends_nothing"
    NOT_STORED = "could_not_be_stored"

    IMPOSSIBLE = "impossible_value"
    UNKNOWN_FLAG = "unknown_flag"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_UNIT = "unknown_unit"
    UNITS_DISAGREE = "units_disagree"
    CODES_DISAGREE = "codes_disagree"
    VALUES_DISAGREE = "values_disagree"
    NOT_THE_PATIENT = "not_of_the_patient"
    AMBIGUOUS_FIO2 = "ambiguous_fio2"
    AMBIGUOUS_TIME = "ambiguous_time"
    UNKNOWN_DEVICE = "unknown_device"
    WHICH_DEVICE = "which_device"
    CONTRADICTION = "contradiction"
    PRESSURE_PAIR = "systolic_not_above_diastolic"
    GCS_PARTS = "gcs_parts_disagree"
    INTUBATED = "gcs_intubated"
    NO_LOINC = "no_loinc_code"
    NOT_LOINC = "not_a_loinc_code"
    LAB_UNIT = "lab_unit_refused"
    CODE_AND_UNIT = "code_and_unit_disagree"
    TOO_LONG = "too_long"
    UNKNOWN_DRUG = "unknown_drug"
    NOT_RUNNING = "rate_of_zero"
    NO_END = "no_end"
    NO_WARD = "no_ward_named"
    DIFFERS = "differs_from_registered"


# What is known to be wrong is rejected; what a person may still put right, or
# judge, is quarantined.
REJECTED: Final = frozenset(
    {
        Reason.UNKNOWN_HEADER,
        Reason.MALFORMED_ROW,
        Reason.NO_PATIENT,
        Reason.UNKNOWN_STAY,
        Reason.FLAGGED_ERROR,
        Reason.REWRITTEN,
        Reason.NO_VALUE,
        Reason.NOT_A_NUMBER,
        Reason.BAD_TIME,
        Reason.FUTURE_TIME,
        Reason.ENDS_NOTHING,
        Reason.NOT_STORED,
    }
)


class RefusedError(Exception):
    """A row cannot be stored: why, in which column, in words that name the value or bound."""

    def __init__(self, reason: Reason, column: str, words: str) -> None:
        """Keep the code for counting and the words for the person who mends the file."""
        super().__init__(words)
        self.reason = reason
        self.column = column
        self.words = words

    @property
    def outcome(self) -> Outcome:
        """Rejected or quarantined, by the reason alone."""
        return Outcome.REJECTED if self.reason in REJECTED else Outcome.QUARANTINED


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row and the reason it was not stored."""

    row: Row
    error: RefusedError


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one patient's rows of a one-file run, as its journal kept it."""

    stored: int
    duplicates: int
    refused: tuple[Refusal, ...]
    registered: bool
    sets: int
    warnings: tuple[str, ...]
