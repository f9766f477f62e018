"""The mailbox that bounces come back to, by IMAP, within a time that no server can stretch."""

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from alerts.bounce_reading import LONGEST_LETTER_BYTES
from alerts.deadline import within

T = TypeVar("T")

_DEADLINE_SECONDS: Final = 20.0
_SOCKET_SECONDS: Final = 8.0
# The rest waits for the next visit.
_MOST_AT_ONCE: Final = 50


class Account(Protocol):
    """Where the mailbox is (settings.CRS_BOUNCES)."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...

    @property
    def user(self) -> str: ...

    @property
    def password(self) -> str: ...

    @property
    def folder(self) -> str: ...

    @property
    def use_tls(self) -> bool: ...


class UnreadableError(OSError):
    """The server refused, or answered what is no answer; its words are left out."""


class Mailbox:
    """One visit; raises OSError when the server cannot be read, and always ends in time."""

    def __init__(self, account: Account, *, seconds: float = _DEADLINE_SECONDS) -> None:
        """Keep where to go; nothing is opened yet."""
        self._account, self._seconds = account, seconds
        self._server: imaplib.IMAP4 | None = None

    def letters(self) -> list[tuple[bytes, bytes]]:
        """Return letters nobody has seen, oldest first, each with its UID; they stay unseen."""
        return self._in_time(self._fetch)

    def mark_seen(self, uids: list[bytes]) -> None:
        """Say that these were dealt with."""
        if uids:
            self._in_time(
                lambda: self._ask("STORE", b",".join(uids).decode(), "+FLAGS", r"(\Seen)")
            )

    def close(self) -> None:
        """Take leave; whatever goes wrong at parting changes nothing."""
        server = self._server
        if server is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                within(2.0, server.logout, give_up=self._cut)

    def _in_time(self, work: Callable[[], T]) -> T:
        try:
            return within(self._seconds, work, give_up=self._cut)
        except OSError:
            raise
        except Exception as error:
            # Of imaplib, or of what it makes of nonsense. Its words may repeat the server's.
            raise UnreadableError(type(error).__name__) from None

    def _fetch(self) -> list[tuple[bytes, bytes]]:
        account = self._account
        self._server = server = self._opened()
        server.login(account.user, account.password)
        status, _ = server.select(f'"{account.folder}"')
        if status != "OK":
            raise UnreadableError("SELECT")
        (found,) = self._ask("SEARCH", "UNSEEN") or [b""]
        letters = []
        for uid in (found or b"").split()[:_MOST_AT_ONCE]:
            parts = self._ask("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LONGEST_LETTER_BYTES}>)")
            raw = next((each[1] for each in parts if isinstance(each, tuple)), None)
            if raw is not None:  # else another reader took it away meanwhile
                letters.append((uid, raw))
        return letters

    def _opened(self) -> imaplib.IMAP4:
        account = self._account
        if not account.use_tls:
            return imaplib.IMAP4(account.host, account.port, timeout=_SOCKET_SECONDS)
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(
            account.host, account.port, ssl_context=context, timeout=_SOCKET_SECONDS
        )

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        assert self._server is not None
        status, answer = self._server.uid(command, *arguments)
        if status != "OK":
            raise UnreadableError(command)
        return list(answer)

    def _cut(self) -> None:
        """End the connection under whoever waits for it."""
        if self._server is not None:
            with contextlib.suppress(OSError):
                self._server.socket().shutdown(socket.SHUT_RDWR)
