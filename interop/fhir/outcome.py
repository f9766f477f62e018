"""What is wrong with a resource, and the OperationOutcome that says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

LONGEST_WORDS: Final = 400
MOST_ISSUES: Final = 50


class Severity(StrEnum):
    """How grave an issue is (FHIR issue-severity)."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class IssueCode(StrEnum):
    """What kind of issue it is (FHIR issue-type)."""

    STRUCTURE = "structure"
    REQUIRED = "required"
    VALUE = "value"
    INVARIANT = "invariant"
    CODE_INVALID = "code-invalid"
    NOT_SUPPORTED = "not-supported"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    MULTIPLE = "multiple-matches"
    BUSINESS_RULE = "business-rule"
    FORBIDDEN = "forbidden"
    LOGIN = "login"
    TOO_LONG = "too-long"
    EXCEPTION = "exception"
    TRANSIENT = "transient"
    INFORMATIONAL = "informational"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong; `expression` is the path of the element, as FHIRPath."""

    expression: str
    words: str
    code: IssueCode = IssueCode.VALUE
    severity: Severity = Severity.ERROR

    def below(self, place: str) -> "Issue":
        """The same issue of a resource that stands at `place`, such as Bundle.entry[2].resource."""
        _, _, rest = self.expression.partition(".")
        where = f"{place}.{rest}" if rest else place
        return Issue(where, self.words, self.code, self.severity)


class FhirError(Exception):
    """A request that is refused: the HTTP status and at least one issue."""

    def __init__(self, status: int, *issues: Issue) -> None:
        """Keep what is wrong, for the answer."""
        super().__init__("; ".join(issue.words for issue in issues))
        self.status = status
        self.issues = issues
        self.number: int | None = None  # of the resource among those of one request

    def below(self, place: str) -> "FhirError":
        """The same refusal, of an entry of a Bundle."""
        return FhirError(self.status, *(issue.below(place) for issue in self.issues))


def refusal(
    status: int, expression: str, words: str, code: IssueCode = IssueCode.VALUE
) -> FhirError:
    """A refusal with one issue."""
    return FhirError(status, Issue(expression, words, code))


def operation_outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    """The resource that lists the issues; at least one, at most 50."""
    shown: Sequence[Issue] = list(issues)[:MOST_ISSUES] or [
        Issue("", "no issue", IssueCode.INFORMATIONAL, Severity.INFORMATION)
    ]
    return {"resourceType": "OperationOutcome", "issue": [_issue(issue) for issue in shown]}


def _issue(issue: Issue) -> dict[str, Any]:
    words = printable(issue.words)[:LONGEST_WORDS]
    found: dict[str, Any] = {
        "severity": issue.severity.value,
        "code": issue.code.value,
        "details": {"text": words or "refused"},
        "diagnostics": words or "refused",
    }
    if issue.expression:
        found["expression"] = [printable(issue.expression)[:200]]
    return found


def printable(text: str) -> str:
    """The text without control characters and halves of characters, which no answer may hold."""
    return "".join(
        character if character.isprintable() or character == " " else "\N{REPLACEMENT CHARACTER}"
        for character in text
    ).strip()
