"""Everything out: tidy values, study tables, registry answers and report texts, each on record."""
