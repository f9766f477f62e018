"""What belongs to a neuro check: the sentence as it was written, and what a ward asks with."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from staff.models import Ward
from vitals import ice_set, strokes
from vitals.strokes import Strokes


class Handwriting(models.Model):
    """The sentence of one neuro check as strokes (vitals.strokes); never edited or removed.

    A corrected check has a row of its own: with what was written, or a copy.
    """

    check_of = models.OneToOneField(
        "vitals.NeuroAssessment",
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="handwriting",
    )
    strokes = models.JSONField(help_text="Lists of x and y in turn, on a sheet of 1000 by 360.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"handwriting of neuro check {self.check_of_id}"

    def as_svg(self) -> str:
        """The image, read again before it is drawn: a row is no better than its writer."""
        return strokes.svg(self.as_strokes())

    def as_strokes(self) -> Strokes:
        """The strokes, read again as well."""
        return strokes.read(self.strokes) or []


class IceWardSet(models.Model):
    """What a ward asks with in ICE, where it is not what ships (vitals/ice_set.yaml)."""

    ward = models.OneToOneField(Ward, on_delete=models.PROTECT, related_name="ice_set")
    objects_to_name = models.JSONField(help_text="At least six things that are on the ward.")
    commands = models.JSONField(help_text="At least two simple commands.")
    sentence = models.CharField(max_length=ice_set.LONGEST_WORDS)

    class Meta:
        ordering = ["ward"]

    def __str__(self) -> str:
        return f"ICE set of {self.ward}"

    def clean(self) -> None:
        """Refuse a set too small to ask with something new each time."""
        try:
            self.as_set()
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def as_set(self) -> ice_set.IceSet:
        """The set as it is drawn from; raises ValueError for one that cannot be."""
        given: dict[str, Any] = {
            "objects": self.objects_to_name,
            "commands": self.commands,
            "sentence": self.sentence,
        }
        return ice_set.read(given)


def set_of(ward: Ward | None) -> ice_set.IceSet:
    """What is asked with on a ward: its own set, or the one that ships.

    A set that cannot be drawn from must not keep anybody from the check.
    """
    own = IceWardSet.objects.filter(ward=ward).first() if ward is not None else None
    try:
        return ice_set.shipped() if own is None else own.as_set()
    except ValueError:
        return ice_set.shipped()
