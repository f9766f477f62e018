"""The systems of codes and identifiers that are read and written here."""

from typing import Final

from interop.codes import LOINC

UCUM: Final = "http://unitsofmeasure.org"
# Ours: no standard list has a code for these (see the decision record).
OURS: Final = "urn:crs-monitor:code"
OUR_SETS: Final = "urn:crs-monitor:client-id"
OUR_ALERTS: Final = "urn:crs-monitor:alert"
OUR_MRN: Final = "urn:crs-monitor:mrn"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
IDENTIFIER_TYPE: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
ATC: Final = "http://www.whocc.no/atc"
SNOMED: Final = "http://snomed.info/sct"

__all__ = [
    "ABSENT", "ATC", "CATEGORY", "IDENTIFIER_TYPE", "LOINC", "OURS", "OUR_ALERTS",
    "OUR_MRN", "OUR_SETS", "SNOMED", "UCUM",
]  # fmt: skip
