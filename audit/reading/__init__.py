"""Predictions made elsewhere, read from files of any size."""
