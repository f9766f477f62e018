"""HL7 v2 messages that are ordinary in every way; a test states what matters."""

import itertools
import json
from contextlib import suppress
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from interop.hl7v2.account import Receiving
from interop.hl7v2.receiving import Answer, account, receive
from staff.models import Ward
from tests.factories.ward import NOW

_numbers = itertools.count(1)
# LOINC, its name and the unit of the fields of a set.
VITALS = {
    "temperature_celsius": ("8310-5^Body temperature^LN", "Cel"),
    "heart_rate_bpm": ("8867-4^Heart rate^LN", "/min"),
    "respirations_per_minute": ("9279-1^Respiratory rate^LN", "/min"),
    "systolic_mmhg": ("8480-6^Systolic blood pressure^LN", "mm[Hg]"),
    "diastolic_mmhg": ("8462-4^Diastolic blood pressure^LN", "mm[Hg]"),
    "mean_arterial_mmhg": ("8478-0^Mean blood pressure^LN", "mm[Hg]"),
    "spo2_percent": ("59408-5^Oxygen saturation by pulse oximetry^LN", "%"),
    "oxygen_flow_lpm": ("3151-8^Inhaled oxygen flow rate^LN", "L/min"),
}
CRP = "1988-5^C reactive protein^LN"


def stamp(at: datetime) -> str:
    """A time stamp to the second with its offset."""
    return f"{at:%Y%m%d%H%M%S%z}"


def msh(kind: str = "ORU^R01", *, number: str = "", at: datetime = NOW, **fields: Any) -> str:
    """A header; `zone` False leaves the offset out, `charset` names one."""
    sent = stamp(at) if fields.pop("zone", True) else f"{at:%Y%m%d%H%M%S}"
    sender, version = fields.pop("sender", "LAB1"), fields.pop("version", "2.5.1")
    charset = fields.pop("charset", "UNICODE UTF-8")
    number = number or f"M{next(_numbers):05d}"
    return f"MSH|^~\\&|{sender}|HOSP|CRS|HOSP|{sent}||{kind}|{number}|P|{version}||||||{charset}"


def pid(mrn: str, *, born: str = "19800501", sex: str = "", name: str = "DEMO^PATIENT") -> str:
    """Who it is about."""
    return f"PID|1||{mrn}^^^HOSP^MR||{name}||{born}|{sex}"


def obx(
    code: str, value: str, unit: str = "", *, kind: str = "NM", status: str = "F",
    at: datetime | str = NOW, number: int = 1, sub: str = "",
) -> str:  # fmt: skip
    """One result."""
    when = at if isinstance(at, str) else stamp(at)
    return f"OBX|{number}|{kind}|{code}|{sub}|{value}|{unit}|||||{status}|||{when}"


def obr(order: str = "", *, at: datetime = NOW, code: str = "85353-1^Vital signs^LN") -> str:
    """The order that results stand under."""
    return f"OBR|1||{order}|{code}|||{stamp(at)}"


def vital(field: str, value: object, **more: Any) -> str:
    """One vital sign in the unit of its field."""
    code, unit = VITALS[field]
    return obx(code, str(value), unit, **more)


def message(*segments: str) -> bytes:
    """Segments with their ends."""
    return ("\r".join(segments) + "\r").encode()


def how(*, live: bool = True, now: datetime = NOW, ward: Ward | None = None) -> Receiving:
    """Live as the listener takes messages, or as files are loaded."""
    return Receiving(
        now=now, live=live, channel="mllp" if live else "file", by=account(), ward=ward,
        registers=not live,
    )  # fmt: skip


def send(*segments: str, **setting: Any) -> Answer:
    """Send one message and return the answer."""
    return receive(message(*segments), how=how(**setting))


def code_of(answer: Answer | bytes) -> str:
    """AA, AE or AR."""
    content = answer if isinstance(answer, bytes) else answer.content
    msa = next(line for line in content.decode().split("\r") if line.startswith("MSA"))
    return msa.split(msa[3])[1]


def import_files(*paths: Path, **options: Any) -> dict[str, Any]:
    """Run the command and return its summary, which must add up; `status` is the shell's."""
    out, err = StringIO(), StringIO()
    status = 1
    with suppress(SystemExit):
        call_command("import_hl7", *map(str, paths), stdout=out, stderr=err, **options)
        status = 0
    summary: dict[str, Any] = json.loads(out.getvalue())
    parts = ("stored", "duplicates", "quarantined", "rejected")
    for counts in (summary, summary["messages"], *summary["files"]):
        assert counts["received"] == sum(counts[part] for part in parts)
    for part in ("received", *parts):
        assert summary[part] == sum(file[part] for file in summary["files"])
    assert sum(summary["reasons"].values()) == summary["quarantined"] + summary["rejected"]
    return summary | {"status": status, "err": err.getvalue()}
