"""Ask the hospital's sign-in who somebody is, by OpenID Connect: the library speaks it.

On top of what the library does (discovery, state, PKCE, issuer, audience, expiry) every
token's signature is verified, though it came straight from the issuer, and a nonce binds
it to this browser's own question.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from identity import claims
from identity.claims import Claims

# What only a holder of the issuer's private key can make.
_SIGNED_BY: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
                               "ES384", "ES512", "EdDSA"})  # fmt: skip
CALLBACK_PATH: Final = "/sign-in/sso/callback/"
_CLOCKS_DIFFER_BY: Final = timedelta(seconds=30)


class UnreachableError(Exception):
    """The issuer does not answer, or not as one."""


class NotVouchedError(Exception):
    """The issuer did not vouch for anybody; the message is a code, not words."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who came back, and where they were going."""

    claims: Claims
    then: str


def issuer_key() -> str:
    """What accounts of this issuer are kept under: those of another are other people."""
    return f"oidc-{sha256(settings.CRS_OIDC.issuer.encode()).hexdigest()[:16]}"


def begin(request: HttpRequest, *, then: str) -> HttpResponse:
    """Send the browser to the issuer; raises UnreachableError when that cannot be found."""
    provider = Adapter(request).get_provider(request, issuer_key())
    try:
        answer: HttpResponse = provider.redirect(request, AuthProcess.LOGIN, next_url=then)
    except (RequestException, OAuth2Error, ValueError, LookupError) as error:
        raise UnreachableError from error
    return answer


def finish(request: HttpRequest) -> Vouched:
    """Take the issuer's answer; raises NotVouchedError or UnreachableError."""
    try:
        Callback.adapter_view(Conversation(request, issuer_key()))(request)
    except RequestException as error:
        raise UnreachableError from error
    except (OAuth2Error, ValueError, LookupError, TypeError) as error:
        raise NotVouchedError("answer") from error
    found: SocialLogin | None = getattr(request, "crs_vouched", None)
    if found is None:
        if isinstance(getattr(request, "crs_not_vouched", None), RequestException):
            raise UnreachableError
        raise NotVouchedError("refused")
    token: Mapping[str, Any] = found.crs_token
    said = claims.read(token, groups_claim=settings.CRS_OIDC.groups_claim)
    return Vouched(said, str(found.state.get("next") or "/"))


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Stop the library where it would sign somebody in: that is this house's own door."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: Any = None) -> Any:
        """Return the one issuer there is, from the settings alone."""
        return Provider(request, app=_app())

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Hand over who it is, and go no further."""
        request.crs_vouched = sociallogin  # type: ignore[attr-defined]
        raise ImmediateHttpResponse(HttpResponse(status=204))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, exception: Any = None, **_more: Any
    ) -> None:
        """Hand over why not, and go no further."""
        request.crs_not_vouched = exception  # type: ignore[attr-defined]
        raise ImmediateHttpResponse(HttpResponse(status=204))


class Conversation(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What is said with the issuer, and what is believed of it."""

    expected_nonce = ""

    @property
    def openid_config(self) -> Any:
        """Return what the issuer says of itself, which must be the one we mean."""
        found = super().openid_config
        if str(found["issuer"]).rstrip("/") != settings.CRS_OIDC.issuer:
            raise OAuth2Error("another issuer")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Return the address that the issuer knows; a Host header has no say in it."""
        return f"{settings.CRS_BASE_URL}{CALLBACK_PATH}"

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Believe the ID token alone: it is signed, and the answer to this question."""
        encoded = kwargs["response"].get("id_token")
        if not isinstance(encoded, str):
            raise OAuth2Error("no ID token")
        said = self._decode_id_token(app, encoded)
        login = self.get_provider().sociallogin_from_response(request, {"id_token": said})
        login.crs_token = said
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            if jwt.get_unverified_header(id_token).get("alg") not in _SIGNED_BY:
                raise OAuth2Error("not signed as it must be")
            algorithm, key = jwtkit.fetch_key(
                id_token, self.openid_config["jwks_uri"], jwtkit.lookup_kid_jwk
            )
            said: dict[str, Any] = jwt.decode(
                id_token,
                key=key,
                algorithms=[algorithm],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                leeway=_CLOCKS_DIFFER_BY,
                options={"require": ["iss", "aud", "sub", "exp", "iat", "nonce"]},
            )
        except (jwt.PyJWTError, LookupError, TypeError, ValueError) as error:
            raise OAuth2Error("not believed") from error
        if not secrets.compare_digest(str(said["nonce"]), self.expected_nonce):
            raise OAuth2Error("the answer to another question")
        if (
            isinstance(said["aud"], list)
            and len(said["aud"]) > 1
            and said.get("azp") != (app.client_id)
        ):
            raise OAuth2Error("meant for somebody else")
        return said


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """The issuer, with a nonce in each question, and nothing of the answer kept."""

    oauth2_adapter_class = Conversation

    def redirect(
        self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **kw: Any
    ) -> HttpResponse:
        """Ask, and remember the nonce beside the state."""
        nonce = secrets.token_urlsafe(32)
        answer: HttpResponse = super().redirect(
            request, process, next_url, data, auth_params={"nonce": nonce}, nonce=nonce, **kw
        )
        return answer

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Keep nothing: what counts is in the person's own row."""
        return {}


class Callback(OAuth2CallbackView):  # type: ignore[misc]
    """The issuer's answer, which must hold the nonce of its question."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, answer = super()._get_state(request, provider)
        if state:
            self.adapter.expected_nonce = str(state.get("nonce") or secrets.token_urlsafe())
        return state, answer


def _app() -> SocialApp:
    wanted = settings.CRS_OIDC
    return SocialApp(
        provider="openid_connect",
        provider_id=issuer_key(),
        name=wanted.name[:40],
        client_id=wanted.client_id,
        secret=wanted.secret,
        settings={
            "server_url": wanted.issuer,
            "oauth_pkce_enabled": True,
            "scope": ["openid", "profile", "email"],
        },
    )
