"""What a wristband scanner types: an MRN as printed, or a refusal that says why."""

import pytest

from patients.wristband import LONGEST_MRN, NotAWristbandError, mrn_of

# Eighteen digits; the tests work out the last, which is the check digit.
RECIPIENT = "395011018000000008"


@pytest.mark.parametrize(
    ("scanned", "mrn"),
    [
        ("DEMO-005", "DEMO-005"),
        ("  DEMO-005\r\n", "DEMO-005"),
        ("00042", "00042"),
        ("demo-005", "demo-005"),
        ("]C0DEMO-005", "DEMO-005"),
        ("]d1DEMO-005", "DEMO-005"),
        ("8018", "8018"),
        ("x" * LONGEST_MRN, "x" * LONGEST_MRN),
    ],
)
def test_a_band_gives_its_mrn_as_printed(scanned, mrn):
    assert mrn_of(scanned) == mrn


def _checked(seventeen: str) -> str:
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(seventeen)))
    return seventeen + str(-total % 10)


@pytest.mark.parametrize("form", ["]C18018{}", "]d28018{}\x1d801901", "]Q38018{}", "(8018){}"])
def test_a_gs1_band_gives_its_recipient_number(form):
    number = _checked(RECIPIENT[:17])
    assert mrn_of(form.format(number)) == number


def test_a_misread_gs1_band_is_refused():
    number = _checked(RECIPIENT[:17])
    wrong = number[:4] + str((int(number[4]) + 1) % 10) + number[5:]
    with pytest.raises(NotAWristbandError, match="misread"):
        mrn_of(f"]C18018{wrong}")


@pytest.mark.parametrize(
    ("scanned", "why"),
    [
        ("", "read no number"),
        (" \r\n", "read no number"),
        ("]C0", "read no number"),
        ("DEMO\x00005", "read no number"),
        ("x" * (LONGEST_MRN + 1), "41 characters"),
        ("]C10109501101530003", "names no patient"),
    ],
)
def test_anything_else_is_refused_with_its_reason(scanned, why):
    with pytest.raises(NotAWristbandError, match=why):
        mrn_of(scanned)
