"""Both sides of every edge of the ICANS tables, and the mistakes seen in public graders.

Expected grades are written out by hand; the generator refuses one the tables contradict.
"""

from .rows import Case, Topic

SCALE = "astct-icans"
WELL: Case = {"ice_score": 10, "consciousness": "alert"}
WELL_CHILD: Case = {"capd": 0, "consciousness": "alert"}
CHILD_YEARS = 5
ITEMS = {"year": 1, "month": 1, "city": 1, "hospital": 1, "naming": 3, "commands": 1, "writing": 1,
         "attention": 1}  # fmt: skip

SCORE_TOPICS = (
    Topic(
        SCALE, "ice", "ICE 10 is no finding; 7 to 9, 3 to 6 and 0 to 2 are grades 1, 2 and 3",
        tuple((str(score), {"ice_score": score}, grade) for score, grade in (
            (10, 0), (9, 1), (8, 1), (7, 1), (6, 2), (5, 2), (4, 2), (3, 2), (2, 3), (1, 3), (0, 3),
        )),
        base={"consciousness": "alert"},
    ),
    Topic(
        SCALE, "ice-zero", "ICE 0 is grade 3 in a patient who is awake and 4 if unarousable",
        (("aphasia", {"consciousness": "alert", "global_aphasia": True}, 3),
         ("unarousable", {"consciousness": "unarousable"}, 4)),
        base={"ice_score": 0}, certainty="stated",
    ),
    Topic(
        SCALE, "ice-zero-awake", "ICE 0 is grade 3 at every level of arousal but the last",
        (("alert", {"consciousness": "alert"}, 3),
         ("drowsy", {"consciousness": "drowsy_awakens_spontaneously"}, 3),
         ("voice", {"consciousness": "awakens_to_voice"}, 3),
         ("touch", {"consciousness": "awakens_to_tactile"}, 3)),
        base={"ice_score": 0},
    ),
    Topic(
        SCALE, "ice-items", "ICE is the sum of its items",
        (("all", {"ice_items": ITEMS}, 0),
         ("year-lost", {"ice_items": ITEMS | {"year": 0}}, 1),
         ("names-lost", {"ice_items": ITEMS | {"naming": 0}}, 1),
         ("names-and-writing-lost", {"ice_items": ITEMS | {"naming": 0, "writing": 0}}, 2),
         ("names-only", {"ice_items": dict.fromkeys(ITEMS, 0) | {"naming": 3}}, 2),
         ("two-names-only", {"ice_items": dict.fromkeys(ITEMS, 0) | {"naming": 2}}, 3)),
        base={"consciousness": "alert"},
    ),
    Topic(
        SCALE, "sedated", "A sedated patient cannot be judged; what else was found still counts",
        (("alone", {}, "not_assessable"), ("weakness", {"motor_focal_weakness_deep": True}, 4),
         ("diffuse-edema", {"cerebral_oedema": "diffuse"}, 4),
         ("prolonged-seizure", {"seizure": "prolonged"}, 4)),
        base={"ice_score": None, "ice_unable_reason": "sedated"},
    ),
    Topic(
        SCALE, "capd", "CAPD 0 is no finding, up to 8 is grade 1, 9 and above is grade 3",
        tuple((str(score), {"capd": score}, grade) for score, grade in (
            (0, 0), (9, 3), (10, 3), (32, 3),
        )),
        base={"consciousness": "alert"}, age_years=CHILD_YEARS,
    ),
    Topic(
        SCALE, "capd-low", "CAPD 1 to 8 is grade 1; arousal makes it 2",
        (("1", {"capd": 1}, 1), ("8", {"capd": 8}, 1),
         ("8-voice", {"capd": 8, "consciousness": "awakens_to_voice"}, 2),
         ("8-touch", {"capd": 8, "consciousness": "awakens_to_tactile"}, 3)),
        base={"consciousness": "alert"}, age_years=CHILD_YEARS, certainty="memory",
    ),
    Topic(
        SCALE, "capd-baseline", "Only a CAPD worse than before the infusion counts (a choice)",
        (("same", {"capd": 5, "capd_baseline": 5}, 0),
         ("better", {"capd": 4, "capd_baseline": 5}, 0),
         ("worse", {"capd": 6, "capd_baseline": 5}, 1),
         ("same-high", {"capd": 11, "capd_baseline": 11}, 0),
         ("worse-high", {"capd": 12, "capd_baseline": 11}, 3),
         ("same-seizure", {"capd": 5, "capd_baseline": 5, "seizure": "brief_resolved"}, 3)),
        base={"consciousness": "alert"}, age_years=CHILD_YEARS, certainty="policy",
    ),
    Topic(
        SCALE, "capd-items", "Points are added; of the answers, the first four count in reverse",
        (("0-points", {"capd_items": [0, 0, 0, 0, 0, 0, 0, 0]}, 0),
         ("8-points", {"capd_items": [1, 1, 1, 1, 1, 1, 1, 1]}, 1),
         ("9-points", {"capd_items": [2, 1, 1, 1, 1, 1, 1, 1]}, 3),
         ("well-answers", {"capd_items": ["always"] * 4 + ["never"] * 4}, 0),
         ("8-answers", {"capd_items": ["often"] * 4 + ["rarely"] * 4}, 1),
         ("9-answers", {"capd_items": ["sometimes"] + ["often"] * 3 + ["rarely"] * 4}, 3),
         ("all-never", {"capd_items": ["never"] * 8}, 3)),
        base={"consciousness": "alert"}, age_years=CHILD_YEARS,
    ),
    Topic(
        SCALE, "capd-unable", "Unable to perform CAPD because unarousable is grade 4",
        (("unarousable", {"capd_unable_reason": "unarousable"}, 4),),
        base={"capd": None, "consciousness": "unarousable"}, age_years=CHILD_YEARS,
    ),
    Topic(
        SCALE, "below-12", "Below 12 years the score is CAPD, whatever ICE was written down",
        (("capd-9", {"capd": 9, "ice_score": 10}, 3), ("capd-0", {"capd": 0, "ice_score": 10}, 0)),
        base={"consciousness": "alert"}, age_years=11.9,
    ),
    Topic(
        SCALE, "from-12", "From exactly 12 years the score is ICE; CAPD where ICE cannot be done",
        (("ice-10", {"ice_score": 10, "capd": 9}, 0), ("ice-6", {"ice_score": 6, "capd": 0}, 2),
         ("delayed-9", {"capd": 9, "developmental_delay": True}, 3),
         ("delayed-0", {"capd": 0, "developmental_delay": True}, 0)),
        base={"consciousness": "alert"}, age_years=12.0,
    ),
)  # fmt: skip

DOMAIN_TOPICS = (
    Topic(
        SCALE, "arousal", "Alert is no finding; each lower level of arousal is one grade more",
        tuple((level, {"consciousness": level}, grade) for level, grade in (
            ("alert", 0), ("drowsy_awakens_spontaneously", 1), ("awakens_to_voice", 2),
            ("awakens_to_tactile", 3), ("unarousable", 4),
        )),
        base=WELL,
    ),
    Topic(
        SCALE, "arousal-child", "Arousal counts in children as it does in adults",
        tuple((level, {"consciousness": level}, grade) for level, grade in (
            ("alert", 0), ("drowsy_awakens_spontaneously", 1), ("awakens_to_voice", 2),
            ("awakens_to_tactile", 3), ("unarousable", 4),
        )),
        base=WELL_CHILD, age_years=CHILD_YEARS,
    ),
    Topic(
        SCALE, "arousal-elsewhere", "Depressed arousal of another cause does not count",
        tuple((level, {"consciousness": level}, 0) for level in (
            "drowsy_awakens_spontaneously", "awakens_to_voice", "awakens_to_tactile",
        )),
        base=WELL | {"consciousness_other_cause": True},
    ),
    Topic(
        SCALE, "seizure", "A seizure that resolves is grade 3, one that does not is grade 4",
        (("none", {"seizure": "none"}, 0), ("brief", {"seizure": "brief_resolved"}, 3),
         ("on-eeg", {"seizure": "nonconvulsive_eeg_resolved"}, 3),
         ("prolonged", {"seizure": "prolonged"}, 4),
         ("repetitive", {"seizure": "repetitive_no_return_to_baseline"}, 4)),
        base=WELL,
    ),
    Topic(
        SCALE, "seizure-minutes", "Prolonged is longer than 5 minutes; exactly 5 is not",
        (("0.5", {"seizure": "brief_resolved", "seizure_minutes": 0.5}, 3),
         ("4.9", {"seizure": "brief_resolved", "seizure_minutes": 4.9}, 3),
         ("5", {"seizure": "brief_resolved", "seizure_minutes": 5}, 3),
         ("5.01", {"seizure": "prolonged", "seizure_minutes": 5.01}, 4),
         ("6", {"seizure": "prolonged", "seizure_minutes": 6}, 4)),
        base=WELL,
    ),
    Topic(
        SCALE, "ice-3-seizure", "ICE 3 with a generalized seizure is grade 3",
        (("brief", {}, 3),),
        base={"ice_score": 3, "consciousness": "alert", "seizure": "brief_resolved"},
        certainty="stated",
    ),
    Topic(
        SCALE, "motor", "Deep focal weakness is grade 4",
        (("none", {"motor_focal_weakness_deep": False}, 0),
         ("weakness", {"motor_focal_weakness_deep": True}, 4)),
        base=WELL,
    ),
    Topic(
        SCALE, "not-counted", "Tremor, myoclonus, headache and hemorrhage are no domains",
        (("tremor", {"tremor": True}, 0), ("myoclonus", {"myoclonus": True}, 0),
         ("headache", {"headache": True}, 0),
         ("hemorrhage", {"intracranial_haemorrhage": True}, 0),
         ("hemorrhage-edema", {"intracranial_haemorrhage": True, "cerebral_oedema": "diffuse",
                               "oedema_due_to_haemorrhage": True}, 0)),
        base=WELL,
    ),
    Topic(
        SCALE, "edema", "Focal edema is grade 3, diffuse edema grade 4",
        tuple((kind, {"cerebral_oedema": kind}, grade)
              for kind, grade in (("focal", 3), ("diffuse", 4))),
        base=WELL,
    ),
    Topic(
        SCALE, "raised-pressure", "Any sign of raised pressure is grade 4",
        (("none", {"raised_icp_signs": []}, 0),
         *((sign, {"raised_icp_signs": [sign]}, 4) for sign in (
             "decerebrate_posturing", "decorticate_posturing", "cranial_nerve_VI_palsy",
             "papilloedema", "cushing_triad",
         ))),
        base=WELL,
    ),
    Topic(
        SCALE, "death", "Death due to ICANS is grade 5",
        (("icans", {"death_due_to_icans": True}, 5),
         ("other", {"death_due_to_icans": False, "consciousness": "unarousable"}, 4)),
        base=WELL,
    ),
)  # fmt: skip
