"""A ward's own alert minutes, proposed by one person and decided by another, as rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from staff.models import Ward


class RuleChange(models.Model):
    """What somebody proposes, and what held when they did; both as alerts.ladder reads them."""

    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="rule_changes")
    before = models.JSONField()
    minutes = models.JSONField()
    why = models.CharField(max_length=200)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="a_rule_change_says_why"),
        ]

    def __str__(self) -> str:
        return f"rule change {self.pk}"


class RuleDecision(models.Model):
    """Somebody else's word on it: from `decided_at` on the minutes hold, or never will."""

    change = models.OneToOneField(RuleChange, on_delete=models.PROTECT, related_name="decision")
    accepted = models.BooleanField()
    words = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted=True) | ~Q(words=""), name="a_refused_rule_change_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"decision on {self.change_id}"
