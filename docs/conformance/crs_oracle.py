"""The ASTCT 2019 CRS grade of a case, read off the published table and nothing else.

Source: Lee DW et al., Biol Blood Marrow Transplant 2019;25:625-638. Numbers are exact
fractions, so that no reading is rounded over an edge.
"""

from fractions import Fraction

from .rows import Answer, Case, refuse_unknown

FEVER_CELSIUS = Fraction(38)  # at or above
FEVER_WAIVER_HOURS = Fraction(24)  # up to and including; policy, the table gives no hours

# Number of different vasopressors running, vasopressin not counted: grade. More is as two.
GRADE_BY_VASOPRESSORS = {0: 0, 1: 3, 2: 4}
VASOPRESSIN_ALONE = 3  # policy: the table is silent
HYPOTENSION_WITHOUT_VASOPRESSOR = 2

# Nasal flow in L/min, up to and including: grade. Above the last it is high flow.
GRADE_BY_NASAL_FLOW = ((Fraction(0), 0), (Fraction(6), 2))
HIGH_FLOW = 3
NASAL = frozenset({"nasal_cannula", "high_flow_nasal_cannula"})
LOW_FLOW = frozenset({"nasal_cannula", "blow_by"})
POSITIVE_PRESSURE = frozenset({"cpap", "bipap", "invasive_ventilation"})
# Every other device decides by its name, whatever its flow or FiO2.
GRADE_BY_DEVICE = {
    "room_air": 0,
    "blow_by": 2,
    "simple_facemask": 3,
    "non_rebreather": 3,
    "venturi": 3,
    "cpap": 4,
    "bipap": 4,
    "invasive_ventilation": 4,
}
# Said about the patient; the table has no column for them.
NO_COLUMN = frozenset(
    {
        "agents", "baseline_sbp", "blood_culture", "cause", "constitutional", "day_post_infusion",
        "died", "fio2", "heart_rate", "hours_after_dose", "inotropes", "organ_toxicities", "sbp",
        "spo2", "therapy", "vasopressors_stopped_before",
    }
)  # fmt: skip
COLUMNS = frozenset(
    {
        "antipyretic_or_anticytokine_given", "baseline_home_oxygen_lpm", "death_due_to_crs",
        "fever_attributed_elsewhere", "fever_within_course", "fluids_bolus",
        "hours_since_last_fever", "hypotension_attributed_elsewhere", "hypotension_present",
        "oxygen_device", "oxygen_flow_lpm", "oxygen_for_comfort", "temperature_c",
        "temperature_f", "vasopressin", "vasopressors", "ventilation_reason",
    }
)  # fmt: skip


def answer(case: Case, *, age_years: float) -> Answer:
    """The grade; no age enters this table. Raises ValueError for a key it does not know."""
    refuse_unknown(case, COLUMNS | NO_COLUMN)
    if case.get("death_due_to_crs"):
        return Answer(5, "death due to CRS")
    febrile, fever_words = _fever(case)
    waived, waiver_words = _waived(case)
    if not febrile and not waived:
        return Answer(0, f"{fever_words}, {waiver_words}: no CRS now")
    pressure, pressure_words = _pressure(case)
    oxygen, oxygen_words = _oxygen(case)
    words = f"{fever_words}, {pressure_words} ({pressure}), {oxygen_words} ({oxygen})"
    if not febrile:
        words = f"{fever_words}, {waiver_words}, {pressure_words} ({pressure}), "
        words += f"{oxygen_words} ({oxygen})"
    return Answer(max(int(febrile), pressure, oxygen), f"{words}: the worst counts")


def celsius(case: Case) -> Fraction | None:
    """The temperature in degrees Celsius, never rounded; None where none is given."""
    if "temperature_f" in case:
        return (Fraction(str(case["temperature_f"])) - 32) * Fraction(5, 9)
    return Fraction(str(case["temperature_c"])) if "temperature_c" in case else None


def _fever(case: Case) -> tuple[bool, str]:
    degrees = celsius(case)
    if degrees is None or degrees < FEVER_CELSIUS:
        return False, "no fever"
    if case.get("fever_attributed_elsewhere"):
        return False, "fever has another cause"
    return True, "fever (1)"


def _waived(case: Case) -> tuple[bool, str]:
    if not case.get("fever_within_course"):
        return False, "never had fever of CRS"
    if case.get("antipyretic_or_anticytokine_given"):
        return True, "fever earlier and treated since"
    hours = case.get("hours_since_last_fever")
    if hours is not None and Fraction(str(hours)) <= FEVER_WAIVER_HOURS:
        return True, "fever within 24 h"
    return False, "not treated since the fever"


def _pressure(case: Case) -> tuple[int, str]:
    if case.get("hypotension_attributed_elsewhere"):
        return 0, "hypotension has another cause"
    running = case.get("vasopressors", ())
    drugs = {drug["drug"] if isinstance(drug, dict) else drug for drug in running}
    if drugs:
        number = ("one vasopressor", "several vasopressors")[len(drugs) > 1]
        and_vasopressin = " with vasopressin" if case.get("vasopressin") else ""
        return GRADE_BY_VASOPRESSORS[min(len(drugs), 2)], number + and_vasopressin
    if case.get("vasopressin"):
        return VASOPRESSIN_ALONE, "vasopressin alone"
    if case.get("fluids_bolus"):
        return HYPOTENSION_WITHOUT_VASOPRESSOR, "hypotension treated with fluid"
    if case.get("hypotension_present"):
        return HYPOTENSION_WITHOUT_VASOPRESSOR, "hypotension, untreated"
    return 0, "no hypotension"


def _oxygen(case: Case) -> tuple[int, str]:
    device = case.get("oxygen_device", "room_air")
    words = device.replace("_", " ")
    if case.get("oxygen_for_comfort"):
        return 0, f"{words} for comfort"
    if device in POSITIVE_PRESSURE and case.get("ventilation_reason", "hypoxia") != "hypoxia":
        return 0, f"{words} for another reason than hypoxia"
    flow = case.get("oxygen_flow_lpm")
    if device in LOW_FLOW and flow is not None and flow <= case.get("baseline_home_oxygen_lpm", 0):
        return 0, f"{words} as at home" if flow else f"{words} giving nothing"
    if device in NASAL:
        return _by_nasal_flow(Fraction(str(flow))), f"{words} at {flow} L/min"
    return GRADE_BY_DEVICE[device], words


def _by_nasal_flow(flow_lpm: Fraction) -> int:
    for up_to, grade in GRADE_BY_NASAL_FLOW:
        if flow_lpm <= up_to:
            return grade
    return HIGH_FLOW
