"""A ward's alert minutes over HTTP: what holds, what is proposed, and the second person's word."""

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import rule_changes
from alerts.models import RuleChange
from alerts.rule_changes import LONGEST_WORDS, RuleChangeRefusedError
from audit.models import KeptRequest
from charting.api import schema
from charting.api.access import body_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.resource import Resource
from charting.api.ward_access import ward_of
from staff.models import Ward
from staff.permissions import can_change_rules
from staff.tokens import Scope

_MOST_SEVERITIES: Final = 4


class RuleProposal(s.Serializer[Any]):
    """Other minutes, by severity; an empty object is what is shipped."""

    client_id = s.UUIDField(required=False)
    minutes = s.DictField(help_text="by severity: rungs, repeat, answer_grace, longest_snooze")
    why = s.CharField(max_length=LONGEST_WORDS)


class RuleWord(s.Serializer[Any]):
    """The word of the second person; a refusal says why."""

    client_id = s.UUIDField(required=False)
    accept = s.BooleanField()
    words = s.CharField(max_length=LONGEST_WORDS, required=False)


class RuleChangeReply(s.Serializer[Any]):
    """A proposal and what became of it; `accepted` is null while it waits."""

    id = s.IntegerField()
    before = s.DictField()
    minutes = s.DictField()
    why = s.CharField()
    proposed_by = s.CharField()
    proposed_at = s.DateTimeField()
    accepted = s.BooleanField(allow_null=True)
    decided_by = s.CharField(allow_null=True)
    decided_at = s.DateTimeField(allow_null=True)


class RulesReply(s.Serializer[Any]):
    """What holds on a ward, and every change, the newest first."""

    minutes = s.DictField()
    waiting = RuleChangeReply(many=True)
    decided = RuleChangeReply(many=True)


def _proposed_before(view: Any, request: Request, *, code: str, kept: KeptRequest) -> Response:
    ward = ward_of(request, code, may=can_change_rules)
    return Response(_reply(_change_of(ward, kept.result)))


def _decided_before(
    view: Any, request: Request, *, code: str, change_id: int, kept: KeptRequest
) -> Response:
    ward = ward_of(request, code, may=can_change_rules)
    return Response(_reply(_change_of(ward, change_id)))


class Rules(Resource):
    """The alert minutes of one ward."""

    scopes = {"GET": Scope.READ_WARD, "POST": Scope.WRITE_WARD}

    @extend_schema(responses=schema.answers_of(_200=RulesReply), operation_id="read_rules")
    def get(self, request: Request, code: str) -> Response:
        """Return the minutes that hold, and what was proposed and decided."""
        ward = ward_of(request, code, may=can_change_rules)
        return Response(
            {
                "minutes": ward.alert_minutes,
                "waiting": [_reply(each) for each in rule_changes.waiting(ward)],
                "decided": [_reply(each) for each in rule_changes.decided(ward)],
            }
        )

    @extend_schema(
        request=RuleProposal,
        responses=schema.answers_of(_200=RuleChangeReply, _201=RuleChangeReply),
        operation_id="propose_rules",
    )
    @once(again=_proposed_before)
    def post(self, request: Request, code: str) -> Response:
        """Propose other minutes; they hold once somebody of the other side has agreed."""
        ward = ward_of(request, code, may=can_change_rules)
        body = Body(body_of(request))
        body.key()
        minutes = body.mapping("minutes", longest=_MOST_SEVERITIES)
        why = body.text("why", longest=LONGEST_WORDS, required=True)
        if minutes is None:
            body.refuse("minutes", None, "is required: an object by severity")
        body.finish()
        try:
            change = rule_changes.propose(
                ward=ward, minutes=minutes or {}, why=why, by=user_of(request), now=timezone.now()
            )
        except RuleChangeRefusedError as refused:
            _refuse(body, refused)
        return Response(_reply(change), status=201)


class RuleDecisions(Resource):
    """The second person's word on one proposal."""

    scopes = {"POST": Scope.WRITE_WARD}

    @extend_schema(
        request=RuleWord,
        responses=schema.answers_of(_200=RuleChangeReply),
        operation_id="decide_rules",
    )
    @once(again=_decided_before)
    def post(self, request: Request, code: str, change_id: int) -> Response:
        """Let the minutes hold from now on, or refuse them with a reason."""
        ward = ward_of(request, code, may=can_change_rules)
        change = _change_of(ward, change_id)
        body = Body(body_of(request))
        body.key()
        accept = body.truth("accept")
        words = body.text("words", longest=LONGEST_WORDS)
        if accept is None:
            body.refuse("accept", None, "is required: true or false")
        body.finish()
        try:
            rule_changes.decide(
                change, accept=bool(accept), words=words, by=user_of(request), now=timezone.now()
            )
        except RuleChangeRefusedError as refused:
            _refuse(body, refused)
        return Response(_reply(_change_of(ward, change_id)))


def _refuse(body: Body, refused: RuleChangeRefusedError) -> None:
    body.refuse(refused.field, refused.value, refused.message)
    body.finish()


def _change_of(ward: Ward, change_id: int) -> RuleChange:
    rows = RuleChange.objects.filter(ward=ward, pk=change_id)
    change = rows.select_related("proposed_by", "decision__decided_by").first()
    if change is None:
        raise Http404
    return change


def _reply(change: RuleChange) -> dict[str, Any]:
    decision = getattr(change, "decision", None)
    return {
        "id": change.pk,
        "before": change.before,
        "minutes": change.minutes,
        "why": change.why,
        "proposed_by": change.proposed_by.display_name(),
        "proposed_at": change.proposed_at,
        "accepted": decision.accepted if decision else None,
        "decided_by": decision.decided_by.display_name() if decision else None,
        "decided_at": decision.decided_at if decision else None,
    }
