"""Histories from CSV: every row ends somewhere, once, and nobody is paged."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from alerts.models import Alert, DueSet, Notification
from audit import trail
from charting import bulk
from grading.models import Assessment
from interop.csv.kinds import COLUMNS, Kind
from interop.models import ImportBatch, ImportedRow
from patients.models import BodyWeight, Patient, Stay, Treatment
from tests.factories.extract import (
    AT,
    arterial,
    gcs,
    import_files,
    infusion,
    lab,
    oxygen,
    rate,
    vital,
    write,
)
from tests.factories.ward import a_patient, a_person, a_ward
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db
TAKEN = datetime(2025, 6, 1, 8, tzinfo=UTC)


def person(**cells):
    return {"patient_id": "P1", "gender": "F", "dob": "1965-09-18 00:00:00"} | cells


def encounter(**cells):
    return {
        "patient_id": "P1", "encounter_id": "E1", "admit_time": "2025-05-30 10:00:00",
        "discharge_time": "2025-06-09 12:00:00", "diagnosis": "LYMPHOMA",
    } | cells  # fmt: skip


def icu(**cells):
    return {
        "patient_id": "P1", "encounter_id": "E1", "icustay_id": "S1", "first_careunit": "MICU",
        "intime": "2025-05-31 10:00:00", "outtime": "2025-06-04 12:00:00",
    } | cells  # fmt: skip


@pytest.fixture
def chart(tmp_path):
    """One patient in every kind of file."""
    return [
        write(tmp_path / f"{kind}.csv", kind, *rows)
        for kind, rows in {
            Kind.GCS: [gcs("15", "4", "5", "6")],
            Kind.OXYGEN: [oxygen("device", "Nasal cannula"), oxygen("flow_lpm", "2")],
            Kind.VITALS: [
                vital("temperature", "101.3"), vital("sbp", 84), vital("dbp", 50),
                vital("spo2", 95), arterial("sbp", 88), arterial("dbp", 51),
                vital("weight", "64.9000015258789"),
            ],
            Kind.LABS: [lab("2160-0", "0.9", lab="Creatinine"), lab("600-7", "POS", "")],
            Kind.INFUSIONS: [infusion("07:00", "09:00")],
            Kind.RATES: [
                rate("10:00", "1.0"), rate("10:30", "1.0"), rate("11:00", "2.0"),
                rate("12:00", "2.0", "Stopped"),
            ],
            Kind.ICU_STAYS: [icu()],
            Kind.ENCOUNTERS: [encounter()],
            Kind.PATIENTS: [person()],
        }.items()
    ]  # fmt: skip


def test_every_kind_goes_where_it_belongs(chart):
    ward = a_ward()
    summary = import_files(*chart, ward=ward.code)
    assert (summary["received"], summary["stored"], summary["status"]) == (20, 20, 0)
    assert (summary["patients_registered"], summary["sets"]) == (1, 2)
    patient = Patient.objects.get()
    assert (patient.mrn, patient.sex, patient.birth_date) == ("P1", "female", date(1965, 9, 18))
    cuff, line = ObservationSet.objects.all()
    assert cuff.temperature_celsius == Decimal("38.5")
    assert (cuff.oxygen_device, cuff.oxygen_flow_lpm) == ("nasal_cannula", Decimal(2))
    assert (cuff.glasgow_coma_score, cuff.spo2_percent) == (15, Decimal(95))
    assert (cuff.systolic_mmhg, cuff.blood_pressure_method) == (84, "cuff")
    assert (line.systolic_mmhg, line.blood_pressure_method) == (88, "arterial")
    assert (cuff.taken_at, line.taken_at, cuff.source) == (TAKEN, TAKEN, "import")
    assert cuff.as_entered["temperature_celsius"] == {
        "value": "101.3", "unit": "°F", "charted_as": "Temperature Fahrenheit",
    }  # fmt: skip
    assert set(LabResult.objects.values_list("analyte", "value", "text")) == {
        ("creatinine", Decimal("0.9"), ""), ("blood_culture", None, "POS"),
    }  # fmt: skip
    assert BodyWeight.objects.get().weight_kg == Decimal("64.9")
    stay = Stay.objects.get()
    assert (stay.ward, stay.discharged_at) == (ward, datetime(2025, 6, 9, 12, tzinfo=UTC))


def crs_grades():
    """The CRS grades in force, of whatever set."""
    return Assessment.objects.filter(scale="astct-crs").in_force()


def test_vasopressors_run_from_rate_to_rate_and_count_in_the_grade(chart):
    import_files(*chart)
    ran = Treatment.objects.exclude(code="intensive_care").values_list(
        "started_at", "stopped_at", "dose_value", "dose_unit"
    )
    hour = TAKEN.replace
    assert list(ran) == [
        (hour(hour=7), hour(hour=9), Decimal("0.1"), "ug/kg/min"),
        (hour(hour=10), hour(hour=11), Decimal(1), "ug/kg/min"),
        (hour(hour=11), hour(hour=12), Decimal(2), "ug/kg/min"),
    ]
    assert {a.at_least for a in crs_grades()} == {3}
    icu_stay = Treatment.objects.get(code="intensive_care")
    assert icu_stay.stopped_at == datetime(2025, 6, 4, 12, tzinfo=UTC)


def test_history_pages_nobody_and_is_due_never(chart):
    now = timezone.now()
    fresh = (now - timedelta(minutes=10)).strftime("%Y-%m-%d %H:%M:%S")
    path = write(
        chart[0].parent / "fresh.csv", Kind.VITALS, vital("temperature", "104", time=fresh),
        vital("sbp", 70, time=fresh),
    )  # fmt: skip
    import_files(*chart, path, ward=a_ward().code)
    assert Assessment.objects.filter(at_least__gte=1).exists()
    assert not Alert.objects.exists()
    assert not Notification.objects.exists()
    assert not DueSet.objects.exists()
    assert not Stay.objects.filter(discharged_at=None).exists()
    assert trail.verify() == []


@pytest.mark.parametrize("again", [1, 2])
def test_a_second_run_in_another_order_stores_nothing(chart, again):
    ward = a_ward()
    first = import_files(*chart, ward=ward.code)
    before = [model.objects.count() for model in (ObservationSet, LabResult, Treatment, Stay)]
    second = import_files(*reversed(chart * again), ward=ward.code)
    assert second["duplicates"] == first["stored"] * again
    assert (second["stored"], second["sets"], second["patients_registered"]) == (0, 0, 0)
    assert before == [
        model.objects.count() for model in (ObservationSet, LabResult, Treatment, Stay)
    ]


def test_files_one_by_one_end_with_the_grades_of_all_at_once(chart):
    for path in [*reversed(chart)]:
        assert import_files(path)["status"] == 0
    newest = crs_grades().order_by("taken_at", "observation_set_id").last()
    assert newest.at_least == 3
    assert crs_grades().count() == ObservationSet.objects.count()


def test_a_birth_date_that_comes_later_grades_everything_again(tmp_path):
    child = vital("sbp", 85)
    import_files(write(tmp_path / "v.csv", Kind.VITALS, vital("temperature", "101"), child))
    assert crs_grades().get().at_least == 2
    import_files(write(tmp_path / "p.csv", Kind.PATIENTS, person(dob="2020-01-01")))
    assert crs_grades().get().at_least == 1


def test_a_dry_run_says_the_same_and_stores_nothing(chart, tmp_path):
    bad = write(tmp_path / "bad.csv", Kind.VITALS, vital("sbp", 0), vital("spo2", ""))
    dry = import_files(*chart, bad, dry_run=True)
    assert not Patient.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not ImportedRow.objects.exists()
    wet = import_files(*chart, bad)
    assert {**dry, "err": ""} == {**wet, "err": ""}


def test_one_bad_row_costs_nothing_beside_it(tmp_path):
    summary = import_files(
        write(
            tmp_path / "v.csv", Kind.VITALS, vital("temperature", "98.6"), vital("sbp", 0),
            vital("dbp", 50), vital("spo2", 97, error_flag="1"), vital("heart_rate", ""),
            vital("heart_rate", 80, patient_id=""),
        )
    )  # fmt: skip
    assert summary["reasons"] == {
        "flagged_error": 1, "impossible_value": 1, "no_patient": 1, "no_value": 1,
    }  # fmt: skip
    stored = ObservationSet.objects.get()
    assert (stored.temperature_celsius, stored.diastolic_mmhg) == (Decimal(37), 50)
    assert (stored.systolic_mmhg, stored.spo2_percent, stored.heart_rate_bpm) == (None, None, None)


def test_what_was_not_stored_is_written_down_and_can_come_back_corrected(tmp_path):
    rejects = tmp_path / "rejects.csv"
    path = write(
        tmp_path / "v.csv", Kind.VITALS, vital("heart_rate", 80), vital("sbp", 0),
        vital("spo2", "97", unit="volts"),
    )  # fmt: skip
    import_files(path, rejects=str(rejects))
    lines = list(csv.DictReader(rejects.open()))
    assert [(x["file"], x["line"], x["column"], x["value"], x["reason"]) for x in lines] == [
        ("v.csv", "3", "value", "0", "impossible_value"),
        ("v.csv", "4", "unit", "volts", "unknown_unit"),
    ]
    kept = ImportedRow.objects.get(reason="impossible_value").content
    assert kept is not None
    assert kept["value"] == "0"
    text = rejects.read_text().replace(",value,0,", ",value,120,").replace(",volts,", ",%,")
    (tmp_path / "corrected.csv").write_text(text)
    summary = import_files(tmp_path / "corrected.csv", rejects=str(tmp_path / "none.csv"))
    assert (summary["stored"], summary["files"][0]["kind"]) == (2, "rejects")
    assert ObservationSet.objects.filter(systolic_mmhg=120, spo2_percent=97).count() == 1
    assert not (tmp_path / "none.csv").exists()


def test_an_unknown_file_is_named_and_the_others_are_imported(tmp_path):
    unknown = tmp_path / "menu.csv"
    unknown.write_text("dish,price\nsoup,3\nbread,1\n")
    good = write(tmp_path / "v.csv", Kind.VITALS, vital("heart_rate", 80))
    empty = tmp_path / "empty.csv"
    empty.touch()
    summary = import_files(unknown, empty, good)
    assert (summary["status"], summary["stored"], summary["rejected"]) == (1, 1, 2)
    assert [file["kind"] for file in summary["files"]] == ["unknown", "unknown", "vitals"]
    assert all(kind in summary["err"] for kind in COLUMNS)


def test_a_ward_a_zone_or_a_file_that_does_not_exist_stops_before_anything(tmp_path, chart):
    for options in ({"ward": "nowhere"}, {"time_zone": "Mars/Base"}, {"by": "nobody"}):
        with pytest.raises(CommandError, match=r"nowhere|Mars|nobody"):
            call_command("import_csv", *map(str, chart), **options)
    with pytest.raises(CommandError, match="absent"):
        call_command("import_csv", *map(str, chart), str(tmp_path / "absent.csv"))
    assert not Patient.objects.exists()
    assert not ImportBatch.objects.exists()


def test_a_coma_score_waits_until_somebody_says_whose_it_is(tmp_path):
    score = write(tmp_path / "g.csv", Kind.GCS, gcs("15", "4", "5", "6"))
    assert import_files(score)["reasons"] == {"unknown_stay": 1}
    import_files(write(tmp_path / "i.csv", Kind.ICU_STAYS, icu()))
    assert import_files(score)["stored"] == 1
    assert ObservationSet.objects.get().patient.mrn == "P1"


def test_a_stay_of_two_patients_is_of_neither(tmp_path):
    stays = write(tmp_path / "i.csv", Kind.ICU_STAYS, icu(), icu(patient_id="P2"))
    score = write(tmp_path / "g.csv", Kind.GCS, gcs("15", "4", "5", "6"))
    assert import_files(stays, score)["reasons"] == {"unknown_stay": 1}


def test_a_slip_in_another_file_does_not_cost_a_stay_its_scores(tmp_path):
    stays = write(tmp_path / "i.csv", Kind.ICU_STAYS, icu())
    slip = write(tmp_path / "v.csv", Kind.VITALS, vital("heart_rate", 80, patient_id="P2"))
    score = write(tmp_path / "g.csv", Kind.GCS, gcs("15", "4", "5", "6"))
    assert import_files(slip, score, stays)["stored"] == 3
    assert ObservationSet.objects.get(glasgow_coma_score=15).patient.mrn == "P1"


@pytest.mark.parametrize(
    ("born", "kept"),
    [("1723-06-25", None), ("2199-01-01", None), ("1930-01-02", date(1930, 1, 2)), ("old", None)],
)
def test_a_birth_date_nobody_can_have_is_unknown_with_a_warning(tmp_path, born, kept):
    summary = import_files(write(tmp_path / "p.csv", Kind.PATIENTS, person(dob=born)))
    assert summary["stored"] == 1
    assert Patient.objects.get().birth_date == kept
    assert bool(summary["warnings"]) is (kept is None)
    assert not any("P1" in words for words in summary["warnings"])


def test_a_registered_patient_is_filled_in_and_never_overwritten(tmp_path):
    patient = a_patient(mrn="P1", birth_date=date(1950, 1, 1), infused_at=None)
    summary = import_files(
        write(tmp_path / "p.csv", Kind.PATIENTS, person(), person(dob="1950-01-01"))
    )
    assert summary["reasons"] == {"differs_from_registered": 1}
    patient.refresh_from_db()
    assert (patient.sex, patient.birth_date) == ("female", date(1950, 1, 1))


def test_without_encounters_the_ward_gets_a_stay_over_the_imported_times(tmp_path):
    ward = a_ward()
    late = vital("heart_rate", 90, time="2025-06-03 09:30:00")
    import_files(
        write(tmp_path / "v.csv", Kind.VITALS, vital("heart_rate", 80), late), ward=ward.code
    )
    stay = Stay.objects.get()
    assert (stay.admitted_at, stay.discharged_at) == (
        TAKEN, datetime(2025, 6, 3, 9, 30, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"discharge_time": ""}, "no_end"),
        ({"discharge_time": "2025-05-01 00:00:00"}, "bad_time"),
        ({"discharge_time": "2125-05-01 00:00:00"}, "future_time"),
    ],
)
def test_an_import_never_opens_a_stay(tmp_path, cells, reason):
    path = write(tmp_path / "e.csv", Kind.ENCOUNTERS, encounter(**cells))
    assert import_files(path, ward=a_ward().code)["reasons"] == {reason: 1}
    assert not Stay.objects.exists()


def test_a_later_file_ends_what_an_earlier_one_left_running(tmp_path):
    early = write(tmp_path / "a.csv", Kind.RATES, rate("10:00", "1.0"))
    assert any("no charted end" in words for words in import_files(early)["warnings"])
    import_files(write(tmp_path / "b.csv", Kind.RATES, rate("12:00", "", "Stopped")))
    ran = Treatment.objects.in_force().get()
    assert (ran.started_at, ran.stopped_at) == (TAKEN.replace(hour=10), TAKEN.replace(hour=12))


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ([rate("10:00", "")], {"no_value": 1}),
        ([rate("10:00", "0")], {"ends_nothing": 1}),
        ([rate("10:00", "-1")], {"impossible_value": 1}),
        ([rate("10:00", "1", drug="saline")], {"unknown_drug": 1}),
        ([rate("10:00", "1", drug="dopamine")], {"codes_disagree": 1}),
        ([rate("10:00", "1", stopped="perhaps")], {"unknown_flag": 1}),
    ],
)
def test_a_rate_that_says_nothing_is_refused(tmp_path, rows, reasons):
    assert import_files(write(tmp_path / "r.csv", Kind.RATES, *rows))["reasons"] == reasons


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        (infusion("07:00", "09:00", status="Rewritten"), {"rewritten_at_source": 1}),
        (infusion("07:00", "09:00", 0), {"rate_of_zero": 1}),
        (infusion("09:00", "07:00"), {"bad_time": 1}),
        (infusion("07:00", "07:00"), {}),
    ],
)
def test_an_infusion_counts_only_as_it_was_given(tmp_path, row, reasons):
    assert import_files(write(tmp_path / "i.csv", Kind.INFUSIONS, row))["reasons"] == reasons


@pytest.mark.parametrize(
    ("value", "unit", "drug", "dose"),
    [
        ("2.4", "units/hour", "vasopressin", (Decimal("2.4"), "U/h")),
        ("2.4", "Umin", "vasopressin", (None, "")),
        ("0.04", "Umin", "vasopressin", (Decimal("0.04"), "U/min")),
        ("5", "drops", "norepinephrine", (None, "")),
    ],
)
def test_a_dose_in_an_unknown_unit_is_a_note_and_the_medicine_still_ran(
    tmp_path, value, unit, drug, dose
):
    row = infusion("07:00", "09:00", value, rate_unit=unit, drug=drug, charted_as="")
    assert import_files(write(tmp_path / "i.csv", Kind.INFUSIONS, row))["stored"] == 1
    given = Treatment.objects.get()
    assert (given.dose_value, given.dose_unit) == dose
    assert f"{value} {unit}" in given.note


def test_a_later_row_of_a_known_minute_is_added_beside_it(tmp_path):
    path = write(tmp_path / "v.csv", Kind.VITALS, vital("temperature", "98.6"))
    import_files(path)
    more = vital("temperature", "98.6"), vital("heart_rate", 80)
    summary = import_files(write(tmp_path / "v.csv", Kind.VITALS, *more))
    assert (summary["stored"], summary["duplicates"]) == (1, 1)
    assert ObservationSet.objects.filter(taken_at=TAKEN).count() == 2


def test_a_repeat_within_a_file_is_a_duplicate(tmp_path):
    row = vital("weight", 70)
    summary = import_files(write(tmp_path / "v.csv", Kind.VITALS, row, row))
    assert (summary["stored"], summary["duplicates"]) == (1, 1)
    assert BodyWeight.objects.count() == 1


def test_oxygen_refused_for_its_company_is_refused_again(tmp_path):
    path = write(
        tmp_path / "o.csv", Kind.OXYGEN, oxygen("device", "Nasal cannula"),
        oxygen("device", "Non-rebreather"), oxygen("flow_lpm", "12"),
    )  # fmt: skip
    for stored in (2, 0):
        summary = import_files(path)
        assert (summary["stored"], summary["reasons"]) == (stored, {"which_device": 1})


@pytest.fixture
def refusing(monkeypatch):
    """Make the door fail for one patient until the test undoes it."""
    store = bulk.chart_many

    def fail_for(mrn, error):
        def chart_many(**asked):
            if Patient.objects.get(pk=asked["patient_id"]).mrn == mrn:
                raise error
            return store(**asked)

        monkeypatch.setattr(bulk, "chart_many", chart_many)
        return monkeypatch.undo

    return fail_for


def two_patients(tmp_path):
    rows = [vital("heart_rate", 80), vital("heart_rate", 81, patient_id="P2", icustay_id="S2")]
    return write(tmp_path / "v.csv", Kind.VITALS, *rows)


def test_a_patient_the_database_refuses_does_not_stop_the_others(tmp_path, refusing):
    path = two_patients(tmp_path)
    mend = refusing("P1", IntegrityError("no"))
    summary = import_files(path)
    assert (summary["status"], summary["stored"], summary["rejected"]) == (1, 1, 1)
    assert summary["reasons"] == {"could_not_be_stored": 1}
    assert not Patient.objects.filter(mrn="P1").exists()
    mend()
    again = import_files(path)
    assert (again["stored"], again["duplicates"]) == (1, 1)


def test_a_run_that_was_cut_short_goes_on_where_it_stopped(tmp_path, refusing):
    path = two_patients(tmp_path)
    mend = refusing("P2", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        call_command("import_csv", str(path))
    assert ObservationSet.objects.count() == 1
    mend()
    again = import_files(path)
    assert (again["stored"], again["duplicates"]) == (1, 1)
    assert ObservationSet.objects.count() == 2


def test_the_rejects_file_is_never_one_that_is_read(tmp_path):
    path = two_patients(tmp_path)
    with pytest.raises(CommandError, match="another rejects file"):
        call_command("import_csv", str(path), rejects=str(path))


def test_times_are_read_on_the_clock_that_was_named(tmp_path):
    path = write(tmp_path / "v.csv", Kind.VITALS, vital("heart_rate", 80, time=AT))
    import_files(path, time_zone="Europe/London", by=a_person().username)
    assert ObservationSet.objects.get().taken_at == TAKEN - timedelta(hours=1)
    batch = ImportBatch.objects.get()
    assert batch.summary["stored"] == 1
    assert batch.started_by is not None
    assert batch.finished_at is not None


def test_the_memory_of_rows_is_append_only(tmp_path):
    import_files(write(tmp_path / "v.csv", Kind.VITALS, vital("heart_rate", 80)))
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportedRow.objects.update(outcome="rejected")
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportedRow.objects.all().delete()


def test_a_json_summary_is_all_that_stands_on_standard_output(tmp_path, capsys):
    path = write(tmp_path / "v.csv", Kind.VITALS, vital("heart_rate", 80), vital("sbp", 0))
    call_command("import_csv", str(path))
    shown = capsys.readouterr()
    assert json.loads(shown.out)["received"] == 2
    assert "rows that were not stored are in" in shown.err
