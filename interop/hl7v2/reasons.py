"""Why a message or a part of it was not stored: codes that can be counted."""

from enum import StrEnum
from typing import Final

from interop.csv.outcomes import REJECTED as REJECTED_VALUES
from interop.csv.outcomes import Outcome


class Reason(StrEnum):
    """One reason of a message's own; those of its values are interop.csv.outcomes.Reason."""

    NOT_A_MESSAGE = "not_a_message"
    SEPARATORS = "bad_separators"
    CHARACTER_SET = "character_set"
    TOO_LARGE = "too_large"
    VERSION = "unsupported_version"
    MESSAGE_TYPE = "unsupported_message_type"
    NO_CONTROL_ID = "no_control_id"
    CONTROL_ID_REUSED = "control_id_reused"
    MALFORMED_SEGMENT = "malformed_segment"
    UNKNOWN_SEGMENT = "unknown_segment"
    SEGMENT_ORDER = "segment_order"
    BAD_ESCAPE = "bad_escape"
    NOTHING_IN_IT = "nothing_in_it"

    NO_PATIENT = "no_patient"
    WHICH_PATIENT = "which_patient"
    UNKNOWN_PATIENT = "unknown_patient"
    DIFFERS = "differs_from_registered"
    BAD_BIRTH_DATE = "bad_birth_date"

    UNKNOWN_CODE = "unknown_code"
    NOT_LOINC = "not_a_loinc_code"
    PANEL = "code_of_a_panel"
    VALUE_TYPE = "unknown_value_type"
    SEVERAL_VALUES = "several_values"
    STATUS = "unknown_status"
    PENDING = "result_pending"
    NO_TIME = "no_time"
    COARSE_TIME = "time_too_coarse"
    WHICH_CONSCIOUSNESS = "which_consciousness"
    CORRECTS_NOTHING = "corrects_nothing"
    CORRECTED_HERE = "corrected_here"
    CHANGED = "changed_without_correction"

    UNKNOWN_WARD = "unknown_ward"
    BED_TAKEN = "bed_taken"
    NO_STAY = "no_open_stay"
    OUT_OF_ORDER = "out_of_order"
    NO_PRIOR = "no_prior_patient"
    BOTH_HAVE_FACTS = "both_have_facts"
    NOT_STORED = "could_not_be_stored"
    FAILED = "could_not_be_read"


# What no person can put right here: the sender must send something else.
REJECTED: Final = frozenset(
    {
        Reason.NOT_A_MESSAGE,
        Reason.SEPARATORS,
        Reason.CHARACTER_SET,
        Reason.TOO_LARGE,
        Reason.VERSION,
        Reason.MESSAGE_TYPE,
        Reason.NO_CONTROL_ID,
        Reason.MALFORMED_SEGMENT,
        Reason.NOTHING_IN_IT,
        Reason.PENDING,
        Reason.NOT_STORED,
    }
)


class RefusedMessageError(Exception):
    """A message, or a part of it, is not taken: why, in which segment and field, in words.

    The words hold no value of a patient.
    """

    def __init__(self, reason: str, words: str, *, where: str = "") -> None:
        """Keep the code for counting and the words for whoever mends the feed."""
        super().__init__(words)
        self.reason = reason
        self.words = words
        self.where = where

    @property
    def outcome(self) -> Outcome:
        """Rejected or quarantined, by the reason alone."""
        return outcome_of(self.reason)


def outcome_of(reason: str) -> Outcome:
    """Return rejected for what is known to be wrong, quarantined for what a person may mend."""
    is_wrong = reason in REJECTED or reason in REJECTED_VALUES
    return Outcome.REJECTED if is_wrong else Outcome.QUARANTINED
