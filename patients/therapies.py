"""The therapy profiles that ship with the product, read once from therapies/*.yaml."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from patients.windows import AnchorRule, DoseKind, HighRisk, Profile, WindowUnit

FALLBACK: Final = "generic-t-cell"
_FOLDER: Final = Path(__file__).parent / "therapies"


class UnknownTherapyError(LookupError):
    """No profile has this id and edition."""


@cache
def profiles() -> dict[tuple[str, int], Profile]:
    """Return every edition of every profile, by id and edition."""
    found: dict[tuple[str, int], Profile] = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for row in document["profiles"]:
            read = _profile(row, source=document["source"])
            if (read.id, read.edition) in found:
                raise ValueError(f"{path.name} defines {read.id} edition {read.edition} again")
            found[read.id, read.edition] = read
    return found


def profile(therapy: str, edition: int | None = None) -> Profile:
    """Return one edition of a profile, the newest when none is named."""
    editions = [number for name, number in profiles() if name == therapy]
    wanted = edition if edition is not None else max(editions, default=0)
    try:
        return profiles()[therapy, wanted]
    except KeyError:
        raise UnknownTherapyError(f"there is no therapy profile {therapy!r} {wanted}") from None


def choices() -> list[tuple[str, str]]:
    """Return id and label of every product, for a form."""
    return sorted({(each.id, each.label) for each in profiles().values()}, key=lambda c: c[1])


def _profile(row: dict[str, Any], *, source: str) -> Profile:
    return Profile(
        id=row["id"],
        edition=row["edition"],
        brand=row.get("brand", ""),
        generic=row["generic"],
        target=row.get("target", ""),
        therapy_class=row["class"],
        anchors=tuple(_anchor(each) for each in row["windows"]),
        monitor_days=row.get("monitor_days", 30),
        pediatric=row.get("pediatric", False),
        source=row.get("source", source),
    )


def _anchor(row: dict[str, Any]) -> AnchorRule:
    (unit, (first, last)) = next(
        (unit, row[f"high_risk_{unit}s"]) for unit in WindowUnit if f"high_risk_{unit}s" in row
    )
    return AnchorRule(
        kinds=frozenset(DoseKind(kind) for kind in row["after"]),
        high_risk=HighRisk(unit=unit, first=first, last=last),
        minimum_gap_hours=row.get("minimum_gap_hours", 0),
    )
