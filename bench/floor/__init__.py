"""The least that Django can do for the same request: what the product is measured against."""
