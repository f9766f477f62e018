"""What a code stands for: reviewed data in codes.yaml, read once, and nothing beside it."""

from interop.codes.table import (
    ALL,
    LOINC,
    MDC,
    VERSION,
    Code,
    Kind,
    code_named,
    code_of,
    display_of,
    field_for,
    is_well_formed_loinc,
    names_another,
)

__all__ = [
    "ALL",
    "LOINC",
    "MDC",
    "VERSION",
    "Code",
    "Kind",
    "code_named",
    "code_of",
    "display_of",
    "field_for",
    "is_well_formed_loinc",
    "names_another",
]
