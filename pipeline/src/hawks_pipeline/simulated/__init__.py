"""A league that nobody plays in: seeded, calibrated to the real one, and served as the real one is."""
