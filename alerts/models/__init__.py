"""Alerts, the messages about them, what is due, who is on call, and the proof of life."""

from alerts.models.alert import (
    Alert,
    AlertEvent,
    AlertQuerySet,
    AlertState,
    ClosedAs,
    SnoozeReason,
    new_code,
)
from alerts.models.answered import AnsweredDue
from alerts.models.bulletin import URGENT, Bulletin, Topic
from alerts.models.due import DueSet, OffWardReason, OrderKind, ScheduleOrder
from alerts.models.handover import HandoverReadBack, HandoverWords, Illness
from alerts.models.heartbeat import Heartbeat
from alerts.models.notification import Kind, Notification, NotificationQuerySet
from alerts.models.outgoing import LEASE, LONGEST_LEASE, Channel, Outgoing, OutgoingQuerySet
from alerts.models.returned import Returned, ReturnedAs
from alerts.models.rota import NurseAssignment, RotaRole, RotaSlot, RotaSource
from alerts.models.rule_change import RuleChange, RuleDecision
from alerts.models.tablet import TabletReport

__all__ = [
    "LEASE",
    "LONGEST_LEASE",
    "URGENT",
    "Alert",
    "AlertEvent",
    "AlertQuerySet",
    "AlertState",
    "AnsweredDue",
    "Bulletin",
    "Channel",
    "ClosedAs",
    "DueSet",
    "HandoverReadBack",
    "HandoverWords",
    "Heartbeat",
    "Illness",
    "Kind",
    "Notification",
    "NotificationQuerySet",
    "NurseAssignment",
    "OffWardReason",
    "OrderKind",
    "Outgoing",
    "OutgoingQuerySet",
    "Returned",
    "ReturnedAs",
    "RotaRole",
    "RotaSlot",
    "RotaSource",
    "RuleChange",
    "RuleDecision",
    "ScheduleOrder",
    "SnoozeReason",
    "TabletReport",
    "Topic",
    "new_code",
]
