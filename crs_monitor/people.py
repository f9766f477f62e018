"""Who is let in, and how: passwords, second factors, single sign-on, networks of the ward."""

from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

from crs_monitor.environment import Environment, SettingRefused

Network = IPv4Network | IPv6Network

_VALIDATION: Final = "django.contrib.auth.password_validation"
# What does not depend on the environment, by the names that Django and the libraries ask for.
ARRANGEMENTS: Final[dict[str, Any]] = {
    "LOGIN_URL": "/sign-in/",
    "LOGIN_REDIRECT_URL": "/",
    "LOGOUT_REDIRECT_URL": "/sign-in/",
    "SESSION_COOKIE_AGE": int(timedelta(hours=12).total_seconds()),
    "AUTHENTICATION_BACKENDS": [
        "axes.backends.AxesStandaloneBackend",
        "staff.backends.OpenAccountBackend",
    ],
    "PASSWORD_HASHERS": [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
        {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    ],
    # By name and address: a ward behind one address is not locked out by one tablet's guesses.
    "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
    "AXES_COOLOFF_TIME": timedelta(minutes=10),
    "AXES_RESET_ON_SUCCESS": True,
    "AXES_VERBOSE": False,
    "AXES_USERNAME_CALLABLE": "identity.typed_names.digest_of",
    "AXES_ENABLE_ADMIN": False,
    "AXES_CLIENT_IP_CALLABLE": "identity.places.address_of",
    "AXES_LOCKOUT_CALLABLE": "screens.identity.locked_out.locked_out",
    "ACCOUNT_ADAPTER": "identity.library.AccountAdapter",
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "MFA_ADAPTER": "identity.library.MfaAdapter",
    "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "MFA_TOTP_ISSUER": "CRS Monitor",
    # The half minute before and the one after: phones are late, and so are people.
    "MFA_TOTP_TOLERANCE": 1,
    "SOCIALACCOUNT_ADAPTER": "identity.single_sign_on.Adapter",
    "SOCIALACCOUNT_STORE_TOKENS": False,
}
# Of the library, its tables and its lower pieces; every page is our own.
APPS: Final = [
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    # After them: it takes their tables out of the stock admin.
    "identity",
]
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The hospital's own sign-in, by OpenID Connect; no issuer, and there is none.

    `groups` pairs a group of the hospital with a role or the code of a ward, in the order
    they were written: of two roles the first counts.
    """

    issuer: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)
    name: str = ""
    groups_claim: str = "groups"
    groups: tuple[tuple[str, str], ...] = ()
    is_second_factor: bool = False

    def __bool__(self) -> bool:
        return bool(self.issuer)


def single_sign_on(environment: Environment) -> SingleSignOn:
    """Read CRS_OIDC_*; raises SettingRefused for half of it, or an issuer without TLS."""
    issuer = environment.address(
        "CRS_OIDC_ISSUER",
        schemes=("https", "http"),
        example="https://login.hospital.example/realms/staff",
        default="",
    )
    if not issuer:
        return SingleSignOn()
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise SettingRefused("CRS_OIDC_ISSUER", issuer, "Whoever signs people in must use https.")
    for name in ("CRS_OIDC_CLIENT_ID", "CRS_OIDC_CLIENT_SECRET", "CRS_OIDC_ROLES"):
        if not environment.text(name):
            raise SettingRefused(name, "", "Single sign-on needs it beside CRS_OIDC_ISSUER.")
    return SingleSignOn(
        issuer=issuer.rstrip("/"),
        client_id=environment.text("CRS_OIDC_CLIENT_ID"),
        secret=environment.text("CRS_OIDC_CLIENT_SECRET"),
        name=environment.text("CRS_OIDC_NAME", default="the hospital's sign-in"),
        groups_claim=environment.text("CRS_OIDC_GROUPS_CLAIM", default="groups"),
        groups=_groups("CRS_OIDC_ROLES", environment.text("CRS_OIDC_ROLES")),
        is_second_factor=environment.flag("CRS_OIDC_IS_SECOND_FACTOR"),
    )


def networks(environment: Environment, name: str) -> tuple[Network, ...]:
    """Read networks such as 10.20.0.0/16, separated by commas."""
    found: list[Network] = []
    for word in environment.names(name):
        try:
            found.append(ip_network(word))
        except ValueError as error:
            advice = "Write networks such as 10.20.0.0/16, separated by commas."
            raise SettingRefused(name, word, advice) from error
    return tuple(found)


def _groups(name: str, text: str) -> tuple[tuple[str, str], ...]:
    """Take `group=role` or `group=ward`; names with commas in them are parted by semicolons."""
    pairs = []
    for part in text.split(";" if ";" in text else ","):
        # The last sign of equality: the name of a group may hold others.
        group, sign, word = part.strip().rpartition("=")
        if not (group.strip() and sign and word.strip()):
            raise SettingRefused(name, part, "Write it as crs-nurses=nurse,crs-7b=7b.")
        pairs.append((group.strip(), word.strip()))
    return tuple(pairs)
