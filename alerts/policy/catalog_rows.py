"""The rows of the catalog about a patient's body, A01 to A23, in clinical words."""

from dataclasses import dataclass
from typing import Final

from alerts.policy.vocabulary import Family, Rule, Severity

ASTCT: Final = "Lee 2019 (ASTCT); alert threshold is a default of this project"
DEFAULT: Final = "default of this project"


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """One alert rule as a reviewer reads it.

    `words` go into e-mails: no value, name or product. `label` fits a tile. `closes`
    says how the alert ends. A row that is not implemented says `because`.
    """

    rule: Rule
    family: Family
    severity: Severity
    condition: str
    words: str
    label: str
    closes: str
    source: str = DEFAULT
    implemented: bool = True
    because: str = ""
    status: str = "not yet clinically approved"


BODY_ROWS: Final[tuple[CatalogRow, ...]] = (
    CatalogRow(
        Rule.A01, Family.FEVER, Severity.P2,
        "Fever of 38.0 °C or more inside a high-risk window; P1 with neutrophils below "
        "0.5 x 10^9/L or no count in 48 h, under 1 year, or with heart rate or blood "
        "pressure abnormal too",
        "first fever inside a high-risk window", "First fever",
        "24 h at a known grade 0, or included in a grade of 2 or more", ASTCT,
    ),
    CatalogRow(
        Rule.A02, Family.FEVER, Severity.P4,
        "Temperature from 37.5 °C to below 38.0 °C that rose by 0.5 °C or more within 8 h, "
        "inside a high-risk window",
        "a temperature is rising inside a high-risk window", "Temperature rising",
        "the next set that does not show it",
    ),
    CatalogRow(
        Rule.A03, Family.CRS_GRADE, Severity.P1,
        "The computed CRS grade is at least 2; P2 and provisional while it rests on one "
        "pressure reading near its limit",
        "recorded values now meet a higher CRS grade than at the last set", "Higher CRS grade",
        "two sets in a row known to be below grade 2; one if provisional", ASTCT,
    ),
    CatalogRow(
        Rule.A04, Family.CRS_GRADE, Severity.P1,
        "The computed CRS grade is at least 3",
        "recorded values now meet a severe CRS grade", "Severe CRS grade",
        "by a person only", ASTCT,
    ),
    CatalogRow(
        Rule.A05, Family.CRS_GRADE, Severity.P2,
        "An episode of CRS begins within 7 days after the last one resolved",
        "CRS may have come back after it had resolved", "CRS again",
        "the episode resolves",
    ),
    CatalogRow(
        Rule.A06, Family.CRS_GRADE, Severity.P2,
        "Fever at grade 1 for 72 h; from 24 h on as P3",
        "a fever has lasted long without a higher grade", "Long fever",
        "24 h without fever, or another grade",
    ),
    CatalogRow(
        Rule.A07, Family.DRUG_TIMING, Severity.P2,
        "No lower grade 24 h after the first tocilizumab or siltuximab, 8 h at grade 3 or more",
        "the grade is not lower some hours after treatment", "No response yet",
        "the grade falls",
    ),
    CatalogRow(
        Rule.A08, Family.HEMODYNAMIC, Severity.P1,
        "Adult: systolic pressure below 90 mmHg, or below 80 % of baseline and below 100 mmHg, or "
        "mean pressure below 65 mmHg; child: systolic below the 5th centile for age. Near the "
        "limit it needs a second reading; below 80 or a mean below 55 mmHg, a child's limit, a "
        "running vasopressor or a clinician's judgment count at once",
        "low blood pressure, charted apart from a CRS grade", "Low blood pressure",
        "two normal sets in a row; one if provisional; included in a grade of 2 or more",
        "PALS for children; NCI protocol practice for baseline",
    ),
    CatalogRow(
        Rule.A09, Family.OXYGEN, Severity.P1,
        "SpO2 below 90 %, or oxygen that is new or by a higher class of device. 85 to 89 % needs "
        "a second reading; below 85 % and a device count at once",
        "low oxygen saturation or more oxygen than before", "Oxygen",
        "two sets in a row on air with normal saturation; one if provisional; included in a "
        "grade of 2 or more",
    ),
    CatalogRow(
        Rule.A10, Family.HEMODYNAMIC, Severity.P3,
        "Heart rate above 120/min (adult) or above the 99th centile for age, or 30/min or more "
        "over baseline, in sets 30 min or more apart; P2 with fever",
        "a fast heart rate in more than one set", "Fast heart rate",
        "two normal sets in a row",
        "Fleming 2011 centiles for children (upper limits from memory, to be checked)",
    ),
    CatalogRow(
        Rule.A11, Family.OXYGEN, Severity.P2,
        "Respiratory rate of 25/min or more (adult) or above the 99th centile for age, in two "
        "sets in a row",
        "fast breathing in more than one set", "Fast breathing",
        "two normal sets in a row",
        "NEWS2 2017; Fleming 2011 centiles for children (from memory, to be checked)",
    ),
    CatalogRow(
        Rule.A12, Family.FEVER, Severity.P2,
        "Temperature below 36.0 °C with heart rate or blood pressure abnormal",
        "a low temperature with other abnormal values: consider sepsis", "Low temperature",
        "a temperature of 36.0 °C or more",
    ),
    CatalogRow(
        Rule.A13, Family.CRS_GRADE, Severity.P1,
        "Low blood pressure or low oxygen without fever, and a drug that hides fever in the last "
        "72 h",
        "fever may be masked while other values are abnormal", "Fever may be masked",
        "two sets in a row with normal pressure and oxygen", ASTCT,
    ),
    CatalogRow(
        Rule.A14, Family.HEMODYNAMIC, Severity.P2,
        "A nurse is worried; P1 when again within 2 h",
        "a nurse is worried about a patient", "Nurse is worried", "by a person only",
    ),
    CatalogRow(
        Rule.A15, Family.HEMODYNAMIC, Severity.P2,
        "A family member or carer is worried; P1 when again within 2 h",
        "a family member or carer is worried about a patient", "Carer is worried",
        "by a person only",
    ),
    CatalogRow(
        Rule.A16, Family.NEURO, Severity.P2,
        "ICE score below the patient's own baseline, or 7 to 9 where no baseline is known; or "
        "drowsy",
        "a neuro score is below its baseline", "Neuro score lower",
        "back to baseline in two checks in a row", ASTCT,
    ),
    CatalogRow(
        Rule.A17, Family.NEURO, Severity.P1,
        "ICE score of 6 or less, a fall of 3 or more within 12 h, or waking only to voice",
        "a neuro score is low or fell fast", "Neuro score low", "by a person only", ASTCT,
    ),
    CatalogRow(
        Rule.A18, Family.NEURO, Severity.P1,
        "Not rousable or only by touch, a seizure, new weakness, or a sign of raised pressure in "
        "the head",
        "a neurological emergency sign was charted", "Neuro emergency", "by a person only", ASTCT,
    ),
    CatalogRow(
        Rule.A19, Family.NEURO, Severity.P1,
        "CAPD score of 9 or more, or 4 or more over baseline; P2 when an earlier check of the "
        "last 12 h showed it too",
        "a delirium score is high", "Delirium score high", "by a person only", ASTCT,
    ),
    CatalogRow(
        Rule.A20, Family.LAB_INFLAMMATION, Severity.P3,
        "CRP of 100 mg/L or more, or doubled within 24 h to 50 mg/L or more; P2 from 200 mg/L",
        "an inflammation marker is high or rising", "CRP", "falling twice in a row",
    ),
    CatalogRow(
        Rule.A21, Family.LAB_INFLAMMATION, Severity.P3,
        "Ferritin of 5,000 ng/mL or more, or doubled within 24 h to 1,000 ng/mL or more; P2 from "
        "10,000 ng/mL, or doubled with fibrinogen below 1.5 g/L or ALT above 5 x its limit",
        "an inflammation marker is very high: review for an HLH-like picture", "Ferritin",
        "falling twice in a row",
    ),
    CatalogRow(
        Rule.A22, Family.LAB_ORGAN, Severity.P3,
        "Fibrinogen below 1.5 g/L; P2 below 1.0 g/L",
        "a clotting value is low", "Fibrinogen low", "by a person only",
    ),
    CatalogRow(
        Rule.A23, Family.LAB_ORGAN, Severity.P3,
        "Creatinine 1.5 x baseline or more, ALT or AST above 5 x or bilirubin above 3 x the upper "
        "limit, or lactate of 2 mmol/L or more; P1 with lactate of 4 mmol/L or more, or platelets "
        "below 20 x 10^9/L with a lower neuro score",
        "a laboratory value of an organ is abnormal", "Organ values", "by a person only",
    ),
)  # fmt: skip
