"""Rules of R4 between the elements of one object, by type; the key is that of the definition."""

from base64 import b64decode
from collections.abc import Callable, Iterator
from decimal import Decimal
from hashlib import sha1
from typing import Any, Final

from interop.fhir.outcome import Issue, IssueCode
from interop.fhir.r4.walking import objects

Part = dict[str, Any]
_UCUM: Final = "http://unitsofmeasure.org"
_TERMS: Final = "http://terminology.hl7.org/CodeSystem"


def broken(resource: Part, path: str) -> Iterator[Issue]:
    """Every rule that a resource of right form breaks, itself and in its elements."""
    for kind, part, at in objects(resource, path):
        for key, holds in _RULES.get(kind, ()):
            if not holds(part):
                yield Issue(at, f"{_WORDS.get(key, 'a rule of the type is broken')} ({key})",
                            IssueCode.INVARIANT)  # fmt: skip


def has(part: Part, name: str) -> bool:
    """Whether an element is there, by its name or as one of a choice."""
    if name in part or f"_{name}" in part:
        return True
    size = len(name)
    plain = (key.removeprefix("_") for key in part)
    return any(key.startswith(name) and key[size : size + 1].isupper() for key in plain)


def _some(*names: str) -> Callable[[Part], bool]:
    """At least one of the elements is there."""
    return lambda part: any(has(part, name) for name in names)


def _needs(name: str, *others: str) -> Callable[[Part], bool]:
    """Where the first is there, all the others are."""
    return lambda part: not has(part, name) or all(has(part, other) for other in others)


def _not_both(name: str, other: str) -> Callable[[Part], bool]:
    return lambda part: not (has(part, name) and has(part, other))


def _either(name: str, other: str) -> Callable[[Part], bool]:
    """Exactly one of the two."""
    return lambda part: has(part, name) != has(part, other)


def _only_where(name: str, element: str, *values: Any) -> Callable[[Part], bool]:
    """The first is there only where an element has one of these values."""
    return lambda part: not has(part, name) or part.get(element) in values


def _needed_where(name: str, element: str, *values: Any) -> Callable[[Part], bool]:
    """The first is there where an element has one of these values."""
    return lambda part: part.get(element) not in values or has(part, name)


def _simple(*names: str) -> Callable[[Part], bool]:
    """The quantities are what they say, neither above nor below it."""
    return lambda part: all("comparator" not in (part.get(name) or {}) for name in names)


def _number(value: Any) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) else None


def _not_below(name: str, least: int) -> Callable[[Part], bool]:
    return lambda part: (found := _number(part.get(name))) is None or found >= least


def _in_order(part: Part) -> bool:
    low, high = (part.get(name) or {} for name in ("low", "high"))
    first, last = _number(low.get("value")), _number(high.get("value"))
    if first is None or last is None or low.get("code") != high.get("code"):
        return True
    return first <= last


def _coded(part: Part, name: str, system: str, *codes: str) -> bool:
    codings = (part.get(name) or {}).get("coding") or ()
    wanted = f"{_TERMS}/{system}"
    return any(one.get("system") == wanted and one.get("code") in codes for one in codings)


def _is_wrong_allergy(part: Part) -> bool:
    return _coded(part, "verificationStatus", "allergyintolerance-verification", "entered-in-error")


def _is_wrong_condition(part: Part) -> bool:
    return _coded(part, "verificationStatus", "condition-ver-status", "entered-in-error")


def _has_ended(part: Part) -> bool:
    codes = ("resolved", "remission", "inactive")
    return not has(part, "abatement") or _coded(
        part, "clinicalStatus", "condition-clinical", *codes
    )


def _ratio(part: Part) -> bool:
    both = has(part, "numerator") == has(part, "denominator")
    return both and (has(part, "numerator") or has(part, "extension"))


def _is_ucum(part: Part) -> bool:
    return part.get("system", _UCUM) == _UCUM and (has(part, "code") or not has(part, "value"))


def _group(part: Part) -> bool:
    if part.get("type") == "group":
        return has(part, "item")
    return part.get("type") != "display" or not has(part, "item")


def _parameter(part: Part) -> bool:
    if has(part, "part"):
        return not has(part, "value") and not has(part, "resource")
    return has(part, "value") != has(part, "resource")


def _count(part: Part) -> bool:
    value = part.get("value")
    whole = value is None or "." not in str(value)
    return _is_ucum(part) and part.get("code", "1") == "1" and whole


def _size_agrees(part: Part) -> bool:
    data, size = part.get("data"), part.get("size")
    return data is None or size is None or len(b64decode("".join(data.split()))) == size


def _hash_agrees(part: Part) -> bool:
    data, told = part.get("data"), part.get("hash")
    if data is None or told is None:
        return True
    # The definition of R4 says SHA-1: it tells a slip, and protects nothing.
    made = sha1(b64decode("".join(data.split())), usedforsecurity=False).digest()
    return made == b64decode("".join(told.split()))


_QUANTITY: Final = (("qty-3", _needs("code", "system")),)
Rule = tuple[str, Callable[[Part], bool]]
_RULES: Final[dict[str, tuple[Rule, ...]]] = {
    "Quantity": _QUANTITY,
    "MoneyQuantity": _QUANTITY,
    "Age": (*_QUANTITY, ("age-1", lambda part: _is_ucum(part) and (
        (value := _number(part.get("value"))) is None or value > 0))),
    "Distance": (*_QUANTITY, ("dis-1", _is_ucum)),
    "Duration": (*_QUANTITY, ("drt-1", lambda part: not has(part, "code") or (
        part.get("system") == _UCUM and has(part, "value")))),
    "Count": (*_QUANTITY, ("cnt-3", _count)),
    "Extension": (("ext-1", _either("extension", "value")),),
    "Attachment": (
        ("att-1", _needs("data", "contentType")),
        ("size", _size_agrees),
        ("hash", _hash_agrees),
    ),
    "ContactPoint": (("cpt-2", _needs("value", "system")),),
    "Expression": (("exp-1", _some("expression", "reference")),),
    "Range": (("rng-2", _in_order), ("sqty-1", _simple("low", "high"))),
    "SampledData": (("sqty-1", _simple("origin")),),
    "Ratio": (("rat-1", _ratio),),
    "Timing.repeat": (
        ("tim-1", _needs("duration", "durationUnit")),
        ("tim-2", _needs("period", "periodUnit")),
        ("tim-4", _not_below("duration", 0)),
        ("tim-5", _not_below("period", 0)),
        ("tim-6", _needs("periodMax", "period")),
        ("tim-7", _needs("durationMax", "duration")),
        ("tim-8", _needs("countMax", "count")),
        ("tim-9", lambda part: not has(part, "offset") or (
            has(part, "when") and not {"C", "CM", "CD", "CV"} & set(part.get("when") or ()))),
        ("tim-10", _not_both("timeOfDay", "when")),
    ),
    "TriggerDefinition": (
        ("trd-1", _not_both("data", "timing")),
        ("trd-2", _needs("condition", "data")),
    ),
    "DataRequirement.codeFilter": (("drq-1", _either("path", "searchParam")),),
    "DataRequirement.dateFilter": (("drq-2", _either("path", "searchParam")),),
    "AllergyIntolerance": (
        ("ait-1", lambda part: _is_wrong_allergy(part) or has(part, "clinicalStatus")),
        ("ait-2", lambda part: not (_is_wrong_allergy(part) and has(part, "clinicalStatus"))),
    ),
    "Appointment": (
        ("app-2", lambda part: has(part, "start") == has(part, "end")),
        ("app-3", lambda part: (has(part, "start") and has(part, "end")) or part.get("status")
            in ("proposed", "cancelled", "waitlist")),
        ("app-4", _only_where("cancelationReason", "status", "noshow", "cancelled")),
    ),
    "Appointment.participant": (("app-1", _some("type", "actor")),),
    "AppointmentResponse": (("apr-1", _some("participantType", "actor")),),
    "AuditEvent.entity": (("sev-1", _not_both("name", "query")),),
    "CapabilityStatement": (
        ("cpb-1", _some("rest", "messaging", "document")),
        ("cpb-2", _some("description", "software", "implementation")),
        ("cpb-14", _needed_where("implementation", "kind", "instance")),
    ),
    "CarePlan.activity": (("cpl-3", _not_both("detail", "reference")),),
    "Composition.section": (
        ("cmp-1", _some("text", "entry", "section")),
        ("cmp-2", _not_both("emptyReason", "entry")),
    ),
    "Condition": (
        ("con-4", _has_ended),
        ("con-5", lambda part: not (_is_wrong_condition(part) and has(part, "clinicalStatus"))),
    ),
    "Condition.stage": (("con-1", _some("summary", "assessment")),),
    "Condition.evidence": (("con-2", _some("code", "detail")),),
    "Consent": (("ppc-1", _some("policy", "policyRule")),),
    "FamilyMemberHistory": (
        ("fhs-1", _not_both("age", "born")),
        ("fhs-2", _needs("estimatedAge", "age")),
    ),
    "Goal.target": (("gol-1", _needs("detail", "measure")),),
    "Group": (("grp-1", lambda part: not has(part, "member") or part.get("actual") is True),),
    "Immunization.education": (("imm-1", _some("documentType", "reference")),),
    "ImmunizationRecommendation.recommendation": (
        ("imr-1", _some("vaccineCode", "targetDisease")),
    ),
    "Linkage": (("lnk-1", lambda part: len(part.get("item") or ()) > 1),),
    "List": (("lst-1", _not_both("emptyReason", "entry")),),
    "MedicationAdministration.dosage": (
        ("mad-1", _some("dose", "rate")),
        ("sqty-1", _simple("dose", "rateQuantity")),
    ),
    "Observation.referenceRange": (
        ("obs-3", _some("low", "high", "text")),
        ("sqty-1", _simple("low", "high")),
    ),
    "OperationDefinition.parameter": (
        ("opd-1", _some("type", "part")),
        ("opd-2", _only_where("searchType", "type", "string")),
    ),
    "Organization": (("org-1", _some("identifier", "name")),),
    "InsurancePlan": (("ipn-1", _some("identifier", "name")),),
    "Parameters.parameter": (("inv-1", _parameter),),
    "Patient.contact": (("pat-1", _some("name", "telecom", "address", "organization")),),
    "Questionnaire.item": (
        ("que-1", _group),
        ("que-4", _not_both("answerOption", "answerValueSet")),
        ("que-11", _not_both("answerOption", "initial")),
        ("que-12", lambda part: len(part.get("enableWhen") or ()) < 3
            or has(part, "enableBehavior")),
    ),
    "QuestionnaireResponse.item": (("qrs-1", _not_both("answer", "item")),),
    "RequestGroup.action": (("rqg-1", _either("resource", "action")),),
    "SearchParameter": (("spd-1", _needs("xpath", "xpathUsage")),),
    "ServiceRequest": (("prr-1", _needs("orderDetail", "code")),),
    "StructureDefinition": (("sdf-6", _some("snapshot", "differential")),),
    "ValueSet.compose.include": (
        ("vsd-1", _some("valueSet", "system")),
        ("vsd-2", lambda part: not (has(part, "concept") or has(part, "filter"))
            or has(part, "system")),
        ("vsd-3", _not_both("concept", "filter")),
    ),
    "ValueSet.expansion.contains": (
        ("vsd-6", _some("code", "display")),
        ("vsd-10", _needs("code", "system")),
    ),
}  # fmt: skip
_WORDS: Final = {
    "qty-3": "a unit with a code says the system of the code",
    "sqty-1": "no comparator stands here",
    "ext-1": "an extension has either extensions or a value",
    "cpt-2": "a way to reach somebody with a value says its system",
    "obs-3": "a range has a low, a high or a text",
    "pat-1": "a contact says who or where",
    "rat-1": "a ratio has a numerator and a denominator",
    "rng-2": "the low end of a range is not above its high end",
    "att-1": "data says its content type",
    "size": "the size stated is that of the data",
    "hash": "the hash stated is that of the data",
    "mad-1": "a dosage has a dose or a rate",
}
