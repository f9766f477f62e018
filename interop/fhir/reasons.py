"""Why a resource, or a part of one, was not charted: a code to count, a path, and words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from interop.csv.outcomes import Outcome, RefusedError


class Why(StrEnum):
    """What files and feeds of FHIR can meet beside the reasons of interop.csv."""

    NOT_JSON = "not_json"
    INVALID = "invalid_resource"
    NOT_IN_USE = "resource_type_not_in_use"
    ENTERED_IN_ERROR = "entered_in_error"
    CANCELLED = "cancelled_at_source"
    SUPERSEDED = "superseded_at_source"
    HOLDS_NOTHING = "holds_no_reading"
    FUTURE = "future_time"
    UNKNOWN_PATIENT = "unknown_patient"
    NOT_STORED = "could_not_be_stored"

    NOT_YET = "not_yet_a_result"
    STATUS_UNKNOWN = "status_unknown"
    NO_MRN = "no_mrn"
    WHICH_PATIENT = "which_patient"
    DIFFERS = "differs_from_registered"
    IMPRECISE_TIME = "imprecise_time"
    NO_TIME = "no_time"
    UNKNOWN_CODE = "unknown_code"
    CODES_DISAGREE = "codes_disagree"
    UNKNOWN_UNIT = "unknown_unit"
    UNITS_DISAGREE = "units_disagree"
    CODE_AND_UNIT = "code_and_unit_disagree"
    AMBIGUOUS_UNIT = "ambiguous_unit"
    SWAPPED = "codes_look_swapped"
    NOT_A_QUANTITY = "not_a_quantity"
    COMPARATOR = "comparator_on_a_vital_sign"
    IMPOSSIBLE = "impossible_value"
    ABSENT = "no_value_and_no_reason"
    UNKNOWN_DRUG = "unknown_drug"
    UNKNOWN_THERAPY = "unknown_therapy"
    NO_END = "no_end"
    NO_WARD = "no_ward_named"
    SAID_OTHERWISE = "identifier_used_for_another_value"
    MODIFIER = "modifier_extension"
    ENCOUNTER = "encounter_of_another_patient"
    NOT_THE_PATIENT = "not_the_patients_own"


_REJECTED: Final = frozenset(
    {
        Why.NOT_JSON, Why.INVALID, Why.ENTERED_IN_ERROR, Why.CANCELLED, Why.SUPERSEDED,
        Why.HOLDS_NOTHING, Why.FUTURE, Why.NOT_STORED, Why.ENCOUNTER,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """One part that was not charted: where it stands, why, and whether a person can mend it."""

    path: str
    reason: str
    words: str
    outcome: Outcome


class NotChartedError(Exception):
    """A part cannot be charted; the path is that of the element at fault."""

    def __init__(self, why: Why, path: str, words: str) -> None:
        """Keep the code for counting and the words for whoever mends it."""
        super().__init__(words)
        self.refusal = Refusal(path, why.value, words, outcome_of(why))


def outcome_of(why: Why) -> Outcome:
    """What is known to be wrong is rejected; what a person may judge is quarantined."""
    return Outcome.REJECTED if why in _REJECTED else Outcome.QUARANTINED


def of_row(error: RefusedError, path: str) -> Refusal:
    """What the readers shared with files refused, at its place in the resource."""
    return Refusal(path, error.reason.value, error.words, error.outcome)
