"""Who may do what: one function per verb, given a user and a ward."""

from collections.abc import Iterable
from typing import Final

from django.utils import timezone

from staff.memberships import WARD_IDS_OF
from staff.models import Role, User, Ward
from staff.tokens import Scope

_CLINICAL: Final = frozenset({Role.NURSE, Role.CHARGE_NURSE, Role.ONCOLOGIST})

# Who reads and writes nothing of it reads the same patients.
SEE_PATIENTS: Final = _CLINICAL | {Role.PHARMACIST}
READ_RESOURCES: Final = SEE_PATIENTS | {Role.INTEGRATION}
CHART: Final = _CLINICAL | {Role.INTEGRATION}
CORRECT: Final = _CLINICAL
RECORD_TREATMENT: Final = _CLINICAL | {Role.INTEGRATION}
RECORD_INFUSION: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST})
ACKNOWLEDGE: Final = _CLINICAL
CLOSE: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST})
SNOOZE: Final = _CLINICAL
SNOOZE_AGAIN: Final = frozenset({Role.CHARGE_NURSE})
HAND_OVER: Final = _CLINICAL
EDIT_ROTA: Final = frozenset({Role.CHARGE_NURSE})
PAUSE: Final = _CLINICAL
LET_SLEEP: Final = frozenset({Role.CHARGE_NURSE})
ORDER_INTERVAL: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST})
ORDER_PLACE: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST})
ORDER_PALLIATIVE_PLAN: Final = frozenset({Role.ONCOLOGIST})
CONFIRM_GRADE: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST})
SEE_ALERT_STATISTICS: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST, Role.SAFETY_OFFICER})
REGISTER_DEVICE: Final = frozenset({Role.CHARGE_NURSE})
OPEN_AGENCY_ACCOUNT: Final = frozenset({Role.CHARGE_NURSE})
PRINT: Final = _CLINICAL
SEE_SHIFT_REPORT: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST})
ARRANGE_BEDS: Final = frozenset({Role.CHARGE_NURSE})
ASSIGN_NURSE: Final = frozenset({Role.CHARGE_NURSE})
CALL_NEXT: Final = _CLINICAL
EXPORT: Final = frozenset({Role.ONCOLOGIST, Role.ADMINISTRATOR})
IMPORT_FILES: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST, Role.ADMINISTRATOR})
SEE_WALL: Final = SEE_PATIENTS | {Role.KIOSK}
# Whoever may be called to a patient of any ward; agency accounts as well, in an emergency.
BREAK_GLASS: Final = SEE_PATIENTS | {Role.SAFETY_OFFICER}
REVIEW_BREAK_GLASS: Final = frozenset({Role.SAFETY_OFFICER, Role.ADMINISTRATOR})
READ_AUDIT: Final = frozenset({Role.SAFETY_OFFICER, Role.ADMINISTRATOR})
CHANGE_RULES: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST, Role.SAFETY_OFFICER})
MEND_FEEDS: Final = frozenset({Role.CHARGE_NURSE, Role.ADMINISTRATOR})


def _allowed(user: User, ward: Ward | None, roles: Iterable[str]) -> bool:
    if ward is None or not user.is_authenticated or not user.is_active:
        return False
    return user.role in roles and ward.pk in ward_ids(user)


def _is_one_of(user: User, roles: Iterable[str]) -> bool:
    return user.is_authenticated and user.is_active and user.role in roles


def _granted(user: User, ward: Ward | None, scope: Scope) -> bool:
    """Whether an integration came with a token that names this scope."""
    scopes: frozenset[str] = getattr(user, "_scopes", frozenset())
    return scope in scopes and _allowed(user, ward, {Role.INTEGRATION})


def hold_to(user: User, *, wards: Iterable[int] | None, scopes: Iterable[str] | None) -> None:
    """Hold this user, for this request, to the wards of a token; None is all of their own."""
    user._scopes = frozenset(scopes or ())  # type: ignore[attr-defined]
    user._held_to = None if wards is None else frozenset(wards)  # type: ignore[attr-defined]


def ward_ids(user: User) -> frozenset[int]:
    """The wards this person works on now; asked of the clock and the database once per request."""
    known: frozenset[int] | None = getattr(user, "_ward_ids", None)
    if known is None:
        known = frozenset(WARD_IDS_OF(user=user.pk, now=timezone.now()))
        held_to: frozenset[int] | None = getattr(user, "_held_to", None)
        if held_to is not None:
            known &= held_to
        user._ward_ids = known  # type: ignore[attr-defined]
    return known


def seen_ward_ids(user: User) -> frozenset[int]:
    """The wards whose patients this user may see."""
    return _wards_for(user, Scope.READ_PATIENTS)


def alert_ward_ids(user: User) -> frozenset[int]:
    """The wards whose alerts this user may see."""
    return _wards_for(user, Scope.READ_ALERTS)


def _wards_for(user: User, scope: Scope) -> frozenset[int]:
    scopes: frozenset[str] = getattr(user, "_scopes", frozenset())
    is_let = user.role == Role.INTEGRATION and scope in scopes
    return ward_ids(user) if is_let or user.role in SEE_PATIENTS else frozenset()


def can_see_patients(user: User, ward: Ward | None) -> bool:
    """Clinical staff see the patients of their own wards, and integrations with the scope."""
    return _allowed(user, ward, SEE_PATIENTS) or _granted(user, ward, Scope.READ_PATIENTS)


def can_see_alerts(user: User, ward: Ward | None) -> bool:
    """Clinical staff see the alerts of their own wards, and integrations with the scope."""
    return _allowed(user, ward, SEE_PATIENTS) or _granted(user, ward, Scope.READ_ALERTS)


def can_chart(user: User, ward: Ward | None) -> bool:
    """Clinical staff and integrations chart on their own wards."""
    return _allowed(user, ward, CHART)


def can_correct(user: User, ward: Ward | None) -> bool:
    """Clinical staff correct what was charted, with a reason."""
    return _allowed(user, ward, CORRECT)


def can_record_treatment(user: User, ward: Ward | None) -> bool:
    """Clinical staff and integrations record what was given."""
    return _allowed(user, ward, RECORD_TREATMENT)


def can_record_infusion(user: User, ward: Ward | None) -> bool:
    """Charge nurses and oncologists record a dose, for it moves the risk windows."""
    return _allowed(user, ward, RECORD_INFUSION)


def can_acknowledge(user: User, ward: Ward | None) -> bool:
    """Clinical staff of the ward accept an alert in their own name."""
    return _allowed(user, ward, ACKNOWLEDGE)


def can_close(user: User, ward: Ward | None) -> bool:
    """Charge nurses and oncologists of the ward end an alert, with a reason."""
    return _allowed(user, ward, CLOSE)


def can_confirm_grade(user: User, ward: Ward | None) -> bool:
    """Charge nurses and oncologists confirm, change or reject a computed grade, with a reason."""
    return _allowed(user, ward, CONFIRM_GRADE)


def can_snooze(user: User, ward: Ward | None) -> bool:
    """Clinical staff of the ward put an alert off once, with a reason."""
    return _allowed(user, ward, SNOOZE)


def can_snooze_again(user: User, ward: Ward | None) -> bool:
    """The second time it takes a charge nurse."""
    return _allowed(user, ward, SNOOZE_AGAIN)


def can_hand_over(user: User, ward: Ward | None) -> bool:
    """Clinical staff of the ward take over what others had."""
    return _allowed(user, ward, HAND_OVER)


def can_edit_rota(user: User, ward: Ward | None) -> bool:
    """Charge nurses say who is on call for their own ward, and try the way to them."""
    return _allowed(user, ward, EDIT_ROTA)


def can_pause(user: User, ward: Ward | None) -> bool:
    """Clinical staff say that a patient is off the ward, and is back."""
    return _allowed(user, ward, PAUSE)


def can_let_sleep(user: User, ward: Ward | None) -> bool:
    """Charge nurses sign that a well patient is not woken for a set."""
    return _allowed(user, ward, LET_SLEEP)


def can_order_interval(user: User, ward: Ward | None) -> bool:
    """Charge nurses and oncologists ask for sets at another interval."""
    return _allowed(user, ward, ORDER_INTERVAL)


def can_order_place(user: User, ward: Ward | None) -> bool:
    """Charge nurses and oncologists say that intensive care or the family watches a patient."""
    return _allowed(user, ward, ORDER_PLACE)


def can_order_palliative_plan(user: User, ward: Ward | None) -> bool:
    """Only oncologists say that a grade calls nobody at once."""
    return _allowed(user, ward, ORDER_PALLIATIVE_PLAN)


def can_see_alert_statistics(user: User, ward: Ward | None) -> bool:
    """Charge nurses, oncologists and safety officers see how loud their wards' alerts are."""
    return _allowed(user, ward, SEE_ALERT_STATISTICS)


def can_register_device(user: User, ward: Ward | None) -> bool:
    """Charge nurses give a tablet to their own ward, administrators to any."""
    is_administrator = _is_one_of(user, {Role.ADMINISTRATOR})
    return (ward is not None and is_administrator) or _allowed(user, ward, REGISTER_DEVICE)


def can_open_agency_account(user: User, ward: Ward | None) -> bool:
    """Charge nurses let somebody from an agency in for one shift."""
    return _allowed(user, ward, OPEN_AGENCY_ACCOUNT)


def can_arrange_beds(user: User, ward: Ward | None) -> bool:
    """Charge nurses say where the beds of their ward stand in its plan."""
    return _allowed(user, ward, ARRANGE_BEDS)


def can_assign_nurse(user: User, ward: Ward | None) -> bool:
    """Charge nurses say which nurse looks after which patient of their ward."""
    return _allowed(user, ward, ASSIGN_NURSE)


def can_call_next(user: User, ward: Ward | None) -> bool:
    """Clinical staff of the ward have the next in line called about an open alert at once."""
    return _allowed(user, ward, CALL_NEXT)


def can_see_wall(user: User, ward: Ward | None) -> bool:
    """Clinical staff and the ward's own wall displays see the wall, which names nobody."""
    return _allowed(user, ward, SEE_WALL)


def can_print(user: User, ward: Ward | None) -> bool:
    """Clinical staff take the patients of their own wards along on paper."""
    return _allowed(user, ward, PRINT)


def can_break_glass(user: User) -> bool:
    """People who treat patients, and safety officers; never by a token held to wards or scopes."""
    is_held = getattr(user, "_held_to", None) is not None or bool(getattr(user, "_scopes", None))
    return not is_held and _is_one_of(user, BREAK_GLASS)


def can_review_break_glass(user: User) -> bool:
    """Safety officers and administrators look at who opened whose chart, and why."""
    return _is_one_of(user, REVIEW_BREAK_GLASS)


def can_read_audit(user: User) -> bool:
    """Safety officers and administrators see who read and wrote what, of the whole house."""
    return _is_one_of(user, READ_AUDIT)


def can_mend_feeds(user: User) -> bool:
    """Charge nurses and administrators say what an unknown code of a feed is, and replay."""
    return _is_one_of(user, MEND_FEEDS)


def can_mend_feeds_of_ward(user: User, ward: Ward | None) -> bool:
    """Charge nurses mend what came for the patients of their own ward, administrators of any."""
    is_administrator = _is_one_of(user, {Role.ADMINISTRATOR})
    return (ward is not None and is_administrator) or _allowed(user, ward, MEND_FEEDS)


def can_see_feeds(user: User) -> bool:
    """Administrators see which systems send, and which have fallen silent."""
    return _is_one_of(user, {Role.ADMINISTRATOR})


def can_read_resources(user: User, ward: Ward | None) -> bool:
    """Clinical staff and integrations read the records of their own wards as FHIR resources."""
    return _allowed(user, ward, READ_RESOURCES)


def can_export(user: User, ward: Ward | None) -> bool:
    """Oncologists and administrators take data out of their own wards; each time is on record."""
    return _allowed(user, ward, EXPORT)


def can_import_files(user: User, ward: Ward | None) -> bool:
    """Charge nurses, oncologists and administrators load histories from files into their wards.

    So does another system whose token was given that scope by name.
    """
    return _allowed(user, ward, IMPORT_FILES) or _granted(user, ward, Scope.IMPORT)


def can_see_shift_report(user: User, ward: Ward | None) -> bool:
    """Charge nurses and oncologists see what a shift of their ward came to."""
    return _allowed(user, ward, SEE_SHIFT_REPORT)


def can_manage_sign_in(user: User) -> bool:
    """Administrators reset second factors, end sessions and link accounts; each time on record."""
    return _is_one_of(user, {Role.ADMINISTRATOR})


def keeps_pack(user: User) -> bool:
    """Who charts at the bedside keeps what a tablet needs without a network."""
    return user.role in CHART & SEE_PATIENTS


def can_change_rules(user: User, ward: Ward | None) -> bool:
    """Charge nurses, oncologists and safety officers propose alert minutes; another decides."""
    return _allowed(user, ward, CHANGE_RULES)
