"""Who holds a role of a ward at a moment: by slot, backup, assignment, membership or mailbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Q

from alerts.models import NurseAssignment, RotaRole, RotaSlot
from staff.models import Role, User, Ward, WardMembership

# At a changeover the one who leaves is told as well, in case the handover is not over.
CHANGEOVER: Final = timedelta(minutes=15)
# Whose members of the ward stand in for a role that no slot covers.
MEMBERS: Final[dict[RotaRole, Role]] = {
    RotaRole.CHARGE_NURSE: Role.CHARGE_NURSE,
    RotaRole.ONCOLOGY_FELLOW: Role.ONCOLOGIST,
    RotaRole.ONCOLOGY_ATTENDING: Role.ONCOLOGIST,
}


class Via(StrEnum):
    """How somebody came to be the one who is told."""

    SLOT = "slot"
    BACKUP = "backup"
    ASSIGNMENT = "assignment"
    MEMBERSHIP = "membership"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class Holder:
    """One who is told for a role: a person with an address, or a mailbox alone."""

    user: User | None
    mailbox: str
    via: Via
    role: str = ""
    phone: str = ""

    @property
    def key(self) -> tuple[int | None, str]:
        """The same for the same person, or for the same mailbox without a person."""
        return (self.user.pk, "") if self.user else (None, self.mailbox.casefold())


def holders(*, ward: Ward | None, role: str, patient_id: int | None, at: datetime) -> list[Holder]:
    """Return everybody who holds one role at a moment; at most three queries."""
    return holders_of([role], ward=ward, patient_id=patient_id, at=at)


def holders_of(
    roles: Sequence[str], *, ward: Ward | None, patient_id: int | None, at: datetime
) -> list[Holder]:
    """Return everybody who holds these roles at a moment, each person and mailbox once.

    A role nobody holds falls to the ward's own mailbox; without one it falls to nobody,
    which alerts.health says aloud. At most three queries, whatever the number of roles.
    """
    asked = [RotaRole(role) for role in roles]
    found: dict[RotaRole, list[Holder]] = {}
    if RotaRole.BEDSIDE_NURSE in asked and patient_id is not None:
        found[RotaRole.BEDSIDE_NURSE] = _assigned(patient_id, at)
    # Without a nurse of their own, a patient's alerts go to the charge nurse.
    source = {
        role: RotaRole.CHARGE_NURSE if role is RotaRole.BEDSIDE_NURSE else role
        for role in asked
        if not found.get(role)
    }
    if ward is not None and source:
        by_source = _of_the_ward(ward, set(source.values()), at)
        found |= {role: by_source[each] for role, each in source.items()}
    return _once(replace(each, role=role.value) for role in asked for each in found.get(role, []))


def by_role(ward: Ward, *, at: datetime) -> dict[RotaRole, list[Holder]]:
    """Return who holds each role of the ward at a moment; two queries, for a page."""
    roles: set[RotaRole] = set(RotaRole) - {RotaRole.BEDSIDE_NURSE}
    found = _of_the_ward(ward, roles, at)
    return {role: found[role] for role in RotaRole if role in roles}


def _assigned(patient_id: int, at: datetime) -> list[Holder]:
    rows = NurseAssignment.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), patient_id=patient_id, starts_at__lte=at
    ).select_related("nurse")
    return [_person(row.nurse, Via.ASSIGNMENT) for row in rows if can_be_told(row.nurse)]


def _of_the_ward(ward: Ward, roles: set[RotaRole], at: datetime) -> dict[RotaRole, list[Holder]]:
    slots = list(
        RotaSlot.objects.standing()
        .filter(ward=ward, role__in=roles, starts_at__lte=at, ends_at__gt=at - CHANGEOVER)
        .select_related("person", "backup")
        .order_by("starts_at", "pk")
    )
    present: dict[RotaRole, list[Holder]] = {role: [] for role in roles}
    leaving: dict[RotaRole, list[Holder]] = {role: [] for role in roles}
    for slot in slots:
        holder = of_slot(slot)
        if holder is not None:
            side = present if slot.ends_at > at else leaving
            side[RotaRole(slot.role)].append(holder)
    vacant = {role for role in roles if not present[role]}
    members = _members(ward, {MEMBERS[role] for role in vacant & MEMBERS.keys()}, at)
    fallback = [Holder(None, ward.fallback_email, Via.FALLBACK)] if ward.fallback_email else []
    for role in vacant:
        # Who is leaving does not fill the gap, but is not forgotten in it either.
        standing_in = [_person(each, Via.MEMBERSHIP) for each in members.get(MEMBERS.get(role), [])]
        present[role] = standing_in or ([] if leaving[role] else fallback)
    return {role: present[role] + leaving[role] for role in roles}


def of_slot(slot: RotaSlot) -> Holder | None:
    """Return who a slot leads to: its person, else the backup, else its mailbox, else nobody."""
    if slot.person is not None and can_be_told(slot.person):
        return Holder(slot.person, slot.person.email, Via.SLOT, phone=slot.phone)
    if slot.backup is not None and can_be_told(slot.backup):
        return Holder(slot.backup, slot.backup.email, Via.BACKUP, phone=slot.phone)
    if slot.mailbox:
        return Holder(None, slot.mailbox, Via.SLOT, phone=slot.phone)
    return None


def can_be_told(person: User) -> bool:
    """Whether an e-mail to this person has somewhere to go."""
    return person.is_active and bool(person.email)


def _members(ward: Ward, roles: set[Role], at: datetime) -> dict[Role | None, list[User]]:
    if not roles:
        return {}
    people = (
        WardMembership.objects.people_of(ward, at=at)
        .filter(role__in=roles)
        .exclude(email="")
        .order_by("pk")
    )
    grouped: dict[Role | None, list[User]] = {}
    for person in people:
        grouped.setdefault(Role(person.role), []).append(person)
    return grouped


def _person(person: User, via: Via) -> Holder:
    return Holder(person, person.email, via)


def _once(holders: Iterable[Holder]) -> list[Holder]:
    kept: dict[tuple[int | None, str], Holder] = {}
    for holder in holders:
        kept.setdefault(holder.key, holder)
    return list(kept.values())
