"""Results by HL7 v2: live they page like a tablet's, corrected they supersede, or they wait."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alerts import bulletins
from alerts.models import Alert, Bulletin, Notification, Topic
from interop.hl7v2 import kept
from interop.hl7v2.receiving import account
from interop.models import HeldResult, MessageText, QuarantinedItem, ReceivedMessage
from interop.quarantine.replaying import replay
from staff.models import Role
from tests.factories.hl7 import (
    CRP,
    code_of,
    how,
    message,
    msh,
    obr,
    obx,
    pid,
    send,
    stamp,
    vital,
)
from tests.factories.ward import NOW, a_patient, a_person, a_ward, chart_set
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db

FEVER = {
    "temperature_celsius": "38.6", "heart_rate_bpm": 118, "respirations_per_minute": 22,
    "systolic_mmhg": 84, "diastolic_mmhg": 50, "mean_arterial_mmhg": 54, "spo2_percent": 95,
}  # fmt: skip


@pytest.fixture
def ward():
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    return ward


@pytest.fixture
def patient(ward):
    return a_patient(ward)


def test_a_set_of_a_live_feed_is_one_set_graded_and_alerted_like_a_tablets(ward, patient):
    twin = a_patient(ward)
    values = FEVER | {"temperature_celsius": Decimal("38.6"), "spo2_percent": Decimal(95)}
    by_tablet = chart_set(twin, values)
    answer = send(msh(), pid(patient.mrn), obr(), *(vital(name, v) for name, v in FEVER.items()))
    assert answer.code == "AA"
    stored = ObservationSet.objects.get(patient=patient)
    assert {name: getattr(stored, name) for name in values} == values
    ours, theirs = (
        list(row.assessments.in_force().order_by("scale").values_list("scale", "at_least", "grade"))
        for row in (stored, by_tablet.observations)
    )
    assert ours == theirs
    assert sorted(
        Alert.objects.filter(patient=patient).values_list("family", "severity")
    ) == sorted(Alert.objects.filter(patient=twin).values_list("family", "severity"))
    assert Notification.objects.filter(alert__patient=patient).exists()
    assert stored.as_entered["heart_rate_bpm"] == {
        "value": "118", "unit": "/min", "charted_as": "Heart rate",
    }  # fmt: skip


def test_a_crp_in_milligrams_per_deciliter_is_kept_as_sent_and_as_ten_times_as_many_per_liter(
    patient,
):
    send(msh(), pid(patient.mrn), obr(), obx(CRP, "12", "mg/dL"))
    row = LabResult.objects.get()
    assert (row.value, row.unit, row.canonical_value, row.canonical_unit) == (
        12, "mg/dL", 120, "mg/L",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (obx("GLUCOSE-X^Glucose^LAB1", "5.4", "mmol/L"), "unknown_code"),
        (obx("1988-6^C reactive protein^LN", "12", "mg/L"), "not_a_loinc_code"),
        (obx(CRP, "12", "furlong"), "lab_unit_refused"),
        (obx("8310-5^Body temperature^LN", "38.6", ""), "unknown_unit"),
        (obx("8480-6^Systolic blood pressure^LN", "16", "kPa"), "unknown_unit"),
        (obx("8480-6^Diastolic blood pressure^LN", "60", "mm[Hg]"), "codes_disagree"),
        (obx("3150-0^FiO2^LN", "1", ""), "ambiguous_fio2"),
        (obx("3151-8^FiO2^LN", "40", ""), "codes_disagree"),
        (obx("3151-8^Inhaled oxygen flow rate^LN", "40", "%"), "unknown_unit"),
        (obx("3150-0^O2 flow rate^LN", "40", "%"), "codes_disagree"),
        (obx("26881-3^Procalcitonin^LN", "3", "pg/mL"), "codes_disagree"),
        (obx("8867-4^Heart rate^LN", "80", "/min", kind="NX"), "unknown_value_type"),
        (obx("8867-4^Heart rate^LN", "80~81", "/min"), "several_values"),
        (obx("8867-4^Heart rate^LN", "80", "/min", status="Q"), "unknown_status"),
        (obx("8867-4^Heart rate^LN", "80", "/min", at="20260310"), "time_too_coarse"),
        (obx("85354-9^Blood pressure^LN", "120", "mm[Hg]"), "code_of_a_panel"),
        (obx("8867-4^Heart rate^LN", "8\\X8", "/min"), "bad_escape"),
        (obx("8867-4^Heart rate^LN", "400", "/min"), "impossible_value"),
        (obx(CRP, "5", "mg/L", status="D"), "corrects_nothing"),
    ],
)
def test_what_is_not_understood_waits_and_what_stands_beside_it_is_stored(patient, result, reason):
    heart_rate = vital("heart_rate_bpm", 91, number=2)
    assert send(msh(), pid(patient.mrn), obr(), result, heart_rate).code == "AA"
    row = QuarantinedItem.objects.get()
    assert (row.reason_code, row.raw, row.patient) == (reason, result, patient)
    assert ObservationSet.objects.get().heart_rate_bpm == 91
    counts = ReceivedMessage.objects.get().counts
    assert counts == {
        "received": 2, "stored": 1, "duplicates": 0, "quarantined": 1, "rejected": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("result", "reason", "code"),
    [
        (obx(CRP, "", "mg/L"), "no_value", "AE"),
        (obx(CRP, '""', "mg/L"), "no_value", "AE"),
        (obx(CRP, "", "mg/L", status="I"), "result_pending", "AA"),
        (obx(CRP, "", "mg/L", status="X"), "result_pending", "AA"),
        (obx(CRP, "12,5", "mg/L"), "not_a_number", "AE"),
        (obx(CRP, "12", "mg/L", at="21000101120000+0000"), "future_time", "AE"),
        (obx(CRP, "12", "mg/L", at="20260231120000+0000"), "bad_time", "AE"),
    ],
)
def test_what_is_wrong_is_rejected_with_its_reason(patient, result, reason, code):
    answer = send(msh(), pid(patient.mrn), obr(), result)
    assert answer.code == code
    assert reason.encode() in answer.content
    row = ReceivedMessage.objects.get()
    assert (row.counts["rejected"], row.account) == (1, [[4, "rejected", reason]])
    assert not QuarantinedItem.objects.exists()


def test_the_same_message_again_is_accepted_and_stored_once(patient):
    segments = (msh(number="X1"), pid(patient.mrn), obr(), vital("heart_rate_bpm", 91))
    assert [send(*segments).code for _ in range(3)] == ["AA", "AA", "AA"]
    assert ObservationSet.objects.count() == ReceivedMessage.objects.count() == 1


def test_the_same_number_with_other_content_waits_for_a_person(patient):
    send(msh(number="X1"), pid(patient.mrn), obr(), vital("heart_rate_bpm", 91))
    other = msh(number="X1"), pid(patient.mrn), obr(), vital("heart_rate_bpm", 92)
    third = msh(number="X1"), pid(patient.mrn), obr(), vital("heart_rate_bpm", 93)
    assert [send(*each).code for each in (other, other)] == ["AE", "AE"]
    assert QuarantinedItem.objects.count() == 1
    assert send(*third, now=NOW + timedelta(hours=23)).code == "AE"
    assert QuarantinedItem.objects.filter(raw__contains="|93|").exists()
    assert send(*third, now=NOW + timedelta(hours=25)).code == "AA"
    assert {*ObservationSet.objects.values_list("heart_rate_bpm", flat=True)} == {91, 93}


def test_a_message_that_waited_for_its_number_is_stored_by_a_replay(patient):
    send(msh(number="X1"), pid(patient.mrn), obr(), vital("heart_rate_bpm", 91))
    other = (
        msh(number="X1"), pid(patient.mrn), obr(), vital("heart_rate_bpm", 92),
        obx("X^Y^L", "5", number=2),
    )  # fmt: skip
    assert send(*other).code == "AE"
    assert QuarantinedItem.objects.get().reason_code == "control_id_reused"
    replay(QuarantinedItem.objects.waiting(), by=account(), now=NOW)
    assert {*ObservationSet.objects.values_list("heart_rate_bpm", flat=True)} == {91, 92}
    assert QuarantinedItem.objects.waiting().get().reason_code == "unknown_code"
    assert send(*other).code == "AE"
    assert ObservationSet.objects.count() == 2


def test_a_corrected_result_supersedes_and_a_wrong_one_is_withdrawn(patient):
    order = obr("F123")
    send(msh(), pid(patient.mrn), order, obx(CRP, "12", "mg/L"))
    send(msh(), pid(patient.mrn), order, obx(CRP, "120", "mg/L", status="C"))
    first, right = LabResult.objects.order_by("pk")
    assert (right.supersedes, right.value) == (first, 120)
    assert send(msh(), pid(patient.mrn), order, obx(CRP, "", status="W")).code == "AA"
    assert not LabResult.objects.in_force().exists()
    assert LabResult.objects.count() == 3


def test_one_value_of_a_set_is_corrected_and_the_rest_of_it_stays(patient):
    order = obr("F124")
    send(msh(), pid(patient.mrn), order, *(vital(name, v) for name, v in FEVER.items()))
    assert Alert.objects.filter(patient=patient).not_closed().exists()
    fixed = [vital("temperature_celsius", "36.8", status="C")]
    assert send(msh(), pid(patient.mrn), order, *fixed).code == "AA"
    row = ObservationSet.objects.in_force().get()
    assert (row.temperature_celsius, row.heart_rate_bpm) == (Decimal("36.8"), 118)
    assert row.supersedes is not None
    again = send(msh(), pid(patient.mrn), order, *fixed)
    assert again.code == "AA"
    assert ObservationSet.objects.count() == 2


def test_a_set_whose_only_value_is_withdrawn_is_withdrawn(patient):
    order = obr("F125")
    send(msh(), pid(patient.mrn), order, vital("heart_rate_bpm", 91))
    send(msh(), pid(patient.mrn), order, vital("heart_rate_bpm", "", status="D"))
    assert not ObservationSet.objects.in_force().exists()


def test_a_preliminary_result_says_so_and_the_final_one_takes_its_place(patient):
    order = obr("F126")
    send(msh(), pid(patient.mrn), order, obx(CRP, "12", "mg/L", status="P"))
    assert LabResult.objects.get().display.endswith(" (preliminary)")
    send(msh(), pid(patient.mrn), order, obx(CRP, "12", "mg/L"))
    row = LabResult.objects.in_force().get()
    assert not row.display.endswith("(preliminary)")
    assert send(msh(), pid(patient.mrn), order, obx(CRP, "14", "mg/L", status="P")).code == "AE"
    assert QuarantinedItem.objects.get().reason_code == "changed_without_correction"


def test_a_structured_number_keeps_its_bound(patient):
    send(msh(), pid(patient.mrn), obr(), obx(CRP, "<^0.5", "mg/L", kind="SN"))
    row = LabResult.objects.get()
    assert (row.comparator, row.value, row.text) == ("<", Decimal("0.5"), "")


def test_a_result_of_yesterday_pages_nobody(patient):
    at = NOW - timedelta(hours=25)
    sent = [vital(name, v, at=at) for name, v in FEVER.items()]
    assert send(msh(), pid(patient.mrn), obr(at=at), *sent).code == "AA"
    assert ObservationSet.objects.get().assessments.filter(at_least__gte=1).exists()
    assert not Alert.objects.filter(patient=patient).exists()


def test_a_result_of_nobody_we_know_waits_until_its_patient_is_admitted(ward):
    answer = send(msh(), pid("NEW1"), obr(), vital("heart_rate_bpm", 91))
    assert answer.code == "AE"
    assert QuarantinedItem.objects.get().reason_code == "unknown_patient"
    assert not HeldResult.objects.exists()


@pytest.mark.parametrize(
    ("segment", "reason"),
    [
        (pid("MRN1", born="19790501"), "differs_from_registered"),
        ("PID|1||MRN1^^^HOSP^MR~OTHER^^^HOSP^MR||DEMO", "which_patient"),
        ("PID|1||MRN1?^^^HOSP^MR||DEMO", "which_patient"),
        ("PID|1||MRN1^^^HOSP^MR||DEMO||1980X501", "bad_birth_date"),
    ],
)
def test_results_are_charted_for_nobody_where_it_is_not_clear_who_is_meant(ward, segment, reason):
    a_patient(ward, mrn="MRN1")
    assert send(msh(), segment, obr(), vital("heart_rate_bpm", 91)).code == "AE"
    assert QuarantinedItem.objects.get().reason_code == reason
    assert not ObservationSet.objects.exists()


@pytest.mark.parametrize("identifiers", ["", "^^^HOSP^MR", "1^^^HOSP^SS"])
def test_results_without_a_record_number_are_refused(ward, identifiers):
    answer = send(msh(), f"PID|1||{identifiers}||DEMO", obr(), vital("heart_rate_bpm", 91))
    assert (answer.code, ReceivedMessage.objects.get().reason_code) == ("AE", "no_patient")
    assert not ObservationSet.objects.exists()


def test_a_correction_of_what_was_never_sent_is_a_result(patient):
    assert send(msh(), pid(patient.mrn), obr(), obx(CRP, "5", "mg/L", status="C")).code == "AA"
    assert LabResult.objects.get().value == 5


def test_the_results_of_two_patients_in_one_message_go_to_each(ward):
    one, two = a_patient(ward), a_patient(ward)
    send(
        msh(), pid(one.mrn), obr(), vital("heart_rate_bpm", 91),
        pid(two.mrn), obr(), vital("heart_rate_bpm", 72),
    )  # fmt: skip
    found = ObservationSet.objects.values_list("patient", "heart_rate_bpm")
    assert set(found) == {(one.pk, 91), (two.pk, 72)}


def test_the_times_of_a_message_are_those_of_its_own_offset_then_of_the_ward(patient):
    bare = f"{NOW + timedelta(hours=1):%Y%m%d%H%M%S}"
    own = msh().replace(stamp(NOW), f"{NOW + timedelta(hours=1):%Y%m%d%H%M%S}+0100")
    send(own, pid(patient.mrn), vital("heart_rate_bpm", 91, at=bare))
    # The ward's clock is London's, which is that of UTC in March.
    send(msh(zone=False), pid(patient.mrn), vital("heart_rate_bpm", 92, at=f"{NOW:%Y%m%d%H%M}"))
    assert set(ObservationSet.objects.values_list("taken_at", flat=True)) == {NOW}


def test_a_message_is_kept_as_it_came_and_no_answer_repeats_a_value(patient):
    raw = (msh(), pid(patient.mrn, name="SECRET^NAME"), obr(), obx(CRP, "77", "furlong"))
    answer = send(*raw)
    assert bytes(MessageText.objects.get().content) == message(*raw)
    assert b"SECRET" not in answer.content
    assert b"77" not in answer.content.replace(b"furlong", b"").split(b"\rMSA")[1]


def test_the_charge_nurse_is_told_once_a_shift_that_values_wait(ward, patient):
    for value in ("5", "6"):
        send(msh(), pid(patient.mrn), obr(), obx("GLUCOSE-X^Glucose^LAB1", value))
    told = Bulletin.objects.get(topic=Topic.FEED_WAITS, recipient__role=Role.CHARGE_NURSE)
    assert told.ward == ward
    mail = bulletins.compose(told, now=NOW)
    assert "/interop/quarantine/" in mail.body
    assert "GLUCOSE" not in mail.body + mail.subject
    send(msh(), pid(patient.mrn), obr(), obx("X^Y^L", "5"), live=False)
    later = NOW + timedelta(hours=13)
    send(msh(at=later), pid(patient.mrn), obr(), obx("X^Y^L", "5", at=later), now=later)
    assert Bulletin.objects.filter(recipient=told.recipient).count() == 2


def test_old_texts_are_forgotten_but_never_what_somebody_must_still_look_at(patient):
    send(msh(), pid(patient.mrn), obr(), vital("heart_rate_bpm", 91))
    send(msh(), pid(patient.mrn), obr(), obx("X^Y^L", "5"))
    assert kept.forget_texts(before=NOW) == 0
    assert kept.forget_texts(before=NOW + timedelta(seconds=1)) == 1
    contents = MessageText.objects.order_by("pk").values_list("content", flat=True)
    assert [content is None for content in contents] == [True, False]
    assert ReceivedMessage.objects.count() == 2


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "AR"),
        (b"HELLO", "AR"),
        (b"MSH", "AR"),
        (b"MSH|^~\\&|A|B|C|D|20260310120000||ORU^R01|1|P|3.0\rPID|1||X^^^H^MR\r", "AR"),
        (b"MSH|^~\\&|A|B|C|D|20260310120000||SIU^S12|1|P|2.5\r", "AR"),
        (b"MSH|^~\\&|A|B|C|D|20260310120000||ORU^R01||P|2.5\r", "AR"),
        (b"MSH|^~\\&|A|B|C|D|20260310120000||ORU^R01|1|P|2.5\rPID|1||X^^^H^MR\r", "AR"),
        (b"MSH|^^^^|A|B|C|D|20260310120000||ORU^R01|1|P|2.5\r", "AR"),
        (b"MSH|^~\\&|A|B|C|D|20260310120000||ORU^R01|1|P|2.5\rpid|1\rOBX|1\r", "AR"),
        (b"MSH|^~\\&|A|B|C|D|20260310120000||ORU^R01|1|P|2.5\rPJD|1\rOBX|1\r", "AE"),
        (b"MSH|^~\\&|A|B|C|D|20260310120000||ORU^R01|1|P|2.5\rOBX|1\r", "AR"),
        (b"MSH|^~\\&|A|B|C|D|20260310120000||ORU^R01|1|P|2.5||||||ASCII\rPID|\xb0\r", "AR"),
    ],
)
def test_whatever_comes_is_answered_and_kept(raw, code):
    from interop.hl7v2.receiving import receive

    answer = receive(raw, how=how())
    assert answer.code == code
    assert code_of(answer) == code
    row = ReceivedMessage.objects.get()
    assert row.counts["received"] == 1
    assert row.counts["quarantined"] + row.counts["rejected"] == 1
    assert bytes(row.text.content) == raw
