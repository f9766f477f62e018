"""The alert rules' table for the browser: does this set ask for somebody at once?

Every answer is the one that alerts.policy gave. Only what can be urgent is in it: a rule that
says no more than "look soon" is left to the server.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any, Final

from alerts import policy, rulebook
from alerts.policy import CourseFacts, Facts, Reading, Rulebook, SetFacts, Severity, breaches, neuro
from alerts.policy.breaches import Breach
from alerts.policy.circulation import worry
from alerts.policy.facts import NeuroCheck, NeuroFacts
from charting.alerting_facts import LOOK_BACK, GradedSet, oxygen_class, rests_on_pressure
from charting.browser import crs, icans
from charting.browser.diagram import encoded
from grading.course import CourseState, Known
from grading.models import Assessment
from grading.rules.vocabulary import CerebralEdema
from patients.windows import WindowState
from vitals.vocabulary import CarerSays

WINDOWS: Final = tuple(WindowState)
BREACHES: Final[tuple[Breach | None, ...]] = (None, *Breach)
# Conditions of a set that are left out; a rulebook that makes one of them urgent is refused.
_NEVER_URGENT: Final = ("a02", "a10", "a11", "a12", "a16", "a31", "a38")
_SOON: Final = timedelta(minutes=30)  # longer before than any rule asks two readings to be apart

Digits = tuple[int, ...]


def tables() -> dict[str, Any]:
    """What each reading is, and what they ask for together."""
    book = rulebook.current()
    _refuse_urgent(book)
    grades = (0, 1, book.a03.from_grade, book.a04.from_grade)
    sizes = {
        "pressure": (2, 2, 4, 4),
        "oxygen": (5, 5, 4),
        "class": crs.OXYGEN_SIZES[:5],
        "rests": (2, 2, 2, 2, 2),
        "body": (len(grades), 2, 2, 3, 3, 2, 2, len(WINDOWS), 2, 2, 2),
        "worry": (2, 2, 2),
    }
    answer = {
        "pressure": lambda *digits: BREACHES.index(_pressure(digits, book)),
        "oxygen": lambda *digits: BREACHES.index(_oxygen(digits, book)),
        "class": _device_class,
        "rests": _rests,
        "body": lambda *digits: _urgent(policy.conditions(_facts(digits, grades, book), book)),
        "worry": lambda *digits: _urgent(worry(_worried(digits), book)),
    }
    return {
        "axes": {
            name: {"sizes": sizes[name], "keys": _asked(sizes[name], answer[name])}
            for name in sizes
        },
        "breaches": [None, *(str(each.value) for each in Breach)],
        "windows": [str(each) for each in WINDOWS],
        "grades": grades,
        "levels": [
            level for level in icans.LEVELS if _urgent(neuro.of_consciousness(level, book))
        ],
        "spo2_below_percent": [_plain(book.a09.hard_spo2_below_percent),
                               _plain(book.a09.spo2_below_percent)],
        "apart_minutes": book.a03.apart_minutes,
        "look_back_hours": int(LOOK_BACK.total_seconds() // 3600),
        "carer_says_worse": str(CarerSays.WORSE.value),
        "masked_within_hours": book.a13.within_hours,
        "worried_again_within_hours": book.a14.again_within_hours,
        "carer_worried_again_within_hours": book.a15.again_within_hours,
        "neutrophils_hold_hours": book.a01.neutrophils_hold_hours,
        "recurs_within_days": book.a05.within_days,
        "neuro": _neuro(book),
    }  # fmt: skip


def _refuse_urgent(book: Rulebook) -> None:
    for name in _NEVER_URGENT:
        numbers = getattr(book, name)
        if Severity.P1 in {getattr(numbers, each) for each in numbers.__slots__}:
            raise ValueError(f"{name.upper()} is urgent now, and a browser is not told of it")


def _asked(sizes: Digits, answer: Callable[..., int]) -> str:
    return encoded([answer(*digits) for digits in product(*map(range, sizes))])


def _urgent(found: list[policy.Condition]) -> int:
    """1 when somebody is needed at once, and 2 more when a second reading has to confirm it."""
    urgent = any(each.severity is Severity.P1 for each in found)
    return urgent + 2 * any(each.is_provisional for each in found)


def _course(**fields: Any) -> CourseFacts:
    return CourseFacts(WindowState.MONITORING, **fields)


def _pressure(digits: Digits, book: Rulebook) -> Breach | None:
    """Acted or judged low, judged not low, systolic and mean: not known, far below, near, well."""
    low, judged, systolic, mean = digits
    numbers, course = book.a08, _course()
    limit = course.hypotension_below_mmhg
    systolics = (None, numbers.hard_systolic_below_mmhg - 1, limit - 1, limit)
    means = (None, numbers.hard_mean_below_mmhg, numbers.mean_below_mmhg, numbers.mean_below_mmhg)
    mean_mmhg = means[mean]
    reading = Reading(
        crs.AT,
        systolic_mmhg=systolics[systolic],
        mean_mmhg=None if mean_mmhg is None else Decimal(mean_mmhg) - (mean in {1, 2}),
        hypotension=True if low else False if judged else None,
    )
    return breaches.pressure(reading, course, book)


def _saturation(place: int, book: Rulebook) -> Decimal | None:
    lines = (book.a09.hard_spo2_below_percent - 1, book.a09.spo2_below_percent - 1)
    return (None, *lines, book.a09.spo2_below_percent)[place]


def _oxygen(digits: Digits, book: Rulebook) -> Breach | None:
    """The class of the device and of the one before, each not known or 0 to 3; saturation."""
    device, before, spo2 = digits
    reading = Reading(
        crs.AT,
        oxygen_class=device - 1 if device else None,
        spo2_percent=_saturation(spo2, book),
    )
    return breaches.oxygen(reading, before - 1 if before else None, book)


def _device_class(*digits: int) -> int:
    """The class of a device as the alert rules count it, from 1; 0 is not known."""
    found = oxygen_class(crs.oxygen_part(*(*digits, 0)).recorded)
    return 0 if found is None else found + 1


def _rests(*digits: int) -> int:
    """A pressure known, judged by a person, oxygen given, a bolus given, vasopressin charted."""
    known, judged, oxygen, bolus, vasopressin = map(bool, digits)
    pressure = {"systolic_mmhg": 85}
    pressure |= {"hypotension": True} if judged else {}
    pressure |= {"fluid_bolus_ml": 500} if bolus else {}
    groups: dict[str, Mapping[str, Any]] = {
        "oxygen_device": {"oxygen_device": "venturi" if oxygen else "room_air"},
        "vasopressin": {"vasopressin": vasopressin},
    }
    groups |= {"pressure": pressure} if known else {}
    state = CourseState(known={name: Known(row, 1, crs.AT) for name, row in groups.items()})
    return int(rests_on_pressure(state, GradedSet(Assessment(taken_at=crs.AT), ())))


def _facts(digits: Digits, grades: Digits, book: Rulebook) -> Facts:
    """Facts that the rules read as these digits.

    Grade, fever, resting on a pressure; pressure and oxygen beyond their limits (no, one soft
    reading, for certain), heart rate for certain; a drug that hides fever, window, few
    neutrophils, infant, an episode that comes back.
    """
    grade, fever, rests, pressure, oxygen, heart, masked, window, few, infant, again = digits
    course = CourseFacts(
        WINDOWS[window],
        age_months=0 if infant else None,
        neutrophils_10e9_per_liter=_neutrophils(book, few=bool(few)),
        hours_since_masking_drug=Decimal(0) if masked else None,
        recurs=bool(again),
    )
    near = course.hypotension_below_mmhg - 1  # an infant has no near: that answer is never asked
    fast = max(book.a10.adult_above_bpm, *(limit for _, limit in book.a10.child_above_bpm)) + 1
    newest = Reading(
        crs.AT,
        systolic_mmhg=(None, near, book.a08.hard_systolic_below_mmhg - 1)[pressure],
        spo2_percent=_saturation((3, 2, 1)[oxygen], book),
        oxygen_class=0,
        heart_rate_bpm=fast if heart else None,
    )
    before = Reading(crs.AT - _SOON, heart_rate_bpm=newest.heart_rate_bpm, oxygen_class=0)
    seen = SetFacts(
        newest,
        (before,),
        at_least=grades[grade],
        grade=grades[grade],
        fever=bool(fever),
        rests_on_pressure=bool(rests),
    )
    return Facts(seen, course)


def _neutrophils(book: Rulebook, *, few: bool) -> Decimal:
    line = book.a01.neutrophils_below_10e9_per_liter
    return line / 2 if few else line


def _worried(digits: Digits) -> Facts:
    """A nurse worried, a carer worried, and somebody an hour before."""
    nurse, carer, before = map(bool, digits)
    newest = Reading(crs.AT, worried=nurse, carer_worried=carer)
    return Facts(SetFacts(newest, (Reading(crs.AT - _SOON, worried=before),)), _course())


def _neuro(book: Rulebook) -> dict[str, Any]:
    """Level, seizure, weakness, raised pressure; ICE low, ICE fell; CAPD high, high before."""
    sizes = (1 + len(icans.LEVELS), 1 + len(icans.SEIZURES), 2, 2, 2, 2, 2, 2)
    return {
        "sizes": sizes,
        "keys": _asked(sizes, lambda *digits: _urgent(_neuro_conditions(digits, book))),
        "ice_at_most": book.a17.at_most,
        "ice_fall": book.a17.fall,
        "ice_within_hours": book.a17.within_hours,
        "capd_at_least": book.a19.at_least,
        "capd_rise": book.a19.rise,
        "capd_within_hours": book.a19.within_hours,
        "no_edema": ["", str(CerebralEdema.NONE)],
    }


def _neuro_conditions(digits: Digits, book: Rulebook) -> list[policy.Condition]:
    level, seizure, weak, raised, low, fell, high, was_high = digits
    ice = book.a17.at_most if low else 10 - book.a17.fall if fell else None
    now = crs.AT
    earlier = NeuroCheck(
        now - _SOON,
        ice_score=10 if fell else None,
        capd_score=book.a19.at_least if was_high else None,
    )
    facts = NeuroFacts(
        newest=NeuroCheck(now, ice, book.a19.at_least if high else None),
        earlier=(earlier,),
        consciousness=icans.LEVELS[level - 1] if level else "",
        seizure=icans.SEIZURES[seizure - 1] if seizure else "",
        weakness=bool(weak),
        raised_pressure=bool(raised),
    )
    return neuro.conditions(facts, book)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
