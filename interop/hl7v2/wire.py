"""Read one message into segments and fields by the separators it declares; nothing is guessed."""

import re
from dataclasses import dataclass
from typing import Final

from interop.hl7v2 import charset
from interop.hl7v2.escapes import unescaped
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.segments import KNOWN

NULL: Final = '""'  # deleted by the sender; an empty field was not said
_NAME: Final = re.compile(r"[A-Z][A-Z0-9]{2}", re.ASCII)
_LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")
_HEADERS: Final = frozenset({"MSH", "FHS", "BHS"})
# A segment in the middle of another: the end between them was lost.
_GLUED: Final = ("MSH", "PID", "PV1", "OBR", "OBX", "ORC", "NTE", "EVN", "MRG", "SPM")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Separators:
    """What MSH-1 and MSH-2 declare; `escape` may be none."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; `number` is its place in the message, from 1. Fields count from 1."""

    name: str
    number: int
    fields: tuple[str, ...]
    separators: Separators
    charset: str
    raw: str

    def field(self, number: int) -> str:
        """The field as sent; empty when it is not there."""
        return self.fields[number] if number < len(self.fields) else ""

    def is_null(self, number: int) -> bool:
        """Whether the sender deleted the field's value, which is not the same as saying none."""
        return self.field(number).strip() == NULL

    def repetitions(self, number: int) -> list[str]:
        """The field's repetitions as sent; none for an empty field."""
        field = self.field(number)
        return field.split(self.separators.repetition) if field else []

    def text(self, number: int, component: int = 1, *, repetition: int = 0) -> str:
        """A component in plain text, its subcomponents' first; empty when not said or null."""
        repetitions = self.repetitions(number)
        if repetition >= len(repetitions):
            return ""
        return self.component(repetitions[repetition], component)

    def component(self, field: str, number: int) -> str:
        """A component of a repetition in plain text, without surrounding blanks."""
        parts = field.split(self.separators.component)
        if number > len(parts):
            return ""
        first = parts[number - 1].split(self.separators.subcomponent)[0]
        plain = self.plain(first).strip()
        return "" if plain == NULL else plain

    def whole(self, number: int) -> str:
        """The field as free text: separators that somebody typed are text there."""
        lines = [self.plain(each) for each in self.repetitions(number)]
        return "\n".join(line for line in lines if line != NULL).strip()

    def plain(self, text: str) -> str:
        """Undo the escape sequences."""
        marks = self.separators
        return unescaped(
            text,
            escape=marks.escape,
            separators=marks.field + marks.component + marks.repetition + marks.subcomponent,
            charset=self.charset,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One message in segments; the first is its MSH."""

    segments: tuple[Segment, ...]

    @property
    def header(self) -> Segment:
        """The MSH segment."""
        return self.segments[0]

    def first(self, name: str) -> Segment | None:
        """The first segment of this name."""
        return next((each for each in self.segments if each.name == name), None)


def parse(raw: bytes) -> Message:
    """Return the message; raises RefusedMessageError where any part of it is damaged.

    A damaged name or a lost segment end may hide a result or whose it is, so the whole
    message is refused, never the rest of it taken.
    """
    text, codec = charset.text_of(raw)
    return read(text, codec)


def read(text: str, codec: str = charset.UTF_8) -> Message:
    """Return the message that a text holds; raises RefusedMessageError."""
    lines = [line for line in _LINE_ENDS.split(text) if line.strip()]
    marks = separators_of(lines[0] if lines else "")
    segments = tuple(
        _segment(line.lstrip(), number, marks, codec) for number, line in enumerate(lines, 1)
    )
    if any(segment.name in _HEADERS for segment in segments[1:]):
        raise RefusedMessageError(Reason.MALFORMED_SEGMENT, "two headers in one message")
    return Message(segments)


def separators_of(line: str) -> Separators:
    """Read MSH-1 and MSH-2; raises RefusedMessageError when they are not five marks."""
    if line[:3] not in _HEADERS or len(line) < 8:
        raise RefusedMessageError(Reason.NOT_A_MESSAGE, "it does not begin with MSH")
    field = line[3]
    marks = line[4:].split(field, 1)[0]
    every = field + marks
    # A fifth one, for cut-off values, came with version 2.7.
    if not 2 <= len(marks) <= 5 or len(set(every)) != len(every) or any(map(_is_no_mark, every)):
        words = "MSH-1 and MSH-2 do not declare separators"
        raise RefusedMessageError(Reason.SEPARATORS, words, where="MSH-2")
    component, repetition, *more = list(marks)
    escape = more[0] if more else ""
    return Separators(field, component, repetition, escape, more[1] if len(more) > 1 else "&")


def _is_no_mark(mark: str) -> bool:
    return mark.isalnum() or mark.isspace() or not mark.isprintable() or not mark.isascii()


def _segment(line: str, number: int, marks: Separators, codec: str) -> Segment:
    name, *fields = line.split(marks.field)
    if name in _HEADERS:
        # The separator is itself the first field.
        fields = [marks.field, *fields]
    _refuse_damaged(line, name, number, marks)
    return Segment(name, number, (name, *fields), marks, codec, line)


def _refuse_damaged(line: str, name: str, number: int, marks: Separators) -> None:
    where = f"segment {number}"
    if not _NAME.fullmatch(name):
        raise RefusedMessageError(
            Reason.MALFORMED_SEGMENT, "a segment has no name of three capitals", where=where
        )
    if name not in KNOWN and not name.startswith("Z"):
        raise RefusedMessageError(
            Reason.UNKNOWN_SEGMENT, f"“{name}” is no segment of HL7 v2", where=where
        )
    if _CONTROL.search(line):
        raise RefusedMessageError(
            Reason.MALFORMED_SEGMENT, "a control character within a segment", where=where
        )
    if any(f"{other}{marks.field}" in line[4:] for other in _GLUED):
        raise RefusedMessageError(
            Reason.MALFORMED_SEGMENT, "two segments with no end between them", where=where
        )
