"""How long something has waited or been silent, in words short enough for a table."""

from datetime import timedelta


def in_words(passed: timedelta) -> str:
    """Return whole minutes, hours from one on, days from two on; a time to come is 0 min."""
    minutes = max(int(passed.total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
