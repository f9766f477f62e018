"""When each feed was last heard, and what became of what it sent in the last day.

What is not counted is None, and shows as that: a repeat that leaves no row is no zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Count, IntegerField, Max, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from alerts.models import Heartbeat
from alerts.pulse import SILENT_AFTER as LISTENER_SILENT_AFTER
from interop.csv.outcomes import Outcome
from interop.models import (
    Feed,
    HeldResource,
    ImportBatch,
    LocalMapping,
    QuarantinedItem,
    ReceivedMessage,
)
from interop.quarantine.models import Format
from staff.models import ApiToken, Role, User

DAY: Final = timedelta(hours=24)
# Monitors and laboratories of a ward send many times an hour, at night too.
SILENT_AFTER: Final = timedelta(hours=1)
LIVE: Final = "mllp"
LISTENER: Final = "hl7v2"  # the name under which the listener beats
Counts = Mapping[str, int | None]


class Voice(StrEnum):
    """Whether a feed speaks."""

    HEARD = "heard"
    SILENT = "silent"
    NEVER = "never heard"
    OFF = "switched off"
    UNASKED = "only when a file is brought"


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One sender: its voice, when it was last heard, and the parts of the last day by outcome."""

    name: str
    voice: Voice
    heard_at: datetime | None
    counts: Counts
    waiting: int
    mapping: str
    clock: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class ListenerState:
    """The program that listens for HL7 v2; `beat_at` None where none runs."""

    beat_at: datetime | None
    is_alive: bool


def listener(*, now: datetime) -> ListenerState:
    """Return whether the MLLP listener said within a minute that it lives."""
    beat = Heartbeat.objects.filter(name=LISTENER).first()
    if beat is None:
        return ListenerState(None, is_alive=False)
    return ListenerState(beat.at, is_alive=abs(now - beat.at) <= LISTENER_SILENT_AFTER)


def hl7_senders(*, now: datetime) -> list[FeedRow]:
    """Return each sender of HL7 v2, by what it is called; also one agreed with and never heard."""
    rows = ReceivedMessage.objects.filter(format=Format.HL7V2).order_by()
    lately = Q(received_at__gt=now - DAY)
    sums = {
        each.value: Sum(
            Cast(KeyTextTransform(each.value, "counts"), IntegerField()), filter=lately, default=0
        )
        for each in Outcome
    }
    asked: Any = rows.values("sender", "channel").annotate(heard=Max("received_at"), **sums)
    found = {(row["sender"], row["channel"]): row for row in asked}
    clocks = dict(Feed.objects.values_list("sender", "time_zone"))
    waiting, mappings = _waiting(Format.HL7V2), _mappings()
    made = [
        FeedRow(
            name=sender or "sender not named",
            voice=_voice(row["heard"], now=now) if channel == LIVE else Voice.UNASKED,
            heard_at=row["heard"],
            counts={each.value: row[each.value] for each in Outcome},
            waiting=waiting.get(sender, 0),
            mapping=mappings.get(sender, ""),
            clock=clocks.get(sender, clocks.get(sender.partition("@")[0], "")),
            more="" if channel == LIVE else "from files",
        )
        for (sender, channel), row in sorted(found.items())
    ]
    known = {sender for sender, _ in found} | {sender.partition("@")[0] for sender, _ in found}
    unheard: Counts = {each.value: 0 for each in Outcome}
    return made + [
        FeedRow(name, Voice.NEVER, None, unheard, 0, mappings.get(name, ""), clock=zone)
        for name, zone in sorted(clocks.items())
        if name not in known
    ]


def programs(*, now: datetime) -> list[FeedRow]:
    """Return each account of another system: FHIR and REST; its newest token says if it is let in.

    Repeats and refusals are answered over HTTP and leave no row: they are not counted.
    """
    lately = Q(received_at__gt=now - DAY)
    stored = dict(
        HeldResource.objects.filter(lately, received_by__role=Role.INTEGRATION)
        .order_by().values_list("received_by").annotate(Count("pk"))
    )  # fmt: skip
    kept = dict(
        QuarantinedItem.objects.filter(lately, format=Format.FHIR)
        .order_by().values_list("sender").annotate(Count("pk"))
    )  # fmt: skip
    waiting = _waiting(Format.FHIR)
    tokens: dict[int, list[ApiToken]] = {}
    for token in ApiToken.objects.order_by("-pk"):
        tokens.setdefault(token.user_id, []).append(token)
    people = User.objects.filter(role=Role.INTEGRATION, pk__in=tokens).order_by("username")
    return [
        _program(
            each,
            tokens[each.pk],
            {
                Outcome.STORED.value: stored.get(each.pk, 0),
                Outcome.DUPLICATE.value: None,
                Outcome.QUARANTINED.value: kept.get(each.username, 0),
                Outcome.REJECTED.value: None,
            },
            waiting=waiting.get(each.username, 0),
            now=now,
        )
        for each in people
    ]


def _program(
    user: User, tokens: list[ApiToken], counts: Counts, *, waiting: int, now: datetime
) -> FeedRow:
    heard = max((each.last_used_at for each in tokens if each.last_used_at), default=None)
    valid = [each for each in tokens if not each.has_ended(at=now)]
    is_let = bool(valid) and user.is_active
    voice = _voice(heard, now=now) if is_let else Voice.OFF
    labels = ", ".join(each.label for each in valid) or "no token that holds"
    return FeedRow(user.display_name(), voice, heard, counts, waiting, "", more=labels)


def files(*, now: datetime) -> list[FeedRow]:
    """Return each ward's imports of files, CSV and FHIR; counts are those of finished runs."""
    rows = ImportBatch.objects.exclude(summary={}).order_by()
    lately = Q(started_at__gt=now - DAY)
    sums = {
        each.value: Sum(
            Cast(KeyTextTransform(each.value, "summary"), IntegerField()), filter=lately, default=0
        )
        for each in Outcome
    }
    found: Any = rows.values("ward__name").annotate(heard=Max("started_at"), **sums)
    return [
        FeedRow(
            name=f"Files into {row['ward__name'] or 'no ward that is named'}",
            voice=Voice.UNASKED,
            heard_at=row["heard"],
            counts={each.value: row[each.value] for each in Outcome},
            waiting=0,
            mapping="kept with each file",
        )
        for row in found.order_by("ward__name")
    ]


def _voice(heard_at: datetime | None, *, now: datetime) -> Voice:
    if heard_at is None:
        return Voice.NEVER
    return Voice.HEARD if now - heard_at <= SILENT_AFTER else Voice.SILENT


def _waiting(form: Format) -> dict[str, int]:
    rows = QuarantinedItem.objects.waiting().filter(format=form).order_by()
    return dict(rows.values_list("sender").annotate(Count("pk")))


def _mappings() -> dict[str, str]:
    """The words of people in force, by sender: how many, and the newest."""
    rows = LocalMapping.objects.in_force().order_by().values("sender")
    return {
        row["sender"]: f"{row['codes']} by hand, version {row['version']} "
        f"of {row['newest']:%-d %b %Y}"
        for row in rows.annotate(codes=Count("pk"), version=Max("pk"), newest=Max("recorded_at"))
    }
