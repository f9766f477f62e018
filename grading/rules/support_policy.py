"""The choices that the dose-and-organ tables (Lee, CARTOX) leave open alike."""

from dataclasses import dataclass
from typing import ClassVar

from grading.rules import support_flags as ask
from grading.rules.support_oxygen import Oxygen
from grading.rules.support_pressure import Pressure
from grading.rules.support_rows import check_choices


@dataclass(frozen=True, slots=True)
class DoseAndOrganPolicy:
    """Where such a table is silent: one choice each, not yet clinically approved."""

    # Whether hypotension is also read from a pressure below the limit for the age.
    limit_by_age: ClassVar[bool] = False

    inotropes_count: bool = False
    untreated_hypotension_grade: int = 2
    masks_ventilate: bool = False
    doses_decide_intensity: bool = True
    high_dose_hours: int = 3
    cannula_below_limit_lpm: int = 4
    blood_counts_are_organs: bool = False

    def __post_init__(self) -> None:
        """Refuse a choice that would turn the order of the table around."""
        check_choices(self)

    @property
    def questions(self) -> ask.Questions:
        """The questions that tables share, under these choices."""
        return ask.Questions(
            Pressure(
                self.inotropes_count,
                self.doses_decide_intensity,
                self.high_dose_hours,
                limit_by_age=self.limit_by_age,
            ),
            Oxygen(self.cannula_below_limit_lpm, self.masks_ventilate),
            self.blood_counts_are_organs,
        )
