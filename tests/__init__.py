"""The suite: it reads like a chart, and nothing in it stands in for the real thing."""
