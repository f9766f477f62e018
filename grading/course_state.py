"""The course state as plain JSON, so that an assessment keeps what the next one needs."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from grading.course import CourseState, Known
from grading.support_course import AtDose, SupportCourse

_NO_SUPPORT: Final = SupportCourse()

_DECIMALS: Final = frozenset(
    {
        "temperature_celsius",
        "oxygen_flow_lpm",
        "fio2_percent",
        "spo2_percent",
        "baseline_home_oxygen_lpm",
    }
)


def to_json(state: CourseState) -> dict[str, Any]:
    """Return the state in JSON types; decimals become text, so no digit is lost."""
    return {
        "known": {
            group: {
                "values": {name: _plain(value) for name, value in known.values.items()},
                "set": known.set_id,
                "at": known.taken_at.isoformat(),
            }
            for group, known in state.known.items()
        },
        "episode": _text(state.episode_opened_at),
        "fever": _text(state.last_fever_at),
        "zero": _text(state.at_zero_since),
        **({"support": _support(state.support)} if state.support != _NO_SUPPORT else {}),
    }


def from_json(document: Mapping[str, Any]) -> CourseState:
    """Read back what to_json wrote; an empty document is the start of a course."""
    return CourseState(
        known={
            group: Known(
                {name: _typed(name, value) for name, value in row["values"].items()},
                row["set"],
                datetime.fromisoformat(row["at"]),
            )
            for group, row in document.get("known", {}).items()
        },
        episode_opened_at=_time(document.get("episode")),
        last_fever_at=_time(document.get("fever")),
        at_zero_since=_time(document.get("zero")),
        support=_read_support(document["support"]) if "support" in document else _NO_SUPPORT,
    )


def _support(support: SupportCourse) -> dict[str, Any]:
    return {
        "since": _text(support.pressors_since),
        "seen": support.start_seen,
        "doses": {
            drug: {
                "dose": str(each.dose),
                "unit": each.unit,
                "since": each.since.isoformat(),
                "seen": each.seen,
            }
            for drug, each in support.doses.items()
        },
        "boluses": [each.isoformat() for each in support.boluses],
    }


def _read_support(document: Mapping[str, Any]) -> SupportCourse:
    return SupportCourse(
        pressors_since=_time(document["since"]),
        start_seen=document["seen"],
        doses={
            drug: AtDose(
                Decimal(each["dose"]),
                each["unit"],
                datetime.fromisoformat(each["since"]),
                each["seen"],
            )
            for drug, each in document["doses"].items()
        },
        boluses=tuple(datetime.fromisoformat(each) for each in document["boluses"]),
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _typed(name: str, value: Any) -> Any:
    return Decimal(value) if name in _DECIMALS and value is not None else value


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
