"""Which keys a case of each CRS scale of support may use, and what they fill."""

# Case key: the field of SupportFindings it fills.
FIELD_OF = {
    "age_years": "age_years",
    "temperature_c": "temperature_celsius",
    "temperature_f": "temperature_celsius",
    "fever_attributed_elsewhere": "fever_attributed_elsewhere",
    "constitutional": "constitutional_symptoms",
    "antipyretics": "antipyretics_given",
    "hypotension_present": "hypotension_present",
    "hypotension_attributed_elsewhere": "hypotension_attributed_elsewhere",
    "sbp": "systolic_mmhg",
    "fluids_bolus": "fluid_bolus_given",
    "fluid_boluses_n": "fluid_bolus_count",
    "fluid_responsive": "fluid_responsive",
    "vasopressors": "vasopressors",
    "vasopressin": "vasopressin",
    "inotropes": "inotropes",
    "vasopressor_intensity": "vasopressor_intensity",
    "hours_on_dose": "hours_on_dose",
    "hours_on_vasopressor": "hours_on_vasopressor",
    "hypotension_refractory": "hypotension_refractory",
    "oxygen_device": "oxygen_device",
    "oxygen_flow_lpm": "oxygen_flow_lpm",
    "fio2": "fio2_fraction",
    "oxygen_for_comfort": "oxygen_for_comfort",
    "baseline_home_oxygen_lpm": "baseline_home_oxygen_lpm",
    "ventilation_reason": "ventilation_reason",
    "spo2": "spo2_percent",
    "organ_toxicities": "organ_toxicities",
    "coagulopathy_products": "coagulopathy_products",
    "hospitalised_for_crs": "hospitalized_for_crs",
    "febrile_neutropenia": "febrile_neutropenia",
    "iv_antibiotics": "iv_antibiotics_given",
    "life_threatening": "life_threatening",
    "death_due_to_crs": "death_due_to_crs",
}
_EVERY_SCALE = frozenset(
    {
        "temperature_c",
        "temperature_f",
        "fever_attributed_elsewhere",
        "hypotension_present",
        "hypotension_attributed_elsewhere",
        "fluids_bolus",
        "vasopressors",
        "vasopressin",
        "inotropes",
        "oxygen_device",
        "oxygen_flow_lpm",
        "fio2",
        "oxygen_for_comfort",
        "baseline_home_oxygen_lpm",
        "ventilation_reason",
        "spo2",
        "death_due_to_crs",
    }
)
_DOSED = frozenset({"vasopressor_intensity", "hours_on_dose"})
_CARTOX = _DOSED | {
    "age_years",
    "hours_on_vasopressor",
    "hypotension_refractory",
    "life_threatening",
    "organ_toxicities",
    "sbp",
}
KEYS: dict[str, frozenset[str]] = {
    "lee-2014": _EVERY_SCALE | _DOSED | {"constitutional", "organ_toxicities"},
    "penn": _EVERY_SCALE
    | _DOSED
    | {
        "antipyretics",
        "coagulopathy_products",
        "febrile_neutropenia",
        "fluid_boluses_n",
        "hospitalised_for_crs",
        "iv_antibiotics",
        "organ_toxicities",
    },
    "ctcae5-crs": _EVERY_SCALE | {"fluid_responsive", "life_threatening"},
    "cartox": _EVERY_SCALE | _CARTOX,
    "cartox-paediatric": _EVERY_SCALE | _CARTOX,
    "mskcc": _EVERY_SCALE | (_CARTOX - {"life_threatening"}) | {"constitutional"},
}
# Said about the patient, read by no rule of the scale.
CONTEXT: dict[str, frozenset[str]] = {
    "lee-2014": frozenset({"day_post_infusion"}),
    # The keys of the other CTCAE terms that share a case file with this one.
    "ctcae5-crs": frozenset(
        {
            "anc_10e9_l",
            "brief",
            "bsa_percent",
            "constitutional",
            "drop_points",
            "ef_percent",
            "hours_above_40",
            "intervention",
            "limits_self_care",
            "minutes_at_or_above_38",
            "new_onset",
            "severe_symptoms",
            "stools_over_baseline_per_day",
            "symptomatic",
            "type",
        }
    ),
}
