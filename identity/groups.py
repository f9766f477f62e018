"""Which role and which wards somebody's groups give: the standard library and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rights:
    """A role and wards by their codes; no role, and the person does not get in."""

    role: str | None
    wards: frozenset[str]


def rights(
    groups: Iterable[str], *, mapping: Iterable[tuple[str, str]], roles: frozenset[str]
) -> Rights:
    """Return what these groups give; groups nobody mapped give nothing.

    A word of the mapping that is not one of `roles` is the code of a ward. Of two roles the
    one that stands first in the mapping counts, so that the order is the hospital's choice.
    """
    mine = frozenset(groups)
    words = [word for group, word in mapping if group in mine]
    role = next((word for word in words if word in roles), None)
    return Rights(role, frozenset(word for word in words if word not in roles))
