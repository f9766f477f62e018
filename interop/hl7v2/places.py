"""Which ward and bed a message means: by code or name, never by likeness."""

from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.wire import Segment
from staff.models import Bed, Ward

_LONGEST_LABEL = 12


def ward_of(visit: Segment | None, field: int = 3, *, otherwise: Ward | None) -> Ward:
    """Return the ward of a location; raises RefusedMessageError for one that is not ours."""
    name = visit.text(field) if visit else ""
    found = known_ward(name)
    if found is None and otherwise is not None:
        return otherwise
    if found is None:
        words = f"“{name[:40]}” is the code or name of no ward here"
        raise RefusedMessageError(Reason.UNKNOWN_WARD, words, where=f"PV1-{field}")
    return found


def known_ward(name: str) -> Ward | None:
    """The ward of a point of care, by code or by name, whatever its case."""
    if not name:
        return None
    wards = Ward.objects.order_by("pk")
    return wards.filter(code__iexact=name).first() or wards.filter(name__iexact=name).first()


def bed_of(visit: Segment, ward: Ward, field: int = 3) -> Bed | None:
    """Return the bed of a location, put up when it is new; None when none is named.

    A bed is known by its own label, or by room and bed.
    """
    room, bed = visit.text(field, 2), visit.text(field, 3)
    labels = [bed, f"{room}-{bed}" if room and bed else "", room if not bed else ""]
    wanted = [label for label in labels if 0 < len(label) <= _LONGEST_LABEL]
    for label in wanted:
        found = Bed.objects.filter(ward=ward, label__iexact=label).first()
        if found is not None:
            return found
    if not wanted:
        return None
    # Two rooms may each have a bed A, so a new one is called by both where that fits.
    return Bed.objects.create(ward=ward, label=wanted[1] if len(wanted) > 1 else wanted[0])
