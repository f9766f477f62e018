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
        self._mrns_by_name: dict[str, set[str]] = {}
        self._at_address: set[str] = set()
        self._whose: dict[str, str] = {}

    def learn(self, resource: dict[str, Any], full_url: str = "") -> None:
        """Remember a Patient under its id and under the address its Bundle gives it.

        Of an Encounter remember whose it is, to hold it beside what refers to it.
        """
        if resource.get("resourceType") == "Encounter":
            self._learn_encounter(resource, full_url)
        if resource.get("resourceType") != "Patient":
            return
        try:
            mrn = mrn_of(resource)
        except NotChartedError:
            return
        self.call(full_url, mrn)
        if resource.get("id"):
            name = f"Patient/{resource['id']}"
            self.call(name, mrn)
            if "://" in full_url:
                self._at_address.add(name)

    def call(self, name: str, mrn: str) -> None:
        """Let a name, such as urn:uuid:..., stand for a patient."""
        if name:
            self._mrns_by_name.setdefault(name, set()).add(mrn)

    def _learn_encounter(self, resource: dict[str, Any], full_url: str) -> None:
        subject = resource.get("subject")
        whose = subject.get("reference") if isinstance(subject, dict) else None
        if isinstance(whose, str):
            names = (full_url, f"Encounter/{resource['id']}" if resource.get("id") else "")
            self._whose |= {name: whose for name in names if name}

    def mrn_for(self, resource: dict[str, Any]) -> str:
        """The record number of the patient a resource is about; raises NotChartedError."""
        mrn = self._subject(resource)
        for name in ("encounter", "context"):
            told = resource.get(name)
            reference = told.get("reference") if isinstance(told, dict) else None
            if not isinstance(reference, str):
                continue
            whose = self._whose.get(reference)
            other = (self.known(whose) or self._local(whose)) if whose else self._local(reference)
            if other and other != mrn:
                path = f"{resource['resourceType']}.{name}"
                raise NotChartedError(Why.ENCOUNTER, path, "is a stay of another patient")
        return mrn

    def _subject(self, resource: dict[str, Any]) -> str:
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
        found = self.known(plain) or self._local(plain)
        if not found:
            words = f"{reference[:100]} is no patient known here"
            raise NotChartedError(Why.UNKNOWN_PATIENT, path, words)
        return found

    def known(self, reference: str) -> str | None:
        """The number of the patient a reference names; None where none or two are so called."""
        mrns = self._mrns_by_name.get(reference) or self._mrns_by_name.get(self._tail(reference))
        return next(iter(mrns)) if mrns and len(mrns) == 1 else None

    def _tail(self, reference: str) -> str:
        """The type and id at the end of an address, unless the patient has another address.

        An id is unique on its own server only: the same one elsewhere is somebody else.
        """
        if "://" not in reference:
            return ""
        name = "/".join(reference.split("/")[-2:])
        return "" if name in self._at_address else name
