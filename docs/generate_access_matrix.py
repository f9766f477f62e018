"""Write docs/access-matrix.md from the table that the suite holds every address to."""

import sys
from pathlib import Path
from typing import Final

from tests.access import table

OUT: Final = Path(__file__).with_name("access-matrix.md")
_HEAD: Final = """# Who may open what

Made from `tests/access/matrix.yaml` by `python -m docs.generate_access_matrix`; do not edit it
here. The suite asks every address in every role, of the patient's own ward, of another one and of
none. Whoever is not named is refused, and no refusal holds the patient's name or MRN. An address
without a row fails the suite, and so does a row without an address.

A name without a place is of the patient's own ward; `@other` works on another ward, `@none` on
none, `@any` is all three. `nobody` has not signed in, `system` is another system whose token has
every scope, `scopeless` one whose token has none, and `ended` an agency account that is over.

"""


def text() -> str:
    """Return the page."""
    lines = ["| Group | Stands for |", "| --- | --- |"]
    lines += [f"| {name} | {who} |" for name, who in table.groups().items()]
    lines += ["", "| Address | Method | Opens for |", "| --- | --- | --- |"]
    for route, methods in table.as_written().items():
        rows = methods or {"any": "nobody is let in: it leads on, or refuses"}
        lines += [f"| `/{route}` | {method} | {who} |" for method, who in rows.items()]
    return _HEAD + "\n".join(lines) + "\n"


def main() -> None:
    """Write the page, or with --check end with 1 when it is out of date."""
    if "--check" not in sys.argv:
        OUT.write_text(text(), encoding="utf-8")
    elif not OUT.is_file() or OUT.read_text(encoding="utf-8") != text():
        sys.exit(f"{OUT.name} is out of date: python -m docs.generate_access_matrix")


if __name__ == "__main__":
    main()
