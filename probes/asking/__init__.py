"""How words and sentences are put to a model."""
