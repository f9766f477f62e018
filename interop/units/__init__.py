"""What a number with a unit is in our own unit, or why that cannot be said."""

from interop.units.properties import code_in, contradict, name_with, problem
from interop.units.reading import Ambiguous, Canonical, Refused, listed, quantity
from interop.units.ucum import is_ucum, same_size

__all__ = [
    "Ambiguous",
    "Canonical",
    "Refused",
    "code_in",
    "contradict",
    "is_ucum",
    "listed",
    "name_with",
    "problem",
    "quantity",
    "same_size",
]
