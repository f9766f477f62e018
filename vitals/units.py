"""Exact conversions between the units that wards, monitors and laboratories use."""

import struct
from decimal import Context, Decimal
from typing import Final

_EXACT: Final = Context(prec=28)
# More digits than any thermometer has; 4 keep 100.4 °F at exactly 38.0 °C and
# 100.399 °F below it.
STORED_CELSIUS_DIGITS: Final = Decimal("0.0001")
# More than any measurement has; a longer number would fill the memory when written out.
LONGEST_NUMBER: Final = 40


def celsius_from_fahrenheit(fahrenheit: Decimal) -> Decimal:
    """Convert, rounding only in the 28th digit: 100.4 °F is exactly 38 °C."""
    return _EXACT.divide(_EXACT.multiply(fahrenheit - 32, Decimal(5)), Decimal(9))


def percent_from_fraction(fraction: Decimal) -> Decimal:
    """Turn an FiO2 of 0.21 to 1.0 into percent."""
    return fraction * 100


def kilograms_from_pounds(pounds: Decimal) -> Decimal:
    """Convert avoirdupois pounds, by the exact definition."""
    return _EXACT.multiply(pounds, Decimal("0.45359237"))


def without_float_noise(text: str) -> Decimal:
    """Read a decimal and undo storage as a 32-bit float: 36.7999992370605 is 36.8.

    Only text that is the expansion of a 32-bit float is touched: the shortest
    decimal with the same 32-bit value replaces it. Raises ValueError when the
    text is not a finite decimal number.
    """
    exact = finite_decimal(text)
    if len(exact.as_tuple().digits) <= 7:
        return exact
    try:
        stored = struct.unpack("f", struct.pack("f", float(exact)))[0]
    except OverflowError:
        return exact
    if abs(Decimal(stored) - exact) > abs(exact) * Decimal("1e-13"):
        return exact
    for digits in range(1, 10):
        shortest = format(stored, f".{digits}g")
        if struct.unpack("f", struct.pack("f", float(shortest)))[0] == stored:
            return Decimal(shortest)
    return exact


def finite_decimal(text: str) -> Decimal:
    """Read ASCII digits with an optional sign, point and exponent; refuse all else.

    Raises ValueError, also for a number of more than 40 digits when written out.
    """
    stripped = text.strip()
    allowed = set("0123456789+-.eE")
    if not stripped or not set(stripped) <= allowed:
        raise ValueError(f"“{text}” is not a number")
    try:
        value = Decimal(stripped)
    except ArithmeticError:
        raise ValueError(f"“{text}” is not a number") from None
    if len(stripped) > LONGEST_NUMBER or abs(value.adjusted()) > LONGEST_NUMBER:
        raise ValueError(f"“{text}” is not a number of at most {LONGEST_NUMBER} digits")
    return value
