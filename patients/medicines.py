"""The closed list of medicines and supports that can be recorded as given."""

from enum import StrEnum
from typing import Final

from django.db import models


class TreatmentClass(StrEnum):
    """What a treatment is for, as grading and the timeline see it."""

    ANTI_CYTOKINE = "anti_cytokine"
    CORTICOSTEROID = "corticosteroid"
    ANTIPYRETIC = "antipyretic"
    VASOPRESSOR = "vasopressor"
    VASOPRESSIN = "vasopressin"
    INOTROPE = "inotrope"
    ANTICONVULSANT = "anticonvulsant"
    ANTIMICROBIAL = "antimicrobial"
    FLUID = "fluid"
    BLOOD_PRODUCT = "blood_product"
    RENAL = "renal"
    RESPIRATORY = "respiratory"
    OTHER = "other"


class TreatmentCode(models.TextChoices):
    """One medicine or support; the value is what the database and the API carry."""

    TOCILIZUMAB = "tocilizumab", "Tocilizumab"
    SILTUXIMAB = "siltuximab", "Siltuximab"
    ANAKINRA = "anakinra", "Anakinra"
    METHYLPREDNISOLONE = "methylprednisolone", "Methylprednisolone"
    DEXAMETHASONE = "dexamethasone", "Dexamethasone"
    HYDROCORTISONE = "hydrocortisone", "Hydrocortisone"
    PREDNISOLONE = "prednisolone", "Prednisolone"
    PARACETAMOL = "paracetamol", "Paracetamol (acetaminophen)"
    IBUPROFEN = "ibuprofen", "Ibuprofen"
    METAMIZOLE = "metamizole", "Metamizole"
    NOREPINEPHRINE = "norepinephrine", "Norepinephrine"
    EPINEPHRINE = "epinephrine", "Epinephrine"
    PHENYLEPHRINE = "phenylephrine", "Phenylephrine"
    DOPAMINE = "dopamine", "Dopamine"
    ANGIOTENSIN_II = "angiotensin_II", "Angiotensin II"
    METARAMINOL = "metaraminol", "Metaraminol"
    EPHEDRINE = "ephedrine", "Ephedrine"
    VASOPRESSIN = "vasopressin", "Vasopressin"
    TERLIPRESSIN = "terlipressin", "Terlipressin"
    MILRINONE = "milrinone", "Milrinone"
    DOBUTAMINE = "dobutamine", "Dobutamine"
    LEVOSIMENDAN = "levosimendan", "Levosimendan"
    ENOXIMONE = "enoximone", "Enoximone"
    LEVETIRACETAM = "levetiracetam", "Levetiracetam"
    ANTIBIOTIC = "antibiotic", "Antibiotic"
    ANTIFUNGAL = "antifungal", "Antifungal"
    ANTIVIRAL = "antiviral", "Antiviral"
    FLUID_BOLUS = "fluid_bolus", "IV fluid bolus"
    MAINTENANCE_FLUID = "maintenance_fluid", "IV maintenance fluid"
    RED_CELLS = "red_cells", "Red cells"
    PLATELETS = "platelets", "Platelets"
    PLASMA = "plasma", "Fresh frozen plasma"
    CRYOPRECIPITATE = "cryoprecipitate", "Cryoprecipitate"
    FIBRINOGEN_CONCENTRATE = "fibrinogen_concentrate", "Fibrinogen concentrate"
    IMMUNOGLOBULIN = "immunoglobulin", "Immunoglobulin"
    DIURETIC = "diuretic", "Diuretic"
    DIALYSIS = "dialysis", "Dialysis"
    HEMOFILTRATION = "hemofiltration", "Hemofiltration (CRRT)"
    OXYGEN = "oxygen", "Oxygen"
    NON_INVASIVE_VENTILATION = "non_invasive_ventilation", "CPAP or BiPAP"
    INVASIVE_VENTILATION = "invasive_ventilation", "Mechanical ventilation"
    INTENSIVE_CARE = "intensive_care", "Intensive care stay"
    FILGRASTIM = "filgrastim", "G-CSF (filgrastim)"
    OTHER = "other", "Other (say what in the note)"


_C = TreatmentClass
_BY_CLASS: Final[dict[TreatmentClass, str]] = {
    _C.ANTI_CYTOKINE: "tocilizumab siltuximab anakinra",
    _C.CORTICOSTEROID: "methylprednisolone dexamethasone hydrocortisone prednisolone",
    _C.ANTIPYRETIC: "paracetamol ibuprofen metamizole",
    _C.VASOPRESSOR: "norepinephrine epinephrine phenylephrine dopamine angiotensin_II "
    "metaraminol ephedrine",
    _C.VASOPRESSIN: "vasopressin terlipressin",
    _C.INOTROPE: "milrinone dobutamine levosimendan enoximone",
    _C.ANTICONVULSANT: "levetiracetam",
    _C.ANTIMICROBIAL: "antibiotic antifungal antiviral",
    _C.FLUID: "fluid_bolus maintenance_fluid",
    _C.BLOOD_PRODUCT: "red_cells platelets plasma cryoprecipitate fibrinogen_concentrate "
    "immunoglobulin",
    _C.RENAL: "diuretic dialysis hemofiltration",
    _C.RESPIRATORY: "oxygen non_invasive_ventilation invasive_ventilation",
    _C.OTHER: "intensive_care filgrastim other",
}
CLASS_OF: Final[dict[str, TreatmentClass]] = {
    code: klass for klass, codes in _BY_CLASS.items() for code in codes.split()
}

# After one of these, fever is no longer required to grade CRS (Lee 2019, table 2 footnote).
WAIVES_FEVER: Final = frozenset({_C.ANTI_CYTOKINE, _C.CORTICOSTEROID, _C.ANTIPYRETIC})

# UCUM codes, so that a dose never needs guessing.
DOSE_UNITS: Final = (
    "mg", "g", "ug", "mg/kg", "mg/m2", "ug/kg/min", "ug/min", "ng/kg/min", "mg/h", "U/min",
    "U/h", "mL", "mL/kg", "mL/h", "L/min", "U", "10*6", "10*6/kg", "ug/d", "ug/m2/d",
)  # fmt: skip
