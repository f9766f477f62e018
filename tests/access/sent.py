"""What each address is sent, so that a refusal is of the caller and not of the form."""

import json
from typing import Any, Final
from urllib.parse import urlencode

from drf_spectacular.generators import SchemaGenerator

from alerts.models import Alert
from charting.api.examples import REQUESTS
from interop.fhir import text
from tests.access import things
from tests.factories import fhir
from tests.integration.test_openapi import filled

_FORM: Final = "application/x-www-form-urlencoded"


class Bodies:
    """The bodies for one ward of everything."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found
        self._operations = _operations()
        alert = Alert.objects.get(code=found["alert"])
        self._forms = {
            "patients/scan/": {"code": found["mrn"]},
            "patients/<row:patient_id>/schedule/": {"order": "return"},
            "patients/<row:patient_id>/plan/": {"do": "plan"},
            "wards/<slug:code>/board/acts/": {
                "act": "assign", "patient": found["patient_id"], "nurse": 0,
            },
            "wards/<slug:code>/rota/": {"action": "test", "role": "charge_nurse"},
            "alerts/<slug:code>/": {"eta": "5", "version": alert.version},
            "break-glass/openings/": {"code": found["opening"], "finding": "seen"},
        }  # fmt: skip

    def of(self, method: str, route: str) -> dict[str, Any]:
        """What the test client is given for this request."""
        if method == "GET":
            query = (
                {"patient": self._found["patient_id"]} if route.endswith("/observations/") else {}
            )
            return {"QUERY_STRING": urlencode(query)}
        if route.startswith("fhir/"):
            sent = text.write(self._resource(route))
            return {"data": sent, "content_type": text.MEDIA_TYPE}
        if route.startswith("api/"):
            name = self._operations.get((method.lower(), things.plain(route)), "")
            example = REQUESTS.get(name, {})
            if isinstance(example, str):
                return {"data": example, "content_type": "text/csv"}
            return _json(filled(name, example, self._found) if example else {})
        return {"data": urlencode(self._forms.get(route, {})), "content_type": _FORM}

    def _resource(self, route: str) -> dict[str, Any]:
        kind, _, ident = route.removeprefix("fhir/").partition("/")
        if route.endswith("_search"):
            return {}
        subject = {"identifier": {"value": self._found["mrn"]}}
        made: dict[str, dict[str, Any]] = {
            "Patient": fhir.patient(self._found["mrn"]),
            "Observation": fhir.observation(subject=subject),
            "": {"resourceType": "Bundle", "type": "batch", "entry": []},
        }
        body = made.get(kind) or self._found["resources"].get(kind) or {"resourceType": kind}
        is_update = bool(ident) and "$" not in ident
        if is_update:
            return body | {"id": self._found["idents"].get(kind), "status": "corrected"}
        return {name: each for name, each in body.items() if name not in {"id", "meta"}}


def _json(body: dict[str, Any]) -> dict[str, Any]:
    return {"data": json.dumps(body), "content_type": "application/json"}


def _operations() -> dict[tuple[str, str], str]:
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    return {
        (method, path.removeprefix("/").translate(str.maketrans("{}", "<>"))): each["operationId"]
        for path, methods in paths.items()
        for method, each in methods.items()
    }
