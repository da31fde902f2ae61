"""The card from its parts: gates, findings, evidence, changes."""
