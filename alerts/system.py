"""What is wrong with alerting itself, told by mail to those who can mend it (A40, A41).

Such a condition has no patient, so it is no alert: pages and /health/alerting show it
(alerts.health), and a bulletin goes to the ward's mailbox and to administrators.
"""

from dataclasses import replace
from datetime import datetime

from alerts import bulletins, canary, continuity, rota, rota_plan
from alerts.models import Bulletin, Notification, RotaRole, Topic
from alerts.rota import Holder, Via
from alerts.rota_plan import LOOK_AHEAD
from staff.models import Role, User, Ward


def tell_of_gaps(*, now: datetime) -> int:
    """A40: write a bulletin for each gap of the next 24 h, and again when it has begun."""
    written = 0
    for ward in rota_plan.wards_with_patients():
        for gap in rota_plan.gaps(ward, start=now, end=now + LOOK_AHEAD):
            has_begun = gap.starts_at <= now
            topic = Topic.ROTA_GAP_NOW if has_begun else Topic.ROTA_GAP
            # A gap that has begun is said once each shift, as long as it lasts.
            when = f"{canary.shift_start(now) if has_begun else gap.starts_at:%Y%m%d%H%M}"
            key = f"gap-{topic}-{ward.pk}-{gap.role}-{when}"
            if Bulletin.objects.filter(key=key).exists():
                continue
            to = [_as(gap.role, each) for each in _keepers(ward, now=now, with_charge=True)]
            written += len(bulletins.write(topic, key=key, ward=ward, to=to, now=now))
    return written


def tell_of_old_packs(*, now: datetime) -> int:
    """Write a bulletin, once each shift, for each ward whose papers for a downtime are old."""
    written = 0
    for ward, _ in continuity.stale_wards(now=now):
        key = f"pack-{ward.pk}-{canary.shift_start(now):%Y%m%d%H%M}"
        if not Bulletin.objects.filter(key=key).exists():
            to = _keepers(ward, now=now, with_charge=True)
            written += len(bulletins.write(Topic.OLD_PACK, key=key, ward=ward, to=to, now=now))
    return written


def tell_of_waiting_feed(ward: Ward | None, *, now: datetime) -> int:
    """Tell, once each shift, that values of a feed wait in quarantine; return how many are told."""
    key = f"feed-{ward.pk if ward else 'none'}-{canary.shift_start(now):%Y%m%d%H%M}"
    if Bulletin.objects.filter(key=key).exists():
        return 0
    to = _keepers(ward, now=now, with_charge=ward is not None)
    return len(bulletins.write(Topic.FEED_WAITS, key=key, ward=ward, to=to, now=now))


def tell_of_refusal(row: Notification, *, now: datetime) -> None:
    """A41: an address was refused for good; tell whoever keeps the addresses, elsewhere."""
    ward = row.alert.ward
    refused = {row.mailbox.casefold()}
    to = [each for each in _keepers(ward, now=now) if each.mailbox.casefold() not in refused]
    bulletins.write(Topic.MAIL_REFUSED, key=f"refused-{row.pk}", ward=ward, to=to, now=now)


def _keepers(ward: Ward | None, *, now: datetime, with_charge: bool = False) -> list[Holder]:
    """The ward's mailbox and the administrators; for a gap the charge nurse as well."""
    found: dict[tuple[int | None, str], Holder] = {}
    if ward is not None and ward.fallback_email:
        mailbox = Holder(None, ward.fallback_email, Via.FALLBACK)
        found[mailbox.key] = mailbox
    if with_charge:
        charge = rota.holders(ward=ward, role=RotaRole.CHARGE_NURSE, patient_id=None, at=now)
        found |= {each.key: each for each in charge}
    administrators = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(email="")
    for person in administrators.order_by("pk"):
        holder = Holder(person, person.email, Via.MEMBERSHIP)
        found.setdefault(holder.key, holder)
    return list(found.values())


def _as(role: str, holder: Holder) -> Holder:
    return replace(holder, role=role)
