"""Forms of the rota: a slot to add, and who takes over one that stands."""

from datetime import datetime
from typing import Any, Final

from django import forms

from alerts.models import RotaRole
from alerts.rota_plan import NewSlot
from screens import typed
from screens.record_forms import MomentField
from staff.models import Role, User, Ward, WardMembership

_LONGEST_PHONE: Final = 30
# The bedside nurse follows from who looks after the patient, not from the rota.
ROLES: Final = [(r.value, r.label) for r in RotaRole if r is not RotaRole.BEDSIDE_NURSE]
_ON_CALL: Final = (Role.NURSE, Role.CHARGE_NURSE, Role.ONCOLOGIST, Role.PHARMACIST)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of the ward who can be told, by name."""

    def label_from_instance(self, obj: User) -> str:
        """Return the name, and what the person is here."""
        return f"{obj.display_name()}, {obj.get_role_display().lower()}"


class SlotForm(forms.Form):
    """Who is on call for a role, from and until, on the ward's clock."""

    role = forms.ChoiceField(label="Role", choices=ROLES)
    person = PersonField(label="Person", queryset=None, required=False, empty_label="Nobody")
    mailbox = forms.EmailField(
        label="Or the mailbox of a team", required=False, help_text="When no person is named"
    )
    phone = forms.CharField(label="Telephone", required=False, max_length=_LONGEST_PHONE)
    starts_at = MomentField(label="From")
    ends_at = MomentField(label="Until")
    backup = PersonField(
        label="Backup",
        queryset=None,
        required=False,
        empty_label="Nobody",
        help_text="Told when the person has left or has no e-mail",
    )

    def __init__(self, *args: Any, ward: Ward, now: datetime, **kwargs: Any) -> None:
        """Offer the people of the ward, and times on its clock."""
        super().__init__(*args, **kwargs)
        self.zone, self.now = ward.zone, now
        for name in ("person", "backup"):
            self.fields[name].queryset = people_of(ward, at=now)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read both times on the ward's clock; one that does not exist is refused."""
        cleaned = super().clean() or {}
        for name in ("starts_at", "ends_at"):
            try:
                cleaned[name] = typed.moment(cleaned.get(name, ""), zone=self.zone, now=self.now)
            except ValueError as error:
                if name not in self.errors:
                    self.add_error(name, str(error))
        return cleaned

    def slot(self) -> NewSlot:
        """Return what was entered."""
        said = self.cleaned_data
        return NewSlot(
            role=RotaRole(said["role"]),
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
            person=said["person"],
            mailbox=said["mailbox"],
            phone=said["phone"],
            backup=said["backup"],
        )


def people_of(ward: Ward, *, at: datetime) -> Any:
    """Return clinical staff of the ward who can be told by e-mail, by name."""
    return (
        WardMembership.objects.people_of(ward, at=at)
        .filter(role__in=_ON_CALL)
        .exclude(email="")
        .order_by("first_name", "last_name", "username")
    )
