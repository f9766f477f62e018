"""The addresses of what can be taken out."""

urlpatterns: list[object] = []
