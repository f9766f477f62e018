"""Take a kept message once more, as history: what was stored stays, what is understood now is."""

from datetime import datetime
from typing import Final

from interop.csv.outcomes import Outcome
from interop.hl7v2 import batch, kept
from interop.hl7v2.account import Fate, Receiving
from interop.models import ReceivedMessage
from staff.models import User

_TAKEN: Final = (Outcome.STORED, Outcome.DUPLICATE)


def again(message: ReceivedMessage, *, by: User, now: datetime) -> dict[str, Fate]:
    """Return the fate of each part by its mark; part of the caller's transaction.

    Nobody is paged, and a live message still registers nobody. None of it counts where the
    message's text was not kept.
    """
    content = message.text.content
    if content is None:
        return {}
    how = Receiving(
        now=now,
        live=False,
        channel=message.channel,
        by=by,
        ward=message.ward,
        registers=message.channel == "file",
    )
    incoming = batch.read(bytes(content))
    batch.settle([incoming], how=how, keep=False)
    fates = {each.mark: each.fate for each in incoming.fated}
    taken = [fate for fate in fates.values() if fate.outcome in _TAKEN]
    if incoming.digest not in fates and taken:
        # It waited as a whole; from here on only what is still not understood does.
        fates[incoming.digest] = min(taken, key=lambda fate: _TAKEN.index(fate.outcome))
        kept.keep_waiting(incoming, message, how)
    return fates
