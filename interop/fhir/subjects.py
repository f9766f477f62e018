"""Whose a resource is: a reference or an identifier, traced to a medical record number."""

from collections.abc import Callable
from typing import Any, Final

from interop.fhir.people import checked_mrn, mrn_of
from interop.fhir.reasons import NotChartedError, Why

_ELEMENTS: Final = {"Observation": "subject", "Encounter": "subject", "Procedure": "subject",
                    "MedicationAdministration": "subject", "Flag": "subject"}  # fmt: skip


def _nobody(_reference: str) -> str | None:
    return None


class Subjects:
    """The patients that the resources at hand name, and those this server knows.

    `local` traces a relative reference on this server; a file of another system has none.
    """

    def __init__(self, local: Callable[[str], str | None] = _nobody) -> None:
        """Begin with nobody known."""
        self._local = local
        self._mrn_by_name: dict[str, str] = {}

    def learn(self, resource: dict[str, Any], full_url: str = "") -> None:
        """Remember a Patient under its id and under the address its Bundle gives it."""
        if resource.get("resourceType") != "Patient":
            return
        try:
            mrn = mrn_of(resource)
        except NotChartedError:
            return
        self.call(full_url, mrn)
        if resource.get("id"):
            self.call(f"Patient/{resource['id']}", mrn)

    def call(self, name: str, mrn: str) -> None:
        """Let a name, such as urn:uuid:..., stand for a patient."""
        if name:
            self._mrn_by_name[name] = mrn

    def mrn_for(self, resource: dict[str, Any]) -> str:
        """The record number of the patient a resource is about; raises NotChartedError."""
        kind = resource["resourceType"]
        name = _ELEMENTS.get(kind, "subject")
        path = f"{kind}.{name}"
        found = resource.get(name)
        if not isinstance(found, dict):
            raise NotChartedError(Why.UNKNOWN_PATIENT, path, "does not say whose it is")
        reference = found.get("reference")
        if isinstance(reference, str) and reference:
            return self._by_reference(reference, resource, f"{path}.reference")
        value = (found.get("identifier") or {}).get("value")
        if value and found.get("type") in (None, "Patient"):
            return checked_mrn(str(value).strip(), f"{path}.identifier")
        raise NotChartedError(Why.UNKNOWN_PATIENT, path, "does not say whose it is")

    def _by_reference(self, reference: str, resource: dict[str, Any], path: str) -> str:
        if reference.startswith("#"):
            for each in resource.get("contained") or ():
                is_meant = each.get("id") == reference[1:]
                if is_meant and each.get("resourceType") == "Patient":
                    return mrn_of(each)
            raise NotChartedError(Why.UNKNOWN_PATIENT, path, f"{reference[:60]} is no patient")
        plain = reference.partition("/_history/")[0]
        found = self._mrn_by_name.get(plain) or self._mrn_by_name.get(_tail(plain))
        found = found or self._local(plain)
        if not found:
            words = f"{reference[:100]} is no patient known here"
            raise NotChartedError(Why.UNKNOWN_PATIENT, path, words)
        return found


def _tail(reference: str) -> str:
    """The type and id at the end of an absolute address."""
    if "://" not in reference:
        return ""
    return "/".join(reference.split("/")[-2:])
