"""The lanes of oxygen and of neuro checks, each with a second axis on its right."""

from html import escape
from typing import Any, Final

from screens import labels, words
from screens.timeline import axis, series
from screens.timeline.axis import Lane
from screens.timeline.circulation import Part
from screens.timeline.course import Course, Moment
from screens.timeline.series import read_as, text_at
from screens.timeline.thinning import Point, thin
from vitals.vocabulary import OxygenDevice

_STEPS: Final = ("air", "low", "high", "PP")
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
NO_SEIZURE: Final = frozenset({"", "none"})


def saturation(course: Course, lane: Lane) -> Part:
    """Return the saturation line over a stepped band of the oxygen device."""
    values = series.points(course, lambda m: m.spo2_percent)
    band = series.trace(
        _stepped(course),
        name="Oxygen device",
        color="oxygen",
        yaxis=axis.OXYGEN_DEVICE,
        mode="lines",
        line={"width": 1.2, "shape": "hv"},
        fill="tozeroy",
        fillcolor="rgba(109,119,136,0.18)",
        hoverinfo="skip",
        **read_as("oxygen", "", color="oxygen", symbol="▒", since=True),
    )
    band.pop("hovertemplate", None)
    as_spo2 = read_as("oxygen", "SpO₂", color="spo2", unit="%")
    traces = [
        band,
        *series.vital(course, "oxygen", "SpO₂", "spo2", values, **as_spo2),
        series.carried(course, "oxygen", "SpO₂", "spo2", "spo2_percent", symbol="circle"),
    ]
    low, _ = series.span(values, low=88, high=100, margin=1)
    return traces, axis.y_axis(lane, range=[low, 101], tickmode="array", tickvals=[80, 90, 95, 100])


def _stepped(course: Course) -> list[Point | None]:
    """The device at each change, and where a gap begins and ends; between them nothing moves."""
    found: list[Point | None] = []
    before: Moment | None = None
    last: Point | None = None
    for moment in course.moments:
        if moment.oxygen_device not in _DEVICE_STEP:
            continue
        if before is not None and _goes_on(before, moment):
            before = moment
            continue
        here = Point(
            moment.at, float(_DEVICE_STEP[moment.oxygen_device]), escape(device_words(moment))
        )
        if before is not None and last is not None and moment.at - before.at > before.holds_for:
            found += [Point(before.at + before.holds_for, last.value, last.text), None]
        found.append(here)
        before, last = moment, here
    if before is not None and last is not None:
        until = min(before.at + before.holds_for, course.end)
        found.append(Point(until, last.value, last.text))
    return found


def _goes_on(before: Moment, moment: Moment) -> bool:
    """Whether a set says of oxygen what the one before it said, and no gap parts them."""
    return (before.oxygen_device, before.oxygen_flow_lpm) == (
        moment.oxygen_device, moment.oxygen_flow_lpm
    ) and moment.at - before.at <= before.holds_for  # fmt: skip


def device_words(moment: Moment) -> str:
    """Return “Nasal cannula 2 L/min”."""
    flow = labels.number(moment.oxygen_flow_lpm)
    device = words.device(moment.oxygen_device)
    return f"{device} {flow} L/min" if flow else device


def device_axis(lane: Lane) -> dict[str, Any]:
    """Return the right-hand axis of the oxygen device, from air to positive pressure."""
    return _over(lane, "oxygen", range=[-0.1, 3.5], tickmode="array", tickvals=[0, 1, 2, 3],
                 ticktext=list(_STEPS))  # fmt: skip


def neuro(course: Course, lane: Lane) -> Part:
    """Return ICE and CAPD scores with the ICE baseline, and a cross where a seizure was seen."""
    ice = [
        Point(n.at, float(n.ice_score), text_at(course, n.at, f"ICE {n.ice_score} of 10"))
        for n in course.neuro
        if n.ice_score is not None
    ]
    capd = [
        Point(n.at, float(n.capd_score), text_at(course, n.at, f"CAPD {n.capd_score} of 32"))
        for n in course.neuro
        if n.capd_score is not None
    ]
    seizures = [
        Point(n.at, 1.0, text_at(course, n.at, f"Seizure: {escape(n.seizure)}"))
        for n in course.neuro
        if n.seizure not in NO_SEIZURE
    ]
    as_ice = read_as("neuro", "ICE", color="neuro", symbol="●", unit="/10")
    as_capd = read_as("neuro", "CAPD", color="neuro", symbol="◇", unit="/32")
    as_seizure = read_as("neuro", "", color="event", symbol="⚡")
    scores = [
        *_ice_baseline(course, lane),
        series.trace(thin(ice), name="ICE", yaxis=lane.ref, mode="markers", color="neuro",
                     **as_ice),
        series.trace(thin(capd), name="CAPD", yaxis=axis.CAPD, mode="markers", color="neuro",
                     marker={"symbol": "diamond-open", "size": 7}, **as_capd),
        series.trace(seizures, name="Seizure", yaxis=lane.ref, mode="markers+text", color="event",
                     marker={"symbol": "x", "size": 9}, **as_seizure),
    ]  # fmt: skip
    return scores, axis.y_axis(
        lane, range=[-1.2, 11.2], tickmode="array", tickvals=[0, 5, 10], showgrid=False
    )


def _ice_baseline(course: Course, lane: Lane) -> list[dict[str, Any]]:
    """A line at the newest ICE that was charted as the baseline."""
    known = [n.ice_score for n in course.neuro if n.is_baseline and n.ice_score is not None]
    if not known:
        return []
    words_ = f"Baseline ICE {known[-1]}"
    return [
        series.level(
            course, float(known[-1]), name=words_, color="baseline", yaxis=lane.ref, dash="dash"
        )
    ]


def capd_axis(course: Course, lane: Lane) -> dict[str, Any]:
    """Return the right-hand axis of CAPD, on which more is worse; hidden while unused."""
    used = any(check.capd_score is not None for check in course.neuro)
    return _over(lane, "neuro", range=[35.5, -3.5], tickmode="array", tickvals=[0, 9, 32],
                 visible=used)  # fmt: skip


def _over(lane: Lane, name: str, **own: Any) -> dict[str, Any]:
    """A second axis on the right of a lane."""
    laid = axis.y_axis(lane) | {"showgrid": False, "side": "right"}
    return laid | {"tickfont": {"size": 9}, "overlaying": axis.ref(name)} | own
