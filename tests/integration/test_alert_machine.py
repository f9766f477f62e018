"""Whatever happens to an alert, in whatever order, what it promises holds."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alerts import escalation, services, snooze
from alerts.models import Alert, AlertEvent, AlertState, SnoozeReason
from alerts.policy import Family, Severity
from alerts.services import StaleAlertError
from alerts.snooze import SnoozeRefusedError
from staff.models import Role
from tests.factories.alerts import a_condition, raise_it
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from vitals.models import ObservationSet
from vitals.vocabulary import Source

pytestmark = pytest.mark.django_db
_FAMILIES = (Family.FEVER, Family.CRS_GRADE)
_LONGEST = {Severity.P1: 15, Severity.P2: 60, Severity.P3: 240, Severity.P4: 240}
# Events after which the ladder may begin again at its foot.
_AGAIN = {"worsened", "confirmed", "not_rechecked", "snooze_ended"}


class AlertMachine(RuleBasedStateMachine):
    """One patient, two families, two people, and a clock that only goes on."""

    @initialize()
    def admit(self):
        self.now = NOW
        self.ward = a_ward()
        self.patient = a_patient(self.ward)
        self.people = [a_person(Role.CHARGE_NURSE, self.ward), a_person(Role.NURSE, self.ward)]
        self.seen = {}  # what each person's page shows: the alert as it was read
        self.rungs = {}

    # --- What happens --------------------------------------------------------------------------

    @rule(
        family=st.sampled_from(_FAMILIES),
        severity=st.sampled_from(Severity),
        step=st.integers(1, 4),
        provisional=st.booleans(),
        hours=st.integers(0, 2),
    )
    def condition(self, family, severity, step, provisional, hours):
        is_provisional = provisional and severity in {Severity.P2, Severity.P3}
        before = services.open_alerts(self.patient.pk).get(family)
        was = before and (before.severity, before.step, before.state, before.version)
        raised = raise_it(
            self.patient,
            self.ward,
            a_condition(
                severity,
                step=step,
                family=family,
                is_provisional=is_provisional,
                confirm_within_minutes=10 if is_provisional else None,
            ),
            now=self.now,
            episode_opened_at=NOW + timedelta(hours=hours),
        )
        alert = Alert.objects.get(pk=raised.alert.pk)
        assert alert.version == raised.alert.version
        if was is None or before.pk != alert.pk:
            assert raised.is_new
        elif severity < was[0] or step > was[1]:
            assert (alert.state, alert.version) == (AlertState.OPEN, was[3] + 1)
        elif not before.is_provisional:
            assert (alert.state, alert.version) == (was[2], was[3])

    @rule(person=st.integers(0, 1), family=st.sampled_from(_FAMILIES))
    def look(self, person, family):
        alert = services.open_alerts(self.patient.pk).get(family)
        if alert is not None:
            self.seen[person] = alert

    @precondition(lambda self: self.seen)
    @rule(person=st.integers(0, 1), eta=st.sampled_from([None, 0, 5, 15]))
    def press(self, person, eta):
        page = self.seen.get(person)
        if page is None:
            return
        fresh = Alert.objects.get(pk=page.pk)
        try:
            with transaction.atomic():
                services.acknowledge(
                    Alert.objects.get(pk=page.pk),
                    by=self.people[person],
                    at=self.now,
                    eta_minutes=eta,
                    version_seen=page.version,
                )
        except StaleAlertError:
            assert fresh.version != page.version or fresh.state not in {"open", "snoozed"}
        else:
            assert (fresh.severity, fresh.step) == (page.severity, page.step), "not seen"

    @precondition(lambda self: self.seen)
    @rule(person=st.integers(0, 1), minutes=st.integers(-1, 300))
    def put_off(self, person, minutes):
        page = self.seen.get(person)
        if page is None:
            return
        try:
            with transaction.atomic():
                snooze.snooze(
                    Alert.objects.get(pk=page.pk),
                    by=self.people[person],
                    at=self.now,
                    minutes=minutes,
                    reason=SnoozeReason.KNOWN,
                    version_seen=page.version,
                )
        except (StaleAlertError, SnoozeRefusedError):
            pass

    @rule(person=st.integers(0, 1), family=st.sampled_from(_FAMILIES))
    def cannot_come(self, person, family):
        alert = services.open_alerts(self.patient.pk).get(family)
        if alert is not None:
            escalation.cannot_come(alert, by=self.people[person], at=self.now)

    @rule(minutes=st.sampled_from([1, 2, 5, 15, 60, 300]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)
        escalation.step_due(self.now)
        assert escalation.step_due(self.now) == 0

    @rule()
    def somebody_measures(self):
        ObservationSet.objects.create(
            client_id=uuid.uuid4(),
            patient=self.patient,
            ward=self.ward,
            taken_at=self.now,
            charted_at=self.now,
            received_at=self.now,
            charted_by=self.people[0],
            source=Source.NURSE,
        )

    @rule(family=st.sampled_from(_FAMILIES), person=st.booleans())
    def close(self, family, person):
        alert = services.open_alerts(self.patient.pk).get(family)
        if alert is not None:
            by = self.people[0] if person else None
            assert services.close(alert, reason="over", at=self.now, by=by)

    # --- What holds ----------------------------------------------------------------------------

    def standing(self):
        return list(Alert.objects.filter(patient=self.patient).not_closed())

    @invariant()
    def one_alert_stands_for_each_family(self):
        families = [alert.family for alert in self.standing()]
        assert len(families) == len(set(families))

    @invariant()
    def events_are_numbered_without_gaps(self):
        for alert in Alert.objects.filter(patient=self.patient):
            numbers = list(alert.events.order_by("seq").values_list("seq", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def nobody_goes_down_a_ladder_unless_it_begins_again(self):
        for alert in self.standing():
            rung, events = self.rungs.get(alert.pk, (0, 0))
            since = list(alert.events.filter(seq__gt=events).values_list("kind", flat=True))
            assert alert.rung >= rung or _AGAIN & set(since)
            self.rungs[alert.pk] = alert.rung, events + len(since)

    @invariant()
    def every_rung_climbed_is_an_event(self):
        for alert in self.standing():
            last = AlertEvent.objects.filter(alert=alert, kind__in=_AGAIN | {"raised"})
            start = last.order_by("-seq").values_list("seq", flat=True)[0]
            climbed = alert.events.filter(seq__gt=start, kind="escalated").order_by("seq")
            assert [e.detail["rung"] for e in climbed] == list(range(1, alert.rung + 1))

    @invariant()
    def nothing_sleeps_past_its_limit_or_without_an_end(self):
        for alert in self.standing():
            if alert.state != AlertState.SNOOZED:
                assert alert.snoozed_until is None
                continue
            assert alert.snoozed_until == alert.next_step_at
            left = alert.snoozed_until - self.now
            assert left <= timedelta(minutes=_LONGEST[Severity(alert.severity)])
            assert not (alert.family == Family.CRS_GRADE and alert.step >= 3)

    @invariant()
    def silence_always_has_a_consequence_while_a_p1_waits(self):
        for alert in self.standing():
            waits = alert.state == AlertState.OPEN and alert.severity == Severity.P1
            if waits or alert.is_provisional:
                assert alert.next_step_at is not None

    @invariant()
    def an_answer_names_somebody_and_nothing_else_does(self):
        for alert in self.standing():
            has_owner = alert.acknowledged_by_id is not None
            assert has_owner is (alert.state == AlertState.ACKNOWLEDGED)


def in_a_transaction(machine: Any) -> Any:
    """The same machine, each example of which is rolled back in the end."""

    def begin(self: Any) -> None:
        machine.__init__(self)
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def end(self: Any) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)

    return type("Rolled", (machine,), {"__init__": begin, "teardown": end})


def test_an_alert_keeps_its_promises_whatever_happens():
    run_state_machine_as_test(
        in_a_transaction(AlertMachine),
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
