"""The neuro check as a form: ICE or CAPD item by item, and the rest of ICANS."""

from collections.abc import Iterable, Mapping
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
from screens import labels, neuro_steps
from screens.neuro_steps import CAPD_FIELDS, ICE_FIELDS, Step
from screens.record_forms import NOT_SAID, MomentField, RecordForm, WholeField, YesNoField
from vitals import capd, strokes
from vitals.ice_set import LONGEST_WORDS, NAMED, Asked
from vitals.vocabulary import Consciousness

CAPD_BELOW_YEARS: Final = 12
RIGHT, WRONG = "1", "0"
_MARKS: Final = ((RIGHT, "Right"), (WRONG, "Wrong"), ("", "Not asked"))
_NAMING: Final = tuple(f"ice_naming_{place}" for place in range(1, NAMED + 1))
_OBJECTS: Final = tuple(f"asked_object_{place}" for place in range(1, NAMED + 1))
_ASKED: Final = (*_OBJECTS, "asked_command", "asked_sentence")
_OFTEN: Final = (*((each.value, each.label) for each in CapdAnswer), ("", "Not judged"))
_NO_YES: Final = (("no", "No"), ("yes", "Yes"), NOT_SAID)
_STEPPED: Final = frozenset(
    {
        "taken_at", "language", "interpreter", "is_baseline", "unable_reason", "anchors",
        "consciousness", "consciousness_other_cause", "seizure", "seizure_minutes",
        "motor_weakness", "cerebral_edema", "raised_pressure_signs",
    }
)  # fmt: skip
_MORE: Final = (
    "edema_due_to_hemorrhage", "intracranial_hemorrhage", "global_aphasia", "headache", "tremor",
    "myoclonus",
)  # fmt: skip


def _chips(label: str, choices: Iterable[tuple[str, str]], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=list(choices), widget=forms.RadioSelect, **more
    )


def _words(vocabulary: Iterable[Any]) -> list[tuple[str, str]]:
    return [*((word.value, word.label) for word in vocabulary), NOT_SAID]


def _yes_no(label: str, **more: Any) -> YesNoField:
    field = YesNoField(label=label, widget=forms.RadioSelect, **more)
    field.choices = list(_NO_YES)
    return field


def _kept(longest: int) -> forms.CharField:
    return forms.CharField(required=False, max_length=longest, widget=forms.HiddenInput)


class WritingField(forms.CharField):
    """What the page's sheet of paper wrote down, as strokes; None for an empty sheet."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> strokes.Strokes | None:
        """Read the strokes; ValidationError says what to do about a sheet that cannot be kept."""
        try:
            return strokes.read_text(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(labels.sentence(str(error))) from None


class NeuroForm(RecordForm):
    """A neuro check: ICE from 12 years, CAPD below or where ICE cannot be done."""

    taken_at = MomentField(label="Checked at")
    language = forms.CharField(label="Asked in which language", required=False, max_length=40)
    interpreter = _yes_no("With an interpreter?")
    is_baseline = forms.BooleanField(label="This is the baseline before the dose", required=False)
    ice_score = WholeField(label="ICE score, if only the total is known", lowest=0, highest=10)
    capd_score = WholeField(label="CAPD score, if only the total is known", lowest=0, highest=32)
    unable_reason = _chips(
        "The score is not possible because",
        [
            *((each.value, each.label) for each in UnableReason),
            (DEVELOPMENTAL_DELAY, "Delay in development: CAPD instead"),
            ("", "It is possible"),
        ],
    )
    anchors = forms.ChoiceField(
        label="Age of development to judge by", required=False,
        choices=[("", "As usual for the age"), *((age.code, age.label) for age in capd.AGES)],
    )  # fmt: skip
    consciousness = _chips("Consciousness", [*Consciousness.choices, NOT_SAID])
    consciousness_other_cause = _yes_no("Is it lowered by something else, such as sedation?")
    seizure = _chips("Seizure since the last check", _words(Seizure))
    seizure_minutes = WholeField(
        label="Longest seizure, minutes", lowest=0, highest=LONGEST_SEIZURE_MINUTES
    )
    motor_weakness = _yes_no("Deep focal weakness")
    raised_pressure_signs = forms.MultipleChoiceField(
        label="Signs of raised pressure that were found", required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(each.value, labels.sentence(each.label)) for each in RaisedPressureSign],
    )  # fmt: skip
    cerebral_edema = _chips("Cerebral edema on imaging", _words(CerebralEdema))
    edema_due_to_hemorrhage = YesNoField(label="Is the edema due to a hemorrhage?")
    intracranial_hemorrhage = YesNoField(label="Intracranial hemorrhage")
    global_aphasia = YesNoField(label="Global aphasia, awake")
    headache = YesNoField(label="Headache")
    tremor = YesNoField(label="Tremor")
    myoclonus = YesNoField(label="Myoclonus")
    handwriting = WritingField(required=False)
    asked_object_1 = _kept(LONGEST_WORDS)
    asked_object_2 = _kept(LONGEST_WORDS)
    asked_object_3 = _kept(LONGEST_WORDS)
    asked_command = _kept(LONGEST_WORDS)
    asked_sentence = _kept(LONGEST_WORDS)

    def __init__(
        self, data: Any = None, *, age_years: int | None, ask: Asked | None = None, **kwargs: Any
    ) -> None:
        """Ask for the sheet that fits the age; for both where the age or ability leaves it open."""
        self.age_years, self.ask = age_years, ask or Asked(("",) * NAMED, "", "")
        super().__init__(data, **kwargs)
        if age_years is not None:
            del self.fields["ice_score" if age_years < CAPD_BELOW_YEARS else "capd_score"]
        if "ice_score" in self.fields:
            self.fields |= {name: _chips(label, _MARKS) for name, label in ICE_FIELDS.items()}
            self.initial.update(zip(_OBJECTS, self.ask.objects, strict=True))
            self.initial["asked_command"] = self.ask.command
            self.initial["asked_sentence"] = self.ask.sentence
        else:  # nobody asks a young child for ICE, so nothing stands instead of it
            reasons: Any = self.fields["unable_reason"]
            reasons.choices = [each for each in reasons.choices if each[0] != DEVELOPMENTAL_DELAY]
        self.fields |= {name: _chips(label, _OFTEN) for name, label in CAPD_FIELDS.items()}

    @property
    def asks_ice(self) -> bool:
        """Whether ICE fits the age; below 12 years only CAPD does."""
        return "ice_year" in self.fields

    @property
    def total(self) -> forms.BoundField:
        """The field for a total that came without its items."""
        return self["ice_score" if self.asks_ice else "capd_score"]

    @property
    def sheets(self) -> list[dict[str, Any]]:
        """The score sheets as the page draws them, the one of the age first and open."""
        able = self.asks_ice
        capd_sheet = {
            "name": neuro_steps.CAPD,
            "title": "CAPD instead, where ICE cannot be done" if able else "CAPD: eight questions",
            "steps": neuro_steps.capd_steps(self),
            "is_open": not able or self.age_years is None or self._answered(CAPD_FIELDS),
        }
        if not able:
            return [capd_sheet]
        return [
            {
                "name": neuro_steps.ICE,
                "title": "ICE: ten points",
                "steps": neuro_steps.ice_steps(self, self._asked_with()),
                "is_open": True,
            },
            capd_sheet,
        ]

    @property
    def steps(self) -> list[Step]:
        """The steps after the sheets."""
        return neuro_steps.rest_steps(self)

    @property
    def rest(self) -> list[forms.BoundField]:
        """What no step asks for and nothing hides."""
        apart = {*ICE_FIELDS, *CAPD_FIELDS, *_MORE, *_STEPPED, "ice_score", "capd_score"}
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
        about = {"client_id", "taken_at", "is_baseline", "anchors", *ICE_FIELDS, *CAPD_FIELDS}
        found = {name: each for name, each in cleaned.items() if name not in {*about, *_ASKED}}
        found |= {"ice_items": self._ice_items(), "capd_items": self._capd_items()}
        found |= {"asked": self._asked(found)}
        recorded = {name: each for name, each in found.items() if each not in (None, "", [], {})}
        if recorded and cleaned["is_baseline"]:
            recorded["is_baseline"] = True
        return recorded

    def _ice_items(self) -> dict[str, int] | None:
        marks = {name: self.cleaned_data.get(name) or "" for name in ICE_FIELDS}
        items = {
            item: int(marks[f"ice_{item}"])
            for item in ICE_ITEMS
            if item != "naming" and marks[f"ice_{item}"]
        }
        named = [marks[name] for name in _NAMING]
        if all(named):
            items["naming"] = named.count(RIGHT)
        return items or None

    def _capd_items(self) -> list[int | None] | None:
        said = [self.cleaned_data.get(name) for name in CAPD_FIELDS]
        if not any(said):
            return None
        return capd_points([CapdAnswer(each) if each else None for each in said])

    def _asked(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """What was asked with; of what nobody asked, nothing is kept."""
        cleaned, asked = self.cleaned_data, {}
        if found["capd_items"] and cleaned["anchors"]:
            asked["anchors"] = cleaned["anchors"]
        objects = [cleaned.get(name) or "" for name in _OBJECTS]
        if all(objects) and any(cleaned.get(name) for name in _NAMING):
            asked["objects"] = objects
        for field, name in (("ice_commands", "command"), ("ice_writing", "sentence")):
            if cleaned.get(field) and cleaned.get(f"asked_{name}"):
                asked[name] = cleaned[f"asked_{name}"]
        return asked

    def _asked_with(self) -> Asked:
        """What this page asks with: what was sent or asked already, where it was."""
        words = self.data if self.is_bound else self.initial
        said = {name: str(words.get(name) or "")[:LONGEST_WORDS] for name in _ASKED}
        objects = tuple(said[name] for name in _OBJECTS)
        if (objects, said["asked_command"]) == (self.ask.objects, self.ask.command):
            return self.ask
        return Asked(objects, said["asked_command"], said["asked_sentence"])

    def _answered(self, names: Iterable[str]) -> bool:
        return any(self.data.get(name) or name in self.errors for name in names)
