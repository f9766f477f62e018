"""How much anybody may send at once: every limit of the doors, in one place.

What is beyond is refused with the limit named: 413 for bodies, 400 for what is in them.
"""

from typing import Final

_KB: Final = 1024
_MB: Final = 1024 * 1024

# JSON of any interface: one body of REST, a resource or Bundle of FHIR, a tablet's queued set.
REST_BODY_BYTES: Final = 64 * _KB
FHIR_BODY_BYTES: Final = 16 * _MB
TABLET_BODY_BYTES: Final = 256 * _KB
JSON_DEPTH: Final = 32  # lists and objects within each other
JSON_NAMES: Final = 1000  # of one object; the largest of ours has less than a hundred
BUNDLE_ENTRIES: Final = 5000
FHIR_SEARCH_BYTES: Final = 64 * _KB  # of parameters in a body

# Forms of pages. A file counts only where a file is taken.
FORM_BYTES: Final = 1 * _MB
FORM_FIELDS: Final = 2000  # the mapping of a file asks two of each of 500 columns, and names
FORM_FILES: Final = 10
UPLOAD_BYTES: Final = 50 * _MB
