"""What the hospital's sign-in says of a person: the standard library and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

# RFC 8176: several factors. Some issuers say so by the class of the sign-in instead.
_SEVERAL: Final = "mfa"
_CLASSES: Final = frozenset(
    {
        "https://refeds.org/profile/mfa",
        "http://schemas.microsoft.com/claims/multipleauthn",
        "phr",
        "phrh",
    }
)


@dataclass(frozen=True, slots=True)
class Claims:
    """One person, as the issuer knows them; the token was verified before."""

    subject: str
    username: str
    first_name: str
    last_name: str
    email: str
    groups: frozenset[str]
    had_several_factors: bool


def read(token: Mapping[str, Any], *, groups_claim: str) -> Claims:
    """Take the claims of a verified ID token; whatever is not text counts as not there."""
    groups = token.get(groups_claim)
    listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    methods = token.get("amr")
    return Claims(
        subject=_text(token, "sub"),
        username=_text(token, "preferred_username") or _text(token, "email"),
        first_name=_text(token, "given_name")[:150],
        last_name=_text(token, "family_name")[:150],
        email=_text(token, "email"),
        groups=frozenset(each for each in listed if isinstance(each, str)),
        had_several_factors=(isinstance(methods, list) and _SEVERAL in methods)
        or _text(token, "acr") in _CLASSES,
    )


def _text(token: Mapping[str, Any], name: str) -> str:
    value = token.get(name)
    return value.strip() if isinstance(value, str) else ""
