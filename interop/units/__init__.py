"""What a number with a unit is in our own unit, or why that cannot be said."""

from interop.units.reading import Ambiguous, Canonical, Refused, listed, quantity
from interop.units.ucum import is_ucum, same_size

__all__ = ["Ambiguous", "Canonical", "Refused", "is_ucum", "listed", "quantity", "same_size"]
