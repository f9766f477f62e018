"""What the OpenAPI document says of doses, medicines and supports."""

from typing import Any, Final

from rest_framework import serializers as s

from charting.api.schema import answers_of, key_field, moment, paged, patient_field, serializer
from patients import therapies
from patients.dose_facts import Beyond
from patients.medicines import DOSE_UNITS, TreatmentCode
from patients.windows import DoseKind

Infusion = serializer(
    "Infusion",
    client_id=key_field(),
    patient=patient_field(),
    therapy=s.ChoiceField(choices=therapies.choices()),
    kind=s.ChoiceField(choices=[kind.value for kind in DoseKind]),
    started_at=moment(),
    stopped_at=moment(required=False),
    dose_value=s.FloatField(required=False, min_value=0),
    dose_unit=s.ChoiceField(choices=DOSE_UNITS, required=False),
)
_TREATMENT: Final[dict[str, Any]] = {
    "client_id": s.UUIDField(),
    "patient": patient_field(),
    "code": s.ChoiceField(choices=TreatmentCode.choices),
    "started_at": moment(),
    "stopped_at": moment(required=False),
    "dose_value": s.FloatField(required=False, min_value=0),
    "dose_unit": s.ChoiceField(choices=DOSE_UNITS, required=False),
    "route": s.CharField(max_length=20, required=False),
    "note": s.CharField(max_length=200, required=False),
    "beyond_reason": s.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="why the dose is outside what is described; once given, even empty, a dose "
        "outside it without a reason is refused with 409. Without it, it is stored and answered.",
    ),
}
Treatment = serializer("Treatment", **_TREATMENT)
DoseFacts = serializer(
    "DoseFacts",
    in_24_hours=s.IntegerField(),
    in_episode=s.IntegerField(allow_null=True, help_text="null: no episode is open"),
    in_course=s.IntegerField(),
    hours_to_nearest=s.FloatField(allow_null=True, help_text="to the dose before or after it"),
    minimum_interval_hours=s.FloatField(allow_null=True),
    most_in_24_hours=s.IntegerField(allow_null=True),
    most_in_course=s.IntegerField(allow_null=True),
    most_mg=s.FloatField(allow_null=True),
    beyond=s.ListField(child=s.ChoiceField(choices=[each.value for each in Beyond])),
    words=s.ListField(child=s.CharField()),
    reference=s.CharField(help_text="the edition of the reference card compared with"),
)
_RECORDED_DOSE = serializer(
    "RecordedInfusion",
    id=s.IntegerField(),
    patient=s.IntegerField(),
    therapy=s.CharField(),
    therapy_edition=s.IntegerField(help_text="of the profile that its windows follow"),
    kind=s.CharField(),
    started_at=moment(),
    stopped_at=s.DateTimeField(allow_null=True),
    dose_value=s.FloatField(allow_null=True),
    dose_unit=s.CharField(allow_blank=True),
)
_ROW: Final[dict[str, Any]] = {
    "id": s.IntegerField(),
    "client_id": s.UUIDField(),
    "patient": s.IntegerField(),
    "code": s.CharField(),
    "started_at": moment(),
    "stopped_at": s.DateTimeField(allow_null=True),
    "dose_value": s.FloatField(allow_null=True),
    "dose_unit": s.CharField(allow_blank=True),
    "route": s.CharField(allow_blank=True),
    "note": s.CharField(allow_blank=True),
    "beyond_reason": s.CharField(allow_blank=True),
}
_GIVEN = serializer("GivenTreatment", **_ROW)
_RECORDED_TREATMENT = serializer(
    "RecordedTreatment",
    **_ROW,
    facts=DoseFacts(allow_null=True, help_text="null: not a medicine that is counted"),
)
Stop = serializer("TreatmentStop", client_id=key_field(), stopped_at=moment())
INFUSION: Final = answers_of(_200=_RECORDED_DOSE, _201=_RECORDED_DOSE)
INFUSIONS: Final = answers_of(_200=paged("Infusions", infusions=_RECORDED_DOSE(many=True)))
TREATMENTS: Final = answers_of(_200=paged("Treatments", treatments=_GIVEN(many=True)))
TREATMENT: Final = answers_of(_200=_RECORDED_TREATMENT, _201=_RECORDED_TREATMENT)
