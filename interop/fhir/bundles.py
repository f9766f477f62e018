"""Bundles: a searchset with pages out; a batch or a transaction in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db import transaction

from interop.fhir.conditional import existing
from interop.fhir.live import Answer, Door, refuse_faults
from interop.fhir.outcome import FhirError, IssueCode, operation_outcome, refusal
from interop.fhir.reading import CHARTED
from staff.limits import BUNDLE_ENTRIES as MOST_ENTRIES

_STATUS: Final = {200: "200 OK", 201: "201 Created", 202: "202 Accepted"}


def searchset(
    page: Sequence[dict[str, Any]],
    *,
    total: int,
    base: str,
    path: str,
    sent: Sequence[tuple[str, str]],
    next_page: int | None,
    now: datetime,
) -> dict[str, Any]:
    """A page of what was found, with the addresses of itself and of the next."""
    own = urlencode([(name, value) for name, value in sent if name != "_page"])
    found: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "meta": {"lastUpdated": now},
        "total": total,
        "link": [{"relation": "self", "url": _address(base, path, urlencode(sent))}],
    }
    if next_page is not None:
        more = f"{own}&_page={next_page}" if own else f"_page={next_page}"
        found["link"].append({"relation": "next", "url": _address(base, path, more)})
    if page:
        found["entry"] = [
            {
                "fullUrl": f"{base}/{each['resourceType']}/{each['id']}",
                "resource": each,
                "search": {"mode": "match"},
            }
            for each in page
        ]
    return found


def _address(base: str, path: str, query: str) -> str:
    return f"{base}/{path}?{query}" if query else f"{base}/{path}"


def process(bundle: dict[str, Any], door: Door) -> dict[str, Any]:
    """Take a batch or a transaction; returns the answering Bundle. Raises FhirError."""
    kind = bundle.get("type")
    if kind not in ("batch", "transaction"):
        words = f"a {kind} is not taken here: send a batch or a transaction"
        raise refusal(422, "Bundle.type", words, IssueCode.NOT_SUPPORTED)
    entries = bundle.get("entry") or []
    if len(entries) > MOST_ENTRIES:
        words = f"{len(entries)} entries; at most {MOST_ENTRIES} at a time"
        raise refusal(413, "Bundle.entry", words, IssueCode.TOO_LONG)
    for entry in entries:
        resource = entry.get("resource")
        if isinstance(resource, dict):
            door.subjects.learn(resource, str(entry.get("fullUrl", "")))
    answers = _transaction(entries, door) if kind == "transaction" else _batch(entries, door)
    return {"resourceType": "Bundle", "type": f"{kind}-response", "entry": answers}


def _transaction(entries: list[Any], door: Door) -> list[dict[str, Any]]:
    """All entries or none: the first refusal undoes what came before it."""
    with transaction.atomic():
        resources = [_asked(entry, index) for index, entry in enumerate(entries)]
        known: dict[int, Answer] = {}
        for index, entry in enumerate(entries):
            try:
                refuse_faults(resources[index])
                answer = existing(
                    resources[index]["resourceType"], entry["request"].get("ifNoneExist"), door.user
                )
            except FhirError as error:
                raise error.below(_place(index)) from error
            if answer is not None:
                known[index] = answer
        rest = [index for index in range(len(entries)) if index not in known]
        known |= dict(zip(rest, _created(resources, rest, door), strict=True))
    return [_answer(known[index]) for index in range(len(entries))]


def _created(resources: list[dict[str, Any]], rest: list[int], door: Door) -> list[Answer]:
    try:
        return door.create_all([resources[index] for index in rest])
    except FhirError as error:
        if error.number is None:
            raise
        raise error.below(_place(rest[error.number])) from error


def _batch(entries: list[Any], door: Door) -> list[dict[str, Any]]:
    """Each entry by itself; one that is refused changes nothing for the others."""
    answers = []
    for index, entry in enumerate(entries):
        try:
            with transaction.atomic():
                resource = _asked(entry, index)
                refuse_faults(resource)
                found = existing(
                    resource["resourceType"], entry["request"].get("ifNoneExist"), door.user
                )
                answers.append(_answer(found or door.create(resource)))
        except FhirError as error:
            issues = error.below(_place(index)).issues
            outcome = operation_outcome(issues)
            answers.append({"response": {"status": str(error.status), "outcome": outcome}})
    return answers


def _asked(entry: Any, index: int) -> dict[str, Any]:
    """The resource that an entry asks to create; raises FhirError for anything else."""
    at = f"Bundle.entry[{index}]"
    request = entry.get("request") or {}
    if request.get("method") != "POST":
        words = f"{request.get('method')} is not taken in a Bundle: only POST is"
        raise refusal(422, f"{at}.request.method", words, IssueCode.NOT_SUPPORTED)
    resource = entry.get("resource")
    if not isinstance(resource, dict):
        raise refusal(422, f"{at}.resource", "is missing", IssueCode.REQUIRED)
    kind = resource.get("resourceType")
    url = str(request.get("url", "")).strip("/")
    if url != kind or kind not in CHARTED:
        words = f"“{url[:60]}” creates no {kind} here; known are {', '.join(CHARTED)}"
        raise refusal(422, f"{at}.request.url", words, IssueCode.NOT_SUPPORTED)
    return resource


def _place(index: int) -> str:
    return f"Bundle.entry[{index}].resource"


def _answer(answer: Answer) -> dict[str, Any]:
    response: dict[str, Any] = {"status": _STATUS[answer.status]}
    if answer.location:
        response |= {"location": f"{answer.location}/_history/1", "etag": 'W/"1"'}
    if answer.issues:
        response["outcome"] = operation_outcome(answer.issues)
    return {"response": response}
