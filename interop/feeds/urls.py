"""The address of the feeds' page."""

from django.urls import path

from interop.feeds import views

urlpatterns = [path("feeds/", views.feeds)]
