"""What a set says of itself beside its grade: what was skipped, odd, late, corrected or moved."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from charting import access
from charting.due import GRADE_CRITICAL
from charting.entry import READERS
from screens import labels, words
from staff import permissions
from staff.models import User
from vitals.models import ObservationSet
from vitals.vocabulary import CorrectionCode, LateReason, SkipReason

LATE_FROM: Final = timedelta(minutes=15)
_NOT_COMPARED: Final = frozenset({"late_reason", "skipped"})


def story(
    observations: ObservationSet, user: User, *, zone: tzinfo, now: datetime
) -> dict[str, Any]:
    """Return the lines the page shows, each empty when there is nothing to say."""
    return {
        "lines": [*_late(observations), *_skipped(observations), *_odd(observations)],
        "changes": _changes(observations),
        "changed_by": _who(observations, zone=zone, now=now),
        "moved": _moved(observations, user),
    }


def missing_words(observations: ObservationSet) -> str:
    """Name what the grade needs and this set leaves out; nothing for a full set."""
    missing = [name for name in GRADE_CRITICAL if getattr(observations, name) in (None, "")]
    return ", ".join(words.fields(missing))


def _late(row: ObservationSet) -> Iterable[str]:
    delay = row.charted_at - row.taken_at
    if delay > LATE_FROM:
        why = f": {LateReason(row.late_reason).label.lower()}" if row.late_reason else ""
        yield f"Late entry, charted {labels.duration(delay)} after it was measured{why}"


def _skipped(row: ObservationSet) -> Iterable[str]:
    for name, reason in (row.skipped or {}).items():
        what = "Everything else" if name == "set" else labels.sentence(words.field(name))
        yield f"{what} not measured: {SkipReason(reason).label.lower()}"


def _odd(row: ObservationSet) -> Iterable[str]:
    for each in row.doubted or ():
        what = labels.sentence(words.field(each["field"]))
        unit = words.UNITS.get(each["field"], "")
        by = "confirmed by the person who charted it" if each["confirmed"] else "nobody was asked"
        yield f"{what} {each['value']} {unit} is odd and was kept: {by}"


def _changes(row: ObservationSet) -> list[dict[str, str]]:
    """Each value that a correction changed: what stood before, and what stands now."""
    before = row.supersedes
    if before is None:
        return []
    found = []
    for name in READERS.keys() - _NOT_COMPARED:
        was, is_now = getattr(before, name), getattr(row, name)
        if was != is_now:
            found.append(
                {
                    "label": labels.sentence(words.field(name)),
                    "was": _said(name, was),
                    "now": _said(name, is_now),
                }
            )
    return sorted(found, key=lambda change: change["label"])


def _said(name: str, value: Any) -> str:
    return "not recorded" if value is None or value == "" else words.shown(name, value)


def _who(row: ObservationSet, *, zone: tzinfo, now: datetime) -> str:
    if row.supersedes_id is None:
        return ""
    at = labels.clock(row.received_at, zone=zone, now=now)
    by = row.charted_by.display_name() if row.charted_by else "somebody"
    return f"Corrected by {by} at {at}. {row.reason}"


def _moved(row: ObservationSet, user: User) -> dict[str, str] | None:
    """The link between two charts; to one that the reader may not see, the words alone."""
    if row.moved_from is not None:
        return _link("It was charted for the wrong patient first", row.moved_from, user)
    later: ObservationSet | None = getattr(row, "superseded_by", None)
    if later is None:
        return None
    if not later.withdrawn:
        return _link("Its replacement", later, user)
    if later.correction_code != CorrectionCode.WRONG_PATIENT:
        return None
    moved: ObservationSet | None = getattr(row, "moved_to", None)
    if moved is None:
        return None
    return _link("It was of another patient and moved to that chart", moved, user)


def _link(said: str, other: ObservationSet, user: User) -> dict[str, str]:
    state = getattr(other.patient, "state", None)
    may_see = state is not None and access.may(user, state, permissions.can_see_patients)
    return {
        "words": said,
        "name": other.patient.mrn if may_see else "",
        "url": f"/patients/{other.patient_id}/sets/{other.pk}/" if may_see else "",
    }
