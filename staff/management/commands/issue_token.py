"""Give an integration the bearer token it signs in with; the secret is shown this once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from staff.models import ApiToken, User


class Command(BaseCommand):
    """Issue a token, or revoke one by its label."""

    help = "Issue an API token to a user, or revoke it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the user and the token."""
        parser.add_argument("username")
        parser.add_argument("label", help="What uses it, for example 'monitor gateway'.")
        parser.add_argument("--revoke", action="store_true", help="Refuse it from now on.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the secret alone, so that a script can keep it."""
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['username']!r}.")
        if not options["revoke"]:
            _, secret = ApiToken.issue(user, label=options["label"])
            self.stdout.write(secret)
            return
        found = list(user.api_tokens.filter(label=options["label"], revoked_at=None))
        if not found:
            raise CommandError(f"{user.username} has no token {options['label']!r} in force.")
        for token in found:
            token.revoke(at=timezone.now())
        self.stdout.write(f"{len(found)} revoked")
