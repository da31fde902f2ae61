"""Bias probes: one file per probe, each seeing a model through a small protocol."""
