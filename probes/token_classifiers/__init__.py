"""Probes of models that find entities, one file each."""
