"""Jinja2 templates, styles and fonts of the card; data only."""
