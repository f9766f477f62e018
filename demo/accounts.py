"""Who may sign in to the demo ward; the passwords are printed at the start and protect nothing."""

from typing import Final, NamedTuple

from staff.models import Role, User, Ward, WardMembership


class _Person(NamedTuple):
    username: str
    password: str
    role: Role
    family_name: str
    wards: tuple[str, ...]
    words: str


_PEOPLE: Final = (
    _Person("nurse", "demo-only-nurse", Role.NURSE, "Nurse Willow", ("7b",), "nurse on ward 7B"),
    _Person("nurse2", "demo-only-nurse2", Role.NURSE, "Nurse Yew", ("4a",), "nurse on ward 4A"),
    _Person("charge", "demo-only-charge", Role.CHARGE_NURSE, "Charge Nurse", ("7b", "4a"),
            "charge nurse of both wards"),
    _Person("oncologist", "demo-only-oncologist", Role.ONCOLOGIST, "Oncologist", ("7b", "4a"),
            "oncologist of both wards"),
    _Person("pharmacist", "demo-only-pharmacist", Role.PHARMACIST, "Pharmacist", ("7b", "4a"),
            "pharmacist of both wards, reads and writes nothing"),
    _Person("safety", "demo-only-safety", Role.SAFETY_OFFICER, "Safety Officer", ("7b", "4a"),
            "safety officer of both wards, sees no patients"),
    _Person("admin", "demo-only-admin", Role.ADMINISTRATOR, "Administrator", (),
            "administrator, sees names and birth dates and no charts"),
    _Person("kiosk", "demo-only-kiosk", Role.KIOSK, "Wall Display", ("7b",),
            "wall display of ward 7B, sees no names"),
    _Person("integration", "demo-only-integration", Role.INTEGRATION, "Integration",
            ("7b", "4a"), "another system"),
)  # fmt: skip

ACCOUNTS: Final = [(each.username, each.password, each.words) for each in _PEOPLE]


def ensure(wards: dict[str, Ward]) -> dict[str, User]:
    """Create the accounts that are missing, and return all of them by user name."""
    found = {user.username: user for user in User.objects.filter(username__in=_names())}
    for person in _PEOPLE:
        if person.username not in found:
            found[person.username] = _create(person)
    WardMembership.objects.bulk_create(
        [
            WardMembership(user=found[person.username], ward=wards[code])
            for person in _PEOPLE
            for code in person.wards
        ],
        ignore_conflicts=True,
    )
    return found


def _names() -> list[str]:
    return [each.username for each in _PEOPLE]


def _create(person: _Person) -> User:
    is_admin = person.role is Role.ADMINISTRATOR
    return User.objects.create_user(
        username=person.username,
        password=person.password,
        # A domain that by definition belongs to nobody (RFC 2606).
        email=f"{person.username}@demo.example",
        first_name=person.family_name,
        last_name="(demo)",
        role=person.role,
        is_staff=is_admin,
        is_superuser=is_admin,
    )
