"""The addresses of importing a file, for programs."""

from django.urls import path

from interop.imports.rest import ImportRejects, Imports, OneImport

urlpatterns = [
    path("imports/", Imports.as_view()),
    path("imports/<uuid:job_id>/", OneImport.as_view()),
    path("imports/<uuid:job_id>/rejects/", ImportRejects.as_view()),
]
