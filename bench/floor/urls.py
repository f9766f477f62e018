"""The addresses of the floor."""

from django.urls import path

from bench.floor import views

urlpatterns = [
    path("sets/", views.store),
    path("sets/<int:set_id>/", views.show),
]
