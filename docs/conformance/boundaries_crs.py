"""Both sides of every edge of the CRS table, and the mistakes seen in public graders.

Expected grades are written out by hand; the generator refuses one the tables contradict.
"""

from .rows import Case, Expected, Topic

SCALE = "astct-crs"
Entries = tuple[tuple[str, Case, Expected], ...]

FEVER: Case = {"temperature_c": 38.6}
TREATED: Case = {
    "temperature_c": 36.9,
    "fever_within_course": True,
    "antipyretic_or_anticytokine_given": True,
    "agents": ["tocilizumab"],
}
BOLUS: Case = {"hypotension_present": True, "fluids_bolus": True}
CANNULA: Case = {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": 2}
MASK: Case = {"oxygen_device": "simple_facemask", "oxygen_flow_lpm": 8}
HIGH_FLOW: Case = {"oxygen_device": "high_flow_nasal_cannula", "oxygen_flow_lpm": 40}
CPAP: Case = {"oxygen_device": "cpap"}
BIPAP: Case = {"oxygen_device": "bipap"}
VENTILATED: Case = {"oxygen_device": "invasive_ventilation"}


def drug(name: str, dose: float, unit: str = "ug/kg/min") -> Case:
    """One infusion that is running."""
    return {"drug": name, "dose": dose, "unit": unit}


def running(*drugs: Case, vasopressin: bool = False) -> Case:
    """Hypotension on these infusions."""
    case: Case = {"hypotension_present": True, "vasopressors": list(drugs)}
    return case | {"vasopressin": True} if vasopressin else case


NOREPINEPHRINE = drug("norepinephrine", 0.1)
EPINEPHRINE = drug("epinephrine", 0.05)
ONE = running(NOREPINEPHRINE)
TWO = running(NOREPINEPHRINE, EPINEPHRINE)
MILRINONE: Case = {"inotropes": [drug("milrinone", 0.5)]}


def values(key: str, *pairs: tuple[float, Expected]) -> Entries:
    """One entry for each value of one key, named by the value."""
    return tuple((str(value), {key: value}, expected) for value, expected in pairs)


FEVER_TOPICS = (
    Topic(
        SCALE, "celsius", "Fever is 38.0 °C or above; there is no higher tier",
        values(
            "temperature_c",
            (37.0, 0), (37.9, 0), (37.94, 0), (37.95, 0), (37.99, 0), (37.9999, 0),
            (38.0, 1), (38.0001, 1), (38.1, 1), (39.0, 1), (40.0, 1), (41.5, 1),
        ),
    ),
    Topic(
        SCALE, "fahrenheit", "100.4 °F is exactly 38.0 °C; compare before rounding",
        values(
            "temperature_f",
            (98.6, 0), (100.3, 0), (100.31, 0), (100.35, 0), (100.39, 0), (100.3999, 0),
            (100.4, 1), (100.41, 1), (100.5, 1), (104, 1),
        ),
    ),
    Topic(
        SCALE, "waiver", "Once CRS began with fever and was treated, fever is not required",
        (
            ("air", {}, 0), ("bolus", BOLUS, 2), ("one", ONE, 3), ("two", TWO, 4),
            ("cannula", CANNULA, 2), ("mask", MASK, 3), ("cpap", CPAP, 4),
            ("paracetamol", CANNULA | {"agents": ["paracetamol"]}, 2),
            ("dexamethasone", ONE | {"agents": ["dexamethasone"]}, 3),
            ("febrile-again", {"temperature_c": 38.0}, 1),
            ("just-below-fever", ONE | {"temperature_c": 37.9}, 3),
        ),
        base=TREATED,
    ),
    Topic(
        SCALE, "waiver-no-reading", "Masked fever: no temperature is needed once it is waived",
        (("one", ONE, 3), ("cannula", CANNULA, 2)),
        base={"fever_within_course": True, "antipyretic_or_anticytokine_given": True},
    ),
    Topic(
        SCALE, "untreated-course", "A fever that nobody treated waives nothing",
        (("bolus", BOLUS, 0), ("cannula", CANNULA, 0), ("one", ONE, 0)),
        base={"temperature_c": 37.0, "fever_within_course": True},
    ),
    Topic(
        SCALE, "recent-fever", "Without a drug, fever of the last 24 h still counts (a choice)",
        values("hours_since_last_fever", (1, 2), (23.9, 2), (24, 2), (24.1, 0), (48, 0)),
        base={"temperature_c": 37.2, "fever_within_course": True} | CANNULA,
        certainty="policy",
    ),
    Topic(
        SCALE, "no-fever", "Without fever in the course there is no CRS to grade",
        (("bolus", BOLUS, 0), ("one", ONE, 0), ("two", TWO, 0), ("cannula", CANNULA, 0),
         ("ventilated", VENTILATED, 0), ("rigors", {"constitutional": ["rigors"]}, 0)),
        base={"temperature_c": 37.9},
    ),
    Topic(
        SCALE, "antipyretic-never-febrile", "An antipyretic alone does not make CRS",
        (("bolus", BOLUS, 0), ("cannula", CANNULA, 0), ("one", ONE, 0)),
        base={"temperature_c": 36.8, "antipyretic_or_anticytokine_given": True,
              "agents": ["paracetamol"]},
    ),
    Topic(
        SCALE, "premedication", "Premedication in a patient who never had fever waives nothing",
        (("bolus", BOLUS, 0), ("one", ONE, 0), ("mask", MASK, 0),
         ("then-fever", {"temperature_c": 38.2} | BOLUS, 2)),
        base={"temperature_c": 36.7, "antipyretic_or_anticytokine_given": True,
              "agents": ["dexamethasone premedication"], "therapy": "blinatumomab"},
        certainty="policy",
    ),
    Topic(
        SCALE, "fever-elsewhere", "Fever of another cause is no fever of CRS",
        (("alone", {}, 0), ("bolus", BOLUS, 0), ("mask", MASK, 0),
         ("after-treated-crs", {**TREATED, "temperature_c": 39.0} | CANNULA, 2),
         ("culture-alone-is-no-cause",
          {"fever_attributed_elsewhere": False, "blood_culture": "positive"}, 1)),
        base={"temperature_c": 39.0, "fever_attributed_elsewhere": True},
    ),
)  # fmt: skip

PRESSURE_TOPICS = (
    Topic(
        SCALE, "vasopressors", "Different vasopressors running together are counted, not doses",
        (
            ("none", {"vasopressors": []}, 1),
            ("one", ONE, 3), ("two", TWO, 4),
            ("three", running(NOREPINEPHRINE, EPINEPHRINE, drug("dopamine", 5)), 4),
            ("same-twice", running(NOREPINEPHRINE, drug("norepinephrine", 0.2)), 3),
            ("one-tiny", running(drug("norepinephrine", 0.01)), 3),
            ("one-huge", running(drug("norepinephrine", 0.9)), 3),
            ("two-tiny", running(drug("norepinephrine", 0.02), drug("phenylephrine", 0.02)), 4),
            ("epinephrine", running(EPINEPHRINE), 3),
            ("phenylephrine", running(drug("phenylephrine", 0.5)), 3),
            ("pressure-held", {"hypotension_present": False, "vasopressors": [NOREPINEPHRINE]}, 3),
        ),
        base=FEVER,
    ),
    Topic(
        SCALE, "counted-drugs", "Which drugs are vasopressors (a choice)",
        (
            ("dopamine", running(drug("dopamine", 5)), 3),
            ("angiotensin", running(drug("angiotensin_II", 20, "ng/kg/min")), 3),
            ("metaraminol", running(drug("metaraminol", 0.5)), 3),
            ("ephedrine", running(drug("ephedrine", 1)), 3),
            ("dopamine-second", running(NOREPINEPHRINE, drug("dopamine", 5)), 4),
            ("milrinone", MILRINONE, 1),
            ("milrinone-hypotension", MILRINONE | BOLUS, 2),
            ("milrinone-second", ONE | MILRINONE, 3),
            ("dobutamine-second", ONE | {"inotropes": [drug("dobutamine", 5)]}, 3),
        ),
        base=FEVER, certainty="policy",
    ),
    Topic(
        SCALE, "one-after-another", "Vasopressors one after the other are one at a time (a choice)",
        (("switched", ONE | {"vasopressors_stopped_before": [drug("phenylephrine", 0.5)]}, 3),),
        base=FEVER, certainty="policy",
    ),
    Topic(
        SCALE, "vasopressin", "Vasopressin never makes it several vasopressors",
        (("none", running(), 2),
         ("with-one", running(NOREPINEPHRINE, vasopressin=True), 3),
         ("with-two", running(NOREPINEPHRINE, EPINEPHRINE, vasopressin=True), 4)),
        base=FEVER | {"fluids_bolus": True},
    ),
    Topic(
        SCALE, "vasopressin-alone", "Vasopressin as the only agent (the table is silent)",
        (("febrile", FEVER, 3), ("waived", TREATED, 3), ("no-fever", {"temperature_c": 37.0}, 0)),
        base=running(vasopressin=True), certainty="policy",
    ),
    Topic(
        SCALE, "fluid", "Hypotension that needs fluid alone is grade 2",
        (("none", {"fluids_bolus": False}, 1), ("bolus", BOLUS, 2),
         ("bolus-held", {"hypotension_present": False, "fluids_bolus": True}, 2)),
        base=FEVER,
    ),
    Topic(
        SCALE, "untreated", "Hypotension that nobody treated (a choice)",
        (("asserted", {"hypotension_present": True, "fluids_bolus": False}, 2),),
        base=FEVER, certainty="policy",
    ),
    Topic(
        SCALE, "systolic", "No number makes hypotension; a clinician judges it",
        (("adult-89", {"sbp": 89}, 1), ("adult-90", {"sbp": 90}, 1), ("adult-84", {"sbp": 84}, 1),
         ("adult-102-low-for-him", BOLUS | {"sbp": 102, "baseline_sbp": 165}, 2),
         ("adult-91-given-bolus", BOLUS | {"sbp": 91}, 2)),
        base=FEVER,
    ),
    Topic(
        SCALE, "systolic-infant", "No number makes hypotension; a clinician judges it",
        (("78", {"sbp": 78}, 1), ("66-given-bolus", BOLUS | {"sbp": 66}, 2)),
        base=FEVER, age_years=0.7,
    ),
    Topic(
        SCALE, "hypotension-elsewhere", "Hypotension of another cause does not count",
        (("bolus", BOLUS, 1), ("one", ONE, 1), ("two", TWO, 1),
         ("one-and-cannula", ONE | CANNULA, 2), ("two-and-mask", TWO | MASK, 3)),
        base=FEVER | {"hypotension_attributed_elsewhere": True},
    ),
)  # fmt: skip
