"""What the name under which a value was charted says: where measured, and when it is no reading."""

import re
from functools import lru_cache
from typing import Final

from vitals.vocabulary import BloodPressureMethod

_CUFF: Final = re.compile(r"\bnbp\b|\bnibp\b|non[ -]?invasive|\bcuff\b|\bmanual\b")
_ARTERIAL: Final = re.compile(r"arterial|\bart\b|\ba[ -]?line\b|\buac\b|\binvasive\b|\babp\b")
_PART: Final = re.compile(
    r"\[[^\]]*\]|\([^)]*\)|\b(?:systolic|diastolic|mean|map|sbp|dbp|press(?:ure)?)\b|[^a-z0-9#]+"
)
_SCALE: Final = re.compile(r"\b(?:deg(?:rees)?[ .]*)?(f|c|fahrenheit|celsius)\b")
_SETTING: Final = r"\balarm|\blimit|threshold|\bgoal|\btarget"
# A name that matches is of something else than the patient's value in this field.
_SOMETHING_ELSE: Final[dict[str, re.Pattern[str]]] = {
    field: re.compile(rf"{_SETTING}|{words}")
    for field, words in {
        "pressure": r"pulmonary|\bpap?\b|\bpaw\b|\biabp\b|balloon|augment|\bcvp\b|venous|\bicp\b|"
        r"intracranial|wedge|\brvp?\b|\blap\b|abdominal|bladder|airway",
        "temperature_celsius": r"isolette|incubator|warmer|water|\bair\b|ambient|\broom\b|blanket|"
        r"cooling|\bskin\b|\bset\b|bath|machine|dialys",
        "heart_rate_bpm": r"f(?:o)?etal|\bset\b|pace(?:r|maker)",
        "respirations_per_minute": r"\bset\b|spont|\bspon\b|back[ -]?up",
        "spo2_percent": r"sao2|arterial|venous|sv.?o2|cerebral|\bnirs\b|\babg\b",
        "weight_kg": r"change|ideal|predicted|previous|\bdry\b|adjusted|birth|difference|lean|"
        r"feeding|\bbmi\b|\bbsa\b",
        "oxygen": r"\bset point\b",
    }.items()
}
_NAMES_PART: Final = {
    "systolic_mmhg": re.compile(r"systolic|\bsbp\b"),
    "diastolic_mmhg": re.compile(r"diastolic|\bdbp\b"),
    "mean_arterial_mmhg": re.compile(r"\bmean\b|\bmap\b"),
}
# Words that name a quantity; a name may hold several, as “heart rate by pulse oximetry” does.
_NAMES_FIELD: Final = {
    "heart_rate_bpm": re.compile(r"heart ?rate|\bpul?se?\b(?! ox)|\bhr\b"),
    "respirations_per_minute": re.compile(r"\bresp(?:iration|iratory)?s?\b|\brr\b|breath"),
    "temperature_celsius": re.compile(r"temp\b|temperature"),
    "pressure": re.compile(r"\bn?i?bp\b|blood press|press bld|systolic|diastolic|\bsbp\b|\bdbp\b"),
    "spo2_percent": re.compile(r"\bs[pa]o2\b|saturation|oxim|\bsat o2\b|\bo2 sat"),
    "oxygen_flow_lpm": re.compile(r"\bflow\b"),
    "fio2_percent": re.compile(r"\bfio2\b|oxygen concentration|inspired (?:o2|oxygen)"),
    "weight_kg": re.compile(r"\bweight\b"),
    "glasgow_coma_score": re.compile(r"\bgcs\b|glasgow|coma sc"),
}
PRESSURE_FIELDS: Final = frozenset(_NAMES_PART)


@lru_cache(maxsize=2000)
def method(name: str) -> str:
    """Return cuff, arterial, or blank where the name does not say."""
    plain = name.casefold()
    if _CUFF.search(plain):
        return BloodPressureMethod.CUFF.value
    return BloodPressureMethod.ARTERIAL.value if _ARTERIAL.search(plain) else ""


@lru_cache(maxsize=2000)
def series(name: str) -> str:
    """Return what systolic, diastolic and mean of one cuff or line have in common."""
    return " ".join(_PART.sub(" ", name.casefold()).split())


@lru_cache(maxsize=2000)
def scale_letter(name: str) -> str:
    """Return F or C where the name says so, else a blank."""
    found = {match[0].upper() for match in _SCALE.findall(name.casefold())}
    return found.pop() if len(found) == 1 else ""


@lru_cache(maxsize=2000)
def is_something_else(name: str, field: str) -> bool:
    """Whether the name is of another quantity, a setting or an alarm limit."""
    key = "pressure" if field in PRESSURE_FIELDS else field
    found = _SOMETHING_ELSE.get(key)
    return found is not None and bool(found.search(name.casefold()))


@lru_cache(maxsize=2000)
def names_another_part(name: str, field: str) -> bool:
    """Whether the name says systolic, diastolic or mean, and not the one this field is."""
    if field not in PRESSURE_FIELDS:
        return False
    plain = name.casefold()
    named = {part for part, pattern in _NAMES_PART.items() if pattern.search(plain)}
    return bool(named) and field not in named


@lru_cache(maxsize=2000)
def names_another_field(name: str, field: str) -> bool:
    """Whether the name names a vital sign, and not the one this field is."""
    plain = name.casefold().replace("_", " ")
    own = "pressure" if field in PRESSURE_FIELDS else field
    named = {each for each, pattern in _NAMES_FIELD.items() if pattern.search(plain)}
    return bool(named) and own in _NAMES_FIELD and own not in named
