"""Addresses below /demo/, mounted only when CRS_DEMO is set."""

from django.urls import path

from demo import views

urlpatterns = [path("mailbox/", views.show_mailbox, name="demo-mailbox")]
