"""The rows of the ASTCT 2019 CRS table, each with the words a reviewer signs."""

from decimal import ROUND_FLOOR, Decimal

from grading.rules.crs_findings import DEFAULT_POLICY, CrsFindings, CrsPolicy
from grading.rules.crs_oxygen import OXYGEN, oxygen_rows
from grading.rules.crs_pressure import PRESSURE, pressure_rows
from grading.rules.verdict import Criterion, Rule

FEVER_CELSIUS = Decimal("38.0")  # at or above; Lee 2019, table 2
FEVER = "fever"
DOMAINS = (FEVER, PRESSURE, OXYGEN)


def rules_for(policy: CrsPolicy) -> tuple[Rule[CrsFindings], ...]:
    """Every row of the table under a policy, the gravest first."""
    rows = (*pressure_rows(policy), *oxygen_rows(policy), _FEVER_ROW)
    return tuple(sorted(rows, key=lambda rule: -rule.criterion.grade))


def has_fever(findings: CrsFindings) -> bool | None:
    """Fever now, unless a clinician attributed it to something else."""
    if findings.fever_attributed_elsewhere:
        return False
    if findings.temperature_celsius is None:
        return None
    return findings.temperature_celsius >= FEVER_CELSIUS


def say_temperature(findings: CrsFindings) -> tuple[str, ...]:
    """The temperature as recorded."""
    if findings.temperature_celsius is None:
        return ()
    shown = findings.temperature_celsius
    if isinstance(exponent := shown.as_tuple().exponent, int) and exponent < -2:
        # Down, so that a reading just below 38.0 is never shown as 38.0.
        shown = shown.quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
    return (f"temperature {shown:f} °C",)


_FEVER_ROW = Rule(
    criterion=Criterion(
        "crs-1-fever", 1, "Fever of 38.0 °C or above", "Lee 2019, ASTCT CRS table", "V2"
    ),
    domain=FEVER,
    met=has_fever,
    needs=("temperature_celsius",),
    inputs=say_temperature,
)
CRITERIA = rules_for(DEFAULT_POLICY)
