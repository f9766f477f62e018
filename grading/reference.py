"""The management reference: what published sources describe by grade and drug, read once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from patients.dose_facts import Limits
from patients.medicines import TreatmentCode

CARD: Final = Path(__file__).parent / "reference" / "card.yaml"
SCHEMA: Final = "management-reference/1"
_MEMORY: Final = "memory"
_GRADES: Final = range(5)
# A line that begins so tells somebody what to do.
_ORDER: Final = re.compile(
    r"(?:^|[.;:] )(?:give|start|stop|administer|begin|transfer|move|call|consider|repeat|hold|"
    r"use|add|increase|initiate|continue|offer|order)\b|\b(?:should|must|needs? to)\b",
    re.IGNORECASE,
)


class Scale(StrEnum):
    """What a section of the card is about."""

    CRS = "crs"
    ICANS = "icans"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line comes from, with its date or that it has none.

    `short` names both in a few words, for beside a line.
    """

    id: str
    short: str
    title: str
    dated: str


@dataclass(frozen=True, slots=True)
class Line:
    """One fact, with its sources."""

    words: str
    sources: tuple[Source, ...]

    @property
    def is_from_memory(self) -> bool:
        """Whether no source was found for it yet."""
        return any(source.id == _MEMORY for source in self.sources)


@dataclass(frozen=True, slots=True)
class Section:
    """What is described at one grade; grade 0 holds at any."""

    scale: Scale
    grade: int
    title: str
    lines: tuple[Line, ...]

    @property
    def anchor(self) -> str:
        """Where on the page it stands."""
        if self.scale is Scale.PRODUCT:
            return "-".join(self.title.lower().split())
        return f"{self.scale}-{self.grade}" if self.grade else f"{self.scale}-any"


@dataclass(frozen=True, slots=True)
class Drug:
    """What is described of one medicine; `code` is empty for what is no medicine."""

    code: str
    title: str
    limits: Limits
    lines: tuple[Line, ...]

    @property
    def anchor(self) -> str:
        """Where on the page it stands."""
        return self.code or "-".join(re.findall(r"[a-z]+", self.title.lower()))


@dataclass(frozen=True, slots=True)
class Card:
    """One edition of the whole reference."""

    edition: int
    compiled: date
    status: str
    sections: tuple[Section, ...]
    drugs: tuple[Drug, ...]
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """How an edition is quoted."""
        return f"management-reference/{self.edition}"

    @property
    def parts(self) -> tuple[Section | Drug, ...]:
        """Everything that has lines, in the order of the page."""
        return (*self.sections, *self.drugs)


class BadCardError(ValueError):
    """The file is no reference card; the words name the place."""


@cache
def card() -> Card:
    """Return the card that ships, checked; raises BadCardError."""
    return read(CARD.read_text(encoding="utf-8"))


def limits_of(code: str) -> Limits:
    """Return what the card describes of a medicine; nothing for one it does not name."""
    return next((drug.limits for drug in card().drugs if drug.code == code), Limits())


def read(text: str) -> Card:
    """Read and check a card; raises BadCardError naming what is wrong."""
    document = yaml.safe_load(text)
    if document.get("schema") != SCHEMA:
        raise BadCardError(f"the schema is not {SCHEMA}")
    sources = {
        name: Source(name, row["short"], row["title"], row["dated"])
        for name, row in document["sources"].items()
    }
    found = Card(
        edition=document["edition"],
        compiled=document["compiled"],
        status=document["status"],
        sections=tuple(_section(row, sources) for row in document["sections"]),
        drugs=tuple(_drug(row, sources) for row in document["drugs"]),
        sources=tuple(sources.values()),
    )
    problems = list(_problems(found))
    if problems:
        raise BadCardError("; ".join(problems))
    return found


def _section(row: dict[str, Any], sources: dict[str, Source]) -> Section:
    return Section(Scale(row["scale"]), row["grade"], row["title"], _lines(row, sources))


def _drug(row: dict[str, Any], sources: dict[str, Source]) -> Drug:
    numbers = row.get("limits", {})
    hours, most_mg = numbers.get("minimum_interval_hours"), numbers.get("most_mg")
    return Drug(
        code=row["code"],
        title=row["title"],
        limits=Limits(
            minimum_interval=None if hours is None else timedelta(hours=hours),
            most_in_24_hours=numbers.get("most_in_24_hours"),
            most_in_course=numbers.get("most_in_course"),
            most_mg=None if most_mg is None else Decimal(most_mg),
        ),
        lines=_lines(row, sources),
    )


def _lines(row: dict[str, Any], sources: dict[str, Source]) -> tuple[Line, ...]:
    try:
        return tuple(
            Line(line["words"], tuple(sources[name] for name in line["sources"]))
            for line in row["lines"]
        )
    except KeyError as error:
        raise BadCardError(f"{row['title']}: no source is called {error}") from None


def _problems(found: Card) -> Iterator[str]:
    """Name what a reviewer would send back."""
    if "not yet clinically approved" not in found.status:
        yield "the status does not say that nobody has approved it"
    for scale in (Scale.CRS, Scale.ICANS):
        graded = [section.grade for section in found.sections if section.scale is scale]
        if sorted(graded) != list(_GRADES):
            yield f"{scale} has grades {graded}, each of 0 to 4 once is wanted"
    anchors = [part.anchor for part in found.parts]
    yield from {f"{anchor} stands twice" for anchor in anchors if anchors.count(anchor) > 1}
    known = {*TreatmentCode.values, ""}
    unknown = [drug.code for drug in found.drugs if drug.code not in known]
    yield from (f"{code} is no medicine that can be recorded" for code in unknown)
    bare = [source.id for source in found.sources if not source.title or not source.dated]
    yield from (f"the source {name} has no title or no date" for name in bare)
    for part in found.parts:
        yield from _problems_of_lines(part.title, part.lines)


def _problems_of_lines(title: str, lines: tuple[Line, ...]) -> Iterator[str]:
    if not lines:
        yield f"{title} says nothing"
    for line in lines:
        if not line.sources:
            yield f"{title}: a line without a source: {line.words}"
        if order := _ORDER.search(line.words):
            yield f"{title}: {order.group().strip()!r} reads as an order: {line.words}"
