"""Probes of masked and causal language models, one file each."""
