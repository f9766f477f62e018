"""The two faces of every sheet, embedded, so that a name prints as it is written in Europe."""

from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "Ward"
BOLD: Final = "Ward-Bold"
_HERE: Final = Path(__file__).parent


@cache
def ready() -> None:
    """Make the faces known to the PDF writer, once in a process."""
    registerFont(TTFont(REGULAR, _HERE / "DejaVuSansCondensed.ttf"))
    registerFont(TTFont(BOLD, _HERE / "DejaVuSansCondensed-Bold.ttf"))
    # No slanted face is carried: what would be slanted is upright.
    registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
