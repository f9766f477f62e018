"""Give an integration the bearer token it signs in with; the secret is shown this once."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from audit import trail
from staff.models import ApiToken, Role, User, Ward
from staff.tokens import Scope

# What an integration is for; whoever wants it to read says so.
_OF_AN_INTEGRATION = (Scope.WRITE_OBSERVATIONS, Scope.WRITE_LABS, Scope.WRITE_TREATMENTS)


class Command(BaseCommand):
    """Issue a token, revoke one by its label, or list what a user has."""

    help = "Issue an API token to a user, revoke it, or list the user's tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the user and the token, and hold it to what it is for."""
        parser.add_argument("username")
        parser.add_argument("label", nargs="?", help="What uses it, such as 'monitor gateway'.")
        parser.add_argument("--revoke", action="store_true", help="Refuse it from now on.")
        parser.add_argument("--list", action="store_true", help="Show the user's tokens.")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="What it may be used for; may be given more than once.",
        )
        parser.add_argument(
            "--ward", action="append", metavar="CODE", help="Hold it to this ward; more than once."
        )
        parser.add_argument("--days", type=int, help="Refuse it after so many days, 1 to 3650.")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Print the secret alone, so that a script can keep it."""
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['username']!r}.")
        now = timezone.now()
        if options["list"]:
            for token in user.api_tokens.order_by("pk"):
                self.stdout.write(_line(token, now=now))
        elif not options["label"]:
            raise CommandError("Say what uses the token.")
        elif options["revoke"]:
            self.stdout.write(f"{_revoke(user, options['label'], now=now)} revoked")
        else:
            self.stdout.write(_issue(user, options, now=now))


def _issue(user: User, options: dict[str, Any], *, now: datetime) -> str:
    days = options["days"]
    if days is not None and not 1 <= days <= 3650:
        raise CommandError("--days must be from 1 to 3650.")
    scopes = options["scope"]
    if scopes is None and user.role == Role.INTEGRATION:
        scopes = _OF_AN_INTEGRATION
    token, secret = ApiToken.issue(
        user,
        label=options["label"],
        scopes=scopes,
        wards=_wards(user, options["ward"], now=now),
        expires_at=None if days is None else now + timedelta(days=days),
    )
    _note("token.issued", token, now=now, scopes=token.scopes, wards=token.ward_ids, days=days)
    return secret


def _wards(user: User, codes: list[str] | None, *, now: datetime) -> list[Ward] | None:
    if codes is None:
        return None
    members = user.memberships.in_force(now)
    found = list(Ward.objects.filter(pk__in=members.values("ward_id"), code__in=codes))
    unknown = sorted(set(codes) - {ward.code for ward in found})
    if unknown:
        raise CommandError(f"{user.username} is not on the ward {', '.join(unknown)}.")
    return found


def _revoke(user: User, label: str, *, now: datetime) -> int:
    found = list(user.api_tokens.filter(label=label, revoked_at=None))
    if not found:
        raise CommandError(f"{user.username} has no token {label!r} in force.")
    for token in found:
        token.revoke(at=now)
        _note("token.revoked", token, now=now)
    return len(found)


def _note(action: str, token: ApiToken, /, *, now: datetime, **more: Any) -> None:
    """Put on record what somebody with a shell did; who that was, the machine knows."""
    trail.record(
        action=action,
        actor=None,
        scope="staff",
        subject=f"token:{token.pk}",
        at=now,
        detail={"user": token.user_id, **more},
    )


def _line(token: ApiToken, *, now: datetime) -> str:
    scopes = "what the role may" if token.scopes is None else " ".join(token.scopes)
    wards = "all" if token.ward_ids is None else " ".join(map(str, token.ward_ids))
    used = "never" if token.last_used_at is None else f"{token.last_used_at:%Y-%m-%d %H:%M} UTC"
    state = "ended" if token.has_ended(at=now) else "in force"
    return "\t".join((f"{token.prefix or '-'}…", token.label, state, f"wards {wards}",
                      f"last used {used}", scopes))  # fmt: skip
