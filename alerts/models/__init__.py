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
from alerts.models.due import DueSet, OffWardReason, OrderKind, ScheduleOrder
from alerts.models.heartbeat import Heartbeat
from alerts.models.notification import (
    LEASE,
    LONGEST_LEASE,
    Channel,
    Kind,
    Notification,
    NotificationQuerySet,
)
from alerts.models.rota import NurseAssignment, RotaRole, RotaSlot, RotaSource

__all__ = [
    "LEASE",
    "LONGEST_LEASE",
    "Alert",
    "AlertEvent",
    "AlertQuerySet",
    "AlertState",
    "Channel",
    "ClosedAs",
    "DueSet",
    "Heartbeat",
    "Kind",
    "Notification",
    "NotificationQuerySet",
    "NurseAssignment",
    "OffWardReason",
    "OrderKind",
    "RotaRole",
    "RotaSlot",
    "RotaSource",
    "ScheduleOrder",
    "SnoozeReason",
    "new_code",
]
