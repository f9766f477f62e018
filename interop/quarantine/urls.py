"""The addresses of the quarantine's pages."""

from django.urls import path

from interop.quarantine import views

urlpatterns = [
    path("quarantine/", views.quarantine),
    path("quarantine/group/", views.quarantine_group),
]
