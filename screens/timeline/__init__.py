"""One patient's course on one time axis: read, drawn as a figure, told as a table."""
