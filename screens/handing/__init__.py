"""The hand-over of a ward by I-PASS: filled from the data, added to by the giver, read back."""
