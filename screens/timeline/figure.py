"""The timeline as one plain Plotly figure: values in, dict out, nothing read and nothing asked."""

from typing import Any

from screens.timeline import axis, breathing, circulation, medicines_lane, ribbon
from screens.timeline.course import Course


def figure(course: Course) -> dict[str, Any]:
    """Return data and layout; colors are named by meaning, and the page fills them in."""
    lanes = axis.lanes(bars=len(medicines_lane.rows(course)))
    parts = {
        "temperature": circulation.temperature(course, lanes["temperature"]),
        "pressure": circulation.blood_pressure(course, lanes["pressure"]),
        "rates": circulation.rates(course, lanes["rates"]),
        "oxygen": breathing.saturation(course, lanes["oxygen"]),
        "neuro": breathing.neuro(course, lanes["neuro"]),
        "labs": medicines_lane.labs(course, lanes["labs"]),
        "drugs": medicines_lane.medicines(course, lanes["drugs"]),
    }
    axes = {axis.key_of(axis.ref(name)): own for name, (_, own) in parts.items()}
    axes[axis.key_of(axis.ref("grade"))] = ribbon.y_axis(lanes["grade"])
    axes[axis.key_of(axis.OXYGEN_DEVICE)] = breathing.device_axis(lanes["oxygen"])
    axes[axis.key_of(axis.CAPD)] = breathing.capd_axis(course, lanes["neuro"])
    traces = [trace for traces, _ in parts.values() for trace in traces]
    used = {trace["yaxis"] for trace in traces if trace["x"]}
    traces += [_kept_open(name) for name in parts if axis.ref(name) not in used]
    return {
        "data": [*ribbon.traces(course), *traces],
        "layout": _frame() | axes | {"xaxis": axis.x_axis(course), **_marks(course)},
    }


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


def _marks(course: Course) -> dict[str, Any]:
    return {
        "shapes": [*axis.shapes(course), circulation.fever_line(), *ribbon.shapes(course)],
        "annotations": axis.annotations(course),
    }


def _frame() -> dict[str, Any]:
    return {
        "uirevision": "kept",  # a refresh must not undo somebody's zoom
        "hovermode": "closest",
        "dragmode": "pan",
        "margin": {"l": 124, "r": 60, "t": 84, "b": 12},
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.06,
            "yanchor": "bottom",
            "font": {"size": 11},
        },
        "font": {"size": 12},
    }
