"""A ward in one process on a virtual clock: the production code under seeded faults."""
