"""Hand one message to the mail server, within a time that no server can stretch."""

import contextlib
import smtplib
import socket
import threading
from typing import Any, Final

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from alerts.deadline import DeadlineError, within

# Shorter than a lease, so that nobody else takes the message while it is handed over.
DEADLINE_SECONDS: Final = 25.0
_GOODBYE_SECONDS: Final = 2.0


class NotTakenError(OSError):
    """The mail server was not even offered the message."""


def hand_over(message: EmailMessage) -> None:
    """Return once the server has accepted the message; raises what kept it from doing so."""
    backend, seconds = get_connection(fail_silently=False), DEADLINE_SECONDS
    if isinstance(backend, EmailBackend):
        _by_smtp(message, seconds=seconds)
    elif not within(seconds, lambda: backend.send_messages([message]), give_up=_nothing):
        raise NotTakenError


def is_refused_for_good(error: Exception) -> bool:
    """Whether the server will never take mail for this recipient: 5xx to RCPT TO.

    A refusal of the sender, of the content or of our password is the server's trouble,
    which passes; a recipient it does not know stays unknown.
    """
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    codes = [code for code, _ in error.recipients.values()]
    return bool(codes) and all(500 <= code <= 599 for code in codes)


def described(error: Exception) -> str:
    """Return type and code; never the server's words, which may repeat an address."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), None)
    return f"{type(error).__name__} {code}" if isinstance(code, int) else type(error).__name__


class _CuttableBackend(EmailBackend):
    """Django's backend, whose connection another thread can cut from its first byte on."""

    def __init__(self, *, seconds: float) -> None:
        super().__init__(fail_silently=False)
        self._seconds = seconds
        self._made: list[smtplib.SMTP] = []

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The class of smtplib, which makes itself known before it waits for a greeting."""
        plain: type[smtplib.SMTP] = smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP
        made, seconds = self._made, self._seconds

        class Known(plain):  # type: ignore[valid-type, misc]
            def connect(self, *args: Any, **options: Any) -> tuple[int, bytes]:
                made.append(self)
                answer: tuple[int, bytes] = super().connect(*args, **options)
                # Connecting is soon given up. A server that is slow to accept is waited
                # for, or it would take the same message again at every attempt.
                self.sock.settimeout(seconds)
                return answer

        return Known

    def limit(self, seconds: float) -> None:
        """Wait no longer than this for anything more."""
        for server in self._made:
            if server.sock is not None:
                # A failed handshake has closed it, and must stay what is told.
                with contextlib.suppress(OSError):
                    server.sock.settimeout(seconds)

    def cut(self) -> None:
        """End the connection under whoever waits for it."""
        for server in self._made:
            if server.sock is not None:
                with contextlib.suppress(OSError):
                    server.sock.shutdown(socket.SHUT_RDWR)


def _by_smtp(message: EmailMessage, *, seconds: float) -> None:
    backend = _CuttableBackend(seconds=seconds)
    accepted = threading.Event()

    def work() -> None:
        try:
            backend.open()
            if not backend.send_messages([message]):
                raise NotTakenError
            accepted.set()
        finally:
            backend.limit(_GOODBYE_SECONDS)
            # Whatever is said at parting changes nothing about the message.
            with contextlib.suppress(OSError):
                backend.close()

    try:
        within(seconds, work, give_up=backend.cut)
    except DeadlineError:
        if not accepted.is_set():
            raise


def _nothing() -> None:
    """A folder or a test's outbox has no connection to cut."""
