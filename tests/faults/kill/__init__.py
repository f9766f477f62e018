"""Real servers and processes, killed at random moments while a ward charts."""
