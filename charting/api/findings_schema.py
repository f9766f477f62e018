"""What the OpenAPI document says of laboratory results, neuro checks and symptoms."""

from typing import Any, Final

from rest_framework import serializers as s

from charting.api.schema import Grade, answers_of, moment, paged, patient_field, serializer
from charting.neuro import LONGEST_SEIZURE_MINUTES
from charting.results import COMPARATORS
from charting.symptoms import LONGEST_NOTE
from grading.icans import UNABLE_REASONS
from grading.rules.icans_scores import ICE_ITEMS
from grading.rules.vocabulary import CerebralEdema, RaisedPressureSign, Seizure
from vitals import strokes
from vitals.symptoms import SYMPTOMS
from vitals.vocabulary import Attribution, Consciousness


def _choice(words: Any, **more: Any) -> s.ChoiceField:
    return s.ChoiceField(choices=list(words), required=False, **more)


def _truth() -> s.BooleanField:
    return s.BooleanField(required=False, allow_null=True)


_RESULT: Final[dict[str, Any]] = {
    "client_id": s.UUIDField(),
    "loinc": s.CharField(max_length=12),
    "display": s.CharField(max_length=120, required=False),
    "taken_at": moment(),
    "value": s.FloatField(required=False),
    "comparator": _choice(COMPARATORS),
    "text": s.CharField(max_length=500, required=False),
    "unit": s.CharField(max_length=30, required=False),
    "reference_low": s.FloatField(required=False),
    "reference_high": s.FloatField(required=False),
    "symptomatic": _truth(),
    "anticoagulated": _truth(),
    "confirmed": s.ListField(
        child=s.CharField(), required=False, help_text="as of a set: once given, doubts refuse"
    ),
}
Lab = serializer("LabResult", patient=patient_field(), **_RESULT)
LabCorrection = serializer(
    "LabCorrection", reason=s.CharField(max_length=200), withdrawn=_truth(), **_RESULT
)
_GRADED_LAB: Final = serializer(
    "GradedLabResult",
    id=s.IntegerField(),
    client_id=s.UUIDField(),
    patient=s.IntegerField(),
    loinc=s.CharField(),
    analyte=s.CharField(),
    taken_at=moment(),
    supersedes=s.IntegerField(allow_null=True),
    grades=s.DictField(child=Grade(), help_text="by CTCAE term"),
)
_NEURO: Final[dict[str, Any]] = {
    "client_id": s.UUIDField(),
    "taken_at": moment(),
    "ice_score": s.IntegerField(min_value=0, max_value=10, required=False),
    "ice_items": s.DictField(
        child=s.IntegerField(min_value=0, max_value=3, allow_null=True),
        required=False,
        help_text=f"points by item: {', '.join(ICE_ITEMS)}; absent or null was not asked",
    ),
    "capd_score": s.IntegerField(min_value=0, max_value=32, required=False),
    "capd_items": s.ListField(
        child=s.JSONField(allow_null=True),
        min_length=8,
        max_length=8,
        required=False,
        help_text="eight points of 0 to 4, or eight of never, rarely, sometimes, often, always; "
        "null was not judged",
    ),
    "unable_reason": _choice(UNABLE_REASONS),
    "consciousness": s.ChoiceField(choices=Consciousness.choices, required=False),
    "consciousness_other_cause": _truth(),
    "seizure": _choice(each.value for each in Seizure),
    "seizure_minutes": s.IntegerField(
        min_value=0, max_value=LONGEST_SEIZURE_MINUTES, required=False
    ),
    "motor_weakness": _truth(),
    "cerebral_edema": _choice(each.value for each in CerebralEdema),
    "raised_pressure_signs": s.ListField(
        child=_choice(each.value for each in RaisedPressureSign), required=False
    ),
    "intracranial_hemorrhage": _truth(),
    "edema_due_to_hemorrhage": _truth(),
    "global_aphasia": _truth(),
    "headache": _truth(),
    "tremor": _truth(),
    "myoclonus": _truth(),
    "language": s.CharField(max_length=40, required=False),
    "interpreter": _truth(),
    "is_baseline": _truth(),
    "asked": s.DictField(
        required=False,
        help_text="what ICE asked with: objects (three), command, sentence; "
        "anchors: the age by which CAPD was judged",
    ),
    "handwriting": s.ListField(
        child=s.ListField(child=s.IntegerField(min_value=0, max_value=strokes.WIDTH)),
        max_length=strokes.MOST_STROKES,
        required=False,
        help_text=f"strokes of x (0 to {strokes.WIDTH}) and y (0 to {strokes.HEIGHT}) in turn, "
        f"{strokes.MOST_POINTS} points in all",
    ),
}
Neuro = serializer("NeuroCheck", patient=patient_field(), **_NEURO)
NeuroCorrection = serializer(
    "NeuroCorrection", reason=s.CharField(max_length=200), withdrawn=_truth(), **_NEURO
)
_REPORT: Final[dict[str, Any]] = {
    "symptom": s.ChoiceField(choices=[(each.code, each.words) for each in SYMPTOMS.values()]),
    "present": s.BooleanField(help_text="false: looked for and not found"),
    "grade": s.IntegerField(
        min_value=0, max_value=5, required=False, help_text="the CTCAE 5.0 row picked"
    ),
    "findings": s.DictField(required=False, help_text="what the term is graded from"),
    "attribution": s.ChoiceField(choices=Attribution.choices, required=False),
    "note": s.CharField(max_length=LONGEST_NOTE, required=False),
}
SymptomCheck = serializer(
    "SymptomCheck",
    client_id=s.UUIDField(),
    patient=patient_field(),
    taken_at=moment(),
    reports=serializer("SymptomReport", **_REPORT)(many=True),
)
SymptomCorrection = serializer(
    "SymptomCorrection",
    client_id=s.UUIDField(),
    taken_at=moment(),
    reason=s.CharField(max_length=200),
    withdrawn=_truth(),
    **_REPORT,
)
_REPORTED: Final = serializer(
    "ReportedSymptom",
    id=s.IntegerField(),
    patient=s.IntegerField(),
    symptom=s.CharField(),
    body_systems=s.ListField(child=s.CharField()),
    term=s.CharField(allow_blank=True),
    taken_at=moment(),
    present=s.BooleanField(),
    grade=s.IntegerField(allow_null=True),
    attribution=s.CharField(allow_blank=True),
    note=s.CharField(allow_blank=True),
    findings=s.DictField(),
    supersedes=s.IntegerField(allow_null=True),
    graded=Grade(allow_null=True),
)
_MANY_REPORTED: Final = serializer("ReportedSymptoms", symptoms=_REPORTED(many=True))
_REPORTED_PAGE: Final = paged("ReportedSymptomsPage", symptoms=_REPORTED(many=True))
LAB: Final = answers_of(_200=_GRADED_LAB, _201=_GRADED_LAB)
LABS_LISTED: Final = answers_of(_200=paged("Labs", labs=_GRADED_LAB(many=True)))
_NEURO_GRADED: Final[dict[str, Any]] = {
    "id": s.IntegerField(),
    "client_id": s.UUIDField(),
    "patient": s.IntegerField(),
    "taken_at": moment(),
    "ice_score": s.IntegerField(allow_null=True),
    "capd_score": s.IntegerField(allow_null=True),
    "grades": s.DictField(child=Grade()),
}
_NEURO_STANDING: Final[dict[str, Any]] = {
    "supersedes": s.IntegerField(allow_null=True),
    "superseded_by": s.IntegerField(allow_null=True, help_text="null: it is in force"),
    "withdrawn": s.BooleanField(),
    "reason": s.CharField(allow_blank=True),
    "has_handwriting": s.BooleanField(),
}
_GRADED_NEURO: Final = serializer("NeuroGraded", **_NEURO_GRADED)
NEURO: Final = answers_of(_200=_GRADED_NEURO, _201=_GRADED_NEURO)
NEURO_READ: Final = answers_of(
    _200=serializer(
        "NeuroInFull",
        **{
            **_NEURO,
            **_NEURO_GRADED,
            **_NEURO_STANDING,
            "handwriting": s.JSONField(allow_null=True, help_text="strokes as sent; null: none"),
        },
    )
)
NEURO_LISTED: Final = answers_of(
    _200=paged(
        "NeuroChecks",
        neuro_checks=serializer(
            "NeuroListed",
            **{
                **{name: each for name, each in _NEURO.items() if name != "handwriting"},
                **_NEURO_GRADED,
                **_NEURO_STANDING,
            },
        )(many=True),
        ask_next=serializer(
            "AskNext",
            objects=s.ListField(child=s.CharField()),
            command=s.CharField(),
            sentence=s.CharField(),
        )(),
    )
)
SYMPTOMS_STORED: Final = answers_of(_200=_MANY_REPORTED, _201=_MANY_REPORTED)
SYMPTOM_STORED: Final = answers_of(_200=_REPORTED, _201=_REPORTED)
SYMPTOMS_LISTED: Final = answers_of(_200=_REPORTED_PAGE)
