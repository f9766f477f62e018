"""The stock admin, in which every change of anything leaves an entry in the trail."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.sites import AdminSite
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

# Of these not even the change is worded: that it was changed is all there is to say.
_SECRET: Final = ("password", "secret", "digest", "token", "code")


class RecordedAdminConfig(AdminConfig):
    """Put our site in the place of the stock one, so that no model can be registered past it."""

    default_site = "audit.admin_app.RecordedSite"


class RecordedSite(AdminSite):
    """Every model that is registered here is recorded, whoever registers it."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models with a class that records."""
        base = admin_class or ModelAdmin
        recorded = type(f"Recorded{base.__name__}", (Recorded, base), {"__module__": __name__})
        super().register(model_or_iterable, recorded, **options)


class Recorded:
    """What the admin's own log calls at each change, in the transaction of the change."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Put the row and the rows below it on record, field by field."""
        # The form that sets a password calls its row the user.
        row = form.instance if hasattr(form, "instance") else form.user
        _note(request, "admin.added" if add else "admin.changed", row, form)
        for formset in formsets or ():
            for each in formset.new_objects:
                _note(request, "admin.added", each, _form_of(formset, each))
            for each, _ in formset.changed_objects:
                _note(request, "admin.changed", each, _form_of(formset, each))
            for gone in formset.deleted_forms:
                # The row has lost its key with its place in the table; the page still knows it.
                key = gone.data.get(gone.add_prefix(formset._pk_field.name), "")
                _note(request, "admin.removed", gone.instance, None, key=key)
        found: Any = super().construct_change_message(  # type: ignore[misc]
            request, form, formsets, add
        )
        return found

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Model]) -> Any:
        """Put rows on record before they go."""
        rows: Iterable[Model] = queryset
        for each in rows:
            _note(request, "admin.removed", each, None)
        found: Any = super().log_deletions(request, queryset)  # type: ignore[misc]
        return found


def _note(request: HttpRequest, action: str, row: Model, form: Any, *, key: str = "") -> None:
    # The site is made before the models are, so it cannot ask for them as it loads.
    from audit import trail

    trail.record(
        action=action,
        actor=request.user,  # type: ignore[arg-type]
        scope=_scope(row),
        subject=f"{row._meta.model_name}:{row.pk or key}"[:80],
        at=timezone.now(),
        detail=_changes(form) if form is not None else {},
    )


def _scope(row: Model) -> str:
    patient = row.pk if isinstance(row, apps.get_model("patients", "Patient")) else None
    patient = patient or getattr(row, "patient_id", None)
    return f"patient:{patient}" if patient is not None else "admin"


def _form_of(formset: Any, row: Model) -> Any:
    return next((form for form in formset.forms if form.instance is row), None)


def _changes(form: Any) -> dict[str, Any]:
    """The fields that changed, and of those that hold no words what they held before and now."""
    before, after = {}, {}
    for name in form.changed_data:
        field = form.fields.get(name)
        if field is None or any(part in name for part in _SECRET):
            continue
        if _is_plain(field):
            before[name] = _plain(form.get_initial_for_field(field, name))
            after[name] = _plain(form.cleaned_data.get(name))
    return {"fields": sorted(form.changed_data), "before": before, "after": after}


def _is_plain(field: Any) -> bool:
    """Whether what it holds is an id, a code, a moment or a yes: no name and no reading."""
    kinds = (forms.ModelChoiceField, forms.ChoiceField, forms.BooleanField, forms.DateTimeField)
    return isinstance(field, (*kinds, forms.SplitDateTimeField, forms.SlugField))


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, str):
        return value[:80]
    if isinstance(value, Iterable):
        return [_plain(each) for each in value]
    return str(value)[:80]
