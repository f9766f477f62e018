"""Register patients and admit them in the stock admin; clinical facts are not edited there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from charting import state, stays
from patients.models import BodyWeight, DiseaseBurden, Patient, Stay


class AddedOnly(admin.TabularInline):  # type: ignore[type-arg]
    """Facts that can be added here and, like all facts, never edited or removed."""

    extra = 0
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was recorded stands."""
        return False


class WeightInline(AddedOnly):
    """Weights with the moment they were measured."""

    model = BodyWeight
    fields = ("weight_kg", "measured_at")


class BurdenInline(AddedOnly):
    """Disease burden with its date."""

    model = DiseaseBurden
    fields = ("measure", "value_percent", "assessed_on")


@admin.register(Patient)
class PatientAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Demographics only."""

    list_display = ("mrn", "family_name", "given_name", "birth_date")
    search_fields = ("mrn", "family_name", "given_name")
    inlines = (WeightInline, BurdenInline)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a patient."""
        return False

    def save_model(self, request: HttpRequest, obj: Patient, form: Any, change: bool) -> None:
        """Save, and give a new patient the state row that watching needs."""
        super().save_model(request, obj, form, change)
        state.refresh_place(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Say who recorded each new fact, and when."""
        for fact in formset.save(commit=False):
            fact.recorded_by = request.user
            fact.recorded_at = timezone.now()
            fact.save()


@admin.register(Stay)
class StayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Admissions, bed moves and discharges, through the same services as everywhere."""

    list_display = ("id", "ward", "bed", "admitted_at", "discharged_at")
    list_filter = ("ward",)
    autocomplete_fields = ("patient",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A stay ends with a discharge."""
        return False

    def save_model(self, request: HttpRequest, obj: Stay, form: Any, change: bool) -> None:
        """Save, follow with the state row, and leave a trail."""
        super().save_model(request, obj, form, change)
        stays.follow(obj, action="stay.edited", by=request.user, now=timezone.now())  # type: ignore[arg-type]
