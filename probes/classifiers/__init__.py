"""Probes of text classifiers, one file each."""
