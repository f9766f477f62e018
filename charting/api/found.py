"""Laboratory results and neuro checks over HTTP."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from charting import neuro, results
from charting.api import findings_replies as replies
from charting.api import findings_schema as schema
from charting.api.access import body_of, patient_id_of, source_of, user_of
from charting.api.fields import Body
from charting.neuro import LONGEST_SEIZURE_MINUTES
from charting.results import COMPARATORS, LabEntry
from grading.icans import UNABLE_REASONS
from grading.models import Assessment
from grading.rules.icans_findings import CAPD_ITEMS
from grading.rules.icans_scores import ICE_ITEMS, capd_points
from grading.rules.vocabulary import CapdAnswer, CerebralEdema, RaisedPressureSign, Seizure
from staff.permissions import can_chart, can_correct
from vitals.models import LabResult
from vitals.vocabulary import Consciousness

_LONGEST_REASON = 200
_TRUTHS = (
    "consciousness_other_cause", "motor_weakness", "intracranial_hemorrhage",
    "edema_due_to_hemorrhage", "global_aphasia", "headache", "tremor", "myoclonus",
    "interpreter",
)  # fmt: skip


class Labs(APIView):
    """Laboratory results."""

    @extend_schema(request=schema.Lab, responses=schema.LAB, operation_id="record_lab")
    def post(self, request: Request) -> Response:
        """Record one result and answer its CTCAE grades; an unknown unit is refused."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_chart)
        body = Body(data)
        entry = _entry(body)
        body.finish()
        row = results.record_lab(
            patient_id=patient_id,
            entry=LabEntry(**entry),
            recorded_by=user_of(request),
            now=timezone.now(),
            source=source_of(user_of(request)),
        )
        return Response(replies.lab(row, _grades_of(row)), status=201)


class LabCorrections(APIView):
    """A result that was wrong is superseded, and its grades with it."""

    @extend_schema(request=schema.LabCorrection, responses=schema.LAB, operation_id="correct_lab")
    def post(self, request: Request, result_id: int) -> Response:
        """Record the right result, or withdraw the wrong one, with a reason."""
        wrong = LabResult.objects.filter(pk=result_id).first()
        if wrong is None:
            raise Http404
        patient_id_of(request, wrong.patient_id, may=can_correct)
        body = Body(body_of(request))
        reason = body.text("reason", longest=_LONGEST_REASON, required=True)
        entry = _right_entry(body)
        body.finish()
        row = results.correct_lab(
            wrong_id=wrong.pk,
            entry=entry,
            recorded_by=user_of(request),
            now=timezone.now(),
            source=source_of(user_of(request)),
            reason=reason,
        )
        return Response(replies.lab(row, _grades_of(row)), status=201)


class NeuroChecks(APIView):
    """ICE, CAPD and the other domains of ICANS."""

    @extend_schema(request=schema.Neuro, responses=schema.NEURO, operation_id="record_neuro_check")
    def post(self, request: Request) -> Response:
        """Record a neuro check and answer its ICANS grade."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_chart)
        body = Body(data)
        client_id, taken_at = body.client_id(), body.moment("taken_at")
        findings = _findings(body)
        body.finish()
        assert taken_at is not None
        check, assessment = neuro.record_neuro_check(
            patient_id=patient_id,
            client_id=client_id,
            taken_at=taken_at,
            recorded_by=user_of(request),
            now=timezone.now(),
            findings=findings,
            source=source_of(user_of(request)),
        )
        return Response(replies.neuro(check, assessment), status=201)


def _right_entry(body: Body) -> LabEntry | None:
    """The right result; None where the wrong one is only withdrawn, which needs no more."""
    if not body.truth("withdrawn"):
        return LabEntry(**_entry(body))
    body.client_id()
    body.moment("taken_at", required=False)
    return None


def _entry(body: Body) -> dict[str, Any]:
    return {
        "client_id": body.client_id(),
        "taken_at": body.moment("taken_at") or timezone.now(),  # none is refused at the end
        "loinc": body.text("loinc", longest=12, required=True),
        "display": body.text("display", longest=120),
        "value": body.number("value"),
        "comparator": body.choice("comparator", list(COMPARATORS)),
        "text": body.text("text", longest=500),
        "unit": body.text("unit", longest=30),
        "reference_low": body.number("reference_low"),
        "reference_high": body.number("reference_high"),
        "symptomatic": body.truth("symptomatic"),
        "anticoagulated": body.truth("anticoagulated"),
    }


def _grades_of(row: LabResult) -> list[Assessment]:
    return list(row.assessments.in_force())


def _findings(body: Body) -> dict[str, Any]:
    return {
        "ice_score": body.whole("ice_score", highest=10),
        "ice_items": _ice_items(body),
        "capd_score": body.whole("capd_score", highest=32),
        "capd_items": _capd_items(body),
        "unable_reason": body.choice("unable_reason", list(UNABLE_REASONS)),
        "consciousness": body.choice("consciousness", Consciousness.values),
        "seizure": body.choice("seizure", [each.value for each in Seizure]),
        "seizure_minutes": body.whole("seizure_minutes", highest=LONGEST_SEIZURE_MINUTES),
        "cerebral_edema": body.choice("cerebral_edema", [each.value for each in CerebralEdema]),
        "raised_pressure_signs": body.listing(
            "raised_pressure_signs", longest=len(RaisedPressureSign)
        ),
        "language": body.text("language", longest=40),
        "is_baseline": body.truth("is_baseline") or False,
        **{name: body.truth(name) for name in _TRUTHS},
    }


def _ice_items(body: Body) -> dict[str, Any] | None:
    items = body.mapping("ice_items", longest=len(ICE_ITEMS))
    if items is not None and not all(_is_points(each) for each in items.values()):
        body.refuse("ice_items", items, "must give each item whole points, or null")
        return None
    return items


def _capd_items(body: Body) -> list[int | None] | None:
    """Points, or how often each was seen: the first four answers are scored in reverse."""
    items = body.listing("capd_items", longest=CAPD_ITEMS)
    if items is None:
        return None
    if any(isinstance(each, str) for each in items):
        known = [each.value for each in CapdAnswer]
        if any(each is not None and each not in known for each in items):
            body.refuse("capd_items", items, f"must be of {', '.join(known)}, or null")
            return None
        return capd_points([None if each is None else CapdAnswer(each) for each in items])
    if not all(_is_points(each) for each in items):
        body.refuse("capd_items", items, "must be whole points of 0 to 4, or null")
        return None
    return items


def _is_points(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))
