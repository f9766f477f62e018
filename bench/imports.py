"""How many sets a second of processor time an import takes in, beside COPY of the same rows."""

import http.client
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import override_settings
from django.utils import timezone

from bench import contest, extract, meter, peak, ward
from bench.contest import Sample
from bench.house import House
from grading.models import Assessment
from grading.scales import CRS
from interop.csv.mapped import Setting
from interop.csv.report import Report
from interop.csv.run import Run, run
from interop.imports import work as worker
from interop.tables import suggesting
from interop.tables.mapping import Shape
from patients.models import Patient
from staff.models import Role, Ward
from vitals.models import ObservationSet

RAW, BULK = "raw COPY, wide rows", "bulk_create, not graded"
CSV, ONE_SCALE, REPEATED = "import, CSV", "import, CSV, one scale", "import, CSV, repeated"
HISTORY = "import, CSV over HTTP"
FHIR, MEMORY = "import, FHIR bundle over HTTP", "import, memory, 4 times the rows"
BASE_OF: Final = dict.fromkeys((BULK, CSV, ONE_SCALE, REPEATED, HISTORY, FHIR), RAW)
RAW_ROWS: Final = 50_000
BULK_ROWS: Final = 2_000
SETS: Final = 5 * extract.SETS_OF_A_PATIENT
_SENT_FOR: Final = 20  # patients of one Bundle,
_MINUTES_AGO: Final = (20, 10, 1)  # each with a set at these times
_TABLE: Final = (
    f"CREATE TABLE bench_wide (id bigserial PRIMARY KEY, "
    f"{', '.join(f'{name} {kind}' for name, kind in extract.COLUMNS.items())}, "
    "UNIQUE (patient, taken_at))"
)


def measured(
    house: House, *, rounds: int, seed: int, say: Callable[[str], None]
) -> tuple[list[Sample], dict[str, float], list[str]]:
    """Samples, how peak memory grows with the file, and what is wrong.

    Every import is counted: each set stored once, graded and followed by its state row.
    """
    with (
        tempfile.TemporaryDirectory(prefix="crs-bench-imports-") as place,
        connection.cursor() as c,
    ):
        c.execute(_TABLE)
        contest_of = _Contest(house, Path(place), rounds=rounds, seed=seed)
        samples: list[Sample] = []
        # Round 0 warms up and does not count.
        for number, order in enumerate(contest.shuffled(list(contest_of.ways), rounds=rounds + 1,
                                                        seed=seed)):  # fmt: skip
            say(f"imports, round {number} of {rounds}")
            samples += [contest_of.sample(name, number) for name in order]
        memory = {MEMORY: contest_of.memory()}
    return [each for each in samples if each.round], memory, contest_of.faults


def imported(file: Path) -> Report:
    """Import a wide table in the product's own headings, as the command does."""
    asked = Run(
        paths=[file],
        setting=Setting(timezone.now(), ZoneInfo("UTC")),
        by=None,
        dry=False,
        rejects=file.with_suffix(".rejects"),
        say=lambda _: None,
        mapping=suggesting.own(file, Shape.WIDE, "UTC"),
    )
    return run(asked, clock=timezone.now)


class _Contest:
    """The ways into the database, each of which does one portion of work when it is called."""

    def __init__(self, house: House, folder: Path, *, rounds: int, seed: int) -> None:
        self._house, self._folder, self._seed = house, folder, seed
        self._raw = extract.as_copy(extract.sets(RAW_ROWS, prefix="raw", seed=seed))
        made = ward.make_ward("by-bundle", patients=_SENT_FOR * (rounds + 1))
        self._feed = ward.sign_in("by-bundle-feed", Role.INTEGRATION, made)
        self._loader = ward.sign_in("by-file-loader", Role.ONCOLOGIST, made)
        self._to_send = _in_portions(made)
        self._seen: Path | None = None
        self.faults: list[str] = []
        self.ways: dict[str, Callable[[], Callable[[], int]]] = {
            RAW: self._copying,
            BULK: self._bulk,
            CSV: partial(self._importing, "all"),
            ONE_SCALE: partial(self._importing, "one", scales=(CRS,)),
            REPEATED: self._again,
            HISTORY: self._posting,
            FHIR: self._sending,
        }

    def sample(self, name: str, number: int) -> Sample:
        """Prepare, and then measure, one portion."""
        work = self.ways[name]()
        # Autovacuum is off here, and plans made for tables that were nearly empty would stay.
        ward.settle()
        roots = (os.getpid(), self._house.postgres.pid)
        before, began = meter.cpu_seconds(roots), time.monotonic()
        units = work()
        used = meter.cpu_seconds(roots) - before
        return Sample(name, number, units, used, time.monotonic() - began)

    def memory(self) -> float:
        """Peak memory of a process for a file of four times the rows, as a multiple."""
        peaks = [peak.mebibytes(self._file(f"memory-{n}", SETS * n)) for n in (1, 4)]
        return peaks[1] / peaks[0]

    def _copying(self) -> Callable[[], int]:
        self._raw.seek(0)

        def work() -> int:
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE bench_wide")
                names = ", ".join(extract.COLUMNS)
                cursor.copy_expert(f"COPY bench_wide ({names}) FROM STDIN", self._raw)
            return RAW_ROWS

        return work

    def _bulk(self) -> Callable[[], int]:
        patient = Patient.objects.create(mrn=f"bulk-{uuid4().hex[:12]}")
        rows = list(extract.sets(BULK_ROWS, prefix="bulk", seed=self._seed))

        def work() -> int:
            now = timezone.now()
            ObservationSet.objects.bulk_create(
                [_row(each, patient, now=now) for each in rows], batch_size=1000
            )
            return BULK_ROWS

        return work

    def _importing(self, name: str, scales: tuple[str, ...] = ()) -> Callable[[], int]:
        file = self._file(f"{name}-{uuid4().hex[:8]}", SETS)

        def work() -> int:
            with override_settings(CRS_SCALES=scales) if scales else nullcontext(), self._checked():
                stored = imported(file).as_json()["stored"]
            self._seen = file
            return int(stored)

        return work

    def _again(self) -> Callable[[], int]:
        if self._seen is None:
            self._importing("all")()
        assert self._seen is not None, "a file that was imported"
        file = self._seen

        def work() -> int:
            said = imported(file).as_json()
            if (said["duplicates"], said["stored"]) != (SETS, 0):
                self.faults.append(f"{REPEATED}: {said['stored']} of {SETS} rows were stored again")
            return SETS

        return work

    def _posting(self) -> Callable[[], int]:
        body = self._file(f"http-{uuid4().hex[:8]}", SETS).read_bytes()
        headers = {"Content-Type": "text/csv", "Authorization": f"Bearer {self._loader.token}"}

        def work() -> int:
            """Send it, and then be the worker that takes it up: both are counted."""
            link = http.client.HTTPConnection("127.0.0.1", self._house.servers["product"].port)
            with self._checked():
                link.request("POST", "/api/v1/imports/?registers=true", body=body, headers=headers)
                answer = link.getresponse()
                said: dict[str, Any] = json.loads(answer.read())
                link.close()
                worker.work_off(now=timezone.now())
                link.request("GET", f"/api/v1/imports/{said.get('id')}/", headers=headers)
                account = json.loads(link.getresponse().read()).get("account") or {}
            link.close()
            if account.get("stored") != SETS:
                self.faults.append(f"{HISTORY}: status {answer.status}, {account} of {SETS} rows")
            return SETS

        return work

    def _sending(self) -> Callable[[], int]:
        now = datetime.now(tz=UTC).replace(second=0, microsecond=0)
        times = [now - timedelta(minutes=each) for each in _MINUTES_AGO]
        body = json.dumps(extract.bundle(next(self._to_send), times=times))
        headers = {
            "Content-Type": "application/fhir+json",
            "Authorization": f"Bearer {self._feed.token}",
        }
        count = _SENT_FOR * len(times)

        def work() -> int:
            link = http.client.HTTPConnection("127.0.0.1", self._house.servers["product"].port)
            with self._checked(count):
                link.request("POST", "/fhir/", body=body, headers=headers)
                answer = link.getresponse()
                said: dict[str, Any] = json.loads(answer.read())
            link.close()
            wrong = [e for e in said.get("entry", []) if e["response"]["status"][:3] != "201"]
            if answer.status != 200 or wrong:
                self.faults.append(f"{FHIR}: status {answer.status}, {len(wrong)} entries refused")
            return count

        return work

    def _file(self, name: str, count: int) -> Path:
        file = self._folder / f"{name}.csv"
        extract.write_csv(file, extract.sets(count, prefix=name, seed=self._seed))
        return file

    @contextmanager
    def _checked(self, count: int = SETS) -> Iterator[None]:
        """Count sets and grades before and after; a difference is a fault."""
        before = _counts()
        yield
        grown = tuple(after - was for after, was in zip(_counts(), before, strict=True))
        if grown != (count, count):
            self.faults.append(f"imports: {count} sets sent; sets and grades grew by {grown}")


def _counts() -> tuple[int, int]:
    return ObservationSet.objects.count(), Assessment.objects.filter(scale=CRS).count()


def _in_portions(of: Ward) -> Iterator[list[int]]:
    patients = list(
        Patient.objects.filter(mrn__startswith=f"{of.code}-").values_list("pk", flat=True)
    )
    for start in range(0, len(patients), _SENT_FOR):
        yield patients[start : start + _SENT_FOR]


def _row(said: dict[str, str], patient: Patient, *, now: datetime) -> ObservationSet:
    values = {name: text for name, text in said.items() if name != "patient"}
    return ObservationSet(
        client_id=uuid4(), body_hash="0" * 64, patient=patient, charted_at=now, received_at=now,
        **values,
    )  # fmt: skip
