"""The closed words in which facts are charted; an empty text was not recorded."""

from django.db import models


class Source(models.TextChoices):
    """How a fact came in."""

    NURSE = "nurse", "Charted by a person"
    INTEGRATION = "integration", "Sent by another system"
    IMPORT = "import", "Loaded from a file"
    DEVICE = "device", "Sent by a device"
    SIMULATOR = "simulator", "Made by the demo simulator"


class OxygenDevice(models.TextChoices):
    """How oxygen reaches the patient; room air is a recorded answer too."""

    ROOM_AIR = "room_air", "Room air"
    NASAL_CANNULA = "nasal_cannula", "Nasal cannula"
    BLOW_BY = "blow_by", "Blow-by"
    HIGH_FLOW_NASAL_CANNULA = "high_flow_nasal_cannula", "High-flow nasal"
    SIMPLE_FACEMASK = "simple_facemask", "Face mask"
    VENTURI = "venturi", "Venturi mask"
    NON_REBREATHER = "non_rebreather", "Non-rebreather"
    CPAP = "cpap", "CPAP"
    BIPAP = "bipap", "BiPAP"
    INVASIVE_VENTILATION = "invasive_ventilation", "Ventilated (tube)"


class Consciousness(models.TextChoices):
    """ACVPU as the ICANS consciousness domain words it."""

    ALERT = "alert", "Alert"
    DROWSY = "drowsy_awakens_spontaneously", "Drowsy, wakes by itself"
    NEW_CONFUSION = "new_confusion", "New confusion"
    VOICE = "awakens_to_voice", "Wakes to voice"
    TACTILE = "awakens_to_tactile", "Wakes to touch only"
    UNAROUSABLE = "unarousable", "Unrousable"


class VentilationReason(models.TextChoices):
    """Why pressure support is on; only hypoxia counts for CRS."""

    HYPOXIA = "hypoxia", "Low oxygen"
    AIRWAY_PROTECTION = "airway_protection", "Airway protection"
    PROCEDURE = "procedure", "Procedure"
    BASELINE_HOME_THERAPY = "baseline_home_therapy", "Home therapy, unchanged"


class BloodPressureMethod(models.TextChoices):
    """Where the pressure was measured."""

    CUFF = "cuff", "Cuff"
    ARTERIAL = "arterial", "Arterial line"


class RespiratoryDistress(models.TextChoices):
    """Work of breathing as National PEWS words it."""

    NONE = "none", "None"
    MILD = "mild", "Mild"
    MODERATE = "moderate", "Moderate"
    SEVERE = "severe", "Severe"


class VasopressorIntensity(models.TextChoices):
    """What a clinician calls the dose, where the doses themselves were not charted."""

    LOW = "low", "Low dose"
    HIGH = "high", "High dose"


class Attribution(models.TextChoices):
    """What a clinician holds a symptom to come from; empty is not judged."""

    CRS = "crs", "Cytokine release syndrome"
    NEUROTOXICITY = "icans", "Neurotoxicity (ICANS)"
    INFECTION = "infection", "Infection"
    DRUG = "drug", "A medicine"
    DISEASE = "disease", "The disease itself"
    OTHER = "other", "Something else"


class TemperatureSite(models.TextChoices):
    """Where the temperature was measured."""

    ORAL = "oral", "Mouth"
    TYMPANIC = "tympanic", "Ear"
    AXILLARY = "axillary", "Armpit"
    TEMPORAL = "temporal", "Forehead"
    RECTAL = "rectal", "Rectum"
    CORE = "core", "Bladder or core"


class CarerSays(models.TextChoices):
    """How a child is, as the parent or carer answers at each set (National PEWS)."""

    BETTER = "better", "Better"
    SAME = "same", "Same"
    WORSE = "worse", "Worse"


class SkipReason(models.TextChoices):
    """Why something was not measured."""

    AWAY = "away_from_bed", "Away from bed"
    REFUSED = "refused", "Refused"
    ASLEEP = "asleep", "Asleep, by signed order"
    EMERGENCY = "emergency", "Emergency"
    EQUIPMENT = "equipment_missing", "Equipment missing"
    DOCTOR = "doctors_request", "Doctor's request"
    OTHER = "other", "Other"


class LateReason(models.TextChoices):
    """Why a set was charted hours after it was taken."""

    EMERGENCY = "emergency", "Emergency"
    ON_PAPER = "on_paper", "Was on paper"
    SYSTEM_DOWN = "system_down", "System or network down"
    FORGOTTEN = "forgotten", "Forgotten"
    OTHER = "other", "Other"


class CorrectionCode(models.TextChoices):
    """What was wrong with a set that was corrected."""

    WRONG_PATIENT = "wrong_patient", "Wrong patient"
    TYPING = "typing", "Typing error"
    UNIT = "unit", "Wrong unit"
    DEVICE_FAULT = "device_fault", "Device fault"
    OTHER = "other", "Other"
