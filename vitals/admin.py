"""What a ward asks with in ICE, in the stock admin; facts are not edited there."""

from django.contrib import admin

from vitals.models import IceWardSet


@admin.register(IceWardSet)
class IceWardSetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A ward's own objects, commands and sentence; without a set the shipped one is used."""

    list_display = ("ward", "sentence")
