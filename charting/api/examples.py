"""An example of each body that the interface takes; a test sends every one of them."""

from typing import Any, Final

_KEY: Final = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
_AT: Final = "2026-03-10T11:55:00Z"
_LATER: Final = "2026-03-10T14:00:00Z"
_SET: Final[dict[str, Any]] = {
    "client_id": _KEY,
    "taken_at": _AT,
    "temperature_celsius": 38.6,
    "heart_rate_bpm": 118,
    "respirations_per_minute": 22,
    "systolic_mmhg": 96,
    "diastolic_mmhg": 58,
    "spo2_percent": 94,
    "oxygen_device": "room_air",
    "vasopressors": [],
    "consciousness": "alert",
}
_LAB: Final[dict[str, Any]] = {
    "client_id": _KEY,
    "taken_at": _AT,
    "loinc": "1988-5",
    "value": 54,
    "unit": "mg/L",
}
_NEURO: Final[dict[str, Any]] = {"client_id": _KEY, "taken_at": _AT, "ice_score": 9}
_PERSON: Final = "nurse"  # a username
_HISTORY: Final = (
    "patient,taken_at,temperature_celsius,heart_rate_bpm\nMRN00017,2026-03-01T08:00:00Z,38.6,118\n"
)
# A JSON object each, but for the file of a history.
REQUESTS: Final[dict[str, Any]] = {
    "import_history": _HISTORY,
    "chart_set": _SET | {"patient": "MRN00017"},
    "correct_set": _SET | {"reason": "device_fault"},
    "move_set": {"client_id": _KEY, "patient": "MRN00018"},
    "undo_set": {"client_id": _KEY},
    "record_dose": {
        "client_id": _KEY,
        "patient": "MRN00017",
        "therapy": "tisa-cel",
        "kind": "infusion",
        "started_at": _AT,
    },
    "record_treatment": {
        "client_id": _KEY,
        "patient": "MRN00017",
        "code": "tocilizumab",
        "started_at": _AT,
        "dose_value": 560,
        "dose_unit": "mg",
        "route": "iv",
    },
    "stop_treatment": {"client_id": _KEY, "stopped_at": _AT},
    "record_lab": _LAB | {"patient": "MRN00017"},
    "correct_lab": _LAB | {"reason": "another patient's tube"},
    "record_weight": {"client_id": _KEY, "weight_kg": 71.5, "measured_at": _AT},
    "record_burden": {
        "client_id": _KEY,
        "measure": "marrow_blasts",
        "value_percent": 12.5,
        "assessed_on": "2026-03-01",
    },
    "record_neuro_check": _NEURO | {"patient": "MRN00017", "consciousness": "alert"},
    "correct_neuro_check": _NEURO | {"reason": "asked in another language"},
    "record_symptoms": {
        "client_id": _KEY,
        "patient": "MRN00017",
        "taken_at": _AT,
        "reports": [{"symptom": "headache", "present": True, "grade": 1}],
    },
    "correct_symptom": {
        "client_id": _KEY,
        "taken_at": _AT,
        "reason": "wrong patient",
        "symptom": "headache",
        "present": False,
    },
    "confirm_grade": {"client_id": _KEY, "decision": "confirmed", "grade": 3},
    "second_grade": {"client_id": _KEY},
    "go_off_ward": {
        "client_id": _KEY,
        "why": "imaging",
        "back_at": "2026-03-10T12:30:00Z",
        "accompanied_by": "a nurse with a monitor",
    },
    "come_back": {"client_id": _KEY},
    "let_sleep": {"client_id": _KEY},
    "order_interval": {"client_id": _KEY, "minutes": 60, "until": _LATER, "why": "unsteady"},
    "order_care": {"client_id": _KEY, "kind": "icu", "until": "2026-03-12T12:00:00Z", "why": "CRS"},
    "end_care": {"client_id": _KEY},
    "plan_dose": {
        "client_id": _KEY,
        "therapy": "tisa-cel",
        "kind": "infusion",
        "planned_at": "2026-03-20T09:00:00Z",
    },
    "cancel_plan": {"client_id": _KEY, "reason": "fever"},
    "confirm_supply": {"client_id": _KEY},
    "acknowledge_alert": {"client_id": _KEY, "version": 1, "eta_minutes": 5},
    "cannot_come_to_alert": {"client_id": _KEY},
    "call_next_for_alert": {"client_id": _KEY, "rung": 0},
    "snooze_alert": {
        "client_id": _KEY,
        "version": 1,
        "minutes": 15,
        "reason": "known",
    },
    "close_alert": {"client_id": _KEY, "reason": "treated"},
    "accept_handover": {"client_id": _KEY, "alerts": [{"code": "a1b2c3", "version": 1}]},
    "write_handover_words": {
        "client_id": _KEY,
        "version": 0,
        "illness": "watcher",
        "summary": "Day 5, second fever.",
    },
    "read_sheet_back": {"client_id": _KEY, "digest": "0" * 64},
    "assign_nurse": {"client_id": _KEY, "nurse": _PERSON},
    "move_bed": {"client_id": _KEY, "row": 0, "column": 2},
    "add_slot": {
        "client_id": _KEY,
        "role": "oncology_fellow",
        "starts_at": "2026-03-10T08:00:00Z",
        "ends_at": "2026-03-10T20:00:00Z",
        "mailbox": "fellow@example.org",
    },
    "swap_slot": {"client_id": _KEY, "person": _PERSON},
    "cancel_slot": {"client_id": _KEY},
    "break_glass": {
        "client_id": _KEY,
        "mrn": "MRN00017",
        "birth_date": "1980-05-01",
        "reason": "emergency",
        "words": "called to the bedside",
    },
    "end_break_glass": {"client_id": _KEY},
    "review_break_glass": {"client_id": _KEY, "finding": "called by the ward, noted in both"},
    "test_rota": {"client_id": _KEY, "role": "charge_nurse"},
    "open_agency_account": {"client_id": _KEY, "first_name": "Ann", "last_name": "Agency"},
    "close_agency_account": {"client_id": _KEY},
    "propose_rules": {
        "client_id": _KEY,
        "minutes": {"P1": {"rungs": [2, 4, 8, 12]}},
        "why": "our attendings are on site",
    },
    "decide_rules": {"client_id": _KEY, "accept": True},
    "revoke_device": {"client_id": _KEY},
}
