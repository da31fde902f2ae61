"""The run folder and how its files are written."""
