"""Break-glass over HTTP: open one patient of another ward, end it, and review who did."""

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound, PermissionDenied, Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from charting.api import schema
from charting.api.access import body_of, user_of
from charting.api.fields import Body
from charting.api.pages import PARAMETERS, page_of
from charting.api.resource import Resource
from charting.break_glass import opening as glass
from charting.break_glass.models import BreakGlass, Reason
from charting.break_glass.opening import Asked, Outcome
from charting.chart import ConflictError
from staff import permissions

_LONGEST_MRN: Final = 40
_LONGEST_WORDS: Final = 200


class BreakGlassRequest(s.Serializer[Any]):
    """Two identifiers and a reason."""

    client_id = s.UUIDField(required=False)
    mrn = s.CharField(max_length=_LONGEST_MRN)
    birth_date = s.DateField()
    reason = s.ChoiceField(choices=Reason.choices)
    words = s.CharField(max_length=_LONGEST_WORDS)


class BreakGlassReply(s.Serializer[Any]):
    """Which patient may be read, and until when; no code for one's own patient."""

    patient = s.IntegerField()
    code = s.CharField(allow_null=True)
    ends_at = s.DateTimeField(allow_null=True)


class OpeningReply(s.Serializer[Any]):
    """One opening, for whoever reviews it; the patient is a number."""

    code = s.CharField()
    user = s.CharField()
    patient = s.IntegerField()
    reason = s.CharField()
    words = s.CharField()
    opened_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    ended_at = s.DateTimeField(allow_null=True)
    reviewed_at = s.DateTimeField(allow_null=True)
    finding = s.CharField(allow_null=True)


class OpeningsReply(s.Serializer[Any]):
    """The openings, newest first."""

    openings = OpeningReply(many=True)


class ReviewRequest(s.Serializer[Any]):
    """What a review found."""

    client_id = s.UUIDField(required=False)
    finding = s.CharField(max_length=_LONGEST_WORDS)


class ClosedReply(s.Serializer[Any]):
    """Whether this request ended it; false when it had ended before."""

    ended = s.BooleanField()


class BreakGlasses(Resource):
    """Patients of other wards, opened for a while; a person's own sign-in alone, no scope."""

    is_for_people_alone = True

    @extend_schema(
        parameters=PARAMETERS,
        responses=schema.answers_of(_200=OpeningsReply),
        operation_id="list_openings",
    )
    def get(self, request: Request) -> Response:
        """List who opened whom, when and why, newest first."""
        if not permissions.can_review_break_glass(user_of(request)):
            raise PermissionDenied
        page = page_of(request, BreakGlass.objects.complete(), "-opened_at", "-pk")
        return Response(page.answer("openings", [_opening(row) for row in page.rows]))

    @extend_schema(
        request=BreakGlassRequest,
        responses=schema.answers_of(_201=BreakGlassReply),
        operation_id="break_glass",
    )
    def post(self, request: Request) -> Response:
        """Open the patient; no match is answered like no patient at all, and is on record."""
        user = user_of(request)
        if not permissions.can_break_glass(user):
            raise PermissionDenied
        answer = glass.open_patient(_asked(request), by=user, now=timezone.now())
        if answer.outcome is Outcome.TOO_MANY:
            raise Throttled(detail="Too many attempts without a match: telephone the ward.")
        if answer.outcome is Outcome.NO_MATCH:
            raise NotFound("There is no patient with this MRN and this date of birth.")
        opening = answer.opening
        return Response(
            {
                "patient": answer.patient_id,
                "code": opening.code if opening else None,
                "ends_at": opening.ends_at if opening else None,
            },
            status=201,
        )


class BreakGlassEnds(Resource):
    """The end of one's own opening before its time."""

    is_for_people_alone = True

    @extend_schema(
        request=schema.Key,
        responses=schema.answers_of(_200=ClosedReply),
        operation_id="end_break_glass",
    )
    def post(self, request: Request, code: str) -> Response:
        """End it now."""
        opening = BreakGlass.objects.filter(code=code, user=user_of(request)).first()
        if opening is None:
            raise Http404
        body = Body(body_of(request))
        body.key()
        body.finish()
        return Response({"ended": glass.end(opening, now=timezone.now())})


class BreakGlassReviews(Resource):
    """What another person found."""

    is_for_people_alone = True

    @extend_schema(
        request=ReviewRequest,
        responses=schema.answers_of(_200=OpeningReply),
        operation_id="review_break_glass",
    )
    def post(self, request: Request, code: str) -> Response:
        """Keep it; 409 when it was reviewed before, or is one's own opening."""
        user = user_of(request)
        opening = BreakGlass.objects.filter(code=code).first()
        if opening is None or not permissions.can_review_break_glass(user):
            raise Http404
        body = Body(body_of(request))
        body.key()
        finding = body.text("finding", longest=_LONGEST_WORDS, required=True)
        body.finish()
        if not glass.review(opening, finding=finding, by=user, now=timezone.now()):
            raise ConflictError("it was reviewed before, or is your own")
        return Response(_opening(BreakGlass.objects.complete().get(pk=opening.pk)))


def _asked(request: Request) -> Asked:
    body = Body(body_of(request))
    # Asking again while it is open opens nothing new, so the key has nothing to guard.
    body.key()
    mrn = body.text("mrn", longest=_LONGEST_MRN, required=True)
    born = body.day("birth_date")
    reason = body.choice("reason", Reason.values, required=True)
    words = body.text("words", longest=_LONGEST_WORDS, required=True)
    if born is None:
        body.refuse("birth_date", None, "is required")
    body.finish()
    assert born is not None
    return Asked(mrn, born, Reason(reason), words)


def _opening(row: BreakGlass) -> dict[str, Any]:
    ended, review = getattr(row, "end", None), getattr(row, "review", None)
    return {
        "code": row.code,
        "user": row.user.get_username(),
        "patient": row.patient_id,
        "reason": row.reason,
        "words": row.words,
        "opened_at": row.opened_at,
        "ends_at": row.ends_at,
        "ended_at": ended.at if ended else None,
        "reviewed_at": review.at if review else None,
        "finding": review.finding if review else None,
    }
