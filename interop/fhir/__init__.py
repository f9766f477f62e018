"""FHIR R4: resources in through the one door, out as valid Bundles, every refusal said where."""
