"""What lets the nurse's tablet work without a network."""
