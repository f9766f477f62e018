"""What laboratories call the values we know: enough to see that a name is another value's."""

import re
from typing import Final

from vitals.analytes import ANALYTES

_PROPERTY: Final = re.compile(r"\[[^\[\]]*\]")  # such as [#/volume]
# Words by which a laboratory names an analyte. Where a name holds those of another
# analyte and none of its own code's, name and code cannot both be right.
_WORDS: Final[dict[str, str]] = {
    "crp": r"c.?reactive|\bcrp\b",
    "ferritin": r"ferritin",
    "il6": r"interleukin.?6|\bil.?6\b",
    "lactate": r"lactate(?! deh)|lactic acid",
    "ldh": r"lactate deh|\bldh?\b",
    "procalcitonin": r"procalcitonin",
    "leukocytes": r"white|wbc|leu[ck]ocyte",
    "neutrophils": r"neutrophil|granulocyte|\banc\b|\bpolys\b",
    "lymphocytes": r"lymph",
    "hemoglobin": r"ha?emoglobin|\bhgb\b|\bhb\b",
    "platelets": r"platelet|\bplt\b",
    "sodium": r"sodium|\bna\b",
    "potassium": r"potassium|\bk\b",
    "chloride": r"chloride|\bcl\b",
    "bicarbonate": r"bicarbonate|hco3|\bco2\b",
    "calcium": r"calcium",
    "calcium_ionized": r"calcium|ioni[sz]ed",
    "magnesium": r"magnesium",
    "phosphate": r"phosphate(?!ase)|phosphorus",
    "glucose": r"glucose",
    "urea_nitrogen": r"urea|\bbun\b",
    "creatinine": r"creatinine",
    "creatinine_si": r"creatinine",
    "urate": r"urate|uric",
    "alt": r"alanine|\balt\b|sgpt",
    "ast": r"aspart?ate|asparate|\bast\b|sgot",
    "alp": r"alkaline|\balp\b",
    "ggt": r"gamma|\bggt\b",
    "bilirubin": r"bilirubin",
    "albumin": r"albumin",
    "fibrinogen": r"fibrinogen",
    "d_dimer_feu": r"d.?dimer",
    "d_dimer_ddu": r"d.?dimer",
    "inr": r"\binr\b",
    "pt": r"\bpt\b|prothrombin",
    "aptt": r"ptt|thromboplastin",
    "triglyceride": r"triglyceride",
    "troponin_t": r"troponin",
}
_NAMED: Final = {code: re.compile(words) for code, words in _WORDS.items() if code in ANALYTES}
# Words that make a name that of another value, though the analyte's own stand in it as well.
_NEVER: Final = {
    code: re.compile(words)
    for code, words in {
        "troponin_t": r"troponin[ .-]?i\b|\btni\b",
        "d_dimer_feu": r"\bddu\b",
        "d_dimer_ddu": r"\bfeu\b",
        "calcium": r"ioni[sz]ed|\bfree\b",
        "calcium_ionized": r"\btotal\b",
        "bilirubin": r"^(?!.*total).*(?:direct|conjugated)",
        "hemoglobin": r"a1c|glycated|\bmet.?ha?em|carboxy",
        "albumin": r"pre.?albumin|micro.?albumin",
        "creatinine": r"clearance|\bratio\b",
        "creatinine_si": r"clearance|\bratio\b",
        "platelets": r"\bvolume\b",
    }.items()
}


def is_another(analyte: str, name: str) -> bool:
    """Whether a laboratory's name for a value is another value's, and not this one's."""
    plain = _PROPERTY.sub(" ", name.casefold())
    never = _NEVER.get(analyte)
    if never is not None and never.search(plain):
        return True
    own = _NAMED.get(analyte)
    if own is None or own.search(plain):
        return False
    return any(pattern.search(plain) for pattern in _NAMED.values())
