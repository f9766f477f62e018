"""Who is asking: the account behind a session or token, and what it may be used for."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from charting.api import schema
from charting.api.access import user_of
from charting.api.resource import Resource
from staff.models import ApiToken, Role, Ward
from staff.permissions import ward_ids
from staff.tokens import Scope

TokenReply = schema.serializer(
    "TokenReply",
    label=s.CharField(),
    prefix=s.CharField(allow_blank=True),
    scopes=s.ListField(
        child=s.ChoiceField(choices=Scope.choices),
        allow_null=True,
        help_text="null: what the role may",
    ),
    expires_at=s.DateTimeField(allow_null=True),
)


class MeReply(s.Serializer[Any]):
    """The account."""

    username = s.CharField()
    name = s.CharField()
    role = s.ChoiceField(choices=Role.choices)
    wards = s.ListField(child=s.CharField(), help_text="codes")
    token = TokenReply(allow_null=True, help_text="null: signed in by a session")


class Me(Resource):
    """The account behind the request."""

    is_open_to_any_scope = True

    @extend_schema(responses=schema.answers_of(_200=MeReply), operation_id="read_me")
    def get(self, request: Request) -> Response:
        """Return who is asking, on which wards, and what the token is for."""
        user, token = user_of(request), request.auth
        wards = Ward.objects.filter(pk__in=ward_ids(user)).values_list("code", flat=True)
        return Response(
            {
                "username": user.username,
                "name": user.display_name(),
                "role": user.role,
                "wards": sorted(wards),
                "token": _token(token) if isinstance(token, ApiToken) else None,
            }
        )


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "label": token.label,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "expires_at": token.expires_at,
    }
