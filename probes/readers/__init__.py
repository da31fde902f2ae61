"""Probes of models that answer questions about texts, one file each."""
