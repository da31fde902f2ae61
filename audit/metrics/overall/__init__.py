"""Metrics of predicted labels, one figure each."""
