"""Ladders of laboratory limits written in one line, with the words of their rows."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from grading.rules.ctcae_lab_rows import ANY_UNIT, HIGH, LIMITS, LOW, Edge, Ladder, When

_SIGN = {(LOW, False): "<", (LOW, True): "<=", (HIGH, False): ">", (HIGH, True): ">="}
_OF = {"LLN": "lln", "ULN": "uln"}
_NAME = {"lln": "LLN", "uln": "ULN", "baseline": "baseline"}


def numbers(
    way: str,
    columns: Mapping[str, str],
    *,
    grades: Sequence[int] = (1, 2, 3, 4),
    when: Mapping[int, When] | None = None,
    asks: tuple[str, ...] = (),
    until: Mapping[str, str] | None = None,
    said: str = "",
    tag: str = "V1",
    name: str = LIMITS,
    of: str = "value",
) -> Ladder:
    """A ladder of numbers, one line for each unit: "LLN 100 80" is grade 1, 2, 3.

    "LLN" and "ULN" stand for the limits of the laboratory, "-" for a grade without a row,
    and "=" before a number puts the number itself on the graver side.
    """
    lines = {column: _steps(line, grades) for column, line in columns.items()}
    first = next(iter(lines.values()))
    edges = tuple(
        (grade, _edge({column: dict(line)[grade] for column, line in lines.items()}))
        for grade, _ in first
    )
    ends = {column: _number(word) for column, word in (until or {}).items()}
    words = tuple(
        "; ".join(_band(way, line, place, column, ends) for column, line in lines.items()) + said
        for place in range(len(first))
    )
    last = Edge(numbers=ends) if ends else None
    return Ladder(way, edges, words, when=when, until=last, asks=asks, tag=tag, name=name, of=of)


def multiples(
    way: str,
    of: str,
    line: str,
    *,
    grades: Sequence[int] = (1, 2, 3, 4),
    when: Mapping[int, When] | None = None,
    asks: tuple[str, ...] = (),
    until: str = "",
    said: str = "",
    name: str = LIMITS,
) -> Ladder:
    """A ladder of multiples of a limit or of the baseline: "1 3 5 20" times it."""
    steps = _steps(line, grades)
    edges = tuple(
        (grade, Edge(times=_number(word), of=of, or_equal=word.startswith("=")))
        for grade, word in steps
    )
    words = tuple(_times(way, steps, place, _NAME[of], until) + said for place in range(len(steps)))
    last = Edge(times=Decimal(until), of=of) if until else None
    return Ladder(way, edges, words, when=when, until=last, asks=asks, name=name)


def above(of: str) -> Ladder:
    """Grades 1 to 3 for hemoglobin above a limit, by more than 20 and 40 g/L."""
    steps = {"g/L": ("0", "20", "40"), "g/dL": ("0", "2", "4")}
    edges = tuple(
        (
            grade,
            Edge({column: Decimal(step[grade - 1]) for column, step in steps.items()}, of=of),
        )
        for grade in (1, 2, 3)
    )
    limit = "ULN" if of == "uln" else "ULN, or baseline if that was above ULN"
    words = tuple(
        f"{'; '.join(f'{band} {column}' for column, band in bands.items())} above {limit}"
        for bands in (
            {"g/L": ">0 to 20", "g/dL": ">0 to 2"},
            {"g/L": ">20 to 40", "g/dL": ">2 to 4"},
            {"g/L": ">40", "g/dL": ">4"},
        )
    )
    return Ladder(HIGH, edges, words)


def for_all(when: When, *, grades: Sequence[int] = (1, 2, 3, 4)) -> dict[int, When]:
    """The same condition for every grade."""
    return dict.fromkeys(grades, when)


def _steps(line: str, grades: Sequence[int]) -> list[tuple[int, str]]:
    return [(grade, word) for grade, word in zip(grades, line.split(), strict=False) if word != "-"]


def _edge(steps: Mapping[str, str]) -> Edge:
    one = next(iter(steps.values()))
    if one in _OF:
        return Edge(of=_OF[one])
    return Edge(
        numbers={column: _number(word) for column, word in steps.items()},
        or_equal=one.startswith("="),
    )


def _number(word: str) -> Decimal:
    return Decimal(word.removeprefix("="))


def _band(
    way: str,
    line: Sequence[tuple[int, str]],
    place: int,
    column: str,
    ends: Mapping[str, Decimal],
) -> str:
    word = line[place][1]
    sign = _SIGN[way, word.startswith("=")]
    further = line[place + 1][1] if place + 1 < len(line) else str(ends.get(column, ""))
    unit = "" if column in (ANY_UNIT, "") else f" {column}"
    to = f" to {_further(way, further)}" if further else ""
    return f"{sign}{word.removeprefix('=')}{to}{unit}"


def _times(way: str, steps: Sequence[tuple[int, str]], place: int, name: str, until: str) -> str:
    word = steps[place][1]
    sign = _SIGN[way, word.startswith("=")]
    plain = word.removeprefix("=")
    begin = f"{sign}{name}" if plain == "1" else f"{sign}{plain}"
    further = steps[place + 1][1] if place + 1 < len(steps) else until
    if further:
        return f"{begin} to {_further(way, further)} x {name}"
    return begin if plain == "1" else f"{begin} x {name}"


def _further(way: str, word: str) -> str:
    # The next row takes a limit marked "=" for itself.
    short_of = "below" if way == HIGH else "above"
    return f"{short_of} {word[1:]}" if word.startswith("=") else word
