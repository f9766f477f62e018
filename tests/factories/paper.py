"""The words of a PDF as a reader copies them: each page's text, through the fonts' own tables."""

import base64
import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\r?\n(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F[\d+]+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj|(T\*)|(ET)", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_PAIR = re.compile(rb"<(\w{2})> <(\w{4})>")


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page, one line for each run of text."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    kids = next(body for body in objects.values() if b"/Type /Pages" in body)
    numbers = re.findall(rb"(\d+) 0 R", kids.split(b"/Kids")[1].split(b"]")[0])
    return [_page(objects[int(number)], objects) for number in numbers]


def text_of(pdf: bytes) -> str:
    """Return the text of all pages, with single blanks, as a search would find it."""
    return " ".join(" ".join(pages_of(pdf)).split())


def fonts_of(pdf: bytes) -> tuple[int, int]:
    """Return how many fonts the file names, and how many of them it carries."""
    return len(re.findall(rb"/Type /FontDescriptor", pdf)), len(re.findall(rb"/FontFile2", pdf))


def _page(body: bytes, objects: dict[int, bytes]) -> str:
    content = int(re.search(rb"/Contents (\d+) 0 R", body)[1])
    fonts = int(re.search(rb"/Font (\d+) 0 R", body)[1])
    tables = {
        name.decode(): _table(objects[int(number)], objects)
        for name, number in re.findall(rb"/(F[\d+]+) (\d+) 0 R", objects[fonts])
    }
    font, found = "", []
    for name, shown, line, end in _SHOWN.findall(_stream(objects[content])):
        if name:
            font = name.decode()
        elif line or end:
            found.append("\n" if end else " ")
        else:
            codes = _ESCAPED.sub(_unescaped, shown)
            table = tables[font]
            found.append("".join(table.get(code, chr(code)) for code in codes))
    return "".join(found)


def _table(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    to_unicode = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if to_unicode is None:
        return {}
    pairs = _PAIR.findall(_stream(objects[int(to_unicode[1])]))
    return {int(code, 16): chr(int(sign, 16)) for code, sign in pairs}


def _stream(body: bytes) -> bytes:
    raw = _STREAM.search(body)[1]
    if b"ASCII85Decode" in body:
        raw = base64.a85decode(raw.strip().removesuffix(b"~>"))
    return zlib.decompress(raw) if b"FlateDecode" in body else raw


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code.isdigit():
        return bytes([int(code, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(code, code)
