"""Try the way to whoever is on call: a P4 test page that needs nothing from anybody."""

from datetime import datetime
from typing import Final

from django.db import transaction

from alerts import bulletins, rota
from alerts.models import Bulletin, RotaRole, Topic
from audit import trail
from staff.models import User, Ward

_MOST_SHOWN: Final = 10


@transaction.atomic
def page(ward: Ward, role: RotaRole, *, by: User, now: datetime) -> list[Bulletin]:
    """Owe a test page to everybody who holds the role now; once a minute, however often pressed."""
    to = rota.holders(ward=ward, role=role, patient_id=None, at=now)
    if not to:
        return []
    key = f"test-{ward.pk}-{role}-{now:%Y%m%d%H%M}"
    trail.record(
        action="rota.tested",
        actor=by,
        scope=f"ward:{ward.pk}",
        subject=f"role:{role}",
        at=now,
    )
    return bulletins.write(Topic.TEST_PAGE, key=key, ward=ward, to=to, now=now)


def lately(ward: Ward, since: datetime) -> list[Bulletin]:
    """Return the newest test pages of a ward."""
    return list(
        Bulletin.objects.filter(ward=ward, topic=Topic.TEST_PAGE, created_at__gt=since)
        .select_related("recipient")
        .order_by("-created_at", "-pk")[:_MOST_SHOWN]
    )
