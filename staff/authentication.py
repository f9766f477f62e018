"""Bearer tokens for integrations, as a REST framework authentication class."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from staff import permissions
from staff.models import ApiToken, User


class BearerAuthentication(BaseAuthentication):
    """Accept `Authorization: Bearer <secret>` for a token that has not ended."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the token's user, held to its wards; None when the header is another scheme's."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Authorization must read “Bearer” and one token.")
        now = timezone.now()
        digest = ApiToken.digest_of(parts[1].decode("latin-1"))
        token = ApiToken.objects.select_related("user").filter(digest=digest).first()
        if token is None or token.has_ended(at=now) or not token.user.is_active:
            raise AuthenticationFailed("This token is unknown, was revoked or has expired.")
        if token.user.has_ended(at=now):
            raise AuthenticationFailed("The account of this token has ended.")
        token.note_use(at=now)
        token.user._token_id = token.pk  # type: ignore[attr-defined]  # for whoever writes down
        permissions.hold_to(token.user, wards=token.ward_ids, scopes=token.scopes)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Make the answer to a missing token a 401, not a 403."""
        return "Bearer"
