"""What the scopes of a token let through: a REST framework permission that fails closed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from staff.tokens import ApiToken, Scope

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ScopeMissingError(PermissionDenied):
    """The token is good, and not for this."""

    def __init__(self, scope: Scope | None) -> None:
        """Name the scope; no scope opens an address that declares none."""
        super().__init__(
            f"This token lacks the scope {scope}." if scope else "No scope of a token opens this."
        )
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope or ""}"'


def scope_for(view: Any, method: str) -> Scope | None:
    """The scope that a view declares for a method, in `scopes` by method; None for none."""
    declared: Mapping[str, Scope] = getattr(view, "scopes", {})
    return declared.get("GET" if method in SAFE_METHODS else method)


class HasScope(BasePermission):
    """A session, and a token without scopes, may what the role may; other tokens need the scope."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Raise ScopeMissingError, so that the refusal says what is missing."""
        token = request.auth
        if not isinstance(token, ApiToken) or token.scopes is None:
            return True
        wanted = scope_for(view, str(request.method))
        if wanted is None and getattr(view, "is_open_to_any_scope", False):
            return True
        if wanted is None or wanted not in token.scopes:
            raise ScopeMissingError(wanted)
        return True
