"""The management reference as a page: facts by grade and drug, each with source and date."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grading import reference
from grading.reference import Scale, Section
from screens import labels
from screens.badges import Badge, badge

_TITLES = {
    Scale.CRS: "CRS by ASTCT grade",
    Scale.ICANS: "ICANS by ASTCT grade",
    Scale.PRODUCT: "By product",
}


@require_safe
def reference_page(request: HttpRequest) -> HttpResponse:
    """Show the card; `?grade=2` or `?icans=2` opens that section and folds the others."""
    card = reference.card()
    wanted = _wanted(request.GET)
    content = {
        "card": card,
        "compiled": labels.full_day(card.compiled),
        "wanted": wanted,
        "groups": [
            {
                "scale": scale.value,
                "title": title,
                "sections": [
                    _section(each, wanted) for each in card.sections if each.scale is scale
                ],
            }
            for scale, title in _TITLES.items()
        ],
    }
    return render(request, "screens/reference.html", content)


def url_of(grade: int | None, *, at_least: int = 0, scale: Scale = Scale.CRS) -> str:
    """Return where the section of a grade stands; of an unknown one, of the least it can be."""
    known = at_least if grade is None else grade
    name = "grade" if scale is Scale.CRS else scale.value
    return f"/reference/?{name}={known}#{scale}-{known}" if 1 <= known <= 4 else "/reference/"


def _wanted(asked: QueryDict) -> str:
    """Return the anchor of the section asked for; nothing for a grade the card does not have."""
    for name, scale in (("grade", Scale.CRS), ("icans", Scale.ICANS)):
        if (grade := asked.get(name, "")) in {"1", "2", "3", "4"}:
            return f"{scale}-{grade}"
    return ""


def _section(section: Section, wanted: str) -> dict[str, Any]:
    is_general = section.grade == 0 and wanted.startswith(f"{section.scale}-")
    return {
        "anchor": section.anchor,
        "title": section.title,
        "lines": section.lines,
        "grade": _badge(section),
        "is_wanted": section.anchor == wanted,
        "is_open": not wanted or section.anchor == wanted or is_general,
    }


def _badge(section: Section) -> Badge | None:
    return badge(section.grade) if section.grade else None
