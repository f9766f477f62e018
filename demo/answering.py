"""Answer alerts as the demo ward's staff would, so that only fresh ones stand open."""

from datetime import datetime, timedelta
from typing import Final

from alerts import services
from alerts.models import Alert, AlertState
from staff.models import User

# A P1 asks for an answer within five minutes; the demo's staff take one less.
_BEFORE_THE_LIMIT: Final = timedelta(minutes=1)
_ON_THE_WAY_MINUTES: Final = 10


def answer(*, patient_id: int, by: User, until: datetime) -> int:
    """Acknowledge the patient's alerts whose time to answer ended by then; return how many."""
    waiting = Alert.objects.filter(
        patient_id=patient_id, state=AlertState.OPEN, respond_by__lte=until
    )
    answered = 0
    for alert in waiting:
        services.acknowledge(
            alert,
            by=by,
            at=alert.respond_by - _BEFORE_THE_LIMIT,
            eta_minutes=_ON_THE_WAY_MINUTES,
            version_seen=alert.version,
        )
        answered += 1
    return answered
