"""Models that find entities: tags of words in windows of long texts."""
