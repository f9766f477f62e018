"""Read access to one patient of another ward: with a reason, for a while, and told to others."""
