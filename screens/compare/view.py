"""The page that compares up to four patients of one's own wards, and finds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from charting.models import PatientState
from patients.models import Patient
from screens import labels, strip
from screens.access import patient_for, user_of
from screens.compare import band as center
from screens.compare.aligned import LETTERS, MOST, Aligned, Scale, align, counts_hours
from screens.compare.band import Band
from screens.compare.figure import figure
from screens.compare.table import table
from screens.timeline import reading
from staff import permissions
from staff.models import User

_MOST_FOUND: Final = 24
_LONGEST_SEARCH: Final = 60
_HIGHEST_ID: Final = 10**18


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: whom, on which axis, and whether with the center's band."""

    patients: tuple[int, ...]
    scale: Scale | None
    with_band: bool

    def url(self, **change: Any) -> str:
        """Return the address with something changed."""
        patients = change.get("patients", self.patients)
        scale = change.get("scale", self.scale)
        query = {"patients": ",".join(map(str, patients))} if patients else {}
        query |= {"axis": scale.value} if scale else {}
        query |= {"cohort": "1"} if change.get("with_band", self.with_band) else {}
        return f"/compare/?{urlencode(query, safe=',')}" if query else "/compare/"


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest) -> HttpResponse:
    """Show the chosen patients on one axis; a POST searches, so that no address holds a name.

    Somebody else's patient among them makes the whole page 404.
    """
    user, now = user_of(request), timezone.now()
    if user.role not in permissions.SEE_PATIENTS:
        raise PermissionDenied
    asked = _asked(request)
    states = [patient_for(user, patient_id) for patient_id in asked.patients]
    search = request.POST.get("q", "").strip()[:_LONGEST_SEARCH]
    content = {
        "asked": asked,
        "search": search,
        "found": _found(user, asked, search) if len(states) < MOST else [],
        "most": MOST,
    }
    if states:
        content |= _compared(states, asked, now=now)
    return render(request, "screens/compare.html", content)


def _asked(request: HttpRequest) -> Asked:
    """Read the address; raises Http404 for what is no comparison of up to four patients."""
    query = request.GET
    texts = [text for text in query.get("patients", "").split(",") if text]
    if not all(text.isascii() and text.isdigit() for text in texts):
        raise Http404
    ids = tuple(dict.fromkeys(int(text) for text in texts))
    if len(ids) > MOST or any(not 0 < each < _HIGHEST_ID for each in ids):
        raise Http404
    axis = query.get("axis", "")
    scale = Scale(axis) if axis in set(Scale) else None
    return Asked(ids, scale, query.get("cohort") == "1")


def _compared(states: Sequence[PatientState], asked: Asked, *, now: datetime) -> dict[str, Any]:
    courses = [reading.read(state, now=now) for state in states]
    aligned = align(courses)
    by_hour = bool(aligned) and all(counts_hours(each.dose) for each in aligned)
    scale = asked.scale or (Scale.HOUR if by_hour else Scale.DAY)
    band = _band(aligned, asked, scale)
    zone = strip.zone_of(states[0])
    return {
        "patients": [
            _chosen(state, letter, aligned, asked, now=now)
            for letter, state in zip(LETTERS, states, strict=False)
        ],
        "scale": scale.value,
        "switches": _switches(asked, scale),
        "figure": figure(aligned, scale=scale, band=band) if aligned else None,
        "table": table(aligned, scale=scale, band=band),
        "center": _center(aligned, asked, band),
        "as_of": labels.clock(now, zone=zone, now=now),
    }


def _chosen(
    state: PatientState, letter: str, aligned: Sequence[Aligned], asked: Asked, *, now: datetime
) -> dict[str, Any]:
    """What the page says of one patient: letter, who, product and day 0."""
    shown = strip.strip(state, now=now)
    found = next((each for each in aligned if each.letter == letter), None)
    others = tuple(each for each in asked.patients if each != state.pk)
    return {
        "letter": letter,
        "place": LETTERS.index(letter) + 1,
        "product": found.dose.profile.label if found else "",
        "zero": labels.clock(found.zero, zone=strip.zone_of(state), now=now) if found else "",
        "remove_url": asked.url(patients=others),
        **{name: shown[name] for name in ("name", "mrn", "bed", "ward", "grade", "day_label",
                                          "patient_url")},
    }  # fmt: skip


def _switches(asked: Asked, scale: Scale) -> list[dict[str, Any]]:
    names = {Scale.DAY: "Days from infusion", Scale.HOUR: "Hours from dose"}
    return [
        {"label": label, "url": asked.url(scale=each), "is_on": each is scale}
        for each, label in names.items()
    ]


def _band(aligned: Sequence[Aligned], asked: Asked, scale: Scale) -> Band | None:
    products = {each.dose.profile.id for each in aligned}
    if not asked.with_band or len(products) != 1:
        return None
    return center.read(
        products.pop(),
        without=asked.patients,
        scale=scale,
        zone=aligned[0].course.zone,
        with_synthetic=settings.CRS_DEMO,
    )


def _center(aligned: Sequence[Aligned], asked: Asked, band: Band | None) -> dict[str, Any]:
    """What the page says of the band: its switch, its caption, or why there is none."""
    products = {each.dose.profile.label for each in aligned}
    words, caption = "", ""
    if asked.with_band and len(products) != 1:
        words = "No band: the patients had different products."
    elif band is not None and band.is_hidden:
        words = (
            f"No band: fewer than {center.FEWEST_PATIENTS} other patients of this center had "
            f"{next(iter(products))} at the same time of their course."
        )
    elif band is not None:
        caption = (
            f"{center.CAPTION}: median and 10 to 90 % of {band.patients} other patients of this "
            f"center after {next(iter(products))}, each counted once. Hidden below "
            f"{center.FEWEST_PATIENTS} patients."
        )
    return {
        "url": asked.url(with_band=not asked.with_band),
        "is_on": asked.with_band,
        "words": words,
        "caption": caption,
        "is_offered": bool(aligned),
    }


def _found(user: User, asked: Asked, search: str) -> list[dict[str, str]]:
    """Patients of the person's own wards to add: those there now, or those a search finds."""
    wards = permissions.ward_ids(user)
    if search:
        matches = (
            Q(family_name__icontains=search)
            | Q(given_name__icontains=search)
            | Q(mrn__icontains=search)
        )
        rows = Patient.objects.on_wards(wards).filter(matches)
    else:
        rows = Patient.objects.filter(state__ward_id__in=wards)
    rows = rows.exclude(pk__in=asked.patients).order_by("family_name", "given_name", "pk")
    return [
        {
            "name": patient.name,
            "mrn": patient.mrn,
            "url": asked.url(patients=(*asked.patients, patient.pk)),
        }
        for patient in rows[:_MOST_FOUND]
    ]
