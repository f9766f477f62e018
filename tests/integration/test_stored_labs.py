"""Laboratory results through the door: published cases, baselines, bounds and corrections."""

import csv
import json
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from charting import bulk, results
from charting.entry import EntryRefusedError
from charting.results import LabEntry
from grading import lab_terms, labs
from grading.models import Assessment
from grading.rules.ctcae_lab import Edition
from grading.rules.ctcae_lab_names import ALSO, plain
from staff.models import User
from tests.factories.ward import NOW, a_patient, a_person, a_ward, an_infusion
from tests.spec.grading.case_files import answers_to, line_of, rows_of
from vitals.analytes import ANALYTES, UnknownUnitError
from vitals.models import LabResult

pytestmark = pytest.mark.django_db
BEFORE = 6 * 24 * 60  # minutes ago: a day before the dose of a made patient
# Terms of the samples that no stored value is graded for: no code is given for them.
NOT_STORABLE = {
    "acidosis", "alkalosis", "cd4 lymphocytes decreased", "cholesterol high", "cpk increased",
    "creatinine clearance decreased", "haptoglobin decreased", "hdl decreased", "ldl increased",
    "lipase increased", "serum amylase increased", "hyperglycemia (fasting)",
}  # fmt: skip


def somebody():
    return User.objects.first() or a_person()


def report(patient, analyte, value=None, *, minutes_ago=0, unit=None, **more):
    known = ANALYTES[analyte]
    low, high = more.pop("limits", (None, None))
    entry = LabEntry(
        client_id=more.pop("client_id", None) or uuid.uuid4(),
        loinc=known.loinc_in(known.unit if unit is None else unit),
        display=known.label,
        taken_at=NOW - timedelta(minutes=minutes_ago),
        value=None if value is None else Decimal(str(value)),
        unit=known.unit if unit is None else unit,
        reference_low=None if low is None else Decimal(str(low)),
        reference_high=None if high is None else Decimal(str(high)),
        **more,
    )
    return results.record_lab(
        patient_id=patient.pk, entry=entry, recorded_by=somebody(), now=NOW, source="nurse"
    )


def read(row):
    """The grades in force of a result, by term: the grade, or the word in its place."""
    return {
        each.term: each.outcome or each.grade
        for each in Assessment.objects.filter(lab_result=row, scale=labs.SCALE).in_force()
    }


def graded_for(row, term):
    """How a result reads for one term; one that is absent beside another is not there."""
    said = {plain(name): grade for name, grade in read(row).items()}
    wanted = plain(ALSO.get(plain(term), term))
    return said.get(wanted, 0 if said else None)


@pytest.fixture
def patient():
    return a_patient(a_ward())


def analyte_of(term, *, unit, edition=Edition.V5):
    wanted = plain(ALSO.get(plain(term), term))
    for code in sorted(lab_terms.ANALYTES):
        names = [plain(each.name) for each in lab_terms.terms_of(code, edition)]
        names += [plain(lab_terms.UNGRADED.get(code, ""))]
        if wanted not in names:
            continue
        try:
            ANALYTES[code].canonical(Decimal(1), unit)
        except UnknownUnitError:
            continue
        return code
    return None


def chart(case, patient, *, edition=Edition.V5):
    """The case-file convention: an absent baseline was normal, symptoms were looked for."""
    term, unit = case["term"], case.get("unit", "")
    kind = case.get("kind")
    name = f"{term} (ionized)" if kind == "ionised" else term
    code = analyte_of(name, unit=unit, edition=edition)
    limits = (case.get("lln"), case.get("uln"))
    baseline = case.get("baseline", case.get("uln") or case.get("lln"))
    if code is None:
        return None
    if baseline is not None:
        base = case.get("baseline_limits", limits)
        report(patient, code, baseline, unit=unit, limits=base, minutes_ago=BEFORE)
    if code == "calcium":
        report(patient, "albumin", "4.0")
    return report(
        patient, code, case["value"], unit=unit, limits=limits,
        symptomatic=case.get("symptomatic"), anticoagulated=case.get("anticoagulated"),
    )  # fmt: skip


def test_every_stated_and_derived_case_is_graded_the_same_when_charted(cases, tmp_path):
    rows = rows_of(cases, "CTCAE-LAB", {"stated", "derived"})
    assert len(rows) >= 27
    answers = answers_to(map(line_of, rows), "ctcae-lab", tmp_path, assume_normal=True)
    ward, wrong = a_ward(), []
    for row, answer in zip(rows, answers, strict=True):
        case = json.loads(row["inputs_json"], parse_float=Decimal)
        stored = chart(case, a_patient(ward))
        found = str(graded_for(stored, case["term"]))
        if not found == row["expected"] == str(answer["grade"]):
            wrong.append((row["id"], row["expected"], answer["grade"], found))
    assert wrong == []


def test_the_baseline_is_the_newest_value_before_the_first_dose(patient):
    report(patient, "alt", 300, limits=(5, 40), minutes_ago=BEFORE + 60)
    base = report(patient, "alt", 120, limits=(5, 40), minutes_ago=BEFORE)
    row = report(patient, "alt", 180, limits=(5, 40))
    assert read(row) == {"Alanine aminotransferase increased": 1}
    (evidence,) = row.assessments.get().evidence
    assert (evidence["field"], evidence["lab"], evidence["value"]) == ("baseline", base.pk,
                                                                       "120 U/L")  # fmt: skip


@pytest.mark.parametrize(("days", "grade"), [(29, 1), (31, None)])
def test_a_baseline_older_than_thirty_days_is_none_and_said_to_be_missing(patient, days, grade):
    report(patient, "alt", 40, limits=(5, 40), minutes_ago=(5 + days) * 24 * 60)
    row = report(patient, "alt", 100, limits=(5, 40))
    assessment = row.assessments.get()
    assert assessment.grade == grade
    assert ("baseline_abnormal" in assessment.missing) is (grade is None)


def test_a_baseline_that_comes_late_grades_what_came_after_again(patient):
    row = report(patient, "alt", 100, limits=(5, 40))
    before = row.assessments.get()
    assert before.grade is None
    report(patient, "alt", 40, limits=(5, 40), minutes_ago=BEFORE)
    after = row.assessments.in_force().get()
    assert (after.grade, after.supersedes) == (1, before)


def test_a_dose_recorded_late_makes_what_was_before_it_the_baseline():
    patient = a_patient(a_ward(), infused_at=None)
    report(patient, "alt", 40, limits=(5, 40), minutes_ago=BEFORE)
    row = report(patient, "alt", 100, limits=(5, 40))
    assert read(row) == {"Alanine aminotransferase increased": None}
    an_infusion(patient, started_at=NOW - timedelta(days=5))
    assert read(row) == {"Alanine aminotransferase increased": 1}


def test_a_baseline_in_another_unit_is_the_same_baseline(patient):
    report(patient, "creatinine", "0.25", limits=("0.2", "0.5"), minutes_ago=BEFORE)
    row = report(patient, "creatinine_si", "60", limits=("17.7", "44.2"))
    assert read(row) == {"Creatinine increased": 2}
    assert row.assessments.get().evidence[0]["value"] == "0.25 mg/dL"


def test_a_small_child_is_graded_by_the_multiple_of_its_own_baseline(patient):
    report(patient, "creatinine", "0.25", limits=("0.2", "1.1"), minutes_ago=BEFORE)
    row = report(patient, "creatinine", "0.8", limits=("0.2", "1.1"))
    assert read(row) == {"Creatinine increased": 3}


def test_limits_nobody_reported_are_missing_and_never_made_up(patient):
    row = report(patient, "sodium", 132)
    assert {each.term: each.missing for each in row.assessments.all()} == {
        "Hyponatremia": ["lln"],
        "Hypernatremia": ["uln"],
    }
    assert read(report(patient, "sodium", 119)) == {"Hyponatremia": 4}


def test_a_value_within_its_limits_has_one_grade_zero(patient):
    assert read(report(patient, "sodium", 140, limits=(135, 145))) == {"Hyponatremia": 0}


@pytest.mark.parametrize(
    ("symptomatic", "grade", "at_least"),
    [(None, "needs_clinical_input", 1), (False, 1, 1), (True, 2, 2)],
)
def test_symptoms_that_nobody_stated_are_not_taken_to_be_absent(
    patient, symptomatic, grade, at_least
):
    row = report(patient, "potassium", "3.2", limits=("3.5", "5.1"), symptomatic=symptomatic)
    assert read(row) == {"Hypokalemia": grade}
    assert row.assessments.get().at_least == at_least


@pytest.mark.parametrize(("anticoagulated", "grade"), [(None, None), (False, 2)])
def test_anticoagulation_decides_about_inr(patient, anticoagulated, grade):
    row = report(patient, "inr", "1.6", anticoagulated=anticoagulated)
    assert read(row) == {"INR increased": grade}


def test_calcium_is_graded_only_with_an_albumin_of_the_same_day(patient):
    limits = ("8.5", "10.5")
    row = report(patient, "calcium", "7.4", limits=limits)
    assert [each.missing for each in row.assessments.all()] == [["albumin"], ["albumin"]]
    report(patient, "albumin", "2.5", minutes_ago=2 * 24 * 60)
    assert [each.missing for each in row.assessments.in_force()] == [["albumin"], ["albumin"]]
    report(patient, "albumin", "2.5", minutes_ago=30)
    # 7.4 + 0.8 x (4.0 - 2.5) = 8.6 mg/dL
    assert read(row) == {"Hypocalcemia": 0}
    flags = row.assessments.in_force().get().flags
    assert flags == ["corrected for albumin 2.5 g/dL of the same day"]


def test_corrected_calcium_is_the_same_in_moles(patient):
    report(patient, "albumin", "25", unit="g/L")
    row = report(patient, "calcium", "1.60", unit="mmol/L", limits=("2.1", "2.6"))
    assert read(row) == {"Hypocalcemia": 2}  # 1.60 + 0.3 = 1.90


@pytest.mark.parametrize("analyte", sorted(lab_terms.UNGRADED))
def test_a_marker_without_a_term_says_so_however_high(patient, analyte):
    row = report(patient, analyte, 900)
    assert read(row) == {lab_terms.UNGRADED[analyte]: "no_ctcae_term"}


@pytest.mark.parametrize(
    ("analyte", "value", "comparator", "limits", "found"),
    [
        ("potassium", "7.0", ">", ("3.5", "5.1"), {"Hyperkalemia": 4}),
        ("potassium", "6.0", ">", ("3.5", "5.1"), {"Hyperkalemia": None}),
        ("neutrophils", "0.5", "<", ("1.8", "7.5"), {"Neutrophil count decreased": 4}),
        ("neutrophils", "0.5", "<=", ("1.8", "7.5"), {"Neutrophil count decreased": None}),
        ("neutrophils", "9", ">", ("1.8", "7.5"), {"Neutrophil count decreased": 0}),
        ("bilirubin", "0.1", "<", ("0.1", "1.2"), {"Blood bilirubin increased": 0}),
    ],
)
def test_a_bound_is_graded_as_far_as_it_decides(patient, analyte, value, comparator, limits, found):
    report(patient, analyte, limits[1], limits=limits, minutes_ago=BEFORE)
    row = report(patient, analyte, value, comparator=comparator, limits=limits)
    assert read(row) == found


def test_a_bound_keeps_the_grade_it_forces_and_says_what_is_missing(patient):
    row = report(patient, "potassium", "6.0", comparator=">", limits=("3.5", "5.1"))
    assessment = row.assessments.get()
    assert (assessment.at_least, assessment.missing) == (3, ["value"])
    assert "value >6 mmol/L" in assessment.because[0]["inputs"]


def test_words_and_values_without_a_term_are_stored_without_a_grade(patient):
    assert read(report(patient, "lactate", 4)) == {}
    assert read(report(patient, "blood_culture", text="No growth")) == {}


def test_the_edition_is_a_setting_and_is_kept_with_the_grade(patient, settings):
    rows = []
    for edition in ("4.03", "5.0", "6.0"):
        settings.CRS_CTCAE_EDITION = edition
        rows.append(report(patient, "platelets", 24, limits=(150, 400)))
    said = [row.assessments.get() for row in rows]
    assert [each.ruleset for each in said] == [
        "ctcae-lab-4.03/1", "ctcae-lab-5.0/1", "ctcae-lab-6.0/1",
    ]  # fmt: skip
    assert [(each.term, each.grade) for each in said] == [
        ("Platelet count decreased", 4),
        ("Platelet count decreased", 4),
        ("Thrombocytopenia", 3),
    ]


def correct(wrong, value, *, reason="typed into the wrong row", **more):
    entry = None
    if value is not None:
        entry = LabEntry(
            client_id=uuid.uuid4(), loinc=wrong.loinc, display="", taken_at=wrong.taken_at,
            value=Decimal(str(value)), unit=wrong.unit, reference_low=wrong.reference_low,
            reference_high=wrong.reference_high,
        )  # fmt: skip
    return results.correct_lab(
        wrong_id=wrong.pk, entry=entry, recorded_by=somebody(), now=NOW, source="nurse",
        reason=reason, **more,
    )  # fmt: skip


def test_a_corrected_result_supersedes_its_grade(patient):
    wrong = report(patient, "sodium", 118, limits=(135, 145))
    right = correct(wrong, 148)
    assert read(wrong) == {}
    assert read(right) == {"Hypernatremia": 1}
    assert LabResult.objects.in_force().get() == right
    again = correct(right, 151)
    newest = again.assessments.in_force().get()
    assert newest.supersedes.lab_result == right


def test_a_withdrawn_result_takes_its_grade_back(patient):
    wrong = report(patient, "sodium", 118, limits=(135, 145))
    gone = correct(wrong, None)
    assert gone.withdrawn
    assert not Assessment.objects.filter(scale=labs.SCALE).in_force().exists()
    assert not LabResult.objects.in_force().exists()


def test_a_corrected_baseline_grades_what_rests_on_it_again(patient):
    base = report(patient, "alt", 40, limits=(5, 40), minutes_ago=BEFORE)
    row = report(patient, "alt", 100, limits=(5, 40))
    assert read(row) == {"Alanine aminotransferase increased": 1}
    correct(base, 90)
    assert read(row) == {"Alanine aminotransferase increased": 0}
    correct(LabResult.objects.get(supersedes=base), None)
    assert read(row) == {"Alanine aminotransferase increased": None}


def test_a_result_is_corrected_once_and_with_a_reason(patient):
    wrong = report(patient, "sodium", 118, limits=(135, 145))
    with pytest.raises(EntryRefusedError, match="reason"):
        correct(wrong, 140, reason=" ")
    correct(wrong, 140)
    with pytest.raises(EntryRefusedError, match="corrected before"):
        correct(wrong, 141)


def test_a_repeat_is_one_result_with_one_grade(patient):
    name = uuid.uuid4()
    first = report(patient, "sodium", 118, limits=(135, 145), client_id=name)
    assert report(patient, "sodium", 118, limits=(135, 145), client_id=name) == first
    assert Assessment.objects.filter(scale=labs.SCALE).count() == 1


def test_many_at_once_are_graded_as_one_by_one(patient):
    values = [("alt", 40, BEFORE), ("alt", 180, 0), ("albumin", "2.0", 60), ("calcium", 7, 60),
              ("sodium", 118, 0), ("ferritin", 900, 0)]  # fmt: skip
    for code, value, ago in values:
        report(patient, code, value, limits=(5, 40), minutes_ago=ago)
    other = a_patient(a_ward())
    rows = [
        results.lab_row(
            LabEntry(
                client_id=uuid.uuid4(), loinc=ANALYTES[code].loinc[0], display="",
                taken_at=NOW - timedelta(minutes=ago), value=Decimal(value),
                unit=ANALYTES[code].unit, reference_low=Decimal(5), reference_high=Decimal(40),
            ),
            patient_id=other.pk, recorded_by=None, now=NOW, source="import",
        )
        for code, value, ago in values
    ]  # fmt: skip
    LabResult.objects.bulk_create(rows)
    assert bulk.grade_labs(patient_id=other.pk, results=rows, now=NOW) > 0
    one_by_one, at_once = (
        sorted(
            (each.lab_result.analyte, each.taken_at, each.term, each.grade or -1, each.at_least)
            for each in Assessment.objects.filter(patient=who, scale=labs.SCALE).in_force()
        )
        for who in (patient, other)
    )
    assert one_by_one == at_once


def _sample_rows(samples, version):
    file = samples / "ctcae_lab" / f"ctcae_v{version}_cases.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _case_of(row):
    """A sample row by the convention of its files: symptoms count, a blank baseline is normal."""
    numbers = {"value": "value", "ref_low": "lln", "ref_high": "uln", "baseline": "baseline"}
    case = {key: row[column] for column, key in numbers.items() if row[column]}
    case |= {"term": row["term"], "unit": row["unit"], "symptomatic": True}
    # The files hold INR to both tables; on a chart one of them is stated.
    over = "baseline" in case and Decimal(case.get("value", 0)) > Decimal(case["baseline"])
    case["anticoagulated"] = over
    if row["baseline_flag"] and row["baseline"]:
        normal = row["baseline_flag"] == "NORMAL"
        case["baseline_limits"] = (None, row["baseline"] if normal else "0.001")
    return case


def _why_not_stored(row, edition):
    """Why a row of the samples cannot be charted; empty when it can."""
    if not row["term"] or row["term"].lower() == "not a term":
        return "no term"
    if not row["value"]:
        return "no value"
    changed = row["pct_change_from_baseline"] or row["baseline_flag"]
    if changed and not row["baseline"]:
        return "the baseline is a percentage or a word, not a value"
    name, unit = row["term"], row["unit"]
    if analyte_of(name, unit=unit, edition=edition):
        return ""
    known = any(
        plain(ALSO.get(plain(name), name)) == plain(each.name)
        for code in lab_terms.ANALYTES
        for each in lab_terms.terms_of(code, edition)
    )
    return "the unit is refused" if known else f"no stored value: {plain(name)}"


def _said_of(case, patient, *, edition):
    """What a sample reads as when charted; None for a number that no laboratory reports."""
    try:
        stored = chart(case, patient, edition=edition)
    except EntryRefusedError as refused:
        if {error.field for error in refused.errors} != {"value"}:
            raise
        return None
    found = graded_for(stored, case["term"])
    # Low beside high: the files do not grade it for want of a limit, the store leaves it out.
    limit_gone = "lln" not in case and case["term"].lower().startswith("hypo")
    if found == 0 and limit_gone and max(each or 0 for each in read(stored).values()) > 0:
        return "not gradable"
    return "not gradable" if found is None else str(found)


@pytest.mark.parametrize(
    ("version", "edition", "at_least"), [(4, "4.03", 120), (5, "5.0", 120), (6, "6.0", 90)]
)
def test_the_samples_of_values_that_are_stored_have_their_grade(
    samples, settings, version, edition, at_least
):
    settings.CRS_CTCAE_EDITION = edition
    patient, judged, wrong, without = a_patient(a_ward()), 0, [], set()
    for row in _sample_rows(samples, version):
        why = _why_not_stored(row, Edition(edition))
        if why:
            without |= {why.removeprefix("no stored value: ")} if ":" in why else set()
            continue
        case = _case_of(row)
        with transaction.atomic():
            found = _said_of(case, patient, edition=Edition(edition))
            judged += found is not None
            if found not in (None, row["expected_grade"]):
                wrong.append((row["case_id"], row["term"], row["expected_grade"], found))
            transaction.set_rollback(True)
    assert wrong == []
    assert judged >= at_least
    assert without <= NOT_STORABLE


@pytest.mark.parametrize("limits", [("-1.5", "-0.5"), ("-1.5", "5.1"), ("0", "0")])
def test_a_limit_that_no_laboratory_has_is_none_and_the_value_is_kept(limits):
    patient = a_patient()
    without = report(patient, "potassium", "5.8")
    strange = report(patient, "potassium", "5.8", limits=limits, minutes_ago=1)
    assert strange.value == without.value
    assert strange.reference_low == Decimal(limits[0])
