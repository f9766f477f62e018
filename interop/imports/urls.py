"""The addresses of importing a file."""

from django.urls import path

from interop.imports import pages

urlpatterns = [
    path("", pages.import_page),
    path("<uuid:job_id>/", pages.job_page),
    path("<uuid:job_id>/map/", pages.map_page),
    path("<uuid:job_id>/start/", pages.start),
    path("<uuid:job_id>/again/", pages.again),
    path("<uuid:job_id>/progress.json", pages.progress),
    path("<uuid:job_id>/rejects.csv", pages.rejects),
]
