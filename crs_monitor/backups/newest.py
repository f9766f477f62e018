"""How old the newest backup is, read from the audit trail: the entry is the record of it."""

from datetime import datetime, timedelta
from typing import Final

from audit.models import AuditEntry

SCOPE: Final = "backups"
MADE: Final = "backup.made"
RESTORED: Final = "backup.restored"
# One each night, and two hours for a slow disk.
OLD_AFTER: Final = timedelta(hours=26)


def taken_at() -> datetime | None:
    """Return the moment the newest backup shows; None when there is none."""
    made = AuditEntry.objects.filter(scope=SCOPE, action=MADE).order_by("-seq")
    detail = made.values_list("detail", flat=True).first()
    return datetime.fromisoformat(detail["taken_at"]) if detail else None


def worry(*, now: datetime) -> str:
    """Return the sentence for whoever watches the server; empty while the backup is fresh."""
    newest = taken_at()
    if newest is None:
        return "No backup has been made."
    if now - newest > OLD_AFTER:
        return f"The newest backup shows {newest:%Y-%m-%d %H:%M} UTC."
    return ""
