"""The hypotension column of the ASTCT 2019 CRS table."""

from collections.abc import Callable

from grading.rules.crs_findings import CrsFindings, CrsPolicy
from grading.rules.verdict import Criterion, Rule
from grading.rules.vocabulary import Inotrope, Vasopressor

PRESSURE = "hypotension"
HYPOTENSION_PRESENT = "hypotension present"

_TABLE = "Lee 2019, ASTCT CRS table"
_SILENT = "Lee 2019, ASTCT CRS table (silent on this)"

Test = Callable[[CrsFindings], bool | None]


def pressure_rows(policy: CrsPolicy) -> tuple[Rule[CrsFindings], ...]:
    """The rows for blood pressure under a policy."""
    drugs = ("vasopressors", "inotropes") if policy.inotropes_count else ("vasopressors",)
    alone, untreated = policy.vasopressin_alone_grade, policy.untreated_hypotension_grade
    multiple = "Multiple vasopressors, not counting vasopressin"
    return (
        _row(
            Criterion("crs-4-vasopressors", 4, multiple, _TABLE, "V2"),
            _number_of_vasopressors(policy, multiple=True),
            *drugs,
        ),
        _row(
            Criterion(
                "crs-3-vasopressor", 3, "One vasopressor, with or without vasopressin", _TABLE, "V2"
            ),
            _number_of_vasopressors(policy, multiple=False),
            *drugs,
        ),
        _row(
            Criterion(
                f"crs-{alone}-vasopressin", alone, "Vasopressin as the only agent", _SILENT, "P"
            ),
            _vasopressin_alone(policy),
            "vasopressin",
        ),
        _row(
            Criterion("crs-2-fluid", 2, "Hypotension treated with fluid alone", _TABLE, "V2"),
            _hypotension_without_vasopressor(policy, treated=True),
            "fluid_bolus_given",
        ),
        _row(
            Criterion(
                f"crs-{untreated}-untreated", untreated, "Hypotension, untreated", _SILENT, "P"
            ),
            _hypotension_without_vasopressor(policy, treated=False),
            "hypotension_present",
        ),
    )


def drugs_that_count(findings: CrsFindings, policy: CrsPolicy) -> tuple[frozenset[str], bool]:
    """The infusions that count towards "multiple", and whether the list is known complete."""
    running = findings.vasopressors or frozenset()
    complete = findings.vasopressors is not None
    if policy.inotropes_count:
        running = running | (findings.inotropes or frozenset())
        complete = complete and findings.inotropes is not None
    return running, complete


def _number_of_vasopressors(policy: CrsPolicy, *, multiple: bool) -> Test:
    def met(findings: CrsFindings) -> bool | None:
        if findings.hypotension_attributed_elsewhere:
            return False
        running, complete = drugs_that_count(findings, policy)
        if len(running) >= 2:
            return multiple
        if running and not multiple:
            return True
        return False if complete else None

    return met


def _vasopressin_alone(policy: CrsPolicy) -> Test:
    def met(findings: CrsFindings) -> bool | None:
        if findings.hypotension_attributed_elsewhere or drugs_that_count(findings, policy)[0]:
            return False
        return findings.vasopressin

    return met


def _hypotension_without_vasopressor(policy: CrsPolicy, *, treated: bool) -> Test:
    def met(findings: CrsFindings) -> bool | None:
        if findings.hypotension_attributed_elsewhere or findings.vasopressin:
            return False
        if drugs_that_count(findings, policy)[0]:
            return False
        if treated:
            return findings.fluid_bolus_given
        return False if findings.fluid_bolus_given else findings.hypotension_present

    return met


def _say_pressure(findings: CrsFindings) -> tuple[str, ...]:
    drugs = findings.vasopressors or frozenset()
    said = [f"{Vasopressor(drug).label} running" for drug in sorted(drugs)]
    if findings.vasopressin:
        said.append("vasopressin running")
    said += [f"{Inotrope(drug).label} running" for drug in sorted(findings.inotropes or ())]
    if findings.fluid_bolus_given:
        said.append("fluid bolus given")
    if findings.hypotension_present:
        said.append(HYPOTENSION_PRESENT)
    return tuple(said)


def _row(row: Criterion, met: Test, *needs: str) -> Rule[CrsFindings]:
    return Rule(criterion=row, domain=PRESSURE, met=met, needs=needs, inputs=_say_pressure)
