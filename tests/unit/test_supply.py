"""What the program is made of is known: bill, licences, advisories and secrets, and their rules."""

import datetime as dt
import json
import re
import subprocess

import pytest

from supply import advisories, licences, locked, sbom, secrets
from supply.secrets import Found

TODAY = dt.date(2026, 11, 23)


# --- The lock and the bill ---------------------------------------------------------------------


def test_every_package_of_the_lock_is_read():
    written = re.findall(r"^[a-z0-9].*?==", locked.LOCK.read_text(), re.M)
    assert len(locked.pins()) == len(written) > 50
    named = {pin.name for pin in locked.pins()}
    assert {each for pin in locked.pins() for each in pin.asked_by} <= named | {"run.in"}
    direct = {pin.name for pin in locked.pins() if "run.in" in pin.asked_by}
    assert {"django", "pyrage", "psycopg2-binary"} <= direct


def test_the_bill_is_the_one_of_the_lock():
    assert sbom.BILL.read_text() == sbom.text()


def test_the_bill_is_cyclonedx():
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom.text()) is None


def test_the_bill_names_every_package_and_script_once_and_all_hangs_together():
    bill = json.loads(sbom.BILL.read_text())
    names = [(each["name"], each["version"]) for each in bill["components"]]
    wanted = [(pin.name, pin.version) for pin in locked.pins()]
    wanted += [(each.name, each.version) for each in locked.scripts()]
    assert names == wanted
    assert ("plotly.js-basic-dist-min", locked.scripts()[0].version) in names
    refs = {each["bom-ref"] for each in bill["components"]}
    below = {ref for each in bill["dependencies"] for ref in each["dependsOn"]}
    assert below == refs, "each is there because something asks for it"


def test_the_bill_names_no_registry_no_path_and_no_time():
    text = sbom.BILL.read_text().replace('"http://cyclonedx.org/schema/bom-1.6.schema.json"', "")
    assert re.findall(r"https?:|file:|timestamp|serialNumber|(?<![\w/:])/\w+", text) == []


# --- Licences ----------------------------------------------------------------------------------

ALLOWED = ["MIT", "MIT-0", "Apache-2.0", "BSD License"]


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("MIT", True),
        ("MIT-0", True),
        ("BSD License", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-3.0-only OR Apache-2.0)", True),
        ("(MIT", False),
        ("", False),
        ("MIT-1", False),
    ],
)
def test_an_expression_is_allowed_when_it_can_be_met(licence, is_allowed):
    assert licences.is_allowed(licence, ALLOWED) is is_allowed


def test_the_page_of_licences_is_the_one_of_the_lock():
    assert licences.PAGE.read_text() == licences.page()


def test_copyleft_runs_only_where_a_reason_stands():
    excepted = licences.policy()["exceptions"]
    assert all(len(each["why"].split()) > 5 for each in excepted.values())
    found = {each.pin.name for each in licences.judged() if "GPL" in each.licence}
    assert found == excepted.keys()
    assert not any("AGPL" in each.licence for each in licences.judged())


def test_a_package_that_nobody_has_judged_is_refused(monkeypatch):
    strange = locked.Pin("no-such-package", "1", "", ())
    monkeypatch.setattr(locked, "pins", lambda: [strange])
    with pytest.raises(licences.PolicyError, match="no-such-package: nobody has read"):
        licences.judged()


# --- Advisories --------------------------------------------------------------------------------

KNOWN = {
    "name": "django",
    "version": "5.2.0",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["5.2.1"]}],
}


def let_be(until: dt.date, name: str = "CVE-1") -> dict[str, object]:
    return {"id": name, "package": "django", "why": "not reached", "until": until}


def test_an_advisory_is_told_with_its_remedy():
    (line,) = advisories.judge([KNOWN], [], today=TODAY)
    assert line == "django 5.2.0: PYSEC-1, fixed in 5.2.1"


@pytest.mark.parametrize(("days", "lines"), [(0, 0), (1, 0), (-1, 1)])
def test_an_exception_ends_on_its_day(days, lines):
    until = TODAY + dt.timedelta(days=days)
    assert len(advisories.judge([KNOWN], [let_be(until)], today=TODAY)) == lines


def test_an_exception_that_is_not_needed_is_told():
    (line,) = advisories.judge([], [let_be(TODAY)], today=TODAY)
    assert "not needed any more" in line


def test_an_exception_has_a_reason():
    with pytest.raises(ValueError, match="why"):
        advisories.judge([KNOWN], [let_be(TODAY) | {"why": ""}], today=TODAY)


@pytest.mark.parametrize(
    ("required", "status"), [("", 0), ("redis", 0), ("redis,advisories", 1), ("advisories", 1)]
)
def test_silence_is_told_in_capitals_and_fails_where_an_answer_is_required(
    monkeypatch, capsys, required, status
):
    def nobody() -> list[dict[str, object]]:
        raise advisories.NobodyAnsweredError("no answer for 73 of 73 packages")

    monkeypatch.setattr(advisories, "ask", nobody)
    monkeypatch.setenv("CRS_REQUIRE", required)
    assert advisories.main() == status
    assert "ADVISORIES WERE NOT ASKED: no answer for 73" in capsys.readouterr().out


@pytest.mark.parametrize(
    "said", ["", "{}", '{"dependencies": [{"name": "a", "skip_reason": "b"}]}']
)
def test_half_an_answer_is_none(monkeypatch, said):
    def audit(*_arguments, **_more):
        return subprocess.CompletedProcess([], 0, stdout=said, stderr="")

    monkeypatch.setattr(subprocess, "run", audit)
    with pytest.raises(advisories.NobodyAnsweredError):
        advisories.ask()


# --- Secrets -----------------------------------------------------------------------------------

PASSWORD = Found("tests/a.py", "Secret Keyword", "d1", 3)


def test_what_is_found_needs_a_reason():
    assert secrets.without_reason([PASSWORD], []) == [PASSWORD]
    entry = {"files": "tests/*", "invented": True, "why": "invented"}
    assert secrets.without_reason([PASSWORD], [entry]) == []


@pytest.mark.parametrize(
    "kind", ["Private Key", "AWS Access Key", "GitHub Token", "JSON Web Token"]
)
def test_a_key_of_an_issuer_is_never_taken_for_invented(kind):
    found = PASSWORD._replace(kind=kind)
    other = {"files": "tests/*", "invented": True, "why": "invented"}
    assert secrets.without_reason([PASSWORD, found], [other]) == [found]


def test_another_secret_in_a_file_with_a_reason_is_found():
    entry = {"files": "a.py", "digests": ["d1"], "why": "an example"}
    first, second = PASSWORD._replace(file="a.py"), PASSWORD._replace(file="a.py", digest="d2")
    assert secrets.without_reason([first, second], [entry]) == [second]


@pytest.mark.parametrize(
    "entry",
    [
        {"files": "tests/*", "invented": True, "why": " "},
        {"files": "gone.py", "digests": ["d1"], "why": "an example"},
    ],
)
def test_an_entry_without_reason_or_use_fails(entry):
    with pytest.raises(ValueError, match=r"why|take it out"):
        secrets.without_reason([PASSWORD], [entry])


def test_a_key_in_a_file_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(secrets, "ROOT", tmp_path)
    lines = ["-----BEGIN RSA PRIV" + "ATE KEY-----", "AKIA" + "IOSFODNN7EXAMPLQ"]
    (tmp_path / "a.txt").write_text("\n".join(lines))
    assert {each.kind for each in secrets.scan(["a.txt"])} == {"Private Key", "AWS Access Key"}
