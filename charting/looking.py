"""Who last looked at whose chart: kept so that a page can dim what that person has seen."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from charting.models import ChartLook
from staff.models import User

# Opening the page again within this time is still the same look.
SAME_LOOK: Final = timedelta(minutes=30)
# So short after the last write there is nothing to write.
_NOT_WORTH_A_WRITE: Final = timedelta(minutes=1)


def look(*, user: User, patient_id: int, now: datetime) -> datetime | None:
    """Note that this person opens the chart; return when they looked before, None for never.

    Two pages opened at once cannot both begin the row: the later one finds it.
    """
    row = ChartLook.objects.filter(user=user, patient_id=patient_id).first()
    if row is None:
        try:
            with transaction.atomic():
                ChartLook.objects.create(user=user, patient_id=patient_id, looked_at=now)
        except IntegrityError:
            pass  # another page of the same person was a moment sooner
        return None
    if now - row.looked_at > SAME_LOOK:
        ChartLook.objects.filter(pk=row.pk).update(before_at=row.looked_at, looked_at=now)
        return row.looked_at
    if now - row.looked_at > _NOT_WORTH_A_WRITE:
        ChartLook.objects.filter(pk=row.pk).update(looked_at=now)
    return row.before_at
