"""The frames of the papers: of one patient, and of a ward."""

from datetime import datetime
from typing import Final

from django.conf import settings

from charting.models import PatientState
from grading.rules import crs_astct, icans_astct
from screens import strip
from screens.paper import head
from screens.paper.head import Head
from staff.models import Ward

RULES: Final = f"Rules {crs_astct.RULESET}, {icans_astct.RULESET}"
SHRED: Final = "Shred after use"


def of_patient(
    state: PatientState, title: str, *, now: datetime, by: str, landscape: bool = True
) -> Head:
    """Return the frame of a paper about one patient: name, MRN, birth date, bed, course."""
    shown = strip.strip(state, now=now)
    born = f"born {shown['birth_date']} ({shown['age']})" if shown["birth_date"] else shown["age"]
    place = [shown["ward"], f"bed {shown['bed']}" if shown["bed"] else ""]
    course = ", ".join(part for part in (shown["therapy"], shown["day_label"]) if part)
    parts = [
        f"MRN {shown['mrn']}",
        born,
        " ".join(filter(None, place)) or "on no ward",
        *([course, shown["window"]] if course else ["no dose recorded"]),
    ]
    return Head(
        title=title,
        who=shown["name"],
        identifiers=" · ".join(parts),
        printed=head.printed(now, zone=strip.zone_of(state), by=by),
        rules=RULES,
        notice=_notice(),
        landscape=landscape,
    )


def of_ward(
    ward: Ward, title: str, words: str, *, now: datetime, by: str = "", landscape: bool = False
) -> Head:
    """Return the frame of a paper about a ward; it is to be shredded."""
    return Head(
        title=title,
        who=ward.name,
        identifiers=words,
        printed=head.printed(now, zone=ward.zone, by=by),
        rules=RULES,
        notice=_notice(SHRED),
        landscape=landscape,
    )


def _notice(words: str = "") -> str:
    synthetic = head.SYNTHETIC if settings.CRS_DEMO else ""
    return " · ".join(filter(None, (words, synthetic)))
