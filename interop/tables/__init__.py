"""Tables that a person mapped: wide (a row is a set) or tidy (a row is a value)."""
