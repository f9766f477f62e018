"""What a heading or a name probably stands for: a suggestion, applied only when confirmed."""

import re
from pathlib import Path
from typing import Final

from interop import codes
from interop.codes import Kind
from interop.tables import sniffing, targets
from interop.tables.mapping import DateOrder, Shape, TableMapping, Target
from interop.tables.rejects import ADDED
from interop.tables.targets import Role
from vitals.analytes import ANALYTES

_UNIT: Final = re.compile(r"[(\[]([^()\[\]]+(?:\[[^\]]*\])?)[)\]]\s*$")
_TAIL: Final = re.compile(r"[_ ](celsius|fahrenheit|degc|degf|c|f|percent|pct|mmhg|bpm|lpm|kg|lb)$")
_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_TAILS: Final = {
    "celsius": "Cel", "degc": "Cel", "c": "Cel", "fahrenheit": "[degF]", "degf": "[degF]",
    "f": "[degF]", "percent": "%", "pct": "%", "mmhg": "mm[Hg]", "bpm": "/min", "lpm": "L/min",
    "kg": "kg", "lb": "lb",
}  # fmt: skip
_NAMES: Final[dict[str, str]] = {
    name: what
    for what, names in {
        Role.PATIENT: "patient|patient id|patientid|mrn|subject|subject id|subjid|usubjid|"
        "hospital number|nhc|pid|study id",
        Role.TIME: "taken at|time|datetime|date time|timestamp|charttime|chart time|recorded at|"
        "measured at|observation time|zeit|zeitpunkt",
        Role.DAY: "date|day|taken on|datum|chart date",
        Role.CLOCK: "clock|taken clock|time of day|uhrzeit",
        Role.SET: "set|set id|observation set",
        Role.UNTIL: "until|end|stop|stopped at|end time",
        Role.NAME: "name|test|parameter|variable|vital|observation|item|analyte|measurement|label",
        Role.CODE: "code|loinc|loinc code",
        Role.VALUE: "value|result|reading|valuenum|numeric value",
        Role.UNIT: "unit|units|uom|unit of measure",
        Role.NOTE: "remark|remarks",
        "temperature_celsius": "temperature|temp|body temperature|tmp|t",
        "heart_rate_bpm": "heart rate|hr|pulse|puls|pulse rate",
        "respirations_per_minute": "respiratory rate|rr|resp|resp rate|respirations|"
        "respirations per minute|respiration",
        "systolic_mmhg": "systolic|sbp|sys|systolic bp|systolic blood pressure|sys bp",
        "diastolic_mmhg": "diastolic|dbp|dia|diastolic bp|diastolic blood pressure|dia bp",
        "mean_arterial_mmhg": "map|mean arterial|mean arterial pressure|mbp|mean bp",
        "spo2_percent": "spo2|o2 sat|sat|saturation|oxygen saturation|sats|o2 saturation",
        "oxygen_device": "oxygen device|o2 device|device|oxygen delivery",
        "oxygen_flow_lpm": "oxygen flow|o2 flow|flow|o2 flow rate|oxygen flow rate",
        "fio2_percent": "fio2|inspired oxygen",
        "consciousness": "consciousness|acvpu|avpu|level of consciousness|loc",
        "glasgow_coma_score": "gcs|gcs total|glasgow coma score|glasgow coma scale",
        "pain_score": "pain|pain score",
        "urine_ml": "urine|urine output",
        targets.WEIGHT: "weight|body weight|wt",
        "vasopressors": "vasopressors|pressors",
        "hypotension": "hypotension",
    }.items()
    for name in names.split("|")
}  # fmt: skip
_OWN_UNIT: Final = {"temperature_celsius": "Cel", "fio2_percent": "%", targets.WEIGHT: "kg"}


def for_heading(heading: str, shape: Shape) -> Target:
    """Return what a column probably holds; “do not read” where nothing is likely."""
    if heading in ADDED:
        return Target(targets.IGNORE)
    if shape is Shape.WIDE:
        return for_name(heading)
    plain, _ = _parted(heading)
    role = _NAMES.get(plain, "")
    return Target(role if targets.is_role(role) else targets.IGNORE)


def for_name(text: str) -> Target:
    """Return what a name probably stands for and the unit it says, if it says one.

    A unit that the name does not say is left for a person where two are in use.
    """
    if targets.is_known(text) and targets.is_value(text):
        return Target(text, _OWN_UNIT.get(text, ""))
    row = codes.field_for(text.strip())
    if row is not None:
        what = row.field or (f"{targets.LAB}{row.code}" if row.analyte else targets.IGNORE)
        return Target(what)
    plain, unit = _parted(text)
    what = _NAMES.get(plain) or targets.in_unit(_lab(plain), unit) or targets.IGNORE
    if not targets.is_value(what):
        return Target(what)
    known = targets.units_of(what)
    spelled = next((each for each in known if each.casefold() == unit.casefold()), "")
    fits = unit and not targets.unit_problem(what, unit)
    return Target(what, spelled or (unit if fits else ""))


def own(path: Path, shape: Shape, zone: str) -> TableMapping:
    """Return the mapping of a table whose headings are this system's own names.

    Raises ValueError, in words, where something must be asked.
    """
    found = sniffing.sniff(path)
    if found.problem:
        raise ValueError(found.problem)
    columns = {
        name: Target(name, _OWN_UNIT.get(name, ""))
        for name in found.header
        if targets.is_known(name) and (shape is Shape.WIDE or targets.is_role(name))
    }
    commas = [each.heading for each in found.columns if each.decimal_commas and each.heading
              in columns]  # fmt: skip
    if commas:
        raise ValueError(f"{', '.join(commas)}: decimal commas. Say so in a mapping.")
    times = [each for each in found.columns if each.heading in {Role.TIME, Role.DAY, Role.UNTIL}]
    orders = sniffing.day_orders(times) & {DateOrder.YEAR_FIRST}
    if not orders:
        raise ValueError("The days do not begin with the year. Say their order in a mapping.")
    made = TableMapping(
        shape=shape, columns=columns, zone=zone, delimiter=found.delimiter, encoding=found.encoding
    )
    if problems := made.problems():
        raise ValueError("; ".join(problems))
    return made


def _parted(text: str) -> tuple[str, str]:
    """Return the plain name and the unit in brackets or at its end."""
    bare = text.strip()
    unit = ""
    if match := _UNIT.search(bare):
        unit, bare = match[1].strip(), bare[: match.start()]
    plain = " ".join(_PLAIN.sub(" ", bare.casefold()).split())
    if not unit and plain not in _NAMES and (tail := _TAIL.search(plain)):
        unit, plain = _TAILS[tail[1]], plain[: tail.start()]
    if unit.casefold().lstrip("°º ") in _TAILS:
        unit = _TAILS[unit.casefold().lstrip("°º ")]
    return plain, unit


def _lab(plain: str) -> str:
    for each in codes.ALL.values():
        if each.kind is Kind.LAB and each.system == codes.LOINC:
            analyte = ANALYTES[each.analyte]
            label = " ".join(_PLAIN.sub(" ", analyte.label.casefold()).split())
            if plain in {analyte.code.replace("_", " "), label}:
                return f"{targets.LAB}{each.code}"
    return ""
