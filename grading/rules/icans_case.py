"""One JSON case of the ASTCT ICANS scale, read into findings."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grading.rules.case_fields import (
    CaseRefused,
    Reader,
    listing,
    number,
    one_of,
    read_all,
    shown,
    whole,
    words,
    yes_or_no,
)
from grading.rules.icans_findings import DEFAULT_ICANS_POLICY, IcansFindings, uses_capd
from grading.rules.icans_scores import ICE_ITEMS, capd_points, capd_total, ice_total
from grading.rules.vocabulary import (
    CapdAnswer,
    CerebralEdema,
    Consciousness,
    RaisedPressureSign,
    Seizure,
    UnableReason,
)

# Case key: the field of IcansFindings it fills.
FIELD_OF = {
    "ice_score": "ice_score",
    "ice_unable_reason": "ice_unable_reason",
    "capd": "capd_score",
    "capd_baseline": "capd_baseline",
    "capd_unable_reason": "capd_unable_reason",
    "developmental_delay": "developmental_delay",
    "consciousness": "consciousness",
    "consciousness_other_cause": "consciousness_other_cause",
    "seizure": "seizure",
    "seizure_minutes": "seizure_minutes",
    "motor_focal_weakness_deep": "motor_focal_weakness_deep",
    "cerebral_oedema": "cerebral_edema",
    "raised_icp_signs": "raised_pressure_signs",
    "intracranial_haemorrhage": "intracranial_hemorrhage",
    "oedema_due_to_haemorrhage": "edema_due_to_hemorrhage",
    "global_aphasia": "global_aphasia",
    "death_due_to_icans": "death_due_to_icans",
}
_SIGN_SPELLINGS = {str(sign.value).lower(): sign for sign in RaisedPressureSign} | {
    "papilledema": RaisedPressureSign.PAPILLEDEMA,
    "decerebrate": RaisedPressureSign.DECEREBRATE_POSTURING,
    "decorticate": RaisedPressureSign.DECORTICATE_POSTURING,
    "cn_vi_palsy": RaisedPressureSign.SIXTH_NERVE_PALSY,
    "sixth_nerve_palsy": RaisedPressureSign.SIXTH_NERVE_PALSY,
    "cushings_triad": RaisedPressureSign.CUSHING_TRIAD,
}
_unable = one_of(UnableReason, {"paralysed": UnableReason.PARALYZED})
_capd_answer = one_of(CapdAnswer)
_capd_item = whole(0, 4)


def _signs(name: str, value: Any) -> frozenset[RaisedPressureSign]:
    found = []
    for word in words(name, value):
        sign = _SIGN_SPELLINGS.get(word.strip().lower().replace(" ", "_").replace("-", "_"))
        if sign is None:
            known = ", ".join(str(sign.value) for sign in RaisedPressureSign)
            raise CaseRefused([f"{name}: unknown sign {shown(word)}; known: {known}"])
        found.append(sign)
    return frozenset(found)


def _ice_items(name: str, value: Any) -> tuple[int | None, int]:
    if not isinstance(value, dict):
        raise CaseRefused([f"{name} must be an object of items, not {shown(value)}"])
    points = {
        item: None if got is None else whole(0, ICE_ITEMS.get(item, 1))(f"{name}.{item}", got)
        for item, got in value.items()
    }
    try:
        return ice_total(points)
    except ValueError as refused:
        raise CaseRefused([f"{name}: {refused}"]) from None


def _capd_items(name: str, value: Any) -> tuple[int | None, int]:
    items = listing(name, value)
    if any(isinstance(item, str) for item in items):
        points = capd_points([None if item is None else _capd_answer(name, item) for item in items])
    else:
        points = [None if item is None else _capd_item(name, item) for item in items]
    try:
        return capd_total(points)
    except ValueError as refused:
        raise CaseRefused([f"{name}: {refused}"]) from None


_READERS: dict[str, Reader] = dict.fromkeys(FIELD_OF, yes_or_no) | {
    "ice_score": whole(0, 10),
    "ice_items": _ice_items,
    "ice_unable_reason": _unable,
    "capd": whole(0, 32),
    "capd_items": _capd_items,
    "capd_baseline": whole(0, 32),
    "capd_unable_reason": _unable,
    "consciousness": one_of(Consciousness),
    "seizure": one_of(Seizure),
    "seizure_minutes": number(0, 100_000, "min"),
    "cerebral_oedema": one_of(CerebralEdema),
    "raised_icp_signs": _signs,
}
_CONTEXT = frozenset({"headache", "myoclonus", "tremor"})  # no domains of this scale
_SCORE_KEYS = ("ice_score", "ice_items", "ice_unable_reason")
_CAPD_KEYS = ("capd", "capd_items", "capd_unable_reason")
# The convention of case files for a key that is absent.
_ASSUMED: dict[str, Any] = {
    "consciousness": Consciousness.ALERT,
    "motor_focal_weakness_deep": False,
    "cerebral_edema": CerebralEdema.NONE,
    "raised_pressure_signs": frozenset(),
}


def icans_findings(
    case: Mapping[str, Any], *, age_years: Decimal | None = None, assume_normal: bool = False
) -> IcansFindings:
    """The findings of a case; an absent key is not recorded unless `assume_normal`.

    Raises CaseRefused naming every field, value and bound that was refused.
    """
    values = read_all(case, _READERS, _CONTEXT)
    ice, capd = values.pop("ice_items", None), values.pop("capd_items", None)
    filled = {FIELD_OF[key]: value for key, value in values.items()}
    filled["age_years"] = age_years
    if ice is not None:
        _put_total(filled, "ice_score", ice, "ice_score_at_most")
    if capd is not None:
        _put_total(filled, "capd_score", capd, "capd_score_at_least")
    if assume_normal:
        filled = _ASSUMED | filled
        if "seizure_minutes" not in filled:
            filled.setdefault("seizure", Seizure.NONE)
        if not any(key in case for key in (*_SCORE_KEYS, *_CAPD_KEYS)):
            young = uses_capd(IcansFindings(**filled), DEFAULT_ICANS_POLICY)
            filled |= {"capd_score": 0} if young else {"ice_score": 10}
    return IcansFindings(**filled)


def _put_total(
    filled: dict[str, Any], name: str, total: tuple[int | None, int], bound_name: str
) -> None:
    score, bound = total
    stated = filled.get(name)
    if stated is None:
        filled[name] = score
    elif stated != score:
        raise CaseRefused([f"{name} {stated} does not agree with its items ({score})"])
    filled[bound_name] = bound
