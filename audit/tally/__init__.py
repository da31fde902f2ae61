"""Counts of subsets, crossings and clusters."""
