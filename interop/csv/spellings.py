"""How units and oxygen devices are spelled: reviewed tables, and nothing beside them."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from interop.csv.kinds import Row
from interop.csv.outcomes import Reason, RefusedError
from vitals.vocabulary import OxygenDevice

FAHRENHEIT: Final = "[degF]"
CELSIUS: Final = "Cel"
MMHG: Final = "mm[Hg]"
PER_MINUTE: Final = "/min"
PERCENT: Final = "%"
FRACTION: Final = "1"
LITERS_PER_MINUTE: Final = "L/min"
KILOGRAM: Final = "kg"
POUND: Final = "[lb_av]"
NO_UNIT: Final = ""

# What each quantity may be in; the spelling is lower case without blanks and dots.
# A blank is accepted where no other unit is in use.
PRESSURES: Final = {"mm[hg]": MMHG, "mmhg": MMHG}
RATES: Final = {
    NO_UNIT: PER_MINUTE, "/min": PER_MINUTE, "bpm": PER_MINUTE, "1/min": PER_MINUTE,
    "beats/min": PER_MINUTE, "{beats}/min": PER_MINUTE, "beats/minute": PER_MINUTE,
    "{beats}/minute": PER_MINUTE, "beatsperminute": PER_MINUTE, "/minute": PER_MINUTE,
    "insp/min": PER_MINUTE, "breaths/min": PER_MINUTE, "{breaths}/min": PER_MINUTE,
    "breaths/minute": PER_MINUTE, "breath/min": PER_MINUTE, "resp/min": PER_MINUTE,
    "br/min": PER_MINUTE, "b/min": PER_MINUTE, "min-1": PER_MINUTE,
}  # fmt: skip
PERCENTS: Final = {NO_UNIT: PERCENT, "%": PERCENT, "percent": PERCENT, "pct": PERCENT}
OXYGEN_SHARES: Final = {
    "%": PERCENT, "percent": PERCENT, "pct": PERCENT, "fraction": FRACTION, "{fraction}": FRACTION,
}  # fmt: skip
FLOWS: Final = {
    NO_UNIT: LITERS_PER_MINUTE, "l/min": LITERS_PER_MINUTE, "lpm": LITERS_PER_MINUTE,
    "liter/min": LITERS_PER_MINUTE, "liters/min": LITERS_PER_MINUTE,
    "litre/min": LITERS_PER_MINUTE, "litres/min": LITERS_PER_MINUTE,
    "l/minute": LITERS_PER_MINUTE, "l/m": LITERS_PER_MINUTE,
}  # fmt: skip
SCORES: Final = dict.fromkeys((NO_UNIT, "{score}", "score", "1", "{points}", "points"), "{score}")
WEIGHTS: Final = {
    "kg": KILOGRAM, "kgs": KILOGRAM, "kilogram": KILOGRAM, "kilograms": KILOGRAM,
    "lb": POUND, "lbs": POUND, "[lb_av]": POUND, "pound": POUND, "pounds": POUND,
}  # fmt: skip
_DEGREES: Final = {
    "f": FAHRENHEIT, "fahrenheit": FAHRENHEIT, "farenheit": FAHRENHEIT,
    "c": CELSIUS, "cel": CELSIUS, "celsius": CELSIUS, "centigrade": CELSIUS,
}  # fmt: skip
# The degree sign as it is written, look-alikes, and what is left of one that was lost.
_DEGREE_SIGN: Final = re.compile(r"degrees?|deg|[°º˚?�â_\[\]{}\s.]")
_SPACES_AND_DOTS: Final = re.compile(r"[\s.]")


@lru_cache(maxsize=1000)
def temperature_scale(text: str) -> str | None:
    """Return [degF], Cel, blank for a blank, or None for a spelling that says neither."""
    if not text:
        return NO_UNIT
    # The sign goes first: normalizing turns some of its look-alikes into letters.
    bare = unicodedata.normalize("NFKC", _DEGREE_SIGN.sub("", text.casefold()))
    return _DEGREES.get(_DEGREE_SIGN.sub("", bare.casefold()))


def unit_in(spellings: dict[str, str], text: str) -> str | None:
    """Return the unit a spelling stands for; None when it stands for none of these."""
    return spellings.get(_SPACES_AND_DOTS.sub("", text).casefold())


def agreed(row: Row, stated: str | None, charted: str | None) -> str:
    """Return the unit that `unit` says, or where that is blank the one charted.

    Raises RefusedError when the first is unknown, both are blank, or they differ.
    """
    if row["unit"]:
        if not stated:
            words = f"unit “{row['unit']}” is not known for this value"
            raise RefusedError(Reason.UNKNOWN_UNIT, "unit", words)
        told = charted or _of_another(row["unit_as_charted"], stated)
        if row["unit_as_charted"] and told and told != stated:
            words = f"unit {stated}, but charted as {row['unit_as_charted']}"
            raise RefusedError(Reason.UNITS_DISAGREE, "unit", words)
        return stated
    if charted:
        return charted
    words = "no unit says what this value is in"
    if row["unit_as_charted"]:
        words = f"“{row['unit_as_charted']}” is no unit of this value"
    raise RefusedError(Reason.UNKNOWN_UNIT, "unit_as_charted", words)


def _of_another(text: str, stated: str) -> str:
    """The unit that a text is of another quantity; blank for one that no table knows."""
    tables = (PRESSURES, RATES, PERCENTS, FLOWS, WEIGHTS) if text.strip() else ()
    found = (unit_in(table, text) for table in tables)
    return next((unit for unit in found if unit and unit != stated), "")


# Only names whose device every ward would agree on. “None” is the absence of a
# device: room air. Medium concentration mask is the plain (Hudson) face mask.
_DEVICES: Final[dict[OxygenDevice, str]] = {
    OxygenDevice.ROOM_AIR: "none|room air|ra|r a|air|on air|no oxygen|none room air|room air none",
    OxygenDevice.NASAL_CANNULA: "nasal cannula|nasal cannulae|nasal canula|cannula|nc|n c|"
    "nasal prongs|low flow nasal cannula|nasal cannula low flow|nasal specs",
    OxygenDevice.BLOW_BY: "blow by|blowby|blow by oxygen",
    OxygenDevice.HIGH_FLOW_NASAL_CANNULA: "high flow nasal cannula|hi flow nasal cannula|"
    "nasal cannula high flow|high flow cannula|hfnc|hhfnc|heated high flow nasal cannula|"
    "high flow nasal oxygen|hfno|hfnc optiflow|high flow nasal prongs|vapotherm|optiflow|airvo",
    OxygenDevice.SIMPLE_FACEMASK: "simple face mask|simple facemask|simple mask|face mask|"
    "facemask|medium conc mask|medium concentration mask|hudson mask",
    OxygenDevice.VENTURI: "venti mask|ventimask|venturi mask|venturi|venturi face mask|"
    "air entrainment mask",
    OxygenDevice.NON_REBREATHER: "non rebreather|non rebreather mask|nonrebreather|"
    "nonrebreather mask|nrb|nrb mask|nrbm|non rebreathing mask|100 non rebreather",
    OxygenDevice.CPAP: "cpap|cpap mask|nasal cpap|ncpap|mask cpap",
    OxygenDevice.BIPAP: "bipap|bi pap|bipap mask|bilevel|bilevel positive airway pressure",
    OxygenDevice.INVASIVE_VENTILATION: "endotracheal tube|et tube|ett|endotracheal|"
    "oral endotracheal tube|ventilator|mechanical ventilation|mechanical ventilator|vent|"
    "invasive ventilation|invasive mechanical ventilation|intubated",
}
# Known names that map to no device of the vocabulary: what they give the patient
# depends on how they are set, or on a tube that may or may not have a ventilator.
_NO_AGREED: Final = frozenset(
    {
        "face tent", "aerosol cool", "aerosol warm", "trach mask", "tracheostomy mask",
        "tracheostomy tube", "tracheostomy collar", "t piece", "ultrasonic neb", "hi flow neb",
        "high flow neb", "vapomist", "nebulizer", "oxymizer", "high conc mask",
        "high concentration mask", "partial rebreather", "shovel mask", "oxygen tent",
        "oxygen hood", "hood", "mist tent", "ambu", "bag valve mask", "high flow", "niv", "nippv",
        "non invasive ventilation", "mask", "oxygen mask", "other", "other remarks", "unknown",
        "n a",
    }
)  # fmt: skip
_DEVICE_OF: Final = {
    name: device for device, names in _DEVICES.items() for name in names.split("|")
}
_BETWEEN_WORDS: Final = re.compile(r"[\s\-_/.,()%#]+")


@lru_cache(maxsize=1000)
def oxygen_device(text: str) -> OxygenDevice:
    """Return the device that free text names; raises RefusedError where that is not agreed."""
    plain = _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
    try:
        return _DEVICE_OF[plain]
    except KeyError:
        pass
    why = "has no agreed mapping" if plain in _NO_AGREED else "is not in the table"
    raise RefusedError(Reason.UNKNOWN_DEVICE, "value_text", f"oxygen device “{text}” {why}")
