"""Forms for what is given and found beside the sets: typed text, read as strictly as a set."""

import uuid
from collections.abc import Iterable
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

from django import forms

from charting.entry import EntryRefusedError
from grading.rules.vocabulary import Seizure, UnableReason
from patients import therapies
from patients.medicines import DOSE_UNITS, TreatmentCode
from patients.windows import DoseKind
from screens import labels, typed
from vitals.analytes import ANALYTES
from vitals.vocabulary import Consciousness

_NOT_SAID: Final = ("", "Not recorded")
_CHOOSE: Final = ("", "Choose")  # a first choice made by nobody must not be stored
CAPD_BELOW_YEARS: Final = 12
_YES_NO: Final = (_NOT_SAID, ("yes", "Yes"), ("no", "No"))


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


class MomentField(forms.CharField):
    """A time on the ward's clock, read by the form that knows the ward."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class RecordForm(forms.Form):
    """A form on one ward's clock, with an id that makes a double tap one record."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, zone: tzinfo, now: datetime) -> None:
        """Times start at now; `zone` is the ward's."""
        self.zone, self.now = zone, now
        super().__init__(data, initial={"client_id": uuid.uuid4()})
        for name, field in self.fields.items():
            if isinstance(field, MomentField) and field.required:
                self.initial[name] = typed.local_text(now, zone=zone)

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
    text = forms.CharField(
        label="Result in words", required=False, max_length=500, help_text="For cultures."
    )
    taken_at = MomentField(label="Sample taken at")


class NeuroForm(RecordForm):
    """A neuro check: ICE from 12 years, CAPD below, and the rest of ICANS."""

    taken_at = MomentField(label="Checked at")
    ice_score = WholeField(label="ICE score", lowest=0, highest=10)
    capd_score = WholeField(label="CAPD score", lowest=0, highest=32)
    unable_reason = forms.ChoiceField(
        label="Score not possible because", required=False, choices=[]
    )
    consciousness = forms.ChoiceField(
        label="Consciousness", required=False, choices=[_NOT_SAID, *Consciousness.choices]
    )
    seizure = forms.ChoiceField(label="Seizure since the last check", required=False, choices=[])
    motor_weakness = forms.ChoiceField(label="Deep focal weakness", required=False, choices=_YES_NO)
    is_baseline = forms.BooleanField(label="This is the baseline before the dose", required=False)

    def __init__(self, data: Any = None, *, age_years: int | None, **kwargs: Any) -> None:
        """Ask for the score that fits the age; for both when the age is not known."""
        super().__init__(data, **kwargs)
        self.fields["unable_reason"].choices = _choices(UnableReason)  # type: ignore[attr-defined]
        self.fields["seizure"].choices = _choices(Seizure)  # type: ignore[attr-defined]
        if age_years is not None:
            del self.fields["ice_score" if age_years < CAPD_BELOW_YEARS else "capd_score"]

    def findings(self) -> dict[str, Any]:
        """Return what was found, by the check's own field names; not recorded stays out."""
        cleaned = self.cleaned_data
        answers = {"yes": True, "no": False}
        found = {
            name: cleaned.get(name)
            for name in ("ice_score", "capd_score", "unable_reason", "consciousness", "seizure")
        }
        found["motor_weakness"] = answers.get(cleaned["motor_weakness"])
        recorded = {name: each for name, each in found.items() if each not in (None, "")}
        if recorded and cleaned["is_baseline"]:
            recorded["is_baseline"] = True
        return recorded


def _choices(vocabulary: Iterable[Any]) -> list[tuple[str, str]]:
    return [_NOT_SAID, *((word.value, word.label) for word in vocabulary)]
