"""The neuro check as a form: ICE or CAPD item by item, and the rest of ICANS."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from charting.neuro import LONGEST_SEIZURE_MINUTES
from grading.icans import DEVELOPMENTAL_DELAY
from grading.rules.icans_scores import ICE_ITEMS, capd_points
from grading.rules.vocabulary import (
    CapdAnswer,
    CerebralEdema,
    RaisedPressureSign,
    Seizure,
    UnableReason,
)
from screens import labels
from screens.record_forms import NOT_SAID, MomentField, RecordForm, WholeField, YesNoField
from vitals.vocabulary import Consciousness

CAPD_BELOW_YEARS: Final = 12
_RIGHT, _WRONG = "1", "0"
_MARKS: Final = (("", "Not asked"), (_WRONG, "Wrong"), (_RIGHT, "Right"))
# Ten buttons; the three objects make one item of three points.
_ICE: Final = {
    "ice_year": "Year",
    "ice_month": "Month",
    "ice_city": "City",
    "ice_hospital": "Hospital",
    "ice_naming_1": "Names a first object",
    "ice_naming_2": "Names a second object",
    "ice_naming_3": "Names a third object",
    "ice_commands": "Follows a command",
    "ice_writing": "Writes a sentence",
    "ice_attention": "Counts back from 100 by ten",
}
_NAMING: Final = ("ice_naming_1", "ice_naming_2", "ice_naming_3")
# In the order in which they are scored (Traube 2014); the first four count in reverse.
_CAPD: Final = {
    "capd_1": "Makes eye contact with the caregiver",
    "capd_2": "Actions are purposeful",
    "capd_3": "Is aware of the surroundings",
    "capd_4": "Communicates needs and wants",
    "capd_5": "Is restless",
    "capd_6": "Is inconsolable",
    "capd_7": "Is underactive: moves very little while awake",
    "capd_8": "Takes long to respond",
}
_OFTEN: Final = (("", "Not judged"), *((each.value, each.label) for each in CapdAnswer))
_MORE: Final = (
    "consciousness_other_cause", "seizure_minutes", "cerebral_edema", "edema_due_to_hemorrhage",
    "intracranial_hemorrhage", "raised_pressure_signs", "global_aphasia", "headache", "tremor",
    "myoclonus", "language", "interpreter",
)  # fmt: skip


def _choices(vocabulary: Iterable[Any]) -> list[tuple[str, str]]:
    return [NOT_SAID, *((word.value, word.label) for word in vocabulary)]


def _item(label: str, choices: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=list(choices), widget=forms.RadioSelect
    )


class NeuroForm(RecordForm):
    """A neuro check: ICE from 12 years, CAPD below or where ICE cannot be done."""

    taken_at = MomentField(label="Checked at")
    ice_score = WholeField(label="ICE score, if only the total is known", lowest=0, highest=10)
    capd_score = WholeField(label="CAPD score, if only the total is known", lowest=0, highest=32)
    unable_reason = forms.ChoiceField(
        label="Score not possible because", required=False,
        choices=[
            *_choices(UnableReason), (DEVELOPMENTAL_DELAY, "Delay in development: CAPD instead"),
        ],
    )  # fmt: skip
    consciousness = forms.ChoiceField(
        label="Consciousness", required=False, choices=[NOT_SAID, *Consciousness.choices]
    )
    seizure = forms.ChoiceField(
        label="Seizure since the last check", required=False, choices=_choices(Seizure)
    )
    motor_weakness = YesNoField(label="Deep focal weakness")
    consciousness_other_cause = YesNoField(
        label="Is consciousness lowered by something else?", help_text="Such as sedation."
    )
    seizure_minutes = WholeField(
        label="Longest seizure, minutes", lowest=0, highest=LONGEST_SEIZURE_MINUTES
    )
    cerebral_edema = forms.ChoiceField(
        label="Cerebral edema on imaging", required=False, choices=_choices(CerebralEdema)
    )
    edema_due_to_hemorrhage = YesNoField(label="Is the edema due to a hemorrhage?")
    intracranial_hemorrhage = YesNoField(label="Intracranial hemorrhage")
    raised_pressure_signs = forms.MultipleChoiceField(
        label="Signs of raised pressure that were found", required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(each.value, labels.sentence(each.label)) for each in RaisedPressureSign],
    )  # fmt: skip
    global_aphasia = YesNoField(label="Global aphasia, awake")
    headache = YesNoField(label="Headache")
    tremor = YesNoField(label="Tremor")
    myoclonus = YesNoField(label="Myoclonus")
    language = forms.CharField(label="Asked in which language", required=False, max_length=40)
    interpreter = YesNoField(label="With an interpreter")
    is_baseline = forms.BooleanField(label="This is the baseline before the dose", required=False)

    def __init__(self, data: Any = None, *, age_years: int | None, **kwargs: Any) -> None:
        """Ask for the sheet that fits the age; for both where the age or ability leaves it open."""
        self.age_years = age_years
        super().__init__(data, **kwargs)
        if age_years is not None:
            del self.fields["ice_score" if age_years < CAPD_BELOW_YEARS else "capd_score"]
        if "ice_score" in self.fields:
            self.fields |= {name: _item(label, _MARKS) for name, label in _ICE.items()}
        self.fields |= {name: _item(label, _OFTEN) for name, label in _CAPD.items()}

    @property
    def sheets(self) -> list[dict[str, Any]]:
        """The score sheets as the page draws them, the one of the age first and open."""
        able = "ice_year" in self.fields
        capd = {
            "title": "CAPD: how often was it seen in this shift?",
            "fields": [self[name] for name in _CAPD],
            "is_open": not able or self.age_years is None or self._answered(_CAPD),
            "wide": True,
        }
        if not able:
            return [capd]
        ice = {
            "title": "ICE: ten points",
            "fields": [self[name] for name in _ICE],
            "is_open": True,
            "wide": False,
        }
        capd["title"] = "CAPD instead, where ICE cannot be done"
        return [ice, capd]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The fields below the sheets."""
        apart = {*_ICE, *_CAPD, *_MORE}
        return [field for field in self.visible_fields() if field.name not in apart]

    @property
    def more(self) -> list[forms.BoundField]:
        """What is seldom found, behind one line."""
        return [self[name] for name in _MORE]

    @property
    def more_is_open(self) -> bool:
        """Whether something of it was said, or refused."""
        return self._answered(_MORE)

    def findings(self) -> dict[str, Any]:
        """Return what was found, by the check's own field names; not recorded stays out."""
        cleaned = self.cleaned_data
        about = {"client_id", "taken_at", "is_baseline", *_ICE, *_CAPD}
        found = {name: each for name, each in cleaned.items() if name not in about}
        found |= {"ice_items": self._ice_items(), "capd_items": self._capd_items()}
        recorded = {name: each for name, each in found.items() if each not in (None, "", [])}
        if recorded and cleaned["is_baseline"]:
            recorded["is_baseline"] = True
        return recorded

    def _ice_items(self) -> dict[str, int] | None:
        marks = {name: self.cleaned_data.get(name) or "" for name in _ICE}
        items = {
            item: int(marks[f"ice_{item}"])
            for item in ICE_ITEMS
            if item != "naming" and marks[f"ice_{item}"]
        }
        named = [marks[name] for name in _NAMING]
        if all(named):
            items["naming"] = named.count(_RIGHT)
        return items or None

    def _capd_items(self) -> list[int | None] | None:
        said = [self.cleaned_data.get(name) for name in _CAPD]
        if not any(said):
            return None
        return capd_points([CapdAnswer(each) if each else None for each in said])

    def _answered(self, names: Iterable[str]) -> bool:
        return any(self.data.get(name) or name in self.errors for name in names)
