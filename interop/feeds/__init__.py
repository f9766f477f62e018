"""The feeds: which systems send, when each was last heard, and what became of it."""
