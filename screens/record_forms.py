"""Forms for what is given and found beside the sets: typed text, read as strictly as a set."""

import uuid
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import QueryDict

from charting.entry import EntryRefusedError
from patients import therapies
from patients.medicines import DOSE_UNITS, TreatmentCode
from patients.windows import DoseKind
from screens import labels, typed
from vitals.analytes import ANALYTES

NOT_SAID: Final = ("", "Not recorded")
_CHOOSE: Final = ("", "Choose")  # a first choice made by nobody must not be stored
YES_NO: Final = (NOT_SAID, ("yes", "Yes"), ("no", "No"))


class NumberField(forms.CharField):
    """ASCII digits with a decimal point; empty is None, not recorded."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 16})

    def clean(self, value: Any) -> Decimal | None:
        """Return the number; ValidationError says what to type instead."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return typed.number(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class WholeField(NumberField):
    """A whole number within bounds, both included."""

    def __init__(self, *, lowest: int, highest: int, **kwargs: Any) -> None:
        """Keep the bounds, to refuse and to say."""
        self.lowest, self.highest = lowest, highest
        super().__init__(help_text=f"{lowest} to {highest}", required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the number as an int."""
        number = super().clean(value)
        if number is None:
            return None
        if number != number.to_integral_value() or not self.lowest <= number <= self.highest:
            raise forms.ValidationError(f"Must be a whole number, {self.lowest} to {self.highest}")
        return int(number)


class YesNoField(forms.ChoiceField):
    """Yes, no, or not recorded: None."""

    def __init__(self, **kwargs: Any) -> None:
        """Offer nothing said first."""
        super().__init__(choices=YES_NO, required=False, **kwargs)

    def clean(self, value: Any) -> bool | None:
        """Return the answer as a truth."""
        return {"yes": True, "no": False}.get(super().clean(value))


class MomentField(forms.CharField):
    """A time on the ward's clock, read by the form that knows the ward."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class RecordForm(forms.Form):
    """A form on one ward's clock, with an id that makes a double tap one record."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    asks_why = False  # whether the dose it records is outside what is described

    def __init__(self, data: Any = None, *, zone: tzinfo, now: datetime) -> None:
        """Times start at now; `zone` is the ward's."""
        self.zone, self.now = zone, now
        super().__init__(data, initial={"client_id": uuid.uuid4()})
        for name, field in self.fields.items():
            if isinstance(field, MomentField) and field.required:
                self.initial[name] = typed.local_text(now, zone=zone)

    @property
    def confirmed(self) -> frozenset[str]:
        """The odd numbers that the person who sent the form stands by."""
        return frozenset(self.data.getlist("confirmed") if isinstance(self.data, QueryDict) else ())

    @property
    def rest(self) -> list[forms.BoundField]:
        """The fields that the page draws one under the other."""
        return self.visible_fields()

    def clean(self) -> dict[str, Any]:
        """Read every time; one that does not exist is refused at its field."""
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            if isinstance(field, MomentField) and name in cleaned:
                cleaned[name] = self._moment(name, cleaned[name])
        return cleaned

    def refuse(self, refused: EntryRefusedError) -> None:
        """Show what the door refused beside the field it is about."""
        for error in refused.errors:
            name = error.field if error.field in self.fields else None
            self.add_error(name, labels.sentence(error.message))

    def _moment(self, name: str, text: str) -> datetime | None:
        if not text:
            return None
        try:
            return typed.moment(text, zone=self.zone, now=self.now)
        except ValueError as error:
            self.add_error(name, str(error))
            return None


class TreatmentForm(RecordForm):
    """A medicine or support that was given or is running."""

    code = forms.ChoiceField(label="What", choices=[_CHOOSE, *TreatmentCode.choices])
    started_at = MomentField(label="Given or started at")
    stopped_at = MomentField(
        label="Stopped at", required=False, help_text="Leave empty while it runs."
    )
    dose_value = NumberField(label="Dose", required=False)
    dose_unit = forms.ChoiceField(
        label="Unit", required=False, choices=[("", "–"), *((u, u) for u in DOSE_UNITS)]
    )
    route = forms.CharField(label="Route", required=False, max_length=20)
    note = forms.CharField(label="Note", required=False, max_length=200)
    beyond_reason = forms.CharField(
        label="Why it is given so", required=False, max_length=200,
        help_text="Kept with the dose. Leave out names.",
    )  # fmt: skip

    @property
    def rest(self) -> list[forms.BoundField]:
        """The fields drawn one under the other; a reason that is asked for stands beside why."""
        is_kept = bool(self.data.get("beyond_reason")) and not self.asks_why
        return [field for field in super().rest if is_kept or field.name != "beyond_reason"]


class InfusionForm(RecordForm):
    """A dose of the therapy: it moves day numbers and risk windows."""

    therapy = forms.ChoiceField(label="Product")
    kind = forms.ChoiceField(
        label="Dose",
        choices=[
            _CHOOSE,
            *((kind.value, kind.value.replace("_", " ").capitalize()) for kind in DoseKind),
        ],
    )
    started_at = MomentField(label="Started at")
    stopped_at = MomentField(label="Ended at", required=False)
    dose_value = NumberField(label="Amount", required=False)
    dose_unit = forms.ChoiceField(
        label="Unit", required=False, choices=[("", "–"), *((u, u) for u in DOSE_UNITS)]
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        """Offer the products that ship."""
        super().__init__(data, **kwargs)
        self.fields["therapy"].choices = [_CHOOSE, *therapies.choices()]  # type: ignore[attr-defined]


class LabForm(RecordForm):
    """One laboratory result as the laboratory reported it."""

    analyte = forms.ChoiceField(
        label="What",
        choices=[
            _CHOOSE,
            *((a.code, f"{a.label} ({a.unit})" if a.unit else a.label) for a in ANALYTES.values()),
        ],
    )
    comparator = forms.ChoiceField(
        label="Reported as", required=False,
        choices=[("", "the value"), *((sign, sign) for sign in ("<", "<=", ">", ">="))],
    )  # fmt: skip
    value = NumberField(label="Value", required=False)
    unit = forms.CharField(
        label="Unit as reported", required=False, max_length=30,
        help_text="Empty: the unit in brackets above.",
    )  # fmt: skip
    reference_low = NumberField(
        label="Lower limit of the laboratory", required=False,
        help_text="As printed beside the result; without it some values cannot be graded.",
    )  # fmt: skip
    reference_high = NumberField(label="Upper limit of the laboratory", required=False)
    symptomatic = YesNoField(label="Does it give symptoms?")
    anticoagulated = YesNoField(label="On an anticoagulant?", help_text="For INR.")
    text = forms.CharField(
        label="Result in words", required=False, max_length=500, help_text="For cultures."
    )
    taken_at = MomentField(label="Sample taken at")
