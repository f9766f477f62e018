"""Who was told: everybody who must be, the gravest first, and nobody twice."""

from typing import Final

from django.core.mail import EmailMessage

from simulation.mailer import keys_of
from simulation.world import World

# Longer than the longest wait between two attempts, and the lease of one who died.
WELL_SECONDS: Final = 420.0
_OWED: Final = """
    SELECT n.id, n.message_id, coalesce(u.email, n.address), a.code, n.failed_at
    FROM alerts_notification n
    JOIN alerts_alert a ON a.id = n.alert_id LEFT JOIN staff_user u ON u.id = n.recipient_id
    WHERE a.state = 'open' AND n.kind = 'alert' AND n.channel = 'email' AND n.dropped_at IS NULL
"""
_MESSAGES_TO: Final = """
    SELECT count(*) FROM alerts_notification n JOIN alerts_alert a ON a.id = n.alert_id
    LEFT JOIN staff_user u ON u.id = n.recipient_id
    WHERE coalesce(u.email, n.address) = ? AND a.code = ?
"""


class Told:
    """Follows the mail of one seed."""

    def __init__(self, world: World) -> None:
        """Nobody has been told."""
        self._world = world
        self._waiting: dict[str, set[int]] = {}
        self.first_seen: dict[int, float] = {}
        self._open_since: dict[str, float] = {}  # by alert code

    def look(self) -> None:
        """Note when each message was first seen, in true seconds."""
        rows = self._world.store.rows(
            "SELECT id FROM alerts_notification WHERE id > ?", max(self.first_seen, default=0)
        )
        for (pk,) in rows:
            self.first_seen[pk] = self._world.clock.seconds

    def is_open_again(self, code: str) -> None:
        """Its messages are owed from now on; while somebody was on their way none was."""
        self._open_since[code] = self._world.clock.seconds

    def waits_longer_than(self, seconds: float, *, refused: bool = True) -> list[int]:
        """Undelivered messages that have been owed for so long, in true seconds."""
        now, left = self._world.clock.seconds, self.undelivered(refused=refused)
        return [
            pk
            for pk, code in left.items()
            if now - max(self.first_seen.get(pk, now), self._open_since.get(code, 0.0)) > seconds
        ]

    def check_when_all_is_well(self) -> None:
        """Nothing broke for longer than the longest wait: nothing older is left over."""
        world = self._world
        since = world.clock.seconds - WELL_SECONDS
        if world.broke_at > since or not world.scenario.is_calm(since, world.clock.seconds):
            return
        left = self.waits_longer_than(WELL_SECONDS, refused=False)
        if left:
            world.violated(f"all has been well for {WELL_SECONDS:g} s and message {left[0]} waits")

    def turn_began(self, owner: str) -> None:
        """Note what is graver and already waiting when a sender looks."""
        rows = self._world.store.rows(
            """SELECT n.id FROM alerts_notification n JOIN alerts_alert a ON a.id = n.alert_id
               WHERE n.sent_at IS NULL AND n.failed_at IS NULL AND n.dropped_at IS NULL
               AND a.state = 'open' AND a.severity = 'P1' AND n.kind = 'alert'
               AND n.lease_until IS NULL AND n.due_at <= ?""",
            self._world.clock.wall().strftime("%Y-%m-%d %H:%M:%S"),
        )
        self._waiting[owner] = {row[0] for row in rows}

    def before(self, message: EmailMessage) -> None:
        """A sender that has graver ones waiting does not send this one."""
        actor = self._world.acting()
        waiting = self._waiting.get(actor)
        if not waiting or not str(message.subject).startswith(("[P2]", "[P3]", "[P4]")):
            return
        rows = self._world.store.rows(
            "SELECT n.id FROM alerts_notification n JOIN alerts_alert a ON a.id = n.alert_id "
            "WHERE n.sent_at IS NULL AND n.dropped_at IS NULL AND n.attempts = 0 "
            "AND a.state = 'open'"
        )
        if waiting & {row[0] for row in rows}:
            self._world.violated("a P1 waits while a lesser alert is sent")

    def after(self, message: EmailMessage) -> None:
        """Nobody is told twice, unless the one who sent could not write that down."""
        mail, keys = self._world.mail, keys_of(message)
        for key in keys if len(keys) == 1 else ():
            owed = self._world.store.rows(_MESSAGES_TO, *key)[0][0]
            if mail.accepted[key] > owed + mail.excused[key]:
                times = mail.accepted[key]
                self._world.violated(f"{key[0]} was told {times} times of alert {key[1]}")
        name = message.extra_headers["Message-ID"]
        if mail.ids[name] > 1 + mail.excused_ids[name]:
            self._world.violated(f"{name} was sent {mail.ids[name]} times")

    def undelivered(self, *, refused: bool = True) -> dict[int, str]:
        """Messages about open alerts that no mail server took, with the code of the alert.

        `refused`: with those that were refused for good, which only a person can mend.
        """
        mail, found = self._world.mail, {}
        for pk, name, mailbox, code, failed_at in self._world.store.rows(_OWED):
            if failed_at is not None and not refused:
                continue
            told = mail.last_told.get((mailbox, code), -1.0) >= self.first_seen.get(pk, 0.0)
            if not mail.ids[name] and not told:
                found[pk] = code
        return found
