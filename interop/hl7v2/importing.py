"""Load messages from files: results of a patient together, in portions; nobody is paged."""

import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import transaction

from audit import trail
from charting import state
from interop.csv.outcomes import Outcome
from interop.hl7v2 import batch, kept, wire
from interop.hl7v2.account import Fate, Incoming, Receiving
from interop.hl7v2.framing import Piece, Pieces
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.report import Report
from interop.models import HeldResult
from patients.models import Patient, Stay

# Results held in memory at most, and messages: then what is read is stored.
_MOST_RESULTS: Final = 5000
_MOST_MESSAGES: Final = 500
LARGEST_MESSAGE: Final = 16 * 1024 * 1024


class _DryRunError(Exception):
    """Takes back what a dry run would have stored."""


@dataclass(slots=True)
class _Portion:
    """Messages that can be stored together: none of them changes what another one brings."""

    messages: list[Incoming] = field(default_factory=list)
    results: int = 0
    numbers: dict[tuple[str, str], Incoming] = field(default_factory=dict)


def load(
    paths: Sequence[Path], *, how: Receiving, dry: bool, report: Report, say: Callable[[str], None]
) -> None:
    """Take every message of the files in order; raises OSError when one cannot be read.

    A dry run does all of it and takes it back, so that its account is the real one.
    """
    if not dry:
        _load(paths, how=how, report=report, say=say)
        return
    try:
        with transaction.atomic():
            _load(paths, how=how, report=report, say=say)
            raise _DryRunError
    except _DryRunError:
        return


def _load(
    paths: Sequence[Path], *, how: Receiving, report: Report, say: Callable[[str], None]
) -> None:
    portion = _Portion()
    touched: set[int] = set()
    for path in paths:
        report.begin(path.name)
        pieces = Pieces(_content(path))
        for piece in pieces:
            incoming = _read(piece)
            if _must_wait(incoming, portion):
                _flush(portion, how, report, touched, say)
                portion = _Portion()
            _add(incoming, portion)
        # A file's account stands under its own name, so its messages end with it.
        _flush(portion, how, report, touched, say)
        portion = _Portion()
        for words in pieces.warnings:
            report.warn(f"{path.name}: {words}")
    _show(touched, how)


def _content(path: Path) -> "bytes | mmap.mmap":
    """The file's bytes, looked at in place: memory does not grow with the file."""
    with path.open("rb") as stream:
        if path.stat().st_size == 0:
            return b""
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def _read(piece: Piece) -> Incoming:
    if piece.is_message and len(piece.raw) <= LARGEST_MESSAGE:
        return batch.read(piece.raw, line=piece.line)
    incoming = Incoming(piece.raw, piece.line)
    words = "it is larger than 16 MB" if piece.is_message else "it does not begin with MSH"
    reason = Reason.TOO_LARGE if piece.is_message else Reason.NOT_A_MESSAGE
    batch.refuse_whole(incoming, Fate(Outcome.REJECTED, reason, words))
    return incoming


def _add(incoming: Incoming, portion: _Portion) -> None:
    if incoming.message is not None and incoming.header is not None:
        portion.results += sum(each.name == "OBX" for each in incoming.message.segments)
        _refuse_reused_number(incoming, portion)
        portion.numbers.setdefault((incoming.source, incoming.header.control_id), incoming)
    portion.messages.append(incoming)


def _must_wait(incoming: Incoming, portion: _Portion) -> bool:
    """Whether what was read before must be stored first."""
    if portion.results >= _MOST_RESULTS or len(portion.messages) >= _MOST_MESSAGES:
        return True
    if incoming.message is None or not portion.messages:
        return False
    return _changes(incoming) or _changes(portion.messages[-1])


def _changes(incoming: Incoming) -> bool:
    """Whether a message is more than new results: an admission, a correction, a first draft."""
    if incoming.message is None or incoming.header is None:
        return False
    if incoming.header.kind == "ADT":
        return True
    results = (each for each in incoming.message.segments if each.name == "OBX")
    return any(each.field(11).strip().upper() not in ("F", "") for each in results)


def _refuse_reused_number(incoming: Incoming, portion: _Portion) -> None:
    """Refuse a message under the number and time of another one: which is right is not guessed.

    A number alone may have been used again since, as counters are.
    """
    assert incoming.header is not None
    assert incoming.message is not None
    other = portion.numbers.get((incoming.source, incoming.header.control_id))
    raw = other.raw if other else None
    digest = other.digest if other else ""
    if other is None:
        before = kept.same_number(incoming.header)
        text = getattr(before, "text", None) if before else None
        if before is None or text is None or text.content is None:
            return
        raw, digest = bytes(text.content), before.digest
    if digest == incoming.digest or raw is None or not _same_time(raw, incoming):
        return
    words = "MSH-10 and MSH-7 were given to a message with other content"
    batch.refuse_whole(
        incoming, Fate(Outcome.QUARANTINED, Reason.CONTROL_ID_REUSED, words, "MSH-10")
    )
    incoming.message = None


def _same_time(raw: bytes, incoming: Incoming) -> bool:
    assert incoming.message is not None
    try:
        before = wire.parse(raw).header.field(7)
    except RefusedMessageError:
        return False
    return bool(before) and before == incoming.message.header.field(7)


def _flush(
    portion: _Portion,
    how: Receiving,
    report: Report,
    touched: set[int],
    say: Callable[[str], None],
) -> None:
    if not portion.messages:
        return
    if not batch.settle_whatever(portion.messages, how=how):
        report.failed = True
    for each in portion.messages:
        if each.patient_id is not None:
            touched.add(each.patient_id)
        report.add(each)
    report.tell(say)


def _show(touched: set[int], how: Receiving) -> None:
    """Give patients without any stay a closed one that spans what came: their ward sees them."""
    if how.ward is None:
        return
    for patient in Patient.objects.filter(pk__in=touched, stays=None):
        times = HeldResult.objects.filter(patient=patient).exclude(taken_at=None)
        span = times.order_by("taken_at").values_list("taken_at", flat=True)
        first, last = span.first(), span.last()
        if first is not None and last is not None:
            stay = Stay.objects.create(
                patient=patient, ward=how.ward, admitted_at=first, discharged_at=last
            )
            state.refresh_place(patient)
            trail.record(
                action="stay.imported",
                actor=how.by,
                scope=f"patient:{patient.pk}",
                subject=f"stay:{stay.pk}",
                at=how.now,
                detail={"ward": how.ward.pk},
            )
