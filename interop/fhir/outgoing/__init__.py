"""Facts as resources: every one carries where it came from, and unknown is never a value."""
