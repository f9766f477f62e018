"""Measure CRS Monitor against plain floors, side by side in one run: ratios, never a stopwatch."""
