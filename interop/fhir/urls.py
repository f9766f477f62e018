"""The addresses below /fhir/."""

from django.urls import path

from interop.fhir import views

urlpatterns = [
    path("", views.Root.as_view()),
    path("metadata", views.Metadata.as_view()),
    path("Patient/<str:ident>/$everything", views.Everything.as_view()),
    path("<str:kind>/_search", views.SearchByPost.as_view()),
    path("<str:kind>/$validate", views.Validate.as_view()),
    path("<str:kind>", views.Type.as_view()),
    path("<str:kind>/<str:ident>", views.One.as_view()),
    path("<str:kind>/<str:ident>/_history/<str:version>", views.One.as_view()),
    path("<path:rest>", views.Nowhere.as_view()),
]
