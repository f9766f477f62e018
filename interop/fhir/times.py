"""When something was true: a moment precise enough to chart by, or why there is none."""

import re
from typing import Any, Final

from charting.entry import instant
from interop.fhir.reasons import NotChartedError, Why

_FRACTION: Final = re.compile(r"(\.\d{6})\d+")
_PRECISE: Final = re.compile(r".*T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
# A reading that took longer belongs to no one minute.
LONGEST_PERIOD_SECONDS: Final = 60


def effective(resource: dict[str, Any], kind: str) -> tuple[str, str]:
    """Return the moment of an Observation as ISO 8601 with its offset, and its path.

    A time without a day's hour and minute is not precise enough for a reading whose trend
    decides; when the result was issued is another time, so it is never taken instead.
    """
    for name in ("effectiveDateTime", "effectiveInstant"):
        if name in resource:
            return moment(resource[name], f"{kind}.{name}"), f"{kind}.{name}"
    if "effectivePeriod" in resource:
        return _of_period(resource["effectivePeriod"], f"{kind}.effectivePeriod")
    if "effectiveTiming" in resource:
        words = "a timing is no moment"
        raise NotChartedError(Why.IMPRECISE_TIME, f"{kind}.effectiveTiming", words)
    raise NotChartedError(Why.NO_TIME, f"{kind}.effectiveDateTime", "does not say when")


def moment(text: str, path: str) -> str:
    """Return a dateTime that has hour, minute and offset; raises NotChartedError."""
    if not _PRECISE.fullmatch(text):
        words = f"{text} does not say the minute: not precise enough to chart by"
        raise NotChartedError(Why.IMPRECISE_TIME, path, words)
    cut = _FRACTION.sub(r"\1", text)
    try:
        instant(cut)
    except ValueError as error:
        raise NotChartedError(Why.IMPRECISE_TIME, path, f"{text} {error}") from error
    return cut


def _of_period(period: dict[str, Any], path: str) -> tuple[str, str]:
    start, end = period.get("start"), period.get("end")
    if start is None or end is None:
        words = "a period that is open at one end is no moment"
        raise NotChartedError(Why.IMPRECISE_TIME, path, words)
    first, last = moment(start, f"{path}.start"), moment(end, f"{path}.end")
    seconds = (instant(last) - instant(first)).total_seconds()
    if not 0 <= seconds <= LONGEST_PERIOD_SECONDS:
        words = f"a period of {seconds:.0f} seconds is no moment"
        raise NotChartedError(Why.IMPRECISE_TIME, path, words)
    return first, f"{path}.start"
