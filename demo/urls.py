"""The addresses of the demo ward."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
