"""What a letter in the bounce mailbox says of a message of ours (RFC 3464). No Django here.

Whatever arrives is read without trust: a malformed letter is one that says nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

# A report of ours is a few kilobytes; what is longer is cut before it is read.
LONGEST_LETTER_BYTES: Final = 200_000
_MOST_PARTS: Final = 40
_MOST_NAMES: Final = 10
_LONGEST_NAME: Final = 120
_NAME: Final = re.compile(r"<[^<>\s]{3,118}>")
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_NAMED_IN_TEXT: Final = re.compile(r"^[> \t]*Message-ID:\s*(<[^<>\s]{3,118}>)", re.I | re.M)
_ORIGINALS: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/global-headers"})
_REPORTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})


class Says(StrEnum):
    """What became of a message, in the words of RFC 3464; ARRIVED is no report at all."""

    FAILED = "failed"
    DELAYED = "delayed"
    ARRIVED = "arrived"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: `key` names it for good, `about` the messages it may speak of, likeliest first.

    `status`: the enhanced code of RFC 3463 such as 5.1.1; empty when none is given.
    """

    key: str
    says: Says
    about: tuple[str, ...] = ()
    status: str = ""


def read(raw: bytes) -> Letter:
    """Read a letter; one that cannot be understood says nothing. Never raises."""
    raw = raw[:LONGEST_LETTER_BYTES]
    unreadable = Letter(sha256(raw).hexdigest(), Says.NOTHING)
    try:
        return _read(message_from_bytes(raw), unreadable.key)
    except Exception:  # the parser has met everything but the next broken sender
        return unreadable


def _read(letter: Message, key: str) -> Letter:
    own = _names_in(letter.get("Message-ID"))
    if own:
        key = sha256(own[0].encode(errors="replace")).hexdigest()
    parts = [part for part, _ in zip(letter.walk(), range(_MOST_PARTS), strict=False)]
    says, status = _reported(parts)
    if says is Says.NOTHING and letter.get("X-Failed-Recipients"):
        says, status = Says.FAILED, _first_status(_text_of(letter))  # Exim without a report
    if says is not Says.NOTHING:
        return Letter(key, says, _about(letter, parts), status)
    if any(part.get_content_type() in _REPORTS for part in parts):
        return Letter(key, Says.NOTHING)  # delivered, relayed, expanded
    return Letter(key, Says.ARRIVED, tuple(own[:1]))


def _reported(parts: list[Message]) -> tuple[Says, str]:
    """The gravest that any recipient's block says, and its status."""
    found = Says.NOTHING, ""
    for block in (each for part in parts for each in _blocks(part)):
        action = str(block.get("Action", "")).split("(")[0].strip().casefold()
        status = _first_status(str(block.get("Status", "")))
        if not action and status:
            action = {"5": Says.FAILED, "4": Says.DELAYED}.get(status[0], "")
        if action == Says.FAILED:
            return Says.FAILED, status
        if action == Says.DELAYED:
            found = Says.DELAYED, status
    return found


def _blocks(part: Message) -> Iterator[Message]:
    if part.get_content_type() not in _REPORTS:
        return
    payload: Any = part.get_payload()
    blocks = payload if isinstance(payload, list) else []
    yield from blocks
    # Some senders encode what RFC 3464 wants plain; then the blocks hold no header at all.
    coded = "".join(str(each.get_payload()) for each in blocks) if blocks else str(payload or "")
    how = str(part.get("Content-Transfer-Encoding", "")).strip().casefold()
    if how in ("base64", "quoted-printable"):
        inner = message_from_string(f"Content-Transfer-Encoding: {how}\n\n{coded}")
        content = inner.get_payload(decode=True)
        text = content.decode(errors="replace") if isinstance(content, bytes) else ""
        for block in re.split(r"\r?\n\r?\n", text)[:_MOST_PARTS]:
            yield message_from_string(block)


def _about(letter: Message, parts: list[Message]) -> tuple[str, ...]:
    """The message named by the copy that came back, else by the letter's own headers or words."""
    found: list[str] = []
    for part in parts[1:]:
        if part.get_content_type() in _ORIGINALS:
            found += _names_in_original(part)
    for block in (each for part in parts for each in _blocks(part)):
        found += _names_in(block.get("X-Original-Message-ID"))
    for header in ("In-Reply-To", "References"):
        found += _names_in(letter.get(header))
    found += _NAMED_IN_TEXT.findall(_text_of(letter))
    return tuple(dict.fromkeys(found))[:_MOST_NAMES]


def _names_in_original(part: Message) -> list[str]:
    payload: Any = part.get_payload()
    if isinstance(payload, list):
        return [name for each in payload for name in _names_in(each.get("Message-ID"))]
    content = part.get_payload(decode=True)
    text = content.decode(errors="replace") if isinstance(content, bytes) else ""
    return _names_in(message_from_string(text.lstrip()).get("Message-ID"))


def _names_in(header: Any) -> list[str]:
    return [each for each in _NAME.findall(str(header or "")) if len(each) <= _LONGEST_NAME]


def _text_of(letter: Message) -> str:
    """The words of a letter's plain parts, in the order they stand."""
    texts = []
    for part, _ in zip(letter.walk(), range(_MOST_PARTS), strict=False):
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            texts.append(content.decode(errors="replace") if isinstance(content, bytes) else "")
    return "\n".join(texts)


def _first_status(text: str) -> str:
    found = _STATUS.search(text)
    return found.group(1) if found else ""
