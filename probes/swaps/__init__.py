"""Sentences about a man told of a woman, and the other way round."""
