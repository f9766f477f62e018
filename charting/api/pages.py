"""Lists in pages, all in one way: so many rows, and where the next page begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from charting.entry import EntryRefusedError, FieldError

M = TypeVar("M", bound=Model)

MOST: Final = 200
PARAMETERS: Final = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": MOST}),
    OpenApiParameter(
        "before",
        {"type": "integer", "minimum": 1},
        description="id of the last row of the page before; take it from next",
    ),
]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in their order, and the address of the next ones, None after the last."""

    rows: list[Any]
    next: str | None

    def answer(self, name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The rows as JSON under their name, with the way on."""
        return {name: list(rows), "next": self.next}


def page_of(request: Request, rows: QuerySet[M], *order: str, most: int = MOST) -> Page:
    """Return one page of the rows in this order, which must end with the primary key.

    The next page begins after the last row of this one by its values, so that a row that
    comes in between moves nothing. Raises EntryRefusedError for a wrong limit or id.
    """
    assert order[-1].removeprefix("-") == "pk"
    limit = number(request, "limit", lowest=1, highest=most) or most
    before = number(request, "before", lowest=1, highest=2**63 - 1)
    asked = rows.order_by(*order)
    if before is not None:
        last = asked.filter(pk=before).values_list(*[_name(each) for each in order]).first()
        if last is None:
            raise EntryRefusedError([FieldError("before", before, "is no row of this list")])
        asked = asked.filter(_after(order, last))
    found = list(asked[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    kept = {name: value for name, value in request.GET.items() if name != "before"}
    return Page(found[:limit], f"?{urlencode(kept | {'before': found[limit - 1].pk})}")


def number(request: Request, name: str, *, lowest: int, highest: int) -> int | None:
    """A whole number of the address; None when it is not there."""
    text = request.GET.get(name, "")
    if text == "":
        return None
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    if not is_number or not lowest <= int(text) <= highest:
        words = f"must be a whole number from {lowest} to {highest}"
        raise EntryRefusedError([FieldError(name, text[:40], words)])
    return int(text)


def _name(each: str) -> str:
    return each.removeprefix("-")


def _after(order: Sequence[str], last: Sequence[Any]) -> Q:
    """Behind a row in this order: equal so far, then beyond it."""
    found, equal = Q(), Q()
    for each, value in zip(order, last, strict=True):
        beyond = "lt" if each.startswith("-") else "gt"
        found |= equal & Q(**{f"{_name(each)}__{beyond}": value})
        equal &= Q(**{_name(each): value})
    return found
