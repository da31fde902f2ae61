"""Metrics of predicted labels, one figure per class."""
