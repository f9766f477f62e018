"""FHIR R4 as its own definitions have it: types, elements, cardinalities, closed lists."""
