"""Read the messages that the file backend kept, newest first."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

_BETWEEN: Final = b"\n" + b"-" * 79 + b"\n"  # as django.core.mail.backends.filebased writes it
# The path alone makes the link, so that it works on whatever address this page was asked.
_LINK: Final = re.compile(r"https?://[^\s/]+(/alerts/\w+/)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the body; with `href`, a link to an alert."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One delivered message, as its reader would see it; `sent_at` is None when undated."""

    to: str
    subject: str
    sent_at: datetime | None
    is_urgent: bool
    body: tuple[Part, ...]


def newest(folder: Path, *, limit: int = 100) -> list[Mail]:
    """Return the newest messages of the folder; none when there is no folder yet.

    A message that is still being written has no end line and waits for the next look.
    """
    # The name begins with the moment at which the file was begun.
    files = sorted(folder.glob("*.log"), key=lambda path: path.name, reverse=True)
    kept = [mail for path in files[:limit] for mail in _mails_in(path)]
    undated = datetime.min.replace(tzinfo=UTC)
    kept.sort(key=lambda mail: mail.sent_at or undated, reverse=True)
    return kept[:limit]


def _mails_in(path: Path) -> Iterator[Mail]:
    complete = path.read_bytes().split(_BETWEEN)[:-1]
    for content in reversed(complete):
        yield _mail(message_from_bytes(content, policy=policy.default))


def _mail(message: EmailMessage) -> Mail:
    body = message.get_body(("plain",))
    return Mail(
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=_sent_at(message),
        is_urgent=message["Importance"] == "high",
        body=tuple(_linked(body.get_content() if body is not None else "")),
    )


def _sent_at(message: EmailMessage) -> datetime | None:
    date = message["Date"]
    if date is None or date.datetime is None:
        return None
    moment: datetime = date.datetime
    # “-0000” is UTC from a sender that does not tell its own zone (RFC 5322).
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _linked(text: str) -> Iterable[Part]:
    end = 0
    for link in _LINK.finditer(text):
        yield Part(text[end : link.start()])
        yield Part(link.group(), href=link.group(1))
        end = link.end()
    yield Part(text[end:])
