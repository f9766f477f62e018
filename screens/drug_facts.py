"""What was given so far, in the words a ward reads: counts and times, never advice."""

from datetime import datetime, timedelta
from typing import Any, Final

from charting.drug_facts import COUNTED, Given, Standing, standing
from charting.models import PatientState
from grading import reference
from patients.dose_facts import DoseFacts, hours_and_minutes, words_beyond
from patients.medicines import CLASS_OF, TreatmentClass, TreatmentCode
from screens import labels, strip

_MOST_TIMES: Final = 6
_ALWAYS: Final = frozenset({TreatmentCode.TOCILIZUMAB.value})


def shown(state: PatientState, *, now: datetime) -> dict[str, Any]:
    """Return what components/drug_facts.html shows of one patient now; two queries."""
    known = standing(state, at=now)
    card = reference.card()
    return {
        "rows": [_row(code, known, state) for code in COUNTED if _is_shown(code, known)],
        "waived": _named(known.waived, state, now=now),
        "may_hide": _named(known.may_hide, state, now=now),
        "as_of": labels.clock(now, zone=strip.zone_of(state), now=now),
        "compiled": labels.full_day(card.compiled),
        "edition": card.name,
    }


def asked(facts: DoseFacts, *, code: str) -> dict[str, Any]:
    """Return what the page says of a dose that is outside what is described."""
    return {
        "title": f"{TreatmentCode(code).label}: outside what is described",
        "words": [labels.sentence(words) for words in words_beyond(facts)],
        "counts": _counts(facts).replace("Count", "count", 1),
        "url": f"/reference/#{code}",
    }


def said(facts: DoseFacts | None) -> str:
    """Return the counts of a dose that was just recorded, for the message that says so."""
    return f" {_counts(facts)}." if facts is not None else ""


def _is_shown(code: str, known: Standing) -> bool:
    return code in _ALWAYS or bool(known.facts[code].given_at)


def _row(code: str, known: Standing, state: PatientState) -> dict[str, Any]:
    facts, zone = known.facts[code], strip.zone_of(state)
    doses = [given for given in known.doses if given.code == code][::-1]
    return {
        "code": code,
        "label": TreatmentCode(code).label,
        "counts": _counts(facts) if facts.given_at else "None recorded",
        "last": _last(doses[0], facts) if doses else "",
        "limits": _limits(facts, therapy_class=known.therapy_class, code=code),
        "times": [
            f"{labels.clock(given.at, zone=zone, now=known.at)} "
            f"{labels.number(given.dose_value)} {given.dose_unit}".strip()
            for given in doses[:_MOST_TIMES]
        ],
        "more": max(len(doses) - _MOST_TIMES, 0),
        "url": f"/reference/#{code}",
    }


def _counts(facts: DoseFacts) -> str:
    """Return “2/3 (24 h), 2/4 (course), 1 (episode)”; a limit stands only where there is one."""
    counts = [
        _of(facts.in_24_hours, facts.limits.most_in_24_hours, "24 h"),
        _of(facts.in_course, facts.limits.most_in_course, "course"),
    ]
    if facts.in_episode is not None:
        counts.append(_of(facts.in_episode, None, "episode"))
    return "Count " + ", ".join(counts)


def _of(count: int, most: int | None, span: str) -> str:
    return f"{count} ({span})" if most is None else f"{count}/{most} ({span})"


def _last(given: Given, facts: DoseFacts) -> str:
    return f"Last {hours_and_minutes(facts.since_last or timedelta(0))} ago"


def _limits(facts: DoseFacts, *, therapy_class: str, code: str) -> str:
    """Return what is described, as described; a bispecific's narrower count is named."""
    limits, said_of = facts.limits, []
    if limits.minimum_interval is not None:
        said_of.append(f"min interval {hours_and_minutes(limits.minimum_interval)}")
    if limits.most_in_24_hours is not None:
        said_of.append(f"at most {limits.most_in_24_hours} in 24 h")
        if therapy_class == "bispecific":
            said_of.append("2 in 24 h in some bispecific labels")
    if limits.most_in_course is not None:
        said_of.append(f"{limits.most_in_course} in total")
    if limits.most_mg is not None:
        said_of.append(f"{limits.most_mg} mg a dose")
    return labels.sentence(", ".join(said_of))


def _named(
    found: tuple[tuple[str, datetime], ...], state: PatientState, *, now: datetime
) -> list[str]:
    """Return each medicine with the time since which it counts; steroids say that they are."""
    zone = strip.zone_of(state)
    names = [f"{TreatmentCode(code).label.lower()}{_kind(code)}" for code, _ in found]
    times = [labels.clock(at, zone=zone, now=now) for _, at in found]
    return [f"{name} since {time}" for name, time in zip(names, times, strict=True)]


def _kind(code: str) -> str:
    return " (steroid)" if CLASS_OF[code] is TreatmentClass.CORTICOSTEROID else ""
