"""A model that several workers have: each loads it once."""
