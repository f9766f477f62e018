"""The timeline as one plain Plotly figure: values in, dict out, nothing read and nothing asked."""

from typing import Any, Final

from screens.timeline import (
    axis,
    backdrop,
    breathing,
    circulation,
    events_lane,
    labs_lane,
    medicines_lane,
    ribbon,
)
from screens.timeline.course import Course, instant

LEFT: Final = 100  # pixels for names and ticks
RIGHT: Final = 200  # pixels for the second axes, and what the crosshair reads
# What tells the lines of a lane apart without color.
_SIGNS: Final = {
    "pressure": "◆ MAP",
    "rates": "● HR<br>▲ RR",
    "labs": "● CRP<br>◆ Ferr.<br>▲ IL-6",
}


def figure(course: Course) -> dict[str, Any]:
    """Return data and layout; colors are named by meaning, and the page fills them in."""
    lanes = axis.lanes(bars=len(medicines_lane.rows(course)))
    parts = {
        "temperature": circulation.temperature(course, lanes["temperature"]),
        "pressure": circulation.blood_pressure(course, lanes["pressure"]),
        "rates": circulation.rates(course, lanes["rates"]),
        "oxygen": breathing.saturation(course, lanes["oxygen"]),
        "neuro": breathing.neuro(course, lanes["neuro"]),
        "labs": labs_lane.labs(course, lanes["labs"]),
        "drugs": medicines_lane.medicines(course, lanes["drugs"]),
        "events": events_lane.events(course, lanes["events"]),
    }
    axes = {axis.key_of(axis.ref(name)): own for name, (_, own) in parts.items()}
    axes[axis.key_of(axis.BACKDROP)] = axis.backdrop_axis()
    axes[axis.key_of(axis.ref("grade"))] = ribbon.y_axis(course, lanes["grade"])
    axes[axis.key_of(axis.OXYGEN_DEVICE)] = breathing.device_axis(lanes["oxygen"])
    axes[axis.key_of(axis.CAPD)] = breathing.capd_axis(course, lanes["neuro"])
    traces = [trace for traces, _ in parts.values() for trace in traces]
    traces.append(_missed(course))
    used = {trace["yaxis"] for trace in traces if trace["x"]}
    traces += [_kept_open(name) for name in parts if axis.ref(name) not in used]
    names = axis.names(lanes, _SIGNS)
    return {
        "data": [*backdrop.traces(course), *ribbon.traces(course), *traces],
        "layout": _frame()
        | axes
        | {
            "xaxis": axis.x_axis(course),
            "annotations": [*backdrop.dose_names(course), *names],
        },
    }


def guide(course: Course) -> dict[str, Any]:
    """Return what the page's own scripts need beside the figure: clock, ticks, lanes, checks."""
    midnights = axis.midnights(course)
    lanes = axis.lanes(bars=len(medicines_lane.rows(course)))
    last_dose = max((dose.started_at for dose in course.doses), default=None)
    return {
        "zone": str(course.zone),
        "span": [instant(course.start), instant(course.end)],
        "shown": [instant(each) for each in axis.shown(course)],
        "day_zero": instant(course.day_zero) if course.day_zero else None,
        "last_dose": instant(last_dose) if last_dose else None,
        "midnights": [instant(at) for at in midnights],
        "days": [axis.tick(course, at) for at in midnights],
        "dates": [axis.calendar_day(course, at) for at in midnights],
        "lanes": {name: [round(lane.high, 4), round(lane.low, 4)] for name, lane in lanes.items()},
        "axes": {axis.ref(name): name for name in lanes},
        "changes": [instant(each.begin) for each in ribbon.crs(course)],
        "labs": labs_lane.toggles(course),
        "thinned": course.is_thinned,
        "sets": course.set_count,
        "samples": [
            {"at": instant(check.at), "check": check.check_id, "words": course.when(check.at)}
            for check in course.neuro
            if check.has_handwriting
        ],
    }


def _missed(course: Course) -> dict[str, Any]:
    """How many sets a gap lacks, said across the lane of temperature."""
    low, high = 36.4, 37.6
    return backdrop.gap_words(
        course, row=(low + high) / 2, height=high - low, yaxis=axis.ref("temperature")
    )


def _kept_open(name: str) -> dict[str, Any]:
    """A trace of nothing: without any, Plotly draws the axis of an empty lane nowhere."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"Nothing in {name}",
        "x": [None],
        "y": [None],
        "hoverinfo": "skip",
        "showlegend": False,
        "xaxis": "x",
        "yaxis": axis.ref(name),
    }


def _frame() -> dict[str, Any]:
    return {
        "uirevision": "kept",  # a refresh must not undo somebody's zoom
        "hovermode": "closest",
        "dragmode": "pan",
        "barmode": "overlay",
        "uniformtext": {"mode": "hide", "minsize": 8},
        "margin": {"l": LEFT, "r": RIGHT, "t": 38, "b": 4},
        "showlegend": False,
        "shapes": [],
        "font": {"size": 11},
    }
