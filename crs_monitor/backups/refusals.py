"""The one refusal of this package: what is wrong, and what to do."""


class BackupRefusedError(Exception):
    """A backup, a key or a database cannot be used; the text is for the person at the keyboard."""
