"""Up to four patients on one axis from day 0, and the band of a product at this center."""
