"""Read a wristband's bar code: what a scanner types is turned into an MRN, or refused."""

import re
from typing import Final

LONGEST_MRN: Final = 40
# ISO/IEC 15424: "]", a letter for the symbology, a modifier. Scanners may send it first.
_SYMBOLOGY: Final = re.compile(r"\](?P<symbology>[A-Za-z])(?P<modifier>[0-9A-Za-z])")
# The symbologies that say "this is GS1 data": GS1-128, GS1 DataMatrix, GS1 QR Code.
_GS1: Final = frozenset({"]C1", "]d2", "]Q3"})
# GS1 General Specifications, application identifier 8018: the service relation number of a
# recipient of care, 18 digits, the last a check digit.
_RECIPIENT: Final = re.compile(r"(?:\(8018\)|8018)(?P<number>[0-9]{18})")
_FIELD_END: Final = "\x1d"


class NotAWristbandError(ValueError):
    """What was scanned cannot be an MRN; the message says why."""


def mrn_of(scanned: str) -> str:
    """Return the MRN in what a scanner sent, exactly as it is printed on the band.

    Nothing is guessed: upper and lower case, leading zeros and hyphens stay. A GS1 code
    gives its recipient number (AI 8018), and is refused when that fails its check digit.

    Raises:
        NotAWristbandError: nothing was read, more than 40 characters, or no GS1 recipient.
    """
    text = scanned.strip()
    prefix = _SYMBOLOGY.match(text)
    says_gs1 = prefix is not None and prefix.group() in _GS1
    if prefix is not None:
        text = text[prefix.end() :]
    text = text.strip(_FIELD_END)
    if says_gs1 or text.startswith("(8018)"):
        return _recipient(text)
    if not text or not text.isprintable():
        raise NotAWristbandError("The scanner read no number. Scan the wristband again.")
    if len(text) > LONGEST_MRN:
        raise NotAWristbandError(
            f"That code has {len(text)} characters; an MRN has at most {LONGEST_MRN}. "
            "It is another bar code, not the wristband."
        )
    return text


def _recipient(text: str) -> str:
    found = _RECIPIENT.match(text)
    if found is None:
        raise NotAWristbandError("That GS1 code names no patient. It is not the wristband.")
    number = found["number"]
    if not _checks(number):
        raise NotAWristbandError("The wristband was misread (check digit). Scan it again.")
    return number


def _checks(number: str) -> bool:
    """The GS1 check digit: weights 3 and 1 from the right, a multiple of ten in all."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
