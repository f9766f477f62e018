"""Let the role that runs the program append facts, and change none."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from audit import rights


class Command(BaseCommand):
    """Run as the owner of the tables, after each migrate; makes no role and no table."""

    help = "Grant the role CRS_DATABASE_APP_ROLE what the program needs, and no more."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the role."""
        parser.add_argument("--role", default=settings.CRS_DATABASE_APP_ROLE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant all of it or nothing, and print what was granted."""
        try:
            with transaction.atomic():
                given = rights.grant(connection, options["role"])
        except rights.RightsRefusedError as error:
            raise CommandError(str(error)) from error
        for what, tables in sorted(given.items()):
            self.stdout.write(f"{options['role']}: {what} on {tables} tables")
