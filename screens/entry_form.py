"""From the charting form's text to an entry: what was typed is kept, and nothing is guessed."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial
from typing import Any, Final

from django.http import QueryDict

from charting.entry import READERS, VASOPRESSORS, Entry, EntryRefusedError, FieldError
from charting.repeats import is_stored
from screens import typed
from vitals.models import ObservationSet

NUMBERS: Final = (
    "respirations_per_minute",
    "spo2_percent",
    "oxygen_flow_lpm",
    "fio2_percent",
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_bpm",
    "temperature_celsius",
    "fluid_bolus_ml",
    "pain_score",
    "urine_ml",
    "mean_arterial_mmhg",
    "glasgow_coma_score",
    "capillary_refill_seconds",
    "baseline_home_oxygen_lpm",
)
CHOICES: Final = (
    "oxygen_device",
    "consciousness",
    "temperature_site",
    "carer_says",
    "blood_pressure_method",
    "respiratory_distress",
    "ventilation_reason",
    "vasopressor_intensity",
    "late_reason",
)
YES_OR_NO: Final = (
    "hypotension",
    "vasopressin",
    "worried",
    "carer_worried",
    "fluid_responsive",
    "hypotension_refractory",
    "life_threatening",
    "hospitalized_for_crs",
    "oxygen_for_comfort",
    "fever_attributed_elsewhere",
    "hypotension_attributed_elsewhere",
)
# What the form may leave out with a reason; a pressure is skipped as one.
SKIPS: Final[Mapping[str, tuple[str, ...]]] = {
    "respirations_per_minute": ("respirations_per_minute",),
    "spo2_percent": ("spo2_percent",),
    "oxygen_device": ("oxygen_device",),
    "systolic_mmhg": ("systolic_mmhg", "diastolic_mmhg"),
    "heart_rate_bpm": ("heart_rate_bpm",),
    "temperature_celsius": ("temperature_celsius",),
    "consciousness": ("consciousness",),
    "vasopressors": ("vasopressors",),
    "set": ("set",),
}
NONE_RUNNING: Final = "none"
LONGEST_REASON: Final = 160
SPO2_SCALE: Final = "spo2_scale"
_SKIP, _DOSE, _UNIT = "skip_", "dose_", "unit_"
# Sent with the form, and no part of the set.
AROUND: Final = frozenset(
    {"csrfmiddlewaretoken", "confirmed", "reason", "reason_text", "right_mrn", "use"}
)
_KNOWN: Final = (
    frozenset((*NUMBERS, *CHOICES, *YES_OR_NO, SPO2_SCALE, "vasopressors", "note"))
    | {"client_id", "taken_at"}
    | {_SKIP + name for name in SKIPS}
    | {part + drug for drug in VASOPRESSORS for part in (_DOSE, _UNIT)}
    | AROUND
)
_MANY: Final = frozenset({"vasopressors", "confirmed"})
_ANSWERS: Final[Mapping[str, bool]] = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form: every text as typed, the drugs ticked, the numbers confirmed."""

    texts: Mapping[str, str]
    vasopressors: tuple[str, ...] = ()
    confirmed: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """Return what was typed in a field; empty when nothing was."""
        return self.texts.get(name, "")


def typed_in(post: QueryDict) -> Typed:
    """Return the form as it was sent; a conversion that was chosen takes the number's place."""
    texts = {name: str(post[name]).strip() for name in post if name not in _MANY}
    name, chosen, value = texts.pop("use", "").partition("=")
    if chosen and name in NUMBERS:
        texts[name] = value
    return Typed(
        texts=texts,
        vasopressors=tuple(post.getlist("vasopressors")),
        confirmed=frozenset(post.getlist("confirmed")),
    )


def entry_of(post: QueryDict, *, zone: tzinfo, now: datetime) -> Entry:
    """Read the form; raises EntryRefusedError naming every field that is wrong."""
    form = typed_in(post)
    errors = _strange(post)
    data: dict[str, Any] = {"client_id": form.text("client_id")}
    for name in NUMBERS:
        _put(data, errors, name, form.text(name), typed.number)
    for name in YES_OR_NO:
        _put(data, errors, name, form.text(name), _answer)
    _put(data, errors, SPO2_SCALE, form.text(SPO2_SCALE), _scale)
    for name in (*CHOICES, "note"):
        data[name] = form.text(name) or None
    _put(
        data, errors, "taken_at", form.text("taken_at"),
        lambda text: _moment(text, zone=zone, now=now, sent_before=partial(_is_repeat, form)),
    )  # fmt: skip
    data["vasopressors"] = _drugs(form, errors)
    data["skipped"] = _skipped(form, data)
    try:
        entry = Entry.parse(data, now=now, is_stored=is_stored)
    except EntryRefusedError as refused:
        told = {error.field for error in errors}
        raise EntryRefusedError(
            errors + [error for error in refused.errors if error.field not in told]
        ) from None
    if errors:
        raise EntryRefusedError(errors)
    entry.refuse_unexplained_delay(now=now)
    return replace(entry, as_entered=_as_entered(form), confirmed=form.confirmed)


def with_the_rest(entry: Entry, wrong: ObservationSet) -> Entry:
    """Return a correction that keeps what this form does not show, so that nothing is lost."""
    shown = {*NUMBERS, *CHOICES, *YES_OR_NO, SPO2_SCALE, "vasopressors", "note", "skipped"}
    kept = {name: getattr(wrong, name) for name in sorted(READERS.keys() - shown)}
    recorded = {name: value for name, value in kept.items() if value is not None and value != ""}
    return replace(entry, values={**recorded, **entry.values})


def doses_typed(observations: ObservationSet) -> dict[str, str]:
    """Return the doses of a set as the form would have been filled in."""
    texts: dict[str, str] = {}
    for row in observations.vasopressor_doses or ():
        texts[_DOSE + row["drug"]] = row["dose"]
        texts[_UNIT + row["drug"]] = row["unit"]
    return texts


def skips_typed(observations: ObservationSet) -> dict[str, str]:
    """Return the skips of a set as the form would have been filled in."""
    skipped = observations.skipped or {}
    return {_SKIP + name: skipped[name] for name in SKIPS if name in skipped}


def _strange(post: QueryDict) -> list[FieldError]:
    """A field nobody knows, or one given twice, must not be lost in silence."""
    errors = [
        FieldError(name, post[name], "is not a field of this form")
        for name in post
        if name not in _KNOWN
    ]
    return errors + [
        FieldError(name, post[name], "was sent more than once")
        for name in post
        if name not in _MANY and len(post.getlist(name)) > 1
    ]


def _put(data: dict[str, Any], errors: list[FieldError], name: str, text: str, read: Any) -> None:
    if not text:
        return
    try:
        data[name] = read(text)
    except ValueError as error:
        errors.append(FieldError(name, text, str(error)))


def _moment(text: str, *, zone: tzinfo, now: datetime, sent_before: Callable[[], bool]) -> datetime:
    """A person reads the server's own clock on this page: not one minute may be ahead of it.

    What is stored already may lie ahead of a clock that was set back since; its repeat is
    answered, not refused.
    """
    at = typed.moment(text, zone=zone, now=now)
    if at > now and not sent_before():
        raise ValueError("is in the future")
    return at


def _is_repeat(form: Typed) -> bool:
    try:
        return is_stored(uuid.UUID(form.text("client_id")))
    except ValueError:
        return False


def _scale(text: str) -> int:
    if text not in ("1", "2"):
        raise ValueError("Must be scale 1 or 2")
    return int(text)


def _answer(text: str) -> bool:
    try:
        return _ANSWERS[text]
    except KeyError:
        raise ValueError("Must be yes or no") from None


def _drugs(form: Typed, errors: list[FieldError]) -> list[Any] | None:
    """No tick at all was not asked; “none running” is an answer."""
    ticked = form.vasopressors
    if not ticked:
        return None
    if NONE_RUNNING not in ticked:
        return [_dosed(drug, form, errors) for drug in ticked]
    if len(ticked) > 1:
        words = "Either none is running, or the ticked ones are"
        errors.append(FieldError("vasopressors", ", ".join(ticked), words))
    return []


def _dosed(drug: str, form: Typed, errors: list[FieldError]) -> Any:
    """The drug alone, or with the dose that was typed beside it."""
    data: dict[str, Any] = {}
    _put(data, errors, _DOSE + drug, form.text(_DOSE + drug), typed.number)
    if not data:
        return drug
    return {"drug": drug, "dose": data[_DOSE + drug], "unit": form.text(_UNIT + drug)}


def _skipped(form: Typed, data: Mapping[str, Any]) -> dict[str, str] | None:
    """A reason counts for what is still empty; what was measured after all was not skipped."""
    skipped: dict[str, str] = {}
    for name, stands_for in SKIPS.items():
        reason = form.text(_SKIP + name)
        if reason:
            skipped |= {each: reason for each in stands_for if data.get(each) is None}
    return skipped or None


def _as_entered(form: Typed) -> dict[str, Any]:
    kept = {n: t for n, t in form.texts.items() if t and n not in {*AROUND, "client_id"}}
    return kept | {"confirmed": sorted(form.confirmed)} if form.confirmed else kept
