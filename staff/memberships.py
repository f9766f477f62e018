"""On which wards a person works: asked on every request, so put into words once."""

from typing import Final

from staff.models import WardMembership
from staff.prepared import Prepared

WARD_IDS_OF: Final = Prepared(
    lambda user, now: (
        WardMembership.objects.filter(user_id=user).in_force(now).values_list("ward_id", flat=True)
    )
)
