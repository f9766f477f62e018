"""The words of the neuro check, step by step: one question, what to do, what is meant."""

from dataclasses import dataclass
from typing import Any, Final

from vitals import capd
from vitals.ice_set import Asked

ICE: Final = "ice"
CAPD: Final = "capd"
REST: Final = "rest"
# Ten taps; the three objects make one item of three points.
ICE_FIELDS: Final = {
    "ice_year": "Year",
    "ice_month": "Month",
    "ice_city": "City",
    "ice_hospital": "Hospital",
    "ice_naming_1": "Names a first object",
    "ice_naming_2": "Names a second object",
    "ice_naming_3": "Names a third object",
    "ice_commands": "Follows a command",
    "ice_writing": "Writes a sentence",
    "ice_attention": "Counts back from 100 by ten",
}
CAPD_FIELDS: Final = {item.name: item.question for item in capd.ITEMS}
_CAPD_SHORT: Final = {item.name: item.short for item in capd.ITEMS}


@dataclass(frozen=True, slots=True)
class Step:
    """One question. `word` is said or shown to the patient; `advance` are the answers that need
    nothing more ("*" for all), after which the next question comes by itself."""

    name: str
    sheet: str
    question: str
    short: str
    lead: str = ""
    word: str = ""
    advance: str = "*"
    fields: tuple[Any, ...] = ()
    spares: tuple[str, ...] = ()
    asked: Any = None
    anchors: tuple[tuple[str, str, str], ...] = ()


_ICE_WORDS: Final = {
    "ice_year": ("What year is it?", ""),
    "ice_month": ("What month is it?", ""),
    "ice_city": ("Which city are we in?", ""),
    "ice_hospital": ("Which hospital is this?", ""),
    "ice_naming_1": ("What is this called?", "Point to the object; do not say its name."),
    "ice_naming_2": ("What is this called?", "Point to the object; do not say its name."),
    "ice_naming_3": ("What is this called?", "Point to the object; do not say its name."),
    "ice_commands": ("Does the patient do it?", "Say this once; do not show it."),
    "ice_writing": ("Does the patient write it?", "Ask for this sentence, here or on paper."),
    "ice_attention": ("Counts back from 100 by tens?", "100, 90, 80, 70 and on to 10."),
}


def ice_steps(form: Any, asked: Asked) -> list[Step]:
    """The ten questions of ICE with what is asked this time."""
    return [_ice_step(form, name, asked) for name in ICE_FIELDS]


def capd_steps(form: Any) -> list[Step]:
    """The eight questions of CAPD with the anchors of each age."""
    return [
        Step(
            item.name,
            CAPD,
            item.question,
            _CAPD_SHORT[item.name],
            lead="How often in this shift?",
            fields=(form[item.name],),
            anchors=tuple(
                (age.code, age.label, words)
                for age, words in zip(capd.AGES, item.anchors, strict=True)
            ),
        )
        for item in capd.ITEMS
    ]


def rest_steps(form: Any) -> list[Step]:
    """The other domains of ICANS."""
    signs = ("raised_pressure_signs", "cerebral_edema")
    return [
        Step(
            "awake", REST, "How awake is the patient?", "Awake", advance="alert",
            lead="The most that was needed to wake the patient.",
            fields=_of(form, "consciousness", "consciousness_other_cause"),
        ),
        Step(
            "seizure", REST, "Any seizure since the last check?", "Seizure", advance="none",
            fields=_of(form, "seizure", "seizure_minutes"),
        ),
        Step(
            "motor", REST, "Is an arm, a leg or one side weak?", "Deep focal weakness",
            lead="Deep focal weakness: one side, or both legs. Tremor is not meant.",
            fields=_of(form, "motor_weakness"),
        ),
        Step(
            "pressure", REST, "Any sign of raised pressure, or edema on imaging?",
            "Raised pressure, edema", lead="Leave open what nobody looked for.", advance="",
            fields=_of(form, *signs),
        ),
    ]  # fmt: skip


def _ice_step(form: Any, name: str, asked: Asked) -> Step:
    question, lead = _ICE_WORDS[name]
    word, kept = "", None
    spares: tuple[str, ...] = ()
    if name.startswith("ice_naming_"):
        place = int(name[-1])
        word, kept = asked.objects[place - 1], form[f"asked_object_{place}"]
        spares = asked.spare_objects[place - 1 :: 3]
    elif name == "ice_commands":
        word, kept, spares = asked.command, form["asked_command"], asked.spare_commands
    elif name == "ice_writing":
        word, kept = asked.sentence, form["asked_sentence"]
    return Step(
        name, ICE, question, ICE_FIELDS[name], lead=lead, word=word, fields=(form[name],),
        spares=spares, asked=kept,
    )  # fmt: skip


def _of(form: Any, *names: str) -> tuple[Any, ...]:
    return tuple(form[name] for name in names)
