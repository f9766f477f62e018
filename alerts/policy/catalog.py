"""One row for every alert rule: what it means, in what words, and how it ends. No Django here."""

from collections.abc import Mapping
from typing import Final

from alerts.policy.catalog_rows import ASTCT, BODY_ROWS, CatalogRow
from alerts.policy.vocabulary import Family, Rule, Severity

_WARD_ROWS: Final[tuple[CatalogRow, ...]] = (
    CatalogRow(
        Rule.A24, Family.DRUG_TIMING, Severity.P3,
        "8 h since the last tocilizumab and the grade is not lower",
        "some hours have passed since treatment without a lower grade", "No fall since dose",
        "another dose, or a lower grade",
    ),
    CatalogRow(
        Rule.A25, Family.DRUG_TIMING, Severity.P2,
        "A third dose of tocilizumab in 24 h, or a fourth in the course, is recorded",
        "more doses of a treatment than usual were recorded", "Many doses",
        "acknowledged by a person",
    ),
    CatalogRow(
        Rule.A26, Family.DATA_QUALITY, Severity.P3,
        "A dose is planned, its window opens within 24 h, and nobody confirmed in the week before "
        "that tocilizumab is there",
        "the availability of a treatment was not confirmed", "Availability open",
        "confirmed, or planned otherwise",
    ),
    CatalogRow(
        Rule.A27, Family.DRUG_TIMING, Severity.P3,
        "A continuous infusion is stopped before its cycle ends; P2 from 4 h on",
        "a continuous infusion is stopped", "Infusion stopped", "a restart is recorded",
        "blinatumomab label: an interruption of more than 4 h is a new start",
    ),
    CatalogRow(
        Rule.A28, Family.DRUG_TIMING, Severity.P2,
        "The next step-up or split dose is planned while CRS is present, too soon after it, or "
        "after a first dose with grade 2 or more",
        "a planned dose needs to be looked at again", "Next dose",
        "nothing stands against the plan, or the dose is planned again",
    ),
    CatalogRow(
        Rule.A29, Family.OBS_OVERDUE, Severity.P3,
        "A set of observations is overdue; P2 when a whole interval is missed, P1 at grade 2 or "
        "more",
        "a set of observations is overdue", "Set overdue", "a complete set is charted",
    ),
    CatalogRow(
        Rule.A30, Family.OBS_OVERDUE, Severity.P3,
        "A neuro check is overdue, or daily laboratory values are more than 30 h old inside a "
        "high-risk window",
        "a neuro check or a laboratory sample is overdue", "Check overdue", "it is entered",
    ),
    CatalogRow(
        Rule.A31, Family.DATA_QUALITY, Severity.P3,
        "Two partial sets in a row and no computable grade; P2 at grade 1 or more",
        "sets are incomplete and no grade can be computed", "Incomplete sets",
        "a complete set is charted",
    ),
    CatalogRow(
        Rule.A32, Family.OBS_OVERDUE, Severity.P2,
        "The time off the ward has run out and no set was charted",
        "a patient has not come back to observation in time", "Pause ran out",
        "a set is charted",
    ),
    CatalogRow(
        Rule.A33, Family.FEVER, Severity.P2,
        "Fever of 38.0 °C or more while monitored, before a high-risk window opens or after it "
        "closed",
        "fever outside the expected window: consider infection first", "Fever outside window",
        "24 h at a known grade 0, or included in a grade of 2 or more", ASTCT,
    ),
    CatalogRow(
        Rule.A34, Family.FEVER, Severity.P3,
        "Fever of 38.0 °C or more after monitoring ended (usually from day 31) while the record "
        "is active",
        "fever after the time of monitoring", "Late fever",
        "24 h at a known grade 0, or included in a grade of 2 or more",
    ),
    CatalogRow(
        Rule.A35, Family.WINDOW, Severity.P4,
        "A high-risk window opens tomorrow, has opened or closes today; monitoring ends in 3 days "
        "or today",
        "a monitoring window opens or closes", "Window", "the day has passed",
    ),
    CatalogRow(
        Rule.A36, Family.DATA_QUALITY, Severity.P3,
        "No baseline weight, blood pressure or neuro score, or nobody on call, within the first "
        "24 h after the first dose",
        "a baseline or a contact is missing", "Baseline missing", "it is entered",
    ),
    CatalogRow(
        Rule.A37, Family.OBS_OVERDUE, Severity.P2,
        "A check-in from home is missed by 2 h; P1 if the last grade was 1 or more",
        "a check-in from home was missed", "Check-in missed",
        "a set is charted, however little of it was measured",
    ),
    CatalogRow(
        Rule.A38, Family.DATA_QUALITY, Severity.P4,
        "A value was kept although it is unusual at this age",
        "an unusual value was confirmed", "Unusual value", "reviewed by a person",
    ),
    CatalogRow(
        Rule.A39, Family.CRS_GRADE, Severity.P4,
        "A clinician's grade differs from the computed one",
        "a clinician's grade differs from the computed one", "Grades differ",
        "by a person only",
    ),
    CatalogRow(
        Rule.A40, Family.SYSTEM, Severity.P3,
        "A gap in the rota within 24 h on a ward with monitored patients; P1 once it begins",
        "nobody is on call for a part of the day", "Rota gap", "the gap is filled",
    ),
    CatalogRow(
        Rule.A41, Family.SYSTEM, Severity.P1,
        "A message was refused, the mail server fails, or an urgent message waits more than 2 min",
        "messages about alerts are not going out", "Messages stuck", "messages go out again",
    ),
    CatalogRow(
        Rule.A42, Family.SYSTEM, Severity.P1,
        "No sign of life of the alerting loop for 2 min, or the database takes no changes",
        "alerting is not running", "Alerting stopped", "it runs again",
    ),
    CatalogRow(
        Rule.A43, Family.SYSTEM, Severity.P3,
        "A tablet has held sets for more than 10 min, or fell silent on duty for as long",
        "a tablet holds sets that have not arrived", "Tablet not synced", "synced",
    ),
    CatalogRow(
        Rule.A44, Family.SYSTEM, Severity.P3,
        "A tablet's clock is off by more than 60 s",
        "a tablet shows the wrong time", "Tablet clock", "corrected",
    ),
    CatalogRow(
        Rule.A45, Family.DATA_QUALITY, Severity.P4,
        "An abnormal set entered more than 60 min late, after newer sets were normal",
        "an abnormal value was entered late", "Late entry", "reviewed by a person",
    ),
)  # fmt: skip
CATALOG: Final[Mapping[Rule, CatalogRow]] = {row.rule: row for row in (*BODY_ROWS, *_WARD_ROWS)}
WORDS: Final[Mapping[Rule, str]] = {rule: row.words for rule, row in CATALOG.items()}
LABELS: Final[Mapping[Rule, str]] = {rule: row.label for rule, row in CATALOG.items()}
