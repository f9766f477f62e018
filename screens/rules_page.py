"""The alert minutes of a ward: what holds, what is proposed, and who decided what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alerts import ladder, rule_changes
from alerts.models import RuleChange
from alerts.policy import Severity
from alerts.rule_changes import RuleChangeRefusedError
from screens import alert_words, labels
from screens.access import user_of, ward_for
from staff import permissions
from staff.models import User, Ward

_DECIDED_SHOWN: Final = 20


class RulesForm(forms.Form):
    """One number for each minute of the ladder, as it holds now; and why it should change."""

    def __init__(self, *args: Any, ward: Ward, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for severity in Severity:
            for name, label, minutes in _lines(severity, ward.alert_minutes):
                self.fields[f"{severity}_{name}"] = forms.IntegerField(
                    label=label, initial=minutes, min_value=1
                )
        self.fields["why"] = forms.CharField(
            label="Why", max_length=rule_changes.LONGEST_WORDS, min_length=3
        )

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each severity, for the page."""
        return [
            (severity.value, [self[n] for n in self.fields if n.startswith(f"{severity}_")])
            for severity in Severity
        ]

    def minutes(self) -> dict[str, Any]:
        """What was typed as alerts.ladder reads it: only what differs from what is shipped."""
        found: dict[str, Any] = {}
        for severity in Severity:
            shipped = {name: minutes for name, _, minutes in _lines(severity, None)}
            typed = {name: self.cleaned_data[f"{severity}_{name}"] for name in shipped}
            rungs = [name for name in shipped if name.startswith("rung")]
            own: dict[str, Any] = {
                name: typed[name]
                for name in shipped.keys() - set(rungs)
                if typed[name] != shipped[name]
            }
            if any(typed[name] != shipped[name] for name in rungs):
                own["rungs"] = [typed[name] for name in rungs]
            if own:
                found[severity.value] = own
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the minutes of a ward; a POST proposes others, or decides what somebody proposed."""
    user, now = user_of(request), timezone.now()
    ward = ward_for(user, code, may=permissions.can_change_rules)
    if request.method != "POST":
        return _page(request, user, ward, RulesForm(ward=ward), now=now)
    form = RulesForm(ward=ward)
    try:
        if "change" in request.POST:
            said = _decide(request, user, ward, now=now)
        else:
            form = RulesForm(request.POST, ward=ward)
            if not form.is_valid():
                return _page(request, user, ward, form, now=now, status=400)
            rule_changes.propose(
                ward=ward, minutes=form.minutes(), why=form.cleaned_data["why"], by=user, now=now
            )
            said = "Proposed. It holds once somebody of the other side has agreed."
    except RuleChangeRefusedError as refused:
        said = f"{labels.sentence(refused.field)}: {refused}"
        return _page(request, user, ward, form, now=now, status=400, refused=said)
    messages.success(request, said)
    return redirect(f"/wards/{ward.code}/rules/")


def _decide(request: HttpRequest, user: User, ward: Ward, *, now: datetime) -> str:
    number = request.POST["change"]
    found = rule_changes.waiting(ward).filter(pk=number) if number.isdecimal() else None
    change = found.first() if found is not None else None
    if change is None:
        raise Http404
    accept = request.POST.get("decision") == "accept"
    words = request.POST.get("words", "")
    rule_changes.decide(change, accept=accept, words=words, by=user, now=now)
    return "These minutes hold from now on." if accept else "Refused. Nothing has changed."


def _lines(severity: Severity, minutes: object) -> list[tuple[str, str, int]]:
    """Name, words and minutes of each number of one severity's ladder."""
    plan = ladder.plan_of(severity, minutes)
    found = [
        (f"rung{rung.number}", f"Call {alert_words.duties(rung.tells)} after", rung.after_minutes)
        for rung in plan.rungs[1:]
    ]
    if plan.repeat_minutes is not None:
        found.append(("repeat", "Then repeat every", plan.repeat_minutes))
    if plan.answer_grace_minutes is not None:
        found.append(("answer_grace", "After an answer, wait for a set", plan.answer_grace_minutes))
    found.append(("longest_snooze", "Put off at most", plan.longest_snooze_minutes))
    return found


def _differences(before: object, after: object) -> list[str]:
    """Each number that would change, in words."""
    found = []
    for severity in Severity:
        old = {name: minutes for name, _, minutes in _lines(severity, before)}
        found += [
            f"{severity.value} · {words}: {old[name]} → {minutes} min"
            for name, words, minutes in _lines(severity, after)
            if old[name] != minutes
        ]
    return found


def _row(change: RuleChange, ward: Ward, user: User, *, now: datetime) -> Mapping[str, Any]:
    decision = getattr(change, "decision", None)
    return {
        "id": change.pk,
        "lines": _differences(change.before, change.minutes),
        "why": change.why,
        "by": change.proposed_by.display_name(),
        "at": labels.clock(change.proposed_at, zone=ward.zone, now=now),
        "may_decide": decision is None and rule_changes.may_decide(change, user),
        "decision": decision,
        "decided_at": labels.clock(decision.decided_at, zone=ward.zone, now=now)
        if decision
        else "",
    }


def _page(
    request: HttpRequest, user: User, ward: Ward, form: RulesForm, *, now: datetime,
    status: int = 200, refused: str = "",
) -> HttpResponse:  # fmt: skip
    content = {
        "ward": ward,
        "form": form,
        "refused": refused,
        "waiting": [_row(each, ward, user, now=now) for each in rule_changes.waiting(ward)],
        "decided": [
            _row(each, ward, user, now=now) for each in rule_changes.decided(ward)[:_DECIDED_SHOWN]
        ],
    }
    return render(request, "screens/rules.html", content, status=status)
