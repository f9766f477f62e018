"""The oxygen column of the CRS table edge by edge, and what the table leaves out.

Expected grades are written out by hand; the generator refuses one the tables contradict.
"""

from .boundaries_crs import (
    BIPAP,
    BOLUS,
    CANNULA,
    CPAP,
    FEVER,
    HIGH_FLOW,
    MASK,
    ONE,
    SCALE,
    TREATED,
    TWO,
    VENTILATED,
    values,
)
from .rows import Topic

OXYGEN_TOPICS = (
    Topic(
        SCALE, "flow", "Low flow is up to 6 L/min, 6 included, and has no least flow",
        values(
            "oxygen_flow_lpm",
            (0, 1), (0.1, 2), (0.5, 2), (1, 2), (5.9, 2), (6.0, 2), (6.01, 3), (6.1, 3), (7, 3),
            (15, 3),
        ),
        base=FEVER | CANNULA,
    ),
    Topic(
        SCALE, "high-flow-device", "Above 6 L/min a high-flow cannula is high flow at any FiO2",
        (("6.1", {"oxygen_flow_lpm": 6.1}, 3), ("30-air", {"oxygen_flow_lpm": 30, "fio2": 0.21}, 3),
         ("60-oxygen", {"oxygen_flow_lpm": 60, "fio2": 0.95}, 3)),
        base=FEVER | HIGH_FLOW,
    ),
    Topic(
        SCALE, "high-flow-infant", "A high-flow device at 6 L/min or less (the table is silent)",
        values("oxygen_flow_lpm", (1, 2), (4, 2), (6.0, 2)),
        base=FEVER | HIGH_FLOW, certainty="policy", age_years=0.4,
    ),
    Topic(
        SCALE, "mask", "A mask is grade 3 by its name, whatever its flow or FiO2",
        (
            ("simple-4", {"oxygen_flow_lpm": 4}, 3), ("simple-6", {"oxygen_flow_lpm": 6}, 3),
            ("simple-6.1", {"oxygen_flow_lpm": 6.1}, 3), ("simple-10", {"oxygen_flow_lpm": 10}, 3),
            ("venturi-24", {"oxygen_device": "venturi", "oxygen_flow_lpm": 2, "fio2": 0.24}, 3),
            ("venturi-60", {"oxygen_device": "venturi", "oxygen_flow_lpm": 15, "fio2": 0.6}, 3),
            ("non-rebreather-5", {"oxygen_device": "non_rebreather", "oxygen_flow_lpm": 5}, 3),
            ("non-rebreather-15", {"oxygen_device": "non_rebreather", "oxygen_flow_lpm": 15}, 3),
        ),
        base=FEVER | {"oxygen_device": "simple_facemask"},
    ),
    Topic(
        SCALE, "mask-no-flow", "A mask is grade 3 with no flow written down",
        tuple((name, {"oxygen_device": name}, 3)
              for name in ("simple_facemask", "venturi", "non_rebreather")),
        base=FEVER,
    ),
    Topic(
        SCALE, "blow-by", "Blow-by is classed with low flow at any flow",
        values("oxygen_flow_lpm", (1, 2), (6.0, 2), (6.1, 2), (10, 2)),
        base=FEVER | {"oxygen_device": "blow_by"}, age_years=2,
    ),
    Topic(
        SCALE, "positive-pressure", "Positive pressure for hypoxia is grade 4",
        (("cpap", CPAP, 4), ("bipap", BIPAP, 4), ("ventilated", VENTILATED, 4),
         ("cpap-air", CPAP | {"fio2": 0.21}, 4),
         ("cpap-stated", CPAP | {"ventilation_reason": "hypoxia"}, 4),
         ("bipap-stated", BIPAP | {"ventilation_reason": "hypoxia"}, 4),
         ("ventilated-stated", VENTILATED | {"ventilation_reason": "hypoxia"}, 4)),
        base=FEVER,
    ),
    Topic(
        SCALE, "airway", "Ventilation for airway protection or a procedure is no hypoxia",
        (("protection", {}, 1), ("procedure", {"ventilation_reason": "procedure"}, 1),
         ("protection-one", ONE, 3), ("protection-two", TWO, 4), ("protection-bolus", BOLUS, 2)),
        base=FEVER | VENTILATED | {"ventilation_reason": "airway_protection"}, certainty="memory",
    ),
    Topic(
        SCALE, "home-pressure", "Unchanged CPAP or BiPAP from home has another cause",
        (("cpap", CPAP, 1), ("bipap", BIPAP, 1), ("cpap-one", CPAP | ONE, 3)),
        base=FEVER | {"ventilation_reason": "baseline_home_therapy"},
    ),
    Topic(
        SCALE, "home-oxygen", "Unchanged oxygen from home does not count; an increase does",
        (("same", {}, 1), ("less", {"oxygen_flow_lpm": 1}, 1),
         ("a-little-more", {"oxygen_flow_lpm": 2.1}, 2), ("more", {"oxygen_flow_lpm": 4}, 2),
         ("high-flow", {"oxygen_flow_lpm": 7}, 3), ("mask", MASK, 3), ("bipap", BIPAP, 4),
         ("none-at-home", {"baseline_home_oxygen_lpm": 0}, 2)),
        base=FEVER | CANNULA | {"baseline_home_oxygen_lpm": 2}, age_years=67,
    ),
    Topic(
        SCALE, "comfort", "Oxygen for comfort without a deficit does not count",
        (("cannula", CANNULA, 1), ("mask", MASK, 1), ("cannula-bolus", CANNULA | BOLUS, 2),
         ("not-comfort", CANNULA | {"oxygen_for_comfort": False}, 2)),
        base=FEVER | {"oxygen_for_comfort": True},
    ),
    Topic(
        SCALE, "saturation", "A saturation never grades; oxygen that is needed does",
        (("air-94", {"spo2": 94}, 1), ("air-93", {"spo2": 93}, 1), ("air-92", {"spo2": 92}, 1),
         ("air-89", {"spo2": 89}, 1), ("air-80", {"spo2": 80}, 1),
         ("cannula-100", CANNULA | {"spo2": 100}, 2), ("mask-99", MASK | {"spo2": 99}, 3)),
        base=FEVER,
    ),
)  # fmt: skip

WHOLE_TABLE_TOPICS = (
    Topic(
        SCALE, "and-or", "The worse column decides; the columns are never both required",
        (("one-on-air", ONE, 3), ("high-flow-stable", HIGH_FLOW, 3), ("both", ONE | HIGH_FLOW, 3),
         ("one-and-cannula", ONE | CANNULA, 3), ("bolus-and-mask", BOLUS | MASK, 3),
         ("two-on-air", TWO, 4), ("cpap-stable", CPAP, 4), ("two-and-cannula", TWO | CANNULA, 4),
         ("bolus-and-cannula", BOLUS | CANNULA, 2)),
        base=FEVER,
    ),
    Topic(
        SCALE, "worked-example", "39.5 °C, one vasopressor, low-flow cannula: grade 3",
        (("febrile", {}, 3),),
        base={"temperature_c": 39.5} | ONE | CANNULA, certainty="stated",
    ),
    Topic(
        SCALE, "organs", "Organ toxicity is graded apart and never changes this grade",
        (("creatinine-4", {"organ_toxicities": {"Creatinine increased": 4}}, 1),
         ("liver-4", {"organ_toxicities": {"ALT increased": 4, "AST increased": 4}}, 1),
         ("cannula-creatinine-4", CANNULA | {"organ_toxicities": {"Creatinine increased": 4}}, 2),
         ("heart-rate", {"heart_rate": 170}, 1),
         ("constitutional", {"constitutional": ["rigors", "myalgia", "malaise"]}, 1)),
        base=FEVER,
    ),
    Topic(
        SCALE, "organs-no-fever", "Organ toxicity makes no CRS",
        (("creatinine-4", {"organ_toxicities": {"Creatinine increased": 4}}, 0),),
        base={"temperature_c": 37.0},
    ),
    Topic(
        SCALE, "day", "No day is too early or too late to be graded",
        (("6-hours", {"hours_after_dose": 6}, 1), ("day-0", {"day_post_infusion": 0}, 1),
         ("day-2", {"day_post_infusion": 2}, 1), ("day-3", {"day_post_infusion": 3}, 1),
         ("day-14", {"day_post_infusion": 14}, 1), ("day-15", {"day_post_infusion": 15}, 1),
         ("day-22", {"day_post_infusion": 22}, 1)),
        base=FEVER,
    ),
    Topic(
        SCALE, "death", "Death due to CRS is grade 5; any other death is not",
        (("febrile", FEVER, 5), ("waived", TREATED | TWO, 5), ("no-reading", {}, 5),
         ("other-cause", FEVER | {"death_due_to_crs": False, "cause": "leukemia"}, 1),
         ("other-cause-ventilated", FEVER | VENTILATED | {"death_due_to_crs": False}, 4)),
        base={"died": True, "death_due_to_crs": True}, certainty="memory",
    ),
)  # fmt: skip
