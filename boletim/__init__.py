"""Boletim: automated evaluation and bias audit of Transformer classifiers, ending in a report card."""

__version__ = "0.1.0"
