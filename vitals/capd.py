"""The eight CAPD questions, and what each looks like at the young ages it has anchors for.

Questions after Traube C et al., Crit Care Med 2014;42:656-663; anchors, shortened, after
Silver G et al., Palliat Support Care 2015;13:1005-1011. Not yet clinically approved.
Pure: standard library only.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Item:
    """One question; `anchors` are by age of development, in the order of AGES."""

    name: str
    question: str
    short: str
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnchorAge:
    """An age of development that the anchors are written for, from so many days of life on."""

    code: str
    label: str
    from_days: int


AGES: Final = (
    AnchorAge("newborn", "Newborn", 0),
    AnchorAge("weeks_4", "4 weeks", 28),
    AnchorAge("weeks_6", "6 weeks", 42),
    AnchorAge("weeks_8", "8 weeks", 56),
    AnchorAge("weeks_28", "28 weeks", 196),
    AnchorAge("year_1", "1 year", 365),
    AnchorAge("years_2", "2 years", 730),
)
# Anchors are written for children of up to two years; the last is read until the third birthday.
_ANCHORS_END_DAYS: Final = 1095
_CRY: Final = "Cries when hungry or uncomfortable"
_RESTLESS: Final = "No calm stretch that lasts"
_GAZE: Final = "Holds gaze, looks at who speaks, prefers the main caregiver"
_SOOTHE_SMALL: Final = "Rocking, singing, feeding and comfort do not soothe"

ITEMS: Final = (
    Item(
        "capd_1", "Does the child make eye contact with the caregiver?", "Eye contact",
        ("Fixes on a face", "Holds gaze briefly, follows through 90°", "Holds gaze",
         "Follows past the midline, attends to a hand holding something", _GAZE, _GAZE, _GAZE),
    ),
    Item(
        "capd_2", "Are the child's actions purposeful?", "Purposeful",
        ("Moves the head to the side; mostly primitive reflexes", "Reaches, not yet smoothly",
         "Reaches", "Moves both sides alike, holds what is put in the hand",
         "Reaches smoothly", "Reaches and handles things, changes position, may try to get up",
         "Reaches and handles things, may try to get up and walk"),
    ),
    Item(
        "capd_3", "Is the child aware of the surroundings?", "Aware",
        ("Calm while awake", "Alert while awake, turns to the caregiver's voice or smell",
         "Alert for longer, turns to the caregiver's voice or smell",
         "Brightens or smiles at a nod, frowns at a bell, coos",
         "Prefers familiar people, tells new things from known ones",
         "Upset when the caregiver leaves, comforted by a favorite thing",
         "Upset when the caregiver leaves, comforted by a favorite thing"),
    ),
    Item(
        "capd_4", "Does the child communicate needs and wants?", "Communicates",
        (_CRY, _CRY, _CRY, _CRY, "Voices hunger, discomfort or curiosity",
         "Single words or signs", "Sentences of 3 to 4 words, or signs; says “me”"),
    ),
    Item(
        "capd_5", "Is the child restless?", "Restless",
        ("No awake and alert stretch that lasts", _RESTLESS, _RESTLESS,
         "No awake and alert stretch that lasts", _RESTLESS, _RESTLESS, _RESTLESS),
    ),
    Item(
        "capd_6", "Is the child inconsolable?", "Inconsolable",
        (_SOOTHE_SMALL, _SOOTHE_SMALL, _SOOTHE_SMALL, _SOOTHE_SMALL,
         "Singing, holding and talking do not soothe",
         "Singing, holding, talking and reading do not soothe",
         "The usual ways do not soothe; a tantrum that settles is not this"),
    ),
    Item(
        "capd_7", "Is the child underactive: very little movement while awake?", "Underactive",
        ("Little bending and relaxing; mostly asleep at this age",
         "Little reaching, kicking or grasping", "Little reaching, kicking or grasping",
         "Little grasping or control of head and arms, such as pushing things away",
         "Little reaching, grasping or moving about in bed",
         "Little play, little effort to sit, pull up, crawl or walk",
         "Little play, little effort to sit, stand, walk or jump"),
    ),
    Item(
        "capd_8", "Does it take the child long to respond?", "Slow to respond",
        ("No sounds, or reflexes (grasp, suck, startle) weaker than expected",
         "No sounds, or reflexes (grasp, suck, startle) weaker than expected",
         "No kicking or crying when something is unpleasant",
         "No cooing, smiling or looking in answer to people",
         "No babbling, smiling or laughing with people",
         "Does not follow simple directions or join in simple talk",
         "Does not follow commands of one or two steps or join in talk"),
    ),
)  # fmt: skip


def anchor_age(born: date | None, *, on: date) -> str:
    """Return the code of the anchors of an age; nothing without one, or from three years on."""
    if born is None or on < born:
        return ""
    lived = on - born
    if lived >= timedelta(days=_ANCHORS_END_DAYS):
        return ""
    return max(
        (age for age in AGES if lived >= timedelta(days=age.from_days)),
        key=lambda age: age.from_days,
    ).code
