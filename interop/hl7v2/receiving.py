"""Take one message of a live feed: one transaction, and an answer only after it."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import DatabaseError
from django.utils import timezone

from audit import trail
from interop.csv.outcomes import Outcome
from interop.hl7v2 import ack, batch, kept
from interop.hl7v2.account import Fate, Incoming, Receiving
from interop.hl7v2.ack import AckCode
from interop.hl7v2.reasons import Reason
from staff.models import Role, User

logger = logging.getLogger(__name__)
ACCOUNT: Final = "hl7v2-feed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the sender, and the code in it."""

    content: bytes
    code: AckCode


def account() -> User:
    """The account in whose name results of feeds are charted; nobody can sign in with it."""
    user, is_new = User.objects.get_or_create(
        username=ACCOUNT, defaults={"role": Role.INTEGRATION, "first_name": "HL7 v2 feed"}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        trail.record(
            action="account.opened",
            actor=None,
            scope="staff",
            subject=f"user:{user.pk}",
            at=timezone.now(),
            detail={"role": user.role, "why": "feed"},
        )
    return user


def receive(raw: bytes, *, how: Receiving) -> Answer:
    """Store, grade and alert by one message, and return the answer; never raises for its content.

    A fault of the database answers AE with nothing stored: the sender has it still.
    """
    try:
        incoming = take(raw, how=how)
    except DatabaseError as error:
        logger.exception("hl7v2.not_stored", extra={"error": type(error).__name__})
        words = "it could not be stored: send it again"
        content = ack.failure(raw, now=how.now, reason=Reason.NOT_STORED, words=words)
        return Answer(content, AckCode.ERROR)
    code = ack.code_for(incoming)
    logger.info("hl7v2.received", extra={"outcome": incoming.outcome().value, "kind": code.value})
    return Answer(ack.ack(incoming, now=how.now, code=code), code)


def refuse(raw: bytes, why: str, *, how: Receiving) -> bytes:
    """Answer what is no whole message, and keep what there is of it."""
    words = {
        "too_large": "the message is larger than what is taken",
        "cut_off": "another message began before this one ended",
    }[why]
    reason = Reason.TOO_LARGE if why == "too_large" else Reason.NOT_A_MESSAGE
    logger.warning("hl7v2.refused", extra={"outcome": why})
    incoming = Incoming(raw)
    batch.refuse_whole(incoming, Fate(Outcome.REJECTED, reason, words))
    try:
        batch.settle([incoming], how=how)
    except DatabaseError as error:
        logger.exception("hl7v2.not_stored", extra={"error": type(error).__name__})
    return ack.failure(raw, now=how.now, reason=reason, words=words, code=AckCode.REJECT)


def take(raw: bytes, *, how: Receiving) -> Incoming:
    """Settle one message; a control id used lately for another one makes it wait for a person."""
    incoming = batch.read(raw)
    if incoming.message is not None:
        refuse_reused_number(incoming, now=how.now)
    batch.settle_whatever([incoming], how=how)
    return incoming


def refuse_reused_number(incoming: Incoming, *, now: datetime) -> None:
    """Refuse a message whose number its sender has just given to another one."""
    assert incoming.header is not None
    before = kept.same_number(incoming.header)
    if before is None or before.digest == incoming.digest:
        return
    is_late = now - before.received_at > batch.NUMBER_HOLDS
    if is_late or kept.stored_before([incoming.digest]):
        return
    words = "MSH-10 was given to a message with other content"
    batch.refuse_whole(incoming, Fate(Outcome.QUARANTINED, _REUSED, words, "MSH-10"))
    incoming.message = None


_REUSED: Final = Reason.CONTROL_ID_REUSED
