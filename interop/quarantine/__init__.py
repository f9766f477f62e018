"""What came in and could not be understood: kept, shown, mended by a person, and replayed."""
