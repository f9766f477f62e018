"""Which migrations a database has, and whether this program knows them."""

from collections.abc import Collection, Iterable
from typing import Final

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from crs_monitor.backups.refusals import BackupRefusedError

Names = tuple[tuple[str, str], ...]
# Who was signed in signs in again: a session that was ended since must not come back to life.
WITHOUT_ROWS: Final = frozenset({"django_session", "usersessions_usersession"})


def applied(connection: BaseDatabaseWrapper) -> Names:
    """Return the migrations the database has, in order; raises BackupRefusedError for none."""
    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        raise BackupRefusedError("The database has no tables yet: there is nothing to back up.")
    names = tuple(sorted(recorder.applied_migrations()))
    _insist_on_known(names, whose="The database")
    return names


def tables_made_by(connection: BaseDatabaseWrapper, names: Names) -> set[str]:
    """Return the tables that these migrations make, and the one that remembers them."""
    loader = MigrationLoader(connection)
    state = loader.project_state([name for name in names if name in loader.graph.nodes])
    models = state.apps.get_models(include_auto_created=True)
    made = {each._meta.db_table for each in models if each._meta.can_migrate(connection)}
    return made | {"django_migrations"}


def bring_to(connection: BaseDatabaseWrapper, names: Names) -> None:
    """Make the tables of an empty database as these migrations make them."""
    _insist_on_known(names, whose="The backup")
    further = set(MigrationRecorder(connection).applied_migrations()) - set(names)
    if further:
        raise BackupRefusedError(
            "The database has migrations that the backup lacks: "
            f"{_listed(further)}. Restore into a new, empty database."
        )
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.node_map
    # The last of each line: an earlier one as a target would be read as a way back.
    executor.migrate(
        [
            name
            for name in names
            if name in nodes and not any(child.key in names for child in nodes[name].children)
        ]
    )


def bring_up_to_date(connection: BaseDatabaseWrapper) -> None:
    """Take the steps from the backup's schema to this program's."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def tables_in(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the tables of a database, its own and the server's tables left out."""
    return set(connection.introspection.table_names())


def _insist_on_known(names: Collection[tuple[str, str]], *, whose: str) -> None:
    """Of an app that is not installed nothing is known and nothing is kept: that is no refusal."""
    known = MigrationLoader(None).disk_migrations
    installed = {each.label for each in apps.get_app_configs()}
    unknown = {name for name in names if name[0] in installed and name not in known}
    if unknown:
        raise BackupRefusedError(
            f"{whose} is of a newer program than this one, which does not know "
            f"{_listed(unknown)}. Install the version that made it, or a newer one."
        )


def _listed(names: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{app}.{name}" for app, name in sorted(names))
