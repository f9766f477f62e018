"""Count what people would miss first, in SQL: the schema may be older than the models."""

from hashlib import sha256

from django.db.backends.base.base import BaseDatabaseWrapper

from crs_monitor.backups.manifest import Facts

_UNSENT = "WHERE sent_at IS NULL AND failed_at IS NULL AND dropped_at IS NULL"


def facts_of(connection: BaseDatabaseWrapper) -> Facts:
    """Return the facts of the database as this connection sees it."""
    with connection.cursor() as cursor:

        def number(query: str) -> int:
            cursor.execute(query)
            return int(cursor.fetchone()[0])

        cursor.execute("SELECT scope, seq, digest FROM audit_auditchain ORDER BY id")
        heads = sorted(f"{scope} {seq} {digest}\n" for scope, seq, digest in cursor.fetchall())
        return Facts(
            open_alerts=number("SELECT count(*) FROM alerts_alert WHERE state <> 'closed'"),
            unsent_messages=number(f"SELECT count(*) FROM alerts_notification {_UNSENT}")  # noqa: S608  our own words
            + number(f"SELECT count(*) FROM alerts_bulletin {_UNSENT}"),  # noqa: S608  our own words
            audit_entries=number("SELECT count(*) FROM audit_auditentry"),
            audit_chains=len(heads),
            audit_heads_sha256=sha256("".join(heads).encode()).hexdigest(),
        )
