"""Load histories from CSV extracts: one row one value, nothing guessed, nothing lost."""
