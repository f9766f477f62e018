"""One document of A4 pages: the frame, page n of m, and the same bytes from the same facts."""

import threading
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from screens.paper import fonts
from screens.paper.head import STANDING, Head

MARGIN: Final = 26.0  # points; what an office printer leaves white
HEAD_HEIGHT: Final = 40.0
FOOT_HEIGHT: Final = 24.0
_GRAY: Final = 0.35
_RULE: Final = 0.55
# Fonts keep what each document used of them; two documents at once would share a table.
_ONE_AT_A_TIME: Final = threading.Lock()


def made(head: Head, story: Sequence[Flowable]) -> bytes:
    """Return the document as PDF; the same head and story give the same bytes."""
    fonts.ready()
    with _ONE_AT_A_TIME:
        file = BytesIO()
        document = _Document(file, head)
        document.build(list(story), canvasmaker=_Numbered)
        return file.getvalue()


def room(*, is_landscape: bool) -> tuple[float, float]:
    """Return width and height between the margins, below the head and above the foot."""
    wide, high = landscape(A4) if is_landscape else A4
    return wide - 2 * MARGIN, high - 2 * MARGIN - HEAD_HEIGHT - FOOT_HEIGHT


class _Document(BaseDocTemplate):  # type: ignore[misc]  # the writer ships no types
    def __init__(self, file: BytesIO, head: Head) -> None:
        size = landscape(A4) if head.landscape else A4
        super().__init__(
            file,
            pagesize=size,
            title=f"{head.title}, {head.identifiers}",
            author="CRS Monitor",
            subject=STANDING,
            lang="en",
            invariant=1,
        )
        wide, high = room(is_landscape=head.landscape)
        frame = Frame(
            MARGIN, MARGIN + FOOT_HEIGHT, wide, high,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=self._frame_page))
        self.head = head

    def _frame_page(self, canvas: Any, _document: Any) -> None:
        canvas.saveState()
        _watermark(canvas)
        _top(canvas, self.head)
        _bottom(canvas, self.head)
        canvas.restoreState()


class _Numbered(Canvas):  # type: ignore[misc]  # the writer ships no types
    """Keeps each page until the number of pages is known."""

    def __init__(self, *args: Any, **own: Any) -> None:
        super().__init__(*args, **own)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  the writer's own name
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, kept in enumerate(self._pages, start=1):
            self.__dict__.update(kept)
            self.setFont(fonts.REGULAR, 7.5)
            wide = self._pagesize[0]
            self.drawRightString(wide - MARGIN, MARGIN, f"Page {number} of {len(self._pages)}")
            super().showPage()
        super().save()


def _watermark(canvas: Any) -> None:
    wide, high = canvas._pagesize
    canvas.saveState()
    canvas.translate(wide / 2, high / 2)
    canvas.rotate(32)
    canvas.setFillGray(0.94)
    canvas.setFont(fonts.BOLD, 150)
    canvas.drawCentredString(0, -50, "COPY")
    canvas.restoreState()


def _top(canvas: Any, head: Head) -> None:
    wide, high = canvas._pagesize
    top = high - MARGIN
    canvas.setFillGray(0)
    canvas.setFont(fonts.BOLD, 7)
    canvas.drawCentredString(wide / 2, top + 2, head.notice)
    canvas.setFont(fonts.BOLD, 11)
    canvas.drawRightString(wide - MARGIN, top - 10, head.title)
    room = wide - 2 * MARGIN
    title = stringWidth(head.title, fonts.BOLD, 11) + 12
    _fitted(canvas, head.who, top - 11, face=fonts.BOLD, size=13, room=room - title)
    _fitted(canvas, head.identifiers, top - 25, face=fonts.REGULAR, size=9, room=room)
    canvas.setStrokeGray(_RULE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, top - 31, wide - MARGIN, top - 31)


def _fitted(canvas: Any, text: str, y: float, *, face: str, size: float, room: float) -> None:
    """Write one line, smaller when it is long: who it is about is never cut."""
    wide = stringWidth(text, face, size)
    canvas.setFont(face, size * min(1.0, room / wide) if wide else size)
    canvas.drawString(MARGIN, y, text)


def _bottom(canvas: Any, head: Head) -> None:
    wide = canvas._pagesize[0]
    canvas.setStrokeGray(_RULE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, MARGIN + 19, wide - MARGIN, MARGIN + 19)
    canvas.setFillGray(_GRAY)
    canvas.setFont(fonts.REGULAR, 7)
    canvas.drawString(MARGIN, MARGIN + 10, STANDING)
    canvas.setFillGray(0)
    canvas.setFont(fonts.REGULAR, 7.5)
    canvas.drawString(MARGIN, MARGIN, f"{head.printed} · {head.rules}")
