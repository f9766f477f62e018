"""The closed vocabularies the severity scales are written in."""

from enum import StrEnum


class Labeled(StrEnum):
    """A closed vocabulary whose members are their stored value and carry a printed label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Labeled":
        """Make a member that equals its stored value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class OxygenDevice(Labeled):
    """How oxygen reaches the patient."""

    ROOM_AIR = "room_air", "Room air"
    NASAL_CANNULA = "nasal_cannula", "Nasal cannula"
    BLOW_BY = "blow_by", "Blow-by"
    HIGH_FLOW_NASAL_CANNULA = "high_flow_nasal_cannula", "High-flow nasal cannula"
    SIMPLE_FACEMASK = "simple_facemask", "Simple facemask"
    NON_REBREATHER = "non_rebreather", "Non-rebreather mask"
    VENTURI = "venturi", "Venturi mask"
    CPAP = "cpap", "CPAP"
    BIPAP = "bipap", "BiPAP"
    INVASIVE_VENTILATION = "invasive_ventilation", "Invasive ventilation"


class VentilationReason(Labeled):
    """Why positive pressure is given; only hypoxia counts for CRS."""

    HYPOXIA = "hypoxia", "Hypoxia"
    AIRWAY_PROTECTION = "airway_protection", "Airway protection"
    PROCEDURE = "procedure", "Procedure"
    BASELINE_HOME_THERAPY = "baseline_home_therapy", "Unchanged home therapy"


class Consciousness(Labeled):
    """The most that is needed to wake the patient."""

    ALERT = "alert", "Alert"
    DROWSY_AWAKENS_SPONTANEOUSLY = "drowsy_awakens_spontaneously", "Drowsy, awakens spontaneously"
    NEW_CONFUSION = "new_confusion", "New confusion"
    AWAKENS_TO_VOICE = "awakens_to_voice", "Awakens to voice"
    AWAKENS_TO_TACTILE = "awakens_to_tactile", "Awakens only to touch"
    UNAROUSABLE = "unarousable", "Unarousable"


class Seizure(Labeled):
    """The worst seizure since the last assessment."""

    NONE = "none", "No seizure"
    BRIEF_RESOLVED = "brief_resolved", "Brief, resolved"
    NONCONVULSIVE_EEG_RESOLVED = "nonconvulsive_eeg_resolved", "Non-convulsive on EEG, resolved"
    PROLONGED = "prolonged", "Prolonged, over 5 minutes"
    REPETITIVE = "repetitive_no_return_to_baseline", "Repetitive, no return to baseline"


class Vasopressor(Labeled):
    """Continuous infusions that count as vasopressors; vasopressin is charted apart."""

    NOREPINEPHRINE = "norepinephrine", "norepinephrine"
    EPINEPHRINE = "epinephrine", "epinephrine"
    PHENYLEPHRINE = "phenylephrine", "phenylephrine"
    DOPAMINE = "dopamine", "dopamine"
    ANGIOTENSIN_II = "angiotensin_II", "angiotensin II"
    METARAMINOL = "metaraminol", "metaraminol"
    EPHEDRINE = "ephedrine", "ephedrine"


class VasopressinAnalog(Labeled):
    """Vasopressors that never make the number of vasopressors "multiple"."""

    VASOPRESSIN = "vasopressin", "vasopressin"
    TERLIPRESSIN = "terlipressin", "terlipressin"


class Inotrope(Labeled):
    """Infusions that support the heart and are not vasopressors."""

    MILRINONE = "milrinone", "milrinone"
    DOBUTAMINE = "dobutamine", "dobutamine"
    LEVOSIMENDAN = "levosimendan", "levosimendan"
    ENOXIMONE = "enoximone", "enoximone"


class CerebralEdema(Labeled):
    """Cerebral edema on imaging."""

    NONE = "none", "No cerebral edema"
    FOCAL = "focal", "Focal edema on imaging"
    DIFFUSE = "diffuse", "Diffuse edema on imaging"


class RaisedPressureSign(Labeled):
    """Signs of raised intracranial pressure."""

    DECEREBRATE_POSTURING = "decerebrate_posturing", "decerebrate posturing"
    DECORTICATE_POSTURING = "decorticate_posturing", "decorticate posturing"
    SIXTH_NERVE_PALSY = "cranial_nerve_VI_palsy", "cranial nerve VI palsy"
    PAPILLEDEMA = "papilloedema", "papilledema"
    CUSHING_TRIAD = "cushing_triad", "Cushing triad"


class UnableReason(Labeled):
    """Why a bedside score could not be done."""

    SEDATED = "sedated", "Sedated"
    PARALYZED = "paralyzed", "Paralyzed by drugs"
    UNAROUSABLE = "unarousable", "Unarousable"
    INTUBATED = "intubated", "Intubated, awake"
    DEAF = "deaf", "Deaf"
    LANGUAGE_BARRIER = "language_barrier", "No shared language"
    ASLEEP = "asleep", "Asleep, not woken"
    DECLINED = "declined", "Declined"
    OTHER = "other", "Another reason"


class CapdAnswer(Labeled):
    """How often a behavior of the delirium score was seen."""

    NEVER = "never", "Never"
    RARELY = "rarely", "Rarely"
    SOMETIMES = "sometimes", "Sometimes"
    OFTEN = "often", "Often"
    ALWAYS = "always", "Always"


LOW_FLOW_DEVICES = frozenset({OxygenDevice.NASAL_CANNULA, OxygenDevice.BLOW_BY})
CANNULAS = frozenset({OxygenDevice.NASAL_CANNULA, OxygenDevice.HIGH_FLOW_NASAL_CANNULA})
MASKS = frozenset({OxygenDevice.SIMPLE_FACEMASK, OxygenDevice.NON_REBREATHER, OxygenDevice.VENTURI})
POSITIVE_PRESSURE = frozenset(
    {OxygenDevice.CPAP, OxygenDevice.BIPAP, OxygenDevice.INVASIVE_VENTILATION}
)
