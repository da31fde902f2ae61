"""Boletim from Python: what `import boletim` offers; the command line is written on the same flows."""
