"""Random courses through the real door: any set, any gap, any drug; one seed, one course."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from charting import chart, doses, neuro, results
from charting.browser.situation import situation_of
from charting.entry import Entry
from charting.models import PatientState
from charting.results import LabEntry
from grading.models import Assessment
from grading.rules.icans_scores import ICE_ITEMS
from patients.models import Patient
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from vitals.vocabulary import Source

AGES_DAYS = (10, 45, 200, 364, 366, 900, 1500, 3000, 4382, 4384, 5200, 6574, 12000, 26000, None)
THERAPIES = (
    ("tisa-cel", "infusion"), ("axi-cel", "infusion"), ("teclistamab", "step_1"), (None, ""),
)  # fmt: skip
GAPS_MINUTES = (2, 4, 5, 6, 10, 30, 45, 60, 61, 90, 119, 121, 239, 240, 241, 400, 800, 1439, 1500)
DRUGS = (
    "paracetamol", "tocilizumab", "dexamethasone", "norepinephrine", "epinephrine", "vasopressin",
    "milrinone", "fluid_bolus",
)  # fmt: skip
MILD_DRUGS = ("paracetamol", "dexamethasone", "fluid_bolus")
DEVICES = (
    "room_air", "room_air", "room_air", "nasal_cannula", "nasal_cannula", "blow_by",
    "high_flow_nasal_cannula", "simple_facemask", "venturi", "non_rebreather", "cpap", "bipap",
    "invasive_ventilation",
)  # fmt: skip
LEVELS = (
    "alert", "alert", "alert", "drowsy_awakens_spontaneously", "new_confusion",
    "awakens_to_voice", "awakens_to_tactile", "unarousable",
)  # fmt: skip
_YES_NO = (True, False)


@dataclass
class Course:
    """A patient on the way, and what came of every set: the question and the door's answer."""

    patient: Patient
    chance: random.Random
    now: datetime
    nurse: Any
    before: dict[str, Any] | None = None
    unsent: list[dict[str, Any]] = field(default_factory=list)
    is_calm: bool = False

    def wait(self) -> None:
        """Let some time pass."""
        self.now += timedelta(minutes=self.chance.choice(GAPS_MINUTES))

    def situation(self) -> dict[str, Any]:
        """What a tablet would know, read at some moment since the last thing that was charted."""
        state = PatientState.objects.select_related("patient", "ward", "latest_assessment")
        return situation_of(state.get(pk=self.patient.pk), self.now)


def a_course(chance: random.Random, ward: Any, nurse: Any) -> Course:
    """A patient of any age before, in or after any window, often with baselines."""
    age = chance.choice(AGES_DAYS)
    therapy, kind = chance.choice(THERAPIES)
    start = NOW - timedelta(minutes=chance.randrange(1440))
    dose_at = start - timedelta(hours=chance.choice((-20, 1, 30, 70, 80, 200, 340, 760)))
    patient = a_patient(
        ward,
        infused_at=dose_at if therapy else None,
        therapy=therapy or "",
        kind=kind,
        birth_date=None if age is None else (min(start, dose_at) - timedelta(days=age)).date(),
    )
    course = Course(patient, chance, start, nurse, is_calm=chance.random() < 0.6)
    if therapy and chance.random() < 0.5:
        first = min(dose_at, start)
        for hours in (40, 30, 20, 10)[: chance.choice((2, 3, 4))]:
            values = {
                "systolic_mmhg": chance.randrange(90, 135),
                "heart_rate_bpm": chance.randrange(60, 110),
            }
            _chart(course, values, at=first - timedelta(hours=hours))
    return course


def a_set(chance: random.Random) -> dict[str, Any]:
    """Any set, as REST takes it; about a quarter of it is not recorded."""
    celsius = chance.choice(
        ("35.9", "36.0", "36.8", "37.5", "37.9", "37.99996", "38.0", "38", "38.6", "40.12")
    )
    device = chance.choice(DEVICES)
    values: dict[str, Any] = {
        "temperature_celsius": Decimal(celsius),
        "heart_rate_bpm": chance.choice((60, 90, 104, 105, 120, 121, 135, 150, 182)),
        "respirations_per_minute": chance.choice((12, 20, 25, 40)),
        "systolic_mmhg": chance.choice((55, 62, 69, 70, 72, 79, 80, 84, 88, 89, 90, 95, 100, 120)),
        "spo2_percent": Decimal(chance.choice(("80", "84.99", "85", "89", "89.5", "90", "97"))),
        "oxygen_device": device,
        "consciousness": chance.choice(LEVELS),
        "vasopressors": chance.choice(
            ([], [], [], [], ["norepinephrine"], ["epinephrine", "norepinephrine"])
        ),
    }
    values["diastolic_mmhg"] = values["systolic_mmhg"] - chance.choice((8, 25, 40))
    if chance.random() < 0.15:
        values["mean_arterial_mmhg"] = chance.choice((50, 54, 55, 64, 65, 80))
    if device not in {"room_air"} and chance.random() < 0.8:
        values["oxygen_flow_lpm"] = Decimal(chance.choice(("0", "2", "6", "6.0009", "6.001", "15")))
    for name in list(values):
        if chance.random() < 0.2:
            del values[name]
    if "oxygen_device" not in values and chance.random() < 0.7:
        values.pop("oxygen_flow_lpm", None)
    _rarely(values, chance)
    return values or {"heart_rate_bpm": 80}


def a_quiet_set(chance: random.Random) -> dict[str, Any]:
    """A set of somebody who is hardly ill: near every limit, and rarely beyond it."""
    values: dict[str, Any] = {
        "temperature_celsius": Decimal(chance.choice(("36.8", "36.8", "37.4", "37.9", "38.0"))),
        "heart_rate_bpm": chance.choice((80, 90, 104, 120, 121)),
        "systolic_mmhg": chance.choice((89, 90, 92, 96, 104, 110, 118, 120, 125)),
        "spo2_percent": Decimal(chance.choice(("89", "90", "96", "97", "98", "99"))),
        "oxygen_device": "room_air" if chance.random() < 0.93 else "nasal_cannula",
        "vasopressors": [],
    }
    for name in list(values):
        if chance.random() < 0.15:
            del values[name]
    if chance.random() < 0.08:
        values["worried"] = True
    if chance.random() < 0.1:
        values["hypotension"] = False
    return values or {"heart_rate_bpm": 80}


def _rarely(values: dict[str, Any], chance: random.Random) -> None:
    for name, choices, often in (
        ("hypotension", _YES_NO, 0.15),
        ("fluid_bolus_ml", (0, 250, 500), 0.1),
        ("vasopressin", _YES_NO, 0.06),
        ("fever_attributed_elsewhere", _YES_NO, 0.06),
        ("hypotension_attributed_elsewhere", _YES_NO, 0.06),
        ("oxygen_for_comfort", _YES_NO, 0.05),
        ("ventilation_reason", ("hypoxia", "airway_protection", "procedure"), 0.1),
        ("baseline_home_oxygen_lpm", (0, 1, 2, Decimal("2.5"), 7), 0.08),
        ("vasopressor_intensity", ("low", "high"), 0.04),
        ("fio2_percent", (30, 60), 0.05),
        ("worried", _YES_NO, 0.08),
        ("carer_says", ("same", "worse"), 0.08),
    ):
        if chance.random() < often:
            values[name] = chance.choice(choices)


def go_on(course: Course, answered: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """Let the next thing happen; for a set, return what a tablet is asked and what the door said.

    `answered` tells what the alert rules found at the set that was charted last.
    """
    chance = course.chance
    course.wait()
    kind = chance.choices(("set", "drug", "count"), (10, 2, 1))[0]
    if kind != "set":
        _happen(course, kind)
        course.before, course.unsent = None, []
        return None
    situation = course.situation()
    course.now += timedelta(minutes=chance.choice((0, 0, 1, 7, 50, 300)))
    known_until = datetime.fromisoformat((course.before or situation)["until"])
    if course.before is None or len(course.unsent) >= 3 or course.now > known_until:
        course.before, course.unsent = situation, []
    values = a_quiet_set(chance) if course.is_calm else a_set(chance)
    assessment = _chart(course, values, at=course.now)
    sent = values | {"taken_at": course.now.isoformat()}
    asked = {
        "values": sent,
        "situation": situation,
        "before": course.before,
        "unsent": list(course.unsent),
        "expected": _said(assessment) | answered(),
    }
    course.unsent.append(sent)
    return asked


def _chart(course: Course, values: dict[str, Any], *, at: datetime) -> Assessment:
    body = values | {"client_id": str(uuid.uuid4()), "taken_at": at.isoformat()}
    return chart.chart_observations(
        patient_id=course.patient.pk,
        entry=Entry.parse(body, now=at),
        charted_by=course.nurse,
        now=at,
    ).assessment


def _happen(course: Course, kind: str) -> None:
    chance = course.chance
    if kind == "count":
        entry = LabEntry(
            uuid.uuid4(),
            loinc="751-8",
            display="Neutrophils",
            taken_at=course.now - timedelta(hours=chance.choice((0, 10, 40))),
            value=Decimal(chance.choice(("0.2", "0.5", "3"))),
            unit="10*9/L",
        )
        results.record_lab(
            patient_id=course.patient.pk, entry=entry, recorded_by=course.nurse, now=course.now,
            source=Source.NURSE,
        )  # fmt: skip
        return
    started = course.now - timedelta(minutes=chance.choice((0, 5, 59, 70, 4000)))
    stopped = chance.choice((None, min(started + timedelta(minutes=40), course.now), course.now))
    doses.record_treatment(
        patient_id=course.patient.pk,
        client_id=uuid.uuid4(),
        code=chance.choice(MILD_DRUGS if course.is_calm else DRUGS),
        started_at=started,
        stopped_at=stopped if stopped is None or stopped > started else None,
        recorded_by=course.nurse,
        now=course.now,
    )


def _said(row: Assessment) -> dict[str, Any]:
    return {
        "grade": row.outcome or row.grade,
        "at_least": row.at_least,
        "because": [
            f"{each['words']} ({', '.join(each['inputs'])})" if each["inputs"] else each["words"]
            for each in row.because
        ],
        "missing": row.missing,
        "flags": row.flags,
    }


def check_on(course: Course, answered: Callable[[], bool]) -> dict[str, Any]:
    """Record any neuro check; return what a tablet is asked and what the door said."""
    chance = course.chance
    course.wait()
    situation = course.situation()
    found = _check(chance)
    _, assessment = neuro.record_neuro_check(
        patient_id=course.patient.pk,
        client_id=uuid.uuid4(),
        taken_at=course.now,
        recorded_by=course.nurse,
        now=course.now,
        findings=found,
    )
    expected = _said(assessment) | {"is_p1": answered(), "provisional": False}
    return {
        "values": found | {"taken_at": course.now.isoformat()},
        "situation": situation,
        "expected": expected,
    }


def _check(chance: random.Random) -> dict[str, Any]:
    """Any neuro check: a score or why there is none, and the other findings now and then."""
    found = _score(chance)
    if chance.random() < 0.15 and "capd_score" in found:
        found["is_baseline"] = True
    for name, choices, often in (
        ("consciousness", LEVELS, 0.7),
        ("seizure", ("none", "none", "none", "brief_resolved", "prolonged",
                     "repetitive_no_return_to_baseline"), 0.6),
        ("seizure_minutes", (0, 3, 5, 6), 0.2),
        ("motor_weakness", (True, False, False), 0.5),
        ("cerebral_edema", ("none", "focal", "diffuse"), 0.15),
        ("raised_pressure_signs", ([], ["papilloedema"], ["cushing_triad", "papilloedema"]), 0.15),
        ("edema_due_to_hemorrhage", _YES_NO, 0.1),
        ("intracranial_hemorrhage", _YES_NO, 0.1),
        ("consciousness_other_cause", _YES_NO, 0.15),
        ("global_aphasia", _YES_NO, 0.1),
    ):  # fmt: skip
        if chance.random() < often:
            found[name] = chance.choice(choices)
    if found.get("unable_reason") == "unarousable":
        found["consciousness"] = "unarousable"  # the door refuses one who is awake
    return (
        found
        if any(value not in (None, "", False) for value in found.values())
        else {"ice_score": 10}
    )


def _score(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("ice", "ice_sheet", "capd", "capd_sheet", "unable", "none"))
    if kind == "ice":
        return {"ice_score": chance.randrange(11)}
    if kind == "ice_sheet":
        lost = {name: chance.choice((most, most, 0, None)) for name, most in ICE_ITEMS.items()}
        return {"ice_items": lost}
    if kind == "capd":
        return {"capd_score": chance.choice((0, 3, 8, 9, 13, 32))}
    if kind == "capd_sheet":
        return {"capd_items": [chance.choice((0, 0, 1, 3, None)) for _ in range(8)]}
    if kind == "none":
        return {}
    why = ("sedated", "paralyzed", "unarousable", "language_barrier", "developmental_delay")
    beside = {"capd_score": chance.choice((0, 5, 9))} if chance.random() < 0.3 else {}
    return {"unable_reason": chance.choice(why), **beside}


def someone_there() -> tuple[Any, Any]:
    """A ward whose clock changes in the month of these courses, and a nurse."""
    return a_ward(time_zone="America/New_York"), a_person()
