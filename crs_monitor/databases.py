"""How the database is spoken to: no wait is endless, and a commit is on the disk."""

from pathlib import Path
from typing import Any

import dj_database_url


def configured(url: str, *, tests_in: Path) -> dict[str, Any]:
    """Return Django's settings for the database at this URL, SQLite or PostgreSQL."""
    database: dict[str, Any] = {**dj_database_url.parse(url, conn_health_checks=True)}
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE takes the write lock at BEGIN and waits for it. A deferred
        # transaction that reads first cannot wait: it dies of "database is locked".
        # FULL syncs each commit, so a charted value survives a power cut.
        database["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
        # A file: a database in memory cannot be shared by threads that write.
        database["TEST"] = {"NAME": str(tests_in / "test.sqlite3")}
        return database
    database["CONN_MAX_AGE"] = 600
    # Not for the server, a lock, or a transaction somebody forgot.
    database["OPTIONS"] = database.get("OPTIONS", {}) | {
        "connect_timeout": 5,
        "options": "-c lock_timeout=15000 -c idle_in_transaction_session_timeout=60000",
    }
    return database
