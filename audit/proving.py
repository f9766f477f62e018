"""Walk every chain from its first entry to its head, in constant memory, and say what is wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, Final

from django.db.models import Exists, OuterRef

from audit import register, seals
from audit.chain import AFTER_A_BROKEN_HEAD
from audit.models import AuditChain, AuditEntry
from audit.seals import PLAIN, Content

_AT_ONCE: Final = 2000
_CHAINS_AT_ONCE: Final = 200
_COLUMNS: Final = (
    "edition", "scope", "seq", "at", "actor_id", "action", "subject", "detail",
    "previous_digest", "id", "digest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain stops being believable, and why."""

    scope: str
    seq: int
    why: str


@dataclass(slots=True)
class Walked:
    """How far a chain was followed."""

    scope: str
    seq: int = 0
    digest: str = ""
    entry_id: int | None = None
    first: str = ""
    # The last entry that was sealed without a key.
    plain: tuple[int, str] | None = None


def breaks() -> Iterator[Break]:
    """Yield every break; nothing for a trail that is whole."""
    rows = AuditEntry.objects.order_by("scope", "seq").values_list(*_COLUMNS)
    grouped = groupby(rows.iterator(chunk_size=_AT_ONCE), key=lambda row: row[1])
    ends: list[Walked] = []
    for scope, entries in grouped:
        walked = Walked(scope)
        for row in entries:
            yield from _step(walked, row)
        ends.append(walked)
        if len(ends) == _CHAINS_AT_ONCE:
            yield from _ends(ends)
            ends = []
    yield from _ends(ends)
    yield from _emptied()
    yield from _vanished()


def _step(walked: Walked, row: tuple[Any, ...]) -> Iterator[Break]:
    named = dict(zip(_COLUMNS, row, strict=True))
    entry_id, digest = named.pop("id"), named.pop("digest")
    content = Content(**named, previous_id=walked.entry_id)
    if content.seq != walked.seq + 1:
        yield Break(content.scope, content.seq, f"expected number {walked.seq + 1}")
    elif content.previous_digest != walked.digest:
        yield Break(content.scope, content.seq, "does not follow its predecessor")
    elif not _is_sealed(digest, content):
        yield Break(content.scope, content.seq, "was changed after it was written")
    if isinstance(content.detail, dict) and content.detail.get(AFTER_A_BROKEN_HEAD):
        yield Break(content.scope, content.seq, "was written after a head that was changed")
    if content.edition == PLAIN:
        walked.plain = (content.seq, digest)
    walked.first = walked.first or digest
    walked.seq, walked.digest, walked.entry_id = content.seq, digest, entry_id


def _is_sealed(digest: str, content: Content) -> bool:
    try:
        return seals.entry_holds(digest, content)
    except (AttributeError, TypeError, ValueError):
        return False  # SQLite keeps whatever is written into a column, a time that is none too


def _ends(ends: list[Walked]) -> Iterator[Break]:
    """Hold the ends of some chains against their heads and the register."""
    scopes = [walked.scope for walked in ends]
    heads = {head.scope: head for head in AuditChain.objects.filter(scope__in=scopes)}
    named: dict[str, list[dict[str, Any]]] = {}
    found = AuditEntry.objects.filter(scope=register.SCOPE, subject__in=scopes)
    for subject, detail in found.order_by("seq").values_list("subject", "detail"):
        named.setdefault(subject, []).append(detail)
    for walked in ends:
        head = heads.get(walked.scope)
        if head is None:
            yield Break(walked.scope, 0, "the chain has no head")
            continue
        yield from _grown(walked, head.seq)
        for why in _faults(walked, head, named.get(walked.scope, [])):
            yield Break(walked.scope, walked.seq, why)


def _grown(walked: Walked, until: int) -> Iterator[Break]:
    """Follow a chain through what was written since it was walked: nobody is locked out."""
    rows = AuditEntry.objects.filter(scope=walked.scope, seq__gt=walked.seq, seq__lte=until)
    for row in rows.order_by("seq").values_list(*_COLUMNS).iterator(chunk_size=_AT_ONCE):
        yield from _step(walked, row)


def _faults(walked: Walked, head: AuditChain, named: list[dict[str, Any]]) -> Iterator[str]:
    if (head.seq, head.digest) != (walked.seq, walked.digest):
        yield "the end of the chain is missing"
    elif head.entry_id != walked.entry_id:
        yield "its last entry was given another key"
    elif not seals.holds(head.seal, head.content().words()):
        yield "its head was changed"
    if walked.plain is not None and not any(
        each.get("adopted") == list(walked.plain) for each in named
    ):
        yield "an entry without a key's seal was not there when keys came"
    if head.scope == register.SCOPE:
        return
    if len(named) > 1:
        yield "the chain was begun twice"
    elif head.is_registered and not named:
        yield "the register does not know the chain"
    elif named and (named[0].get("chain"), named[0].get("first")) != (head.pk, walked.first):
        yield "the chain was begun anew"


def _emptied() -> Iterator[Break]:
    """Heads of which every entry is gone."""
    entries = AuditEntry.objects.filter(scope=OuterRef("scope"))
    for head in AuditChain.objects.exclude(Exists(entries)).order_by("scope").iterator():
        yield Break(head.scope, head.seq, "every entry of the chain is gone")


def _vanished() -> Iterator[Break]:
    """Chains that the register names and that have no head, so that nothing else shows them."""
    named = AuditEntry.objects.filter(scope=register.SCOPE).order_by("seq")
    scopes = named.values_list("subject", flat=True).iterator()
    while some := list(islice(scopes, _CHAINS_AT_ONCE)):
        yield from _without_head(some)


def _without_head(scopes: Iterable[str]) -> Iterator[Break]:
    wanted = set(scopes)
    known = AuditChain.objects.filter(scope__in=wanted).values_list("scope", flat=True)
    for scope in sorted(wanted - set(known)):
        yield Break(scope, 0, "the whole chain is gone")
