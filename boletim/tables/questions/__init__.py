"""Questions in files: their true answers, and the columns they usually lie in."""
