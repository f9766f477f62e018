"""From the charting form's text to an entry: what was typed is kept, and nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Final

from django.http import QueryDict

from charting.entry import READERS, Entry, EntryRefusedError, FieldError
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
)
CHOICES: Final = ("oxygen_device", "consciousness")
YES_OR_NO: Final = ("hypotension", "vasopressin", "worried")
NONE_RUNNING: Final = "none"
LONGEST_REASON: Final = 200
# Sent with the form, and no part of the set.
_AROUND: Final = frozenset({"csrfmiddlewaretoken", "confirmed", "reason"})
_KNOWN: Final = (
    frozenset((*NUMBERS, *CHOICES, *YES_OR_NO, "vasopressors", "note", "client_id", "taken_at"))
    | _AROUND
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
    """Return the form as it was sent, so that it can be shown again."""
    return Typed(
        texts={name: str(post[name]).strip() for name in post if name not in _MANY},
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
    for name in (*CHOICES, "note"):
        data[name] = form.text(name) or None
    _put(
        data, errors, "taken_at", form.text("taken_at"),
        lambda text: typed.moment(text, zone=zone, now=now),
    )  # fmt: skip
    data["vasopressors"] = _drugs(form.vasopressors, errors)
    try:
        entry = Entry.parse(data, now=now)
    except EntryRefusedError as refused:
        told = {error.field for error in errors}
        raise EntryRefusedError(
            errors + [error for error in refused.errors if error.field not in told]
        ) from None
    if errors:
        raise EntryRefusedError(errors)
    return replace(entry, as_entered=_as_entered(form), confirmed=form.confirmed)


def with_the_rest(entry: Entry, wrong: ObservationSet) -> Entry:
    """Return a correction that keeps what this form does not show, so that nothing is lost."""
    unseen = READERS.keys() - {*NUMBERS, *CHOICES, *YES_OR_NO, "vasopressors"}
    kept = {name: getattr(wrong, name) for name in sorted(unseen)}
    recorded = {name: value for name, value in kept.items() if value is not None and value != ""}
    # The form names vasopressors and no doses: those that still run keep theirs.
    running = entry.values.get("vasopressors") or ()
    doses = [row for row in wrong.vasopressor_doses or () if row["drug"] in running]
    if doses:
        recorded["vasopressor_doses"] = doses
    return replace(entry, values={**recorded, **entry.values})


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


def _answer(text: str) -> bool:
    try:
        return _ANSWERS[text]
    except KeyError:
        raise ValueError("Must be yes or no") from None


def _drugs(ticked: tuple[str, ...], errors: list[FieldError]) -> list[str] | None:
    """No tick at all was not asked; “none running” is an answer."""
    if not ticked:
        return None
    if NONE_RUNNING not in ticked:
        return list(ticked)
    if len(ticked) > 1:
        words = "Either none is running, or the ticked ones are"
        errors.append(FieldError("vasopressors", ", ".join(ticked), words))
    return []


def _as_entered(form: Typed) -> dict[str, Any]:
    kept = {n: t for n, t in form.texts.items() if t and n not in {*_AROUND, "client_id"}}
    return kept | {"confirmed": sorted(form.confirmed)} if form.confirmed else kept
