"""Neuro checks over HTTP: record one, correct one, read one, list what a patient has."""

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.facts import ClinicalFactQuerySet
from charting import asking, neuro
from charting.api import findings_replies as replies
from charting.api import findings_schema as schema
from charting.api.access import body_of, of_patient, patient_id_of, source_of, user_of
from charting.api.fields import PATIENT, Body
from charting.api.once import once
from charting.api.pages import PARAMETERS, page_of
from charting.api.resource import Resource
from charting.models import PatientState
from charting.neuro import LONGEST_SEIZURE_MINUTES
from charting.neuro_correction import RightCheck, correct_neuro_check
from charting.neuro_grades import grade_of
from grading.icans import UNABLE_REASONS
from grading.rules.icans_findings import CAPD_ITEMS
from grading.rules.icans_scores import ICE_ITEMS, capd_points
from grading.rules.vocabulary import CapdAnswer, CerebralEdema, RaisedPressureSign, Seizure
from staff.permissions import can_chart, can_correct, can_see_patients
from staff.tokens import Scope
from vitals import strokes
from vitals.models import NeuroAssessment
from vitals.vocabulary import Consciousness

_LONGEST_REASON: Final = 200
_TRUTHS = (
    "consciousness_other_cause", "motor_weakness", "intracranial_hemorrhage",
    "edema_due_to_hemorrhage", "global_aphasia", "headache", "tremor", "myoclonus",
    "interpreter",
)  # fmt: skip


class NeuroChecks(Resource):
    """ICE, CAPD and the other domains of ICANS."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(request=schema.Neuro, responses=schema.NEURO, operation_id="record_neuro_check")
    @once()
    def post(self, request: Request) -> Response:
        """Record a neuro check and answer its ICANS grade."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_chart)
        body = Body(data, besides=PATIENT)
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
        of_patient(check, patient_id)
        return Response(replies.neuro(check, assessment), status=201)


class NeuroCorrections(Resource):
    """A check that was wrong is superseded, and its grade with it."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(
        request=schema.NeuroCorrection, responses=schema.NEURO, operation_id="correct_neuro_check"
    )
    @once()
    def post(self, request: Request, check_id: int) -> Response:
        """Record the right check, or withdraw the wrong one, with a reason."""
        wrong = NeuroAssessment.objects.filter(pk=check_id).first()
        if wrong is None:
            raise Http404
        patient_id_of(request, wrong.patient_id, may=can_correct)
        body = Body(body_of(request))
        client_id = body.client_id()
        reason = body.text("reason", longest=_LONGEST_REASON, required=True)
        right = _right_check(body)
        body.finish()
        check, assessment = correct_neuro_check(
            wrong_id=wrong.pk,
            client_id=client_id,
            right=right,
            reason=reason,
            corrected_by=user_of(request),
            now=timezone.now(),
            source=source_of(user_of(request)),
        )
        of_patient(check, wrong.patient_id)
        return Response(replies.neuro(check, assessment), status=201)


class OneNeuroCheck(Resource):
    """One neuro check with all that was found."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=schema.NEURO_READ, operation_id="read_neuro_check")
    def get(self, request: Request, check_id: int) -> Response:
        """Return the check, in force or not, with its handwriting as strokes."""
        check = _checks().filter(pk=check_id).first()
        if check is None:
            raise Http404
        patient_id_of(request, check.patient_id, may=can_see_patients)
        written = getattr(check, "handwriting", None)
        found = replies.neuro_in_full(check, grade_of(check))
        return Response(found | {"handwriting": None if written is None else written.strokes})


class PatientNeuroChecks(Resource):
    """The neuro checks of one patient, and what the next one asks with."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(
        responses=schema.NEURO_LISTED, parameters=PARAMETERS, operation_id="list_neuro_checks"
    )
    def get(self, request: Request, patient_id: int) -> Response:
        """List the checks in force, newest first."""
        found = patient_id_of(request, patient_id, may=can_see_patients)
        rows = _checks().filter(patient_id=found).in_force()
        page = page_of(request, rows, "-taken_at", "-pk")
        ward = PatientState.objects.select_related("ward").get(pk=found).ward
        shown = [replies.neuro_in_full(row, grade_of(row)) for row in page.rows]
        more = {"ask_next": asking.ask_next(found, ward=ward).as_row()}
        return Response(page.answer("neuro_checks", shown) | more)


def _checks() -> ClinicalFactQuerySet[NeuroAssessment]:
    rows = NeuroAssessment.objects.select_related("handwriting", "superseded_by")
    return rows.prefetch_related("assessments")


def _right_check(body: Body) -> RightCheck | None:
    """The right check; None where the wrong one is only withdrawn, which needs no more."""
    if body.truth("withdrawn"):
        body.moment("taken_at", required=False)
        return None
    taken_at = body.moment("taken_at")
    # None is refused when the body is finished.
    return RightCheck(taken_at or timezone.now(), _findings(body))


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
        "asked": body.mapping("asked", longest=4),
        "handwriting": body.listing("handwriting", longest=strokes.MOST_STROKES),
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
