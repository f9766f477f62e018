"""Published cases as a ward would chart them: drugs, values, symptoms and the set itself."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from charting import chart, results, symptoms
from charting.chart import Charted
from charting.entry import Entry
from charting.results import LabEntry
from charting.symptoms import Report
from patients.models import Patient
from tests.factories.ward import NOW, a_patient, a_person, chart_set, give
from vitals.vocabulary import Source

# Keys that mean the same in a case and in a set.
_SAME = (
    "fever_attributed_elsewhere", "hypotension_attributed_elsewhere", "oxygen_device",
    "oxygen_flow_lpm", "oxygen_for_comfort", "baseline_home_oxygen_lpm", "ventilation_reason",
    "vasopressin", "vasopressor_intensity", "fluid_responsive", "life_threatening", "spo2_scale",
    "hypotension_refractory",
)  # fmt: skip
_RENAMED = {
    "temperature_c": "temperature_celsius", "sbp": "systolic_mmhg", "dbp": "diastolic_mmhg",
    "heart_rate": "heart_rate_bpm", "hr": "heart_rate_bpm", "spo2": "spo2_percent",
    "respiratory_rate": "respirations_per_minute", "rr": "respirations_per_minute",
    "crt_s": "capillary_refill_seconds", "resp_distress": "respiratory_distress",
    "hypotension_present": "hypotension", "hospitalised_for_crs": "hospitalized_for_crs",
}  # fmt: skip
_LEVELS = {
    "A": "alert", "C": "new_confusion", "V": "awakens_to_voice", "P": "awakens_to_tactile",
    "U": "unarousable",
}  # fmt: skip
_SYMPTOM_OF = {"myalgia": "muscle_pain", "malaise": "malaise"}
# LOINC, unit, upper limit of normal, and a value of each CTCAE grade from 0 up.
_TESTS = {
    "creatinine increased": ("2160-0", "mg/dL", "1.0", ("0.9", "1.2", "2.0", "4.0", "7.0")),
    "ALT increased": ("1742-6", "U/L", "40", ("20", "60", "150", "400", "900")),
}
# What a set can name as a vasopressor; an inotrope is a medicine that was given.
_INOTROPES = frozenset({"dobutamine", "milrinone"})


def charted(case: dict[str, Any], *, age_years: str, ward: Any) -> tuple[Patient, Charted]:
    """Chart a case through the doors; what the case leaves out is charted as normal."""
    age_days = int(Decimal(age_years or 30) * Decimal("365.25")) + 1
    patient = a_patient(ward, birth_date=(NOW - timedelta(days=age_days)).date())
    if case.get("fever_within_course") or case.get("antipyretics"):
        chart_set(patient, {"temperature_celsius": Decimal("38.5")}, minutes_ago=600)
    if case.get("antipyretic_or_anticytokine_given"):
        give(patient, case["agents"][0], minutes_ago=300)
    if case.get("antipyretics"):
        give(patient, "paracetamol", minutes_ago=300)
    for product in case.get("coagulopathy_products", ()):
        give(patient, product, minutes_ago=200)
    for number in range(case.get("fluid_boluses_n", 0)):
        give(patient, "fluid_bolus", minutes_ago=50 - 10 * number)
    if case.get("iv_antibiotics"):
        give(patient, "antibiotic", minutes_ago=200, route="iv")
    for row in (*case.get("vasopressors", ()), *case.get("inotropes", ())):
        if row["drug"] in _INOTROPES:
            give(patient, row["drug"], minutes_ago=90, dose_value=Decimal(row["dose"]),
                 dose_unit=row["unit"])  # fmt: skip
    _tests(patient, case.get("organ_toxicities", {}))
    found = {_SYMPTOM_OF[word] for word in case.get("constitutional", ())}
    _symptoms(
        patient, found | ({"febrile_neutropenia"} if case.get("febrile_neutropenia") else set())
    )
    entry = Entry.parse(as_sent(case), now=NOW)
    return patient, chart.chart_observations(
        patient_id=patient.pk, entry=entry, charted_by=a_person(), now=NOW
    )


def as_sent(case: dict[str, Any]) -> dict[str, Any]:
    """The set of a case, as an integration would send it."""
    data: dict[str, Any] = {"client_id": str(uuid.uuid4()), "taken_at": NOW.isoformat()}
    data |= {name: case[name] for name in _SAME if name in case}
    data |= {name: case[key] for key, name in _RENAMED.items() if key in case}
    for key in ("acvpu", "avpu"):
        if key in case:
            data["consciousness"] = _LEVELS[case[key]]
    if "temperature_f" in case:
        data["temperature_celsius"] = (case["temperature_f"] - 32) * 5 / 9
    if "fio2" in case:
        data["fio2_percent"] = case["fio2"] * 100
    if case.get("fluids_bolus"):
        data["fluid_bolus_ml"] = 500
    if case.get("on_oxygen"):
        data |= {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": 2}
    pressors = case.get("vasopressors", ())
    data["vasopressors"] = [row for row in pressors if row["drug"] not in _INOTROPES]
    usual = {"oxygen_device": "room_air", "hypotension": False, "hospitalized_for_crs": False}
    return usual | data


def _tests(patient: Patient, toxicities: dict[str, int]) -> None:
    """Kidney and liver as the case has them: normal where it has nothing, and before the dose."""
    for term, (_, _, _, values) in _TESTS.items():
        _test(patient, term, values[0], hours_ago=24 * 6)
        _test(patient, term, values[toxicities.get(term, 0)], hours_ago=2)


def _test(patient: Patient, term: str, value: str, *, hours_ago: int) -> None:
    loinc, unit, high, _ = _TESTS[term]
    entry = LabEntry(
        uuid.uuid4(),
        loinc=loinc,
        display=term,
        taken_at=NOW - timedelta(hours=hours_ago),
        value=Decimal(value),
        unit=unit,
        reference_low=Decimal(0),
        reference_high=Decimal(high),
    )
    results.record_lab(
        patient_id=patient.pk, entry=entry, recorded_by=a_person(), now=NOW, source=Source.NURSE
    )


def _symptoms(patient: Patient, found: set[str]) -> None:
    """Those of the case; feeling unwell and fever with few neutrophils were asked for."""
    symptoms.record_symptoms(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        reports=[
            Report(name, name in found, NOW - timedelta(hours=1))
            for name in sorted(found | {"malaise", "febrile_neutropenia"})
        ],
        recorded_by=a_person(),
        now=NOW,
        source=Source.NURSE,
    )
