"""Observation sets: chart one, correct one, list a patient's."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from charting import chart, moving, undoing
from charting.api import replies, schema
from charting.api.access import Permission, body_of, patient_id_of, user_of
from charting.api.fields import PATIENT, Body
from charting.api.pages import PARAMETERS, page_of
from charting.api.resource import Resource
from charting.entry import Entry, EntryRefusedError, FieldError
from charting.repeats import is_stored
from grading.models import Assessment
from staff.models import Role
from staff.permissions import can_chart, can_correct, can_see_patients
from staff.tokens import Scope
from vitals.models import ObservationSet
from vitals.vocabulary import CorrectionCode, Source


class Observations(Resource):
    """The one door over HTTP."""

    scopes = {"GET": Scope.READ_PATIENTS, "POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(request=schema.Set, responses=schema.CHARTED, operation_id="chart_set")
    def post(self, request: Request) -> Response:
        """Chart one set: 201 when stored, 200 when this client_id was stored before."""
        now = timezone.now()
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_chart)
        entry = Entry.parse(data, now=now, is_stored=is_stored)
        user = user_of(request)
        by_person = user.role != Role.INTEGRATION
        if by_person:
            entry.refuse_unexplained_delay(now=now)
        result = chart.chart_observations(
            patient_id=patient_id,
            entry=entry,
            charted_by=user,
            now=now,
            source=Source.NURSE if by_person else Source.INTEGRATION,
        )
        return Response(replies.charted(result), status=201 if result.is_new else 200)

    @extend_schema(
        responses=schema.SETS,
        parameters=[
            OpenApiParameter("patient", int, required=True, description="id, not MRN"),
            *PARAMETERS,
        ],
        operation_id="list_sets",
    )
    def get(self, request: Request) -> Response:
        """List a patient's sets in force, newest first, 200 a page.

        By id alone: an address is written to logs, where an MRN must not be.
        """
        named = request.GET.get("patient", "")
        if not (named.isascii() and named.isdigit() and len(named) < 19):
            raise EntryRefusedError([FieldError("patient", None, "must be the patient's id")])
        patient_id = patient_id_of(request, int(named), may=can_see_patients)
        sets = ObservationSet.objects.for_patient(patient_id).in_force()
        page = page_of(request, sets, "-taken_at", "-pk")
        graded: dict[int | None, list[Assessment]] = {}
        for row in Assessment.objects.filter(observation_set__in=page.rows).in_force():
            graded.setdefault(row.observation_set_id, []).append(row)
        shown = [replies.observation_set(s, graded.get(s.pk, [])) for s in page.rows]
        return Response(page.answer("sets", shown))


class OneSet(Resource):
    """One set as it was charted."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=schema.SET, operation_id="read_set")
    def get(self, request: Request, set_id: int) -> Response:
        """Return the set, in force or not, with the grades that stand on it."""
        row = _set(request, set_id, may=can_see_patients)
        graded = Assessment.objects.filter(observation_set=row).in_force()
        return Response({"set": replies.observation_set(row, graded)})


class Undo(Resource):
    """A set that was charted a moment ago."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(request=schema.Key, responses=schema.SET, operation_id="undo_set")
    def post(self, request: Request, set_id: int) -> Response:
        """Take it back within a minute, by whoever charted it; asked twice, it is the same."""
        wrong = _set(request, set_id, may=can_correct)
        body = Body(body_of(request))
        body.key()
        body.finish()
        taken_back = undoing.undo(set_id=wrong.pk, by=user_of(request), now=timezone.now())
        return Response({"set": replies.observation_set(taken_back, [])})


class Corrections(Resource):
    """A set that was wrong is superseded, never edited."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(request=schema.Correction, responses=schema.CHARTED, operation_id="correct_set")
    def post(self, request: Request, set_id: int) -> Response:
        """Chart a replacement, with a reason."""
        now = timezone.now()
        wrong = _set(request, set_id, may=can_correct)
        data = body_of(request)
        sent = {k: v for k, v in data.items() if k != "reason"}
        entry = Entry.parse(sent, now=now, is_stored=is_stored)
        said = _reason(data.get("reason"))
        result = chart.correct_observations(
            wrong_id=wrong.pk,
            entry=entry,
            corrected_by=user_of(request),
            code=said if said in CorrectionCode.values else CorrectionCode.OTHER,
            reason=said,
            now=now,
        )
        return Response(replies.charted(result), status=201 if result.is_new else 200)


class Moves(Resource):
    """A set that was charted for the wrong patient."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(request=schema.Move, responses=schema.CHARTED, operation_id="move_set")
    def post(self, request: Request, set_id: int) -> Response:
        """Withdraw the set from its chart and chart the same for the patient whose it is."""
        wrong = _set(request, set_id, may=can_correct)
        data = body_of(request)
        body = Body(data, besides=PATIENT)
        client_id = body.client_id()
        body.finish()
        result = moving.move_observations(
            wrong_id=wrong.pk,
            to_patient_id=patient_id_of(request, data.get("patient"), may=can_correct),
            client_id=client_id,
            moved_by=user_of(request),
            reason=CorrectionCode.WRONG_PATIENT.label,
            now=timezone.now(),
        )
        return Response(replies.charted(result), status=201 if result.is_new else 200)


def _set(request: Request, set_id: int, *, may: Permission) -> ObservationSet:
    """The set; one of a patient on none of the user's wards is answered like none at all."""
    row = ObservationSet.objects.filter(pk=set_id).first()
    if row is None:
        raise Http404
    patient_id_of(request, row.patient_id, may=may)
    return row


def _reason(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 200:
        raise EntryRefusedError(
            [FieldError("reason", value, "is required: at most 200 characters")]
        )
    return value.strip()
