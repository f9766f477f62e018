"""What stands in the brackets of a reason, for the browser: patterns taken from the rules' own.

A pattern is what a rule says of a value that nobody charts, with `{}` put in its place.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from charting.browser import crs, icans
from grading import also
from grading.course import Known, Reading
from grading.rules.crs_astct import CRITERIA, RECENT, CrsFindings
from grading.rules.crs_pressure import HYPOTENSION_PRESENT
from grading.rules.icans_astct import CRITERIA as ICANS_CRITERIA
from grading.rules.icans_astct import IcansFindings
from grading.rules.vocabulary import Inotrope, Vasopressor

_NUMBER: Final = 40_404
_OTHER: Final = 50_505


def of_crs() -> dict[str, Any]:
    """Temperature, pressure, drugs and oxygen as the CRS rules say them."""
    temperature, pressure, oxygen = (_sayer(domain) for domain in crs.DOMAINS)
    empty = CrsFindings()
    devices = {}
    for device in crs.DEVICES:
        on = replace(empty, oxygen_device=device)
        devices[device] = {
            "": oxygen(on)[0],
            "flow": _pattern(oxygen(replace(on, oxygen_flow_lpm=Decimal(_NUMBER)))[0]),
        } | {reason: oxygen(replace(on, ventilation_reason=reason))[0] for reason in crs.REASONS}
    drugs = {
        str(drug): pressure(replace(empty, vasopressors=frozenset({str(drug)})))[0]
        for drug in Vasopressor
    } | {
        str(drug): pressure(replace(empty, inotropes=frozenset({str(drug)})))[0]
        for drug in Inotrope
    }
    presumed, flag = _presumed()
    return {
        "temperature": _pattern(
            temperature(replace(empty, temperature_celsius=Decimal(_NUMBER)))[0]
        ),
        "drugs": drugs,
        "vasopressin": pressure(replace(empty, vasopressin=True))[0],
        "bolus": pressure(replace(empty, fluid_bolus_given=True))[0],
        "hypotension": pressure(replace(empty, hypotension_present=True))[0],
        "presumed": presumed,
        "presumed_flag": flag,
        "devices": devices,
        "last_fever": _last_fever(),
    }


def of_icans() -> dict[str, Any]:
    """Scores, arousal and seizures as the ICANS rules say them."""
    say = {rule.inputs.__name__.removeprefix("_say_"): rule.inputs for rule in ICANS_CRITERIA}
    empty = IcansFindings()
    aphasia = replace(empty, ice_score=_NUMBER, global_aphasia=True)
    before = replace(empty, capd_score=_NUMBER, capd_baseline=_OTHER)
    return {
        "ice": _pattern(say["ice"](replace(empty, ice_score=_NUMBER))[0]),
        "aphasia": say["ice"](aphasia)[1],
        "ice_at_most": _pattern(say["ice"](replace(empty, ice_score_at_most=_NUMBER))[0]),
        "capd": _pattern(say["capd"](replace(empty, capd_score=_NUMBER))[0]),
        "capd_before": _pattern(say["capd"](before)[0]),
        "capd_at_least": _pattern(say["capd"](replace(empty, capd_score_at_least=_NUMBER))[0]),
        "arousal": {
            level: say["arousal"](replace(empty, consciousness=level or None))[0]
            for level in ("", *icans.LEVELS)
        },
        "seizure": {
            kind: say["seizure"](replace(empty, seizure=kind))[0] for kind in icans.SEIZURES
        },
        "lasting": _pattern(say["seizure"](replace(empty, seizure_minutes=_NUMBER))[0]),
        "motor": say["motor"](empty)[0],
        "edema": {kind: say["edema"](replace(empty, cerebral_edema=kind))[0]
                  for kind in icans.EDEMA},
        "signs": {sign: say["signs"](replace(empty, raised_pressure_signs=frozenset({sign})))[0]
                  for sign in icans.SIGNS},
    }  # fmt: skip


def _sayer(domain: str) -> Any:
    return next(rule.inputs for rule in CRITERIA if rule.domain == domain)


def _pattern(said: str) -> str:
    return said.replace(str(_NUMBER), "{}", 1).replace(str(_OTHER), "{}", 1)


def _presumed() -> tuple[str, str]:
    """A presumed hypotension: in the brackets (pressure, then limit), and as a flag (limit)."""
    known = {"pressure": Known({"systolic_mmhg": _OTHER}, 1, crs.AT)}
    columns: dict[str, Any] = {"because": [{"inputs": [HYPOTENSION_PRESENT]}], "flags": []}
    also.presumed(columns, Reading(CrsFindings(), known, _NUMBER))
    return _pattern(columns["because"][0]["inputs"][0]), _pattern(columns["flags"][0])


def _last_fever() -> str:
    """What is said of the hours since the last fever."""
    fever = crs.fever_part(1, 0, 1, 0, 1)
    hypotensive = crs.pressure_part(2, 0, 0, 0, 0, 1, 0, 0, 0, 0)
    findings = crs.reading_of(fever, hypotensive).findings
    told = crs.graded(replace(findings, hours_since_last_fever=Decimal(24)))
    said = next(reason for reason in told.because if reason.criterion == RECENT.id)
    return said.inputs[0].replace("24", "{}")
