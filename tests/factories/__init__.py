"""The dull ward: a test states only what matters to it."""
