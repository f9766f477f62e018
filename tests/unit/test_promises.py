"""Promises the whole repository makes; a new model, rule or medicine that forgets one fails."""

import ast
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from alerts.policy import RESPOND_WITHIN_MINUTES, TELL, WORDS, Rule, Severity
from audit.append_only import AppendOnly
from audit.facts import ClinicalFact
from charting.entry import VASOPRESSORS
from grading.rules import vocabulary
from grading.rules.crs_astct import CRITERIA, CrsFindings
from patients import therapies
from patients.medicines import CLASS_OF, TreatmentClass, TreatmentCode
from patients.windows import DoseKind
from vitals import models as vitals

ROOT = Path(settings.BASE_DIR)
OURS = {"alerts", "audit", "charting", "demo", "grading", "interop", "patients", "screens"}
OURS |= {"staff", "vitals"}

APPEND_ONLY = {
    "alerts.AlertEvent",
    "alerts.AnsweredDue",
    "alerts.HandoverReadBack",
    "alerts.HandoverWords",
    "alerts.Returned",
    "alerts.RuleChange",
    "alerts.RuleDecision",
    "alerts.ScheduleOrder",
    "audit.AuditEntry",
    "charting.BreakGlass",
    "charting.BreakGlassEnd",
    "charting.BreakGlassReview",
    "grading.Assessment",
    "grading.Confirmation",
    "interop.ExportEntry",
    "interop.HeldResource",
    "interop.HeldResult",
    "interop.ImportedRow",
    "interop.ImportedStay",
    "interop.LocalMapping",
    "interop.MergedPatient",
    "interop.QuarantineResolution",
    "interop.QuarantinedItem",
    "interop.ReceivedMessage",
    "patients.BodyWeight",
    "patients.DiseaseBurden",
    "patients.Infusion",
    "patients.PlannedDose",
    "patients.SupplyCheck",
    "patients.Treatment",
    "vitals.Handwriting",
    "vitals.LabResult",
    "vitals.NeuroAssessment",
    "vitals.ObservationSet",
    "vitals.SymptomReport",
}
EDITABLE = {
    "alerts.Alert": "changed by compare-and-set, and each change leaves an AlertEvent",
    "alerts.Bulletin": "a message on its way",
    "alerts.DueSet": "a plan",
    "alerts.Heartbeat": "proof of life",
    "alerts.Notification": "a message on its way",
    "alerts.NurseAssignment": "ends with the shift",
    "alerts.RotaSlot": "can be cancelled; what stood stays on record",
    "alerts.TabletReport": "the newest word of a tablet",
    "audit.AuditChain": "the head of each chain",
    "audit.KeptRequest": "learns what came of it",
    "charting.ChartLook": "the newest look of each person",
    "charting.PatientState": "derived, rebuilt from the facts",
    "interop.Feed": "a sender's clock may be agreed anew",
    "interop.ExportKey": "a secret that must never change, and no fact",
    "interop.ImportBatch": "says in the end what came of it",
    "interop.ImportJob": "how far an uploaded file is",
    "interop.ImportPart": "goes with its job",
    "interop.MessageText": "emptied when the time to keep it is over",
    "patients.Patient": "a name is corrected in place",
    "patients.Stay": "ends with the discharge",
    "staff.ApiToken": "can be revoked",
    "staff.Badge": "people get a new badge",
    "staff.Bed": "furniture",
    "staff.Device": "can be revoked",
    "staff.Pin": "people choose a new one, and slips are counted",
    "staff.ShiftSignIn": "ends with the shift",
    "staff.User": "people change their password",
    "staff.Ward": "a ward moves",
    "staff.WardMembership": "people change wards",
    "vitals.IceWardSet": "what a ward asks with; each check keeps what it was asked",
}

# Modules that a person must be able to run with nothing but Python.
PURE = [
    *sorted((ROOT / "grading/rules").glob("*.py")),
    ROOT / "grading/course.py",
    ROOT / "grading/course_state.py",
    ROOT / "grading/hypotension.py",
    ROOT / "grading/grades.py",
    ROOT / "grading/pressor_doses.py",
    ROOT / "grading/scales.py",
    ROOT / "grading/support_course.py",
    ROOT / "patients/age.py",
    ROOT / "vitals/plausibility.py",
    ROOT / "vitals/units.py",
    ROOT / "vitals/schedule.py",
    ROOT / "vitals/analytes.py",
    ROOT / "vitals/symptoms.py",
    ROOT / "vitals/capd.py",
    ROOT / "vitals/strokes.py",
    ROOT / "grading/lab_terms.py",
    ROOT / "patients/windows.py",
    ROOT / "patients/dose_facts.py",
    *sorted((ROOT / "alerts/policy").glob("*.py")),
    ROOT / "alerts/ladder.py",
]


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


# --- One vocabulary ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["OxygenDevice", "Consciousness", "VentilationReason"])
def test_what_is_charted_is_what_the_rules_read(name):
    charted, read = getattr(vitals, name), getattr(vocabulary, name)
    assert set(charted.values) == {each.value for each in read}
    assert all(charted.labels)


@pytest.mark.parametrize(
    ("klass", "words"),
    [
        (TreatmentClass.VASOPRESSOR, vocabulary.Vasopressor),
        (TreatmentClass.VASOPRESSIN, vocabulary.VasopressinAnalog),
        (TreatmentClass.INOTROPE, vocabulary.Inotrope),
    ],
)
def test_what_is_given_is_what_the_rules_count(klass, words):
    given = {code for code, each in CLASS_OF.items() if each is klass}
    assert given == {each.value for each in words}


def test_the_entry_takes_the_vasopressors_that_the_rules_count():
    assert set(VASOPRESSORS) == {each.value for each in vocabulary.Vasopressor}


def test_every_medicine_has_a_class_and_every_class_a_medicine():
    assert CLASS_OF.keys() == set(TreatmentCode.values)
    assert set(CLASS_OF.values()) == set(TreatmentClass)


def test_every_word_fits_its_column():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for value, _ in field.flatchoices:
                assert field.max_length is None or len(value) <= field.max_length, field


def test_a_rule_asks_only_for_what_the_findings_hold():
    fields = set(CrsFindings.__dataclass_fields__)
    assert {name for rule in CRITERIA for name in rule.needs} <= fields


# --- Therapies and alerts ----------------------------------------------------------------------


def test_every_kind_of_dose_opens_a_window_somewhere():
    opening = {kind for each in therapies.profiles().values() for kind in each.kinds()}
    assert opening == set(DoseKind)
    assert therapies.profile(therapies.FALLBACK).kinds() == set(DoseKind)


def test_nineteen_products_and_a_fallback_have_a_newest_edition():
    names = {name for name, _ in therapies.profiles()}
    assert len(names) == 20
    assert all(therapies.profile(name).anchors for name in names)


def test_every_severity_has_an_audience_and_a_response_time():
    assert TELL.keys() == RESPOND_WITHIN_MINUTES.keys() == set(Severity)
    assert all(TELL[each] for each in (Severity.P1, Severity.P2))


def test_every_rule_has_words_without_any_patient_detail():
    assert WORDS.keys() == set(Rule)
    assert all(words and not any(c.isdigit() for c in words) for words in WORDS.values())


# --- Facts are appended ------------------------------------------------------------------------


def our_models():
    return {each._meta.label: each for each in apps.get_models() if each._meta.app_label in OURS}


def test_every_model_is_declared_append_only_or_editable():
    assert our_models().keys() == APPEND_ONLY | EDITABLE.keys()
    assert not APPEND_ONLY & EDITABLE.keys()


def test_every_clinical_fact_is_append_only():
    facts = {label for label, each in our_models().items() if issubclass(each, ClinicalFact)}
    assert facts <= APPEND_ONLY


def test_what_is_append_only_has_its_trigger_in_the_migrations_and_nothing_else_has():
    loader = MigrationLoader(None)
    # A table that was altered has its triggers put on again, so it may be named twice.
    guarded = {
        operation.table
        for migration in loader.disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    }
    tables = {our_models()[label]._meta.db_table for label in APPEND_ONLY}
    assert guarded == tables


def test_every_query_of_a_clinical_fact_has_a_stated_order():
    facts = [each for each in our_models().values() if issubclass(each, ClinicalFact)]
    assert [each._meta.label for each in facts if not each._meta.ordering] == []


# --- What is pure stays pure -------------------------------------------------------------------


@pytest.mark.parametrize("path", PURE, ids=module_of)
def test_a_pure_module_imports_the_standard_library_and_pure_modules_alone(path):
    allowed = {module_of(each) for each in PURE} | {"grading.rules", "alerts.policy"}
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            names = {f"{node.module}.{each.name}" for each in node.names}
            imported |= (names & allowed) or {node.module}
    foreign = {
        name
        for name in imported
        if name.split(".")[0] not in sys.stdlib_module_names and name not in allowed
    }
    assert foreign == set()


@pytest.mark.parametrize("path", PURE, ids=module_of)
def test_a_pure_module_never_asks_the_clock_nor_draws_lots(path):
    asked = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today", "environ", "random", "time_ns"}
    ]
    assert asked == []
