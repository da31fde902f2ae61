"""Agreement in Portuguese."""
