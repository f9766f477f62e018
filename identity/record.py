"""What goes on record of signing in: one line each, never what was typed."""

from datetime import datetime
from typing import Any

from audit import trail
from staff.models import User


def note(action: str, actor: User | None, subject: User | None, /, **more: Any) -> None:
    """Append to the trail of the staff; `at` is when, all else goes into the detail.

    Without a subject it was a name nobody has: people type passwords there, so it is not kept.
    """
    at: datetime = more.pop("at")
    trail.record(
        action=action,
        actor=actor,
        scope="staff",
        subject=f"user:{subject.pk}" if subject is not None else "user:unknown",
        at=at,
        detail={name: value for name, value in more.items() if value is not None},
    )
