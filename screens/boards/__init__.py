"""The ward's board and its wall display: read from state rows, redrawn only where facts changed."""
