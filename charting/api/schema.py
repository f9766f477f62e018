"""What the OpenAPI document says of requests and answers, made from the tables that check them."""

from typing import Any, Final

from rest_framework import serializers as s

from alerts.models import SnoozeReason
from charting.entry_values import (
    LARGEST_DOSE,
    LONGEST_NOTE,
    PRESSOR_UNITS,
    READERS,
    SPO2_SCALES,
    VASOPRESSORS,
)
from vitals import plausibility
from vitals.vocabulary import (
    BloodPressureMethod,
    CarerSays,
    Consciousness,
    CorrectionCode,
    LateReason,
    OxygenDevice,
    RespiratoryDistress,
    SkipReason,
    TemperatureSite,
    VasopressorIntensity,
    VentilationReason,
)

_WHOLE: Final = frozenset(
    {"heart_rate_bpm", "respirations_per_minute", "systolic_mmhg", "diastolic_mmhg",
     "mean_arterial_mmhg", "glasgow_coma_score", "fluid_bolus_ml", "capillary_refill_seconds",
     "pain_score", "urine_ml"}
)  # fmt: skip
_CHOICES: Final[dict[str, Any]] = {
    "oxygen_device": OxygenDevice,
    "consciousness": Consciousness,
    "ventilation_reason": VentilationReason,
    "blood_pressure_method": BloodPressureMethod,
    "respiratory_distress": RespiratoryDistress,
    "vasopressor_intensity": VasopressorIntensity,
    "temperature_site": TemperatureSite,
    "carer_says": CarerSays,
    "late_reason": LateReason,
}


class _Vasopressor(s.Serializer[Any]):
    """A drug that runs, at a dose; its name alone may stand in the place of the object."""

    drug = s.ChoiceField(choices=VASOPRESSORS)
    dose = s.FloatField(required=False, min_value=0, max_value=LARGEST_DOSE)
    unit = s.ChoiceField(choices=PRESSOR_UNITS, required=False)


def _field(name: str) -> s.Field[Any, Any, Any, Any]:
    options: dict[str, Any] = {"required": False, "allow_null": True}
    if name in plausibility.FIELDS:
        limits = plausibility.limits_for(name, age_months=None)
        options |= {"help_text": limits.unit}
        if name in _WHOLE:
            return s.IntegerField(
                min_value=int(limits.hard_low), max_value=int(limits.hard_high), **options
            )
        return s.FloatField(
            min_value=float(limits.hard_low), max_value=float(limits.hard_high), **options
        )
    if name in _CHOICES:
        return s.ChoiceField(choices=_CHOICES[name].choices, **options)
    if name == "vasopressors":
        return s.ListField(child=_Vasopressor(), **options)
    if name == "skipped":
        words = "why not measured, by field; “set” speaks for everything not recorded"
        return s.DictField(child=s.ChoiceField(choices=SkipReason.choices), help_text=words,
                           **options)  # fmt: skip
    if name == "spo2_scale":
        return s.ChoiceField(choices=SPO2_SCALES, **options)
    if name == "note":
        return s.CharField(max_length=LONGEST_NOTE, **options)
    return s.BooleanField(**options)


def serializer(name: str, **fields: s.Field[Any, Any, Any, Any]) -> type[s.Serializer[Any]]:
    """A named body made of these fields."""
    return type(name, (s.Serializer,), fields)


def moment(*, required: bool = True) -> s.DateTimeField:
    """A time with its offset."""
    return s.DateTimeField(required=required, help_text="ISO 8601 with its offset")


def patient_field() -> s.CharField:
    """Whom it is about."""
    return s.CharField(help_text="MRN as text, or id as a number")


def key_field() -> s.UUIDField:
    """What makes a repeat safe, where it may be left out."""
    return s.UUIDField(required=False, help_text="a repeat under it is answered, not done again")


def _confirmed() -> s.ListField:
    return s.ListField(
        child=s.CharField(),
        required=False,
        help_text="field=value, as doubts name them; once given, what is doubted and not "
        "among them is refused with 409. Without it, doubts are stored and answered.",
    )


Set = serializer(
    "ObservationSet",
    client_id=s.UUIDField(),
    patient=patient_field(),
    taken_at=moment(),
    charted_at=moment(required=False),
    confirmed=_confirmed(),
    **{name: _field(name) for name in READERS},
)
Correction = serializer(
    "Correction",
    client_id=s.UUIDField(),
    taken_at=moment(),
    reason=s.CharField(max_length=200, help_text=f"{', '.join(CorrectionCode)}, or other words"),
    confirmed=_confirmed(),
    **{name: _field(name) for name in READERS},
)
Move = serializer("Move", client_id=s.UUIDField(), patient=patient_field())
Grade = serializer(
    "Grade",
    grade=s.JSONField(
        allow_null=True,
        help_text="whole number, or why CTCAE has none; null: what is missing could change it",
    ),
    at_least=s.IntegerField(allow_null=True),
    because=s.ListField(child=s.CharField()),
    missing=s.ListField(child=s.CharField()),
    flags=s.ListField(child=s.CharField()),
    ruleset=s.CharField(),
)
FieldProblem = serializer(
    "FieldProblem",
    field=s.CharField(allow_blank=True),
    value=s.JSONField(allow_null=True),
    message=s.CharField(),
)
Refusal = serializer("Refusal", errors=FieldProblem(many=True))
Alert = serializer(
    "Alert",
    code=s.CharField(),
    patient=s.IntegerField(),
    family=s.CharField(),
    rule=s.CharField(),
    severity=s.CharField(),
    state=s.CharField(),
    what=s.CharField(),
    raised_at=moment(),
    last_seen_at=moment(),
    respond_by=moment(),
    count=s.IntegerField(),
    version=s.IntegerField(),
    is_provisional=s.BooleanField(help_text="rests on one reading near its limit"),
    is_unanswered=s.BooleanField(help_text="everybody was called and nobody has it"),
    rung=s.IntegerField(help_text="of the ladder, called so far"),
    next_step_at=s.DateTimeField(allow_null=True, help_text="when silence has a consequence"),
    snoozed_until=s.DateTimeField(allow_null=True),
)
Charted = serializer(
    "Charted",
    id=s.IntegerField(),
    client_id=s.UUIDField(),
    patient=s.IntegerField(),
    taken_at=moment(),
    grades=s.DictField(child=Grade()),
    next_due_at=s.DateTimeField(allow_null=True),
    alerts=Alert(many=True),
    doubts=FieldProblem(many=True),
)
LONGEST_SNOOZE_MINUTES: Final = 240
Acknowledge = serializer(
    "Acknowledge",
    client_id=key_field(),
    version=s.IntegerField(help_text="the version that was seen"),
    eta_minutes=s.IntegerField(required=False, min_value=0, max_value=60),
)
Snooze = serializer(
    "Snooze",
    client_id=key_field(),
    version=s.IntegerField(help_text="the version that was seen"),
    minutes=s.IntegerField(min_value=1, max_value=LONGEST_SNOOZE_MINUTES),
    reason=s.ChoiceField(choices=SnoozeReason.choices),
)
Key = serializer("Key", client_id=key_field())
Keyed = serializer("Keyed", client_id=s.UUIDField())
CallNext = serializer(
    "CallNext", client_id=key_field(), rung=s.IntegerField(help_text="the rung that was seen")
)
Close = serializer("CloseAlert", client_id=key_field(), reason=s.CharField(max_length=200))
_PERSON = serializer(
    "Patient",
    id=s.IntegerField(),
    mrn=s.CharField(),
    family_name=s.CharField(),
    given_name=s.CharField(),
    birth_date=s.DateField(allow_null=True),
    sex=s.CharField(),
    diagnosis=s.CharField(),
)
_REFUSALS: Final = {400: Refusal, 401: Refusal, 403: Refusal, 404: Refusal, 409: Refusal,
                    503: Refusal}  # fmt: skip


def answers_of(**by_status: Any) -> dict[int, Any]:
    """Answers by status, and the refusals that any address may give."""
    return {int(code.removeprefix("_")): body for code, body in by_status.items()} | _REFUSALS


def paged(name: str, **fields: s.Field[Any, Any, Any, Any]) -> type[s.Serializer[Any]]:
    """One page of a list."""
    way_on = s.CharField(allow_null=True, help_text="query of the next page; null: the last one")
    return serializer(name, **fields, next=way_on)


CHARTED: Final = answers_of(_200=Charted, _201=Charted)
SETS: Final = answers_of(_200=paged("Sets", sets=s.ListField(child=s.DictField())))
PATIENT: Final = answers_of(_200=_PERSON)
PATIENTS: Final = answers_of(_200=paged("Patients", patients=_PERSON(many=True)))
SET: Final = answers_of(_200=serializer("OneSet", set=s.DictField()))
ALERT: Final = answers_of(_200=Alert)
_EVENT = serializer(
    "AlertEvent",
    number=s.IntegerField(),
    kind=s.CharField(),
    at=moment(),
    by=s.CharField(allow_null=True, help_text="null: nobody, the clock"),
    detail=s.DictField(),
)
ALERT_STORY: Final = answers_of(_200=type("AlertStory", (Alert,), {"events": _EVENT(many=True)}))
ALERTS: Final = answers_of(_200=paged("Alerts", alerts=Alert(many=True)))
