"""Who looked at a record: for the patient whose it is, and for those who watch over it."""
