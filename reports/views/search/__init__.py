"""Sections of a card whose model was searched for here."""
