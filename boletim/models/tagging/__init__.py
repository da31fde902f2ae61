"""Models that find entities: long texts in windows, tags of words, whichever model a folder declares."""
