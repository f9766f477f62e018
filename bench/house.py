"""Everything a run needs: a database, its wards, people signed in, and the servers."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.core.management import call_command

from bench import growth, server, ward
from bench.postgres import Postgres
from bench.server import Server
from bench.ward import Charts, Nurse
from staff.models import Role, Ward

MOST_CLIENTS: Final = 8
PATIENTS_OF_A_CLIENT: Final = 4
CHARTING: Final = MOST_CLIENTS * PATIENTS_OF_A_CLIENT
# Wards that are charted for, and wards whose boards are read and do not change meanwhile.
BY_SESSION, BY_TOKEN = "by-session", "by-token"
BOARDS: Final = {30: "board-30", 500: "board-500"}


@dataclass(slots=True)
class House:
    """What the flows are made of; `before` is what each charted ward held at the start."""

    postgres: Postgres
    postgresql: str
    page: int
    servers: dict[str, Server]
    nurses: dict[str, list[Nurse]]
    before: dict[str, Charts] = field(default_factory=dict)

    @staticmethod
    def mrns(code: str) -> list[str]:
        """The patients of a charted ward."""
        return [f"{code}-{number:04d}" for number in range(CHARTING)]


@contextlib.contextmanager
def opened(
    folder: Path, postgres: Postgres, *, with_growth: bool, for_imports: bool = False
) -> Iterator[House]:
    """Migrate and fill the database, start the servers, and end them afterwards.

    Imports alone need neither boards nor floors.
    """
    call_command("migrate", interactive=False, verbosity=0)
    page = ward.make_floor()
    sizes = {BY_SESSION: CHARTING, BY_TOKEN: CHARTING}
    if not for_imports:
        sizes |= {code: size for size, code in BOARDS.items()}
    nurses = {}
    for code, patients in sizes.items():
        made = ward.make_ward(code, patients=patients)
        nurses[code] = _signed_in(made, Role.INTEGRATION if code == BY_TOKEN else Role.NURSE)
    version = ward.settle()
    environment = dict(os.environ)
    settings = {"product": "crs_monitor.settings"}
    if not for_imports:
        settings |= {"floor": "bench.floor.settings", "bare": "bench.floor.bare_settings"}
    with contextlib.ExitStack() as stack:
        servers = {
            name: stack.enter_context(
                server.running(
                    name,
                    environment=environment | {"DJANGO_SETTINGS_MODULE": module},
                    folder=folder,
                )
            )
            for name, module in settings.items()
        }
        if with_growth:
            url = growth.make_grown_copy(postgres, ward=BOARDS[500])
            grown = environment | {"CRS_DATABASE_URL": url}
            servers["grown"] = stack.enter_context(
                server.running("grown", environment=grown, folder=folder)
            )
        before = {code: ward.charts_of(code) for code in (BY_SESSION, BY_TOKEN)}
        yield House(postgres, version, page, servers, nurses, before)


def _signed_in(made: Ward, role: Role) -> list[Nurse]:
    return [ward.sign_in(f"{made.code}-{n}", role, made) for n in range(MOST_CLIENTS)]
