"""The lanes of oxygen and of neuro checks, each with a second axis on its right."""

from html import escape
from typing import Any, Final

from screens import words
from screens.timeline import axis, series
from screens.timeline.axis import Lane
from screens.timeline.circulation import Part
from screens.timeline.course import Course
from screens.timeline.thinning import Point, thin
from vitals.vocabulary import OxygenDevice

_STEPS: Final = ("air", "low", "high", "pressure")
_DEVICE_STEP: Final[dict[str, int]] = {
    OxygenDevice.ROOM_AIR: 0,
    OxygenDevice.NASAL_CANNULA: 1,
    OxygenDevice.BLOW_BY: 1,
    OxygenDevice.HIGH_FLOW_NASAL_CANNULA: 2,
    OxygenDevice.SIMPLE_FACEMASK: 2,
    OxygenDevice.VENTURI: 2,
    OxygenDevice.NON_REBREATHER: 2,
    OxygenDevice.CPAP: 3,
    OxygenDevice.BIPAP: 3,
    OxygenDevice.INVASIVE_VENTILATION: 3,
}


def saturation(course: Course, lane: Lane) -> Part:
    """Return the saturation line over a stepped band of the oxygen device."""
    values = series.points(course, lambda m: m.spo2_percent, "SpO₂", "%")
    devices = [
        Point(
            moment.at,
            float(_DEVICE_STEP[moment.oxygen_device]),
            f"{course.when(moment.at)}<br>{words.device(moment.oxygen_device)}",
        )
        for moment in course.moments
        if moment.oxygen_device in _DEVICE_STEP
    ]
    band = series.vital(
        course,
        "oxygen",
        "Oxygen device",
        "oxygen",
        devices,
        line={"width": 1.2, "shape": "hv"},
        marker={"size": 3},
        fill="tozeroy",
        fillcolor="rgba(109,119,136,0.18)",
        showlegend=True,
    )
    band["yaxis"] = axis.OXYGEN_DEVICE
    line = series.vital(course, "oxygen", "SpO₂", "spo2", values)
    low, _ = series.span(values, low=88, high=100, margin=1)
    return [band, line], axis.y_axis(lane, range=[low, 101])


def device_axis(lane: Lane) -> dict[str, Any]:
    """Return the right-hand axis of the oxygen device, from air to positive pressure."""
    return _over(lane, "oxygen", range=[-0.1, 3.5], tickmode="array", tickvals=[0, 1, 2, 3],
                 ticktext=list(_STEPS))  # fmt: skip


def neuro(course: Course, lane: Lane) -> Part:
    """Return ICE and CAPD scores as dots, and a cross where a seizure was seen."""
    ice = [
        Point(n.at, float(n.ice_score), f"{course.when(n.at)}<br>ICE {n.ice_score} of 10")
        for n in course.neuro
        if n.ice_score is not None
    ]
    capd = [
        Point(n.at, float(n.capd_score), f"{course.when(n.at)}<br>CAPD {n.capd_score} of 32")
        for n in course.neuro
        if n.capd_score is not None
    ]
    seizures = [
        Point(n.at, 1.0, f"{course.when(n.at)}<br>Seizure: {escape(n.seizure)}")
        for n in course.neuro
        if n.seizure not in {"", "none"}
    ]
    dots: dict[str, Any] = {"mode": "markers", "color": "neuro"}
    cross = {"symbol": "x", "size": 9}
    scores = [
        series.trace(thin(ice), name="ICE", yaxis=lane.ref, showlegend=bool(ice), **dots),
        series.trace(
            thin(capd), name="CAPD", yaxis=axis.CAPD, showlegend=bool(capd),
            marker={"symbol": "diamond-open", "size": 7}, **dots,
        ),
        series.trace(
            seizures, name="Seizure", yaxis=lane.ref, marker=cross, mode="markers",
            color="event",
        ),
    ]  # fmt: skip
    return scores, axis.y_axis(lane, range=[-0.8, 10.8], tickvals=[0, 5, 10])


def capd_axis(course: Course, lane: Lane) -> dict[str, Any]:
    """Return the right-hand axis of CAPD, on which more is worse; hidden while unused."""
    used = any(check.capd_score is not None for check in course.neuro)
    return _over(lane, "neuro", range=[34.5, -2.5], tickvals=[0, 9, 32], visible=used,
                 title={"text": "CAPD", "standoff": 4})  # fmt: skip


def _over(lane: Lane, name: str, **own: Any) -> dict[str, Any]:
    """A second axis on the right of a lane; its title stays empty unless one is given."""
    laid = axis.y_axis(lane) | {"title": {"text": ""}, "showgrid": False, "side": "right"}
    return laid | {"tickfont": {"size": 9}, "overlaying": axis.ref(name)} | own
