"""Models that answer questions with a stretch of a text, or say that there is none."""
