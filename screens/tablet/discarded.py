"""A person discards a set that was never stored: with a reason, on record."""

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from audit import trail
from screens.tablet.envelope import Envelope, MalformedError, object_of, text_of
from staff import offline_grant
from staff.offline_grant import GrantRefusedError

LONGEST_REASON: Final = 200


# As for the sets themselves: the grant in the body alone says who.
@csrf_exempt
@login_not_required
@require_POST
def discarded(request: HttpRequest) -> JsonResponse:
    """Record that a set will not come, and why; its values are not kept."""
    now = timezone.now()
    try:
        sent = Envelope.read(request.body)
        reason = text_of(object_of(request.body), "reason").strip()
        if not 0 < len(reason) <= LONGEST_REASON:
            raise MalformedError(f"reason must have 1 to {LONGEST_REASON} characters")
        owner = offline_grant.read(sent.grant, captured_at=sent.captured_at, now=now).user
    except MalformedError as error:
        return JsonResponse({"errors": [{"label": "", "message": str(error)}]}, status=400)
    except GrantRefusedError as error:
        said = {"client_id": str(sent.client_id), "errors": [{"label": "", "message": str(error)}]}
        return JsonResponse(said, status=401)
    by = request.user.pk if request.user.is_authenticated else None
    trail.record(
        action="observations.discarded_unsent",
        actor=owner,
        scope=f"patient:{sent.patient_id}",
        subject=f"unsent:{sent.client_id}",
        at=now,
        detail={"reason": reason, "tablet": sent.tablet, "discarded_in_session_of": by},
    )
    return JsonResponse({"client_id": str(sent.client_id), "discarded": True})
