"""For whom a laboratory row stands: the state of the baseline, symptoms, anticoagulation."""

from grading.rules.answers import Answer, neither
from grading.rules.ctcae_lab_findings import LabFindings
from grading.rules.ctcae_lab_rows import When


def symptomatic(findings: LabFindings) -> Answer:
    """Symptoms, or consequences, that a clinician states."""
    if findings.symptomatic is None and findings.unstated_counts:
        return True
    return findings.symptomatic


def asymptomatic(findings: LabFindings) -> Answer:
    """The lower of two rows that symptoms tell apart; it stands until somebody states them."""
    return not symptomatic(findings)


def baseline_high(findings: LabFindings) -> Answer:
    """Whether the baseline lay above its upper limit, as stated or as the values show."""
    if findings.baseline_abnormal is not None:
        return findings.baseline_abnormal
    if findings.uln is None:
        return False if findings.unstated_counts else None
    if findings.baseline is not None:
        return findings.baseline > findings.uln
    if findings.unstated_counts:
        return False
    # A baseline above the limit is above a value within it: none of its multiples is reached.
    within = findings.value is not None and findings.value <= findings.uln
    return False if within else None


def baseline_normal(findings: LabFindings) -> Answer:
    """Whether the multiples of the upper limit stand."""
    return neither(baseline_high(findings))


def baseline_below_limit(findings: LabFindings) -> Answer:
    """Whether the baseline lay below its lower limit."""
    baseline = findings.baseline
    if baseline is not None and findings.lln is not None:
        return baseline < findings.lln
    if findings.baseline_abnormal and baseline is not None and findings.uln is not None:
        return baseline <= findings.uln  # abnormal, and not above: below
    if findings.baseline_abnormal is not None:
        return None if findings.baseline_abnormal else False
    return False if findings.unstated_counts else None


def above_baseline(findings: LabFindings) -> Answer:
    """Whether the value lies above the baseline."""
    if findings.baseline is None or findings.value is None:
        return None
    return findings.value > findings.baseline


def baseline_recorded(findings: LabFindings) -> Answer:
    """Whether a baseline is there to rise over; case files leave it out."""
    return not (findings.baseline is None and findings.unstated_counts)


def baseline_recorded_or_open(findings: LabFindings) -> Answer:
    """As before, but a value within its limits stays open without a baseline."""
    return True if baseline_recorded(findings) else None


def not_anticoagulated(findings: LabFindings) -> Answer:
    """Whether the limits for everybody stand; unstated, case files hold to both kinds."""
    if findings.anticoagulated is None:
        return True if findings.unstated_counts else None
    return not findings.anticoagulated


def on_anticoagulant(grade: int) -> When:
    """Whether the multiples of the baseline stand.

    In case files that state neither anticoagulation nor a baseline a value above the limits
    for everybody is graded by these, and one within them stays open.
    """

    def when(findings: LabFindings) -> Answer:
        if findings.anticoagulated is not None or not findings.unstated_counts:
            return findings.anticoagulated
        if findings.baseline is None:
            return None if grade == 1 else False
        return True

    return when


def fibrinogen_limits(findings: LabFindings) -> Answer:
    """Whether multiples of the lower limit stand: not where the baseline was abnormal."""
    if findings.baseline_abnormal is None and findings.unstated_counts:
        return True
    return neither(_fibrinogen_was_low(findings))


def fibrinogen_fall(findings: LabFindings) -> Answer:
    """Whether the fall from an abnormal baseline stands."""
    low = findings.lln
    if low is not None and findings.value is not None and findings.value >= low:
        return False  # an abnormal baseline lay below this value: it did not fall
    if findings.baseline_abnormal is None and findings.unstated_counts:
        return findings.fall_percent is not None
    return _fibrinogen_was_low(findings)


def fall_recorded(grade: int) -> When:
    """Whether a fall is there to grade; without one a value within its limits stays open."""

    def when(findings: LabFindings) -> Answer:
        if findings.fall_percent is not None or not findings.unstated_counts:
            return True
        return None if grade == 1 else False

    return when


def _fibrinogen_was_low(findings: LabFindings) -> Answer:
    if findings.baseline_abnormal is not None:
        return findings.baseline_abnormal
    if findings.baseline is None or findings.lln is None:
        return None
    return findings.baseline < findings.lln
