"""A mail server that does what a seed tells it: accept, refuse, stall, or forget to answer."""

import re
import smtplib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from simulation.store import Killed

if TYPE_CHECKING:
    from simulation.world import World


class Mood(StrEnum):
    """How the mail server behaves just now."""

    WELL = "well"
    SLOW = "slow"
    REFUSING = "refusing"
    TRY_LATER = "try_later"
    HANGING = "hanging"
    FORGETFUL = "forgetful"  # accepts, and loses the line before it says so


_CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{6}\b")
HANGS_SECONDS = 10.0  # as long as the program waits


@dataclass(slots=True)
class MailServer:
    """What arrived where, and which repeats have an excuse."""

    world: "World"
    mood: Mood = Mood.WELL
    unknown_address: str | None = None
    # Of one alert to one mailbox, and by Message-ID: how often, and how often it may again.
    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    ids: Counter[str] = field(default_factory=Counter)
    excused: Counter[tuple[str, str]] = field(default_factory=Counter)
    excused_ids: Counter[str] = field(default_factory=Counter)
    # When a mailbox last took a mail that names an alert.
    last_told: dict[tuple[str, str], float] = field(default_factory=dict)

    def receive(self, message: EmailMessage) -> None:
        """Take one message, or raise what smtplib would."""
        world = self.world
        if connection.in_atomic_block:
            world.violated("mail is sent inside a transaction")
        world.checks.told.before(message)
        mood, chance = self.mood, world.chance("mail")
        if world.kills("mid_send_before"):
            raise Killed
        if mood is Mood.REFUSING:
            raise ConnectionRefusedError("connection refused")
        if message.to[0] == self.unknown_address:
            raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})
        if mood is Mood.TRY_LATER:
            raise smtplib.SMTPDataError(451, b"greylisted, try again later")
        if mood is Mood.HANGING:
            world.pass_time(HANGS_SECONDS)
            raise TimeoutError("timed out")
        world.pass_time(chance.uniform(2, 8) if mood is Mood.SLOW else chance.uniform(0.02, 0.4))
        self._accept(message)
        if mood is Mood.FORGETFUL and chance.random() < 0.7:
            self.excuse(message)
            raise smtplib.SMTPServerDisconnected("connection unexpectedly closed")
        if world.kills("mid_send_after"):
            raise Killed

    def _accept(self, message: EmailMessage) -> None:
        name = _name_of(message)
        self.ids[name] += 1
        for key in keys_of(message):
            self.accepted[key] += 1
            self.last_told[key] = self.world.clock.seconds
        self.world.note(f"mail taken {name}")
        self.world.last_accepted(message)
        self.world.checks.told.after(message)

    def excuse(self, message: EmailMessage) -> None:
        """Whoever sent this could not write down that it was taken: it may come once more."""
        self.excused_ids[_name_of(message)] += 1
        for key in keys_of(message):
            self.excused[key] += 1


def _name_of(message: EmailMessage) -> str:
    return str(message.extra_headers["Message-ID"])


def keys_of(message: EmailMessage) -> list[tuple[str, str]]:
    """To whom, about which alerts: the subject names one, the body of a merged mail several."""
    subject = str(message.subject)
    named = message.body if " CRS alerts " in subject else subject
    codes = dict.fromkeys(_CODE.findall(str(named)))
    return [(message.to[0], code) for code in codes]


class Backend(BaseEmailBackend):
    """What the program's sender talks to."""

    server: "MailServer | None" = None

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Hand the messages over, one after the other."""
        assert Backend.server is not None, "no seed is running"
        for message in email_messages:
            Backend.server.receive(message)
        return len(email_messages)
