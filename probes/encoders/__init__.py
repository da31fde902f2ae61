"""Probes of encoders, one file each."""
