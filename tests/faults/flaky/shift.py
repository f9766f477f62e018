"""One nurse's hour on a bad network: what is charted, what fails, and what must be true after."""

import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from playwright.sync_api import BrowserContext, Error, Page

from patients.models import Patient
from staff.models import Role, User
from tests.factories.ward import a_patient, a_person, a_ward
from tests.faults.flaky import verdict
from tests.faults.flaky.tablets import Hospital
from tests.plugins.flaky_proxy import Fault

_FILL: Final = """
([values, minutesAgo]) => {
  const form = document.querySelector("[data-entry]");
  const put = (name, value) => {
    const control = form.elements[name];
    if (control instanceof RadioNodeList || control.type === "checkbox") {
      form.querySelector(`[name="${name}"][value="${value}"]`).click();
      return;
    }
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const [name, value] of Object.entries(values)) put(name, value);
  for (let n = 0; n < minutesAgo; n += 5) form.querySelector('[data-taken-step="-5"]').click();
  return form.elements.client_id.value;
}
"""
_NUMBER: Final = """
(id) => {
  const form = document.querySelector("[data-entry]");
  form.elements.client_id.value = id;
  form.dataset.clientId = id;
}
"""
_WAITING: Final = """
async () => {
  const { marks } = await import("/static/crs_monitor/js/offline/vault.js");
  return (await marks("queue")).map(({ mark }) => mark.state);
}
"""
_READY: Final = """
async () => {
  // Not "ready", which never answers when a file of the installation failed to come.
  if (!(await navigator.serviceWorker.getRegistration())?.active) return false;
  const { marks } = await import("/static/crs_monitor/js/offline/vault.js");
  const kept = [...await marks("pack"), ...await marks("grant")].length;
  return kept === 2 && navigator.serviceWorker.controller !== null;
}
"""
_TAKEN: Final = """
() => {
  const save = document.querySelector("[data-save]");
  return save === null || save.disabled || document.querySelector("[data-sending]") !== null;
}
"""
_HASTY: Final = frozenset({"reload", "close", "go away"})
_SAVE_FAULTS: Final = (
    Fault.NONE, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.DROP_AFTER, Fault.CUT, Fault.AWAY,
)  # fmt: skip
_ACTS: Final = ("wait", "wait", "wait", "reload", "twin", "twice", "close", "offline", "go away")
_SETTLES_WITHIN_S: Final = 40


@dataclass
class Saved:
    """One set as the nurse meant it; the heart rate is its mark."""

    heart_rate: int
    taken_at: datetime


@dataclass
class Told:
    """What happened in one seed, and what was wrong in the end."""

    wrong: list[str] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    saved: int = 0
    began: float = field(default_factory=time.monotonic)

    def tell(self, words: str) -> None:
        """Add a line with the second in which it happened."""
        self.story.append(f"{time.monotonic() - self.began:5.1f} s  {words}")


@dataclass
class Shift:
    """The nurse, the patient, the tablet, and the dice."""

    hospital: Hospital
    dice: random.Random
    nurse: User
    colleague: User
    patient: Patient
    context: BrowserContext
    told: Told
    saved: list[Saved] = field(default_factory=list)

    @property
    def chart_url(self) -> str:
        """Where the patient is charted."""
        return f"/patients/{self.patient.pk}/chart/"


def work(seed: int, hospital: Hospital) -> Told:
    """Play one seed and return what came of it."""
    dice = random.Random(seed)
    ward = a_ward(phone="4417")
    nurse, colleague = a_person(Role.NURSE, ward), a_person(Role.NURSE, ward)
    a_person(Role.CHARGE_NURSE, ward)
    patient = a_patient(ward, infused_at=timezone.now() - timedelta(days=3))
    clock_off = dice.choice((0, 0, 3, -3, 9, -9, 47, -47)) * 60_000
    context = hospital.tablet(nurse, clock_off_ms=clock_off)
    told = Told()
    told.tell(f"clock off by {clock_off // 60_000} min")
    shift = Shift(hospital, dice, nurse, colleague, patient, context, told)
    hospital.wire.happened.clear()
    try:
        _play(shift)
    except (AssertionError, Error) as error:
        told.wrong.append(f"{type(error).__name__}: {str(error)[:300]}")
    finally:
        hospital.wire.is_down, hospital.wire.decide = False, lambda method, path: Fault.NONE
        context.close()
    told.saved = len(shift.saved)
    told.faults.update(str(fault) for _, _, fault in hospital.wire.happened)
    told.wrong += verdict.faults(shift.patient, shift.nurse, shift.saved)
    return told


def _play(shift: Shift) -> None:
    page = shift.context.new_page()
    page.goto("/patients/")
    _until(lambda: page.evaluate(_READY), "the tablet is ready for a lost network")
    shift.told.tell("ready")
    _disturb_the_queue(shift)
    for number in range(shift.dice.randint(2, 4)):
        page = _chart_one(shift, page, number)
    if shift.dice.random() < 0.3:
        # Somebody else is signed in when the network is back: the sets stay their author's.
        shift.hospital.sign_in(shift.context, shift.colleague)
        shift.told.tell("a colleague signs in")
    shift.hospital.wire.is_down, shift.hospital.wire.decide = False, lambda m, p: Fault.NONE
    shift.told.tell("the network is back")
    _everything_arrives(shift)
    shift.told.tell("everything has arrived")


def _disturb_the_queue(shift: Shift) -> None:
    """Some of what the queue sends by itself is lost too, at first."""
    dice, left = shift.dice, shift.dice.randint(0, 3)

    def decide(_method: str, path: str) -> Fault:
        nonlocal left
        if path.startswith("/tablet/queued") and left:
            left -= 1
            return dice.choice((Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.CUT, Fault.AWAY))
        return Fault.NONE

    shift.hospital.wire.decide = decide


def _chart_one(shift: Shift, page: Page, number: int) -> Page:
    dice, wire = shift.dice, shift.hospital.wire
    wire.is_down = dice.random() < 0.25
    _open_form(page, shift.chart_url)
    values, minutes_ago = _values(dice, number), dice.choice((0, 0, 5, 15))
    client_id = page.evaluate(_FILL, [values, minutes_ago])
    act, fault = dice.choice(_ACTS), dice.choice(_SAVE_FAULTS)
    shift.told.tell(
        f"set {values['heart_rate_bpm']}, {minutes_ago} min ago: {act}, {fault},"
        f" network {'down' if wire.is_down else 'up'}"
    )
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    shift.saved.append(Saved(int(values["heart_rate_bpm"]), moment))
    if not wire.is_down:
        _next_save_meets(shift, fault, is_down_after=act == "offline")
    twin = _twin(shift, page, client_id, values, minutes_ago) if act == "twin" else None
    _save(page, twice=act == "twice")
    if twin is not None:
        _save(twin)
    return _afterwards(shift, page, act)


def _go(page: Page, where: str) -> None:
    """Go there, although the page may be on its way to the server's own answer by itself."""
    for _ in range(5):
        with contextlib.suppress(Error):
            page.goto(where)
        if page.url.endswith(where):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never arrived at {where}, but at {page.url}")


def _values(dice: random.Random, number: int) -> dict[str, str]:
    """A set that is told from the others by its heart rate; some have a fever, some more."""
    sick = dice.random() < 0.6
    return {
        "respirations_per_minute": "18",
        "spo2_percent": "97",
        "oxygen_device": "room_air",
        "systolic_mmhg": "84" if sick and dice.random() < 0.4 else "118",
        "diastolic_mmhg": "60",
        "heart_rate_bpm": str(81 + number),
        "temperature_celsius": dice.choice(("38.3", "38.8")) if sick else "36.9",
        "consciousness": "alert",
        "vasopressors": "none",
    }


def _open_form(page: Page, where: str) -> None:
    """Go to the form until it is there with its scripts: a hand cannot fill it in before."""
    form = page.locator("html[data-keeps] [data-entry]")
    for _ in range(4):
        _go(page, where)
        # What became of the set before may be told first, and lead on to its own page.
        with contextlib.suppress(Error):
            form.wait_for(state="attached", timeout=5_000)
            return
    raise AssertionError(f"no form at {page.url}")


def _next_save_meets(shift: Shift, fault: Fault, *, is_down_after: bool) -> None:
    wire, before = shift.hospital.wire, shift.hospital.wire.decide
    is_met = False

    def decide(method: str, path: str) -> Fault:
        nonlocal is_met
        if not is_met and method == "POST" and path.startswith(shift.chart_url):
            is_met = True
            wire.is_down = is_down_after
            wire.decide = before
            return fault
        return before(method, path)

    wire.decide = decide


def _twin(
    shift: Shift, page: Page, client_id: str, values: dict[str, str], minutes_ago: int
) -> Page:
    """The same form in a second tab, as “duplicate tab” makes it."""
    twin = shift.context.new_page()
    _open_form(twin, shift.chart_url)
    twin.evaluate(_FILL, [values, minutes_ago])
    twin.evaluate(_NUMBER, client_id)
    return twin


def _save(page: Page, *, twice: bool = False) -> None:
    keys = "const k = document.querySelector('[data-save]'); k.click();"
    page.evaluate(f"() => {{ {keys}{' k.click();' if twice else ''} }}")


def _afterwards(shift: Shift, page: Page, act: str) -> Page:
    """What the nurse does while the set is on its way."""
    try:
        if act in _HASTY:
            # Until then the page has promised nothing.
            _until(lambda: page.evaluate(_TAKEN), "the page has taken the set")
        if act == "reload":
            page.wait_for_timeout(shift.dice.choice((30, 120, 400)))
            page.goto(shift.chart_url)
        elif act == "close":
            page.wait_for_timeout(shift.dice.choice((60, 150, 500)))
            page.close()
            return shift.context.new_page()
        elif act == "go away":
            page.wait_for_timeout(shift.dice.choice((60, 150, 500)))
            page.goto("/patients/")
        else:
            page.locator("[data-stored], [data-sending]").first.wait_for(timeout=12_000)
    except Error as error:
        # A navigation that another one cut short is what a hasty hand does.
        shift.told.tell(f"  {str(error).splitlines()[0][:120]}")
    return page


def _everything_arrives(shift: Shift) -> None:
    for page in shift.context.pages[1:]:
        page.close()
    page = shift.context.pages[0] if shift.context.pages else shift.context.new_page()
    with contextlib.suppress(Error):
        # The page may be on its way to the server's own answer by itself.
        page.goto("/patients/")
    _until(lambda: page.evaluate(_WAITING) == [], "the queue is empty", page=page)
    page.locator("[data-unsent]:empty").wait_for(state="attached")


def _until(done: Any, what: str, *, page: Page | None = None) -> None:
    deadline = time.monotonic() + _SETTLES_WITHIN_S
    while True:
        try:
            if done():
                return
        except Error:
            pass  # the page went on to another while it was asked
        left = page.evaluate(_WAITING) if page and time.monotonic() > deadline else ""
        assert time.monotonic() < deadline, f"never: {what} {left}"
        time.sleep(0.05)
