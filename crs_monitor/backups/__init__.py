"""Encrypted backups of the database, and the way back: made, checked, restored, proved."""
