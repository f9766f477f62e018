"""Set-up of people and places in the stock admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from staff.models import Bed, User, Ward, WardMembership


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """A person's wards, on the person's page."""

    model = WardMembership
    fields = ("ward", "starts_at", "ends_at")
    extra = 1


class BedInline(admin.TabularInline):  # type: ignore[type-arg]
    """A ward's beds, on the ward's page."""

    model = Bed
    extra = 4


@admin.register(User)
class CrsUserAdmin(UserAdmin):  # type: ignore[type-arg]
    """People with their role and wards."""

    inlines = (MembershipInline,)
    list_display = ("username", "first_name", "last_name", "role", "is_active")
    list_filter = ("role", "is_active", "wards")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Role", {"fields": ("role",)}))
    add_fieldsets = (*UserAdmin.add_fieldsets, ("Role", {"fields": ("role", "email")}))


@admin.register(Ward)
class WardAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Wards with their beds."""

    inlines = (BedInline,)
    list_display = ("name", "code", "time_zone", "phone")
    # These take two people, on a page of the ward's own.
    readonly_fields = ("alert_minutes",)
