"""Whether somebody could guess a secret: a placeholder, one word again and again, few signs."""

from typing import Final

SHORTEST: Final = 50
# Of 50 random hexadecimal digits fewer than 10 different ones turn up once in 40 million.
FEWEST_SIGNS: Final = 10
# What examples on the web hold; chance writes none of them.
_PLACEHOLDERS: Final = (
    "change", "default", "django", "example", "insecure", "insert", "password", "placeholder",
    "qwerty", "secret", "123456789",
)  # fmt: skip


def why_guessable(value: str) -> str:
    """Say why a secret could be guessed; empty when nothing speaks for it. Never repeats it."""
    if len(value) < SHORTEST:
        return f"it has {len(value)} characters"
    if any(word in value.lower() for word in _PLACEHOLDERS):
        return "it holds a word of a placeholder"
    if value in (value + value)[1:-1]:
        return "it is one word again and again"
    if len(set(value)) < FEWEST_SIGNS:
        return f"it has only {len(set(value))} different characters"
    return ""
