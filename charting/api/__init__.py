"""The REST door: translate in, one domain call, translate out."""
