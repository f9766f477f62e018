"""Seal entries and the heads of chains with a key that the database does not hold."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from django.conf import settings

# Editions of the seal: without a key, as the first entries were; and with one.
PLAIN: Final = 1
KEYED: Final = 2
_PURPOSE: Final = b"crs-monitor audit trail"


@dataclass(frozen=True, slots=True)
class Content:
    """What the seal of one entry covers: every column, and which row stood before it."""

    edition: int
    scope: str
    seq: int
    at: datetime
    actor_id: int | None
    action: str
    subject: str
    detail: dict[str, Any]
    previous_digest: str
    # The key of the row before, which no column holds: a row that is given another
    # key, or was put in place of another, no longer fits the one after it.
    previous_id: int | None = None

    def words(self) -> bytes:
        """Return what is sealed, the same whatever zone its time was given in."""
        parts = [
            self.scope,
            self.seq,
            self.at.astimezone(UTC).isoformat(),
            self.actor_id,
            self.action,
            self.subject,
            self.detail,
            self.previous_digest,
        ]
        if self.edition != PLAIN:
            parts = [self.edition, *parts, self.previous_id]
        return json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()


@dataclass(frozen=True, slots=True)
class Head:
    """What the seal of a chain's head covers: every column but the seal."""

    pk: int
    scope: str
    seq: int
    digest: str
    entry_id: int | None
    is_registered: bool

    def words(self) -> bytes:
        """Return what is sealed."""
        parts = [self.pk, self.scope, self.seq, self.digest, self.entry_id, self.is_registered]
        return json.dumps(parts, ensure_ascii=True).encode()


def seal(words: bytes) -> str:
    """Return the seal of these words under the newest key, 64 hexadecimal digits."""
    return _under(next(_keys()), words)


def holds(found: str, words: bytes) -> bool:
    """Whether this seal was made over these words, under any key there was."""
    return any(hmac.compare_digest(found, _under(key, words)) for key in _keys())


def entry_holds(found: str, content: Content) -> bool:
    """Whether this is the seal of an entry; a plain one proves an order and no author."""
    if content.edition == PLAIN:
        return hmac.compare_digest(found, sha256(content.words()).hexdigest())
    return holds(found, content.words())


def _under(key: bytes, words: bytes) -> str:
    return hmac.new(key, words, sha256).hexdigest()


def _keys() -> Iterator[bytes]:
    """The keys from the newest: those of the audit alone, then those of the installation."""
    for secret in (
        *settings.CRS_AUDIT_KEYS,
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
    ):
        # Never the secret itself: it signs other things as well.
        yield hmac.new(str(secret).encode(), _PURPOSE, sha256).digest()
