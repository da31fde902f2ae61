"""Figures of a subset from its rows, sums, weights or sets of labels."""
