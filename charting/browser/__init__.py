"""What a tablet without a network needs to answer as the door would; generated, never re-typed."""
