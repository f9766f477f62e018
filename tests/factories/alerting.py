"""One alert of a chosen severity, and the clock moved to when something is due."""

from datetime import datetime

from alerts import delivery, services
from alerts.models import Alert, Notification
from alerts.policy import Condition, Family, Rule, Severity
from patients.models import Patient
from staff.models import Ward
from tests.factories.ward import NOW, a_patient


def an_alert(
    ward: Ward | None,
    severity: Severity = Severity.P1,
    *,
    rule: Rule = Rule.A04,
    family: Family = Family.CRS_GRADE,
    patient: Patient | None = None,
    now: datetime = NOW,
) -> Alert:
    """An alert about a patient of the ward, raised as any other is."""
    raised = services.raise_or_update(
        Condition(rule, family, severity, 3),
        patient_id=(patient or a_patient(ward)).pk,
        ward=ward,
        now=now,
        existing=None,
    )
    return Alert.objects.select_related("ward").get(pk=raised.alert.pk)


def deliver_until_quiet(*, start: datetime = NOW, turns: int = 40) -> datetime:
    """Deliver again and again, each time when the next message is due; return the last moment."""
    now = start
    for _ in range(turns):
        delivery.deliver_due(now=now)
        waiting = Notification.objects.all().unsent().order_by("due_at").first()
        if waiting is None:
            break
        now = max(now, waiting.due_at)
    return now
