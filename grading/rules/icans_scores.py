"""The two bedside scores behind ICANS: ICE for 12 years and over, CAPD below."""

from collections.abc import Mapping, Sequence

from grading.rules.icans_findings import CAPD_ITEMS
from grading.rules.vocabulary import CapdAnswer

# Item, most points: Lee 2019, ICE; 10 in all.
ICE_ITEMS: dict[str, int] = {
    "year": 1,
    "month": 1,
    "city": 1,
    "hospital": 1,
    "naming": 3,
    "commands": 1,
    "writing": 1,
    "attention": 1,
}
_ANSWERS = tuple(CapdAnswer)


def ice_total(items: Mapping[str, int | None]) -> tuple[int | None, int]:
    """The ICE score, and the most it can still be when items were left out.

    Raises ValueError for an item ICE does not have or points it cannot give.
    """
    for name, points in items.items():
        if name not in ICE_ITEMS:
            raise ValueError(f"unknown ICE item {name!r}; known: {', '.join(ICE_ITEMS)}")
        if points is not None and not 0 <= points <= ICE_ITEMS[name]:
            raise ValueError(f"ICE item {name} must be 0 to {ICE_ITEMS[name]}, not {points}")
    scored = {name: items.get(name) for name in ICE_ITEMS}
    lost = sum(ICE_ITEMS[name] - got for name, got in scored.items() if got is not None)
    return (None if None in scored.values() else 10 - lost), 10 - lost


def capd_points(answers: Sequence[CapdAnswer | None]) -> list[int | None]:
    """Points for the eight answers; the first four are scored in reverse (Traube 2014)."""
    return [
        None
        if answer is None
        else _ANSWERS.index(answer)
        if place >= 4
        else 4 - _ANSWERS.index(answer)
        for place, answer in enumerate(answers)
    ]


def capd_total(points: Sequence[int | None]) -> tuple[int | None, int]:
    """The CAPD score, and the least it can be when items were left out.

    Raises ValueError unless there are eight items of 0 to 4 points.
    """
    if len(points) != CAPD_ITEMS:
        raise ValueError(f"CAPD has {CAPD_ITEMS} items, not {len(points)}")
    for place, got in enumerate(points, start=1):
        if got is not None and not 0 <= got <= 4:
            raise ValueError(f"CAPD item {place} must be 0 to 4, not {got}")
    least = sum(got for got in points if got is not None)
    return (None if None in points else least), least
