"""Whether an entry was stored before, asked before anything else about it is judged."""

import uuid

from vitals.models import ObservationSet


def is_stored(client_id: uuid.UUID) -> bool:
    """Whether a set of this client_id is stored; whether it is the same, the door compares."""
    return ObservationSet.objects.filter(client_id=client_id).order_by().exists()
