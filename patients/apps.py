"""Patients, their stays, infusions, treatments and risk windows."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"
