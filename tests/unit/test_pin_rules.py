"""Which PINs are refused: those that somebody would try first."""

import pytest

from tablets.pin_rules import refusal

REPEAT, FOLLOW, DATE, SIX = "repeat", "follow", "date", "six digits"


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("000000", REPEAT),
        ("777777", REPEAT),
        ("121212", REPEAT),  # a pair, three times
        ("474747", REPEAT),
        ("483483", REPEAT),  # three, twice
        ("388883", REPEAT),  # two digits alone
        ("482284", REPEAT),  # the same backwards
        ("123456", FOLLOW),
        ("654321", FOLLOW),
        ("890123", FOLLOW),  # round the corner
        ("135791", FOLLOW),  # every other one
        ("147258", FOLLOW),  # lines across the keypad
        ("963741", FOLLOW),
        ("311299", DATE),  # 31 December, day first
        ("123199", DATE),  # month first
        ("991231", DATE),  # year first
        ("010170", DATE),
        ("48371", SIX),
        ("1234567", SIX),
        ("48371a", SIX),
        ("４８３７１９", SIX),  # digits, but no keypad has them
        ("", SIX),
    ],
)
def test_what_would_be_tried_first_is_refused_with_the_reason(pin, why):
    assert why in str(refusal(pin))


@pytest.mark.parametrize(
    "pin",
    [
        "483719",
        "903174",
        "321399",  # no such day, no such month, either way round
        "991332",
        "123457",  # breaks its run at the last digit
        "147259",  # one line of the keypad, and something else
        "388882"[::-1],
    ],
)
def test_what_says_nothing_is_taken(pin):
    assert refusal(pin) is None


def test_most_of_all_numbers_are_left_to_choose_from():
    taken = sum(refusal(f"{number:06}") is None for number in range(0, 1_000_000, 7))
    assert taken / (1_000_000 / 7) > 0.85
