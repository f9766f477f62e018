"""Compared courses as one plain Plotly figure; no two are told apart by color alone."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any, Final

from screens.compare.aligned import LANES, LETTERS, REACH, Aligned, Lane, Mark, Scale, line
from screens.compare.band import Band, Bin

DASHES: Final = ("solid", "dash", "dot", "dashdot")
SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up")
# Colors that the page has already, named by what they mean elsewhere.
TOKENS: Final = ("systolic", "temperature", "spo2", "neuro")
_GAP: Final = 0.022
_USUAL: Final = {
    "grade": (-0.4, 4.5),
    "temperature_celsius": (36.0, 40.0),
    "systolic_mmhg": (80.0, 140.0),
    "spo2_percent": (88.0, 100.0),
    "crp": (1.0, 100.0),
    "ferritin": (100.0, 10_000.0),
}
_MARGIN: Final = 0.04  # of the range, above and below
_FEVER_CELSIUS: Final = 38.0  # at or above
_NEAR: Final = 0.17  # letters closer than this share of a lane would overlap
_BESIDE: Final = 0.03  # of the axis: letters further apart than this cannot overlap
_LANE_PIXELS: Final = 72
_MOST_TICKS: Final = 12

Lines = dict[str, list[Mark | None]]


def figure(
    compared: Sequence[Aligned], *, scale: Scale, band: Band | None = None
) -> dict[str, Any]:
    """Return data and layout: a lane under a lane, all on one axis from day 0."""
    lines = {each.letter: _lines(each, scale) for each in compared}
    reach = _reach(lines.values(), scale)
    data: list[dict[str, Any]] = []
    layout = _frame() | {"xaxis": _x_axis(scale, reach)}
    notes: list[dict[str, Any]] = []
    for number, lane in enumerate(LANES):
        bins = _within(band.lanes.get(lane.name, ()), reach) if band else ()
        span = _span(lane, [lines[each.letter][lane.name] for each in compared], bins)
        data += _banded(bins, number)
        data += [_trace(each, lane, number, lines[each.letter][lane.name]) for each in compared]
        data.append(_upright(lane, number, span))
        data += [_fever_line(number, reach)] * (lane.name == "temperature_celsius")
        layout[f"yaxis{number + 1 if number else ''}"] = _y_axis(lane, number, span)
        notes += _letters(compared, lane, number, lines, span, reach[1] - reach[0])
    layout["annotations"] = notes
    return {"data": data, "layout": layout}


def _lines(each: Aligned, scale: Scale) -> Lines:
    return {lane.name: line(each, lane, scale=scale) for lane in LANES}


def _reach(lines: Any, scale: Scale) -> tuple[float, float]:
    """From the first point to the last, day 0 and the day after it at least."""
    seen = [mark.x for each in lines for marks in each.values() for mark in marks if mark]
    low, high = REACH[scale]
    step = 1.0 if scale is Scale.DAY else 12.0
    first, last = min([0.0, *seen]), max([step * 2, *seen])
    return max(low, floor(first / step) * step), min(high, ceil(last / step) * step)


def _trace(each: Aligned, lane: Lane, number: int, marks: Sequence[Mark | None]) -> dict[str, Any]:
    """One patient's line in one lane: a dash, a symbol and a letter of its own."""
    place = LETTERS.index(each.letter)
    symbol = SYMBOLS[place]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": f"{each.letter} {lane.title}",
        "meta": {"token": TOKENS[place]},
        "x": [None if mark is None else round(mark.x, 4) for mark in marks],
        "y": [None if mark is None else mark.y for mark in marks],
        "text": ["" if mark is None else f"{each.letter}: {mark.text}" for mark in marks],
        "hovertemplate": "%{text}<extra></extra>",
        "connectgaps": False,
        "line": {"width": 1.8, "dash": DASHES[place], **_stepped(lane)},
        "marker": {
            "size": 6,
            "maxdisplayed": 60,
            # Hollow: what was not recorded could make it graver.
            "symbol": [
                symbol if mark is None or mark.is_known else f"{symbol}-open" for mark in marks
            ]
            if lane.name == "grade"
            else symbol,
        },
        "showlegend": False,
        "xaxis": "x",
        "yaxis": _ref(number),
    }


def _stepped(lane: Lane) -> dict[str, str]:
    return {"shape": "hv"} if lane.name == "grade" else {}


def _banded(bins: Sequence[Bin], number: int) -> list[dict[str, Any]]:
    """The band as steps, a box for each run of bins, and its median as a wide gray line."""
    drawn: list[dict[str, Any]] = []
    for run in _runs(bins):
        xs = [x for each in run for x in (each.begin, each.end)]
        highs = [each.high for each in run for _ in "be"]
        lows = [each.low for each in run for _ in "be"]
        drawn.append(
            _still(number, xs + xs[::-1], highs + lows[::-1], "Center, 10 to 90 %")
            | {
                "fill": "toself",
                "fillcolor": "rgba(122,132,148,0.25)",
                "line": {"width": 0},
                "hoverinfo": "skip",
            }
        )
        medians = [each.median for each in run for _ in "be"]
        said = [_said(each) for each in run for _ in "be"]
        drawn.append(
            _still(number, xs, medians, "Center, median")
            | {
                "line": {"width": 3},
                "text": said,
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    return drawn


def _still(number: int, x: list[float], y: list[float], name: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": name, "meta": {"token": "limit"}, "x": x,
        "y": y, "showlegend": False, "xaxis": "x", "yaxis": _ref(number),
    }  # fmt: skip


def _said(each: Bin) -> str:
    middle = f"{each.median:.4g} ({each.low:.4g} to {each.high:.4g})"
    return f"Center, {each.patients} patients<br>median {middle}"


def _runs(bins: Sequence[Bin]) -> list[list[Bin]]:
    found: list[list[Bin]] = []
    for each in bins:
        if found and found[-1][-1].end == each.begin:
            found[-1].append(each)
        else:
            found.append([each])
    return found


def _within(bins: Sequence[Bin], reach: tuple[float, float]) -> list[Bin]:
    return [each for each in bins if each.begin < reach[1] and each.end > reach[0]]


def _upright(lane: Lane, number: int, span: tuple[float, float]) -> dict[str, Any]:
    """Where day 0 begins, or the dose was given; it keeps the axis of an empty lane open too."""
    edges = [10.0**edge for edge in span] if lane.is_log else list(span)
    line = _still(number, [0.0, 0.0], edges, "Day 0")
    return line | {"meta": {"token": "dose"}, "line": {"width": 1.5}, "hoverinfo": "skip"}


def _fever_line(number: int, reach: tuple[float, float]) -> dict[str, Any]:
    """The line at 38.0 °C, which itself is fever."""
    line = _still(number, list(reach), [_FEVER_CELSIUS] * 2, "Fever")
    return line | {"line": {"width": 1, "dash": "dash"}, "hoverinfo": "skip"}


def _span(
    lane: Lane, lines: Sequence[Sequence[Mark | None]], bins: Sequence[Bin]
) -> tuple[float, float]:
    """The usual range and every value; of a logarithmic lane, in powers of ten."""
    seen = [mark.y for marks in lines for mark in marks if mark]
    seen += [value for each in bins for value in (each.low, each.high)]
    usual = _USUAL[lane.name]
    low, high = min([usual[0], *seen]), max([usual[1], *seen])
    if lane.is_log:
        low, high = log10(low), log10(high)
    room = (high - low) * _MARGIN
    return low - room, high + room


def _letters(
    compared: Sequence[Aligned],
    lane: Lane,
    number: int,
    lines: dict[str, Lines],
    span: tuple[float, float],
    width: float,
) -> list[dict[str, Any]]:
    """The letter of each line at its last point, moved apart where two would overlap."""
    ends: list[tuple[float, str, Mark]] = []
    for each in compared:
        marks = [mark for mark in lines[each.letter][lane.name] if mark]
        if marks:
            height = log10(marks[-1].y) if lane.is_log else marks[-1].y
            share = (height - span[0]) / (span[1] - span[0])
            ends.append((share, each.letter, marks[-1]))
    notes: list[dict[str, Any]] = []
    taken: list[tuple[float, float]] = []
    for share, letter, mark in sorted(ends, key=lambda end: end[:2]):
        beside = [high + _NEAR for x, high in taken if abs(x - mark.x) < width * _BESIDE]
        place = max([share, *beside])
        taken.append((mark.x, place))
        notes.append(
            {
                "text": letter,
                "x": round(mark.x, 4),
                "y": log10(mark.y) if lane.is_log else mark.y,
                "xref": "x",
                "yref": _ref(number),
                "xanchor": "left",
                "xshift": 6,
                "yshift": round((place - share) * _LANE_PIXELS),
                "showarrow": False,
                # Not as markup: the library would style it inline, which the policy forbids.
                "font": {"size": 14, "weight": 700},
            }
        )
    return notes


def _ref(number: int) -> str:
    return f"y{number + 1 if number else ''}"


def _y_axis(lane: Lane, number: int, span: tuple[float, float]) -> dict[str, Any]:
    height = (1 - _GAP * (len(LANES) - 1)) / len(LANES)
    top = 1 - number * (height + _GAP)
    own: dict[str, Any] = {"nticks": 4}
    if lane.name == "grade":
        own = {"tickvals": [0, 1, 2, 3, 4]}
    elif lane.is_log:
        decades = [10.0**power for power in range(-1, 7)]
        names = ["0.1", "1", "10", "100", "1k", "10k", "100k", "1M"]
        own = {"type": "log", "tickvals": decades, "ticktext": names}
    return {
        "anchor": "x",
        "domain": [round(max(top - height, 0.0), 4), round(top, 4)],
        "range": [round(edge, 4) for edge in span],
        "fixedrange": True,
        "title": {"text": lane.title, "standoff": 8},
        "tickfont": {"size": 11},
        **own,
    }


def _x_axis(scale: Scale, reach: tuple[float, float]) -> dict[str, Any]:
    low, high = reach
    unit = 1 if scale is Scale.DAY else 12
    step = unit * max(1, ceil((high - low) / unit / _MOST_TICKS))
    ticks = [tick for tick in range(floor(low), ceil(high) + 1) if tick % step == 0]
    return {
        "type": "linear",
        "anchor": _ref(0),
        "side": "top",
        "range": [low, high + (high - low) * 0.02],
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [_tick(tick, scale) for tick in ticks],
        "showgrid": True,
        "showspikes": True,
        "spikemode": "across",
        "spikesnap": "cursor",
        "spikedash": "dot",
    }


def _tick(tick: int, scale: Scale) -> str:
    words = f"D{tick}" if scale is Scale.DAY else f"{tick} h"
    return words.replace("-", "−")


def _frame() -> dict[str, Any]:
    return {
        "uirevision": "kept",
        "hovermode": "closest",
        "dragmode": "pan",
        "showlegend": False,
        "margin": {"l": 84, "r": 52, "t": 34, "b": 12},
        "modebar": {"orientation": "v"},  # beside the lanes, not over the days
        "font": {"size": 12},
    }
