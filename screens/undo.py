"""Take back the set that was just saved: for a minute, by whoever saved it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from charting import undoing
from charting.undoing import TooLateError
from screens.access import patient_for, user_of
from staff import permissions
from vitals.models import ObservationSet


@require_POST
def undo(request: HttpRequest, patient_id: int, set_id: int) -> HttpResponse:
    """Undo, and lead back to an empty form; too late leads back to the set and says so."""
    user = user_of(request)
    patient_for(user, patient_id, may=permissions.can_correct)
    if not ObservationSet.objects.for_patient(patient_id).filter(pk=set_id).exists():
        raise Http404
    try:
        undoing.undo(set_id=set_id, by=user, now=timezone.now())
    except TooLateError as error:
        messages.error(request, str(error))
        return redirect(f"/patients/{patient_id}/sets/{set_id}/")
    messages.success(request, "The set was taken back. Nothing of it counts; it stays on record.")
    return redirect(f"/patients/{patient_id}/chart/")
