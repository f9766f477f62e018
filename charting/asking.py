"""What the next ICE of a patient asks with: drawn by chance, and nothing of the last check."""

import hmac
from typing import Any, Final

from django.conf import settings

from staff.models import Ward
from vitals import ice_set
from vitals.ice_set import Asked
from vitals.models import NeuroAssessment
from vitals.neuro_rows import set_of

_PURPOSE: Final = "charting.asking"


def ask_next(patient_id: int, *, ward: Ward | None) -> Asked:
    """Draw objects and command from the ward's set.

    The same until the next check is stored: a page that is loaded again after a lock or a
    crash asks what was asked already. Nobody can tell it beforehand without the secret key.
    """
    last_id, last = _last(patient_id)
    key = hmac.digest(
        settings.SECRET_KEY.encode(), f"{_PURPOSE}:{patient_id}:{last_id}".encode(), "sha256"
    )
    return ice_set.draw(set_of(ward), last=last, key=key)


def _last(patient_id: int) -> tuple[int, dict[str, Any]]:
    """The newest check that said what it asked with; 0 and nothing for none."""
    rows = NeuroAssessment.objects.filter(patient_id=patient_id, asked__isnull=False).in_force()
    newest = rows.order_by("-taken_at", "-pk").values_list("pk", "asked").first()
    return (0, {}) if newest is None else (newest[0], newest[1] or {})
